"""Several training tables of the same questions as one, and its codes told to each of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._table import Column, Table

__all__ = ["Translation", "merge_tables"]


class Translation:
    """Turns codes of a merged table into those of one of its tables.

    A level that the one table never met is "not stated" there, as it is for the model
    that was trained on it.

    Parameters
    ----------
    merged, own : Table
        Of the same questions; `merged` may have more after them.
    """

    def __init__(self, merged: Table, own: Table) -> None:
        self._width = len(own.columns)
        self._lookups = {
            place: np.array([_place(one, level) for level in whole.levels or ()])
            for place, (whole, one) in enumerate(zip(merged.columns, own.columns, strict=False))
            if one.levels is not None and one.levels != whole.levels
        }

    def codes(self, codes: Floats) -> Floats:
        """Translate.

        Parameters
        ----------
        codes : ndarray of shape (n, n_merged_questions)

        Returns
        -------
        ndarray of shape (n, n_questions)
        """
        own = codes[:, : self._width]
        if not self._lookups:
            return own
        own = own.copy()
        for place, lookup in self._lookups.items():
            if not len(lookup):  # a question that this table saw no answer to
                own[:, place] = np.nan
                continue
            stated = ~np.isnan(own[:, place])
            own[stated, place] = lookup[own[stated, place].astype(int)]
        return own


def merge_tables(tables: Sequence[Table]) -> Table:
    """Merge what was learned about the same questions from different rows.

    Parameters
    ----------
    tables : sequence of Table

    Returns
    -------
    Table
        Levels are those of the first table, then those that only others have.

    Raises
    ------
    InvalidInputError
        If the questions differ, or one is a number here and has levels there, or is
        ordered with other levels.

    Examples
    --------
    >>> import pandas as pd
    >>> first = Table.learn(pd.DataFrame({"sky": ["blue", "grey"]}))
    >>> second = Table.learn(pd.DataFrame({"sky": ["red", None]}))
    >>> merge_tables([first, second]).columns[0].levels
    ('blue', 'grey', 'red')
    """
    names = tables[0].names
    for table in tables[1:]:
        if table.names != names:
            raise InvalidInputError(
                f"parts: their tables have different columns ({_few(names)}; {_few(table.names)}); "
                "fit every part on the same columns, in the same order"
            )
    return Table(tuple(_merge([table.columns[place] for table in tables]) for place in range(len(names))))


def _merge(columns: Sequence[Column]) -> Column:
    """Merge one question."""
    first, missing = columns[0], any(column.missing for column in columns)
    numbers = [column for column in columns if column.numeric]
    found = [column for column in columns if column.levels]
    if numbers and found:
        raise InvalidInputError(
            f"parts: {first.name!r} is a number in one table and has levels in another; give it one type before fit"
        )
    if numbers:
        return replace(numbers[0], missing=missing, whole=all(column.whole for column in numbers))
    if not found:
        return replace(first, missing=missing)
    ordered = [column.ordered for column in found]
    if any(ordered) and (not all(ordered) or len({column.levels for column in found}) > 1):
        raise InvalidInputError(
            f"parts: {first.name!r} has ordered levels that differ between tables; give it one Categorical before fit"
        )
    levels = tuple(dict.fromkeys(level for column in found for level in column.levels or ()))
    return replace(found[0], levels=levels, missing=missing)


def _place(column: Column, level: Any) -> float:
    """Give a level's code, NaN where the column has none of that name."""
    levels = column.levels or ()
    return float(levels.index(level)) if level in levels else np.nan


def _few(names: Sequence[str]) -> str:
    """Name the first few."""
    told = ", ".join(map(repr, names[:5]))
    return f"{told}, ..." if len(names) > 5 else told
