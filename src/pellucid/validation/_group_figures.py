"""Figures of a group with their intervals, and the group held against all others, for any clusters."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from scipy.stats import fisher_exact, norm, rankdata
from scipy.stats import t as student

from pellucid.measures import Codes, Floats, delong, percentile_limits
from pellucid.schema import Measure
from pellucid.validation._groups import Rows, SubgroupRules

_UPPER = 0.975
_Z = float(norm.ppf(_UPPER))
_CELLS = 1_000_000  # clusters × draws held at once


class Contrast(NamedTuple):
    """A group held against all others.

    Attributes
    ----------
    inside, outside : float
        The figure in the group, and among all others.
    difference : Measure
        Inside less outside, with a 95% interval that is not adjusted for other tests.
    p : float
        Two-sided.
    """

    inside: float
    outside: float
    difference: Measure
    p: float

    def mirrored(self) -> "Contrast":
        """Return what the others' contrast with the group would be."""
        found = self.difference
        value, low, high = (None if one is None else -one for one in (found.value, found.high, found.low))
        difference = Measure(value=value, low=low, high=high, method=found.method)
        return Contrast(self.outside, self.inside, difference, self.p)


class _Spread(NamedTuple):
    """Variance of one document's part in a figure, and how many documents have such a part."""

    variance: float
    size: int


@dataclass(frozen=True)
class Ratio:
    """A share, a rate or a mean: one sum over documents in proportion to another.

    Parameters
    ----------
    name : str
    top, bottom : ndarray of shape (n,)
        For a share: 0 ≤ top ≤ bottom ≤ 1.
    least : int
        What `bottom` must add up to in a group for a figure to be given.
    clusters : ndarray of int, shape (n,), or None
        Documents that hang together.
    rules : SubgroupRules
    share : bool, default=True
        Whether it is a share of documents; else a mean, with `bottom` all ones.
    worse : {"higher", "lower", "either", "not tested"}, default="not tested"

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions. Statistics in Medicine 17, 873-890 (method 10).
    """

    name: str
    top: Floats
    bottom: Floats
    least: int
    clusters: Codes | None
    rules: SubgroupRules
    share: bool = True
    worse: Literal["higher", "lower", "either", "not tested"] = "not tested"

    def enough(self, rows: Rows) -> bool:
        """Whether a group is large enough for the figure."""
        return bool(self.bottom[rows].sum() >= self.least) and _enough_clusters(self, rows)

    def parts(self, rows: Rows) -> tuple[Rows, ...]:
        """Return the documents of a group that count, once for each sum they are independent in."""
        return (rows & (self.bottom > 0),)

    def may_differ(self) -> bool:
        """Whether groups can differ at all; a share that is none or all of everyone cannot, whoever is in which."""
        return not self.share or bool(0 < self.top.sum() < self.bottom.sum())

    def value(self, rows: Rows) -> float:
        """Return the figure of a group."""
        return float(self.top[rows].sum() / self.bottom[rows].sum())

    def figure(self, rows: Rows) -> Measure:
        """Return the figure of a group with its interval; undefined for a group too small."""
        if not self.enough(rows):
            return Measure(value=None)
        value = self.value(rows)
        if self.clusters is not None:
            return self._bootstrapped(rows & (self.bottom > 0), self.clusters, value)
        if self.share:
            low, high = _wilson(value, float(self.bottom[rows].sum()))
            return Measure(value=value, low=low, high=high, method="Wilson")
        spread = self._spreads(rows)[0]
        reach = float(student.ppf(_UPPER, spread.size - 1)) * np.sqrt(spread.variance / spread.size)
        return Measure(value=value, low=value - reach, high=value + reach, method="t")

    def contrast(self, rows: Rows) -> Contrast:
        """Hold a group against all others, both large enough."""
        inside, outside = self.value(rows), self.value(~rows)
        if self.clusters is not None:
            return _clustered(self, self.clusters, rows, (inside, outside))
        if not self.share:
            return _welch(inside, outside, self._spreads(rows), self._spreads(~rows), self._everyone)
        return Contrast(inside, outside, self._newcombe(rows), self._exact(rows))

    def influence(self, rows: Rows) -> Floats:
        """Return each document's part in the error of a group's figure, shape (n,)."""
        parts = np.zeros(len(self.top))
        parts[rows] = (self.top[rows] - self.value(rows) * self.bottom[rows]) / self.bottom[rows].sum()
        return parts

    def null_variance(self, rows: Rows) -> float:
        """Return the variance of a group's figure were it like everyone and its documents independent."""
        everyone = np.ones(len(self.top), dtype=bool)
        return float(np.square(self.influence(everyone)).sum() * self.bottom.sum() / self.bottom[rows].sum())

    @cached_property
    def _everyone(self) -> tuple[_Spread, ...]:
        return self._spreads(np.ones(len(self.top), dtype=bool))

    def _spreads(self, rows: Rows) -> tuple[_Spread, ...]:
        here = self.top[rows]
        return (_Spread(float(here.var(ddof=1)), len(here)),)

    def _newcombe(self, rows: Rows) -> Measure:
        one, two = self.value(rows), self.value(~rows)
        (low, high), (lowest, highest) = (
            _wilson(value, float(self.bottom[part].sum())) for value, part in ((one, rows), (two, ~rows))
        )
        below, above = np.hypot(one - low, highest - two), np.hypot(high - one, two - lowest)
        return Measure(value=one - two, low=float(one - two - below), high=float(one - two + above), method="Newcombe")

    def _exact(self, rows: Rows) -> float:
        """Return Fisher's exact p; a count averaged over repeats is rounded towards what everyone's share says."""
        size, sizes = round(self.bottom[rows].sum()), round(self.bottom.sum())
        hits, everyone = float(self.top[rows].sum()), round(self.top.sum())
        expected = size * everyone / sizes
        inside = int(np.floor(hits + 1e-9) if hits > expected else np.ceil(hits - 1e-9))
        inside = min(max(inside, everyone - (sizes - size), 0), everyone, size)
        outside = everyone - inside
        table = [[inside, size - inside], [outside, sizes - size - outside]]
        return min(float(fisher_exact(table).pvalue), 1.0)

    def _bootstrapped(self, rows: Rows, clusters: Codes, value: float) -> Measure:
        """Draw, of the clusters that count at all, as many with replacement."""
        codes = np.unique(clusters[rows], return_inverse=True)[1]
        tops, bottoms = (np.bincount(codes, weights=part[rows]).astype(float) for part in (self.top, self.bottom))
        low, high = percentile_limits(_drawn_ratios(tops, bottoms, self.rules))
        if low == high:  # no draw differs: that is no certainty
            return Measure(value=value)
        return Measure(value=value, low=low, high=high, method="percentile bootstrap of clusters")


