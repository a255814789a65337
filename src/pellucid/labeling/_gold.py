"""Gold labels of which some, or all, are missing, and what a teacher says beside them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid._checks import check_alike
from pellucid.exceptions import InvalidInputError
from pellucid.measures import Floats

SURE = 0.005
"""Nearest to 0 and 1 that a stated probability is taken for: a written 0 or 1 is no infinite log-odds."""


class Gold(NamedTuple):
    """Gold labels of two classes.

    Attributes
    ----------
    classes : ndarray of shape (2,)
    codes : ndarray of float, shape (n,)
        0 or 1 by class; NaN where no gold label is known.
    """

    classes: NDArray[Any]
    codes: Floats

    @property
    def rows(self) -> NDArray[np.intp]:
        """Rows that have a gold label."""
        return np.flatnonzero(~np.isnan(self.codes))


def gold_labels(y: Any, X: Any, classes: Sequence[Any] | None = None) -> Gold:
    """Read gold labels; None, NaN and pandas' NA are missing ones.

    Parameters
    ----------
    y : array-like of shape (n,) or (n, 1), or None
        None: there is no gold label at all.
    X : sized of length n
        Documents; an index of y must not be theirs in another order.
    classes : sequence of two labels or None, default=None
        In order; None takes the two labels found in y, sorted.

    Returns
    -------
    Gold

    Raises
    ------
    InvalidInputError
        If y has another length or order, holds labels outside the classes, or does not tell two classes.

    Examples
    --------
    >>> gold_labels(["no", None, "yes"], range(3)).codes
    array([ 0., nan,  1.])
    """
    check_alike(X, y)
    n = len(X)
    column = pd.Series([None] * n if y is None else _listed(y), dtype=object)
    if len(column) != n:
        raise InvalidInputError(
            f"y: got {len(column)} labels for {n} documents; one each is expected, None where unknown"
        )
    known = column[column.notna()]
    found = _sorted(known)
    if classes is None:
        if len(found) != 2:
            raise InvalidInputError(
                f"y: its gold labels are of {len(found)} class(es); name the two with classes=, such as classes=(0, 1)"
            )
        order = found
    else:
        order = _two(classes)
        strange = [label for label in found if label not in order]
        if strange:
            raise InvalidInputError(
                f"y: got the label {strange[0]!r:.40}, which is not among classes={tuple(order)!r:.80}"
            )
    codes = np.full(n, np.nan)
    codes[known.index.to_numpy()] = [float(order.index(label)) for label in known]
    return Gold(np.asarray(order), codes)


def log_odds_of(said: Any, n: int, name: str) -> Floats:
    """Turn stated probabilities of the second class into log-odds.

    Parameters
    ----------
    said : array-like of float, shape (n,)
        NaN or None where nothing was said.
    n : int
    name : str
        What they are called in an error.

    Returns
    -------
    ndarray of shape (n,)
        NaN where nothing was said; at most 5.3 from 0, which is a probability of 0.005 or 0.995.

    Raises
    ------
    InvalidInputError
        If a value is no number from 0 to 1.
    """
    if getattr(said, "ndim", 1) != 1:
        raise InvalidInputError(f"{name}: there are several columns of that name; give each its own")
    try:
        chances = pd.to_numeric(pd.Series(said), errors="raise").to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise InvalidInputError(f"{name}: there is text where probabilities are expected") from None
    if len(chances) != n:
        raise InvalidInputError(f"{name}: got {len(chances)} probabilities for {n} documents; one each is expected")
    stated = chances[~np.isnan(chances)]
    if len(stated) and not (stated.min() >= 0 and stated.max() <= 1):
        raise InvalidInputError(
            f"{name}: got values from {stated.min():g} to {stated.max():g}; probabilities are expected"
        )
    held = np.clip(chances, SURE, 1 - SURE)
    return np.log(held) - np.log1p(-held)


def _listed(y: Any) -> list[Any]:
    """List labels, also those that stand in one column of a table."""
    if getattr(y, "ndim", 1) == 2 and y.shape[1] == 1:
        y = y.iloc[:, 0] if isinstance(y, pd.DataFrame) else y[:, 0]
    if getattr(y, "ndim", 1) != 1 or isinstance(y, str) or not isinstance(y, Iterable):
        raise InvalidInputError(f"y: got {type(y).__name__}; one label per document is expected, None where unknown")
    return list(y)


def _sorted(known: pd.Series) -> list[Any]:
    """Sort the labels that occur, or refuse a mixture of kinds."""
    try:
        return sorted(known.unique().tolist())
    except TypeError:
        raise InvalidInputError(
            "y: labels of different kinds are mixed, such as 1 and 'yes', or are lists; use one kind"
        ) from None


def _two(classes: Any) -> list[Any]:
    """Take two different labels of one kind, none of them missing."""
    order = list(classes) if isinstance(classes, Iterable) and not isinstance(classes, str) else []
    if len(order) != 2 or pd.isna(np.array(order, dtype=object)).any() or order[0] == order[1]:
        raise InvalidInputError(f"classes: got {classes!r:.80}; two different labels are expected, such as (0, 1)")
    if np.asarray(order).tolist() != order:
        raise InvalidInputError(f"classes: got {classes!r:.80}; two labels of one kind are expected, such as (0, 1)")
    return order
