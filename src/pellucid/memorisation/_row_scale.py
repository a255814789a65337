"""How near a row that was given back comes to the true one, and how near it comes without memory."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pellucid.memorisation._chance import Chance
from pellucid.memorisation._raw_table import RawTable, cell_value, split_row

DECOYS = 19
"""Rows that stand after the true one and are never shown; a row given back is compared with all of them."""

BEFORE = 10
"""Rows before a row that a guess without memory may copy."""

_POSITIONS = 500  # places, evenly spread, at which guesses without memory are tried
_SHOWN = 20  # rows in a prompt, at most
_COPIED = f"by copying one of the {BEFORE} rows before"

_COMMON = 0.8  # share of its commonest value up to which a column can say anything


class RowScale:
    """Compares rows in the columns whose values the order of the rows does not give away.

    Parameters
    ----------
    table : RawTable

    Attributes
    ----------
    columns : tuple of int
        Places of the columns that are compared.
    nearest_chance, word_for_word_chance, first_chance : Chance
        What the best of a few guesses without memory reaches on the whole table.
    first : int or None
        Place of the first of them that varies enough to be guessed at; None where none does.
    """

    def __init__(self, table: RawTable) -> None:
        self.columns = table.hidden_columns()
        self._delimiter = table.delimiter
        self._rows = [tuple(cell_value(row[place]) for place in self.columns) for row in table.cells]
        self._codes = np.array([_coded(column) for column in zip(*self._rows, strict=True)], dtype=np.int64).T
        numbers = np.array([_numbers(column) for column in zip(*self._rows, strict=True)], dtype=float).T
        self._spread = _spread(numbers)
        self._numbers = numbers / self._spread
        varied = [at for at in range(len(self.columns)) if self._commonest(at) <= _COMMON * len(self._rows)]
        self._first = varied[0] if varied else None
        self.first = self.columns[varied[0]] if varied else None

    def is_word_for_word(self, given: str, true: int) -> bool:
        """Whether a line holds every compared cell of a row.

        Parameters
        ----------
        given : str
        true : int
            Place of the row.

        Returns
        -------
        bool
        """
        return self._picked(given) == self._rows[true]

    def is_nearest(self, given: str, true: int) -> bool:
        """Whether a line is nearer to a row than to every decoy, the rows that stand after it; a tie is not.

        Parameters
        ----------
        given : str
        true : int
            Place of the row.

        Returns
        -------
        bool
        """
        row = self._picked(given)
        if row is None:
            return False
        wanted = np.arange(true, true + DECOYS + 1)
        same = np.array([[a == b for a, b in zip(row, self._rows[place], strict=True)] for place in wanted])
        near = _near(same, _numbers(row) / self._spread - self._numbers[wanted])
        return bool(near[0] > near[1:].max())

    def is_first(self, given: str, true: int) -> bool:
        """Whether a line holds the first varied cell of a row.

        Parameters
        ----------
        given : str
        true : int

        Returns
        -------
        bool
        """
        row = self._picked(given)
        return row is not None and self._first is not None and row[self._first] == self._rows[true][self._first]

    @cached_property
    def nearest_chance(self) -> Chance:
        """How often a row is the nearest blindly, or by going on from the rows before, whichever is more often."""
        last = len(self._rows) - DECOYS - 1
        places = np.unique(np.linspace(BEFORE, last, min(last - BEFORE + 1, _POSITIONS)).astype(int))
        copied = [
            self._nearest_share(self._codes[places - lag], self._numbers[places - lag], places)
            for lag in range(1, BEFORE + 1)
        ]
        codes, numbers = self._codes[places - 1], self._numbers[places - 1]
        straight = self._nearest_share(
            np.where(np.isnan(numbers), codes, -1), 2 * numbers - self._numbers[places - 2], places
        )
        blind = f"one of the true row and {DECOYS} rows after it"
        return _best((1 / (DECOYS + 1), blind), (max(copied), _COPIED), (straight, "by going on in a straight line"))

    @cached_property
    def word_for_word_chance(self) -> Chance:
        """How often the commonest row is right, or a copy of a row before, whichever is more often."""
        common = Counter(self._rows).most_common(1)[0][1] / (len(self._rows) - _SHOWN)
        return _best((common, "by always giving the commonest row"), (_repeated(self._rows), _COPIED))

    @cached_property
    def first_chance(self) -> Chance:
        """How often the best constant is right, or the best guess from the values before, whichever is more often."""
        at = 0 if self._first is None else self._first
        values = [row[at] for row in self._rows]
        constant = self._commonest(at) / (len(values) - _SHOWN)
        follows = (_followed(values), "by what follows most often on the value before")
        return _best((constant, "by always giving the commonest value"), follows, (_repeated(values), _COPIED))

    def _picked(self, given: str) -> tuple[float | str, ...] | None:
        """Return the compared cells of a line; None where it has too few."""
        cells = split_row(given, self._delimiter)
        if not self.columns or len(cells) <= max(self.columns):
            return None
        return tuple(cell_value(cells[place]) for place in self.columns)

    def _nearest_share(
        self, codes: NDArray[np.int64], numbers: NDArray[np.float64], places: NDArray[np.int64]
    ) -> float:
        """Return how often rows that are given for places are nearer to the true ones than to all decoys."""
        wanted = places[:, None] + np.arange(DECOYS + 1)
        near = _near(self._codes[wanted] == codes[:, None], self._numbers[wanted] - numbers[:, None])
        return float(np.mean(near[:, 0] > near[:, 1:].max(axis=1)))

    def _commonest(self, at: int) -> int:
        return Counter(row[at] for row in self._rows).most_common(1)[0][1]


def _best(*guesses: tuple[float, str]) -> Chance:
    """Return the guess that is right most often; the first of those alike."""
    share, said = max(guesses, key=lambda guess: guess[0])
    return Chance(min(share, 1.0), said)


def _repeated(values: Sequence[Hashable]) -> float:
    """Return how often a value is that of the same number of places before, whichever number is best."""
    shares = []
    for lag in range(1, BEFORE + 1):
        alike = sum(one == other for one, other in zip(values, values[lag:], strict=False))
        shares.append(alike / (len(values) - lag))
    return max(shares)


def _near(same: NDArray[np.bool_], apart: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count equal cells; a number within half a standard deviation counts up to half a cell."""
    return np.sum(np.where(same, 1.0, np.nan_to_num(np.maximum(0.5 - np.abs(apart), 0.0))), axis=-1)


def _coded(column: Sequence[float | str]) -> NDArray[np.int64]:
    places: dict[float | str, int] = {}
    return np.array([places.setdefault(value, len(places)) for value in column], dtype=np.int64)


def _numbers(column: Sequence[float | str]) -> NDArray[np.float64]:
    return np.array([value if isinstance(value, float) else np.nan for value in column])


def _spread(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each column's standard deviation; NaN where it has fewer than two numbers or too large ones."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.array(
            [np.std(column[~np.isnan(column)]) if (~np.isnan(column)).any() else np.nan for column in numbers.T]
        )
    return np.where(np.isfinite(found) & (found > 0), found, np.nan)


def _followed(values: Sequence[float | str]) -> float:
    """Return how often a value is the commonest follower of the one before, its own place left out."""
    after: defaultdict[float | str, Counter[float | str]] = defaultdict(Counter)
    for before, value in pairwise(values):
        after[before][value] += 1
    right = 0
    for before, value in pairwise(values):
        others = after[before].copy()
        others[value] -= 1
        right += others[value] > 0 and others[value] == max(others.values())
    return right / (len(values) - 1)
