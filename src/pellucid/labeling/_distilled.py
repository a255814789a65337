"""A glass box that learns from gold labels, from a language model's probabilities, or from both."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags

from pellucid._checks import NotFittedError, check_number, check_option
from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import GlassBox, GlassBoxClassifier, SummedClassifier, with_classes
from pellucid.labeling._choosing import Choice, Held, choose, held_out, not_held, possible_ways
from pellucid.labeling._fidelity import fidelity
from pellucid.labeling._gold import gold_labels, log_odds_of
from pellucid.labeling._students import (
    LEAST_GOLD,
    TRUST,
    Boxes,
    Student,
    boxes_of,
    check_teaches,
    enough_gold,
    fit_students,
)
from pellucid.measures import Floats
from pellucid.schema import ModelView

BEYOND = "beyond the answers"
"""Column, and term, of what the language model says beyond what its distilled twin makes of the answers."""


class DistilledClassifier(ClassifierMixin, BaseEstimator):
    """Distil a language model's judgement into a glass box, with few gold labels or none.

    The language model's probabilities stand in a column of the table beside the answers.
    The glass box learns its log-odds [1]_, gold labels, or both, in one or several ways:

    distilled
        From the log-odds alone; no gold label is looked at.
    soft
        From log-odds that each gold label has moved by 1.5 to its side [2]_.
    corrected
        The distilled one, plus six tenths of what a second glass box, begun from its
        score, learns from the gold labels [3]_ (EBM only).
    gold
        From gold labels alone.

    ``auto`` stacks the log-odds of all ways [4]_ on gold labels that were held out within the
    training data, beginning with equal trust in all that learn from the language model; the
    fewer gold labels, the less it moves from there. A sum of additive models is one additive
    model, so that every decision stays a sum with one term per question.

    Parameters
    ----------
    glass_box : GlassBox or None, default=None
        The form of the result; None is an EBM. EBMs and sparse linear models add up; of a
        shallow tree or a risk score the best way alone is kept, and not recalibrated.
    teacher : str or sequence of str, default="llm"
        Column(s) with the language model's probability of the second class; several are
        averaged in log-odds. Looked at in `fit`; in predictions only with `opinion`.
    strategy : {"auto", "distilled", "soft", "corrected", "gold"}, default="auto"
    opinion : bool, default=False
        Whether the language model's own word counts in every decision, as one more term:
        what it says beyond its distilled twin, in log-odds.
    recalibrate : bool, default=True
        Whether gold labels settle level and slopes. Without, ``distilled`` never looks at
        a label, and ``auto`` follows all that learn from the language model alike.
    classes : sequence of two labels or None, default=None
        Needed where y may hold no gold label, or only one kind.
    measure_fidelity : bool, default=True
        Whether a model without anything to choose is held against the language model all
        the same; it costs `splits` more fits.
    splits : int, default=5
        Folds within the training data.
    random_state : int, default=0

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
    glass_box_ : GlassBox
        The result: `contributions`, `view`, `spread`; `pellucid.glassbox.score_card` and
        `save_model` take it.
    trust_ : float
        0 to 1: how much of the result, `opinion` apart, is the language model's word: of the
        spread of scores, the share that is its distilled twin's.
    strategy_ : str
        The way with the largest slope.
    opinion_ : float
        What one log-odds of the language model beyond its distilled twin adds; 0 without
        `opinion`.
    candidates_ : DataFrame
        By way: held-out log loss when it is followed alone, slope in the sum, trust.
    fidelity_ : Fidelity
        How near the result comes to the language model, on held-out documents; of no
        document where it was not measured.
    feature_names_in_ : ndarray of str
        Questions.
    n_gold_, n_said_ : int
        Documents with a gold label, and with a probability of the language model.

    Notes
    -----
    What the language model believes wrongly, of a group of people say, is learnt with the
    rest. Compare its labels with outcomes by group before use (`audit_labels_by_group`).

    References
    ----------
    .. [1] J. Ba, R. Caruana, "Do deep nets really need to be deep?", NeurIPS 2014 (a
       student fitted to log-odds).
    .. [2] G. Hinton, O. Vinyals, J. Dean, "Distilling the knowledge in a neural network",
       arXiv:1503.02531, 2015 (soft labels joined with hard ones).
    .. [3] S. Tan, R. Caruana, G. Hooker, Y. Lou, "Distill-and-compare: auditing black-box
       models using transparent model distillation", AIES 2018.
    .. [4] D. H. Wolpert, "Stacked generalization", Neural Networks 5, 1992.

    Examples
    --------
    >>> table = pd.DataFrame({"pain": ["yes", "no"] * 20, "llm": [0.8, 0.3, 0.7, 0.2] * 10})
    >>> model = DistilledClassifier(classes=("no", "yes")).fit(table, [None] * 40)
    >>> model.trust_, model.n_gold_
    (1.0, 0)
    >>> bool(np.allclose(model.predict_proba(table[["pain"]])[:2, 1], [0.75, 0.25], atol=0.02))
    True
    """

    def __init__(
        self,
        glass_box: GlassBox | None = None,
        *,
        teacher: str | Sequence[str] = "llm",
        strategy: str = "auto",
        opinion: bool = False,
        recalibrate: bool = True,
        classes: Sequence[Any] | None = None,
        measure_fidelity: bool = True,
        splits: int = 5,
        random_state: int = 0,
    ) -> None:
        self.glass_box = glass_box
        self.teacher = teacher
        self.strategy = strategy
        self.opinion = opinion
        self.recalibrate = recalibrate
        self.classes = classes
        self.measure_fidelity = measure_fidelity
        self.splits = splits
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn from what is there.

        Parameters
        ----------
        X : DataFrame of shape (n, n_questions + n_teachers)
            Answers, and the probabilities of the language model, NaN where it gave none.
        y : array-like of shape (n,) or None, default=None
            Gold labels; None, NaN or NA where unknown.

        Returns
        -------
        DistilledClassifier

        Raises
        ------
        InvalidInputError
            If a parameter or the table cannot be used, the language model says the same of all
            documents, or a strategy needs more gold labels than there are.
        """
        boxes = self._check_parameters()
        questions, said = self._taught(X)
        gold = gold_labels(y, X, self.classes)
        self.n_gold_, self.n_said_ = len(gold.rows), int((~np.isnan(said)).sum())
        blind = self.strategy == "distilled" and not self.recalibrate  # gold labels are not even dealt into folds
        codes = np.full(len(X), np.nan) if blind else gold.codes
        rows = np.flatnonzero(~(np.isnan(said) & np.isnan(codes)))
        if len(rows) < len(X):  # neither label nor opinion: nothing to learn from them
            questions, said, codes = questions.iloc[rows], said[rows], codes[rows]
        ways = self._ways(boxes.ways, said, codes)
        held = self._held(ways, boxes, questions, said, codes)
        choice = choose(held, ways, codes, opinion=self.opinion, several=boxes.adds_up, recalibrate=self.recalibrate)
        self.classes_ = gold.classes
        self.feature_names_in_ = np.array(questions.columns, dtype=object)
        self.candidates_, self.trust_, self.opinion_ = choice.candidates, choice.trust, choice.beyond
        self.strategy_ = max(choice.slopes, key=lambda way: choice.slopes[way])
        needed = [*choice.slopes, *(["distilled"] if self.opinion else [])]
        students = fit_students(list(dict.fromkeys(needed)), boxes, questions, said, codes)
        self._twin = students.get("distilled")
        self.glass_box_ = self._result(boxes, choice, students, questions, said)
        self.fidelity_ = fidelity(questions, said, choice.score(held))
        return self

    def decision_function(self, X: pd.DataFrame) -> Floats:
        """Return the score.

        Parameters
        ----------
        X : DataFrame
            Answers; with `opinion` also the column of the teacher.

        Returns
        -------
        ndarray of shape (n,)
            Log-odds of ``classes_[1]``.
        """
        return np.asarray(self._fitted().decision_function(self._table(X)))

    def predict_proba(self, X: pd.DataFrame) -> Floats:
        """Return the probability of both classes.

        Parameters
        ----------
        X : as in `decision_function`

        Returns
        -------
        ndarray of shape (n, 2)
        """
        score = self.decision_function(X)
        return np.column_stack([expit(-score), expit(score)])

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """Return the more probable class.

        Parameters
        ----------
        X : as in `decision_function`

        Returns
        -------
        ndarray of shape (n,)
        """
        above = self.decision_function(X) > 0
        return np.asarray(self.classes_[above.astype(int)])

    def contributions(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return what every term adds to the score of each row; see `GlassBox.contributions`.

        Parameters
        ----------
        X : as in `decision_function`

        Returns
        -------
        DataFrame of shape (n, n_terms)
            In log-odds; with `opinion` the last is `BEYOND`.
        """
        return self._fitted().contributions(self._table(X))

    def spread(self, X: pd.DataFrame) -> pd.DataFrame | None:
        """Return how much each contribution varies over bags; see `GlassBox.spread`.

        Parameters
        ----------
        X : as in `decision_function`

        Returns
        -------
        DataFrame of shape (n, n_terms) or None
        """
        return self._fitted().spread(self._table(X))

    def view(self, outcome: Any = None) -> ModelView:
        """Lay the fitted model open; see `GlassBox.view`.

        Parameters
        ----------
        outcome : label or None, default=None

        Returns
        -------
        ModelView
        """
        return self._fitted().view(outcome)

    @property
    def intercept_(self) -> float:
        """Score of a row whose terms are all zero, in log-odds."""
        return float(self._fitted().intercept_)

    @property
    def terms_(self) -> tuple[tuple[str, ...], ...]:
        """The terms of the model."""
        return self._fitted().terms_

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.classifier_tags.multi_class = False
        return tags

    def _check_parameters(self) -> Boxes:
        """Refuse parameters that cannot be used; find the boxes that learn."""
        check_option("strategy", self.strategy, ("auto", *TRUST))
        check_number("splits", self.splits, low=2, whole=True)
        check_number("random_state", self.random_state, low=0, high=2**31, whole=True)
        boxes = boxes_of(self.glass_box)
        if self.strategy not in ("auto", *boxes.ways):
            raise InvalidInputError(
                f"strategy: got {self.strategy!r}, which needs an EBM; for {type(self.glass_box).__name__} "
                f"allowed are 'auto', {', '.join(map(repr, boxes.ways))}"
            )
        if self.opinion and not boxes.adds_up:
            raise InvalidInputError(
                f"opinion: {type(self.glass_box).__name__} cannot take one more term; "
                "take an EBM or a sparse linear model"
            )
        return boxes

    def _teachers(self) -> list[str]:
        names = [self.teacher] if isinstance(self.teacher, str) else list(self.teacher)
        if not names:
            raise InvalidInputError("teacher: got no column; name that of the language model's probabilities")
        return names

    def _taught(self, X: pd.DataFrame, *, questions: Sequence[str] | None = None) -> tuple[pd.DataFrame, Floats]:
        """Part a table into answers and what the language model said, in log-odds."""
        if not isinstance(X, pd.DataFrame):
            raise InvalidInputError(f"X: got {type(X).__name__}; a DataFrame is expected, with answers by question")
        names = self._teachers()
        missing = [name for name in names if name not in X.columns]
        if missing:
            raise InvalidInputError(
                f"teacher: X has no column {missing[0]!r}; put the language model's probabilities there, "
                "or name their column"
            )
        unanswered = [name for name in questions or () if name not in X.columns]
        if unanswered:
            raise InvalidInputError(f"X: has no column {unanswered[0]!r}; give it the answers of fit")
        each = np.column_stack([log_odds_of(X[name], len(X), name) for name in names])
        stated = ~np.isnan(each)
        said = np.full(len(X), np.nan)
        some = stated.any(axis=1)
        said[some] = np.nansum(each[some], axis=1) / stated[some].sum(axis=1)
        return X[list(questions)] if questions is not None else X.drop(columns=names), said

    def _ways(self, possible: Sequence[str], said: Floats, codes: Floats) -> list[str]:
        """List the ways to learn in that there is material for."""
        enough = enough_gold(codes)
        if self.strategy != "gold" and (self.strategy != "auto" or not np.isnan(said).all()):
            check_teaches(said)
        if self.strategy == "auto":
            ways = possible_ways(possible, taught=not np.isnan(said).all(), enough=enough)
            if not ways:
                raise InvalidInputError(
                    "X, y: there is neither a probability of the language model nor enough gold labels to learn from"
                )
            return ways
        if self.strategy in ("corrected", "gold") and not enough:
            raise InvalidInputError(
                f"strategy: {self.strategy!r} needs at least {LEAST_GOLD} gold labels, three of each class; y has "
                f"{int((~np.isnan(codes)).sum())}. Take 'auto' or 'distilled', or label more"
            )
        return [self.strategy]

    def _held(self, ways: list[str], boxes: Boxes, X: pd.DataFrame, said: Floats, codes: Floats) -> Held:
        """Score documents held out, where something is chosen or measured by it."""
        chooses = len(ways) > 1 or (self.recalibrate and bool((~np.isnan(codes)).any()))
        if not (chooses or self.measure_fidelity):
            return not_held(ways, len(codes))
        twin = self.opinion or not {"soft", "corrected"}.isdisjoint(ways)  # what they add is told from it
        wanted = list(dict.fromkeys([*ways, *(["distilled"] if twin else [])]))
        return held_out(wanted, boxes.lighter(), X, said, codes, splits=self.splits, seed=self.random_state)

    def _result(
        self, boxes: Boxes, choice: Choice, students: dict[str, Student], X: pd.DataFrame, said: Floats
    ) -> GlassBoxClassifier:
        """Add up what is followed, or take it where only one way is."""
        if not boxes.adds_up:
            return with_classes(students[self.strategy_].parts[0][1], self.classes_.tolist())
        parts = [(slope * weight, box) for way, slope in choice.slopes.items() for weight, box in students[way].parts]
        rows = self._with_beyond(X, said) if self.opinion else X
        line = (BEYOND, choice.beyond) if self.opinion else None
        return SummedClassifier(parts, classes=self.classes_.tolist(), offset=choice.intercept, line=line, rows=rows)

    def _with_beyond(self, X: pd.DataFrame, said: Floats) -> pd.DataFrame:
        """Add the column of what the language model says beyond its twin."""
        if self._twin is None:
            raise InvalidInputError("opinion: there is no distilled twin to hold it against; fit with opinion=True")
        return X.assign(**{BEYOND: said - self._twin.score(X)})

    def _table(self, X: pd.DataFrame) -> pd.DataFrame:
        """Give the fitted glass box the columns it reads."""
        questions = list(self.feature_names_in_)
        if self.opinion:
            return self._with_beyond(*self._taught(X, questions=questions))
        return X[questions] if isinstance(X, pd.DataFrame) and set(questions) <= set(X.columns) else X

    def _fitted(self) -> GlassBoxClassifier:
        """Give the result, or refuse before `fit`."""
        if not hasattr(self, "glass_box_"):
            raise NotFittedError("this DistilledClassifier is not fitted yet; call fit(X, y) first")
        return self.glass_box_
