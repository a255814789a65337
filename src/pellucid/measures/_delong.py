"""Areas under correlated ROC curves: their covariance, intervals and paired tests after DeLong, in O(n log n)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri
from scipy.stats import rankdata, t

from pellucid.exceptions import InvalidInputError
from pellucid.measures._kinds import Codes, Floats
from pellucid.measures._paired import PairedDifference, normal_difference
from pellucid.schema import Measure

_METHOD = "DeLong"
_REACH = float(ndtri(0.975))
_SCORE = "score interval on the rarer class"


class Areas(NamedTuple):
    """Areas under the ROC curves of several contenders on the same documents.

    Attributes
    ----------
    values : ndarray of shape (k,)
        NaN where a class has no documents.
    covariance : ndarray of shape (k, k)
        Of the areas; NaN where a class has fewer than two documents, or clusters.
    spread : ndarray of shape (k, k)
        Variance of the difference of every two areas, summed from differences and not
        from `covariance`: exactly 0 for curves that are the same.
    fewest : int
        Documents of the rarest class; clusters that hold it, where there are clusters.
    degrees : float
        Degrees of freedom for limits and tests: infinity where documents are independent,
        else `fewest` less 1, because few clusters know their spread badly.
    """

    values: Floats
    covariance: Floats
    spread: Floats
    fewest: int
    degrees: float = np.inf

    def measure(self, i: int = 0) -> Measure:
        """Return one area with its 95% interval, which lies within [0, 1].

        Limits are symmetric in the log-odds of the area. Where every positive stands
        above every negative, or below, the variance is estimated as 0 and says nothing;
        the limits are then those of a score interval for a share of `fewest` documents,
        which is cautious.

        Parameters
        ----------
        i : int, default=0
            Place of the contender.

        Returns
        -------
        Measure
            Without value where a class has no documents, without limits where it has one.
        """
        value, variance = float(self.values[i]), float(self.covariance[i, i])
        if np.isnan(value):
            return Measure(value=None)
        if np.isnan(variance):
            return Measure(value=value)
        if variance == 0 and value in (0.0, 1.0):
            far = self.fewest / (self.fewest + _REACH**2)
            low, high = (far, 1.0) if value == 1.0 else (0.0, 1.0 - far)
            return Measure(value=value, low=low, high=high, method=_SCORE)
        reach = float(t.ppf(0.975, self.degrees)) * np.sqrt(variance) / (value * (1 - value))
        low, high = expit(logit(value) + np.array([-reach, reach]))
        return Measure(value=value, low=float(low), high=float(high), method=_METHOD)

    def difference(self, i: int, j: int) -> PairedDifference:
        """Return area i less area j with interval and test.

        Parameters
        ----------
        i, j : int
            Places of the two contenders.

        Returns
        -------
        PairedDifference
            Without interval and test where a class has fewer than two documents, and
            where the areas differ and the variance of their difference is estimated as 0 there is no test,
            as for a perfect curve against a constant score.
        """
        value, se = float(self.values[i] - self.values[j]), float(np.sqrt(self.spread[i, j]))
        if se == 0 and np.isfinite(value) and value != 0:
            return self._without_spread(i, j, value)
        return normal_difference(value, se, _METHOD, bound=1.0, degrees=self.degrees)

    def _without_spread(self, i: int, j: int, value: float) -> PairedDifference:
        """Take the limits of the two areas: their difference is not 0 and its variance is estimated as 0."""
        one, other = self.measure(i), self.measure(j)
        if one.low is None or one.high is None or other.low is None or other.high is None:
            return PairedDifference(Measure(value=value))
        low, high = one.low - other.high, one.high - other.low
        return PairedDifference(Measure(value=value, low=low, high=high, method=_SCORE), low90=low, high90=high)


def delong(y: Codes, scores: Floats, clusters: NDArray[np.int64] | None = None) -> Areas:
    """Estimate areas under ROC curves and their covariance from one set of documents.

    A tie counts one half. Repeats of a cross-validation are averaged: the area is the
    mean over repeats, and so is each document's part in it, so repeats do not pass for
    more documents. With more than two classes the area is that of each class against the
    rest, averaged without weights. Variances are those given the class sizes.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Class numbers from 0; 0 and 1 unless `scores` has a column per class.
    scores : ndarray of shape (k, n), (k, repeats, n) or (k, repeats, n, n_classes)
        Of k contenders, higher for class 1; or one score per class.
    clusters : ndarray of int, shape (n,), or None, default=None
        Cluster of each document; documents of one cluster may depend on each other.

    Returns
    -------
    Areas

    Raises
    ------
    InvalidInputError
        If shapes do not match, a score is NaN or a class number is not allowed.

    References
    ----------
    DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Comparing the areas
    under two or more correlated receiver operating characteristic curves: a
    nonparametric approach. Biometrics 44, 837-845.
    Sun, X. and Xu, W. (2014). Fast implementation of DeLong's algorithm for comparing the
    areas under correlated receiver operating characteristic curves. IEEE Signal
    Processing Letters 21, 1389-1393.
    Obuchowski, N. A. (1997). Nonparametric analysis of clustered ROC curve data.
    Biometrics 53, 567-578.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> found = delong(y, np.array([[1, 2, 3, 5, 4, 6, 7, 8], [1, 4, 3, 6, 2, 5, 7, 8]]))
    >>> found.measure(0).text()
    '0.938 [0.438, 0.997]'
    >>> found.difference(0, 1).measure.text()
    '0.188 [-0.077, 0.452]'
    """
    y, scores = _checked(np.asarray(y), np.asarray(scores, dtype=float))
    groups = np.arange(len(y)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    if len(groups) != len(y):
        raise InvalidInputError(f"clusters: got {len(groups)} for {len(y)} documents; one each is expected")
    classes = scores.shape[3] if scores.ndim == 4 else 2
    targets = [(y == code, scores[..., code]) for code in range(classes)] if scores.ndim == 4 else [(y == 1, scores)]
    found = [_area(positive, scored) for positive, scored in targets]
    values = np.mean([area for area, _ in found], axis=0)
    parts, sizes = _by_cluster(np.mean([part for _, part in found], axis=0), y, groups, classes)
    factors = np.array([_correction(size) for size in sizes])
    overall = _correction(parts.shape[2])
    covariance = overall * _products(parts.sum(axis=1), parts.sum(axis=1))
    for own, factor in zip(np.moveaxis(parts, 1, 0), factors, strict=True):
        covariance += (factor - overall) * _products(own, own)
    spread = np.array([_variances(parts - one, factors, overall) for one in parts])
    fewest = int(min(sizes))
    return Areas(values, covariance, spread, fewest, np.inf if clusters is None else max(fewest - 1, 1))


def _checked(y: Codes, scores: Floats) -> tuple[Codes, Floats]:
    """Give scores their axis of repeats, or refuse what does not fit."""
    if y.ndim != 1 or scores.ndim not in (2, 3, 4) or scores.shape[min(scores.ndim - 1, 2)] != len(y):
        raise InvalidInputError(
            f"scores: got shape {scores.shape} for {y.shape} labels; (k, n), (k, repeats, n) or "
            "(k, repeats, n, n_classes) is expected, n being the number of labels"
        )
    if np.isnan(scores).any():
        raise InvalidInputError(
            f"scores: {int(np.isnan(scores).sum())} are NaN; leave out the documents that a contender has no score for"
        )
    classes = scores.shape[3] if scores.ndim == 4 else 2
    if not np.isin(y, range(classes)).all():
        raise InvalidInputError(
            f"y: got {np.unique(y).tolist()[:5]}; class numbers from 0 to {classes - 1} are allowed"
        )
    return y, scores[:, None] if scores.ndim == 2 else scores


def _area(positive: NDArray[np.bool_], scores: Floats) -> tuple[Floats, Floats]:
    """Return areas (k,) and each document's part in their error (k, n), averaged over repeats, by midranks."""
    above, below = scores[..., positive], scores[..., ~positive]
    m, n = above.shape[-1], below.shape[-1]
    part = np.full((len(scores), len(positive)), np.nan)
    if not m or not n:
        return np.full(len(scores), np.nan), part
    ranks = rankdata(np.concatenate([above, below], axis=-1), axis=-1)
    beaten = ((ranks[..., :m] - rankdata(above, axis=-1)) / n).mean(axis=1)
    lost_to = (1 - (ranks[..., m:] - rankdata(below, axis=-1)) / m).mean(axis=1)
    values = beaten.mean(axis=1)
    part[:, positive] = (beaten - values[:, None]) / m
    part[:, ~positive] = (lost_to - values[:, None]) / n
    return values, part


