"""Recalibration against statsmodels in hard cases, calibration in the large, and the binned error."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from pellucid.measures._calibration import (
    calibration_in_the_large,
    calibration_intercept,
    calibration_slope,
    expected_calibration_error,
    recalibration,
)


def simulated(seed, n):
    rng = np.random.default_rng(seed)
    x = rng.normal(-1, 1.2, size=n)
    return (rng.random(n) < expit(x)).astype(np.int64), x


@pytest.mark.parametrize(("seed", "n"), [(0, 60), (1, 400), (2, 3000)])
def test_slope_and_intercept_are_statsmodels_to_nine_digits(seed, n):
    y, x = simulated(seed, n)
    p = expit(0.5 + 1.7 * x)
    model = sm.Logit(y, sm.add_constant(logit(p))).fit(disp=0, tol=1e-13, method="newton")
    found = recalibration(y, p)(np.ones((n, 1)))[:, 0]
    assert found[:2] == pytest.approx(model.params[::-1], abs=1e-9)


def test_intercept_and_slope_undo_what_was_done_to_the_log_odds():
    y, x = simulated(3, 40_000)
    p, ones = expit(0.5 + 2 * x), np.ones((40_000, 1))
    assert calibration_slope(y, p, ones)[0] == pytest.approx(0.5, abs=0.03)
    assert calibration_intercept(y, p, ones)[0] == pytest.approx(-0.25, abs=0.05)


def test_in_the_large_makes_the_mean_probability_the_observed_share():
    y, x = simulated(4, 500)
    weights = np.random.default_rng(5).integers(0, 3, size=(500, 6)).astype(float)
    found = calibration_in_the_large(y, expit(x + 1), weights)
    assert (found < 0).all()
    for shift, w in zip(found, weights.T, strict=True):
        assert np.average(expit(x + 1 + shift), weights=w) == pytest.approx(np.average(y, weights=w), rel=1e-9)


def test_one_class_alone_is_infinitely_far_off():
    p, ones = np.array([0.2, 0.4, 0.9]), np.ones((3, 1))
    assert calibration_in_the_large(np.array([1, 1, 1]), p, ones)[0] == np.inf
    assert calibration_in_the_large(np.array([0, 0, 0]), p, ones)[0] == -np.inf
    weights = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    found = calibration_in_the_large(np.array([0, 1, 1]), p, weights)
    assert np.isfinite(found[0])
    assert found[1:].tolist() == [np.inf, -np.inf]
    assert np.isnan(calibration_slope(np.array([1, 1, 1]), np.full(3, 0.4), ones)[0])


def test_where_the_slope_is_infinite_the_intercept_is_undefined():
    y, p, ones = np.array([0, 0, 1, 1]), np.array([0.1, 0.3, 0.6, 0.8]), np.ones((4, 1))
    assert calibration_slope(y, p, ones)[0] == np.inf
    assert np.isnan(calibration_intercept(y, p, ones)[0])


def test_draws_that_only_the_middle_documents_decide_are_told_from_separated_ones():
    """Overlap is looked for at the ends first; a draw without those must be looked at in full."""
    n = 1000
    x = np.linspace(-3, 3, n)
    y = (np.random.default_rng(6).random(n) < expit(x)).astype(np.int64)
    middle = np.zeros((n, 2))
    middle[400:600, 0] = 1
    middle[:, 1] = (x < 0) == (y == 0)
    found = calibration_slope(y, expit(x), middle)
    assert np.isfinite(found[0])
    assert found[1] == np.inf


def test_the_binned_error_of_perfect_groups_is_nothing_and_of_wrong_ones_the_distance():
    y = np.tile([0, 1], 50)
    ones = np.ones((100, 1))
    assert expected_calibration_error(y, np.full(100, 0.5), ones)[0] == pytest.approx(0)
    assert expected_calibration_error(y, np.full(100, 0.8), ones)[0] == pytest.approx(0.3)


def test_groups_hold_as_many_documents_each_and_equal_probabilities_stay_together():
    y = np.zeros(100, np.int64)
    p = np.r_[np.full(35, 0.1), np.linspace(0.2, 0.9, 65)]
    by_hand = p.mean()  # nobody is of class 1: every group is off by its own mean
    assert expected_calibration_error(y, p, np.ones((100, 1)))[0] == pytest.approx(by_hand)
    mixed = np.r_[np.tile([0, 1], 5), np.ones(10, np.int64)]
    q = np.r_[np.full(10, 0.5), np.full(10, 1.0)]
    assert expected_calibration_error(mixed, q, np.ones((20, 1)))[0] == pytest.approx(0)


def test_the_binned_error_is_biased_upwards_as_its_docstring_says():
    rng = np.random.default_rng(7)
    found = []
    for _ in range(200):
        p = rng.random(200)
        found.append(expected_calibration_error((rng.random(200) < p).astype(np.int64), p, np.ones((200, 1)))[0])
    by_chance = 0.8 * np.sqrt(np.mean(p * (1 - p)) / 20)
    assert np.mean(found) == pytest.approx(by_chance, rel=0.15)
