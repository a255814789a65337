"""A table as its file has it, line by line, with the cells of each row and the columns whose order gives them away."""

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.schema import read_text

_ONE_WAY = 0.95
"""Share of a column's steps in one direction from which the column counts as sorted."""

_SAME_STEP = 0.5
"""Share of equal steps, other than 0, from which a column counts as running."""


class RawTable(NamedTuple):
    """Rows as they stand in a file: what a model would have seen, and what it may have learnt by heart.

    Attributes
    ----------
    name : str
    header : str
        The first line.
    lines : tuple of str
        The other lines, unchanged.
    columns : tuple of str
    cells : tuple of tuple of str
        Of each line, without spaces around them.
    delimiter : str
    """

    name: str
    header: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    delimiter: str = ","

    @classmethod
    def of_file(cls, path: str | os.PathLike[str], *, delimiter: str | None = None) -> Self:
        """Read a CSV file with a header, keeping its lines as they are.

        Parameters
        ----------
        path : str or os.PathLike
        delimiter : str or None, default=None
            One character; None takes whichever of comma, semicolon and tab stands most
            often in the header.

        Returns
        -------
        RawTable

        Raises
        ------
        FileFormatError
            If it is not such a file, or a cell holds the end of a line.
        """
        lines = [line for line in read_text(path).removeprefix("\ufeff").splitlines() if line.strip()]
        if len(lines) < 2:
            raise FileFormatError(path, "holds no rows; a CSV file with a header line and rows is expected")
        mark = delimiter or max(",;\t", key=lines[0].count)
        try:
            return cls.of_lines(Path(path).name, lines, delimiter=mark)
        except InvalidInputError as error:
            raise FileFormatError(path, str(error)) from None

    @classmethod
    def of_frame(cls, name: str, frame: pd.DataFrame) -> Self:
        """Write a table as CSV, its index left out.

        Parameters
        ----------
        name : str
        frame : DataFrame

        Returns
        -------
        RawTable
            In the form pandas gives it, which may differ from the form a model has seen:
            prefer the file.

        Raises
        ------
        InvalidInputError
            If a cell holds the end of a line.
        """
        return cls.of_lines(name, frame.to_csv(index=False, lineterminator="\n").splitlines())

    @classmethod
    def of_lines(cls, name: str, lines: Iterable[str], *, delimiter: str = ",") -> Self:
        r"""Take the lines of a CSV file, the header first.

        Parameters
        ----------
        name : str
        lines : iterable of str
        delimiter : str, default=","

        Returns
        -------
        RawTable

        Raises
        ------
        InvalidInputError
            If a line has not as many cells as the header, or a cell goes on over its end.

        Examples
        --------
        >>> RawTable.of_lines("demo", ["id,age", "1, 41", "2,39"]).cells
        (('1', '41'), ('2', '39'))
        """
        header, *rows = given = list(lines)
        if not _is_line_by_line(given, delimiter):
            raise InvalidInputError(
                "a cell goes on over the end of its line, or is longer than CSV allows; write one row per line, "
                "without ends of lines inside cells"
            )
        columns = split_row(header, delimiter)
        cells = tuple(split_row(row, delimiter) for row in rows)
        for number, row in enumerate(cells):
            if len(row) != len(columns):
                raise InvalidInputError(
                    f"line {number + 2} has {len(row)} cells and the header {len(columns)}; "
                    "give every row as many, or name the delimiter"
                )
        return cls(name, header, tuple(rows), columns, cells, delimiter)

    def shown(self, start: int, stop: int) -> str:
        """Return the header and the rows from `start` to before `stop`, as they stand in the file.

        Parameters
        ----------
        start, stop : int

        Returns
        -------
        str
        """
        return "\n".join([self.header, *self.lines[start:stop]])

    def hidden_columns(self) -> tuple[int, ...]:
        """Return the places of columns that have to be known: neither constant, nor sorted or running with the rows.

        Returns
        -------
        tuple of int
        """
        columns = zip(*self.cells, strict=True) if self.cells else iter(())
        return tuple(place for place, column in enumerate(columns) if not _given_away(column))


def split_row(line: str, delimiter: str = ",") -> tuple[str, ...]:
    """Split one line into cells, as CSV has them; a line that is not of that form is one cell.

    Parameters
    ----------
    line : str
    delimiter : str, default=","

    Returns
    -------
    tuple of str
    """
    try:
        (row,) = csv.reader(io.StringIO(line.strip("\r\n")), delimiter=delimiter)
    except (csv.Error, ValueError):
        return (line.strip(),)
    return tuple(cell.strip() for cell in row)


def same_cell(given: str, true: str) -> bool:
    """Say whether two cells hold the same: the same number, or the same words whatever their case.

    Parameters
    ----------
    given, true : str

    Returns
    -------
    bool

    Examples
    --------
    >>> same_cell("5.10", "5.1"), same_cell("Yes", "yes"), same_cell("5", "yes")
    (True, True, False)
    """
    return cell_value(given) == cell_value(true)


def cell_value(cell: str) -> float | str:
    """Return a cell's number, or its words in one case.

    Parameters
    ----------
    cell : str

    Returns
    -------
    float or str
    """
    try:
        number = float(cell)
    except ValueError:
        return cell.strip().casefold()
    return number if np.isfinite(number) else cell.strip().casefold()


def _is_line_by_line(lines: list[str], delimiter: str) -> bool:
    """Say whether every line is a row of its own."""
    try:
        return sum(1 for _ in csv.reader([*lines, ""], delimiter=delimiter)) == len(lines) + 1
    except csv.Error:
        return False


def _given_away(column: tuple[str, ...]) -> bool:
    """Say whether the order of the rows tells a column's values."""
    values = [cell_value(cell) for cell in column]
    numeric = all(isinstance(value, float) for value in values)
    ranks = np.array(values, dtype=float) if numeric else np.unique([*map(str, values)], return_inverse=True)[1]
    steps: NDArray[np.float64] = np.diff(ranks.astype(float))
    moved = steps[steps != 0]
    if not len(moved):
        return True
    up = float(np.mean(moved > 0))
    common = int(np.unique(np.round(moved, 9), return_counts=True)[1].max())
    running = numeric and common / len(steps) >= _SAME_STEP
    return running or not 1 - _ONE_WAY < up < _ONE_WAY
