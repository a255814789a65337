"""The explainable boosting machine: one learned curve per question, pairs on request."""

import copy
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any, Self

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor
from numpy.typing import ArrayLike

from pellucid._checks import check_number, own_errors
from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._base import GlassBox, GlassBoxClassifier, GlassBoxRegressor
from pellucid.glassbox._card_parts import Axis
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._ebm_bins import bins_for, cells_of, count_rows
from pellucid.glassbox._lesson import Lesson
from pellucid.glassbox._probe import axis_of
from pellucid.glassbox._steps import both, parts_of, steps_of
from pellucid.glassbox._table import Column
from pellucid.schema import Shape

PAIR_BINS = 16
"""Most bins of a question within a pair, so that a pair's table can still be read."""


class _EBM(GlassBox):
    """What the classifier and the regressor share: bins, boosting, terms."""

    _library: type

    def __init__(
        self,
        interactions: int | Sequence[tuple[str, str]] = 0,
        *,
        monotone_constraints: Mapping[str, int] | None = None,
        outer_bags: int = 8,
        max_bins: int = 32,
        learning_rate: float = 0.08,
        max_rounds: int = 200,
        early_stopping_rounds: int = 25,
        smoothing_rounds: int = 20,
        min_samples_leaf: int = 4,
        validation_size: float = 0.15,
        random_state: int = 0,
        n_jobs: int = 1,
    ) -> None:
        self.interactions = interactions
        self.monotone_constraints = monotone_constraints
        self.outer_bags = outer_bags
        self.max_bins = max_bins
        self.learning_rate = learning_rate
        self.max_rounds = max_rounds
        self.early_stopping_rounds = early_stopping_rounds
        self.smoothing_rounds = smoothing_rounds
        self.min_samples_leaf = min_samples_leaf
        self.validation_size = validation_size
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _check_parameters(self) -> None:
        check_number("outer_bags", self.outer_bags, low=1, whole=True)
        check_number("max_bins", self.max_bins, low=4, whole=True)
        check_number("learning_rate", self.learning_rate, low=1e-6, high=1.0)
        check_number("max_rounds", self.max_rounds, low=1, whole=True)
        check_number("early_stopping_rounds", self.early_stopping_rounds, low=1, whole=True)
        check_number("smoothing_rounds", self.smoothing_rounds, low=0, whole=True)
        check_number("min_samples_leaf", self.min_samples_leaf, low=1, whole=True)
        check_number("validation_size", self.validation_size, low=0.01, high=0.5)

    def fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None, init_score: ArrayLike | None = None
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)
            Numbers, booleans, text or Categorical columns; NaN is "not stated".
        y : array-like of shape (n,)
            Outcomes.
        sample_weight : array-like of shape (n,) or None, default=None
            How much each row counts: finite, not negative, not all 0. A row of weight 0
            is left out, as if it were not there. A row of weight 2 counts twice in every
            bag that has it, which is not quite a row that is there twice: of two rows a
            bag may hold out one. Terms have mean zero over the weighted rows; documents
            in `view` are counted one by one.
        init_score : array-like of shape (n,) or None, default=None
            Score that is there already, in log-odds (a regressor's in units of the
            outcome); of shape (n, n_classes) for more than two classes. The model learns
            what is to be added to it. All that it says afterwards (`intercept_`, terms,
            scores, predictions) is that addition alone: who wants the whole adds the
            score of the row again, or puts both into a `SummedClassifier`.

        Returns
        -------
        self

        Raises
        ------
        InvalidInputError
            If a parameter, the table, the outcomes, the weights or the scores cannot be used.
        """
        return self._learn(X, y, sample_weight, init_score)

    def _fit_codes(self, codes: Floats, lesson: Lesson) -> None:
        names = self._table.names
        model = self._library(
            feature_names=[f"x{place}" for place in range(len(names))],
            feature_types=[
                bins_for(column, codes[:, place], self.max_bins) for place, column in enumerate(self._table.columns)
            ],
            interactions=_pairs(self.interactions, names),
            monotone_constraints=_directions(self.monotone_constraints, self._table.columns),
            outer_bags=self.outer_bags,
            max_bins=self.max_bins,
            max_interaction_bins=PAIR_BINS,
            learning_rate=self.learning_rate,
            max_rounds=self.max_rounds,
            early_stopping_rounds=self.early_stopping_rounds,
            smoothing_rounds=self.smoothing_rounds,
            interaction_smoothing_rounds=self.smoothing_rounds,
            min_samples_leaf=self.min_samples_leaf,
            validation_size=self._validation_rows(len(codes)),
            random_state=self.random_state,
            n_jobs=self.n_jobs,
        )
        with own_errors(), _expected_warnings():
            self._model = model.fit(codes, lesson.target, sample_weight=lesson.weights, init_score=lesson.start)
        self._rows = model.bin_weights_ if lesson.weights is None else count_rows(model, codes)
        self.terms_ = tuple(tuple(names[place] for place in term) for term in model.term_features_)
        intercept = np.atleast_1d(model.intercept_)
        self.intercept_ = float(intercept[0]) if len(intercept) == 1 else intercept

    def _validation_rows(self, n: int) -> int:
        """Say how many rows each bag holds out: enough to tell when to stop, and never all."""
        least = self._least_rows()
        if n < 2 * least:
            raise InvalidInputError(
                f"X: got {n} rows; at least {2 * least} are needed, because each bag holds out {least} or more"
            )
        return max(least, int(n * self.validation_size))

    def _least_rows(self) -> int:
        """Give the fewest rows the library can hold out."""
        return 1

    def _score_codes(self, codes: Floats) -> Floats:
        raise NotImplementedError

    def _points_codes(self, codes: Floats) -> Floats:
        return self._model.eval_terms(codes)

    def _spread_codes(self, codes: Floats) -> Floats:
        # The library reads scores out of bins; what it reads may as well be their spread.
        spread = copy.copy(self._model)
        spread.term_scores_ = self._model.standard_deviations_
        return spread.eval_terms(codes)

    def _axes(self, term: Sequence[int]) -> list[Axis]:
        """Give the intervals and levels in which a term's points stand."""
        return [axis_of(self._table, question, self._cuts(question, len(term))) for question in term]

    def _cuts(self, question: int, width: int) -> Floats | None:
        """Give the cuts of a number in a term of one question, or of two."""
        levels = self._model.bins_[question]
        bins = levels[min(width, len(levels)) - 1]
        # Of a number never answered in training the library keeps levels, of which there are none.
        return None if isinstance(bins, dict) else np.asarray(bins, dtype=np.float64)

    def _shapes(self, place: int) -> list[Shape]:
        return [self._shape(term, features, place) for term, features in enumerate(self._model.term_features_)]

    def _shape(self, term: int, features: tuple[int, ...], place: int) -> Shape:
        """Put one term into steps; those of a pair go through the second question first."""
        columns = [self._table.columns[feature] for feature in features]
        parts, cells = [], []
        for column, feature in zip(columns, features, strict=True):
            levels = self._model.bins_[feature]
            bins = levels[min(len(features), len(levels)) - 1]
            parts.append(parts_of(column, [] if isinstance(bins, dict) else bins))
            cells.append(cells_of(column, bins))
        at = np.ix_(*cells)
        rows = self._rows[term]
        points = self._model.term_scores_[term]
        spread = self._model.standard_deviations_[term]
        if points.ndim > len(features):
            points, spread = points[..., place], spread[..., place]
        return Shape(
            questions=self.terms_[term],
            numeric=len(columns) == 1 and columns[0].numeric,
            importance=float(np.average(np.abs(points), weights=rows)),
            steps=steps_of(
                parts[0] if len(columns) == 1 else [both(*pair) for pair in product(*parts)],
                points[at].ravel(),
                rows[at].ravel(),
                spread[at].ravel(),
            ),
        )


