"""What people sign, kept for good: an append-only decision log and the accounts of those who may sign."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pellucid.ledger._accounts import Accounts
    from pellucid.ledger._log import DecisionLog
    from pellucid.ledger._people import Account

__all__ = ["Account", "Accounts", "DecisionLog"]

# Loaded by name on first use, because the database libraries come with an extra.
_HOMES = {"Account": "_people", "Accounts": "_accounts", "DecisionLog": "_log"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
