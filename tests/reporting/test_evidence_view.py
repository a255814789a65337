"""The evidence viewer: the text is the text, whatever the quotes and whatever is in it."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from pellucid.exceptions import InvalidInputError
from pellucid.reporting import highlight
from pellucid.reporting._evidence_view import cut, evidence_note, marks
from pellucid.reporting._wording import shown
from pellucid.schema import Answer, Contribution, Decision, Source

SOURCE = Source(model="demo")
LETTERS = "ab <>&\"'{}%\r\n\t\x00\x07\x7f\x85\u200b\u202e\u0301א👩\ufffe\ud800"


def plain(fragment):
    return html.unescape(re.sub(r"<[^>]*>", "", fragment))


class Marked(HTMLParser):
    """Says of every character whether it stands in a mark."""

    def __init__(self, fragment):
        super().__init__(convert_charrefs=False)
        self.depth, self.letters = 0, []
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.depth += tag == "mark"

    def handle_endtag(self, tag):
        self.depth -= tag == "mark"

    def handle_data(self, data):
        self.letters += [self.depth] * len(data)

    def handle_charref(self, name):
        self.letters.append(self.depth)

    handle_entityref = handle_charref


def decide(spans, points=0.5):
    terms = []
    for number, (start, end) in enumerate(spans):
        answer = Answer(
            question=f"q{number}", value=1, status="answered", quote="q", start=start, end=end, source=SOURCE
        )
        signed = points if number % 2 else -points
        terms.append(Contribution(questions=[answer.question], said="1", points=signed, answers=[answer]))
    return Decision(
        document="d", model="m", outcome="yes", predicted="yes", probability=0.5, probabilities={}, intercept=0.0,
        score=sum(term.points for term in terms), contributions=terms,
    )  # fmt: skip


@st.composite
def texts_and_spans(draw):
    text = draw(st.text(alphabet=LETTERS, min_size=1, max_size=40))
    places = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(places, places), max_size=8))
    return text, [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


@given(texts_and_spans())
@settings(max_examples=150, deadline=None)
def test_text_and_marks_are_exact_for_any_spans(case):
    text, spans = case
    fragment = str(highlight(text, decide(spans)))
    assert plain(fragment) == shown(text)
    assert len(shown(text)) == len(text)
    marked = [bool(depth) for depth in Marked(fragment).letters]
    assert marked == [any(start <= place < end for start, end in spans) for place in range(len(text))]
    assert fragment.count("<mark") == fragment.count("</mark>")
    assert fragment.count('class="ref"') == len(spans)


def test_page_text_is_the_hostile_text(explained):
    fragment = highlight(explained.text, explained.decision)
    assert isinstance(fragment, Markup)
    assert plain(fragment) == shown(explained.text)
    assert explained.text.count("\r") == fragment.count("&#13;") == 3
    assert "<script" not in fragment
    assert fragment.count("<img") == 0


def test_overlap_and_nesting_are_cut_at_every_end():
    segments = cut("abcdefgh", marks("abcdefgh", decide([(1, 6), (2, 4), (5, 8)])))
    assert [one.text for one in segments] == ["a", "b", "cd", "e", "f", "gh"]
    assert [len(one.begins) for one in segments] == [0, 1, 1, 0, 1, 0]
    assert [one.kind for one in segments] == ["", "lowers", "both", "lowers", "lowers", "lowers"]


def test_every_mark_names_its_questions_and_leads_to_the_row(explained):
    fragment = str(highlight(explained.text, explained.decision, prefix="d9"))
    assert 'id="d9-mark-2" href="#d9-row-2"' in fragment
    title = html.unescape(re.search(r'title="([^"]*)">41 cm</mark>', fragment)[1])
    assert title == (
        "2. Height: 41 cm; raises +0.52 | 7. Tall: no; lowers by less than 0.01 | 8. Metric: yes; no effect 0.00"
    )


def test_question_known_from_a_pair_alone_is_marked():
    answer = Answer(question="a", value=1, status="answered", quote="x", start=0, end=1, source=SOURCE)
    term = Contribution(questions=["a", "b"], said="1 × 2", points=0.2, answers=[answer])
    decision = decide([]).model_copy(update={"contributions": (term,)})
    assert 'title="1. A (with B): 1 × 2; raises +0.20"' in highlight("xyz", decision)


def test_offsets_outside_the_text_are_refused():
    with pytest.raises(InvalidInputError, match="2 to 9, the text has 5 characters"):
        highlight("hello", decide([(2, 9)]))


def test_empty_document_is_an_empty_page():
    assert plain(highlight("", decide([]))) == ""


def test_hidden_characters_are_told():
    assert evidence_note("plain") == ""
    assert evidence_note("a\x00b\u200b\u200b") == (
        "Characters that do not show in this document: 1 × U+0000, drawn as ␀; 2 × U+200B zero width space."
    )
