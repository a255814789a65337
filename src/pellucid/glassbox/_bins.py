"""Intervals of a number, found for a million values without a search for each."""

import numpy as np
from numpy.typing import NDArray

from pellucid.glassbox._cuts import Floats

__all__ = ["Bins", "Ints"]

Ints = NDArray[np.intp]

_MOST_CELLS = 4096


class Bins:
    """Intervals between cuts; the lower end of each belongs to it.

    A regular grid of cells is laid over the cuts, fine enough that no cell holds two.
    The cell of a value is had by one multiplication, and one comparison with the cut in
    that cell says on which side the value lies. Cells rise with values, whatever the
    rounding, so the result is exactly that of a binary search; where no grid of 4,096
    cells parts the cuts, there is a binary search.

    Parameters
    ----------
    cuts : ndarray of shape (n_cuts,)
        Finite, strictly ascending.

    Examples
    --------
    >>> Bins(np.array([50.0, 60.0])).places(np.array([49.9, 50.0, 75.0, np.nan]))
    array([0, 1, 2, 3])
    """

    def __init__(self, cuts: Floats) -> None:
        self._cuts = cuts
        # After infinity only NaN is sorted, so a binary search gives "not stated" a place of its own.
        self._ends = np.append(cuts, np.inf)
        self._cells = 0
        for cells in 2 ** np.arange(int(np.log2(_MOST_CELLS)) + 1):
            if len(cuts) and self._lay(int(cells)):
                break

    def places(self, values: Floats) -> Ints:
        """Say which interval each value falls into.

        Parameters
        ----------
        values : ndarray of shape (n,)
            Finite, or NaN for "not stated".

        Returns
        -------
        ndarray of int of shape (n,)
            0 to n_cuts; n_cuts + 1 where nothing is stated.
        """
        if not self._cells:
            return self._ends.searchsorted(values, side="right")
        cell = self._cell(values)
        # Every cell is inside; "clip" only spares numpy a second look.
        places = self._below.take(cell, mode="clip")
        places += values >= self._cut.take(cell, mode="clip")
        places[np.isnan(values)] = len(self._ends)
        return places

    def _lay(self, cells: int) -> bool:
        """Try a grid of so many cells; False, and no grid, where two cuts share a cell."""
        with np.errstate(over="ignore"):
            width = self._cuts[-1] - self._cuts[0]
        self._low, self._last = self._cuts[0], cells - 1
        if len(self._cuts) == 1:
            self._scale = 1.0
        elif np.isinf(width) or width < np.finfo(np.float64).tiny * cells:
            return False
        else:
            self._scale = (cells - 1) / width
        place = self._cell(self._cuts)
        if len(np.unique(place)) < len(place):
            return False
        self._below = np.searchsorted(place, np.arange(cells), side="left").astype(np.intp)
        self._cut = np.full(cells, np.inf)
        self._cut[place] = self._cuts
        self._cells = cells
        return True

    def _cell(self, values: Floats) -> Ints:
        """Give each value's cell; those outside are in the first or last, NaN is in the first."""
        with np.errstate(over="ignore"):
            cell = values - self._low
            cell *= self._scale
        np.fmax(cell, 0.0, out=cell)
        np.minimum(cell, self._last, out=cell)
        return cell.astype(np.intp)
