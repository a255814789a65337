"""BCa limits against scipy's, and the rules for where there are others or none."""

import numpy as np
import pytest
from scipy.stats import bootstrap, norm

from pellucid.measures._bca import Resampled, acceleration, percentile_limits


def of_a_mean(sample, draws, seed):
    """The mean of a sample, with its draws and its jackknife."""
    rng = np.random.default_rng(seed)
    drawn = sample[rng.integers(0, len(sample), size=(draws, len(sample)))].mean(axis=1)
    left_out = (sample.sum() - sample) / (len(sample) - 1)
    return Resampled(float(sample.mean()), drawn, left_out)


def test_limits_are_those_of_scipy_on_the_same_kind_of_draws():
    sample = np.random.default_rng(0).exponential(size=40)
    found = of_a_mean(sample, 40_000, 1).limits()
    theirs = bootstrap((sample,), np.mean, n_resamples=40_000, method="BCa", rng=2).confidence_interval
    assert found.method == "stratified BCa bootstrap"
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)
    plain = percentile_limits(of_a_mean(sample, 40_000, 1).draws)
    assert found.high - plain[1] > 0.03  # of a skewed sample the upper limit is further out
    assert acceleration(of_a_mean(sample, 1, 1).jackknife) > 0.03


def test_acceleration_is_a_sixth_of_the_skewness_of_the_influence():
    sample = np.random.default_rng(3).exponential(size=500)
    skewness = ((sample - sample.mean()) ** 3).mean() / sample.std() ** 3
    assert acceleration(of_a_mean(sample, 1, 0).jackknife) == pytest.approx(skewness / 6 / np.sqrt(500), rel=1e-9)


def test_the_limits_of_the_negative_are_the_negative_limits():
    one = of_a_mean(np.random.default_rng(4).exponential(size=30), 999, 5)
    other = Resampled(-one.value, -one.draws, -one.jackknife)
    assert other.limits()[:2] == pytest.approx((-one.limits().high, -one.limits().low), abs=1e-15)


def test_a_lower_level_gives_a_narrower_interval():
    figure = of_a_mean(np.random.default_rng(6).normal(size=50), 2000, 7)
    wide, narrow = figure.limits(), figure.limits(0.90)
    assert wide.low < narrow.low < figure.value < narrow.high < wide.high
    assert (narrow.high - narrow.low) / (wide.high - wide.low) == pytest.approx(1.645 / 1.96, rel=0.06)


def test_intervals_of_a_skewed_mean_cover_better_than_percentiles():
    rng = np.random.default_rng(8)
    hits = {"BCa": 0, "percentile": 0}
    for run in range(400):
        figure = of_a_mean(rng.exponential(size=25), 400, run)
        plain = figure._replace(jackknife=np.empty(0))
        for name, one in (("BCa", figure), ("percentile", plain)):
            low, high, method = one.limits()
            assert name in method
            hits[name] += low <= 1 <= high
    assert hits["BCa"] > hits["percentile"]
    assert hits["BCa"] / 400 > 0.89


def test_ties_between_draws_and_figure_count_half():
    draws = np.repeat([0.1, 0.2, 0.3], [300, 400, 300])
    skewed = Resampled(0.2, draws, np.array([0.19, 0.2, 0.21]))
    assert skewed.limits()[:2] == (0.1, 0.3)
    noisy = Resampled(0.1 + 0.1, draws + np.tile([1e-17, -1e-17], 500), np.array([0.19, 0.2, 0.21]))
    assert noisy.limits()[:2] == pytest.approx((0.1, 0.3))


def test_limits_are_order_statistics():
    assert percentile_limits(np.random.default_rng(0).permutation(np.arange(1.0, 1001.0))) == (25.0, 976.0)
    assert percentile_limits(np.arange(1.0, 40.0)) == (1.0, 39.0)
    assert percentile_limits(np.arange(1.0, 1000.0), (0.1, 0.0)) == (100.0, 999.0)


def test_without_a_usable_jackknife_the_limits_are_plain_percentiles_and_say_so():
    draws = np.linspace(0, 1, 999)
    for jackknife in ([], [0.5, 0.5], [0.5, np.nan], [0.4, np.inf]):
        figure = Resampled(0.4, draws, np.array(jackknife)).measure()
        assert figure.method == "stratified percentile bootstrap"
        assert (figure.low, figure.high) == pytest.approx((0.024, 0.976), abs=0.002)


def test_an_undefined_figure_has_no_value_and_one_undefined_draw_takes_the_limits():
    assert Resampled(float("nan"), np.zeros(50)).measure().value is None
    assert Resampled(float("inf"), np.zeros(50)).measure().value is None
    partly = Resampled(1.0, np.r_[np.nan, np.zeros(50)]).measure()
    assert (partly.value, partly.low, partly.high, partly.method) == (1.0, None, None, "")
    assert np.isnan(percentile_limits(np.array([1.0, np.nan]))).all()


def test_infinite_draws_count_as_large_ones():
    few = Resampled(0.5, np.r_[np.full(10, np.inf), np.linspace(0, 1, 990)]).measure()
    assert few.high < 1.01
    many = Resampled(0.5, np.r_[np.full(100, np.inf), np.linspace(0, 1, 900)]).measure()
    assert (many.low, many.high) == (None, None)


def test_limits_that_would_not_enclose_the_figure_are_not_given():
    rng = np.random.default_rng(9)
    left_out = rng.normal(size=50)
    outside = Resampled(-1.0, rng.random(100), left_out)
    assert np.isnan(outside.limits()[:2]).all()
    biased = Resampled(0.028, 0.05 + 0.01 * rng.normal(size=1000), left_out)
    assert np.isnan(biased.limits()[:2]).all()
    assert biased.measure().value == 0.028
    assert biased.measure().low is None
    somewhat = Resampled(0.045, 0.05 + 0.01 * rng.normal(size=1000), left_out)
    assert somewhat.measure().low < 0.045 < somewhat.measure().high


def test_where_no_draw_differs_there_is_no_spread_or_wilsons_for_a_share():
    assert Resampled(0.0, np.zeros(20)).measure() == (
        Resampled(0.0, np.zeros(20)).measure().model_copy(update={"low": 0.0, "high": 0.0, "method": "no draw differs"})
    )
    share = Resampled(1.0, np.ones(20), trials=10)
    z = norm.ppf(0.975) ** 2
    assert share.measure().low == pytest.approx(10 / (10 + z))
    assert share.limits(0.90).low > share.limits().low


def test_a_difference_takes_draws_and_jackknife_pairwise():
    one = Resampled(0.5, np.array([0.4, 0.6]), np.array([0.5, 0.6]), "cluster", 10)
    other = Resampled(0.2, np.array([0.1, 0.4]), np.array([0.1, 0.3]), "cluster", 10)
    found = one.minus(other)
    assert found.value == pytest.approx(0.3)
    np.testing.assert_allclose([found.draws, found.jackknife], [[0.3, 0.2], [0.4, 0.3]])
    assert (found.scheme, found.trials) == ("cluster", None)


def test_the_standard_error_is_the_spread_of_the_draws_where_they_are_finite():
    assert Resampled(0.5, np.array([0.0, 1.0])).standard_error() == pytest.approx(np.sqrt(0.5))
    assert np.isnan(Resampled(0.5, np.array([0.0, np.inf])).standard_error())


def test_a_strong_acceleration_pushes_a_limit_to_the_outermost_draw():
    draws = np.arange(1.0, 1000.0)
    left_out = np.r_[np.zeros(5), -100.0]
    assert acceleration(left_out) > 0.1
    assert Resampled(900.0, draws, left_out).limits().high == 999.0
