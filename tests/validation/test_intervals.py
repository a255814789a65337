"""The bootstrap: class sizes kept, draws shared, limits that cover."""

import numpy as np
import pytest
from scipy.special import ndtr
from sklearn.metrics import roc_auc_score

from pellucid.validation._intervals import (
    Resampled,
    interval_words,
    paired_difference,
    percentile_limits,
    resample,
    stratified_draws,
)


def scored(rng, y, strength, repeats=1):
    """Probabilities whose AUROC is Phi(strength / sqrt 2)."""
    return ndtr(rng.normal(size=(repeats, len(y))) + strength * y)


def test_a_figure_is_the_mean_over_repeats():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    P = scored(rng, y, 1.0, repeats=3)
    found = resample(y, {"a": P}, draws=50, seed=0)["a"]["auroc"]
    assert found.value == pytest.approx(np.mean([roc_auc_score(y, p) for p in P]))


def test_draws_are_those_of_the_documents_repeated():
    rng = np.random.default_rng(1)
    y = np.arange(40) % 2
    P = scored(rng, y, 1.0)
    weights = np.hstack(list(stratified_draws(y, 5, seed=7)))
    by_hand = [roc_auc_score(np.repeat(y, w), np.repeat(P[0], w)) for w in weights.T.astype(int)]
    np.testing.assert_allclose(resample(y, {"a": P}, draws=5, seed=7)["a"]["auroc"].draws, by_hand)


def test_blocks_of_draws_keep_class_sizes_and_number():
    y = np.repeat([0, 1, 2], [400, 200, 5])
    blocks = list(stratified_draws(y, 333, seed=0))
    assert len(blocks) > 1
    weights = np.hstack(blocks)
    assert weights.shape == (605, 333)
    for code, size in enumerate([400, 200, 5]):
        assert (weights[y == code].sum(axis=0) == size).all()


def test_the_same_predictions_differ_by_exactly_nothing():
    rng = np.random.default_rng(2)
    y = np.arange(50) % 2
    P = scored(rng, y, 1.0, repeats=2)
    found = paired_difference(resample(y, {"a": P, "b": P.copy()}, draws=60, seed=0), "a", "b", "auroc")
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_a_paired_difference_has_the_sign_of_the_better_and_is_narrower_than_an_unpaired_one():
    rng = np.random.default_rng(3)
    y = np.arange(200) % 2
    shared = rng.normal(size=200)
    strong, weak = (ndtr(shared + slope * y + 0.3 * rng.normal(size=200))[None] for slope in (2.0, 1.0))
    figures = resample(y, {"strong": strong, "weak": weak}, draws=400, seed=0)
    there = paired_difference(figures, "strong", "weak", "auroc")
    back = paired_difference(figures, "weak", "strong", "auroc")
    assert there.low > 0
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))
    apart = [figures[name]["auroc"].measure() for name in ("strong", "weak")]
    assert there.high - there.low < np.hypot(*[one.high - one.low for one in apart])


def test_intervals_cover_the_true_area_about_as_often_as_they_say():
    rng = np.random.default_rng(4)
    y, strength, runs = np.arange(120) % 2, 1.2, 150
    truth = ndtr(strength / np.sqrt(2))
    predictions = [scored(rng, y, strength) for _ in range(runs)]
    found = [resample(y, {"a": P}, draws=200, seed=run)["a"]["auroc"].measure() for run, P in enumerate(predictions)]
    covered = sum(one.low <= truth <= one.high for one in found)
    assert 0.88 <= covered / runs <= 0.99  # 95% less or more three standard errors, and the percentile's small loss


def test_limits_are_order_statistics():
    assert percentile_limits(np.random.default_rng(0).permutation(np.arange(1.0, 1001.0))) == (25.0, 976.0)
    assert percentile_limits(np.arange(1.0, 40.0)) == (1.0, 39.0)


def test_an_undefined_figure_has_no_value_and_one_undefined_draw_takes_the_limits():
    assert Resampled(float("nan"), np.zeros(50)).measure().value is None
    assert Resampled(float("inf"), np.zeros(50)).measure().value is None
    partly = Resampled(1.0, np.r_[np.nan, np.zeros(50)]).measure()
    assert (partly.value, partly.low, partly.high) == (1.0, None, None)


def test_infinite_draws_count_as_large_ones():
    few = Resampled(1.0, np.r_[np.full(10, np.inf), np.linspace(0, 1, 990)]).measure()
    assert few.high < 1.01
    many = Resampled(1.0, np.r_[np.full(100, np.inf), np.linspace(0, 1, 900)]).measure()
    assert (many.low, many.high) == (None, None)


def test_an_undefined_side_makes_the_difference_undefined():
    rng = np.random.default_rng(5)
    y = np.arange(40) % 2
    figures = resample(y, {"a": scored(rng, y, 1.0), "flat": np.full((1, 40), 0.5)}, draws=50, seed=0)
    assert paired_difference(figures, "a", "flat", "calibration_slope").value is None
    assert paired_difference(figures, "a", "flat", "auroc").value is not None


def test_the_words_say_what_is_not_covered():
    assert "percentile" in interval_words(2000)
    assert "2,000" in interval_words(2000)
    assert "trained on is not covered" in interval_words(2000)
