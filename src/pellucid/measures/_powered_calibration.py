"""Calibration in the large and slope under labels that may be probabilities, and each document's part in it."""

import numpy as np
from scipy.special import expit

from pellucid.measures._calibration import log_odds
from pellucid.measures._kinds import Floats
from pellucid.measures._powered_parts import Parts

_STEPS = 100
_LONGEST = 2.0  # of a step, in log-odds: without a bound Newton's method may overshoot and not come back
_CLOSE = 1e-9


def large_parts(labels: Floats, scores: Floats, weights: Floats) -> Parts:
    """Return calibration in the large: the intercept of a logistic regression whose slope is held at 1.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        From 0 to 1.
    scores : ndarray of shape (n,)
        Probability of class 1 by the model that is evaluated.
    weights : ndarray of shape (n,)

    Returns
    -------
    Parts
        Undefined where all labels are 0 or all are 1.

    References
    ----------
    Stefanski, L. A. and Boos, D. D. (2002). The calculus of M-estimation. The American
    Statistician 56, 29-38.

    Examples
    --------
    >>> found = large_parts(np.array([0.0, 1.0]), np.array([0.2, 0.2]), np.ones(2))
    >>> round(found.value, 3), found.parts.round(3)
    (1.386, array([-2.,  2.]))
    """
    if (labels == 0).all() or (labels == 1).all():
        return _undefined(len(labels))
    x = log_odds(scores)
    value = float(_fitted(np.ones((1, len(x))), labels, weights, x)[0])
    expected = expit(x + value)
    return Parts(value, (labels - expected) / np.average(expected * (1 - expected), weights=weights))


def slope_parts(labels: Floats, scores: Floats, weights: Floats) -> Parts:
    """Return the slope of a logistic regression of the label on the log-odds of the score.

    Parameters
    ----------
    labels, scores, weights
        As in `large_parts`.

    Returns
    -------
    Parts
        Undefined where the score is the same for all or separates the labels.

    Examples
    --------
    >>> y, scores = np.array([0.0, 1, 0, 1, 0, 1]), np.array([0.2, 0.2, 0.4, 0.6, 0.8, 0.8])
    >>> round(slope_parts(y, scores, np.ones(6)).value, 3)
    0.204
    """
    x = log_odds(scores)
    if _apart(labels, x) or _apart(1 - labels, x):
        return _undefined(len(labels))
    spread = float(x.std())
    rows = np.stack([np.ones_like(x), (x - x.mean()) / spread])
    at = _fitted(rows, labels, weights, np.zeros_like(x))
    expected = expit(at @ rows)
    curved = weights * expected * (1 - expected)
    centred = x - np.average(x, weights=curved)
    bend = (curved * centred**2).sum() / weights.sum()
    return Parts(float(at[1] / spread), centred * (labels - expected) / bend)


def _undefined(count: int) -> Parts:
    return Parts(np.nan, np.full(count, np.nan))


def _apart(labels: Floats, x: Floats) -> bool:
    """Say whether no document with some of class 1 lies below one with some of class 0, or a class is not there."""
    above, below = x[labels > 0], x[labels < 1]
    return not len(above) or not len(below) or bool(above.min() >= below.max())


def _fitted(rows: Floats, labels: Floats, weights: Floats, offset: Floats) -> Floats:
    """Fit a logistic regression by Newton's method; NaN where it does not converge."""
    at = np.zeros(len(rows))
    for _ in range(_STEPS):
        expected = expit(at @ rows + offset)
        curved = (rows * (weights * expected * (1 - expected))) @ rows.T
        step = np.linalg.solve(curved, rows @ (weights * (labels - expected)))
        far = float(np.abs(step).max())
        at += step * min(1.0, _LONGEST / far) if far > 0 else 0.0
        if far < _CLOSE:
            return at
    return np.full(len(rows), np.nan)