class EBMClassifier(GlassBoxClassifier, _EBM):
    """Explainable boosting machine: additive curves, boosted in turn, averaged over bags.

    Each question has a curve of steps, learned by boosting tiny trees that ask nothing
    else [1]_ [2]_, by way of the library interpret-core [3]_. "Not stated" is a step
    of its own; what training never met adds nothing. Terms have mean zero over the
    training rows. The spread of a step is its standard deviation over the bags.

    The defaults differ from the library's: a learning rate of 0.08 instead of 0.015,
    20 smoothing rounds instead of 75, 25 rounds of patience instead of 100, 32 bins
    instead of 1024, cut where few digits are needed, 8 bags instead of 14. On three
    tables of 300 rows and 13 to 16 mixed questions the library's defaults take 5 to 8
    times as long; the mean AUROC of the folds, over five times five-fold
    cross-validation, is 0.906, 0.783 and 0.733 here, and 0.905, 0.775 and 0.735 there
    (``make bench``; the defaults were chosen on these tables). On tables of many
    thousand rows more bins, more bags and a lower learning rate may pay.

    Parameters
    ----------
    interactions : int or sequence of pairs of str, default=0
        Pairs of questions that get a term of their own: how many the library should
        look for, or which.
    monotone_constraints : mapping of str to int or None, default=None
        Questions whose curve must not fall (1) or not rise (-1): numbers, ordered
        levels, or two levels. Such a question can be part of a pair only where the
        pair is named.
    outer_bags : int, default=8
        Models, each on another part of the rows, that are averaged.
    max_bins : int, default=32
        Most bins of a number; one each is kept for missing and for unseen values.
    learning_rate : float, default=0.08
    max_rounds : int, default=200
        Most rounds, each of one step per question. A few hundred documents stop after 45
        to 115; a few dozen, told apart perfectly, would go on and grow without end.
    early_stopping_rounds : int, default=25
        Rounds without a gain on held-out rows after which a bag stops.
    smoothing_rounds : int, default=20
        First rounds, with random cuts, which make curves smooth.
    min_samples_leaf : int, default=4
        Fewest rows on each side of a cut.
    validation_size : float, default=0.15
        Share of the rows that a bag holds out.
    random_state : int, default=0
    n_jobs : int, default=1
        Processes that fit bags; more than one pays for large tables only.

    Attributes
    ----------
    terms_ : tuple of tuple of str
        Every question in the order of the table, then the pairs.
    intercept_ : float or ndarray of shape (n_classes,)
    classes_, feature_names_in_, n_features_in_
        See `GlassBox`.

    References
    ----------
    .. [1] Y. Lou, R. Caruana, J. Gehrke, "Intelligible models for classification and
       regression", KDD 2012.
    .. [2] Y. Lou, R. Caruana, J. Gehrke, G. Hooker, "Accurate intelligible models with
       pairwise interactions", KDD 2013.
    .. [3] H. Nori, S. Jenkins, P. Koch, R. Caruana, "InterpretML: a unified framework
       for machine learning interpretability", arXiv:1909.09223, 2019.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [30, 35, 40, 60, 65, 70] * 10})
    >>> model = EBMClassifier(outer_bags=2).fit(table, ["no", "no", "no", "yes", "yes", "yes"] * 10)
    >>> bool(model.contributions(table)["age"][0] < 0)
    True
    """

    _library = ExplainableBoostingClassifier

    def _least_rows(self) -> int:
        # The library holds out rows by class, and wants at least one of each.
        return len(self.classes_)

    def _score_codes(self, codes: Floats) -> Floats:
        return self._model.decision_function(codes)


