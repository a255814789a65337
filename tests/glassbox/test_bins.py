"""Tests of glassbox/_bins.py: intervals found without a search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.glassbox._bins import Bins

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def searched(cuts, values):
    """What a binary search says, the last place for what is not stated."""
    return np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="right"))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(FINITE, unique=True, max_size=40), st.lists(st.floats(allow_infinity=False), max_size=30))
def test_places_are_those_of_a_binary_search_whatever_the_numbers(cuts, values):
    cuts = np.unique(np.array(cuts, dtype=float))
    # Values at the cuts, and right beside them, are where rounding would show.
    values = np.concatenate([values, cuts, np.nextafter(cuts, 0), np.clip(cuts, -1e300, 1e300) * 1.5, [np.nan]])
    np.testing.assert_array_equal(Bins(cuts).places(values), searched(cuts, values))


def test_an_even_grid_is_used_where_it_can_be():
    bins = Bins(np.linspace(0, 1, 30))
    assert 30 <= bins._cells <= 64
    values = np.random.default_rng(0).normal(size=10_000)
    np.testing.assert_array_equal(bins.places(values), searched(np.linspace(0, 1, 30), values))


@pytest.mark.parametrize(
    "cuts", [[], [0.0, 1e-9, 1e9], [-1.7e308, 0.0, 1.7e308], [0.0, 5e-324], [1.0, np.nextafter(1.0, 2), 1e6]]
)
def test_cuts_that_no_grid_parts_are_searched(cuts):
    bins = Bins(np.array(cuts))
    assert bins._cells == 0
    values = np.array([-1e308, -1.0, 0.0, 5e-324, 1e-9, 1.0, 2.0, 1e308, np.nan])
    np.testing.assert_array_equal(bins.places(values), searched(cuts, values))


def test_the_last_place_is_for_what_is_not_stated():
    assert Bins(np.array([1.0])).places(np.array([0.5, 1.0, 1e308, np.nan])).tolist() == [0, 1, 1, 2]
