"""Paired differences: normal limits, and what is undefined."""

import numpy as np
import pytest
from scipy.stats import norm

from pellucid.measures._paired import bootstrap_difference, normal_difference


def test_limits_stand_at_so_many_standard_errors_and_agree_with_p():
    agreed = set()
    for value in np.linspace(-0.05, 0.05, 42):
        found = normal_difference(float(value), 0.012, "DeLong")
        assert (found.low90, found.high90) == pytest.approx(norm.interval(0.90, value, 0.012))
        assert (found.measure.low, found.measure.high) == pytest.approx(norm.interval(0.95, value, 0.012))
        assert (found.p < 0.05) == (found.measure.low > 0 or found.measure.high < 0)
        agreed.add(found.p < 0.05)
    assert agreed == {True, False}


def test_limits_are_held_within_the_bound():
    found = normal_difference(0.9, 0.2, "DeLong", bound=1.0)
    assert (found.measure.high, found.high90) == (1, 1)
    assert normal_difference(0.9, 0.2, "DeLong").measure.high > 1


def test_predictions_that_are_the_same_differ_by_nothing_for_certain():
    found = bootstrap_difference(np.zeros(200), 0.0)
    assert (found.measure.value, found.measure.low, found.measure.high, found.z, found.p) == (0, 0, 0, 0, 1)


def test_the_error_is_the_standard_deviation_of_the_draws():
    draws = np.random.default_rng(0).normal(size=500)
    found = bootstrap_difference(draws, 0.3)
    assert found.se == pytest.approx(draws.std(ddof=1))
    assert found.measure.value == 0.3
    assert found.measure.method == "paired bootstrap, normal limits"


@pytest.mark.parametrize("draws", [np.r_[np.nan, np.zeros(9)], np.r_[np.inf, np.zeros(9)], np.full(9, 0.2), [0.1], []])
def test_a_difference_without_a_known_error_has_no_interval_and_no_test(draws):
    found = bootstrap_difference(draws, 0.25)
    assert (found.measure.value, found.measure.low, found.p, found.se, found.low90) == (0.25, None, None, None, None)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_undefined_difference_has_no_value(value):
    assert bootstrap_difference(np.zeros(9), value).measure.value is None


def test_the_paired_test_of_a_mean_loss_errs_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    rejected = []
    for _ in range(500):
        losses = rng.normal(size=60) ** 2 - rng.normal(size=60) ** 2
        draws = rng.multinomial(60, np.full(60, 1 / 60), size=200) @ losses / 60
        rejected.append(bootstrap_difference(draws, losses.mean()).p < 0.05)
    assert 0.03 <= np.mean(rejected) <= 0.08
