"""Cases as they stand: who may see one, which corrections were kept, whether an estimate is still owed."""

from collections.abc import Sequence
from typing import NamedTuple

from pellucid.app.own_texts import is_own
from pellucid.app.session import Session
from pellucid.casework import Casework, value_of
from pellucid.exceptions import AccessError, InvalidInputError, UnknownDomain
from pellucid.schema import (
    CaseFile,
    Correction,
    CorrectionBody,
    Entry,
    EntryKind,
    Person,
    Role,
    canonical_json,
    text_digest,
)

NOT_APPLIED = "A signed correction could not be applied"
"""How a warning begins that names a correction the log holds and the case does not show."""


class Standing(NamedTuple):
    """A case as it stands, and up to which entry of the log.

    Attributes
    ----------
    case : CaseFile
    last : int
        Number of the document's last correction in the log; 0 where there is none.
    """

    case: CaseFile
    last: int

    @property
    def seen(self) -> str:
        """Digest of what whoever opens the case is shown: model, score, answers and last correction."""
        answers = [[one.question, value_of(one), one.status.value, one.start, one.end] for one in self.case.answers()]
        shown = [self.case.model_digest, repr(self.case.decision.score), self.last, answers]
        return text_digest(canonical_json(shown))

    def need_seen(self, seen: str) -> None:
        """Refuse to sign what a page does not show.

        Parameters
        ----------
        seen : str
            What the page says it was made from.

        Raises
        ------
        InvalidInputError
        """
        if seen != self.seen:
            raise InvalidInputError(
                "case: it was changed since this page was opened; nothing was signed or kept; load the case again, "
                "look at it, and then sign"
            )


class Replayed(NamedTuple):
    """Corrections that the log holds, and what became of them.

    Attributes
    ----------
    corrections : tuple of Correction
        Those that were applied, in order.
    warnings : tuple of str
        One sentence for each that could not be.
    """

    corrections: tuple[Correction, ...]
    warnings: tuple[str, ...]


def need(person: Person, role: Role) -> None:
    """Refuse what a person's role does not allow.

    Parameters
    ----------
    person : Person
    role : Role
        The least that is needed.

    Raises
    ------
    AccessError
    """
    if not person.role.may(role):
        raise AccessError(
            f"{person.name} signed in as {person.role.value}, and this needs a {role.value}; ask an administrator"
        )


def casework_of(session: Session, domain: str) -> Casework:
    """Return the casework of a domain.

    Parameters
    ----------
    session : Session
    domain : str

    Returns
    -------
    Casework

    Raises
    ------
    UnknownDomain
    """
    if domain not in session.caseworks:
        raise UnknownDomain(f"domain: {domain[:80]!r} is not open; open are {', '.join(session.caseworks)}")
    return session.caseworks[domain]


def case_of(session: Session, person: Person, domain: str, document: str) -> CaseFile:
    """Return a case as it stands, with the corrections that were kept.

    Parameters
    ----------
    session : Session
    person : Person
    domain, document : str

    Returns
    -------
    CaseFile

    Raises
    ------
    InvalidInputError
        If there is no such document, or it is somebody else's.
    """
    return standing(session, person, domain, document).case


def standing(session: Session, person: Person, domain: str, document: str) -> Standing:
    """Return a case as it stands, and the number of the last correction it stands on.

    Parameters
    ----------
    session : Session
    person : Person
    domain, document : str

    Returns
    -------
    Standing

    Raises
    ------
    InvalidInputError
        If there is no such document, or it is somebody else's.
    """
    need(person, Role.VIEWER)
    work = casework_of(session, domain)
    if is_own(document):
        own = session.own_texts.get(person.name, domain, document)
        if own is None:
            raise InvalidInputError("case: this text is not open; it was closed at sign-out, or is somebody else's")
        return Standing(own, 0)
    if document not in work.documents:
        raise InvalidInputError(f"case: {document[:80]!r} is none of the {len(work.documents):,} documents; pick one")
    entries = session.log.entries(domain=domain, document=document, kind=EntryKind.CORRECTED)
    last = entries[-1].number if entries else 0
    return Standing(session.case((domain, document, last), lambda: _made(work, document, entries)), last)


