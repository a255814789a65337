"""The server: sign-in, plain pages and prints first, Gradio's pages below each domain's name."""

import socket
from collections.abc import Callable
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI

from pellucid.app.access import Door, Identity, add_access_routes, identity_of
from pellucid.app.layout import mount_domains
from pellucid.app.plain import add_plain_routes, failure
from pellucid.app.prints import add_print_routes
from pellucid.app.security import Guard
from pellucid.app.session import Session
from pellucid.app.settings import Settings
from pellucid.app.text_routes import add_index_route, add_text_routes
from pellucid.exceptions import InvalidInputError


def create_app(
    session: Session,
    settings: Settings,
    identity: Identity | None = None,
    *,
    mount: Callable[[FastAPI, Session], None] = mount_domains,
) -> FastAPI:
    """Build the app.

    Parameters
    ----------
    session : Session
    settings : Settings
    identity : callable or None, default=None
        Says who is asking; the app's own sign-in, or the proxy's header, where None.
    mount : callable, default=mount_domains
        Adds the pages of the domains.

    Returns
    -------
    FastAPI
    """
    app = FastAPI(title="Pellucid", docs_url=None, redoc_url=None, openapi_url=None)
    add_plain_routes(app)
    add_access_routes(app, session, settings)
    add_index_route(app, session)
    add_text_routes(app, session)
    add_print_routes(app, session)
    mount(app, session)
    app.add_middleware(
        Door,
        identity=identity or identity_of(settings, session.accounts),
        domains=session.domains,
        sign_in=not session.foreign_sign_on,
    )
    app.add_middleware(Guard, domains=session.domains, hosts=settings.allowed_hosts, failed=failure)
    return app


def address_of(settings: Settings) -> str:
    """Return where a browser finds the app.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    str

    Examples
    --------
    >>> address_of(Settings())
    'http://127.0.0.1:7860/'
    """
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"


def first_admin_link(session: Session, settings: Settings) -> str:
    """Return the one-time link that makes the first administrator; empty where there is somebody already.

    Parameters
    ----------
    session : Session
    settings : Settings

    Returns
    -------
    str
    """
    if session.foreign_sign_on or session.accounts.people():
        return ""
    return f"{address_of(settings)}first-admin?{urlencode({'token': session.accounts.invitation()})}"


def listen(settings: Settings) -> socket.socket:
    """Take the port, before anything that lasts is begun.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    socket

    Raises
    ------
    InvalidInputError
        If the address or the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as error:
        taken.close()
        raise InvalidInputError(
            f"host, port: cannot listen at {settings.host} port {settings.port} ({error.strerror}); choose another"
        ) from None
    return taken


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._ready()


def run(
    session: Session, settings: Settings, taken: socket.socket, *, ready: Callable[[str, str], None] | None = None
) -> None:
    """Serve until stopped.

    Parameters
    ----------
    session : Session
    settings : Settings
    taken : socket
        Of `listen`.
    ready : callable or None, default=None
        Called with the address, and the link of the first administrator or "", once it answers.
    """

    def tell() -> None:
        if ready:
            ready(address_of(settings), first_admin_link(session, settings))

    # The server's own log of requests holds queries; ours holds paths. A proxy's word is read where it is trusted only.
    config = uvicorn.Config(
        create_app(session, settings),
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=200,
        timeout_graceful_shutdown=5,
    )
    try:
        _Server(config, tell).run(sockets=[taken])
    finally:
        session.close()
