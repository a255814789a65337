"""Who is asking: sign-in with a password, a sign-on in front of the app, and the door that lets nobody else in."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pellucid.app.client_limits import client_of
from pellucid.app.plain import error_page, page
from pellucid.app.security import is_static
from pellucid.app.session import Session
from pellucid.app.settings import Settings
from pellucid.exceptions import AccessError, InvalidInputError
from pellucid.ledger import Accounts
from pellucid.schema import Person, Role

Identity = Callable[[HTTPConnection], Person | None]
"""The seam for other sign-ons: who is asking, None where nobody has signed in."""

COOKIE = "pellucid"
SIGN_IN_PATH = "/login"
OPEN_PATHS = (SIGN_IN_PATH, "/first-admin", "/favicon.ico")


class SignIns:
    """People who signed in here with a password; a cookie holds the token, the server everything else.

    Parameters
    ----------
    accounts : Accounts
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def __call__(self, request: HTTPConnection) -> Person | None:
        """Say who is asking."""
        token = request.cookies.get(COOKIE, "")
        return self._accounts.who(token) if token else None


class TrustedHeader:
    """People whom a reverse proxy has let in and names in a header; believed from the proxy's addresses only.

    Parameters
    ----------
    name : str
        Header, such as ``"X-Forwarded-User"``.
    accounts : Accounts
        Gives the role; who has no account may look and not sign.
    proxies : tuple of str
        Addresses of the proxy.
    """

    def __init__(self, name: str, accounts: Accounts, proxies: tuple[str, ...]) -> None:
        self._name = name
        self._accounts = accounts
        self._proxies = proxies

    def __call__(self, request: HTTPConnection) -> Person | None:
        """Say who is asking."""
        named = request.headers.getlist(self._name)
        if request.client is None or request.client.host not in self._proxies or len(named) != 1:
            return None
        try:
            # The name as it stands; decoding it any further would let one person in as another.
            name = named[0].encode("latin-1").decode("utf-8")
        except UnicodeError:
            return None
        return known_person(name, self._accounts)


def known_person(name: str, accounts: Accounts) -> Person | None:
    """Give somebody who was let in elsewhere the role of their account; a viewer where there is none.

    Parameters
    ----------
    name : str
    accounts : Accounts

    Returns
    -------
    Person or None
        None where the name is none, or the account is shut.
    """
    said = unicodedata.normalize("NFC", name).strip(" ")
    if not said or not said.isprintable() or len(said) > 200:
        return None
    found = accounts.account(said)  # however it is spelled: a shut account is opened by no other door
    if found is None:
        return Person(name=said, role=Role.VIEWER)
    return None if found.disabled else Person(name=found.name, role=found.role)


def identity_of(settings: Settings, accounts: Accounts) -> Identity:
    """Choose who says who is asking.

    Parameters
    ----------
    settings : Settings
    accounts : Accounts

    Returns
    -------
    callable
    """
    if settings.trust_header:
        return TrustedHeader(settings.trust_header, accounts, settings.proxies)
    return SignIns(accounts)


def safe_next(wanted: str) -> str:
    """Return where to go after signing in: a path of this server, or the list of domains.

    Parameters
    ----------
    wanted : str

    Returns
    -------
    str

    Examples
    --------
    >>> safe_next("/weather/?case=we-1"), safe_next("//elsewhere.example"), safe_next("https://elsewhere.example/")
    ('/weather/?case=we-1', '/', '/')
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:  # no address at all, such as "//["
        return "/"
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    inside = not parts.scheme and not parts.netloc and "\\" not in wanted
    return wanted if plain and inside and parts.path not in (SIGN_IN_PATH, "/logout") else "/"


class Door:
    """Middleware: nobody comes in who has not signed in; pages lead to the sign-in, everything else answers 401.

    Parameters
    ----------
    app : ASGI application
    identity : callable
    domains : sequence of str
    sign_in : bool, default=True
        Whether there is a sign-in of our own to lead to.
    """

    def __init__(self, app: ASGIApp, *, identity: Identity, domains: Iterable[str], sign_in: bool = True) -> None:
        self.app = app
        self.identity = identity
        self.domains = tuple(domains)
        self.sign_in = sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; who is asking is noted in its state."""
        if scope["type"] == "http" and not self._is_open(scope["path"]):
            request = Request(scope)
            person = await run_in_threadpool(self.identity, request)
            if person is None:
                await self._refusal(request)(scope, receive, send)
                return
            scope.setdefault("state", {})["person"] = person
        await self.app(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return path in OPEN_PATHS or path.startswith("/files/") or is_static(path, self.domains)

    def _refusal(self, request: Request) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"error": "Please sign in"}, status_code=401)
        if request.method != "GET" or not self.sign_in:
            return error_page(401)
        query = request.scope["query_string"].decode("latin-1")
        wanted = f"{request.scope['path']}?{query}" if query else request.scope["path"]
        return RedirectResponse(f"{SIGN_IN_PATH}?next={quote(wanted, safe='')}", 303)


