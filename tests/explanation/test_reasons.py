"""Principal reasons come from scored terms, against a stated reference, always in the same order."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError
from pellucid.explanation import principal_reasons, reference_points
from pellucid.schema import Answer, Contribution, Decision, ReasonMethod, Source

TERMS = pd.DataFrame({"age": [0.4, 0.0, -0.1], "rent": [1.0, -2.0, 0.4], "age × rent": [0.1, 0.1, 0.1]})


def answer(question, quote="", start=None):
    end = None if start is None else start + len(quote)
    return Answer(
        question=question, value=1, status="answered", quote=quote, start=start, end=end, source=Source(model="demo")
    )


def decision(points, intercept=0.0):
    terms = [
        Contribution(
            questions=questions,
            said="1",
            points=value,
            answers=[answer(name, f"{name} is one", 0 if name == "age" else None) for name in questions],
        )
        for questions, value in points.items()
    ]
    return Decision(
        document="a",
        model="EBMClassifier",
        outcome="bad",
        predicted="bad",
        probability=0.5,
        probabilities={"bad": 0.5},
        score=intercept + sum(points.values()),
        intercept=intercept,
        contributions=terms,
    )


def test_the_two_methods_hold_points_against_average_and_best():
    assert reference_points(TERMS, ReasonMethod.AVERAGE) == pytest.approx(
        {("age",): 0.1, ("rent",): -0.2, ("age", "rent"): 0.1}
    )
    assert reference_points(TERMS, ReasonMethod.BEST) == {("age",): -0.1, ("rent",): -2.0, ("age", "rent"): 0.1}
    assert reference_points(TERMS, "against best", adverse_high=False)["rent",] == 1.0


def test_the_method_changes_the_reasons_and_what_costs_nothing_is_none():
    made = decision({("age",): 0.4, ("rent",): 0.0, ("age", "rent"): 0.1})
    average = principal_reasons(made, reference_points(TERMS, ReasonMethod.AVERAGE))
    best = principal_reasons(made, reference_points(TERMS, ReasonMethod.BEST))
    assert [(one.questions, round(one.lost, 9)) for one in average] == [(("age",), 0.3), (("rent",), 0.2)]
    assert [(one.rank, one.questions, one.lost) for one in best] == [(1, ("rent",), 2.0), (2, ("age",), 0.5)]
    assert best[1].quote == "age is one"
    assert best[0].quote == ""
    assert best[0].wording == "rent: 1"


def test_where_low_is_unfavourable_the_other_terms_are_named():
    made = decision({("age",): 0.4, ("rent",): -1.0})
    (only,) = principal_reasons(made, {("age",): 0.1, ("rent",): -0.2}, adverse_high=False)
    assert only.questions == ("rent",)
    assert only.lost == pytest.approx(0.8)


def test_a_letter_may_give_its_own_words():
    made = decision({("age",): 0.4, ("rent",): 0.5})
    words = principal_reasons(made, {}, wording={("rent",): "Rent takes too much of the income."})
    assert [one.wording for one in words] == ["Rent takes too much of the income.", "age: 1"]
    assert principal_reasons(made, {}, wording=lambda term: term.questions[0].upper())[0].wording == "RENT"


@given(
    st.lists(st.sampled_from([-0.3, 0.0, 0.1, 0.1 + 1e-13, 0.2]), min_size=1, max_size=9),
    st.integers(1, 5),
)
@settings(deadline=None, max_examples=60)
def test_reasons_are_few_ordered_and_ties_keep_the_questionnaires_order(points, count):
    made = decision({(f"q{n}",): value for n, value in enumerate(points)})
    found = principal_reasons(made, {}, count=count)
    assert len(found) == min(count, sum(value > 0 for value in points))
    places = [(-round(one.lost, 6), int(one.questions[0][1:])) for one in found]
    assert places == sorted(places)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    left = {f"q{n}": value for n, value in enumerate(points)}
    for one in found:
        left.pop(one.questions[0])
    assert all(value <= found[-1].lost + 1e-9 for value in left.values()) if len(found) == count else True


@pytest.mark.parametrize("count", [0, 6, 2.5])
def test_one_to_five_reasons_are_given(count):
    with pytest.raises(InvalidInputError, match="count"):
        principal_reasons(decision({("age",): 0.4}), {}, count=count)
