"""A risk score: a few questions, small whole-number points, and a table from total to risk."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, log_expit, softmax

from pellucid._checks import check_number
from pellucid.glassbox._base import GlassBoxClassifier
from pellucid.glassbox._cuts import Floats, readable_cuts
from pellucid.glassbox._lesson import Lesson
from pellucid.glassbox._risk_fit import Limits, fit_points, make_design
from pellucid.glassbox._risk_search import search_points
from pellucid.glassbox._steps import parts_of, steps_of
from pellucid.glassbox._table import Piece, Table, expand
from pellucid.schema import ModelView, RiskRow, Shape, Step

Ints = NDArray[np.int64]
Rows = list[tuple[Piece, int]]


class RiskScoreClassifier(GlassBoxClassifier):
    """Small whole-number points for at most a handful of questions, added up by hand.

    FasterRisk's search chooses rows and their points: "at least 150" of a number or of
    an ordered level, "is flat" of any other level, "not stated"; a polish by single
    moves and a new fit of intercept and log-odds per point follow.

    The card is read by question: its lines exclude each other, so a reader adds one
    line per question. The lowest line of a question is moved to 0 and the intercept
    takes up the difference, so no line is negative; a best line exceeds `max_points`
    where rows add up. A missing answer has the average points of its question,
    rounded, unless a row "not stated" earned points of its own.

    With more than two classes there is one card per class, that class against the
    rest; probabilities are those of the cards, divided by their sum.

    Parameters
    ----------
    max_questions : int, default=6
        Most questions on a card.
    max_points : int, default=5
        Largest absolute number of points of a row.
    max_rows : int, default=10
        Most rows with points on a card.
    rows_per_question : int, default=2
        Most rows with points for a question.
    thresholds : int, default=8
        Most thresholds tried for a number; they lie near its quantiles, rounded.
    min_documents : int, default=5
        Fewest training documents on either side of a row.
    ridge : float, default=2.0
        Half of it times the squared log-odds of the rows joins the loss; above zero.
    beam_width : int, default=8
        Partial cards kept at every size, and rows tried for each.
    pool_size : int, default=20
        Cards that are rounded to whole points.

    Attributes
    ----------
    points_ : DataFrame
        The cards: columns ``outcome``, ``question``, ``answer``, ``points`` (int) and
        ``documents`` (training documents with that answer); questions with points only.
    intercept_ : float or ndarray of shape (n_classes,)
        Log-odds at a total of 0.
    log_odds_per_point_ : float or ndarray of shape (n_classes,)
        What one point is worth; above zero.
    feature_names_in_, n_features_in_, classes_, terms_
        As in every glass box; questions without points are terms, too, and add 0.

    References
    ----------
    Liu, J., Zhong, C., Li, B., Seltzer, M., Rudin, C. (2022). FasterRisk: Fast and
    Accurate Interpretable Risk Scores. NeurIPS 35. arXiv:2210.05846.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"wind": [2, 9, 4, 8, 1, 7] * 9, "sky": ["clear", "grey"] * 27})
    >>> y = ["calm", "storm", "calm", "storm", "calm", "calm"] * 9
    >>> model = RiskScoreClassifier(max_questions=1, max_rows=1).fit(X, y)
    >>> model.points_[["question", "answer", "points", "documents"]].to_numpy().tolist()
    [['wind', '< 8', 0, 36], ['wind', '≥ 8', 1, 18], ['wind', 'not stated', 0, 0]]
    >>> model.total_points(X)[:4]
    array([0, 1, 0, 1])
    """

    points_: pd.DataFrame
    log_odds_per_point_: float | Floats
    _unit = "points"

    def __init__(
        self,
        max_questions: int = 6,
        *,
        max_points: int = 5,
        max_rows: int = 10,
        rows_per_question: int = 2,
        thresholds: int = 8,
        min_documents: int = 5,
        ridge: float = 2.0,
        beam_width: int = 8,
        pool_size: int = 20,
    ) -> None:
        self.max_questions = max_questions
        self.max_points = max_points
        self.max_rows = max_rows
        self.rows_per_question = rows_per_question
        self.thresholds = thresholds
        self.min_documents = min_documents
        self.ridge = ridge
        self.beam_width = beam_width
        self.pool_size = pool_size

    def total_points(self, X: Any) -> Ints:
        """Add up the points of each row.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        ndarray of int of shape (n,) or (n, n_classes)
            Totals in points; never negative.

        Raises
        ------
        InvalidInputError
            If the table does not fit the training table.
        """
        codes = self._read(X)[1]
        return self._one_or_all([card.points(codes).sum(axis=1) for card in self._cards])

    def predict_proba(self, X: Any) -> Floats:
        """Give the probability of each class: of more than two, each card's divided by their sum.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n, n_classes)
        """
        score = self.decision_function(X)
        if score.ndim == 1:
            return np.column_stack([expit(-score), expit(score)])
        return softmax(log_expit(score), axis=1)

    def view(self, outcome: Any = None) -> ModelView:
        """Lay a card open: its lines in points, and its table from total to risk.

        Parameters
        ----------
        outcome : label or None, default=None
            Class whose card is shown; the last by default, and the only one of two.

        Returns
        -------
        ModelView
            In unit ``"points"``; `risks` has every total that lines add up to between the
            lowest and highest in training. Of more than two classes it tells the card's
            own probability, before the division.

        Raises
        ------
        InvalidInputError
            If there is no card for that outcome.
        """
        view = super().view(outcome)
        card = self._cards[self._outcome(outcome)[0]]
        return view.model_copy(update={"log_odds_per_point": card.slope, "risks": card.risks()})

    def _check_parameters(self) -> None:
        check_number("ridge", self.ridge, low=1e-6)
        for name, value in self.get_params().items():
            if name != "ridge":
                check_number(name, value, low=1, whole=True)

    def _fit_codes(self, codes: Floats, lesson: Lesson) -> None:
        pieces = candidate_pieces(self._table, codes, self.thresholds, self.min_documents, lesson.weights)
        places = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        hits = [lesson._replace(target=(lesson.target == place).astype(np.int64)) for place in places]
        self._cards = [self._make_card(codes, hit, pieces) for hit in hits]
        self.intercept_ = self._one_or_all([card.intercept for card in self._cards])
        self.log_odds_per_point_ = self._one_or_all([card.slope for card in self._cards])
        names = self._table.names
        rows = [
            (self.classes_[place], names[term.question], step.said, int(step.points), step.documents)
            for place, card in zip(places, self._cards, strict=True)
            for term in card.terms
            for step in term.steps
        ]
        self.points_ = pd.DataFrame(rows, columns=["outcome", "question", "answer", "points", "documents"])

    def _make_card(self, codes: Floats, lesson: Lesson, pieces: list[Piece]) -> "_Card":
        """Search the points of one class against the rest."""
        limits = Limits(self.max_questions, self.max_rows, self.rows_per_question, self.max_points)
        limits = limits._replace(beam_width=self.beam_width, pool_size=self.pool_size, ridge=self.ridge)
        group = np.array([piece.question for piece in pieces], dtype=np.int64)
        columns = np.nan_to_num(expand(codes, pieces))
        points = search_points(columns, lesson.target, group, limits, lesson.weights).points
        rows = [(piece, int(value)) for piece, value in zip(pieces, points, strict=True) if value]
        return _build_card(self._table, rows, codes, lesson, limits)

    def _score_codes(self, codes: Floats) -> Floats:
        return self._one_or_all([card.score(codes) for card in self._cards])

    def _points_codes(self, codes: Floats) -> Floats:
        return self._one_or_all([card.slope * card.points(codes) for card in self._cards])

    def _shapes(self, place: int) -> list[Shape]:
        return [
            Shape(
                questions=(self._table.names[term.question],),
                numeric=term.cuts is not None,
                importance=term.importance,
                steps=term.steps,
            )
            for term in self._cards[place].terms
        ]

    def _one_or_all(self, values: list[Any]) -> Any:
        """Give the only card's value, or those of all cards along a last axis."""
        return values[0] if len(values) == 1 else np.stack(values, axis=-1)


