"""The language model asked directly, its level and slope settled by gold labels: two numbers are learnt."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin

from pellucid._checks import NotFittedError
from pellucid.exceptions import InvalidInputError
from pellucid.labeling._gold import gold_labels, log_odds_of
from pellucid.labeling._shrunk import shrunk_logistic
from pellucid.measures import Floats


class RecalibratedLLMClassifier(ClassifierMixin, BaseEstimator):
    """Recalibrate a language model's stated probabilities on the gold labels there are.

    Without a gold label they stay as they are; the fewer, the less they move.

    Parameters
    ----------
    teacher : str, default="llm"
        Column of X with the language model's probability of the second class.
    classes : sequence of two labels or None, default=None
        Needed where y may hold no gold label, or only one kind.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
    intercept_, slope_ : float
        Of the recalibrated log-odds.

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in Large
    Margin Classifiers, 61-74.

    Examples
    --------
    >>> said = pd.DataFrame({"llm": [0.9, 0.6, 0.7, 0.4] * 20})
    >>> model = RecalibratedLLMClassifier().fit(said, [1, 0, 1, 0] * 20)
    >>> model.predict_proba(said)[:2, 1].round(1)
    array([0.9, 0.4])
    """

    def __init__(self, teacher: str = "llm", *, classes: Sequence[Any] | None = None) -> None:
        self.teacher = teacher
        self.classes = classes

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn level and slope.

        Parameters
        ----------
        X : DataFrame with the column of the teacher
        y : array-like of shape (n,) or None, default=None
            Gold labels; None, NaN or NA where unknown.

        Returns
        -------
        RecalibratedLLMClassifier

        Raises
        ------
        InvalidInputError
        """
        said = self._said(X)
        gold = gold_labels(y, X, self.classes)
        rows = np.flatnonzero(~np.isnan(gold.codes) & ~np.isnan(said))
        found = shrunk_logistic(said[rows], gold.codes[rows])
        self.classes_, self.intercept_, self.slope_ = gold.classes, found.intercept, float(found.slopes[0])
        return self

    def predict_proba(self, X: pd.DataFrame) -> Floats:
        """Return the probability of both classes.

        Parameters
        ----------
        X : DataFrame with the column of the teacher

        Returns
        -------
        ndarray of shape (n, 2)

        Raises
        ------
        InvalidInputError
            If the language model said nothing of a document.
        """
        if not hasattr(self, "classes_"):
            raise NotFittedError("this RecalibratedLLMClassifier is not fitted yet; call fit(X, y) first")
        said = self._said(X)
        if np.isnan(said).any():
            raise InvalidInputError(
                f"{self.teacher}: has no probability for {int(np.isnan(said).sum())} document(s); "
                "leave them out, or ask again"
            )
        score = self.intercept_ + self.slope_ * said
        return np.column_stack([expit(-score), expit(score)])

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """Return the more probable class.

        Parameters
        ----------
        X : DataFrame with the column of the teacher

        Returns
        -------
        ndarray of shape (n,)
        """
        above = self.predict_proba(X)[:, 1] > 0.5
        return np.asarray(self.classes_[above.astype(int)])

    def _said(self, X: pd.DataFrame) -> Floats:
        if not isinstance(X, pd.DataFrame) or self.teacher not in X.columns:
            raise InvalidInputError(f"X: a DataFrame with the column {self.teacher!r} is expected")
        return log_odds_of(X[self.teacher], len(X), self.teacher)
