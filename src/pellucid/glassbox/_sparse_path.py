"""Elastic-net solutions along a path of strengths, for all folds at once, by accelerated proximal gradients."""

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_softmax, softmax
from sklearn.exceptions import ConvergenceWarning

from pellucid.glassbox._cuts import Floats

Loss = Literal["logistic", "softmax", "squares"]

ROUGH = (1e-3, 200)
"""Tolerance and most steps where strengths are only ranked."""

EXACT = (1e-7, 20_000)
"""Tolerance and most steps for the coefficients that are kept."""


class Penalty(NamedTuple):
    """How strongly coefficients are held back, and which part of it is absolute values."""

    strength: float
    l1_ratio: float


@dataclass(frozen=True)
class Problem:
    """Rows, outcomes and weights of several regressions on the same design.

    Attributes
    ----------
    design : ndarray of shape (n, p)
        Standardised columns, the first of them ones (the intercept).
    target : ndarray of shape (n, n_scores)
        0 or 1 per class; one column for two classes; standardised numbers for squares.
    weights : ndarray of shape (n, n_fits)
        Weight of each row in each fit; every column sums to 1.
    loss : {"logistic", "softmax", "squares"}
    """

    design: Floats
    target: Floats
    weights: Floats
    loss: Loss

    def scores(self, coefficients: Floats) -> Floats:
        """Give the scores, of shape (n, n_fits, n_scores), for coefficients (p, n_fits, n_scores)."""
        flat = self.design @ coefficients.reshape(len(coefficients), -1)
        return flat.reshape(len(flat), *coefficients.shape[1:])

    def slope(self, coefficients: Floats) -> Floats:
        """Give the derivative of the mean loss by the coefficients."""
        scores = self.scores(coefficients)
        if self.loss == "logistic":
            scores = expit(scores)
        elif self.loss == "softmax":
            scores = softmax(scores, axis=2)
        residual = (scores - self.target[:, None, :]) * self.weights[:, :, None]
        return (self.design.T @ residual.reshape(len(residual), -1)).reshape(coefficients.shape)

    def losses(self, coefficients: Floats) -> Floats:
        """Give the loss of every row in every fit, of shape (n, n_fits)."""
        scores = self.scores(coefficients)
        target = self.target[:, None, :]
        if self.loss == "logistic":
            return (np.logaddexp(0.0, scores) - target * scores)[:, :, 0]
        if self.loss == "softmax":
            return -(target * log_softmax(scores, axis=2)).sum(axis=2)
        return 0.5 * ((scores - target) ** 2).sum(axis=2)

    @cached_property
    def curvature(self) -> float:
        """Give a bound on the second derivative of the mean loss, in any direction and fit."""
        bound = {"logistic": 0.25, "softmax": 0.5, "squares": 1.0}[self.loss]
        largest = max(
            float(np.linalg.eigvalsh(self.design.T @ (self.design * weight[:, None]))[-1]) for weight in self.weights.T
        )
        return bound * largest


def solve(problem: Problem, penalty: Penalty, start: Floats, effort: tuple[float, int]) -> tuple[Floats, bool]:
    """Minimise loss and penalty for all fits of a problem.

    Each step goes along the slope and then shrinks every coefficient but the intercept
    towards zero. Steps carry momentum [1]_, which is dropped where it points uphill [2]_.

    Parameters
    ----------
    problem : Problem
    penalty : Penalty
    start : ndarray of shape (p, n_fits, n_scores)
    effort : tuple of float and int
        Largest remaining slope (in standard deviations of a column, times log-odds)
        and most steps.

    Returns
    -------
    coefficients : ndarray of shape (p, n_fits, n_scores)
    converged : bool

    References
    ----------
    .. [1] A. Beck, M. Teboulle, "A fast iterative shrinkage-thresholding algorithm for
       linear inverse problems", SIAM Journal on Imaging Sciences 2(1), 2009.
    .. [2] B. O'Donoghue, E. Candes, "Adaptive restart for accelerated gradient schemes",
       Foundations of Computational Mathematics 15, 2015.
    """
    tolerance, most = effort
    rate = 1.0 / problem.curvature
    held = np.ones((len(start), 1, 1))
    held[0] = 0.0
    threshold = rate * penalty.strength * penalty.l1_ratio * held
    shrink = 1.0 / (1.0 + rate * penalty.strength * (1.0 - penalty.l1_ratio) * held)
    now, ahead, pace = start, start, 1.0
    for _ in range(most):
        moved = ahead - rate * problem.slope(ahead)
        following = (moved - np.clip(moved, -threshold, threshold)) * shrink
        gap = ahead - following
        if np.abs(gap).max() <= tolerance * rate:
            return following, True
        step = following - now
        # One momentum for all fits: it is dropped together, where it points uphill in sum.
        pace = 1.0 if np.vdot(gap, step) > 0 else pace
        faster = (1.0 + np.sqrt(1.0 + 4.0 * pace * pace)) / 2.0
        ahead = following + ((pace - 1.0) / faster) * step
        now, pace = following, faster
    return now, False


