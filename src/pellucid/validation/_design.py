"""Which documents models learn from and which they are tested on: folds, groups kept together, time, another set."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedGroupKFold

from pellucid._checks import check_number, own_errors
from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.measures import Codes

Rows = NDArray[np.intp]

NO_ROWS: Rows = np.empty(0, dtype=np.intp)
NO_ROWS.setflags(write=False)

_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$")


class Part(NamedTuple):
    """One fit: rows to learn from, rows to predict.

    Attributes
    ----------
    train, test : ndarray of int
        Row numbers.
    repeat : int
        Row of the predictions that the test rows are written to.
    place : str
        For messages, such as ``"repeat 1 of 5, fold 2 of 5"``.
    unlabelled : ndarray of int, default=empty
        Rows to learn from whose gold label is not known, or not shown to this fit.
    """

    train: Rows
    test: Rows
    repeat: int
    place: str
    unlabelled: Rows = NO_ROWS


class Plan(NamedTuple):
    """All fits of a comparison, the same for every contender.

    Attributes
    ----------
    kind : str
        As in `pellucid.schema.Design`.
    parts : tuple of Part
    repeats, splits : int
    groups : ndarray of int, shape (n,), or None
        Rows with the same number never stand on both sides of a fit, and intervals draw
        them together.
    """

    kind: str
    parts: tuple[Part, ...]
    repeats: int
    splits: int
    groups: Codes | None = None

    def among(self, rows: ArrayLike, n: int) -> "Plan":
        """Return the plan for a table of which this one knows some rows; the others have no gold label.

        Parameters
        ----------
        rows : array-like of int
            Where the rows of this plan stand in the table.
        n : int
            Rows of the table.

        Returns
        -------
        Plan
            Without groups. The other rows are `unlabelled` in every part, and never tested.

        Raises
        ------
        InvalidInputError
            If the plan has groups: those of the other rows are not known.

        Examples
        --------
        >>> plan = CrossValidation(2, 1).plan(np.array([0, 1] * 2), groups=None, times=None, seed=0)
        >>> wider = plan.among([0, 1, 4, 5], 6)
        >>> wider.parts[0].unlabelled.tolist(), sorted([*wider.parts[0].train.tolist(), *wider.parts[0].test.tolist()])
        ([2, 3], [0, 1, 4, 5])
        """
        if self.groups is not None:
            raise InvalidInputError(
                "plan: it keeps groups together, and those of the rows without gold labels are unknown"
            )
        at = np.asarray(rows, dtype=np.intp)
        others = np.setdiff1d(np.arange(n), at)
        parts = tuple(
            part._replace(
                train=at[part.train], test=at[part.test], unlabelled=np.concatenate([at[part.unlabelled], others])
            )
            for part in self.parts
        )
        return self._replace(parts=parts)

    def tested(self, n: int) -> NDArray[np.bool_]:
        """Return which of n rows are tested at all.

        Parameters
        ----------
        n : int

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        found = np.zeros(n, dtype=bool)
        found[np.concatenate([part.test for part in self.parts])] = True
        return found

    def digest(self, names: pd.Index) -> str:
        """Return the SHA-256 of which documents are learnt from and tested in each fit.

        Parameters
        ----------
        names : Index
            Document ids.

        Returns
        -------
        str
        """
        found = hashlib.sha256()
        for part in self.parts:
            for rows in (part.train, part.test, *((part.unlabelled,) if len(part.unlabelled) else ())):
                found.update("\n".join(map(str, names[rows])).encode())
                found.update(b"\0")
        return found.hexdigest()


class StudyDesign(Protocol):
    """How documents are divided; `CrossValidation`, `Temporal` and `External` are such."""

    def plan(self, y: NDArray[Any], *, groups: Codes | None, times: NDArray[Any] | None, seed: int) -> Plan:
        """Divide the documents.

        Parameters
        ----------
        y : ndarray of shape (n,)
            Labels.
        groups : ndarray of int, shape (n,), or None
            Rows with the same number never stand on both sides of a fit.
        times : ndarray of shape (n,) or None
        seed : int

        Returns
        -------
        Plan
        """
        ...


