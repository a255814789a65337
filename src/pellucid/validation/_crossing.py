"""From how many gold labels on one contender overtakes another, with an interval from the draws of both curves."""

from typing import Literal, NamedTuple

import numpy as np

from pellucid.measures import Floats, percentile_limits
from pellucid.schema import GOLD_SCALE, Crossing

_METHOD = (
    "where the lines cross, straight along log(1 + labels / 10), and the contender then stays ahead; 95% percentile "
    "limits of the crossings in {draws:,} draws, the same for both"
)

_AFTER_A_TIE = 1e-6
"""Who is level at the first size and then ahead was not ahead from the start."""


class Traced(NamedTuple):
    """One contender in one measure.

    Attributes
    ----------
    sizes : tuple of int
        Gold labels, rising.
    values : ndarray of shape (sizes, 1 + draws)
        On the documents as they are, then in every draw.
    spread : tuple of float
        Standard deviation over repeats; empty where there is one.
    """

    sizes: tuple[int, ...]
    values: Floats
    spread: tuple[float, ...] = ()


def crossing(
    names: tuple[str, str], measure: str, traced: tuple[Traced, Traced], better: Literal["higher", "lower"]
) -> Crossing:
    """Find where a contender overtakes its rival.

    Parameters
    ----------
    names : tuple of two str
        Contender and rival.
    measure : str
    traced : tuple of two Traced
        Of both, from the same draws.
    better : {"higher", "lower"}

    Returns
    -------
    Crossing

    Examples
    --------
    >>> one, other = (Traced((0, 10, 30), np.array([line]).T) for line in ([0.6, 0.7, 0.9], [0.8, 0.8, 0.8]))
    >>> crossing(("a", "b"), "auroc", (one, other), "higher").text()
    'from 18 gold labels on [18, 18]'
    """
    sizes = tuple(size for size in traced[0].sizes if size in traced[1].sizes)
    one, other = (line.values[[line.sizes.index(size) for size in sizes]] for line in traced)
    found = _places(sizes, one - other if better == "higher" else other - one)
    drawn = found[1:] if len(found) > 1 else found
    limits = percentile_limits(drawn)
    ends = (float(found[0]), min(limits[0], float(found[0])), max(limits[1], float(found[0])))
    size, low, high = (None if np.isinf(end) else end for end in ends)
    return Crossing(
        contender=names[0],
        rival=names[1],
        measure=measure,
        size=size,
        low=low,
        high=high,
        start=sizes[0],
        until=sizes[-1],
        ahead=float(np.isfinite(drawn).mean()),
        method=_METHOD.format(draws=len(drawn)),
    )


def _places(sizes: tuple[int, ...], ahead: Floats) -> Floats:
    """Return, draw by draw, where the last stretch ahead begins: the first size if it is all, infinity if none."""
    columns = np.arange(ahead.shape[1])
    behind = ahead <= 0
    last = np.where(behind.any(axis=0), len(sizes) - 1 - np.argmax(behind[::-1], axis=0), -1)
    before = np.clip(last, 0, max(len(sizes) - 2, 0))
    after = np.minimum(before + 1, len(sizes) - 1)
    lower, upper = ahead[before, columns], ahead[after, columns]
    along = np.log1p(np.array(sizes) / GOLD_SCALE)
    with np.errstate(invalid="ignore", divide="ignore"):  # only where there is nothing to interpolate
        share = np.clip(np.nan_to_num(-lower / (upper - lower)), 0, 1)
    crossed = GOLD_SCALE * np.expm1(along[before] + share * (along[after] - along[before]))
    crossed = np.maximum(crossed, sizes[0] + _AFTER_A_TIE)
    found: Floats = np.where(last < 0, float(sizes[0]), np.where(last == len(sizes) - 1, np.inf, crossed))
    return found
