"""The problem of a risk score, and its fits: limits, columns in groups, penalised logistic regressions by batch.

Shapes: n rows, p columns, g groups, c candidates at once, s columns of each, m rows or totals.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# Lines (c, k, m); rows, and events among them, that stand for each of the m: (m,) or (c, m).
Problem = tuple[Floats, Floats, Floats]

COEFFICIENT_LIMIT = 5.0  # box of a real-valued coefficient, in log-odds: an odds ratio of about 150
SLOPE_RANGE = (1e-3, 5.0)  # log-odds of a point; above zero, so that more points never mean less risk
INTERCEPT_LIMIT = 40.0  # of fitted points, in log-odds: beyond it a probability is 0 or 1 anyway
_BATCH = 2_000_000  # cells worked on at once: bounds the memory


class Limits(NamedTuple):
    """What a risk score may consist of, and how hard to look for it.

    Parameters
    ----------
    max_groups, max_columns, columns_per_group : int, default=6, 10, 3
        Most groups (questions) with points, most columns with points, and most of these in a group.
    max_points : int, default=5
        Largest absolute number of points of a column.
    beam_width, pool_size, rays : int, default=8, 20, 12
        Solutions kept at every size (and columns tried from each), solutions rounded, multipliers of each.
    ridge : float, default=2.0
        Half of it times the squared coefficients (slope times points) joins the loss; above zero.
    """

    max_groups: int = 6
    max_columns: int = 10
    columns_per_group: int = 3
    max_points: int = 5
    beam_width: int = 8
    pool_size: int = 20
    rays: int = 12
    ridge: float = 2.0


class Design(NamedTuple):
    """A problem for batches: a line per column, one of zeros, one of ones; groups (p, g); clashes (p, p).

    `weights` (n,) say how often each row counts; 1 of a row that is there once.
    """

    rows: Floats
    y: Floats
    weights: Floats
    member: Floats
    clash: Floats
    limits: Limits

    @property
    def empty(self) -> int:
        """Index of the line of zeros, which fills up supports smaller than others of their batch."""
        return len(self.rows) - 2

    def lines(self, supports: Ints) -> Floats:
        """Gather the columns of every support, the ones of the intercept last: shape (c, s + 1, n)."""
        ones = np.full((len(supports), 1), self.empty + 1)
        return self.rows[np.hstack([supports, ones])]


class Solutions(NamedTuple):
    """Real-valued solutions: supports (c, s), coefficients (c, s + 1), the intercept last, losses (c,)."""

    supports: Ints
    coefficients: Floats
    losses: Floats

    def take(self, which: Ints) -> "Solutions":
        """Take some of them, in the order given."""
        return Solutions(self.supports[which], self.coefficients[which], self.losses[which])

    def join(self, other: "Solutions") -> "Solutions":
        """Put others of the same width behind these."""
        return Solutions(*(np.concatenate(parts) for parts in zip(self, other, strict=True)))


def make_design(
    B: Ints | Floats, y: Ints | Floats, group: Ints, limits: Limits, weights: Floats | None = None
) -> Design:
    """Lay the problem out; parameters as in `search_points`."""
    rows = np.vstack([np.asarray(B, dtype=float).T, np.zeros((1, len(y))), np.ones((1, len(y)))])
    member = (np.asarray(group)[:, None] == np.unique(group)).astype(np.float64)
    both = rows[:-2] @ rows[:-2].T
    own = np.diag(both)
    # Two columns clash that say the same, straight or turned round; one with itself that says nothing.
    clash = ((both == own) & (both == own[:, None])) | ((both == 0) & (own + own[:, None] == len(y)))
    np.fill_diagonal(clash, (own == 0) | (own == len(y)))
    weights = np.ones(len(y)) if weights is None else weights
    return Design(rows, np.asarray(y, dtype=float), weights, member, clash.astype(np.float64), limits)


def fit_supports(design: Design, supports: Ints, start: Floats, steps: int = 50) -> Solutions:
    """Fit penalised logistic coefficients (c, s + 1) on many supports (c, s) at once, within the box."""
    size = supports.shape[1]
    high = COEFFICIENT_LIMIT * np.append(np.ones(size), size + 1)
    ridge = design.limits.ridge * np.append(np.ones(size), 0.0)
    problem = design.lines(supports), design.weights, design.weights * design.y
    return Solutions(supports, *_newton(problem, ridge, (-high, high), start, steps))


def _newton(
    problem: Problem, ridge: Floats, box: tuple[Floats, Floats], start: Floats, steps: int = 50
) -> tuple[Floats, Floats]:
    """Fit many logistic models at once: coefficients (c, k) within a box, and penalised losses (c,).

    A projected Newton method: a coefficient at its bound that wants to go further is left out of
    the step, and a step that does not lower the loss is shortened.
    """
    lines, rows, events = problem
    w, length = np.clip(start, *box), np.ones(len(start))
    z, loss = _penalised(problem, ridge, w)
    for _ in range(steps):
        p = expit(z)
        gradient = (lines @ (rows * p - events)[:, :, None])[:, :, 0] + ridge * w
        held = ((w <= box[0]) & (gradient > 0)) | ((w >= box[1]) & (gradient < 0))
        hessian = (lines * (rows * p * (1 - p))[:, None, :]) @ lines.transpose(0, 2, 1)
        hessian[held[:, :, None] | held[:, None, :]] = 0.0
        diagonals(hessian)[...] += ridge + 1e-9 + held
        step = np.linalg.solve(hessian, np.where(held, 0.0, gradient)[:, :, None])[:, :, 0]
        trial = np.clip(w - length[:, None] * step, *box)
        trial_z, trial_loss = _penalised(problem, ridge, trial)
        better = trial_loss <= loss + 1e-12
        moved = np.where(better, np.abs(trial - w).max(axis=1), np.inf)
        w[better], z[better], loss[better] = trial[better], trial_z[better], trial_loss[better]
        length = np.where(better, 1.0, length / 4)
        if np.all((moved < 1e-7) | (length < 1e-6)):
            break
    return w, loss


def _penalised(problem: Problem, ridge: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Log-odds (c, m) and penalised losses (c,)."""
    lines, rows, events = problem
    z = (w[:, None, :] @ lines)[:, 0, :]
    loss = (rows * np.logaddexp(0.0, z) - events * z).sum(axis=1)
    return z, loss + 0.5 * (ridge * w * w).sum(axis=1)