@dataclass(frozen=True)
class CrossValidation:
    """Repeated folds, stratified by class; with groups, whole groups go into a fold.

    Parameters
    ----------
    splits : int, default=5
        Folds per repeat.
    repeats : int, default=5
        Repeats, each with other folds.

    Examples
    --------
    >>> plan = CrossValidation(2, 1).plan(np.array([0, 1] * 4), groups=None, times=None, seed=0)
    >>> [(len(part.train), len(part.test)) for part in plan.parts], plan.parts[1].place
    ([(4, 4), (4, 4)], 'repeat 1 of 1, fold 2 of 2')
    """

    splits: int = 5
    repeats: int = 5

    def __post_init__(self) -> None:
        check_number("splits", self.splits, low=2, whole=True)
        check_number("repeats", self.repeats, low=1, whole=True)

    def plan(self, y: NDArray[Any], *, groups: Codes | None, times: NDArray[Any] | None, seed: int) -> Plan:
        """Divide the documents; see `StudyDesign`."""
        _refuse_times(times, "CrossValidation")
        self._check_classes(y, groups)
        rows = np.zeros((len(y), 1))
        if groups is None:
            folds = RepeatedStratifiedKFold(n_splits=self.splits, n_repeats=self.repeats, random_state=seed)
            found = list(folds.split(rows, y))
        else:
            found = [
                fold
                for repeat in range(self.repeats)
                for fold in StratifiedGroupKFold(self.splits, shuffle=True, random_state=seed + repeat).split(
                    rows, y, groups
                )
            ]
        parts = tuple(Part(train, test, *self._at(number)) for number, (train, test) in enumerate(found))
        _check_training(parts, y)
        kind = "repeated stratified folds" if groups is None else "repeated grouped folds"
        return Plan(kind, parts, self.repeats, self.splits, groups)

    def _at(self, number: int) -> tuple[int, str]:
        repeat, fold = divmod(number, self.splits)
        return repeat, f"repeat {repeat + 1} of {self.repeats}, fold {fold + 1} of {self.splits}"

    def _check_classes(self, y: NDArray[Any], groups: Codes | None) -> None:
        classes, counts = np.unique(y, return_counts=True)
        fewest = int(counts.argmin())
        if counts[fewest] < self.splits:
            raise InvalidInputError(
                f"y: class {str(classes[fewest])!r:.40} has {counts[fewest]} documents, fewer than "
                f"splits={self.splits}; lower splits, or add documents of that class"
            )
        if groups is not None and len(np.unique(groups)) < self.splits:
            raise InvalidInputError(
                f"groups: got {len(np.unique(groups))} different ones, fewer than splits={self.splits}; lower splits"
            )


@dataclass(frozen=True)
class Temporal:
    """Learn from what came earlier, test on what came next: never the other way round.

    Documents are put in order of time and cut into ``splits + 1`` blocks of about the
    same size; block after block, from the second on, is predicted from all before it.
    Documents of the same time stay in one block. A document whose group is tested
    is not learnt from.

    Parameters
    ----------
    splits : int, default=5
        Blocks that are tested.

    Examples
    --------
    >>> plan = Temporal(2).plan(np.array([0, 1] * 3), groups=None, times=np.arange(6), seed=0)
    >>> [(part.train.tolist(), part.test.tolist()) for part in plan.parts]
    [([0, 1], [2, 3]), ([0, 1, 2, 3], [4, 5])]
    """

    splits: int = 5

    def __post_init__(self) -> None:
        check_number("splits", self.splits, low=1, whole=True)

    def plan(self, y: NDArray[Any], *, groups: Codes | None, times: NDArray[Any] | None, seed: int) -> Plan:  # noqa: ARG002
        """Divide the documents; see `StudyDesign`. Nothing is drawn, so the seed changes nothing."""
        if times is None:
            raise InvalidInputError("times: got none; Temporal needs one time per document, such as dates")
        with own_errors():  # times of mixed kinds cannot be put in order
            moments, place = np.unique(_in_order(times), return_inverse=True)
        if len(moments) <= self.splits:
            raise InvalidInputError(
                f"times: got {len(moments)} different ones; splits={self.splits} needs at least {self.splits + 1}"
            )
        block = self._blocks(np.bincount(place))[place]
        parts = tuple(self._part(block, groups, number) for number in range(1, self.splits + 1))
        _check_training(parts, y)
        return Plan("temporal", parts, 1, self.splits, groups)

    def _blocks(self, counts: Codes) -> Codes:
        """Give each moment its block: as even in documents as whole moments allow, none empty."""
        number = np.arange(self.splits)
        shares = counts.sum() * (number + 1) / (self.splits + 1)
        cuts = np.searchsorted(np.cumsum(counts), shares) + 1
        cuts = np.maximum.accumulate(cuts - number) + number
        cuts = np.minimum(cuts, len(counts) - self.splits + number)
        return np.searchsorted(cuts, np.arange(len(counts)), side="right")

    def _part(self, block: Codes, groups: Codes | None, number: int) -> Part:
        test = np.flatnonzero(block == number)
        earlier = block < number
        if groups is not None:
            earlier &= ~np.isin(groups, groups[test])
        return Part(np.flatnonzero(earlier), test, 0, f"block {number} of {self.splits}")


