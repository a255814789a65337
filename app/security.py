"""What every answer of the server carries and every request must pass: headers, size, origin, host, allowed paths."""

import logging
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pellucid.exceptions import LedgerError

LOG = logging.getLogger("pellucid.app")

APP_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-ancestors 'none'; object-src 'none'; form-action 'self'; base-uri 'self'"
)
"""For Gradio's own pages, which evaluate templates of their own; documents reach them escaped."""

PLAIN_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'"
)
"""For pages without scripts: sign-in, own texts, prints, errors."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing leaves the server; "no-referrer" would also hide from us which page a form was sent from.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

LARGEST_BODY = 1_200_000
"""Bytes: room for a text of a million bytes and the rest of its form."""

PAGES = ("", "worklist", "model", "audit", "review")
"""The pages that Gradio serves for each domain."""

_STATIC = re.compile(r"(assets|static|svelte)/[^?]+|theme\.css|robots\.txt|manifest\.json")
_CALLS = re.compile(
    r"config|gradio_api/(run/predict|queue/join|queue/data|heartbeat/[A-Za-z0-9]+|startup-events|reset|cancel)/?"
)
_SAME = ("same-origin", "none")


def is_static(path: str, domains: Iterable[str]) -> bool:
    """Whether a path is one of Gradio's own files, which hold nothing of ours and may be kept by a browser.

    Parameters
    ----------
    path : str
    domains : iterable of str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_static("/weather/assets/index.js", ["weather"]), is_static("/weather/config", ["weather"])
    (True, False)
    """
    return any(path.startswith(f"/{name}/") and _STATIC.fullmatch(path[len(name) + 2 :]) for name in domains)


def is_served(path: str, domains: Iterable[str]) -> bool:
    """Whether a path under a domain is one that this app uses; Gradio's other ones stay shut.

    Parameters
    ----------
    path : str
    domains : iterable of str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_served("/weather/gradio_api/run/predict", ["weather"]), is_served("/weather/gradio_api/upload", ["weather"])
    (True, False)
    """
    for name in domains:
        if path == f"/{name}":
            return True
        if path.startswith(f"/{name}/"):
            rest = path[len(name) + 2 :]
            ours = rest in PAGES or rest.startswith(("print/", "export/")) or rest == "text"
            return ours or is_static(path, [name]) or bool(_CALLS.fullmatch(rest))
    return True


def is_same_origin(headers: Headers) -> bool:
    """Whether a request that changes something comes from a page of this server.

    Parameters
    ----------
    headers : Headers

    Returns
    -------
    bool
        True also where neither header is there, which no present browser does.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in _SAME:
        return False
    try:
        return origin is None or (origin != "null" and urlsplit(origin).netloc == headers.get("host", ""))
    except ValueError:  # no address at all, such as "http://["
        return False


def place_of(error: BaseException) -> str:
    """Say what went wrong and where, without the error's own words: they may hold a document's.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    str

    Examples
    --------
    >>> place_of(ValueError("some note"))
    'ValueError'
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} in {last.name} ({Path(last.filename).name}, line {last.lineno})"


def _plain_failure(status: int, accept: str) -> Response:  # noqa: ARG001 - as `Guard` calls it
    return PlainTextResponse("Something went wrong.", status)


class Guard:
    """Middleware: what is too large, from elsewhere or unknown is refused; every answer, errors too, gets its headers.

    Parameters
    ----------
    app : ASGI application
    domains : sequence of str
        Names of the domains that are open.
    hosts : sequence of str, default=()
        Names under which the server may be asked; any name where empty.
    largest : int, default=LARGEST_BODY
        Bytes that a request may hold.
    failed : callable, default
        Makes the answer to a request that failed, of its status and what the request takes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        domains: Iterable[str],
        hosts: Iterable[str] = (),
        largest: int = LARGEST_BODY,
        failed: Callable[[int, str], Response] = _plain_failure,
    ) -> None:
        self.app = app
        self.domains = tuple(domains)
        self.hosts = frozenset(hosts)
        self.largest = largest
        self.failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        path, headers = scope["path"], Headers(scope=scope)
        static = is_static(path, self.domains)
        dress = _Dressing(send, path, static)
        if not static:
            # Pressed together with what somebody else sent, a page's length would tell of its words; and it takes time.
            kept = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        try:
            answer = self._refusal(scope["method"], path, headers) or self.app
            await answer(scope, _counted(receive, self.largest), dress)
        except Exception as error:  # noqa: BLE001 - the last line: beyond it, a traceback with people's words is logged
            LOG.error("%s", place_of(error))
            if not dress.status:  # else the answer breaks off
                await self.failed(_status(error), headers.get("accept", ""))(scope, receive, dress)
        # The query is left out: it may hold a token. A case's id is all that a path of ours can hold.
        LOG.info(
            "%s %s %s %.0f ms", scope["method"], _printable(path), dress.status, 1e3 * (time.perf_counter() - began)
        )

    def _refusal(self, method: str, path: str, headers: Headers) -> PlainTextResponse | None:
        """Return the answer to a request that is not let in."""
        if self.hosts and _host(headers.get("host", "")) not in self.hosts:
            return PlainTextResponse("This server is not known by that name.", 421)
        if method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Only GET and POST are answered here.", 405)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.largest:
            return PlainTextResponse(f"At most {self.largest:,} bytes are taken.", 413)
        if method == "POST" and not is_same_origin(headers):
            return PlainTextResponse("This request came from another site's page, so it was refused.", 403)
        if not is_served(path, self.domains):
            return PlainTextResponse("There is nothing here.", 404)
        return None


class _Dressing:
    """Sends on, with the headers that an answer lacks."""

    def __init__(self, send: Send, path: str, static: bool) -> None:
        self._send = send
        self._path = path
        self._static = static
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", APP_POLICY)
            if not self._static or self.status >= 400:
                headers["Cache-Control"] = "no-store"
            for name in ("server", "access-control-allow-origin", "access-control-allow-credentials"):
                if name in headers:
                    del headers[name]
        await self._send(message)


def _status(error: Exception) -> int:
    """Return which answer an error calls for."""
    if isinstance(error, HTTPException):
        return error.status_code
    return 503 if isinstance(error, LedgerError) else 500


def _counted(receive: Receive, largest: int) -> Callable[[], Awaitable[Message]]:
    """Stop a body that is longer than it said, or did not say how long it is."""
    taken = 0

    async def one() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > largest:
            raise HTTPException(413)
        return message

    return one


def _host(named: str) -> str:
    """Return a host without its port."""
    return re.sub(r":\d+$", "", named).casefold()


def _printable(path: str) -> str:
    """Return a path that cannot break a log's line."""
    return "".join(one if one.isprintable() else "?" for one in path[:200])
