"""Measures against scikit-learn and statsmodels, weighted and not, with ties and in edge cases."""

import numpy as np
import pytest
import sklearn.metrics as sk
import statsmodels.api as sm
from scipy.special import expit, logit

from pellucid.validation._measures import CLIP, MEASURES, accuracy, auroc, average_precision, calibration_slope


def simulated(seed, n=120, decimals=None):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 3 == 0).astype(np.int64)
    p = expit(1.2 * (2 * y - 1) + 1.5 * rng.normal(size=n))
    return y, p if decimals is None else p.round(decimals)


def simulated_three(seed, n=150):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 3).astype(np.int64)
    scores = rng.normal(size=(n, 3)) + 1.5 * np.eye(3)[y]
    return y, np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


def counts(seed, n, draws=4):
    return np.random.default_rng(seed).integers(0, 4, size=(n, draws)).astype(float)


def fitted_slope(y, p, w):
    x = logit(np.clip(p, CLIP, 1 - CLIP))
    family = sm.families.Binomial()
    return sm.GLM(y, sm.add_constant(x), family=family, freq_weights=w).fit(tol=1e-12, tol_criterion="params").params[1]


def clipped(p):
    return np.clip(p, CLIP, 1 - CLIP)


BINARY = {
    "auroc": lambda y, p, w: sk.roc_auc_score(y, p, sample_weight=w),
    "average_precision": lambda y, p, w: sk.average_precision_score(y, p, sample_weight=w),
    "brier": lambda y, p, w: sk.brier_score_loss(y, p, sample_weight=w),
    "log_loss": lambda y, p, w: sk.log_loss(y, clipped(p), sample_weight=w),
    "accuracy": lambda y, p, w: sk.accuracy_score(y, p > 0.5, sample_weight=w),
    "calibration_slope": fitted_slope,
}

MULTICLASS = {
    "auroc": lambda y, p, w: np.mean([sk.roc_auc_score(y == k, p[:, k], sample_weight=w) for k in range(3)]),
    "average_precision": lambda y, p, w: np.mean(
        [sk.average_precision_score(y == k, p[:, k], sample_weight=w) for k in range(3)]
    ),
    "brier": lambda y, p, w: sk.brier_score_loss(y, p, sample_weight=w, scale_by_half=False),
    "log_loss": lambda y, p, w: sk.log_loss(y, p, sample_weight=w),
    "accuracy": lambda y, p, w: sk.accuracy_score(y, p.argmax(axis=1), sample_weight=w),
}


def test_every_measure_has_an_oracle():
    assert set(BINARY) == set(MEASURES)
    assert set(MULTICLASS) == set(MEASURES) - {"calibration_slope"}


@pytest.mark.parametrize("decimals", [None, 1], ids=["distinct", "ties"])
@pytest.mark.parametrize("name", list(BINARY))
def test_two_classes_agree_with_the_oracle_plain_and_weighted(name, decimals):
    y, p = simulated(3, decimals=decimals)
    weights = np.column_stack([np.ones(len(y)), counts(4, len(y))])
    expected = [BINARY[name](y, p, w) for w in weights.T]
    np.testing.assert_allclose(MEASURES[name].values(y, p, weights), expected, rtol=1e-7)


@pytest.mark.parametrize("name", list(MULTICLASS))
def test_three_classes_agree_with_the_oracle_plain_and_weighted(name):
    y, p = simulated_three(5)
    weights = np.column_stack([np.ones(len(y)), counts(6, len(y))])
    expected = [MULTICLASS[name](y, p, w) for w in weights.T]
    np.testing.assert_allclose(MEASURES[name].values(y, p, weights), expected, rtol=1e-9)


def test_macro_auroc_is_scikit_learns_one_versus_rest():
    y, p = simulated_three(7)
    assert auroc(y, p, np.ones((len(y), 1)))[0] == pytest.approx(sk.roc_auc_score(y, p, multi_class="ovr"))


