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

from pellucid.glassbox._risk_fit import (
    SLOPE_RANGE,
    Design,
    Floats,
    Ints,
    Limits,
    Solutions,
    diagonals,
    fit_points,
    fit_supports,
    make_design,
    ranked,
    within_limits,
)

_PARENTS_SWAPPED = 3
_POOL_GAP = 0.05
_POLISHED = 3
_POLISH_ROUNDS = 30


class RiskPoints(NamedTuple):
    """What the search found: whole points (p,), intercept, log-odds per point, penalised logistic loss."""

    points: Ints
    intercept: float
    slope: float
    loss: float


def search_points(
    B: Ints | Floats, y: Ints | Floats, group: Ints, limits: Limits, weights: Floats | None = None
) -> RiskPoints:
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
    weights : ndarray of shape (n,) or None, default=None
        How often each row counts, above 0; once by default.

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
    design = make_design(B, y, group, limits, weights)
    pool = widen_pool(design, beam_search(design))
    rounded = round_pool(design, pool)
    order = ranked(fit_points(design, rounded)[-1])[:_POLISHED]
    polished = [polish(design, points) for points in rounded[order]]
    return polished[ranked(np.array([found.loss for found in polished]))[0]]


def gains(design: Design, solutions: Solutions) -> Floats:
    """Estimate how far each column would lower each solution's loss (efficient score test), shape (c, p).

    Columns that add nothing new, and columns that the limits forbid, get minus infinity.
    """
    columns = design.rows[: design.empty]
    lines = design.lines(solutions.supports)
    p = expit((solutions.coefficients[:, None, :] @ lines)[:, 0, :])
    weighted = lines * (design.weights * p * (1 - p))[:, None, :]
    cross, own = weighted @ columns.T, weighted[:, -1, :] @ columns.T
    hessian = weighted @ lines.transpose(0, 2, 1)
    diagonals(hessian)[...] += 1e-9
    left = own - (cross * np.linalg.solve(hessian, cross)).sum(axis=1)
    gradient = (design.weights * (p - design.y)) @ columns.T
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
    kept = rough.take(ranked(rough.losses)[:keep])
    fine = fit_supports(design, kept.supports, kept.coefficients)
    return fine.take(ranked(fine.losses))


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
    weights = rounding_weights(lines, design.y, stretched, multipliers) ** 2 * design.weights
    squares = (lines[:, None] * weights[:, :, None, :]) @ lines[:, None].transpose(0, 1, 3, 2)
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
    own = diagonals(squares)[:, :, None] * errors**2
    every, error, waiting = np.arange(number), np.zeros_like(values), np.ones_like(values, dtype=bool)
    for _ in range(size):
        drift = (squares @ error[:, :, None])[:, :, 0]
        cost = np.where(waiting[:, :, None], own + 2 * errors * drift[:, :, None], np.inf)
        column, side = np.divmod(cost.reshape(number, -1).argmin(axis=1), 2)
        error[every, column] = errors[every, column, side]
        waiting[every, column] = False
    return np.rint(values + error).astype(np.int64)


def polish(design: Design, points: Ints) -> RiskPoints:
    """Take the best move until none helps: a point more or less, a column less, a column for another."""
    candidates, best = points[None, :], RiskPoints(points, 0.0, SLOPE_RANGE[0], np.inf)
    for _ in range(_POLISH_ROUNDS):
        index = ranked((fits := fit_points(design, candidates))[-1])[0]
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
