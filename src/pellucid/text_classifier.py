"""Extractor and glass box as one estimator; joins quotes to contributions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils import Tags

from pellucid._checks import MAX_CHARACTERS, NotFittedError, check_alike, check_outcome
from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.explanation import (
    Scored,
    Sway,
    answer_warnings,
    candidates,
    join_evidence,
    largest_sway,
    order_warnings,
)
from pellucid.extraction import LLMFeatureExtractor, Redact
from pellucid.glassbox import EBMClassifier, RowExplainer, RowPoints
from pellucid.llm import AnswerStore, LanguageModel, Recording
from pellucid.reporting import DrawnDecision
from pellucid.schema import Answer, Decision, ModelView, Questionnaire, QuestionType, Reading, Status

__all__ = ["GlassBoxTextClassifier"]


class _Compiled(NamedTuple):
    """A glass box made quick for single rows; None where that is not possible."""

    box: Any
    quick: RowExplainer | None


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
        self._tried, self._columns = candidates(features), features.iloc[:0]
        self._compiled: _Compiled | None = None
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
        list of DrawnDecision
            Each a `Decision` that a notebook draws. Terms add up to the score within 1e-9;
            an AdditivityError says otherwise.
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
        quick = self.compiled() if len(readings) == 1 else None
        if quick is None:
            return self._in_a_table(box, readings, words) if readings else []
        (reading,) = readings
        row = self.extractor_.to_row(reading)
        found = quick.explain(row)
        if len(words) == 2:
            second: Any = found.probability
            found = found._replace(probability=(1.0 - second, second))
        sways = quick.sways(row, self._tried) if reading.flags else {}
        sway = max((Sway(*one) for one in sways.items()), key=lambda one: one.change, default=None)
        return [self._decision(reading, found, words, sway)]

    def compiled(self) -> RowExplainer | None:
        """Return the glass box compiled for single rows, made when first needed.

        Returns
        -------
        RowExplainer or None
            None where it cannot be compiled, or would not say the same as the glass box;
            single documents are then explained by way of a table, too, which is slower.
        """
        if not hasattr(self, "_columns"):  # put together by hand: nothing to try the compiled one on
            return None
        if self._compiled is None or self._compiled.box is not self.glass_box_:
            self._compiled = _compile(self.glass_box_, self._tried, self._columns)
        return self._compiled.quick

    def _in_a_table(self, box: Any, readings: Sequence[Reading], words: Sequence[str]) -> list[Decision]:
        """Explain decisions by what the glass box itself says of a table of answers."""
        features = self.extractor_.to_features(readings)
        scores, probabilities = box.decision_function(features), box.predict_proba(features)
        terms, spread = box.contributions(features).to_numpy(), box.spread(features)
        shape = (len(words), -1) if len(words) > 2 else (-1,)  # columns go class by class
        decisions = []
        for row, reading in enumerate(readings):
            spreads = None if spread is None else spread.iloc[row].to_numpy().reshape(shape).T.tolist()
            points = terms[row].reshape(shape).T.tolist()
            found = RowPoints(scores[row].tolist(), probabilities[row].tolist(), points, spreads)
            sway = largest_sway(box, features.iloc[[row]], self._tried) if reading.flags else None
            decisions.append(self._decision(reading, found, words, sway))
        return decisions

    def _decision(self, reading: Reading, found: Any, words: Sequence[str], sway: Sway | None) -> Decision:
        """Take what is said of the class that is spoken of, and join the evidence to it."""
        box, several = self.glass_box_, len(words) > 2
        chosen = int(np.argmax(found.probability)) if several else int(found.score > 0)
        k = chosen if several else 1  # two classes: always speak of the second
        worth = np.atleast_1d(box.log_odds_per_point_) if hasattr(box, "log_odds_per_point_") else None
        scored = Scored(
            model=type(box).__name__,
            outcome=words[k],
            predicted=words[chosen],
            probability=found.probability[k],
            probabilities=dict(zip(words, found.probability, strict=True)),
            score=found.score[k] if several else found.score,
            intercept=float(np.atleast_1d(box.intercept_)[k if several else 0]),
            worth=None if worth is None else float(worth[k if several else 0]),
            terms=box.terms_,
            points=[one[k] for one in found.points] if several else found.points,
            spread=[one[k] for one in found.spread] if several and found.spread is not None else found.spread,
        )
        warned = order_warnings(sway)
        joined = join_evidence(
            reading, scored, self.extractor_.questionnaire_, lambda answers: (*warned, *self._warnings(answers))
        )
        return DrawnDecision.of(joined)

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


def _compile(box: Any, tried: Mapping[str, Sequence[Any]], columns: pd.DataFrame) -> _Compiled:
    """Compile a glass box, and hold it against the box on rows made of every value that is tried."""
    try:
        quick = RowExplainer(box)
    except InvalidTypeError:  # a glass box of another maker
        return _Compiled(box, None)
    longest = max(map(len, tried.values()))
    rows = pd.DataFrame(
        {
            name: pd.Series([values[place % len(values)] for place in range(longest)], dtype=columns[name].dtype)
            for name, values in tried.items()
        }
    )
    return _Compiled(box, quick if quick.agrees(rows) else None)
