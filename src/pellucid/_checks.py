"""The shared refusals: texts, outcomes and parameters that cannot be used, said clearly."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import NotFittedError as SklearnNotFittedError

from pellucid.exceptions import InvalidInputError, InvalidTypeError, PellucidError

MAX_CHARACTERS = 400_000
"""Longest document taken by default, in characters: about 100,000 tokens."""


class NotFittedError(PellucidError, SklearnNotFittedError):
    """An estimator was used before `fit`."""


class Texts(NamedTuple):
    """Documents ready for reading: the texts, their names, and whether the names are the caller's own."""

    names: list[str]
    texts: list[str]
    named: bool = True


def check_texts(X: Any, *, column: str | None = None, max_characters: int = MAX_CHARACTERS) -> Texts:
    """Take documents from an iterable, a Series or a DataFrame.

    Parameters
    ----------
    X : iterable of str, pandas.Series, pandas.DataFrame, or ndarray of shape (n,) or (n, 1)
    column : str or None, default=None
        Column of a DataFrame that holds the text; needed where it has several.
    max_characters : int, default=400_000

    Returns
    -------
    Texts
        Names are index labels of a Series or DataFrame, else ``"row 0"``, ``"row 1"``, ...

    Raises
    ------
    InvalidInputError
        If there is no document, one is empty, too long or not a string, or the
        column is missing.
    """
    if isinstance(X, str | bytes | Mapping):
        kind = "string" if isinstance(X, str) else type(X).__name__
        raise InvalidInputError(f"X: got one {kind}; pass a list of documents, such as [text]")
    if isinstance(X, pd.DataFrame):
        X = _text_column(X, column)
    named = isinstance(X, pd.Series)
    if isinstance(X, pd.Series):
        names = [str(label) for label in X.index]
        values = X.tolist()
    else:
        values = list(_flat(X))
        names = [f"row {number}" for number in range(len(values))]
    if not values:
        raise InvalidInputError("X: got no documents (0 sample(s)) while a minimum of 1 is required")
    for name, value in zip(names, values, strict=True):
        check_text(name, value, max_characters)
    return Texts(names, values, named)


def check_text(name: str, value: object, max_characters: int | None = None) -> str:
    """Take one document, or refuse it, naming it but never quoting it.

    Parameters
    ----------
    name : str
    value : object
    max_characters : int or None, default=None

    Returns
    -------
    str
        The text, unchanged.

    Raises
    ------
    InvalidInputError
        If it is empty, too long or not a string.
    """
    if not isinstance(value, str):
        raise InvalidInputError(f"document {name!r} is a {type(value).__name__}; text is expected")
    if not value.strip():
        raise InvalidInputError(f"document {name!r} is empty; leave it out or give its text")
    if max_characters is not None and len(value) > max_characters:
        raise InvalidInputError(
            f"document {name!r} has {len(value):,} characters; at most {max_characters:,} are taken: "
            "split it, or raise max_characters"
        )
    return value


