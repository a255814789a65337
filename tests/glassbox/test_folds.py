"""Tests of glassbox/_folds.py: folds dealt by outcome, or given."""

import numpy as np
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._folds import check_cv, deal
from pellucid.glassbox._lesson import Lesson

HALVES = [([0, 1], [2, 3]), ([2, 3], [0, 1])]


def test_dealt_folds_have_outcomes_alike():
    target = np.array([0] * 30 + [1] * 10)
    folds = deal(Lesson(target), 5, 0)
    assert all(np.bincount(target[folds == fold]).tolist() == [6, 2] for fold in range(5))
    np.testing.assert_array_equal(folds, deal(Lesson(target), 5, 0))
    assert (folds != deal(Lesson(target), 5, 1)).any()


def test_weights_do_not_change_how_rows_are_dealt():
    target = np.arange(20) % 3
    weighted = Lesson(target, np.linspace(0.1, 3, 20))
    np.testing.assert_array_equal(deal(weighted, 4, 0), deal(Lesson(target), 4, 0))


def test_given_folds_count_rows_of_weight_zero():
    lesson = Lesson(np.array([0, 1, 1]), np.ones(3), None, np.array([0, 2, 3]))
    assert deal(lesson, HALVES, 0).tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("cv", "said"),
    [
        ([], "do not test each row exactly once"),
        ([([], [0, 1, 2, 3])], "do not test each row exactly once"),
        ([([0, 1], [2, 3]), ([2, 3], [0, 2])], "do not test each row exactly once"),
        ([([0], [1]), ([1], [0])], "do not test each row exactly once"),
        ([([0], [2, 3]), ([2, 3], [0, 1])], "fold 0 does not learn from all rows but those it tests"),
    ],
)
def test_folds_that_are_none_are_refused(cv, said):
    with pytest.raises(InvalidInputError, match=f"cv: .*{said}"):
        deal(Lesson(np.array([0, 1, 0, 1])), cv, 0)


@pytest.mark.parametrize("cv", [1, 0, 2.5, None])
def test_a_number_of_folds_is_at_least_two(cv):
    with pytest.raises(InvalidInputError, match="cv: got"):
        check_cv(cv)


@pytest.mark.parametrize("cv", [2, HALVES])
def test_numbers_and_folds_are_taken(cv):
    check_cv(cv)