@dataclass(frozen=True)
class Area:
    """Area under the ROC curve, averaged over repeats.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
    scores : ndarray of shape (repeats, n)
    clusters : ndarray of int, shape (n,), or None
    rules : SubgroupRules

    References
    ----------
    DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Comparing the areas under
    two or more correlated receiver operating characteristic curves: a nonparametric
    approach. Biometrics 44, 837-845.
    Brunner, E. and Munzel, U. (2000). The nonparametric Behrens-Fisher problem: asymptotic
    theory and a small-sample approximation. Biometrical Journal 42, 17-25 (the degrees of freedom).
    Obuchowski, N. A. (1997). Nonparametric analysis of clustered ROC curve data. Biometrics
    53, 567-578.
    """

    y: Codes
    scores: Floats
    clusters: Codes | None
    rules: SubgroupRules
    name: str = "auroc"
    worse: Literal["lower"] = "lower"

    def enough(self, rows: Rows) -> bool:
        """Whether a group has enough documents of both classes."""
        events = int(self.y[rows].sum())
        classes = min(events, int(rows.sum()) - events) >= self.rules.smallest_class
        return classes and _enough_clusters(self, rows)

    def parts(self, rows: Rows) -> tuple[Rows, ...]:
        """Return the documents of a group that count, once for each class."""
        return rows & (self.y == 1), rows & (self.y == 0)

    def may_differ(self) -> bool:
        """Whether groups can differ at all; scores that are the same for everyone rank nobody anywhere."""
        return bool(np.ptp(self.scores, axis=1).max() > 0)

    def figure(self, rows: Rows) -> Measure:
        """Return the area in a group with its interval; undefined for a group too small."""
        if not self.enough(rows):
            return Measure(value=None)
        clusters = None if self.clusters is None else self.clusters[rows]
        return delong(self.y[rows], self.scores[None, :, rows], clusters).measure()

    def contrast(self, rows: Rows) -> Contrast:
        """Hold a group against all others, both large enough."""
        (here, spreads), (there, others) = self._spreads(rows), self._spreads(~rows)
        if self.clusters is not None:
            return _clustered(self, self.clusters, rows, (here, there))
        return _welch(here, there, spreads, others, self._everyone)

    def influence(self, rows: Rows) -> Floats:
        """Return each document's part in the error of a group's figure, shape (n,)."""
        hits, misses = self._placements(rows)
        parts = np.zeros(len(self.y))
        parts[rows & (self.y == 1)] = (hits - hits.mean()) / len(hits)
        parts[rows & (self.y == 0)] = (misses - misses.mean()) / len(misses)
        return parts

    def null_variance(self, rows: Rows) -> float:
        """Return the variance of a group's area were it like everyone and its documents independent."""
        events = int(self.y[rows].sum())
        sizes = (events, int(rows.sum()) - events)
        return sum(one.variance / size for one, size in zip(self._everyone, sizes, strict=True))

    @cached_property
    def _everyone(self) -> tuple[_Spread, ...]:
        return self._spreads(np.ones(len(self.y), dtype=bool))[1]

    def _spreads(self, rows: Rows) -> tuple[float, tuple[_Spread, ...]]:
        hits, misses = self._placements(rows)
        return float(hits.mean()), tuple(_Spread(float(one.var(ddof=1)), len(one)) for one in (hits, misses))

    def _placements(self, rows: Rows) -> tuple[Floats, Floats]:
        """Return the share of negatives below each positive, and of positives above each negative."""
        scores, positive = self.scores[:, rows], self.y[rows] == 1
        ranks = rankdata(scores, axis=1)
        above, below = scores[:, positive], scores[:, ~positive]
        hits = (ranks[:, positive] - rankdata(above, axis=1)) / below.shape[1]
        misses = 1 - (ranks[:, ~positive] - rankdata(below, axis=1)) / above.shape[1]
        return hits.mean(axis=0), misses.mean(axis=0)