def fit_points(design: Design, points: Ints) -> tuple[Floats, Floats, Floats]:
    """Fit candidates (c, p): intercepts, log-odds per point and penalised losses, (c,) each.

    Rows with the same total have the same risk, so counts of rows and events by total are enough.
    """
    if len(points) > 1 and len(points) * len(design.y) > _BATCH:
        parts = [fit_points(design, half) for half in np.array_split(points, 2)]
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))  # type: ignore[return-value]
    totals = (points @ design.rows[: design.empty]).astype(np.int64)
    base, centre = totals.min(axis=1), np.average(totals, axis=1, weights=design.weights)
    above = totals - base[:, None]
    shape = len(points), int(above.max()) + 1
    cell = (above + shape[1] * np.arange(len(points))[:, None]).ravel()
    every = np.tile(design.weights, len(points)), np.tile(design.weights * design.y, len(points))
    rows, events = (np.bincount(cell, one, shape[0] * shape[1]).astype(float).reshape(shape) for one in every)
    # The same penalty as the real-valued solutions pay: on slope times points.
    ridge = np.zeros((len(points), 2))
    ridge[:, 0] = design.limits.ridge * (points.astype(float) ** 2).sum(axis=1)
    # Centred totals keep the two steps of Newton's method nearly independent.
    levels = np.arange(shape[1]) + (base - centre)[:, None]
    lines = np.stack([levels, np.ones(shape)], axis=1)
    box = np.array([SLOPE_RANGE[0], -INTERCEPT_LIMIT]), np.array([SLOPE_RANGE[1], INTERCEPT_LIMIT])
    line, losses = _newton((lines, rows, events), ridge, box, np.zeros((len(points), 2)))
    return line[:, 1] - line[:, 0] * centre, line[:, 0], losses


def within_limits(design: Design, points: Ints) -> NDArray[np.bool_]:
    """Say which candidates (c, p) keep every limit, and give no points to what says the same twice."""
    limits, used = design.limits, (points != 0).astype(np.float64)
    per_group = used @ design.member
    few = (per_group <= limits.columns_per_group).all(axis=1) & (used.sum(axis=1) <= limits.max_columns)
    small = (np.abs(points) <= limits.max_points).all(axis=1) & ((used @ design.clash) * used == 0).all(axis=1)
    return few & small & ((per_group > 0).sum(axis=1) <= limits.max_groups)


def diagonals(squares: Floats) -> Floats:
    """View the diagonals of a stack of square matrices, writable."""
    return np.einsum("...ii->...i", squares)


def ranked(losses: Floats) -> Ints:
    """Order from best to worst; what differs only by rounding error keeps its order on every machine."""
    return np.argsort(np.round(losses, 8), kind="stable")
