"""A figure with its bootstrap draws, and the limits that are made of them."""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import binomtest

from pellucid.measures._kinds import Floats
from pellucid.schema import Measure

LEVEL = 0.95
"""How much of the time an interval is to hold the truth."""

_SAME = 1e-12  # relative; two shares that differ by less differ by rounding


class Limits(NamedTuple):
    """An interval, and how it was made.

    Attributes
    ----------
    low, high : float
        NaN where there is none; may be infinite.
    method : str
    """

    low: float
    high: float
    method: str


class Resampled(NamedTuple):
    """One figure, and what it was in every draw.

    Attributes
    ----------
    value : float
        On the documents as they are; NaN where undefined.
    draws : ndarray of shape (draws,)
    jackknife : ndarray of shape (groups,)
        With one group of documents left out at a time; empty where that was not done.
    scheme : str
        What was drawn: ``"stratified"`` (documents within classes), ``"cluster"``, or empty
        for documents without classes.
    trials : int or None
        For a share of documents (of clusters, where those were drawn): of how many.

    References
    ----------
    Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American
    Statistical Association 82, 171-185.
    """

    value: float
    draws: Floats
    jackknife: Floats = np.empty(0)
    scheme: str = "stratified"
    trials: int | None = None

    def minus(self, other: "Resampled") -> "Resampled":
        """Take the paired difference, draw by draw.

        Parameters
        ----------
        other : Resampled
            Of the same draws.

        Returns
        -------
        Resampled
        """
        with np.errstate(invalid="ignore"):  # infinite less infinite is undefined
            left = self.jackknife - other.jackknife
            return Resampled(self.value - other.value, self.draws - other.draws, left, self.scheme)

    def limits(self, level: float = LEVEL) -> Limits:
        """Return the BCa interval: percentiles corrected for bias and for a spread that changes with the figure.

        The rules, in this order:

        1. no limits where the figure or a draw is undefined;
        2. where no draw differs from the figure: Wilson's interval for a share, else the
           figure itself on both sides;
        3. BCa, with the acceleration from the jackknife;
        4. plain percentiles where the jackknife is missing, undefined, infinite or all the same;
        5. no limits where those would not enclose the figure: its bias in the draws is then
           larger than its spread, which happens to calibration errors that are near 0.

        Parameters
        ----------
        level : float, default=LEVEL
            Such as 0.90 for two one-sided tests at 5%.

        Returns
        -------
        Limits
        """
        if np.isnan(self.value) or np.isnan(self.draws).any():
            return Limits(np.nan, np.nan, "")
        below, above = self._sides()
        if not below and not above:
            return self._without_spread(level)
        bias = ndtri(0.5 + (below - above) / (2 * len(self.draws)))
        if not np.isfinite(bias):  # all draws on one side
            return Limits(np.nan, np.nan, "")
        bend = acceleration(self.jackknife)
        tail = (1 - level) / 2
        tails, method = ((tail, tail), "percentile") if bend is None else (_bca_tails(bias, bend, tail), "BCa")
        low, high = percentile_limits(self.draws, tails)
        slack = self._slack()
        if not low - slack <= self.value <= high + slack:
            return Limits(np.nan, np.nan, "")
        return Limits(low, high, f"{self.scheme} {method} bootstrap".strip())

    def measure(self) -> Measure:
        """Return the figure with its 95% interval.

        Returns
        -------
        Measure
            Without value where it is undefined or infinite; without limits where `limits`
            gives none or one is infinite.
        """
        if not np.isfinite(self.value):
            return Measure(value=None)
        low, high, method = self.limits()
        if not np.isfinite([low, high]).all():
            return Measure(value=self.value)
        return Measure(value=self.value, low=low, high=high, method=method)

    def standard_error(self) -> float:
        """Return the standard deviation of the draws; NaN where one is undefined or infinite.

        Returns
        -------
        float
        """
        return float(self.draws.std(ddof=1)) if np.isfinite(self.draws).all() else float("nan")

    def _sides(self) -> tuple[int, int]:
        slack = self._slack()
        return int((self.draws < self.value - slack).sum()), int((self.draws > self.value + slack).sum())

    def _slack(self) -> float:
        finite = self.draws[np.isfinite(self.draws)]
        return _SAME * float(np.abs(finite).max(initial=abs(self.value) if np.isfinite(self.value) else 0.0))

    def _without_spread(self, level: float) -> Limits:
        if self.trials is None:
            return Limits(self.value, self.value, "no draw differs")
        share = binomtest(round(self.value * self.trials), self.trials).proportion_ci(level, method="wilson")
        return Limits(float(share.low), float(share.high), "Wilson")


def percentile_limits(draws: Floats, tails: tuple[float, float] | None = None) -> tuple[float, float]:
    """Return the limits beyond which given shares of the draws lie; NaN where a draw is undefined.

    With B draws these are the k-th smallest and the m-th largest, k and m the whole parts
    of (B + 1) × the share below and the share above, and at least 1.

    Parameters
    ----------
    draws : ndarray of shape (draws,)
        May hold infinities.
    tails : tuple of two float or None, default=None
        Share below the lower limit and above the upper; None is what `LEVEL` leaves, halved.

    Returns
    -------
    tuple of two float

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman and
    Hall, chapter 13.

    Examples
    --------
    >>> percentile_limits(np.arange(1.0, 2000.0))
    (50.0, 1950.0)
    """
    if np.isnan(draws).any():
        return float("nan"), float("nan")
    below, above = tails or ((1 - LEVEL) / 2, (1 - LEVEL) / 2)
    ranked = np.sort(draws)
    return float(ranked[_place(below, len(draws)) - 1]), float(ranked[-_place(above, len(draws))])


def acceleration(left_out: Floats) -> float | None:
    """Return how fast the spread of a figure changes with it, in normal units: a sixth of its influence's skewness.

    Parameters
    ----------
    left_out : ndarray of shape (groups,)
        The figure with one group left out at a time.

    Returns
    -------
    float or None
        None where there is no group, a figure is undefined or infinite, or all are the same.

    Examples
    --------
    >>> acceleration(np.array([1.0, 2.0, 3.0])), acceleration(np.array([1.0, 1.0]))
    (0.0, None)
    """
    if not len(left_out) or not np.isfinite(left_out).all():
        return None
    if np.ptp(left_out) <= _SAME * np.abs(left_out).max():
        return None
    influence = left_out.mean() - left_out
    return float((influence**3).sum() / (6 * (influence**2).sum() ** 1.5))


def _bca_tails(bias: float, bend: float, tail: float) -> tuple[float, float]:
    """Return the shares of draws below and above the limits; both ends are treated alike."""
    return float(ndtr(_shifted(bias, bend, ndtri(tail)))), float(ndtr(_shifted(-bias, -bend, ndtri(tail))))


def _shifted(bias: float, bend: float, at: float) -> float:
    moved = bias + at
    # Past the point where the spread would vanish the limit is the outermost draw.
    return bias + moved / max(1 - bend * moved, np.finfo(float).tiny)


def _place(share: float, count: int) -> int:
    # The small number keeps 2000 × 0.025 from falling below 50 in binary arithmetic.
    return min(max(int((count + 1) * share + 1e-9), 1), count)
