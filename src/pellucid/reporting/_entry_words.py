"""What an entry of the decision log says, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._case_words import counted, moment
from pellucid.reporting._wording import label, percent
from pellucid.schema import (
    OVERRIDE_REASONS,
    CorrectionBody,
    DecisionBody,
    Entry,
    EntryKind,
    EstimateBody,
    LetterBody,
    PauseBody,
    Record,
    ReviewBody,
    Value,
)

_ACTS = {
    EntryKind.ACCEPTED: "accepted",
    EntryKind.OVERRIDDEN: "overridden",
    EntryKind.CORRECTED: "corrected",
    EntryKind.ESTIMATE: "own estimate",
    EntryKind.REVIEWED: "answer reviewed",
    EntryKind.LETTER: "letter made",
    EntryKind.PAUSED: "paused",
    EntryKind.RESUMED: "resumed",
}
_REVIEWS = {"keep": "kept", "relabel": "relabelled", "flag": "flagged"}


@dataclass(frozen=True)
class EntryRow:
    """One entry of the log.

    Attributes
    ----------
    number, when, domain, document, person, role : str
    act : str
        What was done.
    mark : str
        Class of its badge.
    words, note : str
        What was signed, and the person's own words.
    digest, short : str
        SHA-256, whole and its first twelve digits.
    """

    number: str
    when: str
    domain: str
    document: str
    person: str
    role: str
    act: str
    mark: str
    words: str
    note: str
    digest: str
    short: str


def entry_rows(entries: Sequence[Entry]) -> tuple[EntryRow, ...]:
    """Write entries of the log, in the order given.

    Parameters
    ----------
    entries : sequence of Entry

    Returns
    -------
    tuple of EntryRow
        One per entry, also of one whose body is not what its kind asks for.
    """
    return tuple(_row(entry) for entry in entries)


def _row(entry: Entry) -> EntryRow:
    """Write one entry."""
    try:
        words, note = _body_words(entry.signed())
    except InvalidInputError:
        words, note = "What was signed cannot be read; verify the log.", ""
    return EntryRow(
        number=f"{entry.number:,}",
        when=moment(entry.at),
        domain=entry.domain,
        document=entry.document,
        person=entry.person,
        role=entry.role.value,
        act=_ACTS[entry.kind],
        mark=entry.kind.value,
        words=words,
        note=note,
        digest=entry.digest,
        short=entry.digest[:12],
    )


def _body_words(body: Record) -> tuple[str, str]:
    """Say what was signed, and the note beside it."""
    if isinstance(body, DecisionBody):
        return _decision(body), body.note
    if isinstance(body, CorrectionBody):
        before, after = _value(body.before), _value(body.after)
        place = "" if body.start is None else f" Evidence at characters {body.start:,} to {body.end:,}."
        said = f"{label(body.question)}: {before} ({body.before_status.value}) → {after}. Why: {body.why}.{place}"
        return said, body.note
    if isinstance(body, EstimateBody):
        return f"Before seeing the model’s answer: {percent(body.probability)}.", ""
    if isinstance(body, ReviewBody):
        became = f" as {_value(body.after)}" if body.action == "relabel" else ""
        return f"{label(body.question)}: {_REVIEWS[body.action]}{became}.", body.note
    if isinstance(body, LetterBody):
        how = f", {body.method}" if body.method else ""
        return f"{label(body.kind)}{how}, SHA-256 {body.digest}.", ""
    return (body.why, "") if isinstance(body, PauseBody) else ("", "")


def _decision(body: DecisionBody) -> str:
    """Say how a decision was signed."""
    corrected = f", after {counted(body.corrections, 'corrected answer')}" if body.corrections else ""
    stood = f"Risk {percent(body.probability)}, decided by the model: “{body.predicted}”{corrected}"
    if body.decided == body.predicted:
        return f"{stood}; the person decided the same."
    return f"{stood}; the person decided “{body.decided}”. Reason: {OVERRIDE_REASONS[body.reason].lower()}."


def _value(value: Value | None) -> str:
    """Write a value without its question's unit."""
    if value is None:
        return "not stated"
    return value if isinstance(value, str) else f"{value:.10g}"
