"""Open everything, then serve it."""

from collections.abc import Callable, Sequence

from pellucid.app.server import listen, run
from pellucid.app.session import Session, open_caseworks
from pellucid.app.settings import Settings
from pellucid.ledger import Accounts, DecisionLog
from pellucid.llm import LanguageModel
from pellucid.schema import Domain


def start(
    domains: Sequence[Domain],
    settings: Settings,
    *,
    model: LanguageModel | None = None,
    progress: Callable[[int, int], None] | None = None,
    ready: Callable[[str, str], None] | None = None,
) -> None:
    """Open domains, log and accounts, and serve until stopped.

    Parameters
    ----------
    domains : sequence of Domain
    settings : Settings
    model : LanguageModel or None, default=None
    progress : callable or None, default=None
    ready : callable or None, default=None
        As `pellucid.app.serve` takes them.
    """
    taken = listen(settings)
    session = Session(
        open_caseworks(domains, glass_box=settings.glass_box, progress=progress),
        log=DecisionLog.open(settings.database),
        accounts=Accounts.open(settings.database),
        model=model,
        estimate_first=settings.estimate_first,
        foreign_sign_on=bool(settings.trust_header),
    )
    run(session, settings, taken, ready=ready)
