"""What a comparison is made on: documents, labels, who they belong to, when they were written; checked once."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pandas.api.types import union_categoricals

from pellucid._checks import check_outcome, own_errors
from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.measures import Codes
from pellucid.validation._design import External


class Documents(NamedTuple):
    """Everything that is divided into parts to learn from and to test.

    Attributes
    ----------
    X : DataFrame of shape (n, n_columns), index: document ids
    labels : ndarray of shape (n,)
    groups : ndarray of int, shape (n,), or None
        Numbers of persons, or whatever must stay together.
    times : ndarray of shape (n,) or None
    caveats : tuple of str
        What has to be said of them.
    """

    X: pd.DataFrame
    labels: NDArray[Any]
    groups: Codes | None
    times: NDArray[Any] | None
    caveats: tuple[str, ...] = ()


def gathered(
    X: pd.DataFrame, y: ArrayLike, *, groups: ArrayLike | None, times: ArrayLike | None, external: External | None
) -> Documents:
    """Check what was handed in, and put an external set behind it.

    Parameters
    ----------
    X : DataFrame of shape (n, n_columns), index: document ids
    y : array-like of shape (n,)
    groups, times : array-like of shape (n,) or None
    external : External or None

    Returns
    -------
    Documents

    Raises
    ------
    InvalidInputError
        If they cannot be used, or do not belong together.
    """
    labels = _check_documents(X, y)
    persons, moments = _column("groups", groups, X), _column("times", times, X)
    if external is not None:
        there = _check_documents(external.X, external.y, "External: ")
        if len(strange := np.setdiff1d(there.astype(str), labels.astype(str))):
            raise InvalidInputError(f"External: y: {str(strange[0])!r:.40} is none of the labels of the other set")
        if there.dtype.kind != labels.dtype.kind:
            raise InvalidInputError(f"External: y: its labels are of kind {there.dtype}, those of y of {labels.dtype}")
        joined = _joined(X, external.X)
        labels = _check_documents(joined, np.concatenate([labels, there]))
        persons = _both(persons, _column("External: groups", external.groups, external.X))
        X = joined
    codes = None if persons is None else pd.factorize(persons)[0].astype(np.int64)
    if codes is not None and codes.max() < 1:
        raise InvalidInputError("groups: all documents are in one; at least two are needed, or leave groups out")
    return Documents(X, labels, codes, moments)


def _joined(here: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in here.columns if column not in there.columns]
    if missing:
        raise InvalidInputError(
            f"External: X: column {missing[0]!r} is missing; it must have the columns of the other set"
        )
    columns = {column: _appended(column, here[column], there[column]) for column in here.columns}
    return pd.DataFrame(columns, index=here.index.append(there.index))


def _appended(name: Any, here: pd.Series, there: pd.Series) -> Any:
    """Put one column behind the other, keeping its kind."""
    both = [isinstance(one.dtype, pd.CategoricalDtype) for one in (here, there)]
    if all(both):
        if list(here.cat.categories[: len(there.cat.categories)]) == list(there.cat.categories):
            there = there.astype(here.dtype)
        return union_categoricals([here, there], ignore_order=here.cat.ordered != there.cat.ordered)
    numeric = [pd.api.types.is_numeric_dtype(one) and not pd.api.types.is_bool_dtype(one) for one in (here, there)]
    if here.dtype != there.dtype and not all(numeric):
        raise InvalidInputError(
            f"External: X: column {name!r} is {there.dtype} there and {here.dtype} in the other set; read both alike"
        )
    return pd.concat([here, there]).array


def _both(here: NDArray[Any] | None, there: NDArray[Any] | None) -> NDArray[Any] | None:
    if (here is None) != (there is None):
        raise InvalidInputError("groups: given for one set only; pass them to run and to External, or to neither")
    return None if here is None or there is None else np.concatenate([here, there])


def _column(name: str, values: ArrayLike | None, X: pd.DataFrame) -> NDArray[Any] | None:
    if values is None:
        return None
    if isinstance(values, pd.Series) and not values.index.equals(X.index):
        raise InvalidInputError(
            f"{name}: its index is not that of X; pass {name}.loc[X.index], or an array in that order"
        )
    found = read_values(values)
    if found.shape != (len(X),):
        raise InvalidInputError(
            f"{name}: got shape {found.shape}; one value for each of {len(X)} documents is expected"
        )
    if pd.isna(found).any():
        raise InvalidInputError(f"{name}: {int(pd.isna(found).sum())} are missing; every document needs one")
    return found


def read_values(values: ArrayLike) -> NDArray[Any]:
    """Read values as they are: a missing one in a list stays missing and does not become a word.

    Parameters
    ----------
    values : array-like

    Returns
    -------
    ndarray
        Of floats where all are numbers and one is missing; of objects where a missing one
        stands among others.

    Examples
    --------
    >>> read_values(["a", float("nan")]), read_values([0.5, None])
    (array(['a', nan], dtype=object), array([0.5, nan]))
    """
    found = np.asarray(values)
    if found.ndim != 1 or (found.dtype.kind not in "OUS"):
        return found
    cells = list(values) if isinstance(values, list | tuple) else found.tolist()
    known = [one for one in cells if not (one is None or one is pd.NA or one is pd.NaT or one != one)]
    if known and all(isinstance(one, float | int | np.number) and not isinstance(one, bool) for one in known):
        return np.array([np.nan if pd.isna(one) else one for one in cells], dtype=float)
    if len(known) == len(cells):
        return found
    made = np.empty(len(cells), dtype=object)
    made[:] = cells
    return made


def _check_documents(X: pd.DataFrame, y: Any, where: str = "") -> NDArray[Any]:
    """Refuse documents and labels that cannot be split into folds; return the labels."""
    if not isinstance(X, pd.DataFrame):
        raise InvalidTypeError(f"{where}X: got {type(X).__name__}; a DataFrame with one row per document is expected")
    if X.empty:
        raise InvalidInputError(f"{where}X: got a table of shape {X.shape}; at least one row and one column are needed")
    for kind, names in (("document", X.index), ("column", X.columns)):
        if not names.is_unique:
            twice = names[names.duplicated()][0]
            raise InvalidInputError(f"{where}X: {kind} {twice!r} is there twice; each may be there once")
    if isinstance(y, pd.Series) and not y.index.equals(X.index):
        raise InvalidInputError(
            f"{where}y: its index is not that of X; pass y.loc[X.index], or an array in the order of X"
        )
    labels = check_outcome(y, n=len(X))
    with own_errors():  # labels of mixed kinds cannot be sorted
        np.unique(labels)
    return labels
