"""What curation is given, read and refused: answers, labels or probabilities, texts, spread, gold labels."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid._checks import check_alike, check_texts
from pellucid.exceptions import InvalidInputError
from pellucid.labeling._label_classes import check_classes, class_places, plain
from pellucid.measures import Floats

SURE = 0.01
"""Nearest to 0 and 1 that a stated probability is taken for."""
SURE_LABEL = 0.02
"""Doubt that is left to a label without a probability."""

Places = NDArray[np.intp]


class Stated(NamedTuple):
    """What the labeler said.

    Attributes
    ----------
    classes : tuple of label
    codes : ndarray of int, shape (n,)
        Number of the likeliest class; -1 where there is no label.
    chances : ndarray of shape (n, n_classes)
        Probabilities, held off 0 and 1; equal ones where there is no label.
    soft : bool
        Whether the labeler gave probabilities.
    """

    classes: tuple[Any, ...]
    codes: Places
    chances: Floats
    soft: bool


class Material(NamedTuple):
    """Everything curation works on.

    Attributes
    ----------
    names : list of str
    X : DataFrame of shape (n, n_questions)
    stated : Stated
    texts : list of str or None
    spread : ndarray of shape (n,) or None
    gold : ndarray of int, shape (n,)
        Gold label as the number of its class; -1 where it is not known.
    """

    names: list[str]
    X: pd.DataFrame
    stated: Stated
    texts: list[str] | None
    spread: Floats | None
    gold: Places


def read_material(
    X: Any, labels: Any, *, classes: Sequence[Any] | None, texts: Any, spread: Any, gold: Any
) -> Material:
    """Read what curation is given.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n, n_questions)
    labels : array-like of shape (n,) or (n, n_classes)
    classes : sequence or None
    texts : iterable of str or None
    spread : array-like of shape (n,) or None
    gold : array-like of shape (n,) or None

    Returns
    -------
    Material

    Raises
    ------
    InvalidInputError
    """
    table = X if isinstance(X, pd.DataFrame) else _table(X)
    names = (
        [str(name) for name in table.index] if isinstance(X, pd.DataFrame) else [f"row {n}" for n in range(len(table))]
    )
    if len(set(names)) != len(names):
        raise InvalidInputError(
            "X: two rows have the same name in its index; a verdict needs one document, so name each"
        )
    if len(names) < 2 or not table.shape[1]:
        raise InvalidInputError(f"X: got a table of shape {table.shape}; some documents and a question are needed")
    for beside in (labels, spread, gold):
        check_alike(table, beside)
    stated = read_stated(labels, len(names), classes)
    read = None
    if texts is not None:
        check_alike(table, texts)
        read = check_texts(texts).texts
        if len(read) != len(names):
            raise InvalidInputError(f"texts: got {len(read)} for {len(names)} rows of X; one each is expected")
    return Material(
        names,
        table,
        stated,
        read,
        _spread(spread, len(names), soft=stated.soft),
        np.full(len(names), -1) if gold is None else class_places(gold, stated.classes, n=len(names), name="gold"),
    )


def read_stated(labels: Any, n: int, classes: Sequence[Any] | None) -> Stated:
    """Tell labels from probabilities and read either.

    One column of numbers strictly between 0 and 1 is the probability of the second class;
    any other column holds labels.

    Parameters
    ----------
    labels : array-like of shape (n,) or (n, n_classes)
    n : int
    classes : sequence or None
        None: the columns of a table of probabilities, (0, 1) for one column of them, else
        the labels that are there, sorted.

    Returns
    -------
    Stated

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> read_stated([0.2, None, 0.9], 3, ("no", "yes")).codes.tolist()
    [0, -1, 1]
    >>> read_stated(["no", "yes", None], 3, None).chances.round(2).tolist()
    [[0.98, 0.02], [0.02, 0.98], [0.5, 0.5]]
    """
    known = None if classes is None else check_classes(classes)
    table = getattr(labels, "ndim", 1) == 2
    chances = _matrix(labels, known) if table else _column(labels, n, known)
    if chances is None:
        return _labels(labels, n, known)
    if known is None:
        known = check_classes(list(labels.columns)) if isinstance(labels, pd.DataFrame) and table else None
    known = known or tuple(range(chances.shape[1]))
    if len(chances) != n or chances.shape[1] != len(known):
        raise InvalidInputError(
            f"labels: got probabilities of shape {chances.shape} for {n} documents and {len(known)} classes; "
            "one row per document and one column per class are expected"
        )
    given = np.asarray(~np.isnan(chances).any(axis=1))
    held = np.clip(np.where(given[:, None], chances, 1 / len(known)), SURE / (len(known) - 1), 1 - SURE)
    _refuse_none(given)
    held = held / held.sum(axis=1, keepdims=True)
    return Stated(known, np.where(given, held.argmax(axis=1), -1), held, True)


def _labels(labels: Any, n: int, known: tuple[Any, ...] | None) -> Stated:
    """Read labels."""
    values = pd.Series(list(labels), dtype=object)
    if known is None:
        try:
            known = tuple(sorted({plain(value) for value in values[values.notna()]}))
        except TypeError:
            raise InvalidInputError("labels: got labels of several kinds; name the classes with classes=") from None
        if len(known) < 2:
            raise InvalidInputError(
                f"labels: got {len(known)} different label(s); curation holds labels against each other, so at least "
                "two are needed: label more documents, or pass probabilities"
            )
    codes = class_places(labels, known, n=n, name="labels")
    _refuse_none(codes >= 0)
    low = SURE_LABEL / (len(known) - 1)
    chances = np.where(codes[:, None] == np.arange(len(known)), 1 - SURE_LABEL, low)
    chances[codes < 0] = 1 / len(known)
    return Stated(known, codes, chances, False)


def _column(labels: Any, n: int, known: tuple[Any, ...] | None) -> Floats | None:
    """Read one column as probabilities of the second class; None where it holds labels."""
    if isinstance(labels, str | bytes) or not hasattr(labels, "__len__"):
        raise InvalidInputError(
            f"labels: got {type(labels).__name__}; one label or probability per document is expected"
        )
    if len(labels) != n:
        raise InvalidInputError(f"labels: got {len(labels)} for {n} documents; one each is expected")
    values = pd.Series(list(labels), dtype=object)
    there = [plain(value) for value in values[values.notna()]]
    numbers = all(isinstance(value, float | int) and not isinstance(value, bool) for value in there)
    between = any(0 < value < 1 for value in there) if numbers else False
    if not between or (known is not None and set(there) <= set(known)):
        return None
    second = values.astype(float).to_numpy()
    if np.nanmin(second) < 0 or np.nanmax(second) > 1:
        raise InvalidInputError(
            f"labels: got numbers from {np.nanmin(second):g} to {np.nanmax(second):g}; 0 to 1 is allowed"
        )
    if known is not None and len(known) != 2:
        raise InvalidInputError(
            f"labels: one column of probabilities speaks of two classes, and there are {len(known)}; pass one per class"
        )
    return np.column_stack([1 - second, second])


def _matrix(labels: Any, known: tuple[Any, ...] | None) -> Floats:
    """Read a table of probabilities; the columns of a DataFrame are found by the names of the classes."""
    if isinstance(labels, pd.DataFrame) and known is not None:
        if set(labels.columns) != set(known):
            raise InvalidInputError(
                f"labels: its columns are not the classes {known!r:.80}; name one column after each"
            )
        labels = labels[list(known)]
    try:
        chances = pd.DataFrame(labels).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise InvalidInputError("labels: a table of labels must hold probabilities, one column per class") from None
    if chances.shape[1] < 2:
        raise InvalidInputError("labels: a table of one column was given; pass a column, or one per class")
    given = ~np.isnan(chances).any(axis=1)
    off = (chances[given] < 0).any(axis=1) | (np.abs(chances[given].sum(axis=1) - 1) > 0.01)
    if off.any():
        raise InvalidInputError(f"labels: {int(off.sum())} rows are no probabilities that add up to 1")
    return np.asarray(chances)


def _spread(spread: Any, n: int, *, soft: bool) -> Floats | None:
    """Read the spread; a missing one is none."""
    if spread is None:
        return None
    if not soft:
        raise InvalidInputError("spread: it is that of log-odds, so it needs probabilities in place of labels")
    values = pd.to_numeric(pd.Series(list(spread)), errors="coerce").fillna(0.0).to_numpy(dtype=float)
    if len(values) != n or not np.isfinite(values).all() or (values < 0).any():
        raise InvalidInputError(f"spread: {n} numbers of at least 0 are expected, one per document")
    return np.asarray(values)


def _table(X: Any) -> pd.DataFrame:
    values = np.asarray(X)
    if values.ndim != 2:
        raise InvalidInputError(f"X: got shape {values.shape}; a table of answers, one row per document, is expected")
    return pd.DataFrame(values, columns=[f"x{place}" for place in range(values.shape[1])])


def _refuse_none(given: NDArray[np.bool_]) -> None:
    if not given.any():
        raise InvalidInputError("labels: every one is missing; there is nothing to curate")
