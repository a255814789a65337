"""Terms as tables: they add up, and those of one class can always be taken out."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import AdditivityError
from pellucid.glassbox import (
    EBMClassifier,
    RiskScoreClassifier,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    terms_of,
)
from pellucid.glassbox._terms import check_additivity


@pytest.mark.parametrize("gap", [np.nan, 1e-6])
def test_additivity_is_refused_by_row(gap):
    points = np.array([[1.0, 2.0], [1.0, 2.0 + gap]])
    with pytest.raises(AdditivityError, match="in 1 of 2 rows, first in row 1"):
        check_additivity(points, 0.5, np.array([3.5, 3.5]))


def test_additivity_is_relative_for_large_scores():
    check_additivity(np.array([[1e12]]), 0.5, np.array([1e12]))


@pytest.mark.parametrize(
    "model",
    [EBMClassifier(outer_bags=2), SparseLinearClassifier(), ShallowTreeClassifier(), RiskScoreClassifier()],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.parametrize("labels", [["a", "b"], ["a", "b", "c"]], ids=len)
def test_the_terms_of_each_class_can_be_taken_out_even_where_nothing_can_be_learnt(model, labels):
    table = pd.DataFrame({"same": [1.0] * 30, "also": ["x"] * 30})
    model.fit(table, np.resize(labels, 30))
    terms = model.contributions(table)
    for place, label in enumerate(model.classes_):
        one = terms_of(terms, label, several=len(labels) > 2)
        assert one.shape == (30, len(model.terms_))
        score = np.atleast_2d(model.decision_function(table).T).T
        intercept = np.atleast_1d(model.intercept_)
        column = place if len(labels) > 2 else 0
        np.testing.assert_allclose(one.sum(axis=1) + intercept[column], score[:, column], atol=1e-9)