class _Term(NamedTuple):
    """A question's disjoint lines in order: intervals or levels, then "not stated"."""

    question: int
    cuts: Floats | None
    base: int
    importance: float
    steps: tuple[Step, ...]


class _Card(NamedTuple):
    """One outcome's rows and lines, its log-odds at total 0, and what training documents came to."""

    rows: Rows
    terms: tuple[_Term, ...]
    intercept: float
    slope: float
    documents: Ints
    events: Ints

    def points(self, codes: Floats) -> Ints:
        """Look up each row's line in every question, shape (n, n_questions)."""
        points = np.zeros(codes.shape, dtype=np.int64)
        for term in self.terms:
            values = np.array([step.points for step in term.steps], dtype=np.int64)
            points[:, term.question] = values[_lines(codes[:, term.question], term.cuts, len(values))]
        return points

    def score(self, codes: Floats) -> Floats:
        """Give the log-odds by way of the rows, without the lines, shape (n,)."""
        above: Floats = (_add_rows(self.rows, codes) - self.base).astype(np.float64)
        return self.intercept + self.slope * above

    @property
    def base(self) -> int:
        """What the rows add up to where every line is 0."""
        return sum(term.base for term in self.terms)

    def risks(self) -> tuple[RiskRow, ...]:
        """Tell the risk of every total that lines add up to within what was observed."""
        totals = {0}
        for term in self.terms:
            totals = {total + int(step.points) for total in totals for step in term.steps}
        seen = np.flatnonzero(self.documents)
        return tuple(
            RiskRow(
                score=total,
                probability=float(expit(self.intercept + self.slope * total)),
                documents=int(self.documents[total]),
                events=int(self.events[total]),
            )
            for total in sorted(totals)
            if seen[0] <= total <= seen[-1]
        )


