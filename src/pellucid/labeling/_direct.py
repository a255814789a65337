"""The LLM's own verdict: a label source and the validator's rival, written once."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags

from pellucid._checks import (
    MAX_CHARACTERS,
    NotFittedError,
    Texts,
    check_number,
    check_option,
    check_outcome,
    check_texts,
)
from pellucid.exceptions import InvalidInputError, MissingCapability, ModelReplyError
from pellucid.extraction import Redact, recorded_prompt
from pellucid.labeling._direct_course import DirectCourse, DirectWording, to_prediction
from pellucid.labeling._label_course import OUTCOME, Asked, scores_words
from pellucid.llm import AnswerStore, LanguageModel, Recording, run
from pellucid.schema import DirectPrediction, Source


class DirectLLMClassifier(ClassifierMixin, BaseEstimator):
    """Ask the language model for the outcome itself; no glass box, nothing learnt.

    The rival every glass box is compared with. Its probability is what the model says;
    fitting only notes the two classes, and calibrates nothing.

    Parameters
    ----------
    model : Recording or LanguageModel
        Clones of this estimator share it.
    task : str, default=""
        Wording of the outcome; needed for a live model.
    prompt : str or None, default=None
        Which recorded prompt to replay, such as ``"direct/1"`` or ``"checklist/1"``;
        None takes the only one of kind ``direct``.
    probability : {"auto", "logprob", "verbalised"}, default="auto"
        How a live model is asked: for the probability it gives to the words yes and no,
        or to write one down. ``auto`` scores the words with a model in this process and
        lets a server write. Each prediction says which it was; the two are not comparable.
    store : AnswerStore or None, default=None
        Where a live model's predictions are kept, and looked for first.
    redact : callable or None, default=None
        Says which spans of a text a live model is not to see.
    text_column : str or None, default=None
        Column of a DataFrame that holds the text; needed where it has several.
    max_characters : int, default=400_000

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second is the one the probability speaks of.

    Examples
    --------
    >>> from pellucid.llm import Recording
    >>> replies = [("a-1", "Feels well.", {"outcome": {"probability": 0.1}}),
    ...            ("a-2", "Feels unwell.", {"outcome": {"probability": 0.8}})]
    >>> direct = DirectLLMClassifier(Recording.of("demo-model", "direct/1", replies))
    >>> direct.fit(["Feels well.", "Feels unwell."], [0, 1]).predict_proba(["Feels unwell."])
    array([[0.2, 0.8]])
    """

    def __init__(
        self,
        model: Recording | LanguageModel,
        *,
        task: str = "",
        prompt: str | None = None,
        probability: str = "auto",
        store: AnswerStore | None = None,
        redact: Redact | None = None,
        text_column: str | None = None,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self.model = model
        self.task = task
        self.prompt = prompt
        self.probability = probability
        self.store = store
        self.redact = redact
        self.text_column = text_column
        self.max_characters = max_characters

    def fit(self, X: Any, y: Any) -> Self:
        """Note the two classes; nothing is learnt and no model is asked.

        Parameters
        ----------
        X : iterable of str, Series, DataFrame, or ndarray of shape (n,) or (n, 1)
        y : array-like of shape (n,)
            Two classes; the second in sorted order is the outcome asked for.

        Returns
        -------
        DirectLLMClassifier

        Raises
        ------
        InvalidInputError
        """
        check_number("max_characters", self.max_characters, low=1, whole=True)
        check_option("probability", self.probability, ("auto", "logprob", "verbalised"))
        classes = np.unique(check_outcome(y, n=len(self._texts(X).texts)))
        if len(classes) != 2:
            raise InvalidInputError(f"y: got {len(classes)} classes; a direct prediction speaks of two")
        if not isinstance(self.model, Recording) and not self.task:
            raise InvalidInputError("task: a live model must be told the outcome; give its wording")
        self.classes_ = classes
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return what the language model said.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        ndarray of shape (n_documents, 2)

        Raises
        ------
        ModelReplyError
            If a reply holds no readable probability: none is invented.
        """
        read = self.read(X)
        unread = [f"{one.document} ({one.cause})" for one in read if one.probability is None]
        if unread:
            raise ModelReplyError(
                f"no probability could be read for {len(unread)} of {len(read)} documents: "
                f"{', '.join(unread[:5])}; see read(X), and leave them out or ask again"
            )
        said = np.array([one.probability for one in read], dtype=float)
        return np.column_stack([1 - said, said])

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class whose probability is above one half.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        ndarray of shape (n_documents,)
        """
        above = self.predict_proba(X)[:, 1] > 0.5
        return np.asarray(self.classes_[above.astype(int)])

    def read(self, X: Any) -> list[DirectPrediction]:
        """Return every prediction with its rationale and source.

        Parameters
        ----------
        X : as in `fit`

        Returns
        -------
        list of DirectPrediction
        """
        if not hasattr(self, "classes_"):
            raise NotFittedError("this DirectLLMClassifier is not fitted yet; call fit, which notes the two classes")
        documents = self._texts(X)
        if isinstance(self.model, Recording):
            return self._replay(documents, self.model)
        return self._ask(documents, self.model)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.classifier_tags.multi_class = False
        tags.no_validation = True
        return tags

    def _texts(self, X: Any) -> Texts:
        return check_texts(X, column=self.text_column, max_characters=self.max_characters)

    def _replay(self, documents: Texts, recording: Recording) -> list[DirectPrediction]:
        prompt = recorded_prompt(recording, "direct", self.prompt)
        model = recording.model_for(prompt)
        source = Source(model=model, prompt=prompt, recorded=True)
        return [
            to_prediction(
                recording.called(text, name, named=documents.named),
                recording.reply(text, asked=OUTCOME, prompt=prompt, model=model, name=name),
                source,
            )
            for name, text in zip(documents.names, documents.texts, strict=True)
        ]

    def _ask(self, documents: Texts, model: LanguageModel) -> list[DirectPrediction]:
        wording, asked = DirectWording(self.task, self._is_scored(model)), Asked(model, self.store, self.redact)
        pairs = zip(documents.names, documents.texts, strict=True)
        return [course.prediction() for course in run((DirectCourse(*pair, wording, asked) for pair in pairs), model)]

    def _is_scored(self, model: LanguageModel) -> bool:
        """Whether yes and no are scored; never another way than the one asked for."""
        is_server = hasattr(model, "prepare")  # it has to be asked what it gives
        if self.probability == "verbalised" or (self.probability == "auto" and is_server):
            return False
        able = scores_words(model)
        if self.probability == "logprob" and not able:
            raise MissingCapability(
                f"probability: model {model.name!r} gives no probabilities of words; take probability='verbalised'"
            )
        return able
