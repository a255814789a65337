"""A table in, typed columns out: every glass box sees numbers, or codes of levels, or nothing stated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox._cuts import Floats, number_words, readable_cuts
from pellucid.schema import Status

__all__ = ["NOT_STATED", "Column", "Floats", "Piece", "Table", "check_frame", "expand", "number_words", "readable_cuts"]

NOT_STATED = Status.NOT_STATED.value
"""The words for a missing answer; a level of this name is read as missing, too."""


@dataclass(frozen=True)
class Column:
    """What was learned about one column of the training table.

    Attributes
    ----------
    name : str
        Question id.
    levels : tuple or None
        Values in the order of their codes; None for numbers.
    ordered : bool
        Whether the levels go from low to high.
    missing : bool
        Whether a training row had no value.
    whole : bool
        Whether all training values are whole numbers (False for levels).
    """

    name: str
    levels: tuple[Any, ...] | None
    ordered: bool = False
    missing: bool = False
    whole: bool = False

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers."""
        return self.levels is None


@dataclass(frozen=True)
class Piece:
    """One derived column of a design matrix, and the question it was made from.

    Attributes
    ----------
    question : int
        Position of the question in the table.
    kind : str
        ``"number"``: the value itself; ``"level"``: whether the code equals `value`;
        ``"at least"``: whether the number, or the code of an ordered level, is `value`
        or more; ``"missing"``: whether nothing is stated.
    value : float
        Level code or threshold; not used by the other kinds.
    """

    question: int
    kind: Literal["number", "level", "at least", "missing"]
    value: float = 0.0

    def column(self, codes: Floats) -> Floats:
        """Make the derived column; NaN where nothing is stated (but for kind ``"missing"``).

        Parameters
        ----------
        codes : ndarray of shape (n, n_questions)
            As given by `Table.codes`.

        Returns
        -------
        ndarray of shape (n,)
        """
        values = codes[:, self.question]
        absent = np.isnan(values)
        if self.kind == "missing":
            return absent.astype(np.float64)
        if self.kind == "number":
            return values.copy()
        held = values >= self.value if self.kind == "at least" else values == self.value
        return np.where(absent, np.nan, held)


@dataclass(frozen=True)
class Table:
    """The typed columns of a training table; turns any later table into codes.

    Codes are float64 of shape (n, n_questions): a number is itself, a level is its
    position among the column's levels (0.0, 1.0, ...), NaN is "not stated".

    Columns of a DataFrame are read by their dtype. Categorical: its categories are the
    levels, those unseen in training included; ordered if the dtype is. Boolean: levels
    False and True. Numbers: numbers. Text or objects: numbers or booleans if all values
    are, else the sorted training values are the levels, none where training has no
    value. Arrays and lists hold numbers, or objects that are read in the same way.

    A level called ``"not stated"`` is read as missing, so that both ways of writing a
    missing answer give the same model. After training, a level never seen is read as
    missing: the model has learned nothing about it.

    Attributes
    ----------
    columns : tuple of Column

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [41.0, None], "pain": ["none", "typical"]})
    >>> learned = Table.learn(table)
    >>> learned.codes(table)
    array([[41.,  0.],
           [nan,  1.]])
    >>> learned.codes(pd.DataFrame({"age": [30], "pain": ["other"]}))
    array([[30., nan]])
    """

    columns: tuple[Column, ...]

    @classmethod
    def learn(cls, X: pd.DataFrame | NDArray[Any]) -> "Table":
        """Learn the columns of a training table.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, n_questions)
            The columns of a DataFrame, where they are strings, are the question ids;
            otherwise these are ``x0``, ``x1``, ...

        Returns
        -------
        Table

        Raises
        ------
        InvalidInputError
            If a number is infinite.
        InvalidTypeError
            If a column holds anything but numbers, booleans and text.
        """
        series = _series(X)
        names = [f"x{place}" for place in range(len(series))]
        if isinstance(X, pd.DataFrame) and all(isinstance(name, str) for name in X.columns):
            names = list(X.columns)
        return cls(tuple(_learn_column(name, one) for name, one in zip(names, series, strict=True)))

    @property
    def names(self) -> tuple[str, ...]:
        """Question ids in order."""
        return tuple(column.name for column in self.columns)

    def codes(self, X: pd.DataFrame | NDArray[Any]) -> Floats:
        """Turn a table of the same columns, in the same order, into codes.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n, n_questions)

        Raises
        ------
        InvalidInputError
            If a column of numbers holds something else, or an infinite number.
        """
        pairs = zip(self.columns, _series(X), strict=True)
        return np.column_stack([_column_codes(column, one) for column, one in pairs])

    def missing_piece(self, question: int) -> list[Piece]:
        """Give the indicator of a missing answer, where training had one.

        Parameters
        ----------
        question : int

        Returns
        -------
        list of Piece
            One or none.
        """
        return [Piece(question, "missing")] if self.columns[question].missing else []

    def level_pieces(self, question: int) -> list[Piece]:
        """Give the indicators of a question's levels.

        Two levels need one indicator, that of the second; ordered levels are told apart
        by "at least" steps; others have one indicator each.

        Parameters
        ----------
        question : int

        Returns
        -------
        list of Piece
            Empty for a number and for a single level.
        """
        column = self.columns[question]
        count = len(column.levels or ())
        if count < 2:
            return []
        if column.ordered:
            return [Piece(question, "at least", float(code)) for code in range(1, count)]
        return [Piece(question, "level", float(code)) for code in range(1 if count == 2 else 0, count)]

    def said(self, piece: Piece) -> str:
        """Say a derived column in words, without the question's name.

        Parameters
        ----------
        piece : Piece

        Returns
        -------
        str
            Such as ``"≥ 150"``, ``"flat"``, ``"not stated"``; empty for a number itself.
        """
        if piece.kind == "missing":
            return NOT_STATED
        if piece.kind == "number":
            return ""
        levels = self.columns[piece.question].levels
        value = number_words(piece.value) if levels is None else str(levels[int(piece.value)])
        return value if piece.kind == "level" else f"≥ {value}"


