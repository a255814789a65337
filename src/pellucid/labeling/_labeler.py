"""Labels for unlabelled documents from label prompts: of a live language model, or out of a recording."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags

from pellucid._checks import MAX_CHARACTERS, NotFittedError, Texts, check_number, check_texts
from pellucid.exceptions import InvalidInputError, MissingCapability
from pellucid.extraction import Redact, Sent
from pellucid.labeling._few_shot import ExampleRetriever, check_examples
from pellucid.labeling._label_classes import check_classes
from pellucid.labeling._label_course import OUTCOME, Asked, OutcomeCourse, Spent, scores_words
from pellucid.labeling._label_prompts import LabelWording, check_prompts, recorded_name, to_label
from pellucid.labeling._label_tables import labels_to_frame, pool, probability_of
from pellucid.llm import AnswerStore, LanguageModel, Recording, run
from pellucid.schema import Cost, Label, LabelPrompt, PromptKind, Source

Progress = Callable[[int, int], None]
"""Called with (documents labelled, documents in all)."""


@runtime_checkable
class Labeler(Protocol):
    """Whatever gives labels: a language model, a rule, people.

    Attributes
    ----------
    name : str
    """

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def label(self, X: Any) -> tuple[Label, ...]:
        """Label documents.

        Parameters
        ----------
        X : documents, or what the labeler reads instead

        Returns
        -------
        tuple of Label
        """
        ...


class LLMLabeler(BaseEstimator):
    """Ask a language model for the outcome itself, with one or several label prompts.

    No gold label is needed, but for the examples of a few-shot prompt. Labels of one model
    are never independent, whatever the prompt: see `labeler_groups`.

    Parameters
    ----------
    prompts : LabelPrompt or sequence of LabelPrompt
        Such as a domain's ``label_prompts``; every wording is a labeler of its own.
    model : Recording or LanguageModel
        Clones of this labeler share it.
    task : str, default=""
        Wording of the outcome, such as a domain's ``task``; needed for a live model.
    classes : sequence of two, default=(0, 1)
        The probability is that of the second.
    repeats : int, default=1
        How often each prompt is asked. A server gets another seed each time; a model that
        always says the same, such as one at temperature 0, has no spread to show.
    examples : tuple of (X, y) or None, default=None
        Documents and gold labels for few-shot prompts, None or NaN in `y` where there is
        none. Take them from training documents alone.
    n_examples : int, default=4
        Examples shown beside each document, as many of each class.
    store : AnswerStore or None, default=None
        Where a live model's replies are kept, and looked for first; without one every call
        asks anew.
    redact : callable or None, default=None
        Says which spans of a text a live model is not to see; examples are redacted too.
    text_column : str or None, default=None
        Column of a DataFrame that holds the text; needed where it has several.
    max_characters : int, default=400_000

    Attributes
    ----------
    labels_ : tuple of Label
        Those of the last call.
    spread_ : Series of shape (n_documents,)
        Standard deviation of each document's log-odds over repeats, paraphrases and
        prompts in the last call; NaN where fewer than two could be read.
    cost_ : Cost
        What the last call spent, as far as model and recording say.

    Examples
    --------
    >>> from pellucid.llm import Recording
    >>> replies = [("a-1", "Feels well.", {"outcome": {"probability": 0.1, "rationale": "well"}}),
    ...            ("a-2", "Feels unwell.", {"outcome": {"probability": 0.8}})]
    >>> direct = LabelPrompt(id="direct", ask="How likely is it?", probability="verbalised")
    >>> labeler = LLMLabeler(direct, Recording.of("demo", "direct/1", replies))
    >>> [(one.document, one.labeler, one.label) for one in labeler.label(["Feels well.", "Feels unwell."])]
    [('a-1', 'demo: direct/1', 0), ('a-2', 'demo: direct/1', 1)]
    >>> labeler.predict_proba(["Feels unwell."]).round(2)
    array([[0.2, 0.8]])
    """

    def __init__(
        self,
        prompts: LabelPrompt | Sequence[LabelPrompt],
        model: Recording | LanguageModel,
        *,
        task: str = "",
        classes: Sequence[Any] = (0, 1),
        repeats: int = 1,
        examples: tuple[Any, Any] | None = None,
        n_examples: int = 4,
        store: AnswerStore | None = None,
        redact: Redact | None = None,
        text_column: str | None = None,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self.prompts = prompts
        self.model = model
        self.task = task
        self.classes = classes
        self.repeats = repeats
        self.examples = examples
        self.n_examples = n_examples
        self.store = store
        self.redact = redact
        self.text_column = text_column
        self.max_characters = max_characters

    @property
    def name(self) -> str:
        """Name of the language model."""
        return ", ".join(self.model.models) if isinstance(self.model, Recording) else self.model.name

    def label(self, X: Any, *, progress: Progress | None = None) -> tuple[Label, ...]:
        """Label documents.

        Parameters
        ----------
        X : iterable of str, Series, DataFrame, or ndarray of shape (n,) or (n, 1)
        progress : callable or None, default=None
            Called with (labelled, in all) after each document.

        Returns
        -------
        tuple of Label
            For every document one per prompt, wording and repeat, in that order; what could
            not be read has a cause and no class.

        Raises
        ------
        InvalidInputError
            If a parameter cannot be used, or a recording lacks a prompt.
        NotRecorded
            If a recording lacks a document.
        ModelAccessError, BudgetExceeded, DeadlineExceeded
            If a live model cannot go on; what it said is in the store.
        """
        return tuple(label for several in self._label(X, progress) for label in several)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the mean over prompts and repeats, in log-odds; asks as `label` does.

        Parameters
        ----------
        X : as in `label`

        Returns
        -------
        ndarray of shape (n_documents, 2)
            NaN where nothing could be read.
        """
        means = [pool(several).mean for several in self._label(X)]
        second = np.array([probability_of(mean) for mean in means], dtype=float)
        return np.column_stack([1 - second, second])

    def to_frame(self) -> pd.DataFrame:
        """Return the labels of the last call as a table, one row each.

        Returns
        -------
        pandas.DataFrame
            See `labels_to_frame`.

        Raises
        ------
        NotFittedError
            If nothing was labelled yet.
        """
        if not hasattr(self, "labels_"):
            raise NotFittedError("this LLMLabeler has not labelled anything yet; call label with documents")
        return labels_to_frame(self.labels_)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        return tags

    def _label(self, X: Any, progress: Progress | None = None) -> list[list[Label]]:
        """Label documents, and note what the call found and spent."""
        prompts, classes = self._checked()
        documents = check_texts(X, column=self.text_column, max_characters=self.max_characters)
        meter = _Meter(self.model)
        if isinstance(self.model, Recording):
            stream = self._replay(documents, prompts, classes, self.model)
        else:
            stream = self._ask(documents, prompts, classes, self.model, meter)
        found: list[list[Label]] = []
        with closing(stream):
            for several in stream:
                found.append(several)
                if progress:
                    progress(len(found), len(documents.texts))
        names = pd.Index([several[0].document for several in found], name="document", dtype=object)
        self.labels_ = tuple(label for several in found for label in several)
        self.spread_ = pd.Series([pool(several).spread for several in found], index=names, name="spread", dtype=float)
        self.cost_ = meter.cost(len(found))
        return found

    def _checked(self) -> tuple[tuple[LabelPrompt, ...], tuple[Any, ...]]:
        prompts, classes = check_prompts(self.prompts), check_classes(self.classes, n=2)
        check_number("repeats", self.repeats, low=1, whole=True)
        if isinstance(self.model, Recording):
            return prompts, classes
        if not isinstance(self.model, LanguageModel):
            raise InvalidInputError(
                f"model: got {type(self.model).__name__}; a Recording, or an object with `name` and `reply(requests)`"
            )
        if not self.task:
            raise InvalidInputError("task: a live model must be told the outcome; give its wording")
        if any(one.kind is PromptKind.FEW_SHOT for one in prompts) and self.examples is None:
            raise InvalidInputError("examples: a few-shot prompt needs some; give (documents, gold labels)")
        return prompts, classes

    def _replay(
        self, documents: Texts, prompts: Sequence[LabelPrompt], classes: tuple[Any, ...], recording: Recording
    ) -> Generator[list[Label], None, None]:
        turns = [(one, repeat) for one in prompts for repeat in range(1, self.repeats + 1)]
        names = [recorded_name(recording, *turn) for turn in turns]
        sources = [Source(model=recording.model_for(name), prompt=name, recorded=True) for name in names]
        for name, text in zip(documents.names, documents.texts, strict=True):
            called = recording.called(text, name, named=documents.named)
            several = []
            for (_, repeat), source in zip(turns, sources, strict=True):
                said = recording.reply(text, asked=OUTCOME, prompt=source.prompt, model=source.model, name=name)
                several.append(to_label(called, said, source, classes=classes, repeat=repeat))
            yield several

    def _ask(
        self,
        documents: Texts,
        prompts: Sequence[LabelPrompt],
        classes: tuple[Any, ...],
        model: LanguageModel,
        meter: "_Meter",
    ) -> Generator[list[Label], None, None]:
        if any(one.probability == "logprob" for one in prompts) and not scores_words(model):
            raise MissingCapability(
                f"prompts: model {model.name!r} gives no probabilities of words; take probability='verbalised'"
            )
        several: list[Label] = []
        with closing(run(self._courses(documents, prompts, model), model)) as finished:
            for course in finished:
                meter.add(course.spent)
                source = Source(model=model.name, prompt=course.prompt, recorded=course.recorded)
                repeat = len(several) % self.repeats + 1
                several.append(to_label(course.name, course.said, source, classes=classes, repeat=repeat))
                if len(several) == len(prompts) * self.repeats:
                    yield several
                    several = []

    def _courses(
        self, documents: Texts, prompts: Sequence[LabelPrompt], model: LanguageModel
    ) -> Iterator[OutcomeCourse]:
        shows = self._examples(documents) if any(one.kind is PromptKind.FEW_SHOT for one in prompts) else None
        asked = Asked(model, self.store, self.redact)
        for name, text in zip(documents.names, documents.texts, strict=True):
            shown = shows(name, text) if shows else ()
            for prompt in prompts:
                wording = LabelWording(prompt, self.task, shown if prompt.kind is PromptKind.FEW_SHOT else ())
                for repeat in range(1, self.repeats + 1):
                    yield OutcomeCourse(name, text, wording, asked, repeat=repeat)

    def _examples(self, documents: Texts) -> Callable[[str, str], tuple[tuple[str, int], ...]]:
        """Return what chooses the examples of a document, as they are sent."""
        X, y = check_examples(self.examples)
        retriever = ExampleRetriever(
            X, y, classes=self.classes, text_column=self.text_column, max_characters=self.max_characters
        )

        def shows(name: str, text: str) -> tuple[tuple[str, int], ...]:
            chosen = retriever.choose(text, self.n_examples, name=name if documents.named else None)
            return tuple((Sent(one.text, self.redact).text, one.label) for one in chosen)

        return shows


