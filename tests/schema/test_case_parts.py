"""What stands beside a decision keeps its bounds."""

import pytest
from pydantic import ValidationError

from pellucid.schema import (
    AnswerStability,
    BagSpread,
    Measure,
    PredictionSet,
    PrincipalReason,
    ReasonMethod,
    SharedTerm,
    SimilarCase,
    Sureness,
)


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (BagSpread, {"low": 0.5, "high": 0.4, "bags": 3}, "low: 0.5 is above high 0.4"),
        (BagSpread, {"low": 0.5, "high": 1.4, "bags": 3}, "high"),
        (AnswerStability, {"question": "a", "readings": 2, "same": 3}, "same: 3 is above readings 2"),
        (PrincipalReason, {"rank": 0, "questions": ["a"], "said": "", "points": 0, "lost": 1, "wording": ""}, "rank"),
        (PrincipalReason, {"rank": 1, "questions": ["a"], "said": "", "points": 0, "lost": 0, "wording": ""}, "lost"),
        (SharedTerm, {"questions": ["a", "b", "c"], "said": "", "said_here": "", "points": 0, "points_here": 0}, "que"),
    ],
)
def test_what_cannot_be_is_refused(kind, given, said):
    with pytest.raises(ValidationError, match=said):
        kind(**given)


def test_json_goes_both_ways():
    made = Sureness(
        bags=BagSpread(low=0.1, high=0.3, bags=8),
        prediction_set=PredictionSet(
            classes=(), level=0.9, coverage=Measure(value=0.9), p_values={"a": 0.05, "b": 0.02}, calibrated_on=40
        ),
        stability=(AnswerStability(question="a", readings=3, same=2),),
    )
    assert Sureness.model_validate_json(made.model_dump_json()) == made
    assert Sureness() == Sureness(bags=None, prediction_set=None, stability=())
    assert ReasonMethod("against best") is ReasonMethod.BEST


def test_words_of_a_document_are_not_in_a_repr():
    shared = SharedTerm(questions=("a",), said="secret", said_here="secret", points=1, points_here=1, quote="secret")
    case = SimilarCase(document="d", distance=0, probability=0.5, predicted="a", observed="b", terms=(shared,))
    reason = PrincipalReason(rank=1, questions=("a",), said="secret", points=1, lost=1, wording="", quote="secret")
    assert "secret" not in repr(case) + repr(reason)
