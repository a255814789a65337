"""Baselines that are not ours: words alone, a black box on the same answers, and prevalence."""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError as SklearnNotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_array, check_is_fitted, column_or_1d, validate_data

from pellucid._checks import NotFittedError, check_number, check_outcome, own_errors
from pellucid._optional import import_extra
from pellucid.exceptions import AdditivityError, InvalidInputError, InvalidTypeError
from pellucid.measures import Floats

_TOLERANCE = 1e-4  # XGBoost adds up its trees in single precision


def tfidf_rival() -> Pipeline:
    """Return words and word pairs with logistic regression: what can be had without a language model.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Takes an iterable of texts.

    Examples
    --------
    >>> rival = tfidf_rival().fit(["much rain", "no rain", "much rain today", "no rain today"], [1, 0, 1, 0])
    >>> rival.predict(["much rain now"]).tolist()
    [1]
    """
    return Pipeline(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
            ("model", LogisticRegression(C=10.0, max_iter=1000)),
        ]
    )


def prevalence_rival() -> DummyClassifier:
    """Return a classifier that gives everyone the training share of each class.

    Returns
    -------
    sklearn.dummy.DummyClassifier

    Examples
    --------
    >>> prevalence_rival().fit([[1], [2], [3], [4]], [0, 0, 0, 1]).predict_proba([[9]])
    array([[0.75, 0.25]])
    """
    return DummyClassifier(strategy="prior")