class EBMRegressor(GlassBoxRegressor, _EBM):
    """Explainable boosting machine for a number; points are in units of the outcome.

    Everything is as in `EBMClassifier`, with the squared error in place of the log loss.

    Parameters
    ----------
    interactions : int or sequence of pairs of str, default=0
        Pairs of questions that get a term of their own: how many, or which.
    monotone_constraints : mapping of str to int or None, default=None
        Questions whose curve must not fall (1) or not rise (-1).
    outer_bags : int, default=8
        Models, each on another part of the rows, that are averaged.
    max_bins : int, default=32
        Most bins of a number; one each is kept for missing and for unseen values.
    learning_rate : float, default=0.08
    max_rounds : int, default=200
        Most rounds, each of one step per question. A few hundred documents stop after 45
        to 115; a few dozen, told apart perfectly, would go on and grow without end.
    early_stopping_rounds : int, default=25
        Rounds without a gain on held-out rows after which a bag stops.
    smoothing_rounds : int, default=20
        First rounds, with random cuts, which make curves smooth.
    min_samples_leaf : int, default=4
        Fewest rows on each side of a cut.
    validation_size : float, default=0.15
        Share of the rows that a bag holds out.
    random_state : int, default=0
    n_jobs : int, default=1
        Processes that fit bags; more than one pays for large tables only.

    Attributes
    ----------
    terms_ : tuple of tuple of str
        Every question in the order of the table, then the pairs.
    intercept_ : float
        Mean outcome of the training rows.
    feature_names_in_, n_features_in_
        See `GlassBox`.

    References
    ----------
    .. [1] Y. Lou, R. Caruana, J. Gehrke, "Intelligible models for classification and
       regression", KDD 2012.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(60.0)[:, None]
    >>> model = EBMRegressor(outer_bags=2).fit(X, X[:, 0] ** 2)
    >>> bool(model.contributions(X)["x0"].is_monotonic_increasing)
    True
    """

    _library = ExplainableBoostingRegressor

    def _score_codes(self, codes: Floats) -> Floats:
        return self._model.predict(codes)