def _made(work: Casework, document: str, entries: Sequence[Entry]) -> CaseFile:
    found = replayed(work, document, entries)
    return with_warnings(work.case(document, found.corrections), found.warnings)


def with_warnings(case: CaseFile, warnings: Sequence[str]) -> CaseFile:
    """Return a case with more to look at.

    Parameters
    ----------
    case : CaseFile
    warnings : sequence of str

    Returns
    -------
    CaseFile
    """
    return case.model_copy(update={"warnings": (*case.warnings, *warnings)}) if warnings else case


def replayed(work: Casework, document: str, entries: Sequence[Entry]) -> Replayed:
    """Apply a document's signed corrections in the order in which they were made.

    Parameters
    ----------
    work : Casework
    document : str
    entries : sequence of Entry
        Other kinds than corrections are passed over.

    Returns
    -------
    Replayed
        What cannot be applied any more is told, never passed over.
    """
    found: tuple[Correction, ...] = ()
    warnings: list[str] = []
    case: CaseFile | None = None
    for entry in entries:
        if entry.kind is not EntryKind.CORRECTED:
            continue
        case = work.case(document, found) if case is None or found else case
        try:
            made = _again(work, case, entry)
        except InvalidInputError as error:
            warnings.append(f"{NOT_APPLIED}: entry {entry.number:,} by {entry.person} ({error}).")
        else:
            found = (*found, made.model_copy(update={"at": entry.at, "number": entry.number}))
    return Replayed(found, tuple(warnings))


def _again(work: Casework, case: CaseFile, entry: Entry) -> Correction:
    """Make a correction from its entry."""
    body = entry.signed()
    if not isinstance(body, CorrectionBody):
        raise InvalidInputError("it is no correction")
    quote = case.text[body.start : body.end] if body.start is not None else ""
    if body.start is not None and not quote.strip():
        raise InvalidInputError("its evidence stands beyond the end of the document")
    given = {"person": entry.person, "why": body.why, "note": body.note}
    made = work.correction(case, body.question, body.after, **given, quote=quote)
    if (made.after.start, made.after.end) == (body.start, body.end):
        return made
    # The same words stand in the document twice; the place that was signed counts.
    after = made.after.model_copy(update={"start": body.start, "end": body.end, "context": None})
    return made.model_copy(update={"after": after})


def owed_estimates(session: Session, person: Person, domain: str) -> frozenset[str]:
    """Return the recorded documents of which a person owes an estimate; the log is asked once for all of them.

    Parameters
    ----------
    session : Session
    person : Person
    domain : str

    Returns
    -------
    frozenset of str
        Empty where no estimates are asked for.
    """
    work = casework_of(session, domain)
    if not session.estimate_first:
        return frozenset()
    entries = session.log.entries(domain=domain, kind=EntryKind.ESTIMATE)
    return frozenset(work.documents).difference(entry.document for entry in entries if entry.person == person.name)


def owes_estimate(session: Session, person: Person, domain: str, document: str) -> bool:
    """Whether the model's answer is kept back until this person has said what they think.

    Parameters
    ----------
    session : Session
    person : Person
    domain, document : str

    Returns
    -------
    bool
    """
    if not session.estimate_first:
        return False
    entries = session.log.entries(domain=domain, document=document, kind=EntryKind.ESTIMATE)
    return not any(entry.person == person.name for entry in entries)


def open_case(session: Session, person: Person, domain: str, document: str) -> CaseFile:
    """Return a case whose answer this person may see.

    Parameters
    ----------
    session : Session
    person : Person
    domain, document : str

    Returns
    -------
    CaseFile

    Raises
    ------
    InvalidInputError
        If the person owes an estimate first, or the case cannot be seen.
    """
    return open_standing(session, person, domain, document).case


def open_standing(session: Session, person: Person, domain: str, document: str) -> Standing:
    """Return a case whose answer this person may see, and the last correction it stands on.

    Parameters
    ----------
    session : Session
    person : Person
    domain, document : str

    Returns
    -------
    Standing

    Raises
    ------
    InvalidInputError
        If the person owes an estimate first, or the case cannot be seen.
    """
    found = standing(session, person, domain, document)
    if owes_estimate(session, person, domain, document):
        raise InvalidInputError("estimate: give your own estimate first; the model's answer opens then")
    return found
