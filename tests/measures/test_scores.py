"""Brier score and log loss at their ends."""

import numpy as np
import pytest

from pellucid.measures._scores import brier, log_loss, scores

ONES = np.ones((2, 1))


def test_certainty_that_is_right_costs_next_to_nothing_and_one_half_what_it_must():
    y = np.array([0, 1])
    assert brier(y, np.array([0.0, 1.0]), ONES)[0] == 0
    assert log_loss(y, np.array([0.0, 1.0]), ONES)[0] == pytest.approx(1e-6, rel=1e-3)
    assert brier(y, np.array([0.5, 0.5]), ONES)[0] == 0.25
    assert log_loss(y, np.array([0.5, 0.5]), ONES)[0] == np.log(2)


def test_two_columns_are_two_classes_with_twice_the_brier_score():
    y, p = np.array([0, 1]), np.array([0.3, 0.6])
    both = np.column_stack([1 - p, p])
    assert brier(y, both, ONES)[0] == pytest.approx(2 * brier(y, p, ONES)[0])
    assert log_loss(y, both, ONES)[0] == pytest.approx(log_loss(y, p, ONES)[0])


def test_rows_are_brier_and_log_loss():
    y, p = np.array([0, 1]), np.array([0.3, 0.6])
    np.testing.assert_array_equal(scores(y, p)(ONES), [brier(y, p, ONES), log_loss(y, p, ONES)])
