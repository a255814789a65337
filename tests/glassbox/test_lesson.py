"""Tests of glassbox/_lesson.py: weights and starting scores, checked."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._lesson import check_start, check_weights, take_rows, weighted_median

X = np.zeros((3, 1))
FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=["p", "q", "r"])


def test_no_weights_and_weights_of_one_are_the_same():
    assert check_weights(None, X) is None
    assert check_weights([1, 1.0, True], X) is None


def test_weights_are_copied():
    given_weights = np.array([0.5, 0.0, 2.0])
    weights = check_weights(given_weights, X)
    weights[:] = 9.0
    assert given_weights.tolist() == [0.5, 0.0, 2.0]


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, 2], r"sample_weight: got shape \(2,\) for 3 rows"),
        (np.ones((3, 2)), r"sample_weight: got shape \(3, 2\)"),
        (2.0, r"sample_weight: got shape \(\)"),
        ([1, -1, -2], "sample_weight: 2 weights are negative"),
        ([0, 0, 0], "every weight is zero"),
        ([1, np.nan, 1], "sample_weight: 1 are not finite"),
        ([1, np.inf, 1], "sample_weight: 1 are not finite"),
        (["a", "b", "c"], "text where numbers are expected"),
    ],
)
def test_weights_that_cannot_be_used(weights, said):
    with pytest.raises(InvalidInputError, match=said):
        check_weights(weights, X)


@pytest.mark.parametrize(
    ("start", "classes", "said"),
    [
        ([1, 2], 0, r"init_score: got shape \(2,\); \(3,\) is expected"),
        (np.zeros((3, 2)), 2, r"init_score: got shape \(3, 2\); \(3,\)"),
        (np.zeros(3), 3, r"init_score: got shape \(3,\); \(3, 3\)"),
        ([0, np.nan, 0], 2, "init_score: 1 are not finite"),
    ],
)
def test_starting_scores_that_cannot_be_used(start, classes, said):
    with pytest.raises(InvalidInputError, match=said):
        check_start(start, X, classes)


def test_starting_scores_have_a_column_per_class_where_there_are_more_than_two():
    assert check_start(None, X, 2) is None
    assert check_start([1, 2, 3], X, 2).shape == (3,)
    assert check_start(np.zeros((3, 4)), X, 4).shape == (3, 4)


@pytest.mark.parametrize("check", [check_weights, lambda values, X: check_start(values, X, 0)])
def test_the_index_must_not_be_in_another_order(check):
    values = pd.Series([1.0, 2.0, 3.0], index=["p", "q", "r"])
    np.testing.assert_array_equal(check(values, FRAME), [1, 2, 3])
    with pytest.raises(InvalidInputError, match=r"(sample_weight|init_score): .*\.loc\[X\.index\]"):
        check(values.iloc[::-1], FRAME)


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series])
def test_rows_are_taken_from_whatever_holds_them(kind):
    taken = take_rows(kind(["a", "b", "c"]), np.array([0, 2]))
    assert list(taken) == ["a", "c"]
    assert take_rows(FRAME, np.array([2])).index.tolist() == ["r"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), min_size=1, max_size=8))
def test_a_weight_in_the_median_is_a_repetition(pairs):
    values, weights = np.array(pairs, dtype=float).T
    repeated = np.repeat(values, weights.astype(int))
    assert weighted_median(values, weights) == np.median(repeated)
    assert weighted_median(values, weights * 0.1) == np.median(repeated)
    assert weighted_median(repeated, None) == np.median(repeated)
