"""One entry of the decision log under its seal, and what a check of the whole log found."""

import hashlib
import json
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from pellucid.schema._record import Record
from pellucid.schema._signed import EntryKind, Hexadecimal, Name, Role, body_of

Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]

FIRST_PREVIOUS = "0" * 64
"""What stands as the digest before the first entry."""


class Entry(Record):
    """One act of one person, as it stands in the decision log.

    Attributes
    ----------
    number : int
        From 1, without a gap.
    at : str
        When, UTC: ``2026-01-31T09:30:00.000000Z``.
    kind : EntryKind
    domain : str
    document : str
        Its id; empty where the act is about none.
    person : str
        Who signed.
    role : Role
        What the person was then.
    body : dict
        What was signed, as plain data; `signed` gives it as a record.
    previous, digest : str
        SHA-256 of the entry before and of this one, 64 hexadecimal digits.

    Notes
    -----
    It holds ids, digests, values, codes and the person's own words, never a document's text.

    Examples
    --------
    >>> entry = Entry.sealed(number=1, at="2026-01-31T09:30:00.000000Z", kind="estimate", domain="weather",
    ...                      document="we-1", person="R. Meier", role="reviewer", body={"probability": 0.4})
    >>> entry.signed(), entry.is_sealed
    (EstimateBody(probability=0.4), True)
    """

    number: Annotated[int, Field(ge=1)]
    at: Moment
    kind: EntryKind
    domain: Name
    document: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    person: Name
    role: Role
    body: dict[str, Any] = Field(repr=False)
    previous: Hexadecimal = FIRST_PREVIOUS
    digest: Hexadecimal

    def canonical(self) -> bytes:
        """Return what the digest is taken of.

        Returns
        -------
        bytes
            JSON in UTF-8 of everything but the digest: keys sorted, no white space.
        """
        return canonical_json(self.model_dump(mode="json", exclude={"digest"})).encode("utf-8")

    @property
    def is_sealed(self) -> bool:
        """Whether the digest is that of the entry."""
        return hashlib.sha256(self.canonical()).hexdigest() == self.digest

    @classmethod
    def sealed(cls, **facts: Any) -> Self:
        """Return an entry with its digest.

        Parameters
        ----------
        **facts : object
            Every attribute but ``digest``.

        Returns
        -------
        Entry
        """
        draft = cls(**facts, digest=FIRST_PREVIOUS)
        return draft.model_copy(update={"digest": hashlib.sha256(draft.canonical()).hexdigest()})

    def signed(self) -> Record:
        """Return what was signed, as the record of the entry's kind.

        Returns
        -------
        DecisionBody, CorrectionBody, EstimateBody, ReviewBody, LetterBody or PauseBody

        Raises
        ------
        InvalidInputError
            If the body is not of its kind, which an altered entry's may be.
        """
        return body_of(self.kind, self.body)


class LogProblem(Record):
    """One thing that is wrong with a decision log.

    Attributes
    ----------
    number : int or None
        Of the entry; None where it is not one entry.
    what : str
        In a sentence, without the entry's words.
    """

    number: int | None
    what: str


class LogCheck(Record):
    """What the verification of a decision log found.

    Attributes
    ----------
    entries : int
        How many were read.
    intact : bool
    problems : tuple of LogProblem
    head : str
        Digest of the last entry, to be kept elsewhere: whoever holds it can tell later
        whether the log was rewritten as a whole.
    """

    entries: Annotated[int, Field(ge=0)]
    intact: bool
    problems: tuple[LogProblem, ...] = ()
    head: Hexadecimal = FIRST_PREVIOUS

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.intact == bool(self.problems):
            raise ValueError("intact: it is so exactly where there is no problem")
        return self


def canonical_json(value: object) -> str:
    """Write plain data as the one JSON text whose digest counts.

    Parameters
    ----------
    value : object
        Dictionaries, sequences, strings, finite numbers, booleans, None.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> canonical_json({"b": 1.0, "a": "°C"})
    '{"a":"°C","b":1.0}'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
