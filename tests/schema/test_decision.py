"""Decisions add up, or do not exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.exceptions import AdditivityError
from pellucid.schema import Contribution, Decision


def decision(points, *, score=None, intercept=0.25):
    terms = [Contribution(questions=(f"q{n}",), said="yes", points=p) for n, p in enumerate(points)]
    return Decision(
        document="a-1",
        model="EBMClassifier",
        outcome="yes",
        predicted="yes",
        probability=0.5,
        probabilities={"no": 0.5, "yes": 0.5},
        score=intercept + sum(points) if score is None else score,
        intercept=intercept,
        contributions=terms,
    )


@given(st.lists(st.floats(-50, 50), max_size=30))
def test_terms_that_add_up_make_a_decision(points):
    assert len(decision(points).contributions) == len(points)


@pytest.mark.parametrize("off", [1e-6, -1e-6, 1.0])
def test_terms_that_do_not_add_up_raise(off):
    with pytest.raises(AdditivityError, match="'a-1': intercept and contributions give"):
        decision([1.0, -0.5], score=0.75 + off)


def test_a_difference_below_the_tolerance_is_rounding():
    assert decision([1.0, -0.5], score=0.75 + 1e-10).score == pytest.approx(0.75)


def test_ranked_puts_the_largest_first_and_keeps_order_in_ties():
    assert [term.questions[0] for term in decision([0.1, -2.0, 1.0, -1.0]).ranked()] == [
        "q1",
        "q2",
        "q3",
        "q0",
    ]


def test_json_goes_both_ways():
    made = decision([1.0, -0.5])
    assert Decision.model_validate_json(made.model_dump_json()) == made
