"""Tests on a table: whether a model gives back the beginning of the file, the next row, the next row's first value."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from pellucid._checks import check_number
from pellucid.memorisation._chance import Trial, counted
from pellucid.memorisation._memory_test import MemoryTest, Said, not_possible
from pellucid.memorisation._prompt import ask_rows
from pellucid.memorisation._raw_table import RawTable
from pellucid.memorisation._report import MemorisationTest
from pellucid.memorisation._row_scale import BEFORE, DECOYS, RowScale

SHOWN = BEFORE
"""Rows shown before the one that is asked for, anywhere in the file."""

CUTS = (4, 8, 12, 16, 20)
"""Rows of the beginning that are shown, prompt by prompt; the next four are asked for."""

_ASKED = 4
_BEGINNING = CUTS[-1] + _ASKED
LEAST_ROWS = _BEGINNING + SHOWN + DECOYS + 10
"""Rows a table has to have."""

BEGINNING = "beginning of the file"
COMPLETION = "row completion"
FIRST_VALUE = "first value"

_Given = tuple[int, str | None]
"""Place of a row, and the line that was given for it; None where the reply could not be read."""

_NEAREST = f"the row given back is nearer to the true next row than to each of {DECOYS} rows that stand after it"
_WORD_FOR_WORD = "the row given back holds every cell of the true next row"


def table_tests(table: RawTable, *, trials: int = 25, seed: int = 0) -> tuple[MemoryTest, ...]:
    """Plan the tests of a table: its beginning, rows anywhere, and their first values.

    A prompt shows the header and some rows as they stand in the file, and asks for what
    follows. Columns that the order of the rows gives away, such as a running number, are
    shown and not compared. A chance level is what the best of a few guesses without memory
    reaches on the whole table: one blind or constant, a copy of one of the 10 rows before,
    a straight line through the last two, the commonest follower of the value before. For
    rows in no particular order no guess does better than the first. Where the order tells
    more than these guesses use, as in a series with seasons, an alarm may be skill.

    Parameters
    ----------
    table : RawTable
    trials : int, default=25
        Rows asked for, beside the 20 of the beginning.
    seed : int, default=0
        Draws them.

    Returns
    -------
    tuple of MemoryTest
        The beginning (5 prompts), and the rows with their first values (`trials` prompts).

    Raises
    ------
    InvalidInputError
        If `trials` is below 1.

    References
    ----------
    Bordt, S., Nori, H., Rodrigues, V., Nushi, B. and Caruana, R. (2024). Elephants never
    forget: memorization and learning of tabular data in large language models. Conference
    on Language Modeling: the idea of the three tests. Scores and chance levels are our own.

    Examples
    --------
    >>> lines = ["a,b", *(f"{n * n * 37 % 101},{n * n * 53 % 97}" for n in range(100))]
    >>> [(test.family, len(test.requests)) for test in table_tests(RawTable.of_lines("demo", lines))]
    [('beginning of the file', 5), ('row completion', 25)]
    """
    check_number("trials", trials, low=1, whole=True)
    reason = _why_not(table)
    if reason:
        return not_possible(BEGINNING, _NEAREST, reason), not_possible(COMPLETION, _NEAREST, reason)
    scale = RowScale(table)
    return _beginning(table, scale), _completion(table, scale, trials, seed)


def _why_not(table: RawTable) -> str:
    if len(table.lines) < LEAST_ROWS:
        return f"the table has {len(table.lines)} rows, and at least {LEAST_ROWS} are needed"
    if not table.hidden_columns():
        return "the order of the rows gives every column away, so that nothing is left to be known"
    return ""


def _beginning(table: RawTable, scale: RowScale) -> MemoryTest:
    requests = tuple(ask_rows(f"{table.name}, rows 1 to {cut}", table.shown(0, cut), rows=_ASKED) for cut in CUTS)
    return MemoryTest(BEGINNING, requests, partial(_score_beginning, table.name, scale))


def _score_beginning(name: str, scale: RowScale, said: Said) -> tuple[MemorisationTest, ...]:
    """Count the rows of the beginning that came back."""
    given: list[str | None] = []
    for rows in said:
        padded = [*rows[:_ASKED], *[""] * (_ASKED - len(rows))] if rows else [None] * _ASKED
        given.extend(padded)
    places = [cut + step for cut in CUTS for step in range(_ASKED)]
    return _rows_counted(BEGINNING, name, scale, [*zip(places, given, strict=True)])


def _completion(table: RawTable, scale: RowScale, trials: int, seed: int) -> MemoryTest:
    possible = np.arange(_BEGINNING + SHOWN, len(table.lines) - DECOYS)
    random = np.random.default_rng(seed)
    places = np.sort(random.choice(possible, min(trials, len(possible)), replace=False)).tolist()
    requests = tuple(
        ask_rows(f"{table.name}, row {place + 1}", table.shown(place - SHOWN, place), rows=1) for place in places
    )
    return MemoryTest(COMPLETION, requests, partial(_score_completion, table.name, scale, places))


def _score_completion(name: str, scale: RowScale, places: Sequence[int], said: Said) -> tuple[MemorisationTest, ...]:
    """Count the rows that came back, and their first values."""
    given = [(place, None if rows is None else rows[0]) for place, rows in zip(places, said, strict=True)]
    return *_rows_counted(COMPLETION, name, scale, given), _first_counted(name, scale, given)


def _rows_counted(
    family: str, name: str, scale: RowScale, given: Sequence[_Given]
) -> tuple[MemorisationTest, MemorisationTest]:
    """Count rows by both rules: nearest, and word for word."""
    near = _hits(name, given, scale.is_nearest)
    exact = _hits(name, given, scale.is_word_for_word)
    return (
        counted(f"{family}: nearest", _NEAREST, near, scale.nearest_chance),
        counted(f"{family}: word for word", _WORD_FOR_WORD, exact, scale.word_for_word_chance),
    )


def _first_counted(name: str, scale: RowScale, given: Sequence[_Given]) -> MemorisationTest:
    """Count the first values; without a column that varies there is nothing to count."""
    if scale.first is None:
        reason = "in every column that could be asked for, one value makes up more than 80%"
        return MemorisationTest(name=FIRST_VALUE, looked_for="the first value of the next row is right", not_run=reason)
    looked_for = f"the value of column {scale.first + 1} of the next row is right"
    return counted(FIRST_VALUE, looked_for, _hits(name, given, scale.is_first), scale.first_chance)


def _hits(name: str, given: Sequence[_Given], is_hit: Callable[[str, int], bool]) -> list[Trial]:
    """Say of every row whether what was given for it is a hit."""
    return [Trial(f"{name}, row {at + 1}", None if row is None else is_hit(row, at)) for at, row in given]
