"""Review of answers, one by one: what is worth a look, accept, correct or flag, and the labels that come of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from pellucid.app import form
from pellucid.app.cases import Standing, casework_of, need, open_standing, owed_estimates
from pellucid.app.handlers_corrections import keep_all
from pellucid.app.handlers_lists import corrections_by_document
from pellucid.app.own_texts import is_own
from pellucid.app.session import Session
from pellucid.exceptions import InvalidInputError
from pellucid.reporting import review_table
from pellucid.schema import (
    NOT_STATED,
    Answer,
    CaseFile,
    Correction,
    Entry,
    EntryKind,
    Person,
    Question,
    ReviewBody,
    Role,
    Status,
    Value,
    canonical_json,
    text_digest,
)

SEPARATOR = " · "
LEAST_STABLE = 0.8
"""Answers that fewer repeated readings gave are worth a look."""

MOST_SHOWN = 300
KINDS = {
    "": "all",
    "unsupported": "The quote is not in the document",
    "unreadable": "The reply could not be read",
    "corrected": "Corrected by a person",
    "unstable": "Repeated readings differ",
}
"""Why an answer is worth a look, in words."""

Action = Literal["keep", "relabel", "flag"]


@dataclass(frozen=True)
class ToReview:
    """One answer that is worth a look.

    Attributes
    ----------
    document : str
    answer : Answer
    kind : str
        Key of `KINDS`.
    done : bool
        Whether somebody has reviewed it since it last changed.
    """

    document: str
    answer: Answer
    kind: str
    done: bool

    @property
    def key(self) -> str:
        """Document and question, by which it is named."""
        return f"{self.document}{SEPARATOR}{self.answer.question}"


def queue(
    session: Session, person: Person, domain: str, *, kind: str = "", everything: bool = False
) -> tuple[ToReview, ...]:
    """Return answers that are worth a look.

    Parameters
    ----------
    session : Session
    person : Person
    domain : str
    kind : str, default=""
        Key of `KINDS`.
    everything : bool, default=False
        Whether those that were reviewed come along.

    Returns
    -------
    tuple of ToReview
        In the order of documents and questions.

    Raises
    ------
    InvalidInputError
        If there is no such kind.
    """
    need(person, Role.VIEWER)
    if kind not in KINDS:
        raise InvalidInputError(f"kind: use one of {', '.join(filter(None, KINDS))}")
    entries = session.log.entries(domain=domain)
    reviewed = {
        (entry.document, entry.body.get("question")): entry.number
        for entry in entries
        if entry.kind is EntryKind.REVIEWED
    }
    owed = owed_estimates(session, person, domain)
    found = []
    for name, case in _cases(session, domain, entries):
        if name in owed:
            continue
        changed = {one.question: one.number or 0 for one in case.corrections}
        for answer, why in _worth_a_look(case):
            done = reviewed.get((name, answer.question), -1) > changed.get(answer.question, 0)
            if (everything or not done) and kind in ("", why):
                found.append(ToReview(name, answer, why, done))
    return tuple(found)


def drawn(session: Session, domain: str, items: Sequence[ToReview]) -> Markup:
    """Draw a queue as a table.

    Parameters
    ----------
    session : Session
    domain : str
    items : sequence of ToReview

    Returns
    -------
    Markup
    """
    work = casework_of(session, domain)
    entries = session.log.entries(domain=domain, kind=EntryKind.REVIEWED)
    shown = [(item.document, item.answer) for item in items[:MOST_SHOWN]]
    table = review_table(shown, questionnaire=work.questionnaire, entries=entries, base_url=f"/{domain}/")
    if len(items) <= MOST_SHOWN:
        return table
    return Markup("<p>The first {} of {}.</p>").format(f"{MOST_SHOWN:,}", f"{len(items):,}") + table


@dataclass(frozen=True)
class Asked:
    """One answer as a person is shown it.

    Attributes
    ----------
    stands : Standing
        The case it belongs to.
    question : Question
    answer : Answer
    """

    stands: Standing
    question: Question
    answer: Answer

    @property
    def seen(self) -> str:
        """Digest of what is shown: value, status, evidence, and the correction the answer stands on."""
        answer = self.answer
        changed = [one.number for one in self.stands.case.corrections if one.question == answer.question]
        shown = [self.stands.case.document, answer.question, answer.value, answer.status.value, answer.quote]
        told = canonical_json([*shown, answer.start, answer.end, answer.cause, changed])
        return text_digest(told)


def asked(session: Session, person: Person, domain: str, key: str) -> Asked:
    """Return what a key names.

    Parameters
    ----------
    session : Session
    person : Person
    domain : str
    key : str
        Of `ToReview`.

    Returns
    -------
    Asked

    Raises
    ------
    InvalidInputError
        If it names nothing, or an answer to a text that somebody opened.
    """
    document, _, name = key.rpartition(SEPARATOR)
    if not document or is_own(document):
        raise InvalidInputError("answer: choose one of the list")
    stands = open_standing(session, person, domain, document)
    for question in stands.case.questionnaire.questions:
        if question.id == name:
            answer = next(answer for answer in stands.case.answers() if answer.question == name)
            return Asked(stands, question, answer)
    raise InvalidInputError("answer: there is no such question; choose one of the list")


def review(
    session: Session,
    person: Person,
    domain: str,
    key: str,
    action: Action,
    *,
    seen: str,
    value: object = None,
    note: str = "",
) -> Entry:
    """Sign what a person says of one answer; a correction also corrects the case.

    Parameters
    ----------
    session : Session
    person : Person
        A reviewer.
    domain, key : str
    action : {"keep", "relabel", "flag"}
    seen : str
        What the person was shown, as in `Asked.seen`.
    value : object, default=None
        The right answer, where it is relabelled; "not stated" has to be chosen.
    note : str, default=""

    Returns
    -------
    Entry

    Raises
    ------
    AccessError
        If the person is no reviewer.
    InvalidInputError
        If the key names nothing, the answer is not the one that was shown, the value is not
        allowed or none, or a flag lacks its note.
    ChangedMeanwhile
        If somebody corrected the case at the same moment; nothing was signed.
    """
    need(person, Role.REVIEWER)
    found = asked(session, person, domain, key)
    if seen != found.seen:
        raise InvalidInputError(
            "answer: it was changed since it was shown to you; nothing was signed; load the page again and look at it"
        )
    note, after, name = note.strip()[:2_000], found.answer.value, found.question.id
    if action == "flag" and not note:
        raise InvalidInputError("note: say what is odd about the answer")
    if action == "relabel":
        if value is None or (isinstance(value, str) and not value.strip()):
            raise InvalidInputError(f"right answer: give it; where the document does not say, choose “{NOT_STATED}”")
        after = form.read_one(found.question, value)
    body = ReviewBody(question=name, action=action, after=after, note=note)
    changed = {name: after} if action == "relabel" else {}
    said = {"why": "seen in the review of answers", "note": note}
    return keep_all(session, person, found.stands, changed, **said, beside=[(EntryKind.REVIEWED, body)])[-1]


def export_labels(session: Session, person: Person, domain: str) -> Iterator[str]:
    """Give what people said of answers as JSON Lines, to relabel recordings with.

    Parameters
    ----------
    session : Session
    person : Person
        A reviewer.
    domain : str

    Returns
    -------
    iterator of str
        One line for each review: document, question, action, value, who, when, number of the entry.

    Raises
    ------
    AccessError
        If the person is no reviewer.
    """
    need(person, Role.REVIEWER)
    casework_of(session, domain)
    return (_label(entry) for entry in session.log.entries(domain=domain, kind=EntryKind.REVIEWED))


def _label(entry: Entry) -> str:
    row = {
        "document": entry.document,
        "question": entry.body.get("question"),
        "action": entry.body.get("action"),
        "value": entry.body.get("after"),
        "note": entry.body.get("note", ""),
        "person": entry.person,
        "at": entry.at,
        "entry": entry.number,
    }
    return canonical_json(row) + "\n"


def _cases(session: Session, domain: str, entries: list[Entry]) -> Iterator[tuple[str, CaseFile]]:
    """Give every recorded case as it stands."""
    work = casework_of(session, domain)
    corrections: dict[str, tuple[Correction, ...]] = corrections_by_document(session, domain, entries)
    for name in work.documents:
        yield name, work.case(name, corrections.get(name, ()))


def _worth_a_look(case: CaseFile) -> Iterator[tuple[Answer, str]]:
    """Give answers with the reason why they are worth a look."""
    shaky = {one.question for one in case.sureness.stability if one.same < LEAST_STABLE * one.readings}
    for answer in case.answers():
        if answer.status in (Status.UNSUPPORTED, Status.UNREADABLE, Status.CORRECTED):
            yield answer, answer.status.value
        elif answer.question in shaky:
            yield answer, "unstable"


def value_words(value: Value | None) -> str:
    """Write a value as a control shows it.

    Parameters
    ----------
    value : int, float, str or None

    Returns
    -------
    str
    """
    return NOT_STATED if value is None else f"{value:.10g}" if not isinstance(value, str) else value


def about(case: CaseFile, question: Question, answer: Answer) -> Markup:
    """Draw one answer beside the sentence it stands in.

    Parameters
    ----------
    case : CaseFile
    question : Question
    answer : Answer

    Returns
    -------
    Markup
    """
    around = case.text[answer.context.start : answer.context.end] if answer.context else ""
    rows = [
        ("Question", question.ask),
        ("Answer", question.describe(answer.value)),
        ("Status", answer.status.value + (f": {answer.cause}" if answer.cause else "")),
        ("Quote", answer.quote or "none"),
        ("Sentence", around),
    ]
    drawn_rows = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, said) for name, said in rows if said)
    return Markup('<dl class="app-about">{}</dl>').format(drawn_rows)
