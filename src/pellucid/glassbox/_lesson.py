"""What a glass box learns from: outcomes, how much each row counts, and where the score begins."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pellucid._checks import check_alike, own_errors
from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._cuts import Floats

__all__ = ["Lesson", "check_start", "check_weights", "take_rows", "weighted_median"]


class Lesson(NamedTuple):
    """The training rows, but for their answers.

    Attributes
    ----------
    target : ndarray of shape (n,)
        Class numbers, or a regressor's outcomes.
    weights : ndarray of shape (n,) or None
        How many documents each row counts for, above 0; None where each counts for one.
    start : ndarray of shape (n,) or (n, n_classes), or None
        Score that each row begins with.
    kept : ndarray of int of shape (n,) or None
        Which of the rows given these are; None for all of them.
    """

    target: NDArray[Any]
    weights: Floats | None = None
    start: Floats | None = None
    kept: NDArray[np.intp] | None = None


def check_weights(sample_weight: ArrayLike | None, X: Any) -> Floats | None:
    """Take one weight per row.

    Parameters
    ----------
    sample_weight : array-like of shape (n,) or None
    X : DataFrame or ndarray of shape (n, n_questions)

    Returns
    -------
    ndarray of shape (n,) or None
        None also where every weight is 1, which is the same.

    Raises
    ------
    InvalidInputError
        If they are not one finite number of at least 0 per row, or all are 0.

    Examples
    --------
    >>> check_weights([0, 1.5], np.zeros((2, 1)))
    array([0. , 1.5])
    """
    if sample_weight is None:
        return None
    weights = _numbers("sample_weight", sample_weight, X)
    if weights.shape != (len(X),):
        raise InvalidInputError(
            f"sample_weight: got shape {weights.shape} for {len(X)} rows; one weight per row is expected"
        )
    if (weights < 0).any():
        raise InvalidInputError(
            f"sample_weight: {int((weights < 0).sum())} weights are negative; 0 leaves a row out, more lets it count"
        )
    if not weights.any():
        raise InvalidInputError("sample_weight: every weight is zero; at least one row must count")
    return None if (weights == 1).all() else weights


def check_start(init_score: ArrayLike | None, X: Any, classes: int) -> Floats | None:
    """Take the score that each row begins with.

    Parameters
    ----------
    init_score : array-like or None
    X : DataFrame or ndarray of shape (n, n_questions)
    classes : int
        0 for a regressor.

    Returns
    -------
    ndarray of shape (n,), or (n, classes) for more than two classes; or None

    Raises
    ------
    InvalidInputError
        If the shape is another, or a number is not finite.
    """
    if init_score is None:
        return None
    start = _numbers("init_score", init_score, X)
    expected = (len(X), classes) if classes > 2 else (len(X),)
    if start.shape != expected:
        raise InvalidInputError(
            f"init_score: got shape {start.shape}; {expected} is expected: one score per row, "
            "or one per row and class where there are more than two classes"
        )
    return start


def take_rows(values: Any, kept: NDArray[np.intp]) -> Any:
    """Take some rows of whatever holds rows, and leave its kind as it is.

    Parameters
    ----------
    values : DataFrame, Series, ndarray or sequence
    kept : ndarray of int

    Returns
    -------
    DataFrame, Series, ndarray or list
    """
    if isinstance(values, pd.DataFrame | pd.Series):
        return values.iloc[kept]
    if isinstance(values, list | tuple):
        return [values[place] for place in kept.tolist()]
    return np.asarray(values)[kept]


def weighted_median(values: Floats, weights: Floats | None) -> float:
    """Find the middle, as if each value stood there as often as its weight says.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Without NaN; not empty.
    weights : ndarray of shape (n,) or None

    Returns
    -------
    float
        Between two values where half of the weight lies on either side.

    Examples
    --------
    >>> weighted_median(np.array([1.0, 2.0, 5.0]), np.array([1.0, 1.0, 2.0]))
    3.5
    """
    if weights is None:
        return float(np.median(values))
    order = np.argsort(values, kind="stable")
    below, half = np.cumsum(weights[order]), weights.sum() / 2
    last = len(values) - 1
    # Sums of fractions are rounded, so a half is a half to within rounding.
    low, high = (min(int(np.searchsorted(below, half * (1 + off))), last) for off in (-1e-12, 1e-12))
    return float((values[order[low]] + values[order[high]]) / 2)


def _numbers(name: str, values: ArrayLike, X: Any) -> Floats:
    """Read finite numbers, in the order of the rows of X."""
    try:
        check_alike(X, values)
    except InvalidInputError:
        raise InvalidInputError(f"{name}: its index is that of X in another order; pass {name}.loc[X.index]") from None
    with own_errors():
        numbers = np.array(values, dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise InvalidInputError(f"{name}: {int((~np.isfinite(numbers)).sum())} are not finite; give each row a number")
    return numbers
