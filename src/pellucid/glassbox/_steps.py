"""A term laid open as steps: intervals, levels, not stated; each with its points and its training rows."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pellucid.glassbox._cuts import Floats, interval_words
from pellucid.glassbox._table import NOT_STATED, Column
from pellucid.schema import Step


class Part(NamedTuple):
    """One piece of a question's answers, in words, with bounds where it is an interval."""

    said: str
    low: float | None = None
    high: float | None = None


def parts_of(column: Column, cuts: Sequence[float]) -> list[Part]:
    """List the pieces of a question's answers.

    Parameters
    ----------
    column : Column
    cuts : sequence of float
        Ends between the intervals of a number, ascending; not used for levels.

    Returns
    -------
    list of Part
        Intervals or levels in order; at last "not stated", where training had a
        missing answer.
    """
    if column.levels is None:
        ends = [None, *(float(cut) for cut in cuts), None]
        parts = [Part(interval_words(low, high, whole=column.whole), low, high) for low, high in pairwise(ends)]
    else:
        parts = [Part(str(level)) for level in column.levels]
    return [*parts, Part(NOT_STATED)] if column.missing else parts


def both(first: Part, second: Part) -> Part:
    """Say one cell of a pair.

    Parameters
    ----------
    first, second : Part

    Returns
    -------
    Part
        Without bounds.

    Examples
    --------
    >>> both(Part("< 50", None, 50.0), Part("flat")).said
    '< 50, flat'
    """
    return Part(f"{first.said}, {second.said}")


def steps_of(parts: Sequence[Part], points: Floats, rows: Floats, spread: Floats | None = None) -> tuple[Step, ...]:
    """Make the steps of one term.

    Parameters
    ----------
    parts : sequence of Part
    points, rows : ndarray of shape (n_parts,)
        Points and training rows of each.
    spread : ndarray of shape (n_parts,) or None, default=None
        Standard deviation of the points over bags.

    Returns
    -------
    tuple of Step
    """
    return tuple(
        Step(
            said=part.said,
            low=part.low,
            high=part.high,
            points=float(points[place]),
            spread=None if spread is None else float(spread[place]),
            documents=round(float(rows[place])),
        )
        for place, part in enumerate(parts)
    )
