"""What a term is worth, asked of the model itself: one row for every interval, level and missing answer."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from pellucid.glassbox._card_parts import Axis, TablePart
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._table import Table

__all__ = ["axis_of", "probe_codes", "probe_table"]


def axis_of(table: Table, question: int, cuts: Floats | None) -> Axis:
    """Say how a question's answers fall into parts.

    Parameters
    ----------
    table : Table
    question : int
    cuts : ndarray or None
        Ends between the intervals of a number, ascending; not used for levels.

    Returns
    -------
    Axis
    """
    levels = table.columns[question].levels
    if levels is not None:
        return Axis(question, len(levels))
    own = np.array([]) if cuts is None else np.asarray(cuts, dtype=np.float64)
    return Axis(question, len(own) + 1, own)


def probe_codes(axes: Sequence[Axis], width: int) -> Floats:
    """Make a row of codes for every cell of one question or two, the other questions not stated.

    Parameters
    ----------
    axes : sequence of Axis
    width : int
        Questions of the table.

    Returns
    -------
    ndarray of shape (n_cells, width)
        The last place along each axis is "not stated".

    Examples
    --------
    >>> probe_codes([Axis(1, 2)], 3)
    array([[nan,  0., nan],
           [nan,  1., nan],
           [nan, nan, nan]])
    """
    probes = []
    for axis in axes:
        if axis.cuts is None:
            probes.append([*map(float, range(axis.parts)), np.nan])
            continue
        # Each interval holds its lower end; the first has none, so a number just below its upper end stands in.
        lowest = np.nextafter(axis.cuts[:1], -np.inf) if len(axis.cuts) else np.zeros(1)
        probes.append([*lowest, *axis.cuts, np.nan])
    cells = np.array(list(product(*probes)))
    codes = np.full((len(cells), width), np.nan)
    codes[:, [axis.question for axis in axes]] = cells
    return codes


def probe_table(model: Any, place: int, axes: Sequence[Axis]) -> TablePart:
    """Ask a model for the points of every interval or level, and of those of pairs.

    Parameters
    ----------
    model : GlassBox
    place : int
        Which of its terms.
    axes : sequence of one or two Axis

    Returns
    -------
    TablePart
    """
    codes = probe_codes(axes, len(model._table.columns))
    points = np.asarray(model._points_codes(codes)[:, place], dtype=np.float64)
    return TablePart(tuple(axes), points.reshape(*(axis.parts + 1 for axis in axes), -1).copy())
