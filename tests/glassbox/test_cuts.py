"""Tests of glassbox/_cuts.py: thresholds people can read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.glassbox._cuts import interval_words, number_words, quantile_cuts, readable_cuts

numbers = st.lists(
    st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-50, 50).map(float)),
    min_size=1,
    max_size=30,
)


@given(numbers)
def test_each_cut_tells_two_neighbours_apart(values):
    distinct = np.unique(values)
    cuts = readable_cuts(np.array(values))
    assert len(cuts) == len(distinct) - 1
    assert np.all(distinct[:-1] < cuts)
    assert np.all(cuts <= distinct[1:])


@given(numbers, st.integers(1, 8))
def test_quantile_cuts_are_few_ascending_and_leave_no_interval_empty(values, most):
    cuts = quantile_cuts(np.array([*values, np.nan]), most)
    assert len(cuts) <= most
    assert np.all(np.diff(cuts) > 0)
    rows = np.bincount(np.searchsorted(cuts, values, side="right"), minlength=len(cuts) + 1)
    assert rows.all()


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=20, unique=True))
def test_whole_numbers_have_whole_cuts(values):
    cuts = readable_cuts(np.array(values, dtype=float))
    np.testing.assert_array_equal(cuts, np.floor(cuts))


def test_no_values_and_one_value_have_no_cut():
    assert readable_cuts(np.array([])).size == 0
    assert readable_cuts(np.array([3.0, np.nan])).size == 0
    assert quantile_cuts(np.array([np.nan]), 3).size == 0


@pytest.mark.parametrize(
    ("low", "high", "said"), [(1.0, 2.0, "2"), (1.38, 1.44, "1.41"), (0.0, 1000.0, "1000"), (53.5, 56.0, "55")]
)
def test_cuts_are_short(low, high, said):
    assert number_words(readable_cuts(np.array([low, high])).item()) == said


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_words_of_a_number_lose_nothing(value):
    assert float(number_words(value)) == value


def test_open_and_whole_intervals_are_said():
    assert interval_words(None, None) == "any number"
    assert interval_words(None, 3.0, whole=True) == "< 3"
    assert interval_words(3.0, None) == "≥ 3"
    assert interval_words(3.0, 4.0, whole=True) == "3"
    assert interval_words(3.0, 4.0) == "3 to < 4"
