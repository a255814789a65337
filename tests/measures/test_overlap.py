"""Nadeau and Bengio's correction, by hand and where nothing can be said."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from pellucid.exceptions import InvalidInputError
from pellucid.measures._overlap import corrected_resampled_t

DIFFERENCES = np.random.default_rng(0).normal(0.01, 0.02, size=25)


def test_the_interval_is_students_with_the_variance_of_overlapping_folds():
    found = corrected_resampled_t(DIFFERENCES, 1 / 4)
    naive = ttest_1samp(DIFFERENCES, 0).confidence_interval()
    widened = np.sqrt((1 / 25 + 1 / 4) * 25)
    half = (naive.high - naive.low) / 2 * widened
    assert (found.value, found.low, found.high) == pytest.approx(
        (DIFFERENCES.mean(), DIFFERENCES.mean() - half, DIFFERENCES.mean() + half), abs=1e-12
    )
    assert widened == pytest.approx(2.6925824035672519)
    assert found.method == "Nadeau-Bengio"


def test_more_repeats_of_the_same_folds_do_not_narrow_it_to_nothing():
    widths = [
        (found.high - found.low)
        for found in (corrected_resampled_t(np.tile(DIFFERENCES, times), 1 / 4) for times in (1, 10, 100))
    ]
    assert widths[0] > widths[1] > widths[2] > 0.85 * widths[0]


def test_what_cannot_be_said_is_undefined():
    assert corrected_resampled_t([], 0.25).value is None
    assert corrected_resampled_t([0.1, np.nan], 0.25).value is None
    single = corrected_resampled_t([0.1], 0.25)
    assert (single.value, single.low) == (0.1, None)
    same = corrected_resampled_t([0.25, 0.25], 0.25)
    assert (same.low, same.high) == (0.25, 0.25)


def test_input_that_does_not_fit_is_refused():
    with pytest.raises(InvalidInputError, match="test_to_train: got 0"):
        corrected_resampled_t([0.1, 0.2], 0)
    with pytest.raises(InvalidInputError, match=r"differences: got shape \(1, 2\)"):
        corrected_resampled_t([[0.1, 0.2]], 0.25)
