"""Are stated probabilities right? Groups of equal size with Wilson limits, and a smooth line with its band."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from pellucid._checks import check_number
from pellucid.measures import Codes, Floats
from pellucid.schema import Curve, CurveKind
from pellucid.validation._curves import check_clusters, check_predictions

_Z = 1.959963984540054  # normal quantile at 97.5%
_CLIP = 0.001  # a stated 0 or 1 has no log-odds; nearer than this it would pull the whole line
_KNOTS = (0.05, 0.35, 0.65, 0.95)
_FEW_KNOTS = (0.1, 0.5, 0.9)
_FEW = 100  # documents below which fewer knots are used
_POINTS = 61
_STEPS = 50
_FAR = 30.0  # log-odds beyond which a fit has run off because the classes can be told apart


class _Pooled(NamedTuple):
    """All repeats of one contender under each other."""

    stated: Floats
    positive: Floats
    unit: Codes  # what varies independently: the document, or the cluster
    repeats: int
    clustered: bool


def calibration_curves(
    y: ArrayLike, predictions: Mapping[str, Floats], *, groups: int = 10, clusters: ArrayLike | None = None
) -> tuple[Curve, ...]:
    """Set stated probabilities against observed shares, in groups and as a smooth line.

    Predictions of all repeats are pooled. Groups hold as nearly equal numbers as ties
    allow: equal probabilities stay in one group.

    Parameters
    ----------
    y : array-like of int, shape (n,)
        1 where the outcome was observed, else 0.
    predictions : mapping of str to ndarray of shape (repeats, n)
        Probability of the outcome by contender.
    groups : int, default=10
    clusters : array-like of shape (n,) or None, default=None
        What belongs together. Then a group's Wilson limits count each of its clusters
        once, which is on the careful side, and the band of the line is robust to clusters.

    Returns
    -------
    tuple of Curve
        Two per contender: its groups (with `counts`, the documents of each group, per
        repeat), then its smooth line (without counts). The line is left out where there
        is nothing to fit: one probability for all, or classes told apart without error.

    Raises
    ------
    InvalidInputError
        If y has other values than 0 and 1 or only one of them, or predictions do not fit it.

    Notes
    -----
    The line is a logistic regression of the outcome on a restricted cubic spline of the
    log-odds (four knots, three below 100 documents; probabilities held within 0.001 and
    0.999), drawn from the 1st to the 99th percentile of what was stated. Its band is
    pointwise: normal limits on the log-odds, with a sandwich variance over documents or
    clusters, so that repeats of one document do not count as new documents.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. Journal of the American Statistical Association 22, 209-212.
    Harrell, F. E. (2015). Regression Modeling Strategies, 2nd edition. Springer, section
    2.4.5 (restricted cubic splines).
    Austin, P. C. and Steyerberg, E. W. (2019). The integrated calibration index (ICI) and
    related metrics. Statistics in Medicine 38, 4051-4065.

    Examples
    --------
    >>> stated = np.repeat([0.2, 0.8], 10)
    >>> observed = [1, 1] + [0] * 8 + [1] * 7 + [0] * 3
    >>> groups, line = calibration_curves(observed, {"a": stated[None]})
    >>> [round(one, 6) for one in groups.x], groups.y, groups.counts
    ([0.2, 0.8], (0.2, 0.7), (10, 10))
    """
    check_number("groups", groups, low=2, whole=True)
    codes, held = check_predictions(y, predictions)
    together = check_clusters(clusters, len(codes))
    made = []
    for name, found in held.items():
        unit = np.arange(len(codes)) if together is None else together
        repeats = len(found)
        pooled = _Pooled(
            found.ravel(), np.tile(codes, repeats).astype(float), np.tile(unit, repeats), repeats, together is not None
        )
        made.append(_groups(name, pooled, groups))
        line = _line(name, pooled)
        made += [line] if line is not None else []
    return tuple(made)


def _groups(name: str, pooled: _Pooled, groups: int) -> Curve:
    edges = np.unique(np.quantile(pooled.stated, np.arange(1, groups) / groups))
    of = np.unique(np.searchsorted(edges, pooled.stated, side="right"), return_inverse=True)[1]
    members = np.bincount(of)
    stated = np.bincount(of, weights=pooled.stated) / members
    observed = np.bincount(of, weights=pooled.positive) / members
    documents = members / pooled.repeats
    effective, what = documents, "documents"
    if pooled.clustered:
        distinct = [len(np.unique(pooled.unit[of == number])) for number in range(len(members))]
        effective, what = np.minimum(documents, distinct), "clusters"
    low, high = _wilson(observed, effective)
    return Curve(
        kind=CurveKind.CALIBRATION,
        contender=name,
        x=tuple(stated.tolist()),
        y=tuple(observed.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        counts=tuple(max(1, round(float(one))) for one in documents),
        method=f"groups of nearly equal size, equal probabilities in one; 95% Wilson limits on the number of {what}",
    )


def _wilson(share: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Return score limits of shares over numbers of trials that need not be whole."""
    centre = (share + _Z**2 / (2 * trials)) / (1 + _Z**2 / trials)
    half = _Z / (1 + _Z**2 / trials) * np.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def _line(name: str, pooled: _Pooled) -> Curve | None:
    """Fit the smooth line; None where there is nothing to fit."""
    if np.ptp(pooled.stated) < 1e-9:
        return None
    odds = _log_odds(pooled.stated)
    documents = len(odds) // pooled.repeats
    wanted = _FEW_KNOTS if documents < _FEW else _KNOTS
    knots = np.unique(np.quantile(odds, wanted, method="inverted_cdf"))  # values that were stated, not between them
    centre, spread = odds.mean(), odds.std()
    design = _basis((odds - centre) / spread, (knots - centre) / spread)
    fitted = _logistic(design, pooled.positive)
    if fitted is None:
        return None
    covariance = _sandwich(design, pooled.positive, fitted, pooled.unit)
    first, last = np.quantile(pooled.stated, (0.01, 0.99))
    stated = np.linspace(first, last, _POINTS)
    there = _basis((_log_odds(stated) - centre) / spread, (knots - centre) / spread)
    middle = there @ fitted
    half = _Z * np.sqrt(np.einsum("ij,jk,ik->i", there, covariance, there))
    low, line, high = (tuple(expit(one).tolist()) for one in (middle - half, middle, middle + half))
    kind = f"restricted cubic spline of the log-odds with {len(knots)} knots" if len(knots) > 2 else "straight log-odds"
    return Curve(
        kind=CurveKind.CALIBRATION,
        contender=name,
        x=tuple(stated.tolist()),
        y=line,
        low=low,
        high=high,
        method=f"logistic regression on a {kind}, pointwise 95% band with a sandwich variance",
    )


