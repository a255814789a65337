"""The contract of every glass box: its terms add up to its score, and that is checked at run time."""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import NotFittedError as SklearnNotFittedError
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    assert_all_finite,
    check_array,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from pellucid._checks import NotFittedError, check_alike, check_outcome, own_errors
from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._lesson import Lesson, check_start, check_weights, take_rows
from pellucid.glassbox._table import Table, check_frame
from pellucid.glassbox._terms import check_additivity
from pellucid.schema import ModelView, Shape

PAIR = " × "
"""Stands between the two questions of an interaction in a column name."""


class GlassBox(BaseEstimator):
    """Base of models that are a sum of terms, one per question or pair of questions.

    It reads the table, checks names and numbers, and holds contributions against the
    score the model computes by itself. A model fills in five steps, all on codes (see
    `Table.codes`): `_fit_codes`, `_score_codes`, `_points_codes`, `_shapes` and, where
    it has them, `_spread_codes` and `_rules`. Parameters are checked in
    `_check_parameters`.

    Attributes
    ----------
    feature_names_in_ : ndarray of str
        Question ids; only where X was a DataFrame.
    n_features_in_ : int
    terms_ : tuple of tuple of str
        The terms of the model: one question, or two; for arrays ``x0``, ``x1``, ...
    intercept_ : float or ndarray of shape (n_classes,)
        Score of a row whose terms are all zero, in log-odds; an array for more than
        two classes.

    Examples
    --------
    >>> import numpy as np
    >>> from pellucid.glassbox import SparseLinearClassifier
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]] * 10)
    >>> model = SparseLinearClassifier().fit(X, ["no", "no", "yes", "yes"] * 10)
    >>> total = model.contributions(X).sum(axis=1) + model.intercept_
    >>> bool(np.allclose(total, model.decision_function(X), rtol=1e-9, atol=1e-9))
    True
    """

    terms_: tuple[tuple[str, ...], ...]
    intercept_: float | Floats
    n_features_in_: int
    _table: Table
    _unit = "log-odds"

    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)
            Numbers, booleans, text or Categorical columns; NaN is "not stated".
        y : array-like of shape (n,)
            Outcomes.
        sample_weight : array-like of shape (n,) or None, default=None
            How many documents each row counts for: finite, not negative, not all 0. A row
            of weight 0 is left out, as if it were not there. Terms have mean zero over the
            weighted rows; documents in `view` are counted one by one all the same.

        Returns
        -------
        self

        Raises
        ------
        InvalidInputError
            If a parameter, the table, the outcomes or the weights cannot be used.
        """
        return self._learn(X, y, sample_weight)

    def _learn(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None, start: ArrayLike | None = None) -> Self:
        """Check what there is to learn from, leave out rows of weight 0, and fit."""
        self._check_parameters()
        check_alike(X, y)
        X = self._checked(X, reset=True)
        target, weights = self._check_target(y, len(X)), check_weights(sample_weight, X)
        classes = len(getattr(self, "classes_", ()))
        lesson = Lesson(target, weights, check_start(start, X, classes))
        if weights is not None and not weights.all():
            kept = np.flatnonzero(weights)
            X, target = take_rows(X, kept), self._check_target(take_rows(y, kept), len(kept))
            if lesson.start is not None and len(getattr(self, "classes_", ())) < classes:
                raise InvalidInputError("init_score: speaks of a class whose rows all have weight 0; leave that out")
            lesson = Lesson(target, weights[kept], None if lesson.start is None else lesson.start[kept], kept)
        self._table = Table.learn(X)
        self.terms_ = tuple((name,) for name in self._table.names)
        self._fit_codes(self._table.codes(X), lesson)
        return self

    def contributions(self, X: Any) -> pd.DataFrame:
        """Say what each term adds to the score of each row.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        DataFrame of shape (n, n_terms)
            In log-odds (in units of the outcome for a regressor), in the order of
            `terms_`; the index is that of X. A pair's column is called ``"a × b"``.
            With more than two classes columns are (class, term), so that
            ``contributions(X)[label]`` is the frame of one class; `terms_of` takes it
            out also where the model has no term at all.

        Raises
        ------
        AdditivityError
            If contributions and intercept do not add up to the score within 1e-9.
        """
        X, codes = self._read(X)
        points = self._points_codes(codes)
        check_additivity(points, self.intercept_, self._score_codes(codes))
        return self._frame(X, points)

    def spread(self, X: Any) -> pd.DataFrame | None:
        """Say how much each contribution varies over the model's bags.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        DataFrame of shape (n, n_terms) or None
            Standard deviations, laid out like `contributions`; None for a model
            without bags.
        """
        X, codes = self._read(X)
        spread = self._spread_codes(codes)
        return None if spread is None else self._frame(X, spread)

    def view(self, outcome: Any = None) -> ModelView:
        """Lay the fitted model open.

        Parameters
        ----------
        outcome : label or None, default=None
            Class whose points are shown; the last by default. With two classes the
            points always speak for the second; a regressor has none.

        Returns
        -------
        ModelView

        Raises
        ------
        InvalidInputError
            If there are no points for that outcome.
        """
        self._check_fitted()
        place, label = self._outcome(outcome)
        shapes = sorted(self._shapes(place), key=lambda shape: -shape.importance)
        return ModelView(
            model=type(self).__name__,
            outcome=label,
            unit=self._unit,
            intercept=float(np.atleast_1d(self.intercept_)[place]),
            shapes=tuple(shapes),
            rules=self._rules(place),
        )

    def _check_parameters(self) -> None:
        """Refuse parameters that cannot be used."""

    def _check_target(self, y: ArrayLike, n: int) -> NDArray[Any]:
        """Turn outcomes into what `_fit_codes` takes: class numbers, or floats."""
        raise NotImplementedError

    def _outcome(self, outcome: Any) -> tuple[int, str]:
        """Find the place of an outcome among the scores, and its name."""
        raise NotImplementedError

    def _fit_codes(self, codes: Floats, lesson: Lesson) -> None:
        """Fit; set `intercept_`, and `terms_` where they are not one per question."""
        raise NotImplementedError

    def _score_codes(self, codes: Floats) -> Floats:
        """Give the model's own score, (n,) or (n, n_classes), not by way of the terms."""
        raise NotImplementedError

    def _points_codes(self, codes: Floats) -> Floats:
        """Give the terms, (n, n_terms) or (n, n_terms, n_classes)."""
        raise NotImplementedError

    def _spread_codes(self, codes: Floats) -> Floats | None:  # noqa: ARG002
        """Give the terms' standard deviation over bags, shaped like the terms."""
        return None

    def _shapes(self, place: int) -> list[Shape]:
        """Lay the terms open, for the class at that place."""
        raise NotImplementedError

    def _rules(self, place: int) -> tuple[str, ...]:  # noqa: ARG002
        """Give the rules, for models made of rules."""
        return ()

    def _read(self, X: Any) -> tuple[Any, Floats]:
        """Check a table against the training table; give it back with its codes."""
        self._check_fitted()
        X = self._checked(X, reset=False)
        return X, self._table.codes(X)

    def _checked(self, X: Any, *, reset: bool) -> Any:
        """Check a table's kind, size, names and numbers."""
        with own_errors():
            if isinstance(X, pd.DataFrame):
                check_frame(X, least=2 if reset else 1)
                validate_data(self, X, reset=reset, skip_check_array=True)
                return X
            checked = check_array(
                X,
                dtype=None,
                ensure_all_finite="allow-nan",
                ensure_min_samples=2 if reset else 1,
                estimator=self,
                input_name="X",
            )
            validate_data(self, X, reset=reset, skip_check_array=True)
        return checked

    def _check_fitted(self) -> None:
        """Refuse to go on before `fit`."""
        try:
            check_is_fitted(self, "intercept_")
        except SklearnNotFittedError as error:
            raise NotFittedError(f"{type(self).__name__}: not fitted yet; call fit(X, y) first") from error

    def _frame(self, X: Any, values: Floats) -> pd.DataFrame:
        """Put terms into a table with the rows of X."""
        index = X.index if isinstance(X, pd.DataFrame) else pd.RangeIndex(len(values))
        names = [PAIR.join(term) for term in self.terms_]
        if values.ndim == 2:
            return pd.DataFrame(values, index=index, columns=pd.Index(names, dtype=object))
        columns = pd.MultiIndex.from_product([self.classes_, names], names=["class", "term"])
        return pd.DataFrame(values.transpose(0, 2, 1).reshape(len(values), -1), index=index, columns=columns)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags


