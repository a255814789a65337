"""A case: one document with its decision, what people corrected, how sure it is, and what else must be seen with it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from pellucid.schema._answer import Answer, Flag, Probability, Status
from pellucid.schema._case_parts import Sureness
from pellucid.schema._decision import Decision
from pellucid.schema._question import Identifier, Questionnaire
from pellucid.schema._record import Record

Count = Annotated[int, Field(ge=0)]


class Correction(Record):
    """One answer that a person changed, with the answer it had before.

    Attributes
    ----------
    question : str
        Id of the question.
    before, after : Answer
        `after` has status ``"corrected"``.
    why : str
        Why it was changed: a code or a few words.
    note : str
        What else the person wrote; never printed with the record.
    person : str
    at : str
        When, as UTC in ISO 8601.
    number : int or None
        Of the entry in the decision log; None where it stands in none yet.

    Examples
    --------
    >>> before = Answer(question="pain", value="no", status="answered", source={"model": "demo"})
    >>> after = before.model_copy(update={"value": "yes", "status": Status.CORRECTED})
    >>> made = Correction(question="pain", before=before, after=after, why="misread", person="ann",
    ...                   at="2026-01-31T09:00:00.000000Z")
    >>> made.after.value
    'yes'
    """

    question: Identifier
    before: Answer
    after: Answer
    why: str
    note: str = Field(default="", repr=False)
    person: Annotated[str, Field(min_length=1)]
    at: str
    number: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _speaks_of_one_question(self) -> Self:
        if {self.before.question, self.after.question} != {self.question}:
            raise ValueError("before, after: must be answers to the question that was corrected")
        if self.after.status is not Status.CORRECTED:
            raise ValueError(f"after: status is {self.after.status.value!r}; 'corrected' is expected")
        return self


class CaseFile(Record):
    """One document with everything a person needs to check the decision on it.

    Attributes
    ----------
    domain : str
        Name of the domain.
    title : str
        Of the domain, in words.
    unit : str
        What one document speaks of, such as ``"case"``.
    outcomes : tuple of two str
        Names of outcome 0 and 1, in words.
    document : str
        Its id.
    text : str
        The document, unchanged; offsets in answers count in it.
    flags : tuple of Flag
        Where the document reads like an order to whoever reads it.
    questionnaire : Questionnaire
    decision : Decision
        As it stands now: with corrections and drafts.
    original : Decision
        Before any correction.
    corrections : tuple of Correction
        In the order in which they were made.
    observed : str or None
        What really happened, in the words of `outcomes`; None where it is not known.
    direct : float or None
        The language model's own probability of the outcome, asked directly.
    rationale : str
        The reason it gave; empty where it gave none.
    direct_contaminated : str
        Why the model may have known records or outcomes; empty where nothing speaks for it.
    trained_on : int
        How many documents the glass box was fitted on.
    held_out : bool
        Whether this document was left out of them.
    model_note : str
        What the decision rests on: the model, what it learnt from, how it fared on
        documents it had not seen, its limits.
    model_digest : str
        SHA-256 of the fitted glass box laid open; empty where it was not computed.
    sureness : Sureness
    warnings : tuple of str
        Everything a person should look at, the decision's own warnings among them.
    source : str
        Who answered the questions, and when, in words.
    threshold : float
        Probability from which the second outcome is decided for.
    """

    domain: str
    title: str
    unit: str = "case"
    outcomes: tuple[str, str]
    document: str
    text: str = Field(repr=False)
    flags: tuple[Flag, ...] = ()
    questionnaire: Questionnaire
    decision: Decision
    original: Decision
    corrections: tuple[Correction, ...] = ()
    observed: str | None = None
    direct: Probability | None = None
    rationale: str = Field(default="", repr=False)
    direct_contaminated: str = ""
    trained_on: Count
    held_out: bool
    model_note: str
    model_digest: str = ""
    sureness: Sureness
    warnings: tuple[str, ...] = ()
    source: str
    threshold: Probability = 0.5

    @model_validator(mode="after")
    def _of_one_document(self) -> Self:
        if {self.decision.document, self.original.document} != {self.document}:
            raise ValueError("decision, original: must be decisions on this document")
        if self.observed is not None and self.observed not in self.outcomes:
            raise ValueError("observed: must be one of the outcomes")
        ends = [answer.end for answer in self.answers() if answer.end is not None]
        if ends and max(ends) > len(self.text):
            raise ValueError("decision: a quote stands beyond the end of the text")
        return self

    def answers(self) -> tuple[Answer, ...]:
        """Return the answers as they stand now, one per question, in the questionnaire's order.

        Returns
        -------
        tuple of Answer
        """
        found = {answer.question: answer for term in self.decision.contributions for answer in term.answers}
        return tuple(found[name] for name in self.questionnaire.ids if name in found)

    @property
    def is_draft(self) -> bool:
        """Whether an answer was changed and nobody has signed the change."""
        signed = {one.question: one.after for one in self.corrections}
        changed = (answer for answer in self.answers() if answer.status is Status.CORRECTED)
        return any(signed.get(answer.question) != answer and answer.source.corrected_by == DRAFT for answer in changed)


DRAFT = "draft"
"""Stands for whoever changes an answer to see what would follow, and signs nothing."""


class WorkItem(Record):
    """One document in a list of those a person should look at.

    Attributes
    ----------
    document : str
    probability : float
        As it stands now, of the second outcome.
    direct : float or None
        The language model's own probability.
    disagreement : float
        How far apart the two are; 0 where there is no direct prediction.
    nearness : float
        How near the probability is to the threshold: 1 at it, 0 at the far end.
    missing : int
        Questions that the glass box got no value for.
    corrected : int
        Answers that were corrected.
    status : str
        ``"open"``, ``"accepted"`` or ``"overridden"``.
    reasons : tuple of str
        Why it stands where it stands, in words.
    rank : float
        Higher ones come first.
    """

    document: str
    probability: Probability
    direct: Probability | None = None
    disagreement: Probability = 0.0
    nearness: Probability = 0.0
    missing: Count = 0
    corrected: Count = 0
    status: Annotated[str, Field(pattern="^(open|accepted|overridden)$")] = "open"
    reasons: tuple[str, ...] = ()
    rank: float = 0.0
