"""Votes and probabilities of labelers as one array, or a clear word on why they cannot be."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid._checks import check_alike
from pellucid.exceptions import InvalidInputError
from pellucid.labeling._label_classes import check_classes, class_places, plain
from pellucid.measures import Floats


class Ballots(NamedTuple):
    """What labelers said of documents.

    Attributes
    ----------
    labelers : tuple of str
    said : ndarray of shape (n_documents, n_labelers, n_classes)
        1 for the class voted for, or the probability given to each class; all 0 where the
        labeler said nothing.
    soft : ndarray of bool, shape (n_labelers,)
        Whether the labeler gives probabilities.
    documents : pandas.Index
    """

    labelers: tuple[str, ...]
    said: Floats
    soft: NDArray[np.bool_]
    documents: pd.Index

    @property
    def given(self) -> NDArray[np.bool_]:
        """Whether a labeler said anything of a document, of shape (n_documents, n_labelers)."""
        return np.asarray(self.said.any(axis=2))

    def hard(self) -> Floats:
        """Return votes alone: the likeliest class of a labeler that gives probabilities, none at a tie."""
        top = self.said == self.said.max(axis=2, keepdims=True)
        clear = (top.sum(axis=2) == 1) & self.given
        return np.asarray(top * clear[:, :, None], dtype=np.float64)

    def only(self, rows: NDArray[Any]) -> "Ballots":
        """Return some of the documents."""
        return self._replace(said=self.said[rows], documents=self.documents[rows])


def learn_classes(votes: Any, y: Any, classes: Any) -> tuple[Any, ...]:
    """Return the classes: those named, or those that occur, sorted.

    Parameters
    ----------
    votes : DataFrame or None
    y : array-like or None
    classes : sequence or None

    Returns
    -------
    tuple

    Raises
    ------
    InvalidInputError
        If they are not named and fewer than two occur, or they are of mixed kinds.
    """
    if classes is not None:
        return check_classes(classes)
    cells = [] if votes is None else list(_votes(votes).to_numpy(dtype=object).ravel())
    cells += [] if y is None else list(pd.Series(y, dtype=object))
    seen = {plain(cell) for cell in cells if pd.api.types.is_scalar(cell) and not pd.isna(cell)}
    if len(seen) < 2:
        raise InvalidInputError(
            f"classes: {len(seen)} class(es) occur in votes and y; name all of them, such as classes=(0, 1)"
        )
    try:
        return check_classes(sorted(seen))
    except TypeError:
        raise InvalidInputError("votes: labels of different kinds are mixed, such as 1 and 'yes'; use one") from None


def read_ballots(
    votes: Any, probabilities: Any, classes: Sequence[Any], labelers: tuple[str, ...] | None = None
) -> Ballots:
    """Take votes and probabilities, or refuse them.

    Parameters
    ----------
    votes : DataFrame of shape (n_documents, n_labelers), or None
        A column per labeler; None, NaN or NA where it does not vote.
    probabilities : DataFrame, mapping of str to array-like, or None
        Of each labeler that gives them: shape (n_documents, n_classes), or (n_documents,) for
        the second of two classes; NaN where it gives none. They go before its votes.
    classes : sequence
    labelers : tuple of str or None, default=None
        Those that are known, in order; one that is not there says nothing.

    Returns
    -------
    Ballots

    Raises
    ------
    InvalidInputError
    """
    stated = _stated(probabilities, len(classes))
    table = None if votes is None else _votes(votes)
    index = _index(table, probabilities, stated)
    said: dict[str, Floats] = {}
    for at, name in enumerate([] if table is None else [str(one) for one in table.columns]):
        if name not in stated:
            said[name] = _one_hot(table, at, name, classes)
    for name, chances in stated.items():
        if len(chances) != len(index):
            raise InvalidInputError(
                f"probabilities: {name!r} has {len(chances)} rows for {len(index)} documents; one each is expected"
            )
        said[name] = chances
    known = tuple(said) if labelers is None else labelers
    strange = sorted(set(said) - set(known))
    if strange or not known:
        raise InvalidInputError(
            f"votes: got the labeler {strange[0]!r}, which fit has not seen; fit again with it, or leave it out"
            if strange
            else "votes: got no labeler; pass votes, probabilities or both"
        )
    nothing = np.zeros((len(index), len(classes)))
    cube = np.stack([said.get(name, nothing) for name in known], axis=1)
    return Ballots(known, cube, np.array([name in stated for name in known]), index)


def _votes(votes: Any) -> pd.DataFrame:
    """Take the table of votes."""
    if not isinstance(votes, pd.DataFrame):
        raise InvalidInputError(f"votes: got {type(votes).__name__}; a DataFrame with a column per labeler is expected")
    names = [str(one) for one in votes.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInputError(f"votes: there are several columns {twice[0]!r}; give each labeler its own name")
    return votes


def _index(table: pd.DataFrame | None, probabilities: Any, stated: Mapping[str, Floats]) -> pd.Index:
    """Name the documents, which votes and probabilities must agree on."""
    if table is not None:
        frames = probabilities.values() if isinstance(probabilities, Mapping) else [probabilities]
        for one in frames:
            check_alike(table, one)
        found = table.index
    elif isinstance(probabilities, pd.DataFrame):
        found = probabilities.index
    else:
        found = pd.RangeIndex(len(next(iter(stated.values()), [])))
    if not len(found):
        raise InvalidInputError("votes: got no documents; at least one is needed")
    return found


def _one_hot(table: pd.DataFrame | None, at: int, name: str, classes: Sequence[Any]) -> Floats:
    """Turn one labeler's votes into rows of 0 and 1."""
    column: Any = table.iloc[:, at] if table is not None else []
    places = class_places(column, classes, n=len(column), name=f"votes[{name!r}]")
    return np.where(places[:, None] == np.arange(len(classes)), 1.0, 0.0)