class GlassBoxClassifier(ClassifierMixin, GlassBox):
    """Base of glass boxes that decide between classes.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels as given, sorted.
    """

    classes_: NDArray[Any]

    def decision_function(self, X: Any) -> Floats:
        """Give the score, computed by the model itself.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n,) or (n, n_classes)
            Log-odds of ``classes_[1]``; with more than two classes, log-scores whose
            softmax is `predict_proba`.
        """
        return self._score_codes(self._read(X)[1])

    def predict_proba(self, X: Any) -> Floats:
        """Give the probability of each class.

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
        return softmax(score, axis=1)

    def predict(self, X: Any) -> NDArray[Any]:
        """Give the most probable class.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n,)
        """
        score = self.decision_function(X)
        place = (score > 0).astype(int) if score.ndim == 1 else score.argmax(axis=1)
        return self.classes_[place]

    def _check_target(self, y: ArrayLike, n: int) -> NDArray[Any]:
        """Set `classes_` and give each row's class number."""
        with own_errors():
            column = getattr(y, "ndim", 1) == 2  # scikit-learn warns of a column in place of a list, and so do we
            labels = check_outcome(column_or_1d(y, warn=True) if column else y, n=n)
            check_classification_targets(labels)
            self.classes_, places = np.unique(labels, return_inverse=True)
        return places

    def _outcome(self, outcome: Any) -> tuple[int, str]:
        """Find a class; with two there is one score, which speaks for the second."""
        labels = self.classes_.tolist()
        spoken = labels[1:] if len(labels) == 2 else labels
        wanted = labels[-1] if outcome is None else outcome
        if wanted not in spoken:
            raise InvalidInputError(f"outcome: got {outcome!r}; the points speak for {', '.join(map(repr, spoken))}")
        return spoken.index(wanted), str(wanted)


class GlassBoxRegressor(RegressorMixin, GlassBox):
    """Base of glass boxes that estimate a number; points are in units of the outcome."""

    _unit = "outcome units"

    def predict(self, X: Any) -> Floats:
        """Give the estimate, computed by the model itself.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n,)
        """
        return self._score_codes(self._read(X)[1])

    def _check_target(self, y: ArrayLike, n: int) -> Floats:
        """Take finite numbers, one per row."""
        with own_errors():
            values = column_or_1d(y, warn=True).astype(np.float64)
            assert_all_finite(values, input_name="y")
        if len(values) != n:
            raise InvalidInputError(f"y: got {len(values)} outcomes for {n} rows; one each is expected")
        return values

    def _outcome(self, outcome: Any) -> tuple[int, str]:
        """Refuse a class: a regressor has one score and no classes."""
        if outcome is not None:
            raise InvalidInputError(f"outcome: got {outcome!r}; a regressor has one outcome, so leave it out")
        return 0, "outcome"
