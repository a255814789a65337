"""`pellucid app`: the decisions of domains in a browser, explained, checked and signed."""

import ipaddress
import webbrowser
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

import pellucid
from pellucid.cli._models import open_model
from pellucid.cli._options import LimitOptions, ModelOptions, refuse
from pellucid.cli._shared import DEFAULT_DB, Db, grouped, progress_bar
from pellucid.exceptions import InvalidInputError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.domains
    import pellucid.llm


@dataclass(frozen=True)
class LiveOptions(ModelOptions):
    """Which model reads texts that people open themselves; none where no name is given.

    Attributes
    ----------
    model : str
    """

    model: Annotated[
        str, typer.Option(help="Model that reads texts people open; left out, people answer the questions themselves.")
    ] = ""


@dataclass(frozen=True)
class ServerOptions:
    """Where the app listens, and whom it trusts.

    Attributes
    ----------
    host, db, trust_header : str
    port : int
    proxy, allow_host : list of str
    https, no_browser : bool
    """

    host: Annotated[str, typer.Option(help="Address to listen at; the default is reached from this machine only.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)] = 7860
    db: Db = DEFAULT_DB
    trust_header: Annotated[
        str, typer.Option(help="Header in which a reverse proxy names who signed in; replaces the app's own sign-in.")
    ] = ""
    proxy: Annotated[
        list[str] | None,
        typer.Option(help="Address of the reverse proxy, whose headers are believed; this machine where left out."),
    ] = None
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="Further name under which browsers ask for the app; beyond this machine it is needed."),
    ] = None
    https: Annotated[
        bool, typer.Option("--https", help="Browsers come by HTTPS alone, so the cookie is never sent otherwise.")
    ] = False
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False


@grouped
def app(
    server: ServerOptions,
    model: LiveOptions,
    limits: LimitOptions,
    domains: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DOMAIN|FOLDER]...", help="Domains, or folders of domains; all of ours if none is named."
        ),
    ] = None,
    glass_box: Annotated[str, typer.Option(help="Which glass box decides.")] = "EBM",
    estimate_first: Annotated[
        bool, typer.Option("--estimate-first", help="Show the model's answer only after a person's own estimate.")
    ] = False,
) -> None:
    """Open the app: every decision explained, checked and signed, without the internet."""
    _check(server, model, limits)
    opened = [pellucid.domains.load(name) for name in domains or pellucid.domains.names()]
    if len({domain.name for domain in opened}) < len(opened):
        raise InvalidInputError("DOMAINS: one is named twice; name each once")
    settings = pellucid.app.Settings(
        host=server.host,
        port=server.port,
        database=server.db,
        glass_box=glass_box,
        estimate_first=estimate_first,
        trust_header=server.trust_header,
        hosts=tuple(server.allow_host or ()),
        https=server.https,
        **({"proxies": tuple(server.proxy)} if server.proxy else {}),
    )
    with _opened(model, limits) as live, progress_bar("opening") as progress:
        pellucid.app.serve(opened, settings, model=live, progress=progress, ready=_said(server.no_browser))


def _check(server: ServerOptions, model: LiveOptions, limits: LimitOptions) -> None:
    """Refuse options that do not go together."""
    if not model.model:
        for name in ("url", "revision"):
            if getattr(model, name) is not None:
                refuse(name, "is for a model; give --model too, or leave it out")
    model.check()
    limits.check(model.url)
    for address in server.proxy or ():
        if not _is_address(address):
            refuse("proxy", "takes the number of an address, such as 10.0.0.5")


def _is_address(said: str) -> bool:
    try:
        ipaddress.ip_address(said)
    except ValueError:
        return False
    return True


def _opened(model: LiveOptions, limits: LimitOptions) -> "AbstractContextManager[pellucid.llm.LanguageModel | None]":
    return open_model(model, limits) if model.model else nullcontext()


def _said(no_browser: bool) -> Any:
    """Say where the app is, once it is about to answer."""

    def ready(address: str, first: str) -> None:
        typer.echo(f"Pellucid: {address}   (Ctrl-C ends it)")
        if first:
            typer.echo(f"Nobody has an account yet. This link makes the first administrator, once:\n  {first}")
        if not no_browser:
            webbrowser.open(first or address)

    return ready
