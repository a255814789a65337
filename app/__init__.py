"""The app: every decision explained, checked and signed, in a browser, without the internet."""

import importlib
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pellucid._optional import import_extra
from pellucid.app.settings import DEFAULT_DATABASE, Settings

# The server brings Gradio along, which takes seconds; it is loaded when the app is started.
if TYPE_CHECKING:
    from pellucid.llm import LanguageModel
    from pellucid.schema import Domain

__all__ = ["DEFAULT_DATABASE", "Settings", "serve"]


def serve(
    domains: "Sequence[Domain]",
    settings: Settings,
    *,
    model: "LanguageModel | None" = None,
    progress: Callable[[int, int], None] | None = None,
    ready: Callable[[str, str], None] | None = None,
) -> None:
    """Open domains and serve them until stopped; nothing is asked of the internet.

    Parameters
    ----------
    domains : sequence of Domain
    settings : Settings
    model : LanguageModel or None, default=None
        Reads texts that people open themselves.
    progress : callable or None, default=None
        Called with (done, in all) while glass boxes are fitted.
    ready : callable or None, default=None
        Called with the address, and the link that makes the first administrator or "",
        before serving.

    Raises
    ------
    MissingExtraError
        If the extra ``app`` is not installed.
    """
    # Read by the libraries when they are imported: they ask no outside host then.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    for name in ("gradio", "uvicorn", "sqlalchemy"):
        import_extra(name, extra="app", purpose="the app")
    starting = importlib.import_module("pellucid.app.starting")
    starting.start(domains, settings, model=model, progress=progress, ready=ready)
