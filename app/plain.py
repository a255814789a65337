"""Pages without scripts, drawn from the templates in ``assets/`` with everything escaped."""

from functools import cache
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from pellucid.app.security import PLAIN_POLICY
from pellucid.schema import Person

ASSETS = Path(__file__).parent / "assets"
PAGE_NAMES = {"worklist": "Worklist", "model": "Model", "audit": "Audit", "review": "Review answers"}

LOG_IS_SHUT = "The decision log cannot be read or written now, so nothing was signed. Tell an administrator."

_SAID = {
    401: ("Please sign in", "Your sign-in has ended. Sign in again to go on."),
    403: ("That is not for your role", "An administrator can change your role with pellucid users role."),
    404: ("There is nothing here", "The address may be mistyped, or the text was closed when you signed out."),
    405: ("That cannot be done here", "Go back and use the buttons of the page."),
    409: ("Decisions are paused", "An administrator has paused decisions of this domain; see the audit page."),
    413: ("That is too large", "Use a shorter text."),
    422: ("Something was left out", "Go back and fill in every field."),
    503: ("The database does not answer", "Nothing was signed. Try again in a moment, and tell an administrator."),
}
_OTHERWISE = ("Something went wrong", "It was noted without any text of yours. Go back and try again.")
_FILES = {"plain.css": "text/css", "icon.svg": "image/svg+xml"}


@cache
def environment() -> Environment:
    """Build the environment on first use.

    Returns
    -------
    jinja2.Environment
    """
    return Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    template: str, *, title: str, person: Person | None = None, status: int = 200, **values: object
) -> HTMLResponse:
    """Draw a page.

    Parameters
    ----------
    template : str
        File in ``assets/``.
    title : str
    person : Person or None, default=None
        Who is shown as signed in.
    status : int, default=200
    **values
        What the template names.

    Returns
    -------
    HTMLResponse
    """
    known = {"title": title, "person": person, "can_sign_out": True, "wide": False, "page_names": PAGE_NAMES}
    body = environment().get_template(template).render({**known, **values})
    return as_page(body, status=status)


def as_page(body: str, *, status: int = 200) -> HTMLResponse:
    """Answer with a page that needs no script, under a policy that allows none.

    Parameters
    ----------
    body : str
    status : int, default=200

    Returns
    -------
    HTMLResponse
    """
    # Half a character has no form in UTF-8; a stand-in keeps the page from failing.
    return HTMLResponse(
        body.encode("utf-8", "replace"), status_code=status, headers={"Content-Security-Policy": PLAIN_POLICY}
    )


def error_page(status: int, said: str = "", person: Person | None = None) -> HTMLResponse:
    """Say what went wrong, without a word of what was sent.

    Parameters
    ----------
    status : int
    said : str, default=""
        In place of the usual words.
    person : Person or None, default=None

    Returns
    -------
    HTMLResponse
    """
    heading, usual = _SAID.get(status, _OTHERWISE)
    return page("error.html", title=heading, person=person, status=status, heading=heading, said=said or usual)


def failure(status: int, accept: str) -> Response:
    """Tell a browser with a page, and a program with JSON, that something went wrong.

    Parameters
    ----------
    status : int
    accept : str
        What the request said it takes.

    Returns
    -------
    Response
    """
    if "text/html" in accept:
        return error_page(status)
    return JSONResponse({"error": _SAID.get(status, _OTHERWISE)[0]}, status_code=status)


def add_plain_routes(app: FastAPI) -> None:
    """Add the files of these pages, and pages for errors.

    Parameters
    ----------
    app : FastAPI
    """

    def file(name: str) -> Response:
        if name not in _FILES:
            return error_page(404)
        return FileResponse(ASSETS / name, media_type=_FILES[name])

    app.add_api_route("/files/{name}", file, methods=["GET"])
    app.add_api_route("/favicon.ico", lambda: file("icon.svg"), methods=["GET"])
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_wrong_form)


async def _on_http_error(request: Request, error: Exception) -> Response:
    """Answer a browser with a page and a program with JSON."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return failure(status, request.headers.get("accept", ""))


async def _on_wrong_form(request: Request, error: Exception) -> Response:  # noqa: ARG001 - as the framework calls it
    """Answer a form that lacks a field; what was sent is not repeated."""
    return error_page(422)
