"""Measures of predicted numbers at their ends."""

import numpy as np
import pytest

from pellucid.measures._numbers import mae, number_intercept, number_slope, r_squared, rmse, spearman

ONES = np.ones((4, 1))
Y = np.array([1.0, 2.0, 3.0, 10.0])


def test_a_perfect_prediction():
    assert [measure(Y, Y, ONES)[0] for measure in (rmse, mae, r_squared, number_slope, spearman)] == [0, 0, 1, 1, 1]
    assert number_intercept(Y, Y, ONES)[0] == pytest.approx(0, abs=1e-12)


def test_the_mean_for_all_explains_nothing_and_has_neither_slope_nor_rank():
    flat = np.full(4, Y.mean())
    assert r_squared(Y, flat, ONES)[0] == 0
    assert np.isnan([measure(Y, flat, ONES)[0] for measure in (number_slope, number_intercept, spearman)]).all()


def test_an_outcome_without_spread_leaves_nothing_to_explain():
    assert np.isnan(r_squared(np.full(4, 0.1), Y, ONES)[0])


def test_large_numbers_keep_their_digits():
    y = 1e9 + Y
    assert number_slope(y, 1e9 + 2 * Y, ONES)[0] == pytest.approx(0.5, rel=1e-9)
    assert r_squared(y, y + 1, ONES)[0] == pytest.approx(1 - 4 / ((Y - Y.mean()) ** 2).sum(), rel=1e-9)


def test_ranks_are_taken_anew_in_each_draw():
    predicted = np.array([1.0, 3.0, 2.0, 4.0])
    weights = np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    assert spearman(Y, predicted, weights) == pytest.approx([1.0, 0.5])