def _build_card(table: Table, rows: Rows, codes: Floats, lesson: Lesson, limits: Limits) -> _Card:
    """Lay rows out as lines, and fit intercept and log-odds per point to what then stands there."""
    y, rows = lesson.target, rows + _average_when_missing(rows, codes, lesson.weights)
    questions = np.array([piece.question for piece, _ in rows], dtype=np.int64)
    columns = np.nan_to_num(expand(codes, [piece for piece, _ in rows]))
    points = np.array([[points for _, points in rows]], dtype=np.int64)
    level, slope, _ = fit_points(make_design(columns, y, questions, limits, lesson.weights), points)
    owned = [[row for row in rows if row[0].question == question] for question in np.unique(questions)]
    card = _Card(rows, tuple(_build_term(table, own, codes) for own in owned), 0.0, 0.0, y, y)
    totals = _add_rows(rows, codes) - card.base
    return card._replace(
        intercept=float(level[0] + slope[0] * card.base),
        slope=float(slope[0]),
        documents=np.bincount(totals),
        events=np.bincount(totals[y == 1], minlength=int(totals.max()) + 1),
    )


def _build_term(table: Table, rows: Rows, codes: Floats) -> _Term:
    """Turn a question's rows, which may overlap, into disjoint lines, the lowest at 0."""
    question = rows[0][0].question
    column = table.columns[question]
    cuts = None
    if column.numeric:
        cuts = np.array(sorted({piece.value for piece, _ in rows if piece.kind == "at least"}))
    # A card has a line for a missing answer even where training had none: it may be needed.
    parts = parts_of(replace(column, missing=True), [] if cuts is None else cuts.tolist())
    # One probe per line, the last with nothing stated.
    probes = np.full((len(parts), codes.shape[1]), np.nan)
    probes[:-1, question] = np.arange(len(parts) - 1) if cuts is None else np.append(-np.inf, cuts)
    raw = _add_rows(rows, probes)
    points = (raw - raw.min()).astype(np.float64)
    documents = np.bincount(_lines(codes[:, question], cuts, len(raw)), minlength=len(raw)).astype(np.float64)
    importance = float(points @ documents / len(codes))
    return _Term(question, cuts, int(raw.min()), importance, steps_of(parts, points, documents))


