"""Straight lines and level points for a handful of questions, chosen by the lasso."""

from collections.abc import Sequence

import numpy as np

from pellucid._checks import check_number
from pellucid.glassbox._base import GlassBox, GlassBoxClassifier, GlassBoxRegressor
from pellucid.glassbox._card_parts import Axis, LinePart
from pellucid.glassbox._cuts import Floats, quantile_cuts
from pellucid.glassbox._folds import Folds, check_cv, deal
from pellucid.glassbox._lesson import Lesson, weighted_median
from pellucid.glassbox._probe import axis_of
from pellucid.glassbox._sparse_path import Problem, choose
from pellucid.glassbox._steps import parts_of, steps_of
from pellucid.glassbox._table import Piece, Table, expand
from pellucid.schema import Shape


class _SparseLinear(GlassBox):
    """What the classifier and the regressor share: design, path, terms."""

    def __init__(self, max_terms: int = 10, *, l1_ratio: float = 1.0, cv: Folds = 5, random_state: int = 0) -> None:
        self.max_terms = max_terms
        self.l1_ratio = l1_ratio
        self.cv = cv
        self.random_state = random_state

    def _check_parameters(self) -> None:
        check_number("max_terms", self.max_terms, low=1, whole=True)
        check_number("l1_ratio", self.l1_ratio, low=0.1, high=1.0)
        check_cv(self.cv)
        check_number("random_state", self.random_state, low=0, whole=True)

    def _problem(self, design: Floats, lesson: Lesson) -> Problem:
        """State the regression on the standardised design."""
        raise NotImplementedError

    def _fit_codes(self, codes: Floats, lesson: Lesson) -> None:
        self._pieces = _pieces(self._table)
        columns = expand(codes, self._pieces)
        self._fill = _fills(columns, lesson.weights, self._pieces, self._table)
        columns = np.where(np.isnan(columns), self._fill, columns)
        self._centre, scale = _moments(columns, lesson.weights)
        # Rounding alone gives a constant column a tiny scale; such a column cannot be asked.
        asked = scale > 1e-12 * (1.0 + np.abs(self._centre))
        design = np.ones((len(codes), 1 + int(asked.sum())))
        design[:, 1:] = (columns - self._centre)[:, asked] / scale[asked]
        questions = np.array([piece.question for piece in self._pieces])
        fitted = choose(
            self._problem(design, lesson),
            deal(lesson, self.cv, self.random_state),
            np.concatenate([[-1], questions[asked]]),
            l1_ratio=self.l1_ratio,
            most_groups=self.max_terms,
        )
        self._weights = np.zeros((len(self._pieces), fitted.shape[1]))
        self._weights[asked] = fitted[1:] / scale[asked, None]
        self._keep(fitted[0])
        self._laid_open = [self._lay_open(place, codes) for place in range(len(fitted[0]))]

    def _keep(self, level: Floats) -> None:
        """Keep the intercepts, and the questions that have a weight."""
        self.intercept_ = float(level[0]) if len(level) == 1 else level
        used = np.any(self._weights != 0, axis=1)
        self._asked = sorted({piece.question for piece, use in zip(self._pieces, used, strict=True) if use})
        self.terms_ = tuple((self._table.names[question],) for question in self._asked)
        self._start = level - self._centre @ self._weights

    def _columns(self, codes: Floats) -> Floats:
        """Make the design's columns as they are, before centring."""
        columns = expand(codes, self._pieces)
        return np.where(np.isnan(columns), self._fill, columns)

    def _score_codes(self, codes: Floats) -> Floats:
        score = self._columns(codes) @ self._weights + self._start
        return score[:, 0] if score.shape[1] == 1 else score

    def _points_codes(self, codes: Floats) -> Floats:
        columns = self._columns(codes) - self._centre
        questions = np.array([piece.question for piece in self._pieces])
        points = np.zeros((len(codes), len(self._asked), self._weights.shape[1]))
        for term, question in enumerate(self._asked):
            own = questions == question
            points[:, term] = columns[:, own] @ self._weights[own]
        return points[:, :, 0] if points.shape[2] == 1 else points

    def _axes(self, term: Sequence[int]) -> list[Axis]:
        """Give the levels of a term; a number has a line instead."""
        return [axis_of(self._table, question, None) for question in term]

    def _line(self, question: int) -> LinePart:
        """Give the straight line of a number, with what a missing one adds."""
        own = [place for place, piece in enumerate(self._pieces) if piece.question == question]
        number = next(place for place in own if self._pieces[place].kind == "number")
        missing = [place for place in own if place != number]
        weights, centre, fill = self._weights, self._centre, self._fill
        stated = -centre[missing] @ weights[missing]
        absent = (fill[number] - centre[number]) * weights[number] + (1.0 - centre[missing]) @ weights[missing]
        return LinePart(question, float(centre[number]), weights[number].copy(), stated, absent)

    def _shapes(self, place: int) -> list[Shape]:
        return self._laid_open[place]

    def _lay_open(self, place: int, codes: Floats) -> list[Shape]:
        """Put every term into steps: levels, or the quarters of the training rows."""
        importance = np.abs(self._points_at(codes, place)).mean(axis=0)
        return [self._shape(place, codes, term, float(mean)) for term, mean in enumerate(importance)]

    def _points_at(self, codes: Floats, place: int) -> Floats:
        """Give the terms for one class, of shape (n, n_terms)."""
        points = self._points_codes(codes)
        return points if points.ndim == 2 else points[:, :, place]

    def _shape(self, place: int, codes: Floats, term: int, importance: float) -> Shape:
        """Put one term into steps, each with the points of its mean answer."""
        question = self._asked[term]
        column = self._table.columns[question]
        values = codes[:, question]
        stated = values[~np.isnan(values)]
        cuts = quantile_cuts(stated, 3) if column.numeric else np.arange(1.0, len(column.levels or ()))
        bins = np.searchsorted(cuts, stated, side="right")
        rows = np.bincount(bins, minlength=len(cuts) + 1)
        middle = np.bincount(bins, weights=stated, minlength=len(cuts) + 1) / np.maximum(rows, 1)
        parts = parts_of(column, cuts.tolist())
        examples = np.zeros((len(rows) + 1, codes.shape[1]))
        examples[:, question] = [*(middle if column.numeric else range(len(rows))), np.nan]
        line = [
            weight[place]
            for piece, weight in zip(self._pieces, self._weights, strict=True)
            if piece.kind == "number" and piece.question == question
        ]
        return Shape(
            questions=(column.name,),
            numeric=column.numeric,
            importance=importance,
            slope=float(line[0]) if line else None,
            steps=steps_of(
                parts,
                self._points_at(examples, place)[:, term],
                np.append(rows, len(values) - len(stated)),
            ),
        )