def choose(problem: Problem, folds: NDArray[Any], groups: NDArray[Any], *, l1_ratio: float, most_groups: int) -> Floats:
    """Fit at the strength with the least held-out loss, among those with few enough questions.

    Strengths go down in equal ratios from the weakest that holds every coefficient at
    zero to a hundredth of it; the way ends where the fit on all rows asks more than
    `most_groups` questions. Ties go to the stronger.

    Parameters
    ----------
    problem : Problem
        With one fit, of all rows, whose weights say how much each counts.
    folds : ndarray of shape (n,)
        Number of the fold in which a row is held out.
    groups : ndarray of shape (p,)
        Question of each column; -1 for the intercept.
    l1_ratio : float
    most_groups : int

    Returns
    -------
    ndarray of shape (p, n_scores)

    Warns
    -----
    ConvergenceWarning
        If the last fit did not reach its tolerance.
    """
    held_out = folds[:, None] == np.unique(folds)
    counts = problem.weights / problem.weights.max()  # exactly 1 each, where rows count alike
    inside = ~held_out * counts
    inside /= inside.sum(axis=0)
    tested = np.broadcast_to(counts, held_out.shape)[held_out]
    path = Problem(problem.design, problem.target, np.column_stack([inside, problem.weights]), problem.loss)
    fitted = _intercepts(path)
    top = float(np.abs(path.slope(fitted)[1:, -1]).max(initial=0.0)) / max(l1_ratio, 1e-2)
    best = (np.inf, top, fitted[:, -1:])
    for strength in top * np.geomspace(1.0, 1e-2, 20):
        fitted, _ = solve(path, Penalty(strength, l1_ratio), fitted, ROUGH)
        if len(np.unique(groups[np.any(fitted[:, -1] != 0, axis=1)])) - 1 > most_groups:
            break
        loss = float(np.average(path.losses(fitted)[:, :-1][held_out], weights=tested))
        if loss < best[0] - 1e-9:
            best = (loss, strength, fitted[:, -1:])
    return _polish(problem, groups, Penalty(best[1], l1_ratio), best[2], most_groups)


def _polish(problem: Problem, groups: NDArray[Any], penalty: Penalty, start: Floats, most_groups: int) -> Floats:
    """Solve exactly; where that asks a question too many, more strength drops it."""
    while True:
        fitted, converged = solve(problem, penalty, start, EXACT)
        if len(np.unique(groups[np.any(fitted[:, 0] != 0, axis=1)])) - 1 <= most_groups:
            break
        penalty = penalty._replace(strength=max(penalty.strength * 1.05, 1e-9))
    if not converged:
        warnings.warn(
            f"the coefficients were not settled to {EXACT[0]:g} after {EXACT[1]:,} steps; "
            "lower l1_ratio to hold correlated columns together",
            ConvergenceWarning,
            stacklevel=2,
        )
    return fitted[:, 0]


def _intercepts(problem: Problem) -> Floats:
    """Give the fit without any question: the training frequencies, as scores."""
    means = problem.weights.T @ problem.target
    start = np.zeros((problem.design.shape[1], *means.shape))
    if problem.loss == "squares":
        start[0] = means
    else:
        # A class that a fold's training rows lack gets a small share instead of none.
        share = np.clip(means, 1e-3, 1 - 1e-3)
        start[0] = np.log(share / (1 - share)) if problem.loss == "logistic" else np.log(share)
    return start
