"""The score card: any fitted glass box as plain tables, which score a row in microseconds and need no library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from math import exp
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, log_expit, softmax

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox._base import PAIR
from pellucid.glassbox._card_parts import Part, Points, TreePart, code_reader
from pellucid.glassbox._card_row import Reader, Row
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._table import Table, check_frame

__all__ = ["ExplainedRow", "Link", "ScoreCard"]

_BLOCK = 16_384
"""Rows taken at a time, so that what is worked on stays in the processor's cache."""


class Link(StrEnum):
    """How probabilities follow from scores."""

    LOGIT = "logit"
    """One score, the log-odds of the second class."""
    SOFTMAX = "softmax"
    """One score per class."""
    ONE_AGAINST_REST = "one against the rest"
    """One score per class, the log-odds of that class; probabilities are divided by their sum."""
    IDENTITY = "identity"
    """The score is the estimate; there are no classes."""


class ExplainedRow(NamedTuple):
    """One row's score, probability and terms.

    Attributes
    ----------
    score : float or tuple of float
        Log-odds of the second class; one per class where there are more than two; a
        regressor's estimate.
    probability : float, tuple of float or None
        Of the second class, or of each; None for a regressor.
    terms : list of (str, float or tuple of float)
        Name of each term and what it adds to the score; with the intercept they are the score.
    """

    score: Points
    probability: Points | None
    terms: list[tuple[str, Points]]


