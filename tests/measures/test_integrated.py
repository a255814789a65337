"""The integrated calibration index: its spline, hard fits, and what it says of known distortions."""

import numpy as np
import pytest
from scipy.special import expit

from pellucid.measures._integrated import KNOTS, integrated_calibration_index, spline


def test_the_spline_is_straight_beyond_its_ends_and_smooth_within():
    knots = np.array([-1.0, 0.0, 0.5, 2.0])
    x = np.linspace(-4, 5, 9001)
    terms = spline(x, knots)
    assert terms.shape == (3, 9001)
    bends = np.diff(terms, n=2, axis=1) / (x[1] - x[0]) ** 2
    outside = (x[1:-1] < -1.01) | (x[1:-1] > 2.01)
    assert np.abs(bends[:, outside]).max() < 1e-4
    assert np.abs(bends[1:, ~outside]).max() > 0.1
    assert np.abs(np.diff(bends, axis=1)).max() < 0.02  # the second derivative has no jumps


def test_the_index_is_the_known_distance_where_probabilities_are_distorted():
    rng = np.random.default_rng(0)
    x = rng.normal(size=30_000)
    y = (rng.random(30_000) < expit(x)).astype(np.int64)
    ones = np.ones((30_000, 1))
    for stated in (expit(x), expit(2 * x), expit(x + 1), expit(x + 0.4 * x**2)):
        truth = np.abs(stated - expit(x)).mean()
        assert integrated_calibration_index(y, stated, ones)[0] == pytest.approx(truth, abs=0.01)


@pytest.mark.parametrize("distinct", [1, 2, 3, 4])
def test_few_distinct_probabilities_are_compared_with_their_own_shares(distinct):
    rng = np.random.default_rng(1)
    levels = np.linspace(0.2, 0.8, distinct)
    group = np.arange(420) % distinct
    y = (rng.random(420) < 0.5).astype(np.int64)
    shares = np.array([y[group == g].mean() for g in range(distinct)])
    found = integrated_calibration_index(y, levels[group], np.ones((420, 1)))[0]
    assert found == pytest.approx(np.abs(levels - shares).mean(), abs=1e-6)


def test_separated_classes_have_an_index_and_a_perfect_one_where_probabilities_are_certain():
    y = np.repeat([0, 1], 50)
    ones = np.ones((100, 1))
    timid = np.linspace(0.3, 0.7, 100)
    assert integrated_calibration_index(y, timid, ones)[0] == pytest.approx(np.abs(timid - y).mean(), abs=0.01)
    assert integrated_calibration_index(y, y.astype(float), ones)[0] == pytest.approx(0, abs=1e-3)


def test_draws_are_fitted_anew_on_the_same_knots():
    rng = np.random.default_rng(2)
    y, p = (rng.random(200) < 0.4).astype(np.int64), rng.random(200)
    weights = rng.integers(0, 3, size=(200, 30)).astype(float)
    together = integrated_calibration_index(y, p, weights)
    alone = [integrated_calibration_index(y, p, w[:, None])[0] for w in weights.T]
    np.testing.assert_allclose(together, alone, rtol=1e-9)
    assert together.std() > 0


def test_three_classes_have_none_and_there_are_four_knots():
    assert np.isnan(integrated_calibration_index(np.array([0, 1, 2]), np.eye(3), np.ones((3, 1)))[0])
    assert len(KNOTS) == 4
