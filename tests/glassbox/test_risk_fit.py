"""The fits a risk score is searched with: each is the optimum of what it says it solves."""

import numpy as np
import pytest
from scipy.optimize import minimize

from pellucid.glassbox._risk_fit import (
    COEFFICIENT_LIMIT,
    SLOPE_RANGE,
    Limits,
    fit_points,
    fit_supports,
    make_design,
    within_limits,
)

SMALL = Limits(max_groups=2, max_columns=3, columns_per_group=2, max_points=2, ridge=1.0)


def make_problem(seed, p=5):
    """Binary columns in three groups, and an outcome that follows the first of them."""
    rng = np.random.default_rng(seed)
    B = (rng.random((60, p)) < 0.4).astype(float)
    y = (rng.random(60) < np.where(B[:, 0] == 1, 0.7, 0.3)).astype(int)
    return B, y, np.arange(p) % 3


def logistic_loss(z, y):
    return np.logaddexp(0, z).sum() - z @ y


@pytest.mark.parametrize("seed", range(5))
def test_support_fits_are_the_optimum_within_the_box(seed):
    B, y, group = make_problem(seed, p=3)
    B[:, 0] = y  # splits the outcomes perfectly: only box and ridge hold its coefficient
    design = make_design(B, y, group, SMALL._replace(ridge=1e-3))
    found = fit_supports(design, np.array([[0, 1, 2]]), np.zeros((1, 4)))

    def loss(w):
        return logistic_loss(B @ w[:3] + w[3], y) + 0.5e-3 * (w[:3] ** 2).sum()

    box = [(-COEFFICIENT_LIMIT, COEFFICIENT_LIMIT)] * 3 + [(-20, 20)]
    best = minimize(loss, np.zeros(4), bounds=box, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-8})
    assert found.coefficients[0, 0] == COEFFICIENT_LIMIT
    assert found.losses[0] == pytest.approx(loss(found.coefficients[0]), abs=1e-9)
    assert found.losses[0] <= best.fun + 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_points_fits_are_the_optimum_of_intercept_and_slope(seed):
    B, y, group = make_problem(seed)
    points = np.random.default_rng(seed).integers(-2, 3, (6, 5))
    points[0] = 0
    design = make_design(B, y, group, SMALL)
    for one, intercept, slope, loss in zip(points, *fit_points(design, points), strict=True):

        def objective(w, one=one):
            return logistic_loss(w[0] + w[1] * (B @ one), y) + 0.5 * w[1] ** 2 * (one**2).sum()

        best = minimize(objective, [0.0, 0.1], bounds=[(-40, 40), SLOPE_RANGE], method="L-BFGS-B")
        assert loss == pytest.approx(objective([intercept, slope]), abs=1e-8)
        assert loss <= best.fun + 1e-6
        assert SLOPE_RANGE[0] <= slope <= SLOPE_RANGE[1]


def test_limits_on_groups_columns_and_points_are_told_apart():
    design = make_design(*make_problem(0), SMALL)
    points = np.array([[1, 2, 0, 0, 0], [1, 1, 1, 0, 0], [3, 0, 0, 0, 0], [1, 1, 0, 1, 1], [0, 0, 0, 0, 0]])
    assert within_limits(design, points).tolist() == [True, False, False, False, True]
