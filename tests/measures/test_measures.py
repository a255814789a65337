"""The lists of measures against scikit-learn, statsmodels and scipy, weighted and not, with ties and in edge cases."""

import numpy as np
import pytest
import sklearn.metrics as sk
import statsmodels.api as sm
from scipy.special import expit, logit
from scipy.stats import linregress, spearmanr

from pellucid.exceptions import InvalidInputError
from pellucid.measures._measures import (
    CLIP,
    MEASURES,
    accuracy,
    auroc,
    average_precision,
    calibration_slope,
    measures_for,
)


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


def fitted(y, p, w):
    x = logit(np.clip(p, CLIP, 1 - CLIP))
    family = sm.families.Binomial()
    return sm.GLM(y, sm.add_constant(x), family=family, freq_weights=w).fit(tol=1e-12, tol_criterion="params").params


def fitted_slope(y, p, w):
    return fitted(y, p, w)[1]


def fitted_shift(y, p, w):
    model = sm.GLM(
        y, np.ones(len(y)), family=sm.families.Binomial(), freq_weights=w, offset=logit(np.clip(p, CLIP, 1 - CLIP))
    )
    return model.fit(tol=1e-12, tol_criterion="params").params[0]


def groups_of_ten(p):
    below = np.array([(p < one).sum() for one in p])
    return below * 10 // len(p)


def binned_error(y, p, w):
    group = groups_of_ten(p)
    parts = [group == g for g in np.unique(group)]
    return sum(abs((w * (y - p))[part].sum()) for part in parts) / w.sum()


def smooth_error(y, p, w):
    """By statsmodels, on truncated cubes written out term by term."""
    x = logit(np.clip(p, CLIP, 1 - CLIP))
    a, b, c, d = np.quantile(x, [0.05, 0.35, 0.65, 0.95])
    cube = lambda knot: np.maximum(x - knot, 0) ** 3  # noqa: E731
    terms = [cube(knot) - cube(c) * (d - knot) / (d - c) + cube(d) * (c - knot) / (d - c) for knot in (a, b)]
    design = np.column_stack([np.ones_like(x), x, *(term / (d - a) ** 2 for term in terms)])
    model = sm.GLM(y, design, family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-12, tol_criterion="params")
    return np.average(np.abs(model.predict(design) - p), weights=w)


def benefit(y, p, w):
    at = np.arange(5, 51) / 100
    hits = np.array([(w * (y == 1) * (p >= t)).sum() for t in at])
    alarms = np.array([(w * (y == 0) * (p >= t)).sum() for t in at])
    return ((hits - alarms * at / (1 - at)) / w.sum()).mean()


def clipped(p):
    return np.clip(p, CLIP, 1 - CLIP)


BINARY = {
    "auroc": lambda y, p, w: sk.roc_auc_score(y, p, sample_weight=w),
    "average_precision": lambda y, p, w: sk.average_precision_score(y, p, sample_weight=w),
    "brier": lambda y, p, w: sk.brier_score_loss(y, p, sample_weight=w),
    "log_loss": lambda y, p, w: sk.log_loss(y, clipped(p), sample_weight=w),
    "accuracy": lambda y, p, w: sk.accuracy_score(y, p >= 0.5, sample_weight=w),
    "sensitivity": lambda y, p, w: sk.recall_score(y, p >= 0.5, sample_weight=w),
    "specificity": lambda y, p, w: sk.recall_score(y, p >= 0.5, sample_weight=w, pos_label=0),
    "ppv": lambda y, p, w: sk.precision_score(y, p >= 0.5, sample_weight=w),
    "npv": lambda y, p, w: sk.precision_score(y, p >= 0.5, sample_weight=w, pos_label=0),
    "calibration_slope": fitted_slope,
    "calibration_intercept": lambda y, p, w: fitted(y, p, w)[0],
    "calibration_in_the_large": fitted_shift,
    "ece": binned_error,
    "ici": smooth_error,
    "net_benefit": benefit,
}

MULTICLASS = {
    "auroc": lambda y, p, w: np.mean([sk.roc_auc_score(y == k, p[:, k], sample_weight=w) for k in range(3)]),
    "average_precision": lambda y, p, w: np.mean(
        [sk.average_precision_score(y == k, p[:, k], sample_weight=w) for k in range(3)]
    ),
    "brier": lambda y, p, w: sk.brier_score_loss(y, p, sample_weight=w, scale_by_half=False),
    "log_loss": lambda y, p, w: sk.log_loss(y, p, sample_weight=w),
    "accuracy": lambda y, p, w: sk.accuracy_score(y, p.argmax(axis=1), sample_weight=w),
    "balanced_accuracy": lambda y, p, w: sk.balanced_accuracy_score(y, p.argmax(axis=1), sample_weight=w),
    "macro_f1": lambda y, p, w: sk.f1_score(y, p.argmax(axis=1), sample_weight=w, average="macro"),
    "kappa": lambda y, p, w: sk.cohen_kappa_score(y, p.argmax(axis=1), sample_weight=w),
    "ece": lambda y, p, w: np.mean([binned_error(y == k, p[:, k], w) for k in range(3)]),
}


