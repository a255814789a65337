"""Similar cases are the nearest by the model's own points, never the document itself."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError
from pellucid.explanation import SimilarCases
from pellucid.schema import Contribution, Decision


def decision(name, points):
    terms = [Contribution(questions=(q,), said=f"{q} {value:g}", points=value) for q, value in points.items()]
    score = sum(points.values())
    return Decision(
        document=name,
        model="EBMClassifier",
        outcome="rain",
        predicted="rain" if score > 0 else "sun",
        probability=0.25,
        probabilities={"rain": 0.25},
        score=score,
        intercept=0.0,
        contributions=terms,
    )


def known(rows):
    names = [f"d{n}" for n in range(len(rows))]
    table = pd.DataFrame(rows, index=names, columns=["wind", "cloud", "warm"], dtype=float)
    made = [decision(name, table.loc[name].to_dict()) for name in names]
    return SimilarCases(table, made, dict.fromkeys(names, "rain"))


def test_the_nearest_come_first_with_the_terms_they_share_most():
    cases = known([[1.0, 0.5, -0.2], [2.0, 0.4, 0.3], [-1.0, 0.5, 0.0]])
    here = decision("new", {"wind": 1.1, "cloud": 0.5, "warm": 0.3})
    found = cases.of(here)
    assert [one.document for one in found] == ["d0", "d1", "d2"]
    assert found[0].distance == pytest.approx(0.6)
    assert [term.questions for term in found[0].terms] == [("wind",), ("cloud",)]
    assert (found[0].terms[0].points, found[0].terms[0].points_here) == (1.0, 1.1)
    assert (found[0].terms[0].said, found[0].terms[0].said_here) == ("wind 1", "wind 1.1")
    assert [term.questions[0] for term in found[2].terms] == ["cloud"]
    assert (found[0].probability, found[0].predicted, found[0].observed) == (0.25, "rain", "rain")


def test_the_document_itself_and_others_are_left_out():
    cases = known([[1.0, 0, 0], [2.0, 0, 0], [3.0, 0, 0]])
    here = decision("d0", {"wind": 1.0})
    assert [one.document for one in cases.of(here)] == ["d1", "d2"]
    assert [one.document for one in cases.of(here, without=["d1"])] == ["d2"]
    assert len(cases.of(here, count=1)) == 1


@given(st.lists(st.lists(st.floats(-3, 3), min_size=3, max_size=3), min_size=2, max_size=8))
@settings(deadline=None, max_examples=40)
def test_no_document_left_out_is_nearer(rows):
    cases = known(rows[1:])
    here = decision("new", dict(zip(["wind", "cloud", "warm"], rows[0], strict=True)))
    found = cases.of(here, count=3)
    away = sorted(np.abs(np.array(rows[1:]) - np.array(rows[0])).sum(axis=1))
    assert [one.distance for one in found] == pytest.approx(away[:3])


def test_a_document_without_decision_or_outcome_is_refused():
    table = pd.DataFrame({"wind": [1.0]}, index=["d0"])
    with pytest.raises(InvalidInputError, match="'d0' has no decision"):
        SimilarCases(table, [], {"d0": "rain"})
    with pytest.raises(InvalidInputError, match="'d0' has no outcome"):
        SimilarCases(table, [decision("d0", {"wind": 1.0})], {})
