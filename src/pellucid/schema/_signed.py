"""What people sign: who they are, what they may do, and one record for each kind of act."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pellucid.exceptions import InvalidInputError
from pellucid.schema._answer import Probability, Status
from pellucid.schema._question import Value
from pellucid.schema._record import Record

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Hexadecimal = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
DigestOrNone = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
Words = Annotated[str, StringConstraints(max_length=4_000)]

OVERRIDE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "misread": "The evidence was misread",
        "missing": "A fact is missing from the document",
        "new": "There is new information",
        "range": "The case is outside the model's range",
        "rule": "A rule or policy decides",
        "other": "Another reason, in the note",
    }
)
"""Why a decision may be overridden: code to words; ``"other"`` needs a note."""


class Role(StrEnum):
    """What a person may do; each role may all that the ones before it may."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def may(self, needed: "Role") -> bool:
        """Whether this role is enough where another is needed.

        Parameters
        ----------
        needed : Role

        Returns
        -------
        bool

        Examples
        --------
        >>> Role.REVIEWER.may(Role.VIEWER), Role.REVIEWER.may(Role.ADMIN)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Person(Record):
    """Somebody who has signed in.

    Attributes
    ----------
    name : str
        1 to 200 characters, none of them a control character.
    role : Role

    Examples
    --------
    >>> Person(name="R. Meier", role="reviewer").role.may(Role.REVIEWER)
    True
    """

    name: Name
    role: Role


class EntryKind(StrEnum):
    """What a person did."""

    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"
    CORRECTED = "corrected"
    ESTIMATE = "estimate"
    REVIEWED = "reviewed"
    LETTER = "letter"
    PAUSED = "paused"
    RESUMED = "resumed"


class DecisionBody(Record):
    """A decision that a person accepted or overrode.

    Attributes
    ----------
    probability : float
        Of the model, 0 to 1.
    score : float
        Log-odds.
    predicted, decided : str
        Classes in words: the model's, and the person's. They are equal where the person accepts.
    reason : str
        Code of `OVERRIDE_REASONS` where the two differ, empty where they are equal.
    note : str
        The person's own words; needed where the reason is ``"other"``.
    model : str
        What decided.
    model_digest, text_digest : str
        SHA-256 of the model and of the document, 64 hexadecimal digits, or empty.
    corrections : int
        How many answers a person had corrected or, of a text that people opened themselves, given.
    answers : dict of str to int, float, str or None
        What the decision was made from, by question, where no recording holds it: that of a
        text that people opened themselves; empty otherwise. None is "not stated".

    Examples
    --------
    >>> body = DecisionBody(probability=0.7, score=0.847, predicted="rain", decided="dry", reason="new", model="EBM")
    >>> OVERRIDE_REASONS[body.reason]
    'There is new information'
    """

    probability: Probability
    score: float
    predicted: Annotated[str, Field(min_length=1)]
    decided: Annotated[str, Field(min_length=1)]
    reason: str = ""
    note: Words = Field(default="", repr=False)
    model: str
    model_digest: DigestOrNone = ""
    text_digest: DigestOrNone = ""
    corrections: Annotated[int, Field(ge=0)] = 0
    answers: dict[str, Value | None] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.decided == self.predicted and self.reason:
            raise ValueError("reason: there is one, but the decision is the model's own; leave it empty")
        if self.decided != self.predicted and self.reason not in OVERRIDE_REASONS:
            raise ValueError(f"reason: a decision against the model's needs one of {', '.join(OVERRIDE_REASONS)}")
        if self.reason == "other" and not self.note.strip():
            raise ValueError("note: the reason “other” needs a note that says which")
        return self


class CorrectionBody(Record):
    """An answer that a person changed.

    Attributes
    ----------
    question : str
        Its id.
    before, after : int, float, str or None
        None is "not stated".
    before_status : Status
    why : str
        Short, such as a code.
    note : str
        The person's own words.
    start, end : int or None
        Where the words stand that the person gave as evidence, in characters of the document,
        end exclusive; None where they gave none. The words themselves are not logged.
    """

    question: Annotated[str, Field(min_length=1)]
    before: Value | None
    before_status: Status
    after: Value | None
    why: Words
    note: Words = Field(default="", repr=False)
    start: Annotated[int, Field(ge=0)] | None = None
    end: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _placed(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("start, end: give both or none")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("end: must be above start")
        if self.start is not None and self.after is None:
            raise ValueError("start, end: an answer that is not stated has no place")
        return self


class EstimateBody(Record):
    """What a person thought before seeing the model's answer.

    Attributes
    ----------
    probability : float
        0 to 1.
    """

    probability: Probability


class ReviewBody(Record):
    """What a person said of one answer in the review.

    Attributes
    ----------
    question : str
        Its id.
    action : {"keep", "relabel", "flag"}
    after : int, float, str or None
        The new value, where it was relabelled.
    note : str
        The person's own words.
    """

    question: Annotated[str, Field(min_length=1)]
    action: Literal["keep", "relabel", "flag"]
    after: Value | None = None
    note: Words = Field(default="", repr=False)


class LetterBody(Record):
    """A letter or a print that a person had made.

    Attributes
    ----------
    kind : str
        Which, such as ``"reasons"``.
    digest : str
        SHA-256 of it, 64 hexadecimal digits.
    method : str
        How the reasons in it were found; empty where it has none, and in entries from before
        this was noted.
    """

    kind: Annotated[str, Field(min_length=1)]
    digest: Hexadecimal
    method: str = ""


class PauseBody(Record):
    """Why decisions of a domain were paused or resumed.

    Attributes
    ----------
    why : str
        The person's own words.
    """

    why: Words


_BODIES: dict[EntryKind, type[Record]] = {
    EntryKind.ACCEPTED: DecisionBody,
    EntryKind.OVERRIDDEN: DecisionBody,
    EntryKind.CORRECTED: CorrectionBody,
    EntryKind.ESTIMATE: EstimateBody,
    EntryKind.REVIEWED: ReviewBody,
    EntryKind.LETTER: LetterBody,
    EntryKind.PAUSED: PauseBody,
    EntryKind.RESUMED: PauseBody,
}


def body_of(kind: EntryKind, body: Record | Mapping[str, Any]) -> Record:
    """Return what is signed as the record of its kind.

    Parameters
    ----------
    kind : EntryKind
    body : Record or Mapping of str to object

    Returns
    -------
    Record

    Raises
    ------
    InvalidInputError
        If the body is not of that kind, or says something other than the kind does.

    Examples
    --------
    >>> body_of(EntryKind.PAUSED, {"why": "The model is being checked."})
    PauseBody(why='The model is being checked.')
    """
    wanted = _BODIES[kind]
    if isinstance(body, Record) and not isinstance(body, wanted):
        raise InvalidInputError(f"body: got a {type(body).__name__}; an entry {kind.value!r} takes a {wanted.__name__}")
    try:
        found = wanted.model_validate(body.model_dump() if isinstance(body, Record) else dict(body))
    except ValueError as error:
        reasons = "; ".join(one["msg"] for one in error.errors())  # type: ignore[attr-defined]
        raise InvalidInputError(f"body: is no {wanted.__name__} ({reasons})") from None
    if isinstance(found, DecisionBody) and (found.decided == found.predicted) != (kind is EntryKind.ACCEPTED):
        raise InvalidInputError(
            f"kind: got {kind.value!r}, but the decision is {'' if found.decided == found.predicted else 'not '}the "
            "model's own; 'accepted' is for the model's own, 'overridden' for any other"
        )
    return found
