"""Logistic regressions of many draws at once, by Newton's method from the fit to all documents."""

import numpy as np
from scipy.special import expit

from pellucid.measures._kinds import Flags, Floats

_STEPS = 200
_LONGEST = 100.0  # of a step: where there is next to no curvature it would be of any length
_FARTHEST = 1e6 * _LONGEST
_OVER = 0.3
_CLOSE = 1e-4  # after a step this short Newton's error is of the order of its square


def logistic(
    design: Floats, positive: Flags, weights: Floats, *, start: Floats, offset: Floats | float = 0.0, ridge: float = 0.0
) -> Floats:
    """Fit one logistic regression per draw.

    Draws leave when they have converged. A step at whose end the log-likelihood falls
    a third as fast as it rose at its start has overshot, and is halved.

    Parameters
    ----------
    design : ndarray of shape (k, n)
        Terms by document, of about unit spread; one row of ones is the intercept.
    positive : ndarray of bool, shape (n,)
    weights : ndarray of shape (n, draws)
    start : ndarray of shape (k,)
        Where all draws begin, such as the fit to all documents.
    offset : ndarray of shape (n,) or float, default=0
        Log-odds to begin with.
    ridge : float, default=0
        Half the squared coefficients times this is taken from the log-likelihood.

    Returns
    -------
    ndarray of shape (k, draws)
        NaN where no step converges.

    References
    ----------
    McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, second edition.
    Chapman and Hall, chapter 4.

    Examples
    --------
    >>> rows = np.array([[1.0, 1.0, 1.0, 1.0]])
    >>> logistic(rows, np.array([True, False, False, False]), np.ones((4, 1)), start=np.zeros(1)).round(4)
    array([[-1.0986]])
    """
    pairs = _products(design)
    drawn = np.ascontiguousarray(weights.T)
    reached = drawn @ (design * positive).T
    step, slope = _shared_step(design, pairs, reached, drawn, (start, offset, ridge))
    found = start + step
    live = np.flatnonzero(np.abs(step).max(axis=1) >= _CLOSE)  # a step that is NaN stays NaN
    for _ in range(_STEPS):
        if not len(live):
            break
        held, aim = (drawn, reached) if len(live) == len(drawn) else (drawn[live], reached[live])
        gradient, curvature = _derivatives(design, pairs, held, aim, found[live], (offset, ridge))
        last = step[live]
        over = (gradient * last).sum(axis=1) < -_OVER * slope[live]
        ahead = _cut(_solve(curvature, gradient, ridge))
        found[live] += np.where(over[:, None], -last / 2, ahead)
        step[live] = np.where(over[:, None], last / 2, ahead)
        slope[live] = np.where(over, slope[live] / 2, (gradient * ahead).sum(axis=1))
        live = live[np.abs(step[live]).max(axis=1) >= _CLOSE]
    found[live] = np.nan
    return found.T


def chances(negated: Floats) -> Floats:
    """Turn negated log-odds into probabilities in place: several times quicker than `scipy.special.expit`.

    Parameters
    ----------
    negated : ndarray
        Log-odds times -1.

    Returns
    -------
    ndarray
        The same memory.

    Examples
    --------
    >>> chances(np.array([1000.0, 0.0, -1000.0]))
    array([0. , 0.5, 1. ])
    """
    with np.errstate(over="ignore"):  # one over infinity is the 0 that is meant
        np.exp(negated, out=negated)
    negated += 1
    return np.reciprocal(negated, out=negated)


def _products(design: Floats) -> Floats:
    upper, lower = np.triu_indices(len(design))
    return design[upper] * design[lower]


def _shared_step(
    design: Floats, pairs: Floats, reached: Floats, drawn: Floats, at: tuple[Floats, Floats | float, float]
) -> tuple[Floats, Floats]:
    """Take the first step, at which all draws have the same probabilities: no exponential per draw."""
    start, offset, ridge = at
    expected = expit(start @ design + offset)
    gradient = reached - drawn @ (design * expected).T - ridge * start
    step = _cut(_solve(drawn @ (pairs * expected * (1 - expected)).T, gradient, ridge))
    return step, (gradient * step).sum(axis=1)


def _derivatives(
    design: Floats, pairs: Floats, drawn: Floats, reached: Floats, at: Floats, fixed: tuple[Floats | float, float]
) -> tuple[Floats, Floats]:
    """Return the slope of the log-likelihood of each draw, and minus its curvature."""
    offset, ridge = fixed
    expected = -at @ design
    expected -= offset
    chances(expected)
    given = drawn * expected
    gradient = reached - given @ design.T - ridge * at
    given -= np.multiply(given, expected, out=expected)
    return gradient, given @ pairs.T


def _cut(step: Floats) -> Floats:
    """Shorten steps that are too long; without curvature one may even be infinite."""
    step = np.clip(step, -_FARTHEST, _FARTHEST)
    return step * (_LONGEST / np.maximum(np.abs(step).max(axis=1, keepdims=True), _LONGEST))


def _solve(packed: Floats, right: Floats, ridge: float) -> Floats:
    """Solve a small symmetric system per draw by elimination; NaN where there is no curvature."""
    k = right.shape[1]
    upper, lower = np.triu_indices(k)
    left = np.empty((k, k, len(right)))
    left[upper, lower] = left[lower, upper] = packed.T
    left[np.arange(k), np.arange(k)] += ridge
    found = right.T.copy()
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for i in range(k):
            for j in range(i + 1, k):
                factor = left[j, i] / left[i, i]
                left[j, i:] -= factor * left[i, i:]
                found[j] -= factor * found[i]
        for i in reversed(range(k)):
            found[i] = (found[i] - (left[i, i + 1 :] * found[i + 1 :]).sum(axis=0)) / left[i, i]
    return found.T
