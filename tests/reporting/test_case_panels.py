"""The main panels of a case: text byte for byte, numbers of the record, nothing that runs, readable colours."""

import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.reporting import case_css, decision_panel, document_panel, sureness_panel, warnings_panel
from pellucid.reporting._case_panels import placeless
from pellucid.reporting._wording import shown
from pellucid.schema import Answer, CaseFile, Contribution, Decision, Questionnaire, Source, Status, Sureness

LETTERS = "ab <>&\"'{}%\r\n\t\x00\x07\x85\u200b\u202e\u0301א👩\ud800![](//)"
PANELS = (document_panel, decision_panel, warnings_panel, sureness_panel)


def document_of(fragment):
    inside = re.search(r'<div class="document"[^>]*>(.*?)</div>', str(fragment), re.DOTALL)[1]
    return html.unescape(re.sub(r"<[^>]*>", "", inside))


def a_case(text, spans):
    terms = [
        Contribution(
            questions=[f"q{place}"],
            said="yes",
            points=0.1,
            answers=[
                Answer(question=f"q{place}", value="yes", status="answered", quote="q", start=start, end=end,
                       source=Source(model="demo"))
            ],
        )
        for place, (start, end) in enumerate(spans)
    ]  # fmt: skip
    decision = Decision(
        document="d", model="m", outcome="1", predicted="1", probability=0.5, probabilities={}, intercept=0.0,
        score=sum(term.points for term in terms), contributions=terms,
    )  # fmt: skip
    asked = [{"id": f"q{place}", "ask": "q?", "type": "yes/no"} for place in range(max(len(spans), 1))]
    return CaseFile(
        domain="d", title="t", outcomes=("no", "yes"), document="d", text=text, decision=decision, original=decision,
        questionnaire=Questionnaire.model_validate({"name": "d", "questions": asked}), trained_on=9, held_out=True,
        model_note="", sureness=Sureness(), source="recorded",
    )  # fmt: skip


