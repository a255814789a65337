"""One call to a server over HTTP: where it may go, what may come back, and nothing of either in an error."""

import asyncio
import ipaddress
import json
import os
import re
import socket
from collections.abc import Mapping
from typing import Any, NamedTuple

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError, ModelAccessError, RemoteNotAllowed

MAX_REPLY_BYTES = 16 * 1024 * 1024
"""A longer body is not read: no answer to a questionnaire needs it."""

_URL = re.compile(r"(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?((?:/[A-Za-z0-9._~-]+)*)/?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(r"[!-~]+")


class Answered(NamedTuple):
    """What one call came to.

    Attributes
    ----------
    status : int
        0 where no whole reply came.
    headers : Mapping of str to str
        Names in any case.
    payload : dict or None
        The body, where it is a JSON object.
    cause : str
        Why no whole reply came; never the server's words.
    arrived : bool
        Whether the server may have worked on it.
    """

    status: int
    headers: Mapping[str, str]
    payload: dict[str, Any] | None
    cause: str = ""
    arrived: bool = True


class Address(NamedTuple):
    """Where calls go.

    Attributes
    ----------
    url : str
        Of chat completions.
    loopback : bool
        Whether that is this machine.
    """

    url: str
    loopback: bool


def address(url: str, *, allow_remote: bool = False) -> Address:
    """Check a base URL and say where calls go.

    Parameters
    ----------
    url : str
        Such as ``"http://127.0.0.1:8000/v1"``.
    allow_remote : bool, default=False

    Returns
    -------
    Address

    Raises
    ------
    InvalidInputError
        If it is no plain base URL, or has a user name or a query in it.
    RemoteNotAllowed
        If it leads to another machine and that was not allowed, or not over https.

    Examples
    --------
    >>> address("http://localhost:8000/v1/").url
    'http://localhost:8000/v1/chat/completions'
    """
    # One strict form instead of a lenient parser: what is checked here and what is called later cannot differ.
    found = _URL.fullmatch(url) if isinstance(url, str) else None
    if found is None or int(found[3] or 0) > 65535:
        raise InvalidInputError(
            'url: expected is the base of the server\'s API, such as "http://127.0.0.1:8000/v1": http or https, '
            "a host, and no user name, password, query or blank; a key goes into an environment variable (key_env)"
        )
    loopback = is_loopback(found[2].strip("[]"))
    if not loopback and not allow_remote:
        raise RemoteNotAllowed(
            f"url: {found[2]} is not this machine, and documents would be sent there; "
            "pass allow_remote=True if they may be, or use a server on 127.0.0.1"
        )
    if not loopback and found[1] != "https":
        raise RemoteNotAllowed(
            f"url: {found[2]} would be sent documents and the key in the clear; use https, or a tunnel to 127.0.0.1"
        )
    return Address(url.rstrip("/") + "/chat/completions", loopback)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine, by its looks.

    Parameters
    ----------
    host : str

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_loopback(host) for host in ("localhost", "127.8.0.1", "::1", "127.0.0.1.example.org", "0.0.0.0")]
    [True, True, True, False, False]
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_key_env(key_env: str | None) -> None:
    """Refuse what is not the name of an environment variable, without repeating it: it may be the key itself.

    Parameters
    ----------
    key_env : str or None

    Raises
    ------
    InvalidInputError
    """
    if key_env is not None and not (isinstance(key_env, str) and _VARIABLE.fullmatch(key_env)):
        raise InvalidInputError(
            'key_env: expected is the NAME of an environment variable that holds the key, such as "OPENAI_API_KEY"; '
            "what was given is not such a name and is not repeated here"
        )