class _Counts(NamedTuple):
    """What a model's own counter says."""

    requests: int
    prompt_tokens: int
    reply_tokens: int
    cost: float | None


class _Meter:
    """What one call spends: by the model's own counter where it keeps one, else by its replies."""

    def __init__(self, model: Recording | LanguageModel) -> None:
        self._usage = getattr(model, "usage", None)
        self._is_recording = isinstance(model, Recording)
        self._before = self._look()
        self._began = time.monotonic()
        self._spent = Spent()

    def add(self, spent: Spent) -> None:
        """Count one course."""
        self._spent = self._spent.plus(spent)

    def cost(self, documents: int) -> Cost:
        """Return what was spent; nothing is known of what a recording once took."""
        if self._is_recording:
            return Cost()
        seconds = (time.monotonic() - self._began) / documents
        after = self._look()
        if after is None or self._before is None:
            return Cost(**self._spent._asdict(), seconds_per_document=seconds)
        spent = {name: getattr(after, name) - getattr(self._before, name) for name in Spent._fields}
        price = None if after.cost is None else after.cost - (self._before.cost or 0.0)
        return Cost(**spent, price=price, seconds_per_document=seconds)

    def _look(self) -> _Counts | None:
        if self._usage is None:
            return None
        counted = {name: getattr(self._usage, name, 0) for name in Spent._fields}
        return _Counts(**counted, cost=getattr(self._usage, "cost", None))