@st.composite
def texts_and_spans(draw):
    text = draw(st.text(alphabet=LETTERS, min_size=1, max_size=40))
    places = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(places, places), max_size=8))
    return text, [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


@given(texts_and_spans())
@settings(max_examples=80, deadline=None)
def test_the_evidence_is_the_document_for_any_overlapping_spans(made):
    text, spans = made
    fragment = document_panel(a_case(text, spans))
    assert document_of(fragment) == shown(text)
    assert fragment.count('class="ref ') == len(spans)


def test_the_hostile_document_is_shown_and_nothing_of_it_runs(case, read):
    fragment = document_panel(case)
    assert document_of(fragment) == shown(case.text)
    page = read(decision_panel(case) + fragment).check()
    assert "{{ 7*7 }}" in page.text
    assert "49" not in page.text.split("onerror")[0]
    assert "reads like an order" in page.text.lower()
    assert "U+0000, drawn as ␀" in page.text


@pytest.mark.no_cover
@pytest.mark.parametrize("text", ["word <b>&amp; {{ x }}\r\n" * 95_000, "\x00\u202e" * 500_000, "<script>" * 260_000])
def test_two_megabytes_are_drawn_in_time_that_grows_with_their_length_alone(text):
    case = a_case(text, [(place * 40, place * 40 + 100) for place in range(20)])
    began = time.process_time()
    document_panel(a_case(text[: len(text) // 4], [(place * 40, place * 40 + 100) for place in range(20)]))
    quarter = time.process_time() - began
    began = time.process_time()
    fragment = document_panel(case)
    assert time.process_time() - began < max(10 * quarter, 0.5)
    assert len(fragment) > len(text)


def test_every_panel_is_one_element_without_script_in_which_all_is_escaped(case, read):
    for panel in PANELS:
        fragment = panel(case)
        assert fragment.startswith('<div class="pellucid ')
        assert "<script" not in fragment
        read(fragment).check(anchors=False)
        assert re.findall(r"<h(\d)", panel(case, level=2))[:1] == ["2"]


def test_ids_are_unique_over_panels_and_prefixes(case, read):
    read("".join(panel(case, prefix=prefix) for prefix in ("a", "b") for panel in PANELS)).check()


def test_the_numbers_of_the_decision_are_those_of_the_record(case, read):
    page = read(decision_panel(case))
    panel = page.of("div")[0]
    decision = case.decision
    assert float(panel["data-score"]) == decision.score
    assert float(panel["data-probability"]) == decision.probability
    assert float(panel["data-intercept"]) == decision.intercept
    rows = [(attrs["data-term"], float(attrs["data-points"])) for attrs in page.of("tr") if "data-term" in attrs]
    assert rows == [(" × ".join(term.questions), term.points) for term in decision.ranked()]


def test_shown_points_add_up_to_the_shown_total(case):
    table = re.search(r"<table class=\"terms\".*</table>", str(decision_panel(case)), re.DOTALL)[0]
    cells = re.findall(r'data-label="Points" class="figure">(.*?)</td>', table, re.DOTALL)
    shown_points = []
    for cell in cells:
        words = re.sub(r"<[^>]*>", " ", cell.split("<svg")[0].split('class="about"')[0]).split()
        number = next((word for word in reversed(words) if re.search(r"\d\.\d\d$", word)), "0.00")
        shown_points.append(0.0 if "than" in words else float(number.replace("−", "-")))
    assert len(shown_points) == len(case.decision.contributions) + 3  # start, rounding, total
    assert round(sum(shown_points[:-1]), 2) == shown_points[-1]


def test_the_answer_stands_first_in_words(case, read):
    said = read(decision_panel(case)).text
    assert said.startswith("Decision Risk 68% of “survived”.")
    assert "Of 100 similar seedlings, about 68 are expected to have this outcome" in said
    assert "because 68% is at or above the threshold of 50%" in said
    assert "41% to 63% is the range over the model’s 14 bags, not a confidence interval." in said
    assert "Before the change of 1 answer it was 75%." in said
    assert "log-odds" not in said.split("What it adds up from")[0]


def test_marks_and_rows_lead_to_each_other(case, read):
    page = read(document_panel(case) + decision_panel(case)).check()
    targets = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    marks = {name for name in targets if name.startswith("case-mark-")}
    assert marks == {f"case-mark-{number}" for number in (2, 4, 7, 8)} or len(marks) == 4
    assert {f"case-row-{name.rsplit('-', 1)[1]}" for name in marks} <= targets
    back = [attrs for attrs in page.of("span") if attrs.get("id", "").startswith("case-row-")]
    assert back
    assert all(attrs["tabindex"] == "-1" for attrs in back)
    label = next(attrs for attrs in page.of("a") if attrs.get("class", "").startswith("ref"))["aria-label"]
    assert re.search(r"\d\. \w+.*: .*; (raises|lowers|no effect).*; to its row", label)


def test_no_status_is_dropped(case, read):
    groups = {group.status: [one.name for one in group.answers] for group in placeless(case)}
    assert groups == {
        "not stated": ["Soil"], "unsupported": ["Pests"], "unreadable": ["Light"], "corrected": ["Pot"],
    }  # fmt: skip
    for panel in (document_panel, decision_panel):
        said = read(panel(case)).text
        assert all(status.value in said for status in Status if status is not Status.ANSWERED)
    said = read(document_panel(case)).text
    assert "Pot: plastic → changed to clay By A. Grower <script>" in said
    assert "2026-11-21 10:15 UTC, entry 1,234 of the log. Why: misread" in said


def test_an_answer_without_a_place_is_told_even_when_answered():
    case = a_case("text", [(0, 2)])
    term = case.decision.contributions[0]
    loose = term.answers[0].model_copy(update={"start": None, "end": None, "quote": ""})
    decision = case.decision.model_copy(update={"contributions": (term.model_copy(update={"answers": (loose,)}),)})
    assert placeless(case) == ()
    groups = placeless(case.model_copy(update={"decision": decision}))
    assert [group.status for group in groups] == ["answered"]


def test_how_sure_says_what_is_known_and_what_is_not(case, read):
    said = read(sureness_panel(case)).text
    assert "41% to 63%, over 14 models" in said
    assert "It reaches to both sides of the threshold." in said
    assert "Both. The model cannot tell them apart here, at a level of 90%." in said
    assert "90.7% [87.0, 94.0] of 300 documents" in said
    assert "1 of 2 answers were the same in every reading." in said
    assert "Height 4 of 5 readings" in said
    bare = read(sureness_panel(case.model_copy(update={"sureness": Sureness()}))).check(anchors=False).text
    assert bare.count("Not known") == 2
    assert "Not computed" in bare
    found = case.sureness.prediction_set
    for classes, words in (((), "None. This document is unlike"), (("died",), "Only died")):
        one = case.sureness.model_copy(update={"prediction_set": found.model_copy(update={"classes": classes})})
        assert words in read(sureness_panel(case.model_copy(update={"sureness": one}))).text


def test_warnings_are_all_there_once(case, read):
    said = read(warnings_panel(case)).text
    assert "Look <script>" in said
    assert "look at this <script>" in said
    twice = case.model_copy(update={"warnings": case.decision.warnings})
    assert read(warnings_panel(twice)).text.count("look at this") == 1
    none = case.model_copy(update={"warnings": (), "decision": case.decision.model_copy(update={"warnings": ()})})
    assert "Nothing was found" in warnings_panel(none)


def contrast(one, other):
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes():
    css = re.sub(r"/\*.*?\*/", "", case_css(), flags=re.DOTALL)
    blocks = re.findall(r"\{([^{}]*--paper: #[^{}]*)\}", css)
    base = {}
    for block in blocks:
        found = {
            name: value if len(value) == 7 else "#" + "".join(letter * 2 for letter in value[1:])
            for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block)
        }
        base = base or found
        yield {**base, **found}


def test_every_pair_of_ink_and_paper_can_be_read_in_light_dark_and_print():
    schemes = list(palettes())
    assert len(schemes) == 4
    assert schemes[1] == schemes[2] != schemes[0]
    for colours in schemes:
        for ink in ("ink", "soft", "accent", "raises", "lowers", "caution", "bad", "good"):
            assert contrast(colours[ink], colours["paper"]) >= 4.5, ink
        for tint in ("raises", "lowers", "both", "none", "caution", "bad", "good", "accent"):
            assert contrast(colours["ink"], colours[f"{tint}-tint"]) >= 4.5, tint
        for name in ("caution", "bad", "good"):
            assert contrast(colours[name], colours[f"{name}-tint"]) >= 4.5, name
        for name in ("soft", "accent", "raises", "lowers"):
            assert contrast(colours[name], colours["accent-tint"]) >= 4.5, name
        assert contrast(colours["soft"], colours["caution-tint"]) >= 4.5
        assert contrast(colours["soft"], colours["bad-tint"]) >= 4.5
        assert contrast(colours["soft"], colours["good-tint"]) >= 4.5
        for name in ("strong-line", "raises", "lowers", "both", "none", "accent"):
            assert contrast(colours[name], colours["paper"]) >= 3, name


def test_every_rule_stands_under_the_fragments():
    css = re.sub(r"/\*.*?\*/", "", case_css(), flags=re.DOTALL)
    selectors = re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", css)
    assert len(selectors) > 80
    for selector in selectors:
        for part in re.split(r",(?![^(]*\))", selector):
            assert re.match(r"(\.dark )?(\.pellucid){3}", part.strip()), part
    assert "url(" not in css
    assert "@import" not in css