@dataclass(frozen=True)
class External:
    """Learn from all documents handed to `run`, test on another set: another site, a later year.

    Parameters
    ----------
    X : DataFrame of shape (m, n_columns), index: document ids
        With the columns of the table handed to `run`.
    y : array-like of shape (m,)
    groups : array-like of shape (m,) or None, default=None
        Persons, as handed to `run`; one who stands in both sets is refused.

    Examples
    --------
    >>> there = External(pd.DataFrame({"age": [41, 52]}, index=["x1", "x2"]), [0, 1])
    >>> [part.place for part in there.plan(np.array([0, 1, 0, 1]), groups=None, times=None, seed=0).parts]
    ['the external set']
    """

    X: pd.DataFrame = field(repr=False)
    y: ArrayLike = field(repr=False)
    groups: ArrayLike | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.X, pd.DataFrame) or self.X.empty:
            raise InvalidTypeError("External: X: a DataFrame with at least one row and one column is expected")
        if isinstance(self.y, pd.Series) and not self.y.index.equals(self.X.index):
            raise InvalidInputError("External: y: its index is not that of X; pass y.loc[X.index]")
        if len(np.asarray(self.y)) != len(self.X):
            raise InvalidInputError(f"External: y: got {len(np.asarray(self.y))} labels for {len(self.X)} documents")

    def plan(self, y: NDArray[Any], *, groups: Codes | None, times: NDArray[Any] | None, seed: int) -> Plan:  # noqa: ARG002
        """Divide the documents, of which the last are the external ones; see `StudyDesign`."""
        _refuse_times(times, "External")
        first = len(y) - len(self.X)
        rows = np.arange(len(y))
        if groups is not None and len(shared := np.intersect1d(groups[:first], groups[first:])):
            raise InvalidInputError(
                f"groups: {len(shared)} stand in both sets, so the external one is not external; leave them out of one"
            )
        part = Part(rows[:first], rows[first:], 0, "the external set")
        _check_training((part,), y)
        return Plan("external", (part,), 1, 1, groups)


def _in_order(times: NDArray[Any]) -> NDArray[Any]:
    """Refuse times as text that does not sort as time does."""
    if times.dtype.kind not in "OU":
        return times
    if not all(isinstance(one, str) for one in times):
        return times
    texts = times.astype(str)
    if len({len(one) for one in texts}) > 1 or not all(_ISO.match(one) for one in texts):
        raise InvalidInputError(
            f"times: got text such as {str(texts[0])!r:.30}, which does not sort as time does; pass numbers, "
            "pd.to_datetime(times), or ISO dates (2024-05-31) of one width"
        )
    return texts


def _refuse_times(times: NDArray[Any] | None, design: str) -> None:
    if times is not None:
        raise InvalidInputError(f"times: {design} does not look at time; pass design=Temporal(), or leave times out")


def _check_training(parts: tuple[Part, ...], y: NDArray[Any]) -> None:
    """Refuse a fit that would not see every class."""
    classes = len(np.unique(y))
    for part in parts:
        if len(np.unique(y[part.train])) < classes:
            raise InvalidInputError(
                f"{part.place}: the {len(part.train)} documents to learn from do not hold every class; "
                "use fewer splits, or groups or blocks that are smaller"
            )
