"""Shift and slopes that begin with what was said."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from pellucid.labeling._shrunk import INTERCEPT, SLOPE, log_losses, shrunk_logistic


def drawn(n, slopes=(1.0,), intercept=0.0, seed=0):
    random = np.random.default_rng(seed)
    scores = random.normal(0, 1.5, (n, len(slopes)))
    return scores, (random.random(n) < expit(intercept + scores @ np.array(slopes))).astype(float)


def test_without_any_document_it_is_where_it_begins():
    assert shrunk_logistic([], [])(np.array([0.3, -2.0])).tolist() == [0.3, -2.0]
    two = shrunk_logistic(np.empty((0, 2)), [], begin=[0.25, 0.75])
    assert (two.intercept, two.slopes.tolist()) == (0.0, [0.25, 0.75])
    assert two(np.array([[4.0, 4.0]])).tolist() == [4.0]


def test_begun_at_zero_it_is_a_ridge_regression():
    scores, positive = drawn(80, (0.8, 0.5), 0.6)
    # Half the squares of v join sklearn's loss at C=1: v = sqrt(2 * pull) * w.
    design = np.column_stack([np.ones(80) / np.sqrt(2 * INTERCEPT), scores / np.sqrt(2 * SLOPE)])
    ridge = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-10).fit(design, positive).coef_[0]
    ours = shrunk_logistic(scores, positive, begin=0.0)
    assert ours.intercept == pytest.approx(ridge[0] / np.sqrt(2 * INTERCEPT), abs=1e-4)
    np.testing.assert_allclose(ours.slopes, ridge[1:] / np.sqrt(2 * SLOPE), atol=1e-4)


def test_the_more_documents_the_less_it_is_pulled():
    away = [abs(shrunk_logistic(*drawn(n, (0.3,), -1.0)).slopes[0] - 0.3) for n in (20, 200, 20_000)]
    assert away[0] > away[1] > away[2]
    assert away[2] < 0.03
    many = shrunk_logistic(*drawn(20_000, (0.3,), -1.0))
    assert many.intercept == pytest.approx(-1.0, abs=0.05)


def test_no_score_is_turned_round():
    scores, positive = drawn(2_000, (-1.0,))
    assert shrunk_logistic(scores, positive).slopes.tolist() == [0.0]


def test_one_class_alone_moves_the_level_and_stays_finite():
    found = shrunk_logistic([-1.0, 0.0, 1.0] * 5, [1] * 15)
    assert 0.5 < found.intercept < 5
    assert np.isfinite(found.slopes).all()


def test_scores_that_say_nothing_leave_the_slope_where_it_begins():
    found = shrunk_logistic(np.zeros(50), [0, 1] * 25, begin=0.4)
    assert found.slopes == pytest.approx([0.4])
    assert found.intercept == pytest.approx(0.0, abs=1e-6)


def test_log_loss_of_each_document():
    found = log_losses(np.array([0.0, np.log(3), np.log(3), 800.0]), np.array([1.0, 1.0, 0.0, 0.0]))
    np.testing.assert_allclose(found, [np.log(2), -np.log(0.75), -np.log(0.25), 800.0])