Quantity = Ratio | Area
"""What can be figured of a group, and tested against all others."""


def _drawn_ratios(tops: Floats, bottoms: Floats, rules: SubgroupRules) -> Floats:
    """Draw clusters with replacement and take the ratio of their sums in each draw, shape (draws,)."""
    rng = np.random.default_rng(rules.seed)
    block = max(1, _CELLS // len(tops))
    found = []
    for done in range(0, rules.draws, block):
        drawn = rng.integers(len(tops), size=(min(block, rules.draws - done), len(tops)))
        found.append(tops[drawn].sum(axis=1) / bottoms[drawn].sum(axis=1))
    return np.concatenate(found)


def _wilson(share: float, trials: float) -> tuple[float, float]:
    """Return Wilson's limits; a share averaged over repeats need not be a whole number of documents."""
    grown = 1 + _Z**2 / trials
    centre = (share + _Z**2 / (2 * trials)) / grown
    reach = _Z / grown * np.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return max(float(centre - reach), 0.0), min(float(centre + reach), 1.0)


def _enough_clusters(quantity: Quantity, rows: Rows) -> bool:
    if quantity.clusters is None:
        return True
    return _fewest(quantity, quantity.clusters, rows) >= quantity.rules.smallest_class


def _fewest(quantity: Quantity, clusters: Codes, rows: Rows) -> int:
    """Count the clusters that a group's figure rests on."""
    return min(len(np.unique(clusters[part])) for part in quantity.parts(rows))


def _clustered(quantity: Quantity, clusters: Codes, rows: Rows, values: tuple[float, float]) -> Contrast:
    """Test with the clusters' variance, never below that of independent documents of everyone's spread."""
    _, codes = np.unique(clusters, return_inverse=True)
    sums = np.bincount(codes, weights=quantity.influence(rows) - quantity.influence(~rows))
    variance = float(np.square(sums).sum()) * len(sums) / (len(sums) - 1)
    floor = quantity.null_variance(rows) + quantity.null_variance(~rows)
    fewest = min(_fewest(quantity, clusters, part) for part in (rows, ~rows))
    return _student(*values, max(variance, floor), fewest - 1, "t by clusters")


def _welch(
    inside: float,
    outside: float,
    here: tuple[_Spread, ...],
    there: tuple[_Spread, ...],
    everyone: tuple[_Spread, ...],
) -> Contrast:
    """Test with each part's own variance, never below everyone's: few documents may look alike by luck."""
    pieces = [
        (max(own.variance, common.variance) / own.size, own.size - 1)
        for part in (here, there)
        for own, common in zip(part, everyone, strict=True)
    ]
    variance = sum(one for one, _ in pieces)
    spread = sum(one**2 / free for one, free in pieces)
    return _student(inside, outside, variance, variance**2 / spread if spread else 1.0, "Welch t")


def _student(inside: float, outside: float, variance: float, free: float, method: str) -> Contrast:
    value = inside - outside
    if variance <= 0:  # nothing varies at all, so nothing differs
        return Contrast(inside, outside, Measure(value=value), 1.0)
    error = float(np.sqrt(variance))
    reach = float(student.ppf(_UPPER, free)) * error
    low, high = max(value - reach, -1.0), min(value + reach, 1.0)
    p = float(2 * student.sf(abs(value) / error, free))
    return Contrast(inside, outside, Measure(value=value, low=low, high=high, method=method), p)
