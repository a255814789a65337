"""Folds for choosing how much to hold back: dealt by outcome, or given."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid._checks import check_number, own_errors
from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._lesson import Lesson

__all__ = ["Folds", "check_cv", "deal"]

Folds = int | Iterable[tuple[ArrayLike, ArrayLike]]
"""How many, or positions of train and test rows, one pair per fold."""


def check_cv(cv: Folds) -> None:
    """Refuse what is neither a number of folds nor the folds themselves.

    Parameters
    ----------
    cv : int or iterable of (train, test)

    Raises
    ------
    InvalidInputError
    """
    if not isinstance(cv, Iterable):
        check_number("cv", cv, low=2, whole=True)


def deal(lesson: Lesson, cv: Folds, random_state: int) -> NDArray[np.int_]:
    """Say in which fold each row is held out.

    Parameters
    ----------
    lesson : Lesson
    cv : int or iterable of (train, test)
        As positions among the rows that `fit` was given, those of weight 0 included.
    random_state : int
        Deals the rows, where `cv` is a number.

    Returns
    -------
    ndarray of int of shape (n,)
        Of dealt folds each has the outcomes alike, however rare one is.

    Raises
    ------
    InvalidInputError
        If given folds do not test each row exactly once, or learn from something else
        than the rest.

    Examples
    --------
    >>> deal(Lesson(np.array([0, 1, 0, 1])), [([0, 1], [2, 3]), ([2, 3], [0, 1])], 0)
    array([1, 1, 0, 0])
    """
    target = lesson.target
    if not isinstance(cv, Iterable):
        shuffled = np.random.default_rng(random_state).permutation(len(target))
        folds = np.empty(len(target), dtype=int)
        folds[shuffled[np.argsort(target[shuffled], kind="stable")]] = np.arange(len(target)) % cv
        return folds
    with own_errors():
        pairs = [(np.asarray(train, dtype=int), np.asarray(test, dtype=int)) for train, test in cv]
    found = np.concatenate([test for _, test in pairs]) if pairs else np.array([], dtype=int)
    n = len(found)
    if len(pairs) < 2 or not np.array_equal(np.sort(found), np.arange(n)) or not _fits(lesson, n):
        raise InvalidInputError("cv: the given folds do not test each row exactly once, in two folds or more")
    folds = np.empty(n, dtype=int)
    for number, (train, test) in enumerate(pairs):
        if not np.array_equal(np.sort(np.concatenate([train, test])), np.arange(n)):
            raise InvalidInputError(f"cv: fold {number} does not learn from all rows but those it tests")
        folds[test] = number
    return folds if lesson.kept is None else folds[lesson.kept]


def _fits(lesson: Lesson, n: int) -> bool:
    """Whether there may have been so many rows."""
    if lesson.kept is None:
        return n == len(lesson.target)
    return n > int(lesson.kept[-1])