def expand(codes: Floats, pieces: Sequence[Piece]) -> Floats:
    """Make a design matrix, one column per piece, NaN where nothing is stated.

    Parameters
    ----------
    codes : ndarray of shape (n, n_questions)
    pieces : sequence of Piece

    Returns
    -------
    ndarray of shape (n, n_pieces)
    """
    if not pieces:
        return np.empty((len(codes), 0))
    return np.column_stack([piece.column(codes) for piece in pieces])


def check_frame(X: pd.DataFrame, least: int) -> None:
    """Refuse an empty table, and a column name that is there twice.

    Parameters
    ----------
    X : DataFrame
    least : int
        Fewest rows.

    Raises
    ------
    InvalidInputError
    """
    rows, columns = X.shape
    if columns == 0:
        raise InvalidInputError(f"X: found 0 feature(s) (shape=({rows}, 0)) while a minimum of 1 is required")
    if rows < least:
        raise InvalidInputError(
            f"X: found {rows} sample(s) (shape=({rows}, {columns})) while a minimum of {least} is required"
        )
    if not X.columns.is_unique:
        twice = X.columns[X.columns.duplicated()][0]
        raise InvalidInputError(f"X: column {twice!r} is there twice; give each question one column")


def _series(X: pd.DataFrame | NDArray[Any]) -> list[pd.Series]:
    """Take a table apart by position, so that repeated column names cannot mix columns."""
    if isinstance(X, pd.DataFrame):
        return [X.iloc[:, place] for place in range(X.shape[1])]
    return [pd.Series(X[:, place]) for place in range(X.shape[1])]


def _learn_column(name: str, values: pd.Series) -> Column:
    """Read one training column by its dtype, or by its values where the dtype says nothing."""
    dtype = values.dtype
    stated = values[~_absent(values)]
    missing = len(stated) < len(values)
    if isinstance(dtype, pd.CategoricalDtype):
        levels = tuple(level for level in dtype.categories if level != NOT_STATED)
        return Column(name, levels, ordered=bool(dtype.ordered), missing=missing)
    if pd.api.types.is_bool_dtype(dtype):
        return Column(name, (False, True), missing=missing)
    if not pd.api.types.is_numeric_dtype(dtype):
        found = set(map(type, stated.tolist()))
        if found and found <= {bool, np.bool_}:
            return Column(name, (False, True), missing=missing)
        if found <= {str}:  # no value at all gives no level, so that whatever comes later is missing
            return Column(name, tuple(sorted(set(stated))), missing=missing)
    numbers = _numbers(name, values)
    stated_numbers = numbers[~np.isnan(numbers)]
    whole = bool(np.all(stated_numbers == np.floor(stated_numbers)))
    return Column(name, None, missing=missing, whole=whole)


def _column_codes(column: Column, values: pd.Series) -> Floats:
    """Turn one column into codes."""
    if column.levels is None:
        return _numbers(column.name, values)
    codes = np.full(len(values), np.nan)
    stated = ~_absent(values).to_numpy()
    if column.levels and stated.any():
        found = pd.Index(column.levels, dtype=object).get_indexer(values[stated].astype(object))
        codes[stated] = np.where(found < 0, np.nan, found)
    return codes


def _absent(values: pd.Series) -> pd.Series:
    """Find the rows in which nothing is stated."""
    absent = values.isna()
    if pd.api.types.is_numeric_dtype(values.dtype):
        return absent
    return absent | (values.astype(object) == NOT_STATED).astype(bool)


def _numbers(name: str, values: pd.Series) -> Floats:
    """Read a column as finite numbers and NaN; never quote a value in a message."""
    if pd.api.types.is_complex_dtype(values.dtype):
        raise InvalidInputError(
            f"X: column {name!r} holds complex numbers. Complex data not supported; use two columns"
        )
    if not pd.api.types.is_numeric_dtype(values.dtype):
        values = values.astype(object).where(~_absent(values), np.nan)
        kinds = {type(value) for value in values}
        if not all(issubclass(kind, int | float | np.number | np.bool_) for kind in kinds):
            # "argument must be a string or a number" are the words scikit-learn's own checks look for.
            told = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise InvalidTypeError(
                f"X: column {name!r} holds {told}; each argument must be a string or a number, and a column "
                "of numbers holds numbers only. Convert it, or make it a Categorical before fit"
            )
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        raise InvalidInputError(
            f"X: column {name!r} contains infinity; replace it by a finite number, or by NaN for not stated"
        )
    return numbers
