"""Corrections: answers that a person changed, signed one by one into the log."""

from collections.abc import Sequence

from pellucid.app import form
from pellucid.app.cases import PLACE, casework_of, need, open_case, place_words
from pellucid.app.handlers import CaseView, listed, message, view
from pellucid.app.own_texts import is_own
from pellucid.app.session import Session
from pellucid.exceptions import InvalidInputError
from pellucid.schema import CaseFile, Correction, CorrectionBody, EntryKind, Person, Role, Value

PERSON = "person"
"""Stands as the model where a person answered."""

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
    why: str,
    note: str = "",
    quote: str = "",
) -> CaseView:
    """Keep the answers of the form as corrections, each signed into the log.

    Parameters
    ----------
    session : Session
    person : Person
        A reviewer.
    domain, document : str
    given : sequence of object
        What the controls hold, in the questionnaire's order.
    why : str
        Code of `CORRECTION_WHYS`.
    note : str, default=""
    quote : str, default=""
        Words of the document; the log gets their place, never the words.

    Returns
    -------
    CaseView

    Raises
    ------
    AccessError
        If the person is no reviewer.
    InvalidInputError
        If a value is not allowed, nothing was changed, or a reason is missing.
    """
    need(person, Role.REVIEWER)
    case = open_case(session, person, domain, document)
    values = form.read(case.questionnaire, given)
    changed = form.changed(case, values)
    if not changed:
        raise InvalidInputError("answers: none differs from what is kept already; change one first")
    if why not in CORRECTION_WHYS:
        raise InvalidInputError("why: choose why the answer is corrected")
    if why == "other" and not note.strip():
        raise InvalidInputError("note: the reason “another” needs a note that says which")
    if is_own(document):
        return _kept_in_memory(session, person, case, values, CORRECTION_WHYS[why], note.strip()[:2_000], quote)
    for name in changed:
        keep_one(
            session, person, case, name, values[name], why=CORRECTION_WHYS[why], note=note.strip()[:2_000], quote=quote
        )
    said = message(f"Kept and signed by {person.name}: {listed(case, changed)}.")
    return view(session, person, domain, document, said)


def keep_one(
    session: Session,
    person: Person,
    case: CaseFile,
    question: str,
    value: Value | None,
    *,
    why: str,
    note: str = "",
    quote: str = "",
) -> Correction:
    """Sign one correction of a recorded case into the log.

    Parameters
    ----------
    session : Session
    person : Person
    case : CaseFile
    question : str
    value : int, float, str or None
    why : str
    note : str, default=""
    quote : str, default=""
        Words of the document; the log gets their place, never the words.

    Returns
    -------
    Correction

    Raises
    ------
    InvalidInputError
        If nothing would change, or value or quote cannot be used.
    """
    work = casework_of(session, case.domain)
    made = work.correction(case, question, value, person=person.name, why=why, quote=quote.strip())
    place = place_words(made.after) if quote.strip() else ""
    noted = " ".join(filter(None, (PLACE.sub("", note).strip(), place)))
    body = CorrectionBody(
        question=question,
        before=made.before.value,
        before_status=made.before.status,
        after=made.after.value,
        why=why,
        note=noted,
    )
    entry = session.log.append(
        kind=EntryKind.CORRECTED, domain=case.domain, document=case.document, person=person, body=body
    )
    return made.model_copy(update={"note": noted, "at": entry.at, "number": entry.number})


def _kept_in_memory(
    session: Session, person: Person, case: CaseFile, values: dict[str, Value | None], why: str, note: str, quote: str
) -> CaseView:
    """Keep answers to a person's own text where the text is: in memory."""
    work = casework_of(session, case.domain)
    changed = form.changed(case, values)
    if all(answer.source.model == PERSON for answer in case.answers()):
        quotes = {name: quote.strip() for name in changed if quote.strip()}
        case = work.new_case(case.document, case.text, answers=values, quotes=quotes, person=person.name)
    else:
        for name in changed:
            made = work.correction(
                case, name, values[name], person=person.name, why=why, note=note, quote=quote.strip()
            )
            signed = case.model_copy(update={"corrections": (*case.corrections, made)})
            case = work.rescored(signed, {name: values[name]})
    session.own_texts.put(person.name, case)
    said = message("Kept with your text, in memory. They enter the log when you sign the decision.")
    return view(session, person, case.domain, case.document, said)