class XGBoostRival(ClassifierMixin, BaseEstimator):
    """Gradient-boosted trees on a table of answers: the black box a glass box is measured against.

    The defaults are for some hundred rows: many small, shallow, shrunken trees. Fitting
    is deterministic and uses one thread. Needs the extra ``validate``.

    Parameters
    ----------
    n_estimators : int, default=100
        Trees (per class, where there are more than two).
    max_depth : int, default=2
    learning_rate : float, default=0.05
    min_child_weight : float, default=2.0
        Least curvature in a leaf; with two classes a row weighs at most 1/4.
    subsample : float, default=0.7
        Share of rows that a tree sees.
    colsample : float, default=0.5
        Share of columns that a tree sees.
    random_state : int, default=0

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    feature_names_in_ : ndarray of str
        Only where X was a DataFrame with string names.
    n_features_in_ : int
    model_ : xgboost.XGBClassifier

    References
    ----------
    Chen, T. and Guestrin, C. (2016). XGBoost: a scalable tree boosting system. KDD.

    Examples
    --------
    >>> X = pd.DataFrame({"size": [1.0, 2.0, None, 4.0] * 5, "side": pd.Categorical(["left", "right"] * 10)})
    >>> rival = XGBoostRival().fit(X, [0, 1] * 10)
    >>> rival.predict(X.head(2)).tolist(), list(rival.shap_values(X).columns)
    ([0, 1], ['size', 'side'])
    """

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        max_depth: int = 2,
        learning_rate: float = 0.05,
        min_child_weight: float = 2.0,
        subsample: float = 0.7,
        colsample: float = 0.5,
        random_state: int = 0,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_depth = max_depth
        self.learning_rate = learning_rate
        self.min_child_weight = min_child_weight
        self.subsample = subsample
        self.colsample = colsample
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike) -> Self:
        """Fit the trees.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)
            Numbers and booleans; Categorical or text columns of a DataFrame; NaN is "not stated".
        y : array-like of shape (n,)

        Returns
        -------
        XGBoostRival

        Raises
        ------
        MissingExtraError
            If xgboost is not installed.
        InvalidInputError
            If a parameter, the table or the labels cannot be used.
        """
        xgboost = import_extra("xgboost", extra="validate", purpose="XGBoostRival")
        self._check_parameters()
        with own_errors():
            X = _checked(self, X, reset=True)
            labels = check_outcome(column_or_1d(y, warn=True), n=len(X))
            check_classification_targets(labels)
            self.classes_, codes = np.unique(labels, return_inverse=True)
        self._levels = _learn_levels(X)
        self.model_ = xgboost.XGBClassifier(
            n_estimators=self.n_estimators,
            max_depth=self.max_depth,
            learning_rate=self.learning_rate,
            min_child_weight=self.min_child_weight,
            subsample=self.subsample,
            colsample_bytree=self.colsample,
            random_state=self.random_state,
            tree_method="hist",
            n_jobs=1,
            enable_categorical=True,
            feature_types=["q" if levels is None else "c" for levels in self._levels],
        ).fit(_to_floats(X, self._levels), codes)
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Give the probability of each class.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n, n_classes)
        """
        floats = self._read(X)[1]
        chances = self.model_.predict_proba(floats).astype(float)
        return np.asarray(chances / chances.sum(axis=1, keepdims=True))

    def predict(self, X: Any) -> NDArray[Any]:
        """Give the most probable class.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n,)
        """
        likeliest = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[likeliest])

    def decision_function(self, X: Any) -> Floats:
        """Give the margin that `shap_values` add up to, in log-odds.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        ndarray of shape (n,) or (n, n_classes)
        """
        floats = self._read(X)[1]
        return np.asarray(self.model_.predict(floats, output_margin=True), dtype=float)

    def shap_values(self, X: Any) -> pd.DataFrame:
        """Share the margin of each row out over the questions.

        The margin less the sum of a row is the base value, the same for all rows.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)

        Returns
        -------
        DataFrame of shape (n, n_questions)
            In log-odds; with more than two classes columns are (class, question).

        Raises
        ------
        MissingExtraError
            If shap is not installed.
        AdditivityError
            If the values and the base value do not add up to the margin within 1e-4.

        References
        ----------
        Lundberg, S. M. et al. (2020). From local explanations to global understanding
        with explainable AI for trees. Nature Machine Intelligence 2, 56-67.
        """
        table, floats = self._read(X)
        shap = import_extra("shap", extra="validate", purpose="XGBoostRival.shap_values")
        explainer = shap.TreeExplainer(self.model_)
        values = np.asarray(explainer.shap_values(floats, check_additivity=False), dtype=float)
        margin = np.asarray(self.model_.predict(floats, output_margin=True), dtype=float)
        gap = np.abs(values.sum(axis=1) + np.asarray(explainer.expected_value, dtype=float) - margin)
        if not (gap <= _TOLERANCE * np.maximum(1, np.abs(margin))).all():
            raise AdditivityError(f"SHAP values and base value differ from the margin by up to {gap.max():.3g}")
        return self._frame(table, values)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        return tags

    def _check_parameters(self) -> None:
        check_number("n_estimators", self.n_estimators, low=1, whole=True)
        check_number("max_depth", self.max_depth, low=1, high=30, whole=True)
        check_number("learning_rate", self.learning_rate, low=1e-6, high=1)
        check_number("min_child_weight", self.min_child_weight, low=0)
        check_number("subsample", self.subsample, low=1e-6, high=1)
        check_number("colsample", self.colsample, low=1e-6, high=1)
        check_number("random_state", self.random_state, low=0, high=2**31 - 1, whole=True)

    def _read(self, X: Any) -> tuple[pd.DataFrame, Floats]:
        """Check a table against the one fitted on; return it, and as numbers."""
        try:
            check_is_fitted(self, "model_")
        except SklearnNotFittedError as error:
            raise NotFittedError("this XGBoostRival is not fitted yet; call fit first") from error
        with own_errors():
            table = _checked(self, X, reset=False)
        return table, _to_floats(table, self._levels)

    def _frame(self, table: pd.DataFrame, values: Floats) -> pd.DataFrame:
        if values.ndim == 2:
            return pd.DataFrame(values, index=table.index, columns=table.columns)
        columns = pd.MultiIndex.from_product([self.classes_, table.columns], names=["class", "question"])
        flat = values.transpose(0, 2, 1).reshape(len(values), -1)
        return pd.DataFrame(flat, index=table.index, columns=columns)


def _checked(rival: XGBoostRival, X: Any, *, reset: bool) -> pd.DataFrame:
    """Take a DataFrame as it is, an array as numbers; hold columns against those fitted on."""
    if isinstance(X, pd.DataFrame):
        if 0 in X.shape:
            raise InvalidInputError(f"X: got a table of shape {X.shape}; at least one row and one column are needed")
        validate_data(rival, X, reset=reset, skip_check_array=True)
        return X
    array = check_array(X, dtype=np.float64, ensure_all_finite="allow-nan", input_name="X")
    validate_data(rival, array, reset=reset, skip_check_array=True)
    return pd.DataFrame(array, columns=[f"x{place}" for place in range(array.shape[1])])


def _learn_levels(X: pd.DataFrame) -> list[pd.Index | None]:
    """Note the levels of each column; None for numbers and booleans."""
    levels: list[pd.Index | None] = []
    for name in X.columns:
        column = X[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            levels.append(column.cat.categories)
        elif pd.api.types.is_numeric_dtype(column.dtype):  # booleans are numeric to pandas
            levels.append(None)
        elif pd.api.types.infer_dtype(column, skipna=True) in ("string", "empty"):
            levels.append(pd.Index(sorted(column.dropna().unique())))
        else:
            raise InvalidTypeError(
                f"X: column {name!r} is of dtype {column.dtype}; numbers, booleans, text or Categorical are allowed"
            )
    return levels


def _to_floats(X: pd.DataFrame, levels: list[pd.Index | None]) -> Floats:
    """Write levels as their positions; NaN is missing, and so is a level that training did not know."""
    columns = []
    for place, known in enumerate(levels):
        column = X.iloc[:, place]
        if known is None:
            with own_errors():
                columns.append(column.to_numpy(dtype=float, na_value=np.nan))
        else:
            codes = known.get_indexer(pd.Index(column.astype(object))).astype(float)
            columns.append(np.where(codes < 0, np.nan, codes))
    floats = np.column_stack(columns)
    if np.isinf(floats).any():
        raise InvalidInputError("X: holds infinity; numbers and NaN are allowed")
    return floats
