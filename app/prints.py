"""Letters and reports: pages without scripts, each noted in the log with its digest."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse

from pellucid.app.access import person_of
from pellucid.app.cases import casework_of, need, open_case
from pellucid.app.handlers import PRINTS, similar_to
from pellucid.app.handlers_lists import export_log
from pellucid.app.handlers_review import export_labels
from pellucid.app.plain import LOG_IS_SHUT, as_page, error_page
from pellucid.app.security import is_same_origin
from pellucid.app.session import Session
from pellucid.exceptions import AccessError, InvalidInputError, LedgerError, PellucidError
from pellucid.reporting import decision_report, explanation_letter, reason_letter
from pellucid.schema import CaseFile, Entry, EntryKind, LetterBody, Person, ReasonMethod, Role, text_digest

LOG = logging.getLogger("pellucid.app")
FROM_ELSEWHERE = "This was asked for by another site's page, so it was refused. Open it from the case."


class DecisionsPaused(InvalidInputError):
    """Letters are not written while decisions of the domain are paused."""


def add_print_routes(app: FastAPI, session: Session) -> None:
    """Add letters, reports and exports to every domain.

    Parameters
    ----------
    app : FastAPI
    session : Session
    """
    for name in session.domains:
        app.add_api_route(f"/{name}/print/{{kind}}", _printing(session, name), methods=["GET"])
        app.add_api_route(f"/{name}/export/log", _exporting(session, name, "log", export_log), methods=["GET"])
        app.add_api_route(f"/{name}/export/review", _exporting(session, name, "review", export_labels), methods=["GET"])


def printed(
    session: Session, person: Person, domain: str, document: str, kind: str, method: str = ReasonMethod.AVERAGE
) -> str:
    """Make a letter or a report, and note it in the log; the same one is noted once for a person.

    Parameters
    ----------
    session : Session
    person : Person
        Letters need a reviewer.
    domain, document : str
    kind : str
        Key of `PRINTS`.
    method : str, default="against average"
        How principal reasons are found, for the reason letter.

    Returns
    -------
    str
        A whole page.

    Raises
    ------
    AccessError
        If the person may not send letters.
    DecisionsPaused
        If a letter is asked for while decisions of the domain are paused.
    InvalidInputError
        If there is no such print, method or case.
    """
    if kind not in PRINTS:
        raise InvalidInputError(f"print: {kind[:40]!r} is none; use one of {', '.join(PRINTS)}")
    need(person, Role.VIEWER if kind == "report" else Role.REVIEWER)
    if method not in list(ReasonMethod):
        raise InvalidInputError(f"method: use one of {', '.join(ReasonMethod)}")
    case = open_case(session, person, domain, document)
    paused = None if kind == "report" else session.log.paused(domain)
    if paused is not None:
        raise DecisionsPaused(
            f"decisions of {domain} are paused by {paused.person}, so no letter is written; the audit page says why"
        )
    entries = session.log.entries(domain=domain, document=document)
    made = _made(session, person, case, entries, kind, ReasonMethod(method))
    digest = text_digest(made)
    if _last_digest(entries, person) != digest:
        body = LetterBody(kind=kind, digest=digest, method=_method_of(kind, method))
        session.log.append(kind=EntryKind.LETTER, domain=domain, document=document, person=person, body=body)
    return made


def _last_digest(entries: Sequence[Entry], person: Person) -> str:
    """Return the digest of what this person had made last; empty where there is none."""
    made = [one for one in entries if one.kind is EntryKind.LETTER and one.person == person.name]
    return str(made[-1].body.get("digest", "")) if made else ""


def _method_of(kind: str, method: str) -> str:
    """Return how the reasons of a print were found; a report has none."""
    return "" if kind == "report" else str(ReasonMethod(method))


def _made(
    session: Session, person: Person, case: CaseFile, entries: Sequence[Entry], kind: str, method: ReasonMethod
) -> str:
    work = casework_of(session, case.domain)
    if kind == "report":
        # That the report was printed is no part of it: the same case gives the same report.
        told = [one for one in entries if one.kind is not EntryKind.LETTER or one.body.get("kind") != "report"]
        return decision_report(case, similar_to(session, person, case), work.changes(case), told)
    reasons = work.reasons(case, method)
    given: dict[str, Any] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "wording": work.domain.letter_wording()}
    if kind == "reasons":
        return reason_letter(case, reasons, method=method, entries=entries, **given)
    return explanation_letter(case, reasons, work.changes(case), entries=entries, **given)


def _asked_from_here(request: Request) -> bool:
    """Whether a page of this server, or a person's own typing, asked for what the log will note."""
    return is_same_origin(request.headers)


def _printing(session: Session, domain: str) -> Callable[..., Any]:
    def show(request: Request, kind: str, case: str = "", method: str = ReasonMethod.AVERAGE.value) -> Response:
        person = person_of(request)
        if person is None:
            return error_page(401)
        if not _asked_from_here(request):
            return error_page(403, FROM_ELSEWHERE, person)
        try:
            return as_page(printed(session, person, domain, case, kind, method))
        except AccessError as error:
            return error_page(403, str(error), person)
        except DecisionsPaused as error:
            return error_page(409, str(error), person)
        except LedgerError as error:
            LOG.error("%s", error)  # names the database, which is for whoever runs it
            return error_page(503, LOG_IS_SHUT, person)
        except PellucidError as error:
            return error_page(404, str(error), person)

    return show


def _exporting(
    session: Session, domain: str, kind: str, make: Callable[[Session, Person, str], Iterable[str]]
) -> Callable[..., Any]:
    def show(request: Request) -> Response:
        person = person_of(request)
        if person is None:
            return error_page(401)
        if not _asked_from_here(request):
            return error_page(403, FROM_ELSEWHERE, person)
        try:
            lines = make(session, person, domain)
        except AccessError as error:
            return error_page(403, str(error), person)
        headers = {"Content-Disposition": f'attachment; filename="{domain}-{kind}.jsonl"'}
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)

    return show
