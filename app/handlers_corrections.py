"""Corrections: answers that a person changed, signed one by one into the log."""

from collections.abc import Mapping, Sequence
from typing import Any

from pellucid.app import form
from pellucid.app.cases import Standing, casework_of, need, open_standing
from pellucid.app.handlers import CaseView, listed, message, view
from pellucid.app.own_texts import is_own
from pellucid.app.session import Session
from pellucid.exceptions import InvalidInputError
from pellucid.schema import PERSON, CaseFile, Correction, CorrectionBody, Entry, EntryKind, Person, Record, Role, Value

CORRECTION_WHYS = {
    "misread": "The evidence was misread",
    "overlooked": "It stands in the document and was overlooked",
    "absent": "It does not stand in the document",
    "new": "There is new information",
    "other": "Another reason, in the note",
}
"""Why an answer may be corrected: code to words; ``"other"`` needs a note."""


def keep(
    session: Session,
    person: Person,
    domain: str,
    document: str,
    given: Sequence[object],
    *,
    seen: str,
    why: str,
    note: str = "",
    quote: str = "",
) -> CaseView:
    """Keep the answers of the form as corrections, each signed into the log, all or none.

    Parameters
    ----------
    session : Session
    person : Person
        A reviewer.
    domain, document : str
    given : sequence of object
        What the controls hold, in the questionnaire's order.
    seen : str
        What the person was shown, as in `CaseView.seen`.
    why : str
        Code of `CORRECTION_WHYS`.
    note : str, default=""
    quote : str, default=""
        Words of the document behind the one answer that was changed; the log gets their
        place, never the words.

    Returns
    -------
    CaseView

    Raises
    ------
    AccessError
        If the person is no reviewer.
    InvalidInputError
        If the case is not what the person was shown, a value is not allowed, nothing was
        changed, a reason is missing, or a quote does not belong to exactly one answer.
    ChangedMeanwhile
        If somebody corrected the case at the same moment; nothing was kept.
    """
    need(person, Role.REVIEWER)
    stands = open_standing(session, person, domain, document)
    stands.need_seen(seen)
    case = stands.case
    values = form.read(case.questionnaire, given)
    changed = form.changed(case, values)
    if not changed:
        raise InvalidInputError("answers: none differs from what is kept already; change one first")
    if why not in CORRECTION_WHYS:
        raise InvalidInputError("why: choose why the answer is corrected")
    if why == "other" and not note.strip():
        raise InvalidInputError("note: the reason “another” needs a note that says which")
    if quote.strip() and (len(changed) != 1 or values[changed[0]] is None):
        raise InvalidInputError(
            f"quote: words of the document show one answer, and {len(changed)} are changed here, or the one is not "
            "stated; keep them one at a time, or give no words"
        )
    signed: dict[str, Any] = {"why": CORRECTION_WHYS[why], "note": note.strip()[:2_000], "quote": quote.strip()}
    if is_own(document):
        return _kept_in_memory(session, person, case, values, **signed)
    keep_all(session, person, stands, {name: values[name] for name in changed}, **signed)
    said = message(f"Kept and signed by {person.name}: {listed(changed)}.")
    return view(session, person, domain, document, said)


def keep_all(
    session: Session,
    person: Person,
    stands: Standing,
    values: Mapping[str, Value | None],
    *,
    why: str,
    note: str = "",
    quote: str = "",
    beside: Sequence[tuple[EntryKind, Record]] = (),
) -> list[Entry]:
    """Sign corrections of a recorded case into the log, all or none.

    Parameters
    ----------
    session : Session
    person : Person
    stands : Standing
        The case as the person was shown it.
    values : mapping of str to int, float, str or None
        The right answers, by question.
    why : str
    note : str, default=""
    quote : str, default=""
        Words of the document behind them; the log gets their place, never the words.
    beside : sequence of (EntryKind, Record), default=()
        What is signed along with them, after them.

    Returns
    -------
    list of Entry

    Raises
    ------
    InvalidInputError
        If nothing would change, or a value or the quote cannot be used.
    ChangedMeanwhile
        If somebody corrected the case at the same moment; nothing was kept.
    """
    case = stands.case
    work = casework_of(session, case.domain)
    acts: list[tuple[EntryKind, Record]] = []
    for name, value in values.items():
        made = work.correction(case, name, value, person=person.name, why=why, quote=quote)
        acts.append((EntryKind.CORRECTED, _body(made, note)))
    return session.log.append_all(
        [*acts, *beside], domain=case.domain, document=case.document, person=person, expect_last=stands.last
    )


def _body(made: Correction, note: str) -> CorrectionBody:
    return CorrectionBody(
        question=made.question,
        before=made.before.value,
        before_status=made.before.status,
        after=made.after.value,
        why=made.why,
        note=note,
        start=made.after.start,
        end=made.after.end,
    )


def _kept_in_memory(
    session: Session,
    person: Person,
    case: CaseFile,
    values: dict[str, Value | None],
    *,
    why: str,
    note: str,
    quote: str,
) -> CaseView:
    """Keep answers to a person's own text where the text is: in memory."""
    work = casework_of(session, case.domain)
    changed = form.changed(case, values)
    if all(answer.source.model == PERSON for answer in case.answers()):
        quotes = {one.question: one.quote for one in case.answers() if one.is_evidence and one.question not in changed}
        quotes |= {name: quote for name in changed if quote}
        kept = work.new_case(case.document, case.text, answers=values, quotes=quotes, person=person.name)
    else:
        given = {"person": person.name, "why": why, "note": note, "quote": quote}
        kept = work.with_corrections(case, [work.correction(case, name, values[name], **given) for name in changed])
    session.own_texts.put(person.name, kept, instead_of=case)
    said = message(
        "Kept with your text, in memory. When you sign the decision, the log gets the answers and the digest of the "
        "text, not its words, nor why you changed an answer."
    )
    return view(session, person, case.domain, case.document, said)