def check_outcome(y: Any, *, n: int | None = None) -> NDArray[Any]:
    """Take labels of at least two classes, one per document, none missing.

    Parameters
    ----------
    y : array-like of shape (n,)
    n : int or None, default=None
        Number of documents it must match.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    InvalidInputError
    """
    if y is None:
        raise InvalidInputError("y: requires y to be passed, but the target y is None")
    labels = _labels(y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels.ravel()
    if labels.ndim != 1:
        raise InvalidInputError(f"y: got shape {labels.shape}; one label per document is expected")
    missing = int(pd.isna(labels).sum())
    if missing:
        raise InvalidInputError(f"y: {missing} labels are missing (NaN or None); leave those documents out of fit")
    if n is not None and len(labels) != n:
        raise InvalidInputError(f"y: got {len(labels)} labels for {n} documents; one each is expected")
    found = pd.unique(labels)
    if len(found) < 2:
        raise InvalidInputError(
            f"y: all {len(labels)} labels are of one class ({found.tolist()[0]!r:.40}); at least two classes are needed"
            if len(labels)
            else "y: got no labels; at least two classes are needed"
        )
    return labels


def check_alike(X: Any, y: Any) -> None:
    """Refuse labels that carry the same index as the documents, in another order.

    Positions decide which label belongs to which document; where both sides are named
    and the names stand in another order, positions would pair them wrongly.

    Parameters
    ----------
    X, y : object
        Only two pandas objects are compared.

    Raises
    ------
    InvalidInputError
    """
    if not (isinstance(X, pd.Series | pd.DataFrame) and isinstance(y, pd.Series | pd.DataFrame)):
        return
    if X.index.equals(y.index) or len(X) != len(y):
        return
    if Counter(X.index) == Counter(y.index):
        raise InvalidInputError("y: its index is that of X in another order; pass y.loc[X.index]")


def check_option(name: str, value: object, allowed: Collection[object]) -> None:
    """Refuse a parameter value that is not among the allowed ones.

    Parameters
    ----------
    name : str
        Parameter.
    value : object
    allowed : collection

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> check_option("not_stated", "level", ["missing", "level"])
    """
    if not isinstance(value, Hashable) or value not in allowed:
        raise InvalidInputError(f"{name}: got {value!r}; allowed are {', '.join(map(repr, allowed))}")


def check_number(name: str, value: object, *, low: float, high: float = np.inf, whole: bool = False) -> None:
    """Refuse a parameter that is not a number in a closed range.

    Parameters
    ----------
    name : str
    value : object
    low, high : float
    whole : bool, default=False
        Whether only integers are allowed.

    Raises
    ------
    InvalidInputError
    """
    kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
    fits = isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high
    if not fits:
        kind = "a whole number" if whole else "a number"
        bound = f"of at least {low:g}" if high == np.inf else f"from {low:g} to {high:g}"
        raise InvalidInputError(f"{name}: got {value!r}; {kind} {bound} is expected")


@contextmanager
def own_errors() -> Iterator[None]:
    """Turn a library's ValueError or TypeError into one of our tree, keeping its words.

    A message that quotes a cell, which may be the text of a document, is replaced.
    """
    try:
        yield
    except PellucidError:
        raise
    except TypeError as error:
        raise InvalidTypeError(str(error)) from error
    except ValueError as error:
        if str(error).startswith("could not convert"):
            raise InvalidInputError("there is text where numbers are expected") from None
        raise InvalidInputError(str(error)) from error


def _labels(y: Any) -> NDArray[Any]:
    """Make an array of labels; a missing one among strings stays missing, a whole number stays whole."""
    dtype = getattr(y, "dtype", None)
    if isinstance(dtype, pd.api.extensions.ExtensionDtype) and isinstance(y, pd.Series) and not y.isna().any():
        # Nullable whole numbers and booleans would else become floats and their names "1.0".
        return y.to_numpy(dtype=getattr(dtype, "numpy_dtype", None))
    with own_errors():
        if isinstance(y, list | tuple):
            loose = np.array(y, dtype=object)
            return loose if loose.ndim != 1 or pd.isna(loose).any() else np.asarray(y)
        return np.asarray(y)


def _text_column(table: pd.DataFrame, column: str | None) -> pd.Series:
    """Pick the text column, or say which columns there are."""
    columns = ", ".join(repr(name) for name in list(table.columns)[:20])
    if column is not None:
        if column not in table.columns:
            raise InvalidInputError(f"text_column: there is no column {column!r}; the table has {columns}")
        if not isinstance(table[column], pd.Series):
            raise InvalidInputError(f"text_column: there are several columns {column!r}; give each its own name")
        return table[column]
    if table.shape[1] != 1:
        raise InvalidInputError(f"X: the table has {table.shape[1]} columns ({columns}); name one with text_column=")
    return table.iloc[:, 0]


def _flat(X: ArrayLike | Iterable[Any]) -> Iterable[Any]:
    """Let arrays of one column pass as lists of texts."""
    if not isinstance(X, np.ndarray):
        if not isinstance(X, Iterable):
            raise InvalidInputError(f"X: got {type(X).__name__}; an iterable of texts is expected")
        return X
    if X.ndim == 2 and X.shape[1] == 1:
        return X.ravel().tolist()
    if X.ndim != 1:
        raise InvalidInputError(f"X: got an array of shape {X.shape}; texts have shape (n,) or (n, 1)")
    return X.tolist()
