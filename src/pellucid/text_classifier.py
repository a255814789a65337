"""Extractor and glass box as one estimator; joins quotes to contributions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils import Tags

from pellucid._checks import MAX_CHARACTERS, NotFittedError, check_alike, check_outcome
from pellucid.exceptions import InvalidInputError
from pellucid.explanation import (
    Sway,
    answer_warnings,
    candidates,
    largest_sway,
    order_warnings,
    spread_warnings,
)
from pellucid.extraction import LLMFeatureExtractor, Redact
from pellucid.glassbox import EBMClassifier, terms_of
from pellucid.llm import AnswerStore, LanguageModel, Recording
from pellucid.schema import (
    Answer,
    Contribution,
    Decision,
    ModelView,
    Questionnaire,
    QuestionType,
    Reading,
    Status,
)

__all__ = ["GlassBoxTextClassifier"]


class _Scored(NamedTuple):
    """What the glass box says of one document, before the evidence is joined to it."""

    outcome: str
    predicted: str
    probability: float
    probabilities: dict[str, float]
    score: float
    intercept: float
    worth: float | None  # log-odds of a whole point, for a risk score


class GlassBoxTextClassifier(ClassifierMixin, BaseEstimator):
    """Documents in, checkable decisions out: an LLM reads, a glass box decides.

    Parameters
    ----------
    questionnaire : Questionnaire
    model : Recording or LanguageModel
        Who answers the questions. Clones of this estimator share it.
    glass_box : estimator or None, default=None
        One of `pellucid.glassbox`; None takes an `EBMClassifier`.
    prompt : str or None, default=None
        Which recorded prompt to replay.
    text_column : str or None, default=None
        Column of a DataFrame that holds the text; needed where it has several.
    store, redact, evidence, not_stated, unsupported
        See `LLMFeatureExtractor`; without a store a live model is asked anew every time.
    max_characters : int, default=400_000

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    extractor_ : LLMFeatureExtractor
    glass_box_ : estimator
        Fitted on the features.
    ranges_ : dict of str to (float, float)
        Lowest and highest training value of every number.
    always_stated_ : tuple of str
        Questions that every training document answered; what it means to leave one
        open, nothing was learnt of, and decisions warn of it.

    Examples
    --------
    >>> from pellucid.llm import Recording
    >>> from pellucid.schema import Question
    >>> from pellucid.glassbox import ShallowTreeClassifier
    >>> pain = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
    >>> texts = [f"Visit {n}: {'in' if n % 2 else 'no'} pain." for n in range(40)]
    >>> said = [("yes", "in pain") if n % 2 else ("no", "no pain") for n in range(40)]
    >>> replies = [(str(n), text, {"pain": {"value": value, "quote": quote}})
    ...            for n, (text, (value, quote)) in enumerate(zip(texts, said))]
    >>> recording = Recording.of("demo-model", "answers/1", replies)
    >>> model = GlassBoxTextClassifier(pain, recording, glass_box=ShallowTreeClassifier())
    >>> decision = model.fit(texts, [n % 2 for n in range(40)]).explain(texts[1:2])[0]
    >>> decision.predicted, decision.contributions[0].answers[0].quote
    ('1', 'in pain')
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        model: Recording | LanguageModel,
        *,
        glass_box: Any = None,
        prompt: str | None = None,
        store: AnswerStore | None = None,
        redact: Redact | None = None,
        evidence: str = "quote",
        text_column: str | None = None,
        not_stated: str = "missing",
        unsupported: str = "missing",
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self.questionnaire = questionnaire
        self.model = model
        self.glass_box = glass_box
        self.prompt = prompt
        self.store = store
        self.redact = redact
        self.evidence = evidence
        self.text_column = text_column
        self.not_stated = not_stated
        self.unsupported = unsupported
        self.max_characters = max_characters

    def fit(self, X: Any, y: Any) -> Self:
        """Read the documents and fit the glass box on their features.

        Parameters
        ----------
        X : iterable of str, Series, DataFrame, or ndarray of shape (n,) or (n, 1)
        y : array-like of shape (n,)
            Outcomes, at least two classes, none missing.

        Returns
        -------
        GlassBoxTextClassifier

        Raises
        ------
        InvalidInputError
        """
        settings = {name: value for name, value in self.get_params(deep=False).items() if name != "glass_box"}
        extractor = LLMFeatureExtractor(**settings)
        X = list(X) if isinstance(X, Iterator) else X  # an iterator can be read only once
        check_outcome(y)  # before a model is asked: reading may cost money
        check_alike(X, y)
        extractor.fit(X)
        features = extractor.transform(X)
        check_outcome(y, n=len(features))
        box = EBMClassifier() if self.glass_box is None else clone(self.glass_box)
        return self._join(extractor, box.fit(features, y), features)

    @classmethod
    def around(cls, extractor: LLMFeatureExtractor, glass_box: Any, features: pd.DataFrame) -> Self:
        """Join an extractor and a glass box that are fitted already, such as a distilled one.

        Parameters
        ----------
        extractor : LLMFeatureExtractor
            Fitted.
        glass_box : GlassBox
            Fitted on the extractor's features; of a `DistilledClassifier` its ``glass_box_``.
        features : DataFrame of shape (n, n_questions)
            What it was fitted on; ranges are noted, and nothing else is kept.

        Returns
        -------
        GlassBoxTextClassifier
            As if fitted.

        Raises
        ------
        NotFittedError
            If either is not fitted.
        InvalidInputError
            If the glass box has terms for more than the questions.
        """
        if not hasattr(extractor, "questionnaire_") or not hasattr(glass_box, "terms_"):
            raise NotFittedError("extractor, glass_box: both must be fitted already; or call fit, which fits both")
        questions = extractor.questionnaire_.ids
        strange = {name for term in glass_box.terms_ for name in term} - set(questions)
        if strange or not set(questions) <= set(features.columns):
            odd = sorted(strange) or sorted(set(questions) - set(features.columns))
            raise InvalidInputError(
                f"glass_box, features: {odd[0]!r} is a term or a column of one, and no question of the other; "
                "both must speak of the questions alone"
            )
        made = cls(glass_box=glass_box, **extractor.get_params(deep=False))
        return made._join(extractor, glass_box, features[list(questions)])

    def _join(self, extractor: LLMFeatureExtractor, box: Any, features: pd.DataFrame) -> Self:
        """Keep what was fitted, and note what training met."""
        self.extractor_, self.glass_box_, self.classes_ = extractor, box, box.classes_
        self.always_stated_ = tuple(features.columns[features.notna().all()])
        self._tried = candidates(features)
        self.ranges_ = {
            question.id: (float(features[question.id].min()), float(features[question.id].max()))
            for question in self.questionnaire.questions
            if question.type is QuestionType.NUMBER and features[question.id].notna().any()
        }
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class decided for.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        ndarray of shape (n_documents,)
        """
        return np.asarray(self._box().predict(self.extractor_.transform(X)))

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probability of every class.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        ndarray of shape (n_documents, n_classes)
        """
        return np.asarray(self._box().predict_proba(self.extractor_.transform(X)))

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the score that the contributions add up to.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        ndarray of shape (n_documents,), or (n_documents, n_classes) for several classes
            Log-odds.
        """
        return np.asarray(self._box().decision_function(self.extractor_.transform(X)))

    def explain(self, X: Any, *, names: Mapping[Any, str] | None = None) -> list[Decision]:
        """Explain every decision: one term per question, each with its answer and quote.

        Parameters
        ----------
        X : as in `fit`
        names : Mapping of class to str, or None, default=None
            Words for the classes; None writes the classes as they are.

        Returns
        -------
        list of Decision
            Terms add up to the score within 1e-9; an AdditivityError says otherwise.
        """
        self._box()
        return self.explain_readings(self.extractor_.read(X), names=names)

    def explain_readings(
        self, readings: Sequence[Reading], *, names: Mapping[Any, str] | None = None
    ) -> list[Decision]:
        """Explain decisions on answers already at hand, such as answers a person corrected.

        Parameters
        ----------
        readings : sequence of Reading
        names : Mapping of class to str, or None, default=None

        Returns
        -------
        list of Decision
        """
        box = self._box()
        words = self._words(names)
        if not readings:
            return []
        features = self.extractor_.to_features(readings)
        scores, probabilities = box.decision_function(features), box.predict_proba(features)
        terms, spread = box.contributions(features), box.spread(features)
        several = len(words) > 2
        chosen = probabilities.argmax(axis=1) if several else (scores > 0).astype(int)
        worth = np.atleast_1d(box.log_odds_per_point_) if hasattr(box, "log_odds_per_point_") else None
        decisions = []
        for row, reading in enumerate(readings):
            k = int(chosen[row]) if several else 1  # two classes: always speak of the second
            scored = _Scored(
                outcome=words[k],
                predicted=words[int(chosen[row])],
                probability=float(probabilities[row, k]),
                probabilities=dict(zip(words, probabilities[row].tolist(), strict=True)),
                score=float(scores[row, k] if several else scores[row]),
                intercept=float(np.atleast_1d(box.intercept_)[k if several else 0]),
                worth=None if worth is None else float(worth[k if several else 0]),
            )
            points = terms_of(terms, self.classes_[k], several=several).iloc[row].tolist()
            spreads = None
            if spread is not None:
                spreads = terms_of(spread, self.classes_[k], several=several).iloc[row].tolist()
            sway = largest_sway(box, features.iloc[[row]], self._tried) if reading.flags else None
            decisions.append(self._decision(reading, scored, points, spreads, sway))
        return decisions

    def _words(self, names: Mapping[Any, str] | None) -> list[str]:
        """Name every class, each otherwise."""
        labels = self.classes_.tolist()
        if names is None:
            return [str(label) for label in labels]
        if not isinstance(names, Mapping) or not set(labels) <= set(names):
            raise InvalidInputError(f"names: a mapping from every class to words is expected; the classes are {labels}")
        words = [str(names[label]) for label in labels]
        if len(set(words)) < len(words):
            raise InvalidInputError("names: two classes have the same words; give each its own")
        return words

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        return tags

    def view(self, outcome: Any = None) -> ModelView:
        """Lay the fitted glass box open.

        Parameters
        ----------
        outcome : class label or None, default=None
            Which class the points speak for; None takes the last.

        Returns
        -------
        ModelView
        """
        return self._box().view(outcome)

    def _box(self) -> Any:
        if not hasattr(self, "glass_box_"):
            raise NotFittedError("this GlassBoxTextClassifier is not fitted yet; call fit first")
        return self.glass_box_

    def _decision(
        self,
        reading: Reading,
        scored: _Scored,
        points: Sequence[float],
        spread: Sequence[float] | None,
        sway: Sway | None,
    ) -> Decision:
        """Join every term of one document with the answers it was made from."""
        answers = dict(zip(self.extractor_.questionnaire_.ids, reading.answers, strict=True))
        terms = self.glass_box_.terms_
        points_of = dict(zip(terms, points, strict=True))
        spread_of = {} if spread is None else dict(zip(terms, spread, strict=True))
        worth = scored.worth
        # Every question is shown, also one that the glass box makes nothing of; pairs come last.
        shown = [(name,) for name in self.extractor_.questionnaire_.ids] + [term for term in terms if len(term) > 1]
        contributions = tuple(
            Contribution(
                questions=term,
                said=" and ".join(self._say(answers[name]) for name in term),
                points=points_of.get(term, 0.0),
                spread=spread_of.get(term),
                whole_points=None if worth is None else round(points_of.get(term, 0.0) / worth),
                answers=tuple(answers[name] for name in term),
            )
            for term in shown
        )
        return Decision(
            document=reading.document,
            model=type(self.glass_box_).__name__,
            contributions=contributions,
            warnings=(*order_warnings(sway), *self._warnings(answers), *spread_warnings(contributions)),
            outcome=scored.outcome,
            predicted=scored.predicted,
            probability=scored.probability,
            probabilities=scored.probabilities,
            score=scored.score,
            intercept=scored.intercept,
        )

    def _say(self, answer: Answer) -> str:
        """Write an answer for people; what the glass box did not get is named as such."""
        if answer.status is Status.UNREADABLE:
            return "unreadable"
        said = self.extractor_.questionnaire_[answer.question].describe(answer.value)
        return f"{said} (unsupported)" if answer.status is Status.UNSUPPORTED else said

    def _has_no_value(self, answer: Answer) -> bool:
        """Whether the glass box got no value for a question."""
        return answer.value is None or (answer.status is Status.UNSUPPORTED and self.unsupported == "missing")

    def _warnings(self, answers: Mapping[str, Answer]) -> tuple[str, ...]:
        """Say what a person should look at in the answers."""
        return answer_warnings(
            answers,
            self.extractor_.questionnaire_,
            left_open=[name for name in self.always_stated_ if self._has_no_value(answers[name])],
            ranges=self.ranges_,
        )