def person_of(request: object) -> Person | None:
    """Return who is asking, as the door noted it.

    Parameters
    ----------
    request : Request, or an object that holds one as ``request``

    Returns
    -------
    Person or None
    """
    inner = getattr(request, "request", None) or request
    return getattr(getattr(inner, "state", None), "person", None)


def add_access_routes(app: FastAPI, session: Session, settings: Settings) -> None:
    """Add sign-in, sign-out and the page of the first administrator.

    Parameters
    ----------
    app : FastAPI
    session : Session
    settings : Settings
    """

    def ask(next: str = "/") -> Response:  # noqa: A002 - the name of the query's field
        return page("login.html", title="Sign in", next=safe_next(next), problem="")

    def sign_in(
        request: Request,
        name: Annotated[str, Form()],
        password: Annotated[str, Form()],
        next: Annotated[str, Form()] = "/",  # noqa: A002
    ) -> Response:
        try:
            with session.clients.counted(client_of(request, settings.proxies)):
                token = session.accounts.sign_in(name, password)
        except AccessError as error:
            return page("login.html", title="Sign in", status=401, next=safe_next(next), problem=str(error))
        session.sweep()
        return _with_token(request, RedirectResponse(safe_next(next), 303), token, https=settings.https)

    def sign_out(request: Request) -> Response:
        person = person_of(request)
        token = request.cookies.get(COOKIE, "")
        if token:
            session.accounts.sign_out(token)
        session.sweep()  # what is still open in another browser of theirs stays
        if person is not None and session.foreign_sign_on:
            session.forget(person.name)
        answer = RedirectResponse(SIGN_IN_PATH, 303)
        answer.delete_cookie(COOKIE)
        return answer

    app.add_api_route("/logout", sign_out, methods=["POST"])
    if not session.foreign_sign_on:
        app.add_api_route(SIGN_IN_PATH, ask, methods=["GET"])
        app.add_api_route(SIGN_IN_PATH, sign_in, methods=["POST"])
        _add_first_admin(app, session, settings)


def _add_first_admin(app: FastAPI, session: Session, settings: Settings) -> None:
    """Add the page to which the one-time link leads."""

    def invite(token: str = "") -> Response:
        return page("first_admin.html", title="First administrator", token=token, problem="")

    def found(
        request: Request, token: Annotated[str, Form()], name: Annotated[str, Form()], password: Annotated[str, Form()]
    ) -> Response:
        try:
            with session.clients.counted(client_of(request, settings.proxies)):
                session.accounts.accept(token, name, password)
            signed_in = session.accounts.sign_in(name, password)
        except (AccessError, InvalidInputError) as error:
            values: dict[str, Any] = {"title": "First administrator", "token": token, "problem": str(error)}
            return page("first_admin.html", status=401, **values)
        return _with_token(request, RedirectResponse("/", 303), signed_in, https=settings.https)

    app.add_api_route("/first-admin", invite, methods=["GET"])
    app.add_api_route("/first-admin", found, methods=["POST"])


def _with_token(request: Request, answer: Response, token: str, *, https: bool) -> Response:
    """Hand the token over in a cookie that scripts cannot read and other sites cannot send."""
    # The first one is what the browser used; further ones are of proxies behind proxies.
    forwarded = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip().casefold()
    secure = https or request.scope["scheme"] == "https" or forwarded == "https"
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
    return answer
