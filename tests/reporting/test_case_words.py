"""Words that all panels and letters share, and what people changed."""

import pytest

from pellucid.reporting._case_words import (
    by_person,
    case_warnings,
    changed_answers,
    counted,
    hundred_words,
    moment,
    plural,
    range_words,
    read_by_person,
    risk_words,
    said,
    worded,
)
from pellucid.schema import Answer, BagSpread, Questionnaire, Source, Status


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.0, "about 0"), (0.004, "fewer than 1"), (0.01, "about 1"), (0.575, "about 57"), (0.995, "more than 99"),
     (1.0, "about 100")],
)  # fmt: skip
def test_shares_of_a_hundred_never_hide_the_ends(probability, words):
    assert hundred_words(probability) == words


def test_range_over_bags_is_in_percent():
    assert range_words(BagSpread(low=0.004, high=0.996, bags=3)) == "under 1% to over 99%"


def test_nouns_and_counts():
    assert [plural(word) for word in ("applicant", "day", "story", "old person")] == [
        "applicants", "days", "stories", "old people",
    ]  # fmt: skip
    assert counted(1, "document") == "1 document"
    assert counted(12_000, "entry") == "12,000 entries"


def test_moments():
    assert moment("2026-01-31T09:30:59Z") == moment("2026-01-31T09:30:59.123456+00:00") == "2026-01-31 09:30 UTC"
    assert moment("2026-01-31T09:30:59+02:00") == "2026-01-31T09:30:59+02:00"
    assert moment("<b>") == "<b>"


def test_values_in_words(case):
    source = Source(model="demo")
    for answer, words in (
        (Answer(question="height", value=41, status="answered", source=source), "41 cm"),
        (Answer(question="height", value=None, status="unreadable", source=source), "unreadable"),
        (Answer(question="elsewhere", value=None, status="not stated", source=source), "not stated"),
        (Answer(question="elsewhere", value=7, status="answered", source=source), "7"),
    ):
        assert said(case.questionnaire, answer) == words


def test_ids_become_words_and_warnings_stand_once(case):
    asked = {
        "name": "d",
        "questions": [{"id": name, "ask": "?", "type": "yes/no"} for name in ("a_b", "a_b_c", "tall")],
    }
    questionnaire = Questionnaire.model_validate(asked)
    assert worded("a_b, a_b_c, xa_b, tall <b>", questionnaire) == "a b, a b c, xa_b, tall <b>"
    twice = case.model_copy(
        update={"warnings": ("a_b is odd", *case.decision.warnings), "questionnaire": questionnaire}
    )
    assert case_warnings(twice) == ("a b is odd", *case.decision.warnings)


def test_a_signed_change_tells_who_when_and_why(case):
    (made,) = changed_answers(case)
    assert (made.before, made.after, made.entry, made.draft, made.stands) == ("plastic", "clay", "1,234", False, True)
    assert made.when == "2026-11-21 10:15 UTC"
    assert made.who.startswith("A. Grower")


def test_a_later_correction_and_a_draft_replace_an_earlier_one(case):
    first = case.corrections[0]
    later = first.model_copy(update={"before": first.after, "number": 1235, "why": "again"})
    twice = changed_answers(case.model_copy(update={"corrections": (first, later)}))
    assert [(one.why, one.stands) for one in twice] == [("misread", False), ("again", True)]
    height = next(term for term in case.decision.contributions if term.questions == ("height",))
    tried = height.answers[0].model_copy(update={"value": 30, "status": Status.CORRECTED})
    terms = tuple(
        term.model_copy(update={"answers": (tried,)}) if term is height else term
        for term in case.decision.contributions
        if len(term.questions) == 1
    )
    draft = changed_answers(
        case.model_copy(update={"decision": case.decision.model_copy(update={"contributions": terms})})
    )
    assert [(one.name, one.before, one.after, one.draft, one.who) for one in draft][1:] == [
        ("Height", "41 cm", "30 cm", True, ""),
    ]


def test_what_a_person_answered_from_the_start_is_no_change(case):
    now = next(one for one in case.answers() if one.question == "pot")
    assert by_person(now)
    assert not read_by_person(case)
    own = case.model_copy(update={"original": case.decision, "corrections": ()})
    assert changed_answers(own) == ()
    given = Answer(question="pot", value="clay", status="corrected", source=Source(model="person", corrected_by="A"))
    terms = [term.model_copy(update={"answers": (given,)}) for term in case.decision.contributions]
    person = case.model_copy(update={"decision": case.decision.model_copy(update={"contributions": terms})})
    assert read_by_person(person)


@pytest.mark.parametrize(
    ("probability", "threshold", "words"),
    [(0.4983, 0.5, ("49.8%", "50%")), (0.5, 0.5, ("50%", "50%")), (0.50001, 0.5, ("50.001%", "50%")),
     (0.574, 0.5, ("57%", "50%")), (0.333333, 1 / 3, ("33.33330%", "33.33333%")), (0.003, 0.005, ("0.3%", "0.5%"))],
)  # fmt: skip
def test_a_risk_is_never_written_as_the_threshold_it_is_not(probability, threshold, words):
    assert risk_words(probability, threshold) == words
