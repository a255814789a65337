"""Small logistic regressions that begin with what was said and move only as far as gold labels insist."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import expit

from pellucid.measures import Floats

INTERCEPT = 0.5
"""Strength of the pull of an intercept to 0: that of a normal prior with standard deviation 1."""

SLOPE = 4.0
"""Strength of the pull of a slope to where it begins: that of a normal prior with standard deviation 0.35."""


class Shrunk(NamedTuple):
    """A fitted shift and slopes.

    Attributes
    ----------
    intercept : float
    slopes : ndarray of shape (k,)
        None below 0: no score is turned round.
    """

    intercept: float
    slopes: Floats

    def __call__(self, scores: ArrayLike) -> Floats:
        """Return the recalibrated log-odds of scores of shape (n, k), or (n,) where k is 1."""
        held = np.asarray(scores, dtype=np.float64).reshape(-1, len(self.slopes))
        return np.asarray(self.intercept + held @ self.slopes)


def shrunk_logistic(scores: ArrayLike, positive: ArrayLike, *, begin: ArrayLike = 1.0) -> Shrunk:
    """Fit a logistic regression on scores in log-odds, pulled to an intercept of 0 and given slopes.

    With no document at all it is where it begins; the more there are, the less it is pulled.

    Parameters
    ----------
    scores : array-like of shape (n, k) or (n,)
        Log-odds.
    positive : array-like of shape (n,)
        1 or 0.
    begin : float or array-like of shape (k,), default=1.0
        Slopes without any document.

    Returns
    -------
    Shrunk

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in Large
    Margin Classifiers, 61-74; the pull is that of a normal prior (ridge).

    Examples
    --------
    >>> shrunk_logistic([], []).slopes
    array([1.])
    >>> shrunk_logistic([-2.0, -1.0, 1.0, 2.0] * 50, [0, 1, 0, 1] * 50).slopes.round(1)
    array([0.5])
    """
    held = np.asarray(scores, dtype=np.float64)
    held = held.reshape(-1, 1) if held.ndim == 1 else held
    sign = 2.0 * np.asarray(positive, dtype=np.float64) - 1.0
    centre = np.concatenate([[0.0], np.broadcast_to(np.asarray(begin, dtype=np.float64), (held.shape[1],))])
    pull = np.array([INTERCEPT, *[SLOPE] * held.shape[1]])
    design = np.column_stack([np.ones(len(held)), held])

    def loss(weights: Floats) -> tuple[float, Floats]:
        margin = sign * (design @ weights)
        away = weights - centre
        value = np.logaddexp(0.0, -margin).sum() + (pull * away**2).sum()
        return float(value), np.asarray(-(sign * expit(-margin)) @ design + 2 * pull * away)

    bounds = [(None, None), *[(0.0, None)] * held.shape[1]]
    found = minimize(loss, centre, jac=True, bounds=bounds, method="L-BFGS-B").x
    return Shrunk(float(found[0]), np.asarray(found[1:]))


def log_losses(scores: Floats, positive: Floats) -> Floats:
    """Return the log loss of every document.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Log-odds.
    positive : ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (n,)
    """
    return np.logaddexp(0.0, -(2 * positive - 1) * scores)
