"""What a score card is made of: tables of points, straight lines, or one tree; each reads rows and batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.glassbox._bins import Bins, Ints
from pellucid.glassbox._card_row import Reader, Row, line_reader, place_reader
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._table import Column

__all__ = ["Axis", "LinePart", "Part", "SlopedPart", "TablePart", "TreePart"]

Points = float | tuple[float, ...]
"""What a term adds to the score, or to each class's score."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One question of a table of points.

    Attributes
    ----------
    question : int
        Position of the question.
    parts : int
        Intervals or levels, "not stated" left out.
    cuts : ndarray of shape (parts - 1,) or None
        Ends between intervals of a number, ascending; None for levels.
    """

    question: int
    parts: int
    cuts: Floats | None = None

    @cached_property
    def bins(self) -> Bins | None:
        """The intervals, ready for batches; None for levels."""
        return None if self.cuts is None else Bins(self.cuts)

    def places(self, codes: Floats) -> Ints:
        """Say which part each code falls into, the last where nothing is stated.

        Parameters
        ----------
        codes : ndarray of shape (n,)

        Returns
        -------
        ndarray of int of shape (n,)
        """
        if self.bins is not None:
            return self.bins.places(codes)
        return np.where(np.isnan(codes), self.parts, codes).astype(np.intp)

    def reader(self, columns: Sequence[Column], values: Sequence[Any]) -> Reader[Any]:
        """Make the function that finds one row's value.

        Parameters
        ----------
        columns : sequence of Column
        values : sequence of length parts + 1

        Returns
        -------
        callable
        """
        return place_reader(columns[self.question], None if self.cuts is None else self.cuts.tolist(), values)


@dataclass(frozen=True, eq=False)
class TablePart:
    """A term of one or two questions whose points stand in a table.

    Attributes
    ----------
    axes : tuple of one or two Axis
    points : ndarray of shape (axes[0].parts + 1, [axes[1].parts + 1,] n_scores)
        The last place along each question is "not stated".
    """

    axes: tuple[Axis, ...]
    points: Floats

    @property
    def questions(self) -> tuple[int, ...]:
        """Positions of the questions."""
        return tuple(axis.question for axis in self.axes)

    def fill(self, columns: Floats, out: Floats) -> None:
        """Write the points of a batch.

        Parameters
        ----------
        columns : ndarray of shape (n_questions, n)
        out : ndarray of shape (n_scores, n)
        """
        place = self.axes[0].places(columns[self.axes[0].question])
        for axis in self.axes[1:]:
            place = place * (axis.parts + 1) + axis.places(columns[axis.question])
        for one, values in zip(out, self._flat, strict=True):
            # Every place is inside; "clip" only spares numpy a copy.
            np.take(values, place, out=one, mode="clip")

    def reader(self, columns: Sequence[Column]) -> Reader[Points]:
        """Make the function that finds one row's points.

        Parameters
        ----------
        columns : sequence of Column

        Returns
        -------
        callable
        """
        values: list[Any] = plain(self.points)
        if len(self.axes) == 1:
            return self.axes[0].reader(columns, values)
        first = self.axes[0].reader(columns, values)
        second = self.axes[1].reader(columns, range(self.axes[1].parts + 1))
        return lambda row: first(row)[second(row)]

    @cached_property
    def _flat(self) -> Floats:
        """Points by score, all cells in one line."""
        return np.ascontiguousarray(self.points.reshape(-1, self.points.shape[-1]).T)


@dataclass(frozen=True, eq=False)
class LinePart:
    """A term of one number that is a straight line: ``(value - centre) * slope + offset``.

    Attributes
    ----------
    question : int
    centre : float
    slope, offset, absent : ndarray of shape (n_scores,)
        `absent` are the points where nothing is stated.
    """

    question: int
    centre: float
    slope: Floats
    offset: Floats
    absent: Floats

    @property
    def questions(self) -> tuple[int, ...]:
        """Positions of the questions."""
        return (self.question,)

    def fill(self, columns: Floats, out: Floats) -> None:
        """Write the points of a batch.

        Parameters
        ----------
        columns : ndarray of shape (n_questions, n)
        out : ndarray of shape (n_scores, n)
        """
        values = columns[self.question]
        np.multiply.outer(self.slope, values - self.centre, out=out)
        out += self.offset[:, None]
        unstated = np.isnan(values)
        out[:, unstated] = self.absent[:, None]

    def reader(self, columns: Sequence[Column]) -> Reader[Points]:
        """Make the function that finds one row's points.

        Parameters
        ----------
        columns : sequence of Column

        Returns
        -------
        callable
        """
        name, centre = columns[self.question].name, self.centre
        absent: Points = plain(self.absent[None])[0]
        lines = list(zip(self.slope.tolist(), self.offset.tolist(), strict=True))
        if len(lines) == 1:
            ((slope, offset),) = lines
            return line_reader(name, lambda value: (value - centre) * slope + offset, absent)
        return line_reader(
            name, lambda value: tuple((value - centre) * slope + offset for slope, offset in lines), absent
        )


@dataclass(frozen=True, eq=False)
class SlopedPart:
    """A term of one number that jumps and slopes: a table of points plus a straight line.

    Attributes
    ----------
    table : TablePart
    line : LinePart
        Of the same question.
    """

    table: TablePart
    line: LinePart

    @property
    def questions(self) -> tuple[int, ...]:
        """Positions of the questions."""
        return self.line.questions

    def fill(self, columns: Floats, out: Floats) -> None:
        """Write the points of a batch.

        Parameters
        ----------
        columns : ndarray of shape (n_questions, n)
        out : ndarray of shape (n_scores, n)
        """
        jumps = np.empty_like(out)
        self.table.fill(columns, jumps)
        self.line.fill(columns, out)
        out += jumps

    def reader(self, columns: Sequence[Column]) -> Reader[Points]:
        """Make the function that finds one row's points.

        Parameters
        ----------
        columns : sequence of Column

        Returns
        -------
        callable
        """
        jumps: Reader[Any] = self.table.reader(columns)
        line: Reader[Any] = self.line.reader(columns)
        if self.table.points.shape[-1] == 1:
            return lambda row: jumps(row) + line(row)
        return lambda row: tuple(map(sum, zip(jumps(row), line(row), strict=True)))


Part = TablePart | LinePart | SlopedPart
"""A term by itself."""


@dataclass(frozen=True, eq=False)
class TreePart:
    """A tree whose leaves hold the points of all terms.

    Attributes
    ----------
    nodes : ndarray of int of shape (n_nodes, 5)
        Kind (`LEAF`, `BELOW`, `OTHER`, `STATED`), question, left child, right child, and
        whether a missing answer goes left. A row goes left where its code is below the
        cut, or is another level than the cut, or is stated. Children stand after parents.
    cuts : ndarray of shape (n_nodes,)
        Cut, or level code.
    points : ndarray of shape (n_nodes, n_terms, n_scores)
    asked : tuple of int
        Position of each term's question.
    """

    LEAF: ClassVar[int] = 0
    BELOW: ClassVar[int] = 1
    OTHER: ClassVar[int] = 2
    STATED: ClassVar[int] = 3

    nodes: NDArray[np.int64]
    cuts: Floats
    points: Floats
    asked: tuple[int, ...]

    def fill(self, columns: Floats, out: Floats) -> None:
        """Write the points of a batch.

        Parameters
        ----------
        columns : ndarray of shape (n_questions, n)
        out : ndarray of shape (n_terms, n_scores, n)
        """
        rows = np.arange(columns.shape[1])
        at = np.zeros(len(rows), dtype=np.int64)
        while (self.nodes[at, 0] != self.LEAF).any():
            kind, question, left, right, missing_left = self.nodes[at].T
            values, cut = columns[question, rows], self.cuts[at]
            goes = np.where(kind == self.BELOW, values < cut, (values != cut) | (kind == self.STATED))
            goes = np.where(np.isnan(values), missing_left == 1, goes)
            at = np.where(kind == self.LEAF, at, np.where(goes, left, right))
        out[...] = np.moveaxis(self.points[at], 0, -1)

    def reader(self, columns: Sequence[Column]) -> Reader[list[Points]]:
        """Make the function that finds one row's points, of all terms.

        Parameters
        ----------
        columns : sequence of Column

        Returns
        -------
        callable
        """
        readers = [code_reader(column) for column in columns]
        nodes = list(zip(*self.nodes.T.tolist(), self.cuts.tolist(), strict=True))
        leaves = [plain(points) for points in self.points]

        def read(row: Row) -> list[Points]:
            codes = [look(row) for look in readers]
            at = 0
            while nodes[at][0] != self.LEAF:
                kind, question, left, right, missing_left, cut = nodes[at]
                code = codes[question]
                if code != code:
                    goes = missing_left == 1
                else:
                    goes = code < cut if kind == self.BELOW else kind == self.STATED or code != cut
                at = left if goes else right
            return leaves[at]

        return read


def code_reader(column: Column) -> Reader[float]:
    """Make the function that reads one row's code of a question, NaN where nothing is stated.

    Parameters
    ----------
    column : Column

    Returns
    -------
    callable
    """
    if column.levels is None:
        return line_reader(column.name, float, float("nan"))
    codes = [*map(float, range(len(column.levels))), float("nan")]
    return place_reader(column, None, codes)


def plain(points: Floats) -> list[Any]:
    """Turn points into nested lists of floats, or of one tuple per cell where there are several scores.

    Parameters
    ----------
    points : ndarray of shape (..., n_scores)

    Returns
    -------
    list
    """
    if points.shape[-1] == 1:
        return points[..., 0].tolist()
    if points.ndim == 2:
        return list(map(tuple, points.tolist()))
    return [plain(one) for one in points]


def ascending(cuts: Floats) -> bool:
    """Whether cuts rise strictly.

    Parameters
    ----------
    cuts : ndarray of shape (n,)

    Returns
    -------
    bool
    """
    return all(low < high for low, high in pairwise(cuts.tolist()))