def _by_cluster(part: Floats, y: Codes, groups: NDArray[np.intp], classes: int) -> tuple[Floats, list[int]]:
    """Sum the parts within classes and clusters: (k, classes, clusters), and how many clusters hold each class."""
    count = int(groups.max(initial=-1)) + 1
    summed = np.zeros((len(part), classes, count))
    sizes = []
    for code in range(classes):
        held = y == code
        sizes.append(len(np.unique(groups[held])))
        if not sizes[-1]:
            continue
        centred = part[:, held] - part[:, held].mean(axis=1, keepdims=True)
        summed[:, code] = [np.bincount(groups[held], row, minlength=count) for row in centred]
    return summed, sizes


def _correction(size: int) -> float:
    """Undo the shrinkage of a sum of squares about an estimated mean; NaN below two."""
    return size / (size - 1) if size > 1 else np.nan


def _products(one: Floats, other: Floats) -> Floats:
    """Multiply out all pairs of rows, in the same order for every pair."""
    return np.einsum("ic,jc->ij", one, other, optimize=False)


def _variances(parts: Floats, factors: Floats, overall: float) -> Floats:
    """Return the variance of each row's sum, of shape (k,)."""
    squares = (parts**2).sum(axis=2)
    return squares @ (factors - overall) + overall * (parts.sum(axis=1) ** 2).sum(axis=1)
