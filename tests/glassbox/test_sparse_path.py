"""Tests of glassbox/_sparse_path.py: elastic-net solutions, held against scikit-learn's."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, LogisticRegression

from pellucid.glassbox import _sparse_path
from pellucid.glassbox._sparse_path import EXACT, Penalty, Problem, choose, solve


@pytest.fixture
def columns():
    X = np.random.default_rng(0).normal(size=(120, 6))
    return (X - X.mean(axis=0)) / X.std(axis=0)


def problem(columns, target, loss) -> Problem:
    design = np.column_stack([np.ones(len(columns)), columns])
    return Problem(design, target, np.full((len(columns), 1), 1 / len(columns)), loss)


def start(one: Problem) -> np.ndarray:
    return np.zeros((one.design.shape[1], 1, one.target.shape[1]))


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_squares_agree_with_the_elastic_net(columns, l1_ratio):
    y = columns[:, 0] - 0.5 * columns[:, 1] + np.random.default_rng(1).normal(size=120)
    found, converged = solve(p := problem(columns, y[:, None], "squares"), Penalty(0.1, l1_ratio), start(p), EXACT)
    expected = ElasticNet(alpha=0.1, l1_ratio=l1_ratio, tol=1e-10).fit(columns, y)
    assert converged
    np.testing.assert_allclose(found[1:, 0, 0], expected.coef_, atol=1e-6)
    assert found[0, 0, 0] == pytest.approx(expected.intercept_, abs=1e-6)


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
@pytest.mark.parametrize("classes", [2, 3])
def test_logistic_losses_agree_with_logistic_regression(columns, classes, l1_ratio):
    score = columns[:, 0] - columns[:, 1] + np.random.default_rng(1).logistic(size=120)
    y = np.searchsorted(np.quantile(score, np.arange(1, classes) / classes), score)
    target = (y[:, None] == np.arange(classes)).astype(float)
    p = problem(columns, target[:, 1:] if classes == 2 else target, "logistic" if classes == 2 else "softmax")
    found, converged = solve(p, Penalty(0.03, l1_ratio), start(p), EXACT)
    expected = LogisticRegression(
        C=1 / (0.03 * 120), l1_ratio=l1_ratio, solver="saga", tol=1e-8, max_iter=100_000, random_state=0
    ).fit(columns, y)
    assert converged
    np.testing.assert_allclose(found[1:, 0].T, expected.coef_, atol=1e-4)


def test_fits_side_by_side_are_the_fits_alone(columns):
    y = (columns[:, 0] > 0).astype(float)[:, None]
    halves = np.zeros((120, 2))
    halves[:60, 0] = halves[60:, 1] = 1 / 60
    both = Problem(problem(columns, y, "logistic").design, y, halves, "logistic")
    together, _ = solve(both, Penalty(0.05, 1.0), np.zeros((7, 2, 1)), EXACT)
    for place, rows in enumerate((slice(0, 60), slice(60, 120))):
        alone = problem(columns[rows], y[rows], "logistic")
        found, _ = solve(alone, Penalty(0.05, 1.0), start(alone), EXACT)
        np.testing.assert_allclose(together[:, place], found[:, 0], atol=1e-5)


def test_too_few_steps_are_said(columns, monkeypatch):
    monkeypatch.setattr(_sparse_path, "EXACT", (1e-7, 1))
    y = (columns[:, 0] > 0).astype(float)[:, None]
    p = problem(columns, y, "logistic")
    with pytest.warns(ConvergenceWarning, match="not settled"):
        choose(p, np.arange(120) % 5, np.arange(-1, 6), l1_ratio=1.0, most_groups=6)
