"""What was answered: value, status, quote, where the quote stands, and who said it."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pellucid.schema._question import Identifier, Value
from pellucid.schema._record import Record

Probability = Annotated[float, Field(ge=0.0, le=1.0)]

PERSON = "person"
"""Stands as the model of a source where a person answered, and no language model."""


class Status(StrEnum):
    """What became of a question; every answer has exactly one."""

    ANSWERED = "answered"
    NOT_STATED = "not stated"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    CORRECTED = "corrected"


class Source(Record):
    """Where an answer comes from.

    Attributes
    ----------
    model : str
        Name of the language model, or `PERSON`.
    prompt : str
        Prompt and its version, such as ``"answers/1"``.
    recorded : bool
        True where the reply was replayed, False where a model was asked just now.
    corrected_by : str
        Who changed it; empty where nobody did.
    """

    model: Annotated[str, Field(min_length=1)]
    prompt: str = ""
    recorded: bool = False
    corrected_by: str = ""


class Context(Record):
    """What a person should see beside a quote: the whole sentence, and words in it that may turn its meaning.

    Attributes
    ----------
    start, end : int
        The sentence in the document, in characters, end exclusive.
    cues : tuple of str
        Words of the sentence just outside the quote, such as ``"negation “denies”"``; they
        change no answer.
    """

    start: Annotated[int, Field(ge=0)]
    end: int
    cues: tuple[str, ...] = ()


class Flag(Record):
    """A span of a document that reads like an order to whoever reads it; for a person to look at.

    Attributes
    ----------
    start, end : int
        In characters, end exclusive.
    kind : str
        What it looks like.
    """

    start: Annotated[int, Field(ge=0)]
    end: int
    kind: str


class Answer(Record):
    """The answer to one question about one document.

    Attributes
    ----------
    question : str
        Id of the question.
    value : int, float, str or None
        None where the document does not say or the reply could not be read.
    status : Status
    probability : float or None
        The model's probability of the value, 0 to 1, where it gives one.
    quote : str
        The words the model gave as evidence, as it gave them.
    start, end : int or None
        Where the quote stands in the document, in characters (Python string offsets,
        end exclusive); None where it was not found.
    cause : str
        Why an answer is unreadable or unsupported; empty otherwise.
    context : Context or None
        The sentence around the quote; None where the quote was not found.
    source : Source

    Examples
    --------
    >>> a = Answer(question="age", value=56, status="answered", quote="aged 56", start=4, end=11,
    ...            source=Source(model="demo"))
    >>> a.is_evidence
    True
    """

    question: Identifier
    value: Value | None
    status: Status
    probability: Probability | None = None
    quote: str = Field(default="", repr=False)
    start: Annotated[int, Field(ge=0)] | None = None
    end: int | None = None
    cause: str = ""
    context: Context | None = None
    source: Source

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        silent = self.status in (Status.NOT_STATED, Status.UNREADABLE)
        if silent and self.value is not None:
            raise ValueError(f"value: an answer that is {self.status.value!r} has none")
        if self.status in (Status.ANSWERED, Status.UNSUPPORTED) and self.value is None:
            raise ValueError(f"value: an answer that is {self.status.value!r} needs one")
        if (self.start is None) != (self.end is None):
            raise ValueError("start, end: give both or none")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("end: must be above start")
        if self.status is Status.UNSUPPORTED and self.start is not None:
            raise ValueError("start: an unsupported answer has no place in the document")
        return self

    @property
    def is_evidence(self) -> bool:
        """Whether the quote was found in the document."""
        return self.start is not None


class DirectPrediction(Record):
    """The language model's own probability of the outcome, asked without a glass box.

    Attributes
    ----------
    document : str
    probability : float or None
        None where the reply could not be read.
    rationale : str
        The model's reason, as it gave it; empty where it gave none.
    cause : str
        Why there is no probability; empty where there is one.
    kind : {"verbalised", "logprob"}
        Whether the model wrote the probability down, or gave it to the word "yes".
    source : Source
    """

    document: str
    probability: Probability | None
    rationale: str = ""
    cause: str = ""
    kind: Literal["verbalised", "logprob"] = "verbalised"
    source: Source


class Reading(Record):
    """One document read through a questionnaire: one answer per question, in its order.

    Attributes
    ----------
    document : str
        Id or name of the document.
    answers : tuple of Answer
    flags : tuple of Flag
        Where the document reads like an order to whoever reads it.
    """

    document: str
    answers: tuple[Answer, ...]
    flags: tuple[Flag, ...] = ()
