"""The list of domains, and the page on which people open their own text: no script, nothing written to disk."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import RedirectResponse, Response

from pellucid._checks import MAX_CHARACTERS
from pellucid.app.access import person_of
from pellucid.app.own_texts import LARGEST_TEXT, checked_text, new_name
from pellucid.app.plain import error_page, page
from pellucid.app.session import Session
from pellucid.exceptions import LedgerError, PellucidError
from pellucid.schema import Person

BUSY = "text: the model is reading another text; wait a moment, go back and send yours again"
AGAIN_S = 30
"""Seconds after which a browser is told to try again."""


class _InMemory(MultiPartParser):
    """Keeps an upload in memory: what the server takes at all fits there, and no copy reaches the disk."""

    spool_max_size = 2 * LARGEST_TEXT


def add_index_route(app: FastAPI, session: Session) -> None:
    """Add the list of domains.

    Parameters
    ----------
    app : FastAPI
    session : Session
    """

    def index(request: Request) -> Response:
        listed = [
            {
                "name": name,
                "title": work.domain.title,
                "count": f"{len(work.documents):,}",
                "model": work.domain.recorded_model,
                "caution": work.domain.caution,
                "paused": session.log.paused(name) is not None,
            }
            for name, work in session.caseworks.items()
        ]
        shown = _shown(session, request)
        return page("domains.html", title="Domains", wide=True, domains=listed, **shown)

    app.add_api_route("/", index, methods=["GET"])


def add_text_routes(app: FastAPI, session: Session) -> None:
    """Add the page for own texts to every domain.

    Parameters
    ----------
    app : FastAPI
    session : Session
    """
    for name in session.domains:
        ask, take = _routes(session, name)
        app.add_api_route(f"/{name}/text", ask, methods=["GET"])
        app.add_api_route(f"/{name}/text", take, methods=["POST"])


def open_text(session: Session, person: Person, domain: str, text: str) -> str | None:
    """Open a text: read by the live model where there is one, else with every answer left to the person.

    Parameters
    ----------
    session : Session
    person : Person
    domain : str
    text : str

    Returns
    -------
    str or None
        Id of the case; None where the live model is reading another text, for which nobody waits here.
    """
    name = new_name()
    work = session.caseworks[domain]
    if session.model is None:
        nothing = dict.fromkeys(work.questionnaire.ids)
        case = work.new_case(name, text, answers=nothing, person=person.name)
    else:
        if not session.reading.acquire(blocking=False):
            return None
        try:
            case = work.new_case(name, text, model=session.model, person=person.name)
        finally:
            session.reading.release()
    session.own_texts.put(person.name, case)
    return name


def _routes(session: Session, domain: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    def drawn(request: Request, problem: str = "", status: int = 200) -> Response:
        person = person_of(request)
        own = session.own_texts.names(person.name, domain) if person else ()
        return page(
            "text.html",
            title="Open your own text",
            status=status,
            domain=session.caseworks[domain].domain,
            model=session.model.name if session.model else "",
            longest=MAX_CHARACTERS,
            largest=LARGEST_TEXT,
            problem=problem,
            own=own,
            **_shown(session, request),
        )

    def ask(request: Request) -> Response:
        return drawn(request)

    async def take(request: Request) -> Response:
        person = person_of(request)
        if person is None:
            return error_page(401)
        try:
            text = await _sent(request)
            # A thread beside those that answer everything else: a slow model keeps nobody from their pages.
            one = anyio.CapacityLimiter(1)
            name = await anyio.to_thread.run_sync(open_text, session, person, domain, text, limiter=one)
        except LedgerError:
            raise
        except PellucidError as error:
            return await run_in_threadpool(drawn, request, str(error), 400)
        if name is None:
            busy = await run_in_threadpool(drawn, request, BUSY, 503)
            busy.headers["Retry-After"] = str(AGAIN_S)
            return busy
        return RedirectResponse(f"/{domain}/?case={name}", 303)

    return ask, take


async def _sent(request: Request) -> str:
    """Return the text of the form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return checked_text("")
    try:
        form = await _InMemory(
            request.headers, request.stream(), max_files=1, max_fields=4, max_part_size=2 * LARGEST_TEXT
        ).parse()
    except MultiPartException:
        return checked_text("")
    try:
        file, pasted = form.get("file"), form.get("text")
        named = file.filename or "" if isinstance(file, UploadFile) else ""
        uploaded = await file.read() if isinstance(file, UploadFile) and named else b""
        return checked_text(pasted if isinstance(pasted, str) else "", named, uploaded)
    finally:
        await form.close()


def _shown(session: Session, request: Request) -> dict[str, Any]:
    return {"person": person_of(request), "can_sign_out": not session.foreign_sign_on}
