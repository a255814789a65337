"""Power: the published table, and the sentence beside every comparison."""

import numpy as np
import pytest
from scipy.special import ndtri

from pellucid.exceptions import InvalidInputError
from pellucid.measures._delong import delong
from pellucid.measures._power import half_width, power_non_inferior, power_words

TABLE = {200: (0.052, 0.17), 500: (0.033, 0.38), 1000: (0.023, 0.53), 2000: (0.016, 0.81)}
"""AUROC 0.80, prevalence 20%, correlation 0.8: half-width and power at 0.02, one-sided at 5%."""


def simulated_errors(n, runs, seed=0):
    """Standard errors and differences between two equally good scores whose correlation within classes is 0.8."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n) < n // 5).astype(int)
    found = []
    for _ in range(runs):
        scores = np.sqrt(0.8) * rng.normal(size=n) + np.sqrt(0.2) * rng.normal(size=(2, n))
        found.append(delong(y, scores + np.sqrt(2) * ndtri(0.8) * y).difference(0, 1))
    return np.array([(one.measure.value, one.se, one.measure.low, one.low90) for one in found]).T


@pytest.mark.parametrize("n", list(TABLE))
def test_half_widths_and_power_of_the_published_table(n):
    se = float(simulated_errors(n, 60)[1].mean())
    width, power = TABLE[n]
    assert half_width(se) == pytest.approx(width, abs=0.0012)
    assert power_non_inferior(se, 0.02, level=0.90) == pytest.approx(power, abs=0.065)  # theirs were counted
    assert power_non_inferior(se, 0.02) < power


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("n", [200, 500, 1000])
def test_the_formula_says_how_often_non_inferiority_is_shown(n):
    _, se, low95, low90 = simulated_errors(n, 1000, seed=1)
    assert np.mean(low95 > -0.02) == pytest.approx(power_non_inferior(float(se.mean()), 0.02), abs=0.035)
    assert np.mean(low90 > -0.02) == pytest.approx(power_non_inferior(float(se.mean()), 0.02, level=0.9), abs=0.035)


def test_power_at_the_edges():
    assert power_non_inferior(0.0, 0.02) == 1
    assert power_non_inferior(0.02 / 1.959963984540054, 0.02) == pytest.approx(0.5)
    assert power_non_inferior(1e9, 0.02) == pytest.approx(0.025, abs=1e-6)
    assert half_width(0.0) == 0
    assert half_width(1.0, level=0.9) == pytest.approx(1.6448536269514722)


def test_the_words_give_the_four_figures_and_warn_where_the_interval_is_wider_than_the_margin():
    said = power_words(2000, 400, 0.00816, 0.02)
    for figure in ("2,000 documents", "400 of them", "0.016", "0.02", "69%"):
        assert figure in said
    assert "no evidence" not in said
    assert "no evidence of equality" in power_words(200, 40, 0.0265, 0.02)
    assert "no difference" not in power_words(200, 40, 0.0265, 0.02)


def test_the_words_claim_no_certainty():
    assert "above 99%" in power_words(10**6, 10**5, 1e-4, 0.02)
    assert "100%" not in power_words(10**6, 10**5, 1e-4, 0.02)
    assert "3%" in power_words(10, 3, 1.0, 0.02)


def test_what_is_no_standard_error_margin_or_count_is_refused():
    with pytest.raises(InvalidInputError, match="se: got -1"):
        half_width(-1)
    with pytest.raises(InvalidInputError, match="margin: got 0"):
        power_non_inferior(0.1, 0)
    with pytest.raises(InvalidInputError, match="level: got 1"):
        half_width(0.1, level=1)
    with pytest.raises(InvalidInputError, match="events: got 11"):
        power_words(10, 11, 0.1, 0.02)
