"""Signing: accept or override a decision, pause and resume a domain; the log says who did what."""

from collections.abc import Sequence

from pellucid.app import form
from pellucid.app.cases import Standing, casework_of, need, open_standing
from pellucid.app.handlers import CaseView, message, view
from pellucid.app.own_texts import is_own
from pellucid.app.session import Session
from pellucid.casework import values_of
from pellucid.exceptions import InvalidInputError
from pellucid.schema import (
    OVERRIDE_REASONS,
    CaseFile,
    DecisionBody,
    EntryKind,
    PauseBody,
    Person,
    Role,
    Status,
    text_digest,
)


def accept(
    session: Session, person: Person, domain: str, document: str, given: Sequence[object], *, seen: str, note: str = ""
) -> CaseView:
    """Sign the decision as it stands.

    Parameters
    ----------
    session : Session
    person : Person
        A reviewer.
    domain, document : str
    given : sequence of object
        What the controls hold: a draft cannot be signed.
    seen : str
        What the person was shown, as in `CaseView.seen`.
    note : str, default=""

    Returns
    -------
    CaseView

    Raises
    ------
    AccessError
        If the person is no reviewer.
    InvalidInputError
        If decisions are paused, or what would be signed is not what was seen.
    ChangedMeanwhile
        If one of the two came about at the same moment; nothing was signed.
    """
    stands = _signable(session, person, domain, document, given, seen)
    return _signed(session, person, stands, decided=stands.case.decision.predicted, reason="", note=note)


def override(
    session: Session,
    person: Person,
    domain: str,
    document: str,
    given: Sequence[object],
    *,
    seen: str,
    reason: str,
    note: str = "",
) -> CaseView:
    """Sign the other outcome, with a reason.

    Parameters
    ----------
    session : Session
    person : Person
        A reviewer.
    domain, document : str
    given : sequence of object
        What the controls hold: a draft cannot be signed.
    seen : str
        What the person was shown, as in `CaseView.seen`.
    reason : str
        Code of `OVERRIDE_REASONS`.
    note : str, default=""
        Needed where the reason is ``"other"``.

    Returns
    -------
    CaseView

    Raises
    ------
    AccessError
        If the person is no reviewer.
    InvalidInputError
        If decisions are paused, what would be signed is not what was seen, or a reason is missing.
    ChangedMeanwhile
        If decisions were paused, or an answer corrected, at the same moment; nothing was signed.
    """
    stands = _signable(session, person, domain, document, given, seen)
    case = stands.case
    if reason not in OVERRIDE_REASONS:
        raise InvalidInputError("reason: choose why the decision is overridden")
    if reason == "other" and not note.strip():
        raise InvalidInputError("note: the reason “another” needs a note that says which")
    other = next(name for name in case.outcomes if name != case.decision.predicted)
    return _signed(session, person, stands, decided=other, reason=reason, note=note)


def pause(session: Session, person: Person, domain: str, why: str) -> str:
    """Stop the signing of decisions of a domain.

    Parameters
    ----------
    session : Session
    person : Person
        An admin.
    domain, why : str

    Returns
    -------
    str
        What was done.

    Raises
    ------
    AccessError
        If the person is no admin.
    InvalidInputError
        If it is paused already, or no reason is given.
    """
    return _switch(session, person, domain, why, EntryKind.PAUSED)


def resume(session: Session, person: Person, domain: str, why: str) -> str:
    """Let decisions of a domain be signed again.

    Parameters
    ----------
    session : Session
    person : Person
        An admin.
    domain, why : str

    Returns
    -------
    str
        What was done.

    Raises
    ------
    AccessError
        If the person is no admin.
    InvalidInputError
        If it is not paused, or no reason is given.
    """
    return _switch(session, person, domain, why, EntryKind.RESUMED)


def _signable(
    session: Session, person: Person, domain: str, document: str, given: Sequence[object], seen: str
) -> Standing:
    """Return the case if the person may sign it, and has seen what they would sign."""
    need(person, Role.REVIEWER)
    stands = open_standing(session, person, domain, document)
    paused = session.log.paused(domain)
    if paused is not None:
        raise InvalidInputError(f"decisions of {domain} are paused by {paused.person}; the audit page says why")
    stands.need_seen(seen)
    if form.changed(stands.case, form.read(stands.case.questionnaire, given)):
        raise InvalidInputError("answers: some are changed and not kept; keep them or put them back, then sign")
    return stands


def _signed(session: Session, person: Person, stands: Standing, *, decided: str, reason: str, note: str) -> CaseView:
    case, decision = stands.case, stands.case.decision
    own = is_own(case.document)  # no recording holds its answers, so the entry does
    body = DecisionBody(
        probability=decision.probability,
        score=decision.score,
        predicted=decision.predicted,
        decided=decided,
        reason=reason,
        note=note.strip()[:4_000],
        model=decision.model,
        model_digest=case.model_digest,
        text_digest=text_digest(case.text),
        corrections=_by_people(case) if own else len(case.corrections),
        answers=values_of(case) if own else {},
    )
    kind = EntryKind.OVERRIDDEN if reason else EntryKind.ACCEPTED
    (entry,) = session.log.append_all(
        [(kind, body)], domain=case.domain, document=case.document, person=person, expect_last=stands.last
    )
    said = message(f"Entry {entry.number}: {person.name} signed “{decided}” ({kind.value}).")
    return view(session, person, case.domain, case.document, said)


def _by_people(case: CaseFile) -> int:
    """Count the answers that a person gave or corrected."""
    return sum(answer.status is Status.CORRECTED for answer in case.answers())


def _switch(session: Session, person: Person, domain: str, why: str, kind: EntryKind) -> str:
    need(person, Role.ADMIN)
    casework_of(session, domain)
    if (session.log.paused(domain) is not None) == (kind is EntryKind.PAUSED):
        raise InvalidInputError(f"decisions of {domain} are {'paused' if kind is EntryKind.PAUSED else 'open'} already")
    if not why.strip():
        raise InvalidInputError("why: say why, so that others understand it")
    entry = session.log.append(kind=kind, domain=domain, person=person, body=PauseBody(why=why.strip()[:4_000]))
    return f"Entry {entry.number}: decisions of {domain} {kind.value} by {person.name}."