@dataclass(frozen=True, eq=False)
class ScoreCard:
    """A fitted glass box, compiled: tables in, score and named terms out.

    It equals the model it was made from, term by term, to 1e-9 absolute and relative, and
    treats missing answers and unknown levels as the model does. It holds numbers and
    names only: neither code nor objects of a library. Batches are numpy; one row is
    plain Python, for servers and for the check by hand.

    Attributes
    ----------
    model : str
        Class of the model, such as ``"EBMClassifier"``.
    table : Table
        What is known about each question, in the order of the training table.
    classes : tuple
        Labels in order; empty for a regressor.
    link : Link
    intercept : ndarray of shape (n_scores,)
    term_questions : tuple of tuple of int
        Positions of each term's question, or two.
    parts : tuple of TablePart, LinePart or SlopedPart, or TreePart
        One per term; or one tree.

    Examples
    --------
    >>> import pandas as pd
    >>> from pellucid.glassbox import SparseLinearClassifier, score_card
    >>> table = pd.DataFrame({"age": [30, 35, 40, 60, 65, 70] * 5, "pet": ["cat", "dog"] * 15})
    >>> model = SparseLinearClassifier(max_terms=1).fit(table, ["no", "no", "no", "yes", "yes", "yes"] * 5)
    >>> card = score_card(model)
    >>> row = card.explain_row({"age": 68, "pet": None})
    >>> [name for name, points in row.terms], row.probability > 0.9
    (['age'], True)
    >>> bool(abs(card.score(table) - model.decision_function(table)).max() < 1e-9)
    True
    """

    model: str
    table: Table
    classes: tuple[Any, ...]
    link: Link
    intercept: Floats
    term_questions: tuple[tuple[int, ...], ...]
    parts: tuple[Part, ...] | TreePart

    @property
    def questions(self) -> tuple[str, ...]:
        """Question ids, in the order in which a table's columns are expected."""
        return self.table.names

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the terms in order; that of a pair is ``"a × b"``."""
        return tuple(PAIR.join(self.questions[place] for place in term) for term in self.term_questions)

    def score(self, X: Any) -> Floats:
        """Score a table, like the model's `decision_function` (a regressor's `predict`).

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n,) or (n, n_classes)
            Log-odds; a regressor's in units of the outcome.

        Raises
        ------
        InvalidInputError
            If the table does not have the card's questions as columns, in order, or a
            column of numbers holds something else.
        """
        codes = self._codes(X)
        score = np.empty((len(self.intercept), len(codes)))
        terms = np.empty((len(self.term_questions), len(self.intercept), min(_BLOCK, len(codes))))
        for rows, columns in _blocks(codes):
            found = terms[:, :, : columns.shape[1]]
            self._fill(columns, found)
            score[:, rows] = found.sum(axis=0) + self.intercept[:, None]
        return score[0] if len(score) == 1 else score.T

    def probability(self, X: Any) -> Floats:
        """Give the probability of each class, like the model's `predict_proba`.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n, n_classes)

        Raises
        ------
        InvalidInputError
            If the card is a regressor's, or the table does not fit.
        """
        if self.link is Link.IDENTITY:
            raise InvalidInputError(f"{self.model}: a regressor's card has no probability; use score(X), its estimate")
        score = self.score(X)
        if self.link is Link.LOGIT:
            return np.column_stack([expit(-score), expit(score)])
        return softmax(log_expit(score) if self.link is Link.ONE_AGAINST_REST else score, axis=1)

    def terms(self, X: Any) -> Floats:
        """Say what each term adds to the score of each row, as an array.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n, n_terms) or (n, n_terms, n_classes)
            In the order of `names`. With the intercept they add up to `score`.

        Raises
        ------
        InvalidInputError
            If the table does not fit.
        """
        codes = self._codes(X)
        terms = np.empty((len(self.term_questions), len(self.intercept), len(codes)))
        for rows, columns in _blocks(codes):
            self._fill(columns, terms[:, :, rows])
        return terms[:, 0].T if terms.shape[1] == 1 else np.moveaxis(terms, -1, 0)

    def contributions(self, X: Any) -> pd.DataFrame:
        """Say what each term adds to the score of each row, laid out like the model's `contributions`.

        Parameters
        ----------
        X : DataFrame or ndarray of shape (n, n_questions)

        Returns
        -------
        DataFrame of shape (n, n_terms)
            With more than two classes columns are (class, term).

        Raises
        ------
        InvalidInputError
            If the table does not fit.
        """
        terms = self.terms(X)
        index = X.index if isinstance(X, pd.DataFrame) else pd.RangeIndex(len(terms))
        if terms.ndim == 2:
            return pd.DataFrame(terms, index=index, columns=pd.Index(self.names, dtype=object))
        columns = pd.MultiIndex.from_product([self.classes, self.names], names=["class", "term"])
        return pd.DataFrame(terms.transpose(0, 2, 1).reshape(len(terms), -1), index=index, columns=columns)

    def explain_row(self, row: Row) -> ExplainedRow:
        """Score and explain one row in plain Python.

        Parameters
        ----------
        row : mapping of str to number, str, bool or None
            Every question of the card and nothing else; None, NaN or ``"not stated"`` where
            nothing is stated.

        Returns
        -------
        ExplainedRow

        Raises
        ------
        InvalidInputError
            If a question is not in the row, or something else is, or a number is infinite.
        InvalidTypeError
            If a number is expected and something else is there.
        """
        try:
            if len(row) != len(self.questions):
                raise KeyError
            points = self._read(row)
        except KeyError:
            raise self._unlike(row) from None
        terms = list(zip(self.names, points, strict=True))
        if self.link is Link.LOGIT:
            score = sum(points, self._start)
            return ExplainedRow(score, _expit(score), terms)
        if self.link is Link.IDENTITY:
            return ExplainedRow(sum(points, self._start), None, terms)
        scores = tuple(map(sum, zip(self._starts, *points, strict=True)))
        return ExplainedRow(scores, _shares(scores, self.link), terms)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is made on first use, so that a card can be sent between processes."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _starts(self) -> list[float]:
        """The intercepts as floats."""
        return self.intercept.tolist()

    @cached_property
    def _start(self) -> float:
        """The only intercept as a float."""
        return self._starts[0]

    @cached_property
    def _read(self) -> Callable[[Row], Sequence[Any]]:
        """What finds the points of one row's terms; questions without a term are looked at, too."""
        columns = self.table.columns
        if isinstance(self.parts, TreePart):
            return self.parts.reader(columns)
        looks: list[Reader[Any]] = [part.reader(columns) for part in self.parts]
        used = {question for part in self.parts for question in part.questions}
        checks = [code_reader(column) for place, column in enumerate(columns) if place not in used]

        def read(row: Row) -> list[Any]:
            for check in checks:
                check(row)
            return [look(row) for look in looks]

        return read

    def _fill(self, columns: Floats, out: Floats) -> None:
        """Write the points of a batch; columns by question, points by term, score and row."""
        if isinstance(self.parts, TreePart):
            self.parts.fill(columns, out)
            return
        for part, own in zip(self.parts, out, strict=True):
            part.fill(columns, own)

    def _codes(self, X: Any) -> Floats:
        """Check a table against the card's questions, and read its codes."""
        names = self.questions
        if isinstance(X, pd.DataFrame):
            check_frame(X, least=0)
            if tuple(X.columns) != names:
                raise InvalidInputError(
                    f"X: got columns {_few(X.columns)}; expected are, in this order, {_few(names)}: "
                    "pass X[list(card.questions)]"
                )
        elif not isinstance(X, np.ndarray):
            raise InvalidTypeError(f"X: got {type(X).__name__}; a DataFrame or an array of two dimensions is expected")
        elif X.ndim != 2 or X.shape[1] != len(names):
            raise InvalidInputError(f"X: got shape {X.shape}; (rows, {len(names)}) is expected")
        elif X.dtype == np.float64 and all(column.numeric for column in self.table.columns):
            if np.isinf(X).any():
                raise InvalidInputError("X: contains infinity; replace it by a finite number, or by NaN for not stated")
            return X
        return self.table.codes(X)

    def _unlike(self, row: Row) -> InvalidInputError:
        """Say how a row differs from the card's questions; values are not repeated."""
        if missing := [name for name in self.questions if name not in row]:
            return InvalidInputError(f"row: {_few(missing)} missing; give None where nothing is stated")
        more = [name for name in row if name not in self.questions]
        return InvalidInputError(
            f"row: got {len(more)} that are no questions of this card; allowed are {_few(self.questions)}"
        )


def _blocks(codes: Floats) -> Iterator[tuple[slice, Floats]]:
    """Take a table apart into blocks of rows, each with its columns in one piece."""
    for first in range(0, len(codes), _BLOCK):
        rows = slice(first, min(first + _BLOCK, len(codes)))
        yield rows, np.ascontiguousarray(codes[rows].T)


def _expit(score: float) -> float:
    """Turn log-odds into a probability, without overflow."""
    if score >= 0.0:
        return 1.0 / (1.0 + exp(-score))
    odds = exp(score)
    return odds / (1.0 + odds)


def _shares(scores: tuple[float, ...], link: Link) -> tuple[float, ...]:
    """Turn one score per class into probabilities."""
    if link is Link.ONE_AGAINST_REST:
        # Relative to the largest, so that classes that are all but impossible still have shares.
        return tuple(softmax(log_expit(np.array(scores))).tolist())
    most = max(scores)
    weights = [exp(score - most) for score in scores]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _few(names: Sequence[Any] | pd.Index) -> str:
    """Name the first few."""
    told = ", ".join(f"{name!r:.60}" for name in list(names)[:8])
    return f"{told}, ..." if len(names) > 8 else told
