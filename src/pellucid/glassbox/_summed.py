"""Fitted glass boxes added up into one: a sum of sums is a sum, so nothing of it is hidden."""

import copy
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NoReturn, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox._base import GlassBox, GlassBoxClassifier
from pellucid.glassbox._card_parts import Axis, LinePart, Part, SlopedPart, TablePart
from pellucid.glassbox._cuts import Floats, quantile_cuts
from pellucid.glassbox._ebm import _EBM
from pellucid.glassbox._merged_table import Translation, merge_tables
from pellucid.glassbox._probe import axis_of, probe_codes
from pellucid.glassbox._sparse_linear import _SparseLinear
from pellucid.glassbox._steps import both, parts_of, steps_of
from pellucid.glassbox._table import Column, Table
from pellucid.schema import Shape

__all__ = ["SummedClassifier"]

_LARGEST = float(np.finfo(np.float64).max)


class SummedClassifier(GlassBoxClassifier):
    """A weighted sum of fitted glass boxes on the same questions, as one glass box.

    The score is ``offset``, plus each part's own score times its weight, plus, where
    there is a line, the slope times the number in the line's column. Terms of the parts
    that speak of the same question or pair are added up, so the sum has one curve per
    question, with a cut wherever a part has one. A regressor among the parts is taken to
    estimate log-odds.

    It is a result, not something to fit: `fit` refuses, there are no parameters to set,
    and `sklearn.base.clone` gives it back as it is.

    Parameters
    ----------
    parts : sequence of (float, GlassBox)
        Weight and fitted model: EBMs and sparse linear models, regressors on log-odds or
        classifiers of the same two classes (or of 0 and 1 for their places, where the
        classes are called otherwise), all fitted on the same columns. Levels and missing
        answers that only some parts met are treated by each part as it would.
    classes : sequence of two labels
        The score speaks for the second.
    offset : float, default=0.0
        Added to every score, in log-odds.
    line : tuple of (str, float) or None, default=None
        Name of one more column of numbers, which stands after the questions in every
        table, and its slope; for example log-odds given by somebody else. A row without
        that number gets what an average row gets.
    rows : DataFrame or array-like or None, default=None
        Training rows, with the line's column where there is one. They are counted for
        `view`, centre the line, and are not kept. Without them `view` refuses and the
        line is centred at 0.

    Attributes
    ----------
    parts : tuple of (float, GlassBox)
        As given; copies, so that fitting a part anew changes nothing here.
    offset, line
        As given.
    terms_ : tuple of tuple of str
        Questions in the order of the table, the line last, then the pairs.
    intercept_ : float
    classes_, feature_names_in_, n_features_in_
        See `GlassBox`.

    Raises
    ------
    InvalidInputError
        If parts, classes, line or rows do not fit each other.
    InvalidTypeError
        If a part is no EBM and no sparse linear model.
    NotFittedError
        If a part is not fitted.

    Examples
    --------
    >>> import pandas as pd
    >>> from pellucid.glassbox import SparseLinearClassifier, SparseLinearRegressor
    >>> table = pd.DataFrame({"age": [30, 35, 40, 60, 65, 70] * 5})
    >>> first = SparseLinearRegressor().fit(table, (table["age"] - 50) / 10)
    >>> second = SparseLinearClassifier().fit(table, [0, 0, 0, 1, 1, 1] * 5)
    >>> both = SummedClassifier([(0.5, first), (0.5, second)], classes=(0, 1), rows=table)
    >>> mean = (first.predict(table) + second.decision_function(table)) / 2
    >>> bool(abs(both.decision_function(table) - mean).max() < 1e-9)
    True
    >>> [shape.questions for shape in both.view().shapes]
    [('age',)]
    """

    def __init__(
        self,
        parts: Sequence[tuple[float, GlassBox]],
        *,
        classes: Sequence[Any],
        offset: float = 0.0,
        line: tuple[str, float] | None = None,
        rows: Any = None,
    ) -> None:
        check_number("offset", offset, low=-_LARGEST, high=_LARGEST)
        self.classes_ = _check_classes(classes)
        self.parts = tuple(_check_parts(parts, self.classes_.tolist()))
        self.offset = float(offset)
        tables = [box._table for _, box in self.parts]
        self.line = None if line is None else _check_line(line, tables[0].names)
        self._name_columns()
        known = None if rows is None else self._checked(rows, reset=False)
        width = len(tables[0].columns)
        seen = [] if known is None else [Table.learn(known.iloc[:, :width] if hasattr(known, "iloc") else known)]
        columns = merge_tables([*tables, *seen]).columns
        if self.line is not None:
            unstated = known is None or bool(pd.isna(np.asarray(known, dtype=object)[:, -1]).any())
            columns = (*columns, Column(self.line[0], None, missing=unstated))
        self._table = Table(columns)
        self._translations = [Translation(self._table, table) for table in tables]
        codes = None if known is None else self._table.codes(known)
        self._join(codes)
        self._laid_open = None if codes is None else [self._lay_open(place, codes) for place in range(len(self.terms_))]

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> NoReturn:  # noqa: ARG002
        """Refuse: a sum is put together, not fitted.

        Raises
        ------
        InvalidInputError
            Always.
        """
        raise InvalidInputError(
            "SummedClassifier: is put together from fitted models and cannot be fitted; fit its parts, "
            "and make a new SummedClassifier of them"
        )

    def __sklearn_clone__(self) -> Self:
        return self

    @classmethod
    def _get_param_names(cls) -> list[str]:
        """Have no parameters: what it is made of is fitted, and not to be set."""
        return []

    def _name_columns(self) -> None:
        """Set the names of the columns, where the parts have them."""
        box = self.parts[0][1]
        self.n_features_in_ = box.n_features_in_ + (self.line is not None)
        if not hasattr(box, "feature_names_in_"):
            if self.line is not None:
                raise InvalidInputError("line: needs a table with named columns; fit the parts on a DataFrame")
            return
        names = list(box.feature_names_in_) + ([] if self.line is None else [self.line[0]])
        self.feature_names_in_ = np.array(names, dtype=object)

    def _join(self, codes: Floats | None) -> None:
        """Find out which terms of the parts belong together; set terms and intercept."""
        names = self._table.names
        found: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        for part, (_, box) in enumerate(self.parts):
            for own, term in enumerate(box.terms_):
                found.setdefault(tuple(sorted(map(names.index, term))), []).append((part, own))
        slope, self._centre = (0.0 if self.line is None else self.line[1]), 0.0
        if self.line is not None:
            found[(len(names) - 1,)] = []
            if codes is not None and not np.isnan(codes[:, -1]).all():
                self._centre = float(np.nanmean(codes[:, -1]))
        self._questions = sorted(found, key=lambda term: (len(term), term))
        self._members = [found[term] for term in self._questions]
        self.terms_ = tuple(tuple(names[question] for question in term) for term in self._questions)
        level = self.offset + sum(weight * float(box.intercept_) for weight, box in self.parts)
        self.intercept_ = float(level + slope * self._centre)

    def _own(self, codes: Floats) -> Iterator[tuple[float, Any, Floats]]:
        """Give each part's weight, the part, and the codes as the part reads them."""
        for (weight, box), translation in zip(self.parts, self._translations, strict=True):
            yield weight, box, translation.codes(codes)

    def _beyond(self, codes: Floats) -> Floats:
        """Say how far the line's number is from its centre; 0 where there is none."""
        return np.nan_to_num(codes[:, -1] - self._centre, nan=0.0)

    def _score_codes(self, codes: Floats) -> Floats:
        score = np.full(len(codes), self.offset)
        for weight, box, own in self._own(codes):
            score += weight * box._score_codes(own)
        if self.line is not None:
            score += self.line[1] * (self._centre + self._beyond(codes))
        return score

    def _points_codes(self, codes: Floats) -> Floats:
        every = [weight * box._points_codes(own) for weight, box, own in self._own(codes)]
        points = self._gathered(every, len(codes))
        if self.line is not None:
            points[:, self._questions.index((codes.shape[1] - 1,))] = self.line[1] * self._beyond(codes)
        return points

    def _spread_codes(self, codes: Floats) -> Floats | None:
        """Add up the parts' spreads, which is never less than the sum's own, however they vary together."""
        every, known = [], False
        for weight, box, own in self._own(codes):
            spread = box._spread_codes(own)
            known = known or spread is not None
            every.append(np.zeros((len(own), len(box.terms_))) if spread is None else abs(weight) * spread)
        return self._gathered(every, len(codes)) if known else None

    def _gathered(self, every: list[Floats], n: int) -> Floats:
        """Add up what the parts say of each term."""
        points = np.zeros((n, len(self.terms_)))
        for place, members in enumerate(self._members):
            for part, own in members:
                points[:, place] += every[part][:, own]
        return points

    def _axes(self, term: Sequence[int], members: Sequence[tuple[int, int]]) -> list[Axis]:
        """Give a term's parts: levels, and intervals with a cut wherever an EBM has one."""
        axes = []
        for question in term:
            cuts: list[Floats] = []
            for part, _ in members:
                box = self.parts[part][1]
                own = box._cuts(question, len(term)) if isinstance(box, _EBM) else None
                cuts += [] if own is None else [own]
            axes.append(axis_of(self._table, question, np.unique(np.concatenate([np.array([]), *cuts]))))
        return axes

    def _line_of(self, place: int) -> LinePart | None:
        """Add up the straight lines of a term, None where it has none."""
        question = self._questions[place][0]
        lines = [
            (weight, box._line(question))
            for weight, box in (self.parts[part] for part, _ in self._members[place])
            if isinstance(box, _SparseLinear) and self._table.columns[question].numeric
        ]
        if self.line is not None and question == len(self._table.columns) - 1:
            lines = [(self.line[1], LinePart(question, self._centre, np.ones(1), np.zeros(1), np.zeros(1)))]
        if not lines:
            return None
        centre = lines[0][1].centre
        return LinePart(
            question,
            centre,
            np.array([sum(weight * line.slope[0] for weight, line in lines)]),
            np.array([sum(w * (line.offset[0] + line.slope[0] * (centre - line.centre)) for w, line in lines)]),
            np.array([sum(weight * line.absent[0] for weight, line in lines)]),
        )

    def _part(self, place: int) -> Part:
        """Compile one term: its table of points, its straight line, or both."""
        members, line = self._members[place], self._line_of(place)
        jumps = [(part, own) for part, own in members if line is None or isinstance(self.parts[part][1], _EBM)]
        if line is not None and not jumps:
            return line
        axes = self._axes(self._questions[place], jumps)
        codes = probe_codes(axes, len(self._table.columns))
        points = np.zeros(len(codes))
        every = list(self._own(codes))
        for part, own in jumps:
            weight, box, mine = every[part]
            points += weight * box._points_codes(mine)[:, own]
        table = TablePart(tuple(axes), points.reshape(*(axis.parts + 1 for axis in axes), 1))
        return table if line is None else SlopedPart(table, line)

    def _shapes(self, place: int) -> list[Shape]:  # noqa: ARG002
        if self._laid_open is None:
            raise InvalidInputError(
                "view: there are no rows whose answers could be counted; pass rows=, the training table, "
                "to SummedClassifier"
            )
        return self._laid_open

    def _lay_open(self, place: int, codes: Floats) -> Shape:
        """Put one term into steps, over the cuts of all parts, with the training rows in each."""
        term, line = self._questions[place], self._line_of(place)
        axes = self._axes(term, self._members[place])
        if line is not None and axes[0].parts == 1:
            axes = [axis_of(self._table, term[0], quantile_cuts(codes[:, term[0]], 3))]
        size = [axis.parts + 1 for axis in axes]
        bins = np.ravel_multi_index([axis.places(codes[:, axis.question]) for axis in axes], size)
        rows = np.bincount(bins, minlength=int(np.prod(size)))
        probes = probe_codes(axes, codes.shape[1])
        if line is not None:  # points of a slope are those of the mean answer
            stated = (rows > 0) & ~np.isnan(probes[:, term[0]])
            sums = np.bincount(bins, weights=np.nan_to_num(codes[:, term[0]]), minlength=len(rows))
            probes[stated, term[0]] = sums[stated] / rows[stated]
        columns = [self._table.columns[question] for question in term]
        parts = [
            parts_of(column, [] if axis.cuts is None else axis.cuts.tolist())
            for column, axis in zip(columns, axes, strict=True)
        ]
        told = np.ix_(*(range(len(own)) for own in parts))
        points, spread = self._points_codes(probes)[:, place], self._spread_codes(probes)
        return Shape(
            questions=self.terms_[place],
            numeric=len(columns) == 1 and columns[0].numeric,
            importance=float(np.abs(self._points_codes(codes)[:, place]).mean()),
            slope=None if line is None else float(line.slope[0]),
            steps=steps_of(
                parts[0] if len(parts) == 1 else [both(*pair) for pair in product(*parts)],
                points.reshape(size)[told].ravel(),
                rows.reshape(size)[told].ravel().astype(np.float64),
                None if spread is None else spread[:, place].reshape(size)[told].ravel(),
            ),
        )