def test_the_reference_vector_gives_the_reference_areas():
    y = np.r_[np.zeros(12, int), np.ones(8, int)]
    a = np.array([1, 2, 2, 3, 1, 4, 5, 2, 3, 1, 6, 2, 4, 5, 6, 7, 3, 8, 5, 6], float)
    b = np.array([3, 1, 4, 2, 5, 3, 6, 1, 2, 4, 5, 3, 4, 3, 6, 5, 2, 7, 6, 4], float)
    ones = np.ones((20, 1))
    assert auroc(y, a, ones)[0] == pytest.approx(0.890625)
    assert auroc(y, b, ones)[0] == pytest.approx(0.7239583333)


def test_a_constant_probability_ranks_at_chance_and_has_no_slope():
    y = np.array([0, 0, 0, 1])
    p, ones = np.full(4, 0.25), np.ones((4, 1))
    assert auroc(y, p, ones)[0] == 0.5
    assert average_precision(y, p, ones)[0] == 0.25
    assert np.isnan(calibration_slope(y, p, ones)[0])


def test_a_draw_in_which_only_equal_probabilities_are_left_has_no_slope():
    y, p = np.array([0, 1, 0, 1]), np.array([0.2, 0.2, 0.9, 0.1])
    assert np.isnan(calibration_slope(y, p, np.array([[1.0], [1.0], [0.0], [0.0]]))[0])


def test_a_perfect_ranking_has_an_infinite_slope_and_a_reversed_one_minus_infinity():
    y, ones = np.array([0, 0, 1, 1]), np.ones((4, 1))
    assert calibration_slope(y, np.array([0.1, 0.3, 0.6, 0.8]), ones)[0] == np.inf
    assert calibration_slope(y, np.array([0.1, 0.3, 0.3, 0.8]), ones)[0] == np.inf  # a shared boundary still separates
    assert calibration_slope(y, np.array([0.8, 0.6, 0.3, 0.1]), ones)[0] == -np.inf


def test_a_draw_without_one_class_is_undefined_not_wrong():
    y, p = np.array([0, 1, 0]), np.array([0.2, 0.6, 0.4])
    only_zeros = np.array([[1.0], [0.0], [1.0]])
    assert np.isnan(auroc(y, p, only_zeros)[0])
    assert np.isnan(average_precision(y, p, only_zeros)[0])


@pytest.mark.parametrize("seed", range(3))
def test_the_slope_is_found_beside_certain_mistakes(seed):
    """Probabilities of 0 and 1 make the plain Newton method overshoot for ever."""
    rng = np.random.default_rng(seed)
    y, p = simulated(seed, n=200)
    p = p.round(1)
    p[rng.choice(200, 8, replace=False)] = rng.integers(0, 2, 8)
    weights = rng.multinomial(200, np.full(200, 1 / 200), size=300).T.astype(float)
    slopes = calibration_slope(y, p, weights)
    assert np.isfinite(slopes).all()
    np.testing.assert_allclose(slopes[:5], [fitted_slope(y, p, w) for w in weights[:, :5].T], rtol=1e-6)


def test_the_slope_of_true_probabilities_is_near_one_and_of_exaggerated_ones_near_a_half():
    rng = np.random.default_rng(0)
    x = rng.normal(size=20_000)
    y = (rng.random(20_000) < expit(x)).astype(np.int64)
    ones = np.ones((20_000, 1))
    assert calibration_slope(y, expit(x), ones)[0] == pytest.approx(1, abs=0.05)
    assert calibration_slope(y, expit(2 * x), ones)[0] == pytest.approx(0.5, abs=0.03)


def test_one_half_decides_for_the_first_class():
    assert accuracy(np.array([0, 1]), np.array([0.5, 0.5]), np.ones((2, 1)))[0] == 0.5
    assert accuracy(np.array([0, 1]), np.full((2, 3), 1 / 3), np.ones((2, 1)))[0] == 0.5


def test_a_certain_mistake_costs_a_finite_log_loss():
    found = MEASURES["log_loss"].values(np.array([1]), np.array([0.0]), np.ones((1, 1)))
    assert found[0] == pytest.approx(-np.log(CLIP))