@contextmanager
def _expected_warnings() -> Iterator[None]:
    """Silence what the library says of its own pictures; ours show missing values and pairs."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Missing values detected", category=UserWarning)
        warnings.filterwarnings("ignore", message="For multiclass we cannot currently visualize pairs")
        yield


def _pairs(interactions: int | Sequence[tuple[str, str]], names: Sequence[str]) -> int | list[tuple[int, int]]:
    """Read the pairs asked for, as positions."""
    if not isinstance(interactions, Sequence):
        check_number("interactions", interactions, low=0, whole=True)
        return int(interactions)
    known = set(names)
    for pair in interactions:
        if isinstance(pair, str) or len(set(pair)) != 2 or not set(pair) <= known:
            raise InvalidInputError(
                f"interactions: got {pair!r}; a pair of two different questions is expected, out of {', '.join(names)}"
            )
    found = {tuple(sorted(names.index(name) for name in pair)) for pair in interactions}
    return [(first, second) for first, second in sorted(found)] or 0


def _directions(constraints: Mapping[str, int] | None, columns: Sequence[Column]) -> list[int] | None:
    """Read the monotone constraints, as one direction per question."""
    if not constraints:
        return None
    if not isinstance(constraints, Mapping):
        raise InvalidInputError(
            f"monotone_constraints: got {type(constraints).__name__}; question to 1 or -1 is expected"
        )
    bendable = {column.name for column in columns if column.numeric or column.ordered or len(column.levels or ()) == 2}
    for name, direction in constraints.items():
        if name not in bendable:
            raise InvalidInputError(
                f"monotone_constraints: got {name!r}; the name of a question with an order is expected, "
                f"out of {', '.join(sorted(bendable))}"
            )
        if direction not in (-1, 1):
            raise InvalidInputError(
                f"monotone_constraints: got {direction!r} for {name!r}; 1 (must not fall) or -1 (must not rise) "
                "is expected"
            )
    return [int(constraints.get(column.name, 0)) for column in columns]
