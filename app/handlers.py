"""The decision page: open a case, try an answer, keep a correction; every function takes who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pellucid.app import form
from pellucid.app.cases import (
    NOT_APPLIED,
    case_of,
    casework_of,
    open_case,
    owed_estimates,
    owes_estimate,
    standing,
    with_warnings,
)
from pellucid.app.own_texts import is_own
from pellucid.app.session import Session
from pellucid.exceptions import InvalidInputError
from pellucid.reporting import (
    basis_panel,
    changes_panel,
    corrections_panel,
    decision_panel,
    document_panel,
    percent,
    question_label,
    second_opinion_panel,
    signed_panel,
    similar_panel,
    sureness_panel,
    warnings_panel,
)
from pellucid.schema import CaseFile, EntryKind, EstimateBody, Person, SimilarCase, Value

NOTHING = Markup("")


@dataclass(frozen=True)
class Draft:
    """What follows from the answers as they stand in the form.

    Attributes
    ----------
    decision, warnings, changes : Markup
    said : Markup
        What is to be told beside the form.
    """

    decision: Markup = NOTHING
    warnings: Markup = NOTHING
    changes: Markup = NOTHING
    said: Markup = NOTHING


@dataclass(frozen=True)
class CaseView:
    """Everything a decision page shows.

    Attributes
    ----------
    document : str
    seen : str
        Digest of what the person has seen, as in `Standing.seen`.
    text : Markup
        The document with its evidence.
    draft : Draft
    sureness, second, similar, corrections, record : Markup
    values : dict of str to int, float, str or None
        What the controls show.
    closed : bool
        Whether the answer is kept back until the person has given an estimate.
    """

    document: str
    seen: str
    text: Markup
    draft: Draft
    sureness: Markup = NOTHING
    second: Markup = NOTHING
    similar: Markup = NOTHING
    corrections: Markup = NOTHING
    record: Markup = NOTHING
    values: dict[str, Value | None] | None = None
    closed: bool = False


def message(said: str, *, alarm: bool = False) -> Markup:
    """Write a sentence for the person, escaped, where a screen reader will notice it.

    Parameters
    ----------
    said : str
    alarm : bool, default=False
        Whether something was refused.

    Returns
    -------
    Markup
    """
    return Markup('<div class="app-said{}" role="{}">{}</div>').format(
        " app-alarm" if alarm else "", "alert" if alarm else "status", said
    )


def view(session: Session, person: Person, domain: str, document: str, said: Markup = NOTHING) -> CaseView:
    """Open a case.

    Parameters
    ----------
    session : Session
    person : Person
    domain, document : str
    said : Markup, default=""
        What is to be told besides.

    Returns
    -------
    CaseView

    Raises
    ------
    InvalidInputError
        If there is no such case for this person.
    """
    stands = standing(session, person, domain, document)
    case = stands.case
    if owes_estimate(session, person, domain, document):
        return CaseView(document=document, seen="", text=plain_text(case), draft=Draft(said=said), closed=True)
    work = casework_of(session, domain)
    entries = session.log.entries(domain=domain, document=document)
    return CaseView(
        document=document,
        seen=stands.seen,
        text=_introduction(session, case) + document_panel(case),
        draft=_drawn(work.changes(case), case, said),
        sureness=sureness_panel(case) + basis_panel(case),
        second=second_opinion_panel(case),
        similar=_similar(session, person, case),
        corrections=corrections_panel(case),
        record=_prints(domain, document) + signed_panel(entries),
        values=form.shown(case),
    )


def rescore(session: Session, person: Person, domain: str, document: str, given: Sequence[object]) -> Draft:
    """Score the answers of the form; nothing is kept, no language model is asked.

    Parameters
    ----------
    session : Session
    person : Person
    domain, document : str
    given : sequence of object
        What the controls hold, in the questionnaire's order.

    Returns
    -------
    Draft

    Raises
    ------
    InvalidInputError
        If a value is not allowed.
    """
    case = open_case(session, person, domain, document)
    values = form.read(case.questionnaire, given)
    changed = form.changed(case, values)
    work = casework_of(session, domain)
    draft = work.rescored(case, values)
    if draft is not case:  # what follows from answers was found anew; what the log holds besides was not
        draft = with_warnings(draft, [said for said in case.warnings if said.startswith(NOT_APPLIED)])
    return _drawn(work.changes(draft), draft, _draft_said(case, draft, changed))


def estimate(session: Session, person: Person, domain: str, document: str, percent: float | None) -> CaseView:
    """Log what a person thinks before the model's answer is shown, then open it.

    Parameters
    ----------
    session : Session
    person : Person
    domain, document : str
    percent : float or None
        0 to 100.

    Returns
    -------
    CaseView

    Raises
    ------
    InvalidInputError
        If it is no percentage, or none is owed: the answer was shown already.
    """
    case_of(session, person, domain, document)
    if not isinstance(percent, int | float) or isinstance(percent, bool) or not 0 <= percent <= 100:
        raise InvalidInputError("estimate: give a percentage from 0 to 100")
    if not owes_estimate(session, person, domain, document):
        raise InvalidInputError(
            "estimate: none is asked for here, or you gave yours; one given after the answer was seen is not noted"
        )
    body = EstimateBody(probability=percent / 100)
    session.log.append(kind=EntryKind.ESTIMATE, domain=domain, document=document, person=person, body=body)
    return view(session, person, domain, document, message(f"Your own estimate, {percent:g} %, is noted."))


def neighbour(session: Session, domain: str, document: str, step: int) -> str:
    """Return the document before or after one, going round at the ends.

    Parameters
    ----------
    session : Session
    domain, document : str
    step : int

    Returns
    -------
    str
    """
    names = casework_of(session, domain).documents
    place = names.index(document) if document in names else (-1 if step > 0 else 0)
    return names[(place + step) % len(names)]


def plain_text(case: CaseFile) -> Markup:
    """Draw a document without its evidence, which would give the answers away.

    Parameters
    ----------
    case : CaseFile

    Returns
    -------
    Markup
    """
    return Markup('<div class="pellucid"><h2>Document</h2><div class="document">{}</div></div>').format(case.text)


def similar_to(session: Session, person: Person, case: CaseFile) -> tuple[SimilarCase, ...]:
    """Return similar cases without those of which this person still owes an estimate.

    Parameters
    ----------
    session : Session
    person : Person
    case : CaseFile

    Returns
    -------
    tuple of SimilarCase
    """
    owed = owed_estimates(session, person, case.domain)
    return tuple(one for one in casework_of(session, case.domain).similar(case) if one.document not in owed)


def _similar(session: Session, person: Person, case: CaseFile) -> Markup:
    panel = similar_panel(case, similar_to(session, person, case), base_url=f"/{case.domain}/")
    if not session.estimate_first:
        return panel
    return panel + message("Only cases of which you gave your own estimate are shown here.")


def _drawn(changes: object, case: CaseFile, said: Markup) -> Draft:
    return Draft(
        decision=decision_panel(case),
        warnings=warnings_panel(case),
        changes=changes_panel(changes, case),  # type: ignore[arg-type]
        said=said,
    )


def _introduction(session: Session, case: CaseFile) -> Markup:
    """Say of an own text that nobody has read it yet."""
    if not is_own(case.document) or session.model is not None or any(answer.value for answer in case.answers()):
        return NOTHING
    return message(
        "No language model is connected, so nobody has read this text but you. Answer the questions below; "
        "the decision follows every answer. What you leave out counts as not stated."
    )


def _draft_said(case: CaseFile, draft: CaseFile, changed: Sequence[str]) -> Markup:
    """Say what a draft does, where the form is: the panel above may be out of sight."""
    if not changed:
        return message(f"These are the answers that are kept: {_risk(case)}.")
    return message(f"A draft, not kept: {_risk(draft)}; before, {_risk(case)}. Changed: {listed(changed)}.")


def _risk(case: CaseFile) -> str:
    return f"{percent(case.decision.probability)} “{case.outcomes[1]}”, so “{case.decision.predicted}”"


def listed(names: Sequence[str]) -> str:
    """Write names of questions for people.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    str
    """
    return ", ".join(question_label((name,)) for name in names)


def _prints(domain: str, document: str) -> Markup:
    """Link to letters and prints, each a page of its own without scripts."""
    rows = Markup("").join(
        Markup('<li><a href="/{}/print/{}?case={}" target="_blank" rel="noopener">{}</a></li>').format(
            domain, kind, document, said
        )
        for kind, said in PRINTS.items()
    )
    return Markup('<nav class="app-prints" aria-label="Letters and prints"><ul>{}</ul></nav>').format(rows)


PRINTS = {
    "reasons": "Reason letter",
    "explanation": "Explanation letter",
    "report": "Decision report in one file",
}
"""Kinds of print, in words."""
