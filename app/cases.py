"""Cases as they stand: who may see one, which corrections were kept, whether an estimate is still owed."""

import re
from collections.abc import Sequence

from pellucid.app.own_texts import is_own
from pellucid.app.session import Session
from pellucid.casework import Casework
from pellucid.exceptions import AccessError, InvalidInputError, UnknownDomain
from pellucid.schema import Answer, CaseFile, Correction, CorrectionBody, Entry, EntryKind, Person, Role

PLACE = re.compile(r"\[evidence at characters (\d{1,9}) to (\d{1,9})\]$")
"""How a correction's note says where its quote stands: the log holds no words of a document."""


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
    need(person, Role.VIEWER)
    work = casework_of(session, domain)
    if is_own(document):
        own = session.own_texts.get(person.name, domain, document)
        if own is None:
            raise InvalidInputError("case: this text is not open; it was closed at sign-out, or is somebody else's")
        return own
    if document not in work.documents:
        raise InvalidInputError(f"case: {document[:80]!r} is none of the {len(work.documents):,} documents; pick one")
    entries = session.log.entries(domain=domain, document=document, kind=EntryKind.CORRECTED)
    last = entries[-1].number if entries else 0
    return session.case((domain, document, last), lambda: work.case(document, corrections_in(work, document, entries)))


def corrections_in(work: Casework, document: str, entries: Sequence[Entry]) -> tuple[Correction, ...]:
    """Turn a document's entries into corrections, in the order in which they were made.

    Parameters
    ----------
    work : Casework
    document : str
    entries : sequence of Entry
        Other kinds than corrections are passed over.

    Returns
    -------
    tuple of Correction
        Without those whose question or value a later questionnaire no longer has.
    """
    found: tuple[Correction, ...] = ()
    case: CaseFile | None = None
    for entry in entries:
        if entry.kind is not EntryKind.CORRECTED:
            continue
        body = entry.signed()
        if not isinstance(body, CorrectionBody) or not _fits(work, body):
            continue
        case = work.case(document, found) if case is None or found else case
        given = {"person": entry.person, "why": body.why, "note": body.note}
        quote = _quoted(case, body.note)
        try:
            made = work.correction(case, body.question, body.after, **given, quote=quote)
        except InvalidInputError:
            continue  # an answer that has the value already, or words that are no evidence
        found = (*found, made.model_copy(update={"at": entry.at, "number": entry.number}))
    return found


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
    case = case_of(session, person, domain, document)
    if owes_estimate(session, person, domain, document):
        raise InvalidInputError("estimate: give your own estimate first; the model's answer opens then")
    return case


def place_words(answer: Answer) -> str:
    """Say where the quote of an answer stands, without its words; `corrections_in` reads it again.

    Parameters
    ----------
    answer : Answer

    Returns
    -------
    str
        Empty where it has no place.
    """
    return f"[evidence at characters {answer.start} to {answer.end}]" if answer.is_evidence else ""


def _quoted(case: CaseFile, note: str) -> str:
    """Return the words whose place a note gives; none where it gives none."""
    place = PLACE.search(note)
    return case.text[int(place[1]) : int(place[2])] if place else ""


def _fits(work: Casework, body: CorrectionBody) -> bool:
    """Whether a correction speaks of a question, and gives a value, that this questionnaire has."""
    asked = {question.id: question for question in work.questionnaire.questions}
    return body.question in asked and (body.after is None or asked[body.question].accepts(body.after))
