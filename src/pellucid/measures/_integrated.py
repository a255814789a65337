"""The integrated calibration index: how far probabilities are from a smooth curve of what happened."""

import numpy as np

from pellucid.measures._calibration import log_odds
from pellucid.measures._kinds import Codes, Evaluator, Floats, only_two_classes, ratio
from pellucid.measures._logistic import chances, logistic

KNOTS = (0.05, 0.35, 0.65, 0.95)
"""Quantiles of the log-odds at which the pieces of the curve meet."""

_RIDGE = 1e-8  # keeps the fit finite where an end of the curve holds one class only
_NO_SPREAD = 1e-8


def integrated_calibration_index(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Mean distance of the probabilities from a smooth calibration curve; 0 is right.

    The curve is a logistic regression of the outcome on a restricted cubic spline of the
    log-odds with knots at the quantiles `KNOTS`, where the published index smooths with
    loess. Knots are fixed on all documents, the curve is fitted anew in every draw. Like
    every mean distance the index is biased upwards, by less than the binned error.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        0 and 1.
    predicted : ndarray of shape (n,)
        Probability of class 1.
    weights : ndarray of shape (n, draws)
        How often each document counts in each draw.

    Returns
    -------
    ndarray of shape (draws,)
        NaN for more than two classes.

    References
    ----------
    Austin, P. C. and Steyerberg, E. W. (2019). The integrated calibration index (ICI)
    and related metrics for quantifying the calibration of logistic regression models.
    Statistics in Medicine 38, 4051-4065.
    Harrell, F. E. (2015). Regression Modeling Strategies, second edition. Springer,
    section 2.4.

    Examples
    --------
    >>> y, predicted = np.array([0, 0, 0, 1] * 25), np.full(100, 0.4)
    >>> integrated_calibration_index(y, predicted, np.ones((100, 1))).round(3)
    array([0.15])
    """
    return integrated(y, predicted)(weights)[0]


def integrated(y: Codes, predicted: Floats) -> Evaluator:
    """Prepare the integrated calibration index.

    Parameters
    ----------
    y, predicted
        As in `integrated_calibration_index`.

    Returns
    -------
    callable
        (n, draws) weights -> (1, draws) figures.
    """
    return only_two_classes(_Integrated, 1)(y, predicted)


def spline(x: Floats, knots: Floats) -> Floats:
    """Return the terms of a restricted cubic spline: x and one per knot but two, straight beyond the ends.

    Parameters
    ----------
    x : ndarray of shape (n,)
    knots : ndarray of shape (k,)
        Ascending, distinct; fewer than three give x alone.

    Returns
    -------
    ndarray of shape (max(k - 1, 1), n)

    References
    ----------
    Durrleman, S. and Simon, R. (1989). Flexible regression models with cubic splines.
    Statistics in Medicine 8, 551-561.

    Examples
    --------
    >>> spline(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0]))
    array([[0.  , 1.  , 2.  , 3.  ],
           [0.  , 0.25, 1.5 , 3.  ]])
    """
    if len(knots) < 3:
        return x[None]
    last, before = knots[-1], knots[-2]
    cubes = np.maximum(x - knots[:, None], 0) ** 3
    share = ((last - knots[:-2]) / (last - before))[:, None]
    bends = (cubes[:-2] - share * cubes[-2] + (share - 1) * cubes[-1]) / (last - knots[0]) ** 2
    return np.vstack([x, bends])


class _Integrated:
    """The index; knots, terms and the fit to all documents are found once."""

    def __init__(self, y: Codes, predicted: Floats) -> None:
        self.positive, self.predicted = y == 1, predicted
        x = log_odds(predicted)
        terms = spline(x, np.unique(np.quantile(x, KNOTS)))
        spreads = np.maximum(terms.std(axis=1, keepdims=True), _NO_SPREAD)
        centred = (terms - terms.mean(axis=1, keepdims=True)) / spreads
        # Terms at right angles: Newton's method then needs few steps, and a term that says
        # nothing of its own (few distinct probabilities) is left out.
        _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
        kept = rows[sizes > _NO_SPREAD * np.sqrt(len(x))] * np.sqrt(len(x))
        self.rows = np.vstack([np.ones_like(x), kept])
        plain = np.ones((len(y), 1))
        self.start = np.zeros(len(self.rows))
        self.start = self._fit(plain)[:, 0]

    def __call__(self, weights: Floats) -> Floats:
        distance = chances(-self._fit(weights).T @ self.rows)
        distance -= self.predicted
        np.abs(distance, out=distance)
        return ratio(np.einsum("di,di->d", distance, weights.T), weights.sum(axis=0))[None]

    def _fit(self, weights: Floats) -> Floats:
        return logistic(self.rows, self.positive, weights, start=self.start, ridge=_RIDGE)