def repeated(measure):
    """The measure on each document written out as often as it counts."""
    return lambda y, p, w: measure(np.repeat(y, w.astype(int)), np.repeat(p, w.astype(int)))


NUMBERS = {
    "rmse": repeated(sk.root_mean_squared_error),
    "mae": repeated(sk.mean_absolute_error),
    "r_squared": repeated(sk.r2_score),
    "calibration_slope": repeated(lambda y, p: linregress(p, y).slope),
    "calibration_intercept": repeated(lambda y, p: linregress(p, y).intercept),
    "spearman": repeated(lambda y, p: spearmanr(y, p).statistic),
}


def test_every_measure_has_an_oracle():
    assert list(BINARY) == list(MEASURES)
    assert list(MULTICLASS) == list(measures_for("multiclass"))
    assert list(NUMBERS) == list(measures_for("number"))


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
    np.testing.assert_allclose(measures_for("multiclass")[name].values(y, p, weights), expected, rtol=1e-9)


@pytest.mark.parametrize("decimals", [None, 0], ids=["distinct", "ties"])
@pytest.mark.parametrize("name", list(NUMBERS))
def test_numbers_agree_with_the_oracle_plain_and_weighted(name, decimals):
    rng = np.random.default_rng(8)
    y = rng.normal(100, 3, size=80)
    predicted = y + rng.normal(1, 2, size=80)
    y, predicted = (y, predicted) if decimals is None else (y.round(decimals), predicted.round(decimals))
    weights = np.column_stack([np.ones(80), counts(9, 80)])
    expected = [NUMBERS[name](y, predicted, w) for w in weights.T]
    np.testing.assert_allclose(measures_for("number")[name].values(y, predicted, weights), expected, rtol=1e-9)


@pytest.mark.parametrize("kind", ["binary", "multiclass", "number"])
def test_a_row_of_a_shared_evaluator_is_the_measure(kind):
    rng = np.random.default_rng(10)
    y, p = simulated_three(5) if kind == "multiclass" else simulated(3)
    y = y + rng.normal(size=len(y)) if kind == "number" else y
    weights = counts(4, len(y))
    shared = [one for one in measures_for(kind).values() if one.prepare]
    assert shared
    for one in shared:
        np.testing.assert_array_equal(one.prepare(y, p)(weights)[one.row], one.values(y, p, weights))


def test_the_threshold_and_the_range_of_thresholds_are_those_asked_for():
    y, p = simulated(3)
    ones = np.ones((len(y), 1))
    asked = measures_for("binary", threshold=0.2, thresholds=(0.1, 0.3))
    assert asked["sensitivity"].values(y, p, ones)[0] == sk.recall_score(y, p >= 0.2)
    at = np.array([0.1, 0.3])
    expected = [((y[p >= t] == 1).sum() - (y[p >= t] == 0).sum() * t / (1 - t)) / len(y) for t in at]
    assert asked["net_benefit"].values(y, p, ones)[0] == pytest.approx(np.mean(expected), rel=1e-12)
    assert asked["auroc"] == MEASURES["auroc"]


def test_unknown_kinds_and_impossible_thresholds_are_refused():
    with pytest.raises(InvalidInputError, match="kind: got 'ordinal'; allowed are 'binary', 'multiclass', 'number'"):
        measures_for("ordinal")
    with pytest.raises(InvalidInputError, match="threshold: got 2"):
        measures_for("binary", threshold=2)
    with pytest.raises(InvalidInputError, match="thresholds: got 1; at 1 the exchange rate is infinite"):
        measures_for("binary", thresholds=(0.5, 1))


def test_the_list_for_two_classes_gives_more_classes_what_is_defined_for_them():
    y, p = simulated_three(7)
    found = {name: kind.values(y, p, np.ones((len(y), 1)))[0] for name, kind in MEASURES.items()}
    defined = {name for name, value in found.items() if np.isfinite(value)}
    assert defined == {"auroc", "average_precision", "brier", "log_loss", "accuracy", "ece"}


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


def test_the_threshold_decides_for_the_second_class_and_a_tie_of_more_for_the_first():
    assert accuracy(np.array([0, 1, 1]), np.array([0.5, 0.5, 0.5]), np.ones((3, 1)))[0] == pytest.approx(2 / 3)
    assert accuracy(np.array([0, 1, 1]), np.full((3, 3), 1 / 3), np.ones((3, 1)))[0] == pytest.approx(1 / 3)


def test_a_certain_mistake_costs_a_finite_log_loss():
    found = MEASURES["log_loss"].values(np.array([1]), np.array([0.0]), np.ones((1, 1)))
    assert found[0] == pytest.approx(-np.log(CLIP))
