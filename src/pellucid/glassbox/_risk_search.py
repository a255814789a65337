"""Search for small whole-number points: sparse logistic solutions by beam, a pool, rounding along rays.

The stages are FasterRisk's: (1) a beam search finds sparse logistic solutions within a box; (2) swaps
of single columns widen them to a pool that is nearly as good; (3) every member is stretched by several
multipliers and rounded one coefficient at a time, each time where an upper bound of the logistic loss
ends lowest. Added here: columns belong to groups, whose number is limited; intercept and slope are fitted
again after rounding, so multipliers below one are tried too; single moves polish the best.

Shapes: n rows, p columns, g groups, c candidates at once, s columns of each, m rows or totals.

References
----------
Liu, J., Zhong, C., Li, B., Seltzer, M., Rudin, C. (2022). FasterRisk: Fast and
Accurate Interpretable Risk Scores. NeurIPS 35. arXiv:2210.05846.
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

_PARENTS_SWAPPED = 3
_POOL_GAP = 0.05
_POLISHED = 3
_POLISH_ROUNDS = 30
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
    """A problem for batches: a line per column, one of zeros, one of ones; groups (p, g); clashes (p, p)."""

    rows: Floats
    y: Floats
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


class RiskPoints(NamedTuple):
    """What the search found: whole points (p,), intercept, log-odds per point, penalised logistic loss."""

    points: Ints
    intercept: float
    slope: float
    loss: float


def search_points(B: Ints | Floats, y: Ints | Floats, group: Ints, limits: Limits) -> RiskPoints:
    """Find whole-number points for binary columns.

    Parameters
    ----------
    B : ndarray of shape (n, p)
        Columns of 0 and 1.
    y : ndarray of shape (n,)
        Outcome, 0 or 1; both occur.
    group : ndarray of shape (p,)
        Group (question) that each column belongs to.
    limits : Limits

    Returns
    -------
    RiskPoints
        Points of all p columns, most of them 0; log-odds are ``intercept + slope * (B @ points)``.

    Examples
    --------
    >>> import numpy as np
    >>> B = np.array([[1, 0], [1, 1], [0, 1], [0, 0]] * 10)
    >>> y = np.array([1, 1, 0, 0] * 9 + [0, 1, 1, 0])
    >>> search_points(B, y, np.array([0, 1]), Limits(max_columns=1)).points.tolist()
    [1, 0]
    """
    design = make_design(B, y, group, limits)
    pool = widen_pool(design, beam_search(design))
    rounded = round_pool(design, pool)
    order = _ranked(fit_points(design, rounded)[-1])[:_POLISHED]
    polished = [polish(design, points) for points in rounded[order]]
    return polished[_ranked(np.array([found.loss for found in polished]))[0]]


def make_design(B: Ints | Floats, y: Ints | Floats, group: Ints, limits: Limits) -> Design:
    """Lay the problem out; parameters as in `search_points`."""
    rows = np.vstack([np.asarray(B, dtype=float).T, np.zeros((1, len(y))), np.ones((1, len(y)))])
    member = (np.asarray(group)[:, None] == np.unique(group)).astype(np.float64)
    both = rows[:-2] @ rows[:-2].T
    own = np.diag(both)
    # Two columns clash that say the same, straight or turned round; one with itself that says nothing.
    clash = ((both == own) & (both == own[:, None])) | ((both == 0) & (own + own[:, None] == len(y)))
    np.fill_diagonal(clash, (own == 0) | (own == len(y)))
    return Design(rows, np.asarray(y, dtype=float), member, clash.astype(np.float64), limits)


def fit_supports(design: Design, supports: Ints, start: Floats, steps: int = 50) -> Solutions:
    """Fit penalised logistic coefficients (c, s + 1) on many supports (c, s) at once, within the box."""
    size = supports.shape[1]
    high = COEFFICIENT_LIMIT * np.append(np.ones(size), size + 1)
    ridge = design.limits.ridge * np.append(np.ones(size), 0.0)
    problem = design.lines(supports), np.ones_like(design.y), design.y
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
        _diagonals(hessian)[...] += ridge + 1e-9 + held
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


def _diagonals(squares: Floats) -> Floats:
    """View the diagonals of a stack of square matrices, writable."""
    return np.einsum("...ii->...i", squares)


def _ranked(losses: Floats) -> Ints:
    """Order from best to worst; what differs only by rounding error keeps its order on every machine."""
    return np.argsort(np.round(losses, 8), kind="stable")


def gains(design: Design, solutions: Solutions) -> Floats:
    """Estimate how far each column would lower each solution's loss (efficient score test), shape (c, p).

    Columns that add nothing new, and columns that the limits forbid, get minus infinity.
    """
    columns = design.rows[: design.empty]
    lines = design.lines(solutions.supports)
    p = expit((solutions.coefficients[:, None, :] @ lines)[:, 0, :])
    weighted = lines * (p * (1 - p))[:, None, :]
    cross, own = weighted @ columns.T, weighted[:, -1, :] @ columns.T
    hessian = weighted @ lines.transpose(0, 2, 1)
    _diagonals(hessian)[...] += 1e-9
    left = own - (cross * np.linalg.solve(hessian, cross)).sum(axis=1)
    gradient = (p - design.y) @ columns.T
    gain = gradient**2 / (2 * (np.maximum(left, 0) + design.limits.ridge))
    return np.where(_open_columns(design, solutions.supports) & (left > 1e-6 * own + 1e-8), gain, -np.inf)


def _open_columns(design: Design, supports: Ints) -> NDArray[np.bool_]:
    """Say which columns may join each support under the limits on groups: shape (c, p)."""
    inside = np.zeros((len(supports), design.empty + 1), dtype=bool)
    np.put_along_axis(inside, supports, True, axis=1)
    inside = inside[:, :-1]
    used = inside @ design.member
    few = ((used > 0).sum(axis=1) < design.limits.max_groups)[:, None]
    room = np.where(used > 0, used < design.limits.columns_per_group, few)
    return (room @ design.member.T > 0) & ~inside


def beam_search(design: Design) -> Solutions:
    """Stage 1: grow supports column by column, keeping the best of every size; best first."""
    beam = fit_supports(design, np.zeros((1, 0), dtype=np.int64), np.zeros((1, 1)))
    for _ in range(min(design.limits.max_columns, design.empty)):
        gain = gains(design, beam)
        stuck = np.flatnonzero(~np.isfinite(gain).any(axis=1))
        if len(stuck) == len(gain):
            break
        # What may not grow stays in the beam, at an empty line.
        filled = _append(beam.take(stuck), np.full(len(stuck), design.empty))
        beam = _refine(design, _children(design, beam, gain).join(filled), design.limits.beam_width)
    return beam


def _children(design: Design, parents: Solutions, gain: Floats) -> Solutions:
    """Append to every parent its most promising columns, one at a time."""
    order = np.argsort(-gain, axis=1, kind="stable")[:, : design.limits.beam_width]
    ahead = np.isfinite(np.take_along_axis(gain, order, axis=1))
    parent = np.broadcast_to(np.arange(len(order))[:, None], order.shape)[ahead]
    return _append(parents.take(parent), order[ahead])


def _append(solutions: Solutions, columns: Ints) -> Solutions:
    """Add one column to each support at coefficient 0; columns of a support stand in ascending order."""
    supports = np.hstack([solutions.supports, columns[:, None]])
    order = np.argsort(supports, axis=1, kind="stable")
    slots = np.hstack([solutions.coefficients[:, :-1], np.zeros((len(columns), 1))])
    coefficients = np.hstack([np.take_along_axis(slots, order, axis=1), solutions.coefficients[:, -1:]])
    return Solutions(np.take_along_axis(supports, order, axis=1), coefficients, solutions.losses)


def _refine(design: Design, candidates: Solutions, keep: int) -> Solutions:
    """Fit distinct candidates, roughly at first, and keep the best, best first."""
    distinct = candidates.take(np.unique(candidates.supports, axis=0, return_index=True)[1])
    rough = fit_supports(design, distinct.supports, distinct.coefficients, steps=3)
    kept = rough.take(_ranked(rough.losses)[:keep])
    fine = fit_supports(design, kept.supports, kept.coefficients)
    return fine.take(_ranked(fine.losses))


def widen_pool(design: Design, found: Solutions) -> Solutions:
    """Stage 2: swap single columns of the best; keep those within 5% of the best loss, best first."""
    size, parents = found.supports.shape[1], min(_PARENTS_SWAPPED, len(found.losses))
    if size == 0:
        return found
    whole = found.take(np.repeat(np.arange(parents), size))
    gone = found.supports[:parents].ravel()
    keep = np.arange(size + 1) != np.tile(np.arange(size), parents)[:, None]
    supports = whole.supports[keep[:, :-1]].reshape(len(gone), size - 1)
    short = fit_supports(design, supports, whole.coefficients[keep].reshape(-1, size), steps=3)
    gain = gains(design, short)
    real = np.flatnonzero(gone < design.empty)
    gain[real, gone[real]] = -np.inf
    pool = _refine(design, found.join(_children(design, short, gain)), design.limits.pool_size)
    return pool.take(np.flatnonzero(pool.losses <= pool.losses[0] * (1 + _POOL_GAP) + 1e-9))


def rounding_weights(lines: Floats, y: Floats, stretched: Floats, multipliers: Floats) -> Floats:
    """Bound the steepness of every row's loss over the box between all coefficients down and all up.

    Columns are 0 or 1, so a row's loss is steepest where every coefficient is rounded down (outcome 1)
    or up (outcome 0). With these weights l, rounding raises the loss by at most the square root of
    ``n * sum((l * change of log-odds)**2)``; the sum is the auxiliary loss. Shapes: `lines` (c, s + 1, n);
    `stretched`, coefficients times `multipliers` (c, t), the last not rounded (c, t, s + 1); result (c, t, n).
    """
    low, high = np.floor(stretched), np.ceil(stretched)
    low[..., -1] = high[..., -1] = stretched[..., -1]
    return expit(np.where(y > 0, -(low @ lines), high @ lines) / multipliers[..., None])


def round_pool(design: Design, pool: Solutions) -> Ints:
    """Stage 3: stretch each solution by several multipliers and round it: distinct points, shape (c, p)."""
    size = pool.supports.shape[1]
    if size == 0:
        return np.zeros((1, design.empty), dtype=np.int64)
    largest = np.maximum(np.abs(pool.coefficients[:, :-1]).max(axis=1), 1e-9)
    multipliers = np.linspace(1, design.limits.max_points, design.limits.rays) / largest[:, None]
    lines = design.lines(pool.supports)
    stretched = pool.coefficients[:, None, :] * multipliers[:, :, None]
    weights = rounding_weights(lines, design.y, stretched, multipliers)
    squares = (lines[:, None] * (weights**2)[:, :, None, :]) @ lines[:, None].transpose(0, 1, 3, 2)
    values, form = stretched[..., :-1], squares[..., :-1, :-1]
    rounded = round_along(values.reshape(-1, size), form.reshape(-1, size, size))
    points = np.zeros((len(rounded), design.empty + 1), dtype=np.int64)
    np.put_along_axis(points, np.repeat(pool.supports, design.limits.rays, axis=0), rounded, axis=1)
    return np.unique(points[:, :-1], axis=0)


def round_along(values: Floats, squares: Floats) -> Ints:
    """Round one coefficient at a time, down or up, always where the auxiliary loss ends lowest.

    `values` has shape (r, s); `squares` (r, s, s) is the auxiliary loss as a quadratic form in the errors.
    """
    number, size = values.shape
    errors = np.stack([np.floor(values) - values, np.ceil(values) - values], axis=2)
    own = _diagonals(squares)[:, :, None] * errors**2
    every, error, waiting = np.arange(number), np.zeros_like(values), np.ones_like(values, dtype=bool)
    for _ in range(size):
        drift = (squares @ error[:, :, None])[:, :, 0]
        cost = np.where(waiting[:, :, None], own + 2 * errors * drift[:, :, None], np.inf)
        column, side = np.divmod(cost.reshape(number, -1).argmin(axis=1), 2)
        error[every, column] = errors[every, column, side]
        waiting[every, column] = False
    return np.rint(values + error).astype(np.int64)


def fit_points(design: Design, points: Ints) -> tuple[Floats, Floats, Floats]:
    """Fit candidates (c, p): intercepts, log-odds per point and penalised losses, (c,) each.

    Rows with the same total have the same risk, so counts of rows and events by total are enough.
    """
    if len(points) > 1 and len(points) * len(design.y) > _BATCH:
        parts = [fit_points(design, half) for half in np.array_split(points, 2)]
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))  # type: ignore[return-value]
    totals = (points @ design.rows[: design.empty]).astype(np.int64)
    base, centre = totals.min(axis=1), totals.mean(axis=1)
    above = totals - base[:, None]
    shape = len(points), int(above.max()) + 1
    cell = (above + shape[1] * np.arange(len(points))[:, None]).ravel()
    rows = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    events = np.bincount(cell, np.tile(design.y, len(points)), rows.size).reshape(shape).astype(np.float64)
    # The same penalty as the real-valued solutions pay: on slope times points.
    ridge = np.zeros((len(points), 2))
    ridge[:, 0] = design.limits.ridge * (points.astype(float) ** 2).sum(axis=1)
    # Centred totals keep the two steps of Newton's method nearly independent.
    levels = np.arange(shape[1]) + (base - centre)[:, None]
    lines = np.stack([levels, np.ones(shape)], axis=1)
    box = np.array([SLOPE_RANGE[0], -INTERCEPT_LIMIT]), np.array([SLOPE_RANGE[1], INTERCEPT_LIMIT])
    line, losses = _newton((lines, rows, events), ridge, box, np.zeros((len(points), 2)))
    return line[:, 1] - line[:, 0] * centre, line[:, 0], losses


def polish(design: Design, points: Ints) -> RiskPoints:
    """Take the best move until none helps: a point more or less, a column less, a column for another."""
    candidates, best = points[None, :], RiskPoints(points, 0.0, SLOPE_RANGE[0], np.inf)
    for _ in range(_POLISH_ROUNDS):
        index = _ranked((fits := fit_points(design, candidates))[-1])[0]
        if fits[-1][index] >= best.loss - 1e-8:
            break
        best = RiskPoints(candidates[index], *(float(part[index]) for part in fits))
        candidates = np.vstack([best.points, _moves(design, best.points)])
    return best


def _moves(design: Design, points: Ints) -> Ints:
    """List where one move leads within the limits: shape (c, p)."""
    eye, used = np.eye(design.empty, dtype=np.int64), np.flatnonzero(points)
    dropped = points * (1 - eye[used])
    swapped = dropped[:, None, :] + points[used, None, None] * eye[None, points == 0]
    every = np.vstack([points + eye, points - eye, dropped, *swapped])
    return every[within_limits(design, every)]


def within_limits(design: Design, points: Ints) -> NDArray[np.bool_]:
    """Say which candidates (c, p) keep every limit, and give no points to what says the same twice."""
    limits, used = design.limits, (points != 0).astype(np.float64)
    per_group = used @ design.member
    few = (per_group <= limits.columns_per_group).all(axis=1) & (used.sum(axis=1) <= limits.max_columns)
    small = (np.abs(points) <= limits.max_points).all(axis=1) & ((used @ design.clash) * used == 0).all(axis=1)
    return few & small & ((per_group > 0).sum(axis=1) <= limits.max_groups)