def _pieces(table: Table) -> list[Piece]:
    """List the design's columns: each number, level and missing answer."""
    pieces = []
    for question, column in enumerate(table.columns):
        pieces += [Piece(question, "number")] if column.numeric else table.level_pieces(question)
        pieces += table.missing_piece(question)
    return pieces


def _fills(columns: Floats, weights: Floats | None, pieces: list[Piece], table: Table) -> Floats:
    """Say what stands in for a missing answer in each column.

    Where a column of its own says "not stated", that is the median of a number and 0 of
    a level; where training had no missing answer, the mean, which adds nothing.
    """
    fills = np.zeros(len(pieces))
    for place, piece in enumerate(pieces):
        given = ~np.isnan(columns[:, place])
        missing = table.columns[piece.question].missing
        if given.any() and (piece.kind == "number" or not missing):
            stated, own = columns[given, place], None if weights is None else weights[given]
            fills[place] = weighted_median(stated, own) if missing else np.average(stated, weights=own)
    return fills


def _moments(columns: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Give mean and standard deviation of each column over the weighted rows."""
    if weights is None:
        return columns.mean(axis=0), columns.std(axis=0)
    mean = np.average(columns, axis=0, weights=weights)
    return mean, np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weights))


def _shares(lesson: Lesson) -> Floats:
    """Give each row's share of the whole weight, as the only fit of a problem: shape (n, 1)."""
    n = len(lesson.target)
    return np.full((n, 1), 1.0 / n) if lesson.weights is None else (lesson.weights / lesson.weights.sum())[:, None]


class SparseLinearClassifier(GlassBoxClassifier, _SparseLinear):
    """Logistic regression on at most `max_terms` questions, chosen by the elastic net.

    A number adds points in a straight line; where training has missing numbers, the
    median stands in and "not stated" has points of its own. Levels have points each,
    ordered levels points for each step up. Columns are standardised inside, so that
    the penalty treats them alike; terms are centred, question by question, so that
    each has mean zero over the training rows and `intercept_` absorbs the rest. A
    missing answer to a question that always was answered in training adds nothing.

    The strength of the penalty is the one with the least log loss in cross-validation,
    among the strengths at which at most `max_terms` questions have a weight. More than
    two classes are fitted together, by the softmax; a question then counts once,
    whichever classes it speaks to.

    Parameters
    ----------
    max_terms : int, default=10
        Most questions with a weight.
    l1_ratio : float, default=1.0
        1 is the lasso; less, down to 0.1, keeps correlated columns together.
    cv : int or iterable of (train, test), default=5
        Folds in which strengths are compared; or these themselves, as positions of rows,
        each row tested once.
    random_state : int, default=0
        Deals the rows into folds.

    Attributes
    ----------
    terms_ : tuple of tuple of str
        The questions that have a weight, in the order of the table; at most `max_terms`.
    intercept_ : float or ndarray of shape (n_classes,)
        Score of an average row.
    classes_, feature_names_in_, n_features_in_
        See `GlassBox`.

    References
    ----------
    .. [1] R. Tibshirani, "Regression shrinkage and selection via the lasso", Journal of
       the Royal Statistical Society B 58(1), 1996.
    .. [2] H. Zou, T. Hastie, "Regularization and variable selection via the elastic
       net", Journal of the Royal Statistical Society B 67(2), 2005.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [30, 35, 40, 60, 65, 70] * 5, "pet": ["cat", "dog"] * 15})
    >>> model = SparseLinearClassifier(max_terms=1).fit(table, ["no", "no", "no", "yes", "yes", "yes"] * 5)
    >>> model.terms_
    (('age',),)
    >>> bool(model.contributions(table)["age"][0] < 0)
    True
    """

    def _problem(self, design: Floats, lesson: Lesson) -> Problem:
        classes = np.arange(len(self.classes_))
        hit = (lesson.target[:, None] == (classes if len(classes) > 2 else classes[1:])).astype(np.float64)
        return Problem(design, hit, _shares(lesson), "softmax" if len(classes) > 2 else "logistic")


class SparseLinearRegressor(GlassBoxRegressor, _SparseLinear):
    """Linear regression on at most `max_terms` questions, chosen by the elastic net.

    Everything is as in `SparseLinearClassifier`, with the mean squared error in place
    of the log loss and points in units of the outcome.

    Parameters
    ----------
    max_terms : int, default=10
        Most questions with a weight.
    l1_ratio : float, default=1.0
        1 is the lasso; less, down to 0.1, keeps correlated columns together.
    cv : int or iterable of (train, test), default=5
        Folds in which strengths are compared; or these themselves, as positions of rows,
        each row tested once.
    random_state : int, default=0
        Deals the rows into folds.

    Attributes
    ----------
    terms_ : tuple of tuple of str
        The questions that have a weight, in the order of the table; at most `max_terms`.
    intercept_ : float
        Mean outcome of the training rows.
    feature_names_in_, n_features_in_
        See `GlassBox`.

    References
    ----------
    .. [1] H. Zou, T. Hastie, "Regularization and variable selection via the elastic
       net", Journal of the Royal Statistical Society B 67(2), 2005.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.0]] * 5)
    >>> model = SparseLinearRegressor(max_terms=1).fit(X, X[:, 0])
    >>> model.terms_, round(model.intercept_, 2)
    ((('x0',),), 1.5)
    """

    def _problem(self, design: Floats, lesson: Lesson) -> Problem:
        self._mean, self._scale = map(float, _moments(lesson.target, lesson.weights))
        if self._scale <= 1e-12 * (1.0 + abs(self._mean)):  # one outcome, but for rounding
            self._scale = np.inf
        outcome = (lesson.target - self._mean) / self._scale
        return Problem(design, outcome[:, None], _shares(lesson), "squares")

    def _keep(self, level: Floats) -> None:
        scale = self._scale if np.isfinite(self._scale) else 0.0
        self._weights = self._weights * scale
        super()._keep(level * scale + self._mean)
