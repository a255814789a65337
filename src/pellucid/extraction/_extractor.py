"""The scikit-learn transformer users see: documents in, one feature per question out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags

from pellucid._checks import MAX_CHARACTERS, NotFittedError, Texts, check_number, check_option, check_texts
from pellucid.exceptions import InvalidInputError
from pellucid.extraction._estimate import Estimate, estimate
from pellucid.extraction._reader import Progress, read_documents
from pellucid.extraction._sent import Redact
from pellucid.llm import AnswerStore, LanguageModel, Recording
from pellucid.schema import NOT_STATED, Answer, Question, Questionnaire, QuestionType, Reading, Status, Value


class LLMFeatureExtractor(TransformerMixin, BaseEstimator):
    """Read documents through a questionnaire; every answer becomes a feature.

    Parameters
    ----------
    questionnaire : Questionnaire
    model : Recording or LanguageModel
        Who answers. Clones of this estimator share it. Without a store, a live model is
        asked anew in every `transform` and `read`.
    prompt : str or None, default=None
        Which recorded prompt to replay; None takes that of the questionnaire's version,
        such as ``"answers/1"``.
    store : AnswerStore or None, default=None
        Where a live model's answers are kept, and looked for first.
    redact : callable or None, default=None
        Says which spans of a text a live model is not to see, such as a
        `PatternRedactor`; offsets of quotes are mapped back.
    evidence : {"quote", "sentence"}, default="quote"
        What a live model gives as evidence: its own quote, or the id of a sentence.
    text_column : str or None, default=None
        Column of a DataFrame that holds the text; needed where it has several.
    not_stated : {"missing", "level"}, default="missing"
        What a fact the document leaves out becomes in a yes/no, choice or ordinal
        column: a missing value, or a category ``"not stated"`` of its own (an ordinal
        column is then unordered, since "not stated" has no rank). In a number column
        it is NaN either way.
    unsupported : {"missing", "keep"}, default="missing"
        What becomes of a value whose quote is not in the document. Unreadable replies
        are always missing.
    max_characters : int, default=400_000
        Longest document taken.

    Attributes
    ----------
    questionnaire_ : Questionnaire
        The questionnaire that was fitted.
    n_features_out_ : int
        Number of columns made, one per question.

    Examples
    --------
    >>> from pellucid.llm import Recording
    >>> from pellucid.schema import Question
    >>> questions = [Question(id="age", ask="How old?", type="number", unit="years"),
    ...              Question(id="pain", ask="Any pain?", type="yes/no")]
    >>> text = "Aged 56, reports no pain."
    >>> said = {"age": {"value": 56, "quote": "Aged 56"}, "pain": {"value": "no", "quote": "no pain"}}
    >>> recording = Recording.of("demo-model", "answers/1", [("a-1", text, said)])
    >>> extractor = LLMFeatureExtractor(Questionnaire(name="demo", questions=questions), recording)
    >>> extractor.fit_transform([text])
        age pain
    0  56.0   no
    >>> extractor.read([text])[0].answers[0].quote
    'Aged 56'
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        model: Recording | LanguageModel,
        *,
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
        self.prompt = prompt
        self.store = store
        self.redact = redact
        self.evidence = evidence
        self.text_column = text_column
        self.not_stated = not_stated
        self.unsupported = unsupported
        self.max_characters = max_characters

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Check parameters and documents; nothing is learnt and no model is asked.

        Parameters
        ----------
        X : iterable of str, Series, DataFrame, or ndarray of shape (n,) or (n, 1)
        y : ignored

        Returns
        -------
        LLMFeatureExtractor

        Raises
        ------
        InvalidInputError
        """
        if not isinstance(self.questionnaire, Questionnaire):
            raise InvalidInputError(
                f"questionnaire: got {type(self.questionnaire).__name__}; a Questionnaire is expected, "
                "such as Questionnaire.from_file('questions.toml')"
            )
        check_option("evidence", self.evidence, ("quote", "sentence"))
        check_option("not_stated", self.not_stated, ("missing", "level"))
        check_option("unsupported", self.unsupported, ("missing", "keep"))
        check_number("max_characters", self.max_characters, low=1, whole=True)
        self._texts(X)
        self.questionnaire_ = self.questionnaire
        self.n_features_out_ = len(self.questionnaire.questions)
        return self

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> pd.DataFrame:
        """Check and read documents in one go; also takes an iterator, which can be read only once.

        Parameters
        ----------
        X, y : as in `fit`

        Returns
        -------
        pandas.DataFrame of shape (n_documents, n_questions)
        """
        X = list(X) if isinstance(X, Iterator) else X
        return super().fit_transform(X, y, **fit_params)

    def transform(self, X: Any) -> pd.DataFrame:
        """Read documents and return their features.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        pandas.DataFrame of shape (n_documents, n_questions)
            Index as in X. Numbers are float with NaN; yes/no and choice are
            categorical; ordinal is ordered categorical.
        """
        return self.to_features(self.read(X), index=X.index if isinstance(X, pd.Series | pd.DataFrame) else None)

    def read(self, X: Any, *, progress: Progress | None = None) -> list[Reading]:
        """Read documents and return the answers themselves, with quotes and offsets.

        Parameters
        ----------
        X : as in `fit`
        progress : callable or None, default=None
            Called with (documents read, documents in all).

        Returns
        -------
        list of Reading
        """
        self._check_fitted()
        return read_documents(
            self._texts(X),
            self.questionnaire_,
            self.model,
            prompt=self.prompt,
            progress=progress,
            store=self.store,
            redact=self.redact,
            evidence=self.evidence,
        )

    def estimate(self, X: Any) -> Estimate:
        """Say what reading documents would take, before anything is sent.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        Estimate
            Requests, tokens, and, where the model has prices and limits, cost and time.
        """
        self._check_fitted()
        if isinstance(self.model, Recording):
            raise InvalidInputError("model: a recording costs nothing; estimate is for a live model")
        documents = self._texts(X)
        return estimate(
            zip(documents.names, documents.texts, strict=True),
            self.questionnaire_,
            self.model,
            store=self.store,
            redact=self.redact,
            evidence=self.evidence,
        )

    def to_features(self, readings: Sequence[Reading], index: Any = None) -> pd.DataFrame:
        """Turn answers into features; what `transform` does after reading.

        Parameters
        ----------
        readings : sequence of Reading
        index : array-like or None, default=None
            Row labels; None counts from 0.

        Returns
        -------
        pandas.DataFrame of shape (n_documents, n_questions)
        """
        self._check_fitted()
        for reading in readings:
            self._check_reading(reading)
        columns = {
            question.id: self._column(question, [reading.answers[place] for reading in readings])
            for place, question in enumerate(self.questionnaire_.questions)
        }
        frame = pd.DataFrame(columns)
        if index is not None:
            frame.index = pd.Index(index)
        return frame

    def to_row(self, reading: Reading) -> dict[str, Value | None]:
        """Turn one document's answers into features without a table, for scoring row by row.

        Parameters
        ----------
        reading : Reading

        Returns
        -------
        dict of str to int, float, str or None
            By question; None where a feature is missing.

        Raises
        ------
        InvalidInputError
            If the answers are not those of the questionnaire.
        """
        self._check_fitted()
        self._check_reading(reading)
        return {answer.question: self._value(answer) for answer in reading.answers}

    def get_feature_names_out(self, input_features: Iterable[str] | None = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Return the question ids.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        ndarray of str
        """
        self._check_fitted()
        return np.array(self.questionnaire_.ids, dtype=object)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        return tags

    def _check_reading(self, reading: Reading) -> None:
        """Refuse answers that are not those of the questionnaire, such as a correction gone wrong."""
        asked = tuple(answer.question for answer in reading.answers)
        if asked != self.questionnaire_.ids:
            raise InvalidInputError(
                f"readings: the answers of {reading.document!r} are not one per question, in the questionnaire's order"
            )
        for answer, question in zip(reading.answers, self.questionnaire_.questions, strict=True):
            if answer.value is not None and not question.accepts(answer.value):
                fault = question.fault(answer.value)
                raise InvalidInputError(f"readings: {reading.document!r}, question {question.id!r}: the value {fault}")

    def _column(self, question: Question, answers: list[Answer]) -> pd.Series:
        values = [self._value(answer) for answer in answers]
        if question.type is QuestionType.NUMBER:
            return pd.Series([np.nan if value is None else float(value) for value in values], dtype=float)
        levels = list(question.levels)
        ordered = question.type is QuestionType.ORDINAL
        if self.not_stated == "level":
            levels.append(NOT_STATED)
            ordered = False
            silent = (answer.status is Status.NOT_STATED for answer in answers)
            values = [NOT_STATED if said else value for said, value in zip(silent, values, strict=True)]
        return pd.Series(pd.Categorical(values, categories=levels, ordered=ordered))

    def _value(self, answer: Answer) -> Any:
        dropped = answer.status is Status.UNSUPPORTED and self.unsupported == "missing"
        return None if dropped else answer.value

    def _texts(self, X: Any) -> Texts:
        return check_texts(X, column=self.text_column, max_characters=self.max_characters)

    def _check_fitted(self) -> None:
        if not hasattr(self, "questionnaire_"):
            raise NotFittedError("this LLMFeatureExtractor is not fitted yet; call fit with documents before using it")