def _log_odds(stated: Floats) -> Floats:
    return np.asarray(logit(np.clip(stated, _CLIP, 1 - _CLIP)))


def _basis(x: Floats, knots: Floats) -> Floats:
    """Return one, x and the restricted cubic terms: straight outside the outer knots."""
    columns = [np.ones_like(x), x]
    if len(knots) > 2:
        last, before = knots[-1], knots[-2]
        for knot in knots[:-2]:
            bent = (
                _cube(x - knot)
                - _cube(x - before) * (last - knot) / (last - before)
                + _cube(x - last) * (before - knot) / (last - before)
            )
            columns.append(bent / (last - knots[0]) ** 2)
    return np.column_stack(columns)


def _cube(x: Floats) -> Floats:
    return np.maximum(x, 0.0) ** 3


def _logistic(design: Floats, positive: Floats) -> Floats | None:
    """Fit by Newton's method; None where the likelihood has no highest point that can be reached."""
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        eta = design @ found
        expected = expit(eta)
        curved = design.T * (expected * (1 - expected))
        information = curved @ design
        if np.abs(eta).max() > _FAR or np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, design.T @ (positive - expected))
        found = found + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-9:
            return found
    return None


def _sandwich(design: Floats, positive: Floats, found: Floats, unit: Codes) -> Floats:
    """Return the covariance of the coefficients where rows of one unit are not independent."""
    expected = expit(design @ found)
    bread = np.linalg.inv((design.T * (expected * (1 - expected))) @ design)
    rows = design * (positive - expected)[:, None]
    summed = np.column_stack([np.bincount(unit, weights=column) for column in rows.T])
    units = len(np.unique(unit))
    meat = summed.T @ summed * units / (units - 1)
    return np.asarray(bread @ meat @ bread)
