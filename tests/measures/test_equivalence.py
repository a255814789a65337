"""Conclusions by the rules, p-values that agree with intervals, and the bootstrap's p-value."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import bootstrap, norm
from scipy.stats import t as student

from pellucid.exceptions import InvalidInputError
from pellucid.measures._equivalence import bootstrap_p, conclude, equivalence_p, non_inferiority_p
from pellucid.schema import Conclusion

MARGIN = 0.02
Z95, Z90 = 1.959963984540054, 1.6448536269514722


def concluded(value, se, margin=MARGIN):
    return conclude(value, value - Z95 * se, value + Z95 * se, value - Z90 * se, value + Z90 * se, margin)


@pytest.mark.parametrize(
    ("value", "se", "said"),
    [
        (0.03, 0.01, Conclusion.BETTER),
        (0.005, 0.002, Conclusion.BETTER),  # equivalent as well: better is said
        (0.0, 0.01, Conclusion.EQUIVALENT),
        (-0.01, 0.004, Conclusion.EQUIVALENT),  # worse by more than chance, and by less than the margin
        (0.01, 0.012, Conclusion.NON_INFERIOR),
        (-0.05, 0.01, Conclusion.WORSE),
        (-0.02, 0.005, Conclusion.WORSE),
        (-0.01, 0.02, Conclusion.INCONCLUSIVE),
        (0.0, 0.0, Conclusion.EQUIVALENT),
    ],
)
def test_the_rules_in_their_order(value, se, said):
    assert concluded(value, se) is said


def test_a_limit_that_touches_its_bound_shows_nothing():
    assert conclude(0.01, 0.0, 0.05, 0.005, 0.04, MARGIN) is Conclusion.NON_INFERIOR
    assert conclude(0.01, -MARGIN, 0.05, -0.01, 0.04, MARGIN) is Conclusion.INCONCLUSIVE
    assert conclude(-0.01, -0.03, 0.0, -0.025, -0.005, MARGIN) is Conclusion.INCONCLUSIVE
    assert conclude(0.0, -0.025, 0.025, -0.01, MARGIN, MARGIN) is Conclusion.INCONCLUSIVE


def test_an_interval_wider_than_the_margin_is_never_called_equivalent():
    seen = 0
    for value, se in product(np.linspace(-0.05, 0.05, 41), np.linspace(0.0125, 0.05, 16)):
        assert Z90 * se > MARGIN
        assert concluded(value, se) is not Conclusion.EQUIVALENT
        seen += 1
    assert seen == 656


def test_p_values_agree_with_the_intervals_everywhere():
    seen = set()
    for value, se in product(np.linspace(-0.06, 0.06, 49), np.linspace(0.001, 0.03, 30)):
        above = value - Z95 * se > -MARGIN
        within = value - Z90 * se > -MARGIN and value + Z90 * se < MARGIN
        assert (non_inferiority_p(value, se, MARGIN) < 0.025) == above
        assert (equivalence_p(value, se, MARGIN) < 0.05) == within
        seen.add((above, within))
    assert seen == {(True, True), (True, False), (False, False), (False, True)}


def test_p_values_by_hand():
    assert non_inferiority_p(-0.02, 0.01, MARGIN) == pytest.approx(0.5, abs=1e-12)
    assert non_inferiority_p(-0.02 + Z95 * 0.01, 0.01, MARGIN) == pytest.approx(0.025, abs=1e-12)
    assert equivalence_p(0.0, 0.02 / Z90, MARGIN) == pytest.approx(0.05, abs=1e-12)
    assert equivalence_p(0.01, 0.01, MARGIN) == equivalence_p(-0.01, 0.01, MARGIN) == pytest.approx(0.15865525393145707)


def test_few_degrees_of_freedom_agree_with_students_limits():
    reach95, reach90 = student.ppf([0.975, 0.95], 5)
    assert non_inferiority_p(reach95 * 0.01 - MARGIN, 0.01, MARGIN, degrees=5) == pytest.approx(0.025)
    assert equivalence_p(MARGIN - reach90 * 0.005, 0.005, MARGIN, degrees=5) == pytest.approx(0.05)


def test_predictions_that_are_the_same_are_known_to_be_as_good():
    assert (non_inferiority_p(0.0, 0.0, MARGIN), equivalence_p(0.0, 0.0, MARGIN)) == (0, 0)
    assert (non_inferiority_p(-0.02, 0.0, MARGIN), equivalence_p(0.02, 0.0, MARGIN)) == (1, 1)


@pytest.mark.parametrize("margin", [0, -0.02, float("nan")])
def test_a_margin_must_be_above_0(margin):
    with pytest.raises(InvalidInputError, match="margin: got"):
        conclude(0, 0, 0, 0, 0, margin)
    with pytest.raises(InvalidInputError, match="margin: got"):
        non_inferiority_p(0.0, 0.01, margin)


def test_limits_that_are_none_and_errors_below_0_are_refused():
    with pytest.raises(InvalidInputError, match="limits: got"):
        conclude(0.0, 0.01, 0.02, -0.01, 0.03, MARGIN)
    with pytest.raises(InvalidInputError, match="conclude nothing"):
        conclude(0.0, -np.inf, 0.02, -0.01, 0.01, MARGIN)
    with pytest.raises(InvalidInputError, match="conclude nothing"):
        conclude(float("nan"), -0.01, 0.02, -0.01, 0.01, MARGIN)
    with pytest.raises(InvalidInputError, match="se: got -1"):
        equivalence_p(0.0, -1, MARGIN)


@pytest.mark.parametrize("z", [-2.5, -1.0, 0.3, 1.96])
def test_the_bootstraps_p_is_that_of_the_normal_where_draws_are_normal(z):
    draws = np.random.default_rng(0).normal(z, 1.0, size=200_000)
    assert bootstrap_p(draws, z) == pytest.approx(2 * norm.sf(abs(z)), abs=0.006)


def test_the_bootstraps_p_agrees_with_scipys_interval_that_just_touches_0():
    data = np.random.default_rng(3).exponential(size=40) - 0.8
    found = bootstrap((data,), np.mean, n_resamples=9999, method="BCa", rng=np.random.default_rng(0))
    left_out = np.array([np.delete(data, i).mean() for i in range(40)])
    apart = left_out.mean() - left_out
    acceleration = (apart**3).sum() / (6 * (apart**2).sum() ** 1.5)
    p = bootstrap_p(found.bootstrap_distribution, data.mean(), acceleration)
    touching = bootstrap(
        (data,), np.mean, bootstrap_result=found, n_resamples=0, method="BCa", confidence_level=1 - p
    ).confidence_interval
    assert min(abs(touching.low), abs(touching.high)) < 0.01
    assert 0 < p < 1


def test_a_bootstrap_without_spread_says_only_what_it_can():
    assert bootstrap_p(np.zeros(100), 0.0) == 1
    assert bootstrap_p(np.full(100, 0.3), 0.3) is None
    assert bootstrap_p(np.r_[np.nan, np.zeros(99)], 0.0) is None
    assert bootstrap_p(np.arange(99.0), float("nan")) is None
    assert bootstrap_p(np.array([]), 0.0) is None


@pytest.mark.parametrize("acceleration", [-0.4, 0.0, 0.4])
def test_a_bootstraps_p_claims_no_more_than_its_draws_can_show(acceleration):
    draws = np.random.default_rng(2).normal(50, 1, size=999)
    assert bootstrap_p(draws, 50.0, acceleration) == pytest.approx(2 / 1000)
    assert bootstrap_p(-draws, -50.0, acceleration) == pytest.approx(2 / 1000)
    assert 0.9 < bootstrap_p(draws - 50, 0.0, acceleration) <= 1
    assert bootstrap_p(np.r_[draws, np.inf], 50.0, acceleration) == pytest.approx(2 / 1001)


@pytest.mark.parametrize("acceleration", [-0.15, 0.0, 0.15])
def test_the_bootstraps_p_falls_below_5_percent_where_the_bca_interval_leaves_out_0(acceleration):
    rng = np.random.default_rng(5)
    draws = rng.gamma(4.0, size=1999) - 4
    agreed = set()
    for value in np.linspace(-3.5, 6.0, 200):
        moved = draws + value
        bias = norm.ppf((moved < value).mean())
        at = bias + norm.ppf([0.025, 0.975])
        low, high = np.quantile(moved, norm.cdf(bias + at / (1 - acceleration * at)))
        p = bootstrap_p(moved, value, acceleration)
        if not 0.04 < p < 0.06:
            assert (p < 0.05) == (low > 0 or high < 0)
            agreed.add(p < 0.05)
    assert agreed == {True, False}


def test_beyond_the_last_level_that_the_correction_reaches_p_is_the_least():
    draws = np.r_[np.linspace(-0.1, 0.0, 3), np.linspace(1.0, 2.0, 1996)]
    assert bootstrap_p(draws, 1.5, acceleration=0.5) == pytest.approx(2 / 2000)


def test_differences_by_rounding_are_ties_to_the_bootstrap():
    draws = np.random.default_rng(3).choice([-0.1, 0.0, 0.1, 0.2], size=500)
    noise = 1e-17 * np.random.default_rng(4).normal(size=500)
    assert bootstrap_p(draws + noise, 0.1) == pytest.approx(bootstrap_p(draws, 0.1), abs=1e-12)
    assert bootstrap_p(0.1 * 3 - 0.2 - draws, 0.0) == pytest.approx(bootstrap_p(0.1 - draws, 0.0), abs=1e-12)