def _lines(values: Floats, cuts: Floats | None, count: int) -> Ints:
    """Say which of a question's lines holds for each code, the last where nothing is stated."""
    absent = np.isnan(values)
    known = np.where(absent, 0.0, values)
    place = known if cuts is None else np.searchsorted(cuts, known, side="right")
    return np.where(absent, count - 1, place).astype(np.int64)


def _add_rows(rows: Rows, codes: Floats) -> Ints:
    """Add up the points of the rows that hold, shape (n,)."""
    held = np.nan_to_num(expand(codes, [piece for piece, _ in rows])).astype(np.int64)
    return held @ np.array([points for _, points in rows], dtype=np.int64)


def _average_when_missing(rows: Rows, codes: Floats, weights: Floats | None) -> Rows:
    """Give a missing answer its question's average points, unless a row speaks of it."""
    found = []
    # No points at all would say the same as one of the question's lines, such as the lowest interval.
    for question in sorted({piece.question for piece, _ in rows}):
        own = [row for row in rows if row[0].question == question]
        stated = ~np.isnan(codes[:, question])
        mean = np.rint(np.average(_add_rows(own, codes[stated]), weights=None if weights is None else weights[stated]))
        if mean and all(piece.kind != "missing" for piece, _ in own):
            found.append((Piece(question, "missing"), int(mean)))
    return found


def candidate_pieces(table: Table, codes: Floats, most: int, least: int, weights: Floats | None = None) -> list[Piece]:
    """List the rows that a card may have, with at most so many thresholds of a number.

    Each row holds for `least` documents at least, and fails to hold for as many.
    """
    pieces: list[Piece] = []
    for question, column in enumerate(table.columns):
        if column.numeric:
            cuts = round_thresholds(codes[:, question], most, weights)
            pieces += [Piece(question, "at least", cut) for cut in cuts]
        pieces += table.level_pieces(question) + table.missing_piece(question)
    held = np.nan_to_num(expand(codes, pieces)).sum(axis=0)
    return [piece for piece, count in zip(pieces, held, strict=True) if least <= count <= len(codes) - least]


def round_thresholds(values: Floats, count: int, weights: Floats | None = None) -> list[float]:
    """Find at most `count` thresholds near evenly spaced quantiles, as round as the data allow.

    Each lies within a quarter of the way to the next quantile, has values below it, and
    values at or above it; few distinct values are all told apart. NaN is left out.

    Examples
    --------
    >>> round_thresholds(np.arange(131.0, 172.0), 3)
    [140.0, 150.0, 160.0]
    """
    stated = values[~np.isnan(values)]
    distinct = np.unique(stated)
    if len(distinct) <= count + 1:
        return [float(cut) for cut in readable_cuts(distinct)]
    shares = np.arange(1, count + 1) / (count + 1)
    shares = shares + np.array([[0.0], [-0.25], [0.25]]) / (count + 1)
    counts = None if weights is None else weights[~np.isnan(values)]
    middle, low, high = np.quantile(stated, shares, method="inverted_cdf", weights=counts)
    # Where many share the lowest value, the first threshold that tells it apart stands in.
    place = np.maximum(np.searchsorted(distinct, middle), 1)
    low, high = np.minimum(low, distinct[place - 1]), np.maximum(high, distinct[place])
    return sorted({_roundest(*bounds) for bounds in zip(low.tolist(), high.tolist(), strict=True)})


def _roundest(low: float, high: float) -> float:
    """Find the roundest number above `low`, at most `high`: 100 before 50, before 10, before 5."""
    largest = min(np.floor(np.log10(max(abs(low), abs(high)))), 300.0)
    for exponent in largest - np.arange(17):
        for step in (10.0 ** (exponent + 1), 5 * 10.0**exponent):
            cut = float(f"{step * np.floor(high / step):.12g}")
            if low < cut <= high:
                return cut
    return high
