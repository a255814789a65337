"""Tests of glassbox/_ebm_bins.py: the boosting library's bins, told, found again and counted."""

import numpy as np
import pytest

from pellucid.glassbox import EBMClassifier, EBMRegressor
from pellucid.glassbox._ebm_bins import bins_for, cells_of, count_rows
from pellucid.glassbox._table import Column

NUMBER = Column("age", None, missing=True)


@pytest.mark.parametrize(
    ("column", "codes", "bins"),
    [
        (NUMBER, [1.0, 2.0, np.nan], [2.0]),
        (NUMBER, [1.0, 1.0], "continuous"),
        (NUMBER, [np.nan, np.nan], "nominal"),
        (Column("sky", ("a", "b", "c")), [0.0, 1.0], "nominal"),
        (Column("sky", ("a", "b")), [0.0, 1.0], [0.5]),
        (Column("sky", ("a", "b", "c"), ordered=True), [0.0, 0.0], [0.5, 1.5]),
        (Column("sky", ("a",)), [0.0, 0.0], "continuous"),
    ],
)
def test_each_kind_of_question_has_its_bins(column, codes, bins):
    assert bins_for(column, np.array(codes), 32) == bins


def test_numbers_have_at_most_so_many_bins():
    assert len(bins_for(NUMBER, np.arange(100.0), 10)) == 7


@pytest.mark.parametrize(
    ("column", "bins", "cells"),
    [
        (NUMBER, np.array([2.0, 5.0]), [1, 2, 3, 0]),
        (Column("sky", ("a", "b", "c"), ordered=True), np.array([0.5, 1.5]), [1, 2, 3]),
        (Column("sky", ("a", "b", "c")), {"0": 1, "2": 2}, [1, -1, 2]),
        (Column("age", None, missing=True), {}, [-1, 0]),
    ],
)
def test_parts_are_found_in_the_librarys_arrays(column, bins, cells):
    assert cells_of(column, bins) == cells


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_rows_are_counted_like_weights_of_one(mixed, classes):
    table, outcome = mixed(classes=max(classes, 2))
    model = EBMClassifier([("dose", "pain")], outer_bags=2) if classes else EBMRegressor(outer_bags=2)
    model.fit(table, outcome if classes else np.arange(len(table)))
    found = count_rows(model._model, model._table.codes(table))
    assert len(found) == len(model.terms_)
    for cells, weights in zip(found, model._model.bin_weights_, strict=True):
        np.testing.assert_array_equal(cells, weights)
