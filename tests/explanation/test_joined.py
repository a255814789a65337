"""Points joined to answers: every question is shown, what has no value is named, and a wrong sum is refused."""

import pytest

from pellucid.exceptions import AdditivityError
from pellucid.explanation import Scored, join_evidence
from pellucid.schema import Answer, Question, Questionnaire, Reading

ASKED = Questionnaire(
    name="demo",
    questions=[
        Question(id="age", ask="Age?", type="number", unit="years"),
        Question(id="pain", ask="Pain?", type="yes/no"),
        Question(id="hue", ask="Hue?", type="choice", options=["red", "blue"]),
    ],
)
ANSWERS = (
    Answer(question="age", value=70, status="answered", source={"model": "m"}),
    Answer(question="pain", value="yes", status="unsupported", source={"model": "m"}),
    Answer(question="hue", value=None, status="unreadable", source={"model": "m"}),
)
TERMS = [("pain",), ("age",), ("age", "hue")]


def joined(points, score, spread=None, worth=None, warned=()):
    scored = Scored("EBM", "ill", "ill", 0.75, {"well": 0.25, "ill": 0.75}, score, 0.5, worth, TERMS, points, spread)
    return join_evidence(
        Reading(document="a-1", answers=ANSWERS), scored, ASKED, lambda answers: [*warned, str(len(answers))]
    )


def test_every_question_is_shown_in_order_and_pairs_come_last():
    found = joined([0.25, 0.5, -1.0], 0.25)
    assert [term.questions for term in found.contributions] == [("age",), ("pain",), ("hue",), ("age", "hue")]
    assert [term.points for term in found.contributions] == [0.5, 0.25, 0.0, -1.0]
    assert [term.said for term in found.contributions] == [
        "70 years",
        "yes (unsupported)",
        "unreadable",
        "70 years and unreadable",
    ]
    assert found.contributions[3].answers == (ANSWERS[0], ANSWERS[2])
    assert [term.spread for term in found.contributions] == [None] * 4


def test_spread_and_whole_points_stand_with_their_terms():
    found = joined([0.25, 0.5, -1.0], 0.25, spread=[2.0, 0.1, 0.2], worth=0.25, warned=["look"])
    assert [term.spread for term in found.contributions] == [0.1, 2.0, None, 0.2]
    assert [term.whole_points for term in found.contributions] == [2, 1, 0, -4]
    assert found.warnings == ("look", "3", "the model is unsure of these points: pain (+0.2 ± 2.0)")


def test_points_that_do_not_add_up_are_refused():
    with pytest.raises(AdditivityError, match="'a-1'"):
        joined([0.25, 0.5, -1.0], 0.2500001)
