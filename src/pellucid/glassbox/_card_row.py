"""One row in plain Python: answers by question in, places and points out, without a table."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox._table import NOT_STATED, Column

__all__ = ["Reader", "Row", "line_reader", "place_reader", "read_number"]

Row = Mapping[str, Any]
V = TypeVar("V")
Reader = Callable[[Row], V]
"""Takes a row, gives what one question says there."""

_LARGEST = float(np.finfo(np.float64).max)


def place_reader(column: Column, cuts: Sequence[float] | None, values: Sequence[V]) -> Reader[V]:
    """Make a function that looks up one question's answer.

    Parameters
    ----------
    column : Column
    cuts : sequence of float or None
        Ends between the intervals of a number, ascending, or of the codes of levels;
        None where every level has its own value.
    values : sequence of length n_parts + 1
        One per interval or level, the last for "not stated".

    Returns
    -------
    callable
        Row to value; raises InvalidInputError for an infinite number and InvalidTypeError
        for what is no number where one is expected.

    Examples
    --------
    >>> read = place_reader(Column("age", None), [50.0], ["young", "old", "?"])
    >>> read({"age": 50}), read({"age": None})
    ('old', '?')
    """
    if column.levels is not None:
        return _level_reader(column, values)
    return _number_reader(column.name, list(cuts or ()), list(values))


def line_reader(name: str, line: Callable[[float], V], absent: V) -> Reader[V]:
    """Make a function that puts one question's number on a line.

    Parameters
    ----------
    name : str
        Question id.
    line : callable
        Number to value.
    absent : object
        Value where nothing is stated.

    Returns
    -------
    callable

    Examples
    --------
    >>> line_reader("age", lambda age: age / 10, 0.0)({"age": 41})
    4.1
    """

    def read(row: Row) -> V:
        value = row[name]
        if type(value) is not float:
            value = read_number(name, value)
        if -_LARGEST <= value <= _LARGEST:
            return line(value)
        if value != value:
            return absent
        raise _infinite(name)

    return read


def read_number(name: str, value: object) -> float:
    """Read one cell as a number, NaN where nothing is stated; never quote it in a message.

    Parameters
    ----------
    name : str
        Question id.
    value : object

    Returns
    -------
    float

    Raises
    ------
    InvalidTypeError
        If it is neither a number nor missing.
    InvalidInputError
        If it is too large for a float.

    Examples
    --------
    >>> read_number("age", 41), read_number("age", "not stated")
    (41.0, nan)
    """
    if isinstance(value, int | float | np.number | np.bool_) and not isinstance(value, np.complexfloating):
        try:
            return float(value)
        except OverflowError:
            raise _infinite(name) from None
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, str) and value == NOT_STATED):
        return float("nan")
    raise InvalidTypeError(
        f"row: question {name!r} holds a {type(value).__name__}; a number is expected, or None for not stated"
    )


def _number_reader(name: str, cuts: list[float], values: list[V]) -> Reader[V]:
    """Look up the interval of a number."""
    absent = values[-1]

    # The check of a float's range and of NaN are one comparison, because this runs for every question of a row.
    def read(row: Row) -> V:
        value = row[name]
        if type(value) is not float:
            value = read_number(name, value)
        if -_LARGEST <= value <= _LARGEST:
            return values[bisect_right(cuts, value)]
        if value != value:
            return absent
        raise _infinite(name)

    return read


def _level_reader(column: Column, values: Sequence[V]) -> Reader[V]:
    """Look up a level; one never seen in training is missing, as in the model."""
    name, absent = column.name, values[-1]
    known = dict(zip(column.levels or (), values, strict=False))

    def read(row: Row) -> V:
        value = row[name]
        try:
            return known.get(value, absent)
        except TypeError:
            raise InvalidTypeError(
                f"row: question {name!r} holds a {type(value).__name__}; one of its levels is expected, "
                "or None for not stated"
            ) from None

    return read


def _infinite(name: str) -> InvalidInputError:
    """Say that a number is not finite."""
    return InvalidInputError(f"row: question {name!r} is infinite; give a finite number, or None for not stated")