class Wire:
    """Calls to one server; made for one event loop.

    Parameters
    ----------
    where : Address
    key_env : str or None
        Name of an environment variable, read at every call.
    connect_s : float
        Seconds to wait for a connection.
    """

    def __init__(self, where: Address, key_env: str | None, connect_s: float) -> None:
        self._where = where
        self._key_env = key_env
        self._connect_s = connect_s
        self._http: Any = None
        self._sessions: dict[bool, Any] = {}
        self._timeouts: dict[float, Any] = {}
        self._guard: _Guard | None = None

    async def post(self, body: Mapping[str, Any] | bytes, *, timeout: float, fresh: bool = False) -> Answered:
        """Send one call; a failure is returned, not raised.

        Parameters
        ----------
        body : Mapping or bytes
            Sent as JSON, or JSON already.
        timeout : float
            Seconds to wait for the whole reply.
        fresh : bool, default=False
            Whether to take a new connection, as after a failure.

        Returns
        -------
        Answered

        Raises
        ------
        ModelAccessError
            If there is no key where one should be.
        RemoteNotAllowed
            If the server's name leads to another machine and that was not allowed.
        MissingExtraError
            If aiohttp is not installed.
        """
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self._send("POST", self._where.url, data, timeout, fresh=fresh)

    async def get(self, place: str, *, timeout: float) -> Answered:
        """Get what a server says about itself; a failure is returned, not raised.

        Parameters
        ----------
        place : str
            Beside chat completions, such as ``"models"``, or from the server's root, such as ``"/props"``.
        timeout : float
            Seconds to wait.

        Returns
        -------
        Answered
        """
        base = self._where.url.removesuffix("/chat/completions")
        root = "/".join(base.split("/", 3)[:3])
        url = root + place if place.startswith("/") else f"{base}/{place}"
        return await self._send("GET", url, None, timeout, fresh=True)

    async def _send(self, method: str, url: str, data: bytes | None, timeout: float, *, fresh: bool) -> Answered:
        headers = self._authorization()
        session = self._sessions.get(fresh) or self._open(fresh)
        http = self._http
        cause, arrived = "", True
        try:
            async with session.request(
                method, url, data=data, headers=headers, timeout=self._timeout(timeout), allow_redirects=False
            ) as response:
                text = await _read(response)
                if text is not None:
                    return Answered(response.status, response.headers, _parsed(text))
                return Answered(response.status, {}, None)
        except (http.ClientError, TimeoutError, OSError) as error:
            # These errors stay here: some of them carry what was sent or received.
            cause, arrived = _cause(error, http, timeout, self._connect_s)
        if self._guard is not None and self._guard.strayed:
            raise RemoteNotAllowed("url: the name of the server leads to another machine; use 127.0.0.1")
        return Answered(0, {}, None, cause, arrived)

    async def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    def _open(self, fresh: bool) -> Any:
        """Make a session that keeps its connections, or one that never does."""
        http = self._http = import_extra("aiohttp", extra="llm", purpose="OpenAIModel")
        if self._where.loopback and self._guard is None:
            self._guard = _Guard()
        self._sessions[fresh] = http.ClientSession(
            connector=http.TCPConnector(limit=0, force_close=fresh, resolver=self._guard),
            cookie_jar=http.DummyCookieJar(),
            trust_env=False,  # a proxy named in the environment would see every document
            headers={"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "pellucid"},
        )
        return self._sessions[fresh]

    def _timeout(self, seconds: float) -> Any:
        if seconds not in self._timeouts:
            if len(self._timeouts) > 100:
                self._timeouts.clear()
            self._timeouts[seconds] = self._http.ClientTimeout(
                total=seconds + self._connect_s, sock_connect=self._connect_s, sock_read=seconds
            )
        return self._timeouts[seconds]

    def _authorization(self) -> dict[str, str]:
        if self._key_env is None:
            return {}
        key = os.environ.get(self._key_env, "").strip()
        if not _KEY.fullmatch(key):
            state = "holds no usable key" if key else "is not set or empty"
            raise ModelAccessError(f"key_env: the environment variable {self._key_env} {state}")
        return {"Authorization": f"Bearer {key}"}


class _Guard:
    """Resolves names, and refuses those that lead away from this machine, whatever they look like."""

    def __init__(self) -> None:
        self.strayed = False

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_UNSPEC) -> list[dict[str, Any]]:
        """Look a name up, and refuse it where it leads away from this machine."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        if not all(is_loopback(str(at[0])) for *_, at in found):
            self.strayed = True
            raise OSError("not this machine")
        return [
            {"hostname": host, "host": at[0], "port": at[1], "family": kind, "proto": proto, "flags": 0}
            for kind, _, proto, _, at in found
        ]

    async def close(self) -> None:
        """Nothing is kept open."""


async def _read(response: Any) -> bytes | None:
    """Read a body; None where it is longer than any answer."""
    packed = "Content-Encoding" in response.headers  # then a short body may turn into a long one
    if not packed and response.content_length is not None and response.content_length <= MAX_REPLY_BYTES:
        return bytes(await response.read())
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_REPLY_BYTES:
            response.close()
            return None
    return b"".join(chunks)


def _parsed(text: bytes) -> dict[str, Any] | None:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _cause(error: BaseException, http: Any, read_s: float, connect_s: float) -> tuple[str, bool]:
    """Say in our own words why no reply came, and whether the call may have arrived."""
    kinds: list[tuple[Any, str, bool]] = [
        (http.ConnectionTimeoutError, f"no connection in {connect_s:g} s", False),
        (TimeoutError, f"no reply in {read_s:g} s", True),
        (http.ClientConnectorDNSError, "the server's name is unknown", False),
        (http.ClientSSLError, "no secure connection", False),
        (http.ClientConnectorError, "connection refused", False),
        (http.ClientPayloadError, "reply cut off", True),
        (http.ServerDisconnectedError, "connection closed", True),
        (http.ClientResponseError, "not HTTP", True),
    ]
    return next(
        ((cause, arrived) for kind, cause, arrived in kinds if isinstance(error, kind)), ("connection reset", True)
    )
