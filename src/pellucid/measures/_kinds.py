"""What a measure is: its name, which way is better, and how it is computed for one weighting of documents or many."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

Values = Callable[[Any, Floats, Floats], Floats]
"""(y, predicted, weights) -> one value per draw."""
Evaluator = Callable[[Floats], Floats]
"""weights of shape (n, draws) -> figures of shape (rows, draws)."""
Prepare = Callable[[Any, Floats], Evaluator]
"""(y, predicted) -> evaluator: sorting, knots and the full fit are done once, before any draw."""

CLIP = 1e-6
"""How far probabilities are held from 0 and 1 before a logarithm: a certain mistake costs 13.8, not infinity."""


class MeasureKind(NamedTuple):
    """What a measure is called, which way is better, and how it is computed.

    Attributes
    ----------
    label : str
        Name for people.
    better : {"higher", "lower", "nearest 1", "nearest 0"}
    values : callable
        (y, predicted, weights) -> one value per draw; see `auroc`.
    prepare : callable or None
        (y, predicted) -> (weights -> rows of figures), shared by several measures so that
        a contender is sorted and fitted once; None where `values` alone is used.
    row : int
        Which row of the evaluator's figures is this measure.
    trials : callable or None
        (y, predicted) -> how many documents the share is taken of, for measures that are
        shares of documents; None for all others.
    """

    label: str
    better: Literal["higher", "lower", "nearest 1", "nearest 0"]
    values: Values
    prepare: Prepare | None = None
    row: int = 0
    trials: Callable[[Any, Floats], int] | None = None


def part(prepare: Prepare, row: int) -> Values:
    """Make a function of (y, predicted, weights) of one row of an evaluator.

    Parameters
    ----------
    prepare : callable
    row : int

    Returns
    -------
    callable

    Examples
    --------
    >>> total = part(lambda y, predicted: lambda weights: weights.sum(axis=0)[None], 0)
    >>> total(np.array([0, 1]), np.array([0.2, 0.7]), np.ones((2, 3)))
    array([2., 2., 2.])
    """
    return partial(_row, prepare, row)


def each_against_the_rest(prepare: Prepare) -> Prepare:
    """Let a measure of two classes take more: each class against the rest, averaged without weights.

    Parameters
    ----------
    prepare : callable
        For y of 0 and 1 and predictions of shape (n,).

    Returns
    -------
    callable
        For predictions of shape (n,) or (n, n_classes).
    """
    return partial(_each, prepare)


def only_two_classes(prepare: Prepare, rows: int) -> Prepare:
    """Make a measure undefined (NaN) where there are more than two classes.

    Parameters
    ----------
    prepare : callable
    rows : int
        How many figures it gives.

    Returns
    -------
    callable
    """
    return partial(_two, prepare, rows)


def weighted_mean(rows: Floats, weights: Floats) -> Floats:
    """Average each row over the documents of each draw.

    Parameters
    ----------
    rows : ndarray of shape (rows, n) or (n,)
    weights : ndarray of shape (n, draws)

    Returns
    -------
    ndarray of shape (rows, draws) or (draws,)
    """
    return ratio(rows @ weights, weights.sum(axis=0))


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where nothing is divided by nothing.

    Parameters
    ----------
    above, below : ndarray

    Returns
    -------
    ndarray
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(below == 0, np.nan, above / below)
    return found


def _row(prepare: Prepare, row: int, y: Any, predicted: Floats, weights: Floats) -> Floats:
    return prepare(y, predicted)(weights)[row]


def _each(prepare: Prepare, y: Codes, predicted: Floats) -> Evaluator:
    if predicted.ndim == 1:
        return prepare(y, predicted)
    return _Mean([prepare((y == place).astype(np.int64), column) for place, column in enumerate(predicted.T)])


def _two(prepare: Prepare, rows: int, y: Codes, predicted: Floats) -> Evaluator:
    return prepare(y, predicted) if predicted.ndim == 1 else _Undefined(rows)


class _Mean:
    """The mean of several evaluators."""

    def __init__(self, parts: list[Evaluator]) -> None:
        self.parts = parts

    def __call__(self, weights: Floats) -> Floats:
        found: Floats = np.mean([part(weights) for part in self.parts], axis=0)
        return found


class _Undefined:
    """NaN in every row."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def __call__(self, weights: Floats) -> Floats:
        return np.full((self.rows, weights.shape[1]), np.nan)
