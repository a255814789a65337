"""The other pages: worklist, model, audit, review of answers."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from pellucid.app.cases import casework_of, need, owed_estimates, replayed
from pellucid.app.handlers import message
from pellucid.app.session import Session
from pellucid.exceptions import InvalidInputError, LedgerError
from pellucid.reporting import audit_table, model_panel, worklist_table
from pellucid.schema import (
    Correction,
    Entry,
    EntryKind,
    LogCheck,
    Person,
    Role,
    WorkItem,
    canonical_json,
)

SHOWN_ENTRIES = 500
"""Entries of the log on one page, newest first; the export holds all."""

SHOWN_ITEMS = 500

ORDERS = {
    "rank": "Most worthwhile first",
    "disagreement": "The model and the LLM far apart",
    "nearness": "Near the threshold",
    "missing": "Much missing",
    "probability": "Highest probability",
    "document": "By id",
}
"""How a worklist may be sorted, in words."""

STATES = ("open", "accepted", "overridden")


def corrections_by_document(session: Session, domain: str, entries: list[Entry]) -> dict[str, tuple[Correction, ...]]:
    """Return the kept corrections of every recorded document that has some.

    Parameters
    ----------
    session : Session
    domain : str
    entries : list of Entry

    Returns
    -------
    dict of str to tuple of Correction
        Without those that cannot be applied any more; a case names them.
    """
    work = casework_of(session, domain)
    known = set(work.documents)
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind is EntryKind.CORRECTED and entry.document in known:
            found.setdefault(entry.document, []).append(entry)
    return {name: replayed(work, name, some).corrections for name, some in found.items()}


def worklist(
    session: Session, person: Person, domain: str, *, order: str = "rank", status: str = "", search: str = ""
) -> Markup:
    """Draw the worklist of a domain.

    Parameters
    ----------
    session : Session
    person : Person
    domain : str
    order : str, default="rank"
        Key of `ORDERS`.
    status : str, default=""
        ``"open"``, ``"accepted"`` or ``"overridden"``; all where empty.
    search : str, default=""
        Part of an id.

    Returns
    -------
    Markup

    Raises
    ------
    InvalidInputError
        If there is no such order or status.
    """
    need(person, Role.VIEWER)
    if order not in ORDERS or status not in ("", *STATES):
        raise InvalidInputError(f"order: use one of {', '.join(ORDERS)}; status: one of {', '.join(STATES)}")
    items = [
        item
        for item in work_items(session, domain)
        if status in ("", item.status) and search.strip().casefold() in item.document.casefold()
    ]
    owed = owed_estimates(session, person, domain)
    shown = [item for item in items if item.document not in owed]
    hidden = len(items) - len(shown)
    if order != "rank":
        shown.sort(key=lambda item: getattr(item, order), reverse=order != "document")
    said = message(f"{hidden} cases are left out until you have given your own estimate.") if hidden else Markup("")
    if len(shown) > SHOWN_ITEMS:
        said += message(f"The first {SHOWN_ITEMS} of {len(shown):,} are shown; narrow the list by state or id.")
    return said + worklist_table(tuple(shown[:SHOWN_ITEMS]), f"/{domain}/")


def work_items(session: Session, domain: str) -> tuple[WorkItem, ...]:
    """Return the recorded documents of a domain, the most worthwhile first.

    Parameters
    ----------
    session : Session
    domain : str

    Returns
    -------
    tuple of WorkItem
    """
    entries = session.log.entries(domain=domain)
    return casework_of(session, domain).worklist(corrections_by_document(session, domain, entries), entries)


def audit(session: Session, person: Person, domain: str, check: LogCheck | None = None) -> Markup:
    """Draw the newest entries of a domain, and what a verification found.

    Parameters
    ----------
    session : Session
    person : Person
    domain : str
    check : LogCheck or None, default=None

    Returns
    -------
    Markup
    """
    need(person, Role.VIEWER)
    casework_of(session, domain)
    entries = session.log.entries(domain=domain, limit=SHOWN_ENTRIES, newest_first=True)
    paused = session.log.paused(domain)
    said = Markup("")
    if paused is not None:
        said = message(f"Decisions are paused by {paused.person} since {paused.at[:16].replace('T', ' ')}.", alarm=True)
    owed = owed_estimates(session, person, domain)
    shown = [entry for entry in entries if entry.document not in owed]
    if len(shown) < len(entries):
        said += message(
            f"{len(entries) - len(shown):,} entries on cases of which you still owe your own estimate are not shown; "
            "verifying and the export take them in."
        )
    return said + _head_to_note(session, check) + audit_table(shown, check)


def _head_to_note(session: Session, check: LogCheck | None) -> Markup:
    """Say what to note down elsewhere; nothing where the log was found not to be intact."""
    if check is not None and not check.intact:
        return Markup("")
    try:
        number, digest = session.log.head()
    except LedgerError:  # verifying says what is wrong with it
        return Markup("")
    return message(
        f"Head of the log, to note down away from this database: {number}:{digest}. Only a comparison with it, by "
        f"pellucid log verify --expect {number}:{digest}, finds a log that was rewritten as a whole."
    )


def verify(session: Session, person: Person, domain: str) -> Markup:
    """Verify the whole log, and draw the audit page with what was found.

    Parameters
    ----------
    session : Session
    person : Person
    domain : str

    Returns
    -------
    Markup
    """
    need(person, Role.VIEWER)
    return audit(session, person, domain, session.log.verify())


def export_log(session: Session, person: Person, domain: str) -> Iterator[str]:
    """Give all entries of a domain as JSON Lines, the same as ``pellucid log export``.

    Parameters
    ----------
    session : Session
    person : Person
        An admin.
    domain : str

    Returns
    -------
    iterator of str

    Raises
    ------
    AccessError
        If the person is no admin.
    """
    need(person, Role.ADMIN)
    casework_of(session, domain)
    return (canonical_json(entry.model_dump(mode="json")) + "\n" for entry in session.log.entries(domain=domain))


def model(session: Session, person: Person, domain: str, *, measured: bool = True) -> Markup:
    """Draw the model page: what was learnt, how it fared, its limits.

    Parameters
    ----------
    session : Session
    person : Person
    domain : str
    measured : bool, default=True
        Whether it is held against the language model and looked at by groups, which takes
        seconds the first time.

    Returns
    -------
    Markup
    """
    need(person, Role.VIEWER)
    work = casework_of(session, domain)
    given: dict[str, Any] = {
        "questionnaire": work.questionnaire,
        "outcomes": work.domain.outcomes,
        "card": work.card(),
    }
    if not measured:
        said = message("Being held against the language model on documents it had not seen; this takes seconds, once.")
        return said + model_panel(work.model_view(), **given)
    return model_panel(work.model_view(), comparison=work.comparison(), audit=work.groups(), **given)