def _check_classes(classes: Sequence[Any]) -> Any:
    """Take two different labels."""
    labels = np.asarray(classes)
    if labels.ndim != 1 or len(labels) != 2 or labels[0] == labels[1]:
        raise InvalidInputError(f"classes: got {classes!r:.80}; two different labels are expected, such as (0, 1)")
    return labels


def _check_parts(parts: Sequence[tuple[float, GlassBox]], classes: list[Any]) -> Iterator[tuple[float, GlassBox]]:
    """Take weights and fitted models that can be added up; give copies, which nobody fits anew."""
    if not len(parts):
        raise InvalidInputError("parts: got none; pairs of a weight and a fitted glass box are expected")
    for place, part in enumerate(parts):
        if not isinstance(part, tuple | list) or len(part) != 2:
            raise InvalidTypeError(f"parts: number {place} is no pair; a weight and a fitted glass box are expected")
        weight, box = part
        if not isinstance(box, _EBM | _SparseLinear):
            raise InvalidTypeError(
                f"parts: number {place} is a {type(box).__name__}; a fitted EBM or sparse linear model is expected"
            )
        check_number(f"parts: weight of number {place}", weight, low=-_LARGEST, high=_LARGEST)
        box._check_fitted()
        own = box.classes_.tolist() if isinstance(box, GlassBoxClassifier) else classes
        # Places can stand for labels only where they cannot be taken for labels.
        if own != classes and (own != [0, 1] or {0, 1} & set(classes)):
            raise InvalidInputError(
                f"parts: number {place} tells apart {own!r:.80}; those of the sum are {classes!r:.80}, in this order"
            )
        yield float(weight), copy.copy(box)


def _check_line(line: tuple[str, float], names: Sequence[str]) -> tuple[str, float]:
    """Take the name of a new column and a finite slope."""
    if not isinstance(line, tuple | list) or len(line) != 2:
        raise InvalidInputError(f"line: got {line!r:.80}; the name of one more column and its slope are expected")
    name, slope = line
    if not isinstance(name, str) or name in names:
        raise InvalidInputError(f"line: got {name!r:.80}; the name of one more column is expected, not a question's")
    check_number("line: slope", slope, low=-_LARGEST, high=_LARGEST)
    return name, float(slope)