def _stated(probabilities: Any, k: int) -> dict[str, Floats]:
    """Take each labeler's probabilities, of shape (n, k), 0 where it gives none."""
    if probabilities is None:
        return {}
    if isinstance(probabilities, pd.DataFrame):
        if k != 2:
            raise InvalidInputError(
                f"probabilities: a DataFrame holds those of the second of two classes; with {k} classes pass a "
                "mapping of labeler to an array of shape (n_documents, n_classes)"
            )
        probabilities = {str(name): probabilities.iloc[:, at] for at, name in enumerate(probabilities.columns)}
    if not isinstance(probabilities, Mapping):
        raise InvalidInputError(
            f"probabilities: got {type(probabilities).__name__}; a DataFrame or a mapping of "
            "labeler to array is expected"
        )
    return {str(name): _chances(str(name), one, k) for name, one in probabilities.items()}


def _chances(name: str, said: Any, k: int) -> Floats:
    """Check one labeler's probabilities."""
    try:
        chances = np.asarray(pd.DataFrame(said).to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError):
        raise InvalidInputError(f"probabilities: {name!r} holds something that is no number") from None
    if chances.shape[1] == 1 and k == 2:
        chances = np.column_stack([1 - chances, chances])
    if chances.shape[1] != k:
        raise InvalidInputError(f"probabilities: {name!r} has {chances.shape[1]} columns for {k} classes")
    missing = np.isnan(chances).all(axis=1)
    rows = chances[~missing]
    if np.isnan(rows).any() or (rows < 0).any() or (rows > 1).any() or not np.allclose(rows.sum(axis=1), 1, atol=1e-3):
        raise InvalidInputError(
            f"probabilities: {name!r} has rows that are no probabilities; each from 0 to 1 and 1 in sum is expected, "
            "or all NaN where none is given"
        )
    return np.where(missing[:, None], 0.0, chances)
