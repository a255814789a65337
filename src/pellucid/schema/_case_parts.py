"""What a case shows beside its decision: similar cases, principal reasons, and how sure the model is."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from pellucid.schema._answer import Probability
from pellucid.schema._measure import Measure
from pellucid.schema._record import Record


class SharedTerm(Record):
    """One term on which two documents are alike.

    Attributes
    ----------
    questions : tuple of str
        One id, or two for an interaction.
    said : str
        The answer in the similar document, in words.
    said_here : str
        The answer in the document at hand.
    points, points_here : float
        Log-odds the term adds in either document.
    quote : str
        The words of the similar document behind its answer; empty where none was found.
    """

    questions: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    said: str = Field(repr=False)
    said_here: str = Field(repr=False)
    points: float
    points_here: float
    quote: str = Field(default="", repr=False)


class SimilarCase(Record):
    """A document that the model treats much like the one at hand.

    Attributes
    ----------
    document : str
    distance : float
        Log-odds: the sum over terms of how far the points are apart.
    probability : float
        Of the second outcome, as held out from training.
    predicted : str
    observed : str
        What really happened.
    terms : tuple of SharedTerm
        The weighty terms on which both are most alike, first of all.
    """

    document: str
    distance: Annotated[float, Field(ge=0.0)]
    probability: Probability
    predicted: str
    observed: str
    terms: tuple[SharedTerm, ...]


class ReasonMethod(StrEnum):
    """Against what a term's points are held to find a principal reason.

    `AVERAGE`: the average of the training documents, the usual practice with score
    cards. `BEST`: the best points that any training document reached.
    """

    AVERAGE = "against average"
    BEST = "against best"


class PrincipalReason(Record):
    """One main reason of an unfavourable decision, out of the terms that were scored.

    Attributes
    ----------
    rank : int
        1 for the weightiest.
    questions : tuple of str
    said : str
        The answer in words.
    points : float
        Log-odds the term adds.
    lost : float
        How far the points lie on the unfavourable side of the reference; above 0.
    wording : str
        The reason, as written in a letter.
    quote : str
        The document's words behind the answer; empty where none was found.
    """

    rank: Annotated[int, Field(ge=1)]
    questions: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    said: str = Field(repr=False)
    points: float
    lost: Annotated[float, Field(gt=0.0)]
    wording: str
    quote: str = Field(default="", repr=False)


class PredictionSet(Record):
    """The classes that cannot be ruled out at a stated level.

    Attributes
    ----------
    classes : tuple of str
        Both where the model cannot tell; none where the document is unlike either class.
    level : float
        Share of documents, within each class, whose set should hold what really happened.
    coverage : Measure
        The share that did, on held-out documents, each judged by all others.
    p_values : dict of str to float
        By class; a class is in the set where it exceeds 1 minus the level.
    calibrated_on : int
        Documents behind it.
    """

    classes: tuple[str, ...]
    level: Annotated[float, Field(gt=0.0, lt=1.0)]
    coverage: Measure
    p_values: dict[str, Probability]
    calibrated_on: Annotated[int, Field(ge=1)]


class BagSpread(Record):
    """Lowest and highest probability that the model's bags give; not a confidence interval.

    Attributes
    ----------
    low, high : float
    bags : int
        How many models, each fitted on another part of the training documents.
    """

    low: Probability
    high: Probability
    bags: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low: {self.low:g} is above high {self.high:g}")
        return self


class AnswerStability(Record):
    """How often repeated readings gave the answer that was used.

    Attributes
    ----------
    question : str
    readings : int
        Readings of the document, the one used included.
    same : int
        How many of them gave the same answer.
    """

    question: str
    readings: Annotated[int, Field(ge=1)]
    same: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.same > self.readings:
            raise ValueError(f"same: {self.same} is above readings {self.readings}")
        return self


class Sureness(Record):
    """How sure a decision is, in three ways; each may be unknown.

    Attributes
    ----------
    bags : BagSpread or None
        None where the model has no bags.
    prediction_set : PredictionSet or None
    stability : tuple of AnswerStability
        Empty where a document was read only once.
    """

    bags: BagSpread | None = None
    prediction_set: PredictionSet | None = None
    stability: tuple[AnswerStability, ...] = ()
