"""What must still be so when something is signed, looked at in the transaction that signs it."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from pellucid._optional import import_extra
from pellucid.exceptions import ChangedMeanwhile
from pellucid.ledger._tables import ENTRIES
from pellucid.schema import EntryKind

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = import_extra("sqlalchemy", extra="ledger", purpose="the decision log")

_DECISIONS = (EntryKind.ACCEPTED, EntryKind.OVERRIDDEN)
_SWITCHES = (EntryKind.PAUSED.value, EntryKind.RESUMED.value)


def last_switch(domain: str) -> "sa.Select[Any]":
    """Return the query for the entry that paused or resumed a domain last.

    Parameters
    ----------
    domain : str

    Returns
    -------
    sqlalchemy.Select
    """
    found = sa.select(ENTRIES).where(ENTRIES.c.domain == domain, ENTRIES.c.kind.in_(_SWITCHES))
    return found.order_by(ENTRIES.c.number.desc()).limit(1)


def refuse_changed(
    connection: "sa.Connection", *, kinds: Collection[EntryKind], domain: str, document: str, expect_last: int
) -> None:
    """Refuse to sign what others changed since it was looked at.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        It holds the head of the log, so that nobody else appends meanwhile.
    kinds : collection of EntryKind
        What is to be signed; a decision also needs a domain that is not paused.
    domain, document : str
    expect_last : int
        Number of the document's last correction as it was seen, 0 where there was none.

    Raises
    ------
    ChangedMeanwhile
    """
    last = sa.select(sa.func.max(ENTRIES.c.number)).where(
        ENTRIES.c.domain == domain, ENTRIES.c.document == document, ENTRIES.c.kind == EntryKind.CORRECTED.value
    )
    if (connection.scalar(last) or 0) != expect_last:
        raise ChangedMeanwhile(
            "answers: somebody corrected one since this page was opened; nothing was signed; load the case again"
        )
    if any(kind in _DECISIONS for kind in kinds):
        switch = connection.execute(last_switch(domain)).mappings().one_or_none()
        if switch is not None and switch["kind"] == EntryKind.PAUSED.value:
            raise ChangedMeanwhile(
                f"decisions of {domain} were paused since this page was opened; nothing was signed; load the case again"
            )
