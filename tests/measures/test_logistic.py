"""Logistic regressions of many draws against statsmodels, from any start, and where there is no answer."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

from pellucid.measures._logistic import chances, logistic


def problem(seed=0, n=150, draws=12):
    rng = np.random.default_rng(seed)
    design = np.vstack([np.ones(n), rng.normal(size=(2, n))])
    positive = rng.random(n) < expit(np.array([-0.5, 1.0, 2.0]) @ design)
    return design, positive, rng.integers(0, 4, size=(n, draws)).astype(float)


@pytest.mark.parametrize("start", [np.zeros(3), np.array([-0.5, 1.0, 2.0]), np.array([5.0, -8.0, 6.0])])
def test_every_draw_is_fitted_as_statsmodels_fits_it_from_wherever_it_starts(start):
    design, positive, weights = problem()
    found = logistic(design, positive, weights, start=start)
    for column, w in zip(found.T, weights.T, strict=True):
        model = sm.GLM(positive.astype(float), design.T, family=sm.families.Binomial(), freq_weights=w)
        np.testing.assert_allclose(column, model.fit(tol=1e-13, tol_criterion="params").params, atol=1e-7)


def test_an_offset_is_taken_into_account():
    design, positive, weights = problem(1)
    offset = 0.7 * design[1]
    found = logistic(design[:1], positive, weights, start=np.zeros(1), offset=offset)[0]
    expected = expit(offset[:, None] + found)
    np.testing.assert_allclose((weights * expected).sum(axis=0), positive @ weights, rtol=1e-8)


def test_a_ridge_holds_coefficients_where_classes_are_separated():
    x = np.linspace(-1, 1, 20)
    found = logistic(np.vstack([np.ones(20), x]), x > 0, np.ones((20, 1)), start=np.zeros(2), ridge=1e-6)
    assert np.isfinite(found).all()
    assert found[1, 0] > 20


def test_a_term_that_says_nothing_of_its_own_has_no_coefficient():
    design, positive, weights = problem(2)
    twice = np.vstack([design[0], design[0]])
    assert np.isnan(logistic(twice, positive, weights, start=np.zeros(2))).all()


def test_probabilities_of_log_odds_are_scipys_far_out_too():
    x = np.array([-800.0, -30.0, -1.0, 0.0, 2.5, 40.0, 800.0])
    np.testing.assert_allclose(chances(-x), expit(x), rtol=1e-14)
