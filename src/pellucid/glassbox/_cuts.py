"""Thresholds people can read: short decimals between the numbers that training held, and their words."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def readable_cuts(values: Floats) -> Floats:
    """Find a threshold between each two neighbouring values, as short a decimal as fits.

    A cut c between a < b satisfies a < c <= b, so ``value >= c`` tells the two apart
    exactly; whole numbers give whole cuts.

    Parameters
    ----------
    values : ndarray
        NaN is left out.

    Returns
    -------
    ndarray
        One fewer than there are distinct values, ascending.

    Examples
    --------
    >>> readable_cuts(np.array([0.0, 1.0, 1.0, 1.38, 1.4417, 100.0]))
    array([ 1.  ,  1.2 ,  1.41, 50.  ])
    """
    distinct = np.unique(values[~np.isnan(values)])
    return np.array([_cut(low, high) for low, high in pairwise(distinct)])


def number_words(value: float) -> str:
    """Write a number for people, without losing a threshold's last digit.

    Parameters
    ----------
    value : float

    Returns
    -------
    str

    Examples
    --------
    >>> number_words(150.0), number_words(0.1), number_words(1234567.5)
    ('150', '0.1', '1234567.5')
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def quantile_cuts(values: Floats, most: int) -> Floats:
    """Choose a few of the readable thresholds, so that about as many rows fall between each two.

    Parameters
    ----------
    values : ndarray
        NaN is left out.
    most : int
        Most thresholds.

    Returns
    -------
    ndarray
        All of `readable_cuts` where that is few enough; ascending.

    Examples
    --------
    >>> quantile_cuts(np.arange(100.0), 3)
    array([25., 50., 75.])
    """
    stated = values[~np.isnan(values)]
    distinct = np.unique(stated)
    if len(distinct) <= most + 1:
        return readable_cuts(stated)
    wanted = np.quantile(stated, np.arange(1, most + 1) / (most + 1))
    # The neighbours of each quantile, and never a cut below the least or above the greatest.
    high = np.unique(np.clip(np.searchsorted(distinct, wanted, side="right"), 1, len(distinct) - 1))
    return np.array([_cut(distinct[place - 1], distinct[place]) for place in high.tolist()])


def interval_words(low: float | None, high: float | None, *, whole: bool = False) -> str:
    """Say an interval of numbers, its low end included and its high end not.

    Parameters
    ----------
    low, high : float or None
        None where open.
    whole : bool, default=False
        Whether only whole numbers occur, so that the last of them can be named.

    Returns
    -------
    str

    Examples
    --------
    >>> interval_words(None, 150.0), interval_words(150.0, 200.5), interval_words(200.5, None)
    ('< 150', '150 to < 200.5', '≥ 200.5')
    >>> interval_words(1.0, 4.0, whole=True), interval_words(1.0, 2.0, whole=True)
    ('1 to 3', '1')
    """
    if low is None:
        return "any number" if high is None else f"< {number_words(high)}"
    if high is None:
        return f"≥ {number_words(low)}"
    if not whole:
        return f"{number_words(low)} to < {number_words(high)}"
    return number_words(low) if high == low + 1 else f"{number_words(low)} to {number_words(high - 1)}"


def _cut(low: float, high: float) -> float:
    """Find a short decimal above `low`, at most `high`, near the middle."""
    gap = high - low
    if not np.isfinite(gap) or gap < 1e-290:
        return high
    middle = low + gap / 2
    digits = -int(np.floor(np.log10(gap)))
    for more in range(3):
        # A power of ten is exact in floating point only if its exponent is not negative.
        power = 10.0 ** abs(digits + more)
        fine = digits + more >= 0
        cut = np.floor(middle * power + 0.5) / power if fine else np.floor(middle / power + 0.5) * power
        if low < cut <= high:
            return float(cut)
    return high
