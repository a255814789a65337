"""Sign-ins inside the database: begun, used, ended, and who has one."""

import secrets
from typing import TYPE_CHECKING

from pellucid._optional import import_extra
from pellucid.ledger._database import Database
from pellucid.ledger._names import kept
from pellucid.ledger._tables import PEOPLE, SIGN_INS
from pellucid.schema import Person

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = import_extra("sqlalchemy", extra="ledger", purpose="signing in")

LASTS_S, IDLE_S, SEEN_S = 12 * 3600.0, 30 * 60.0, 60.0
"""A sign-in in all and unused, and how exactly its use is noted; in seconds."""

_GOOD = sa.and_(SIGN_INS.c.since > sa.bindparam("begun"), SIGN_INS.c.seen > sa.bindparam("used"))
_HELD = sa.join(SIGN_INS, PEOPLE, PEOPLE.c.id == SIGN_INS.c.person)

# Asked at every click, so they are made once.
_WHO = (
    sa.select(PEOPLE.c.name, PEOPLE.c.role, SIGN_INS.c.seen)
    .select_from(_HELD)
    .where(SIGN_INS.c.token == sa.bindparam("key"), sa.not_(PEOPLE.c.disabled), _GOOD)
)
_NAMES = sa.select(PEOPLE.c.name).select_from(_HELD).where(sa.not_(PEOPLE.c.disabled), _GOOD).distinct()


def begin(connection: "sa.Connection", person: str, now: float) -> str:
    """Begin a sign-in, and clear away those that are over.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Inside a transaction that excludes other writers.
    person : str
        Id of the row.
    now : float
        Seconds since 1970.

    Returns
    -------
    str
        The token; the database has its SHA-256 only.
    """
    token = secrets.token_urlsafe(32)
    over = sa.or_(SIGN_INS.c.since <= now - LASTS_S, SIGN_INS.c.seen <= now - IDLE_S)
    connection.execute(sa.delete(SIGN_INS).where(over))
    values = {"token": kept(token), "person": person, "since": now, "seen": now}
    connection.execute(sa.insert(SIGN_INS).values(values))
    return token


def holder(database: Database, token: str, now: float) -> Person | None:
    """Return who holds a token, and note that it was used.

    Parameters
    ----------
    database : Database
    token : str
    now : float
        Seconds since 1970.

    Returns
    -------
    Person or None
        None where it is unknown or over.
    """
    key = kept(token)
    with database.reading() as connection:
        row = connection.execute(_WHO, {"key": key, **_since(now)}).one_or_none()
    if row is None:
        return None
    if now - row.seen >= SEEN_S:
        with database.writing() as connection:
            connection.execute(sa.update(SIGN_INS).where(SIGN_INS.c.token == key).values(seen=now))
    return Person(name=row.name, role=row.role)


def names_in(connection: "sa.Connection", now: float) -> frozenset[str]:
    """Return the names of everybody who has a sign-in that is not over.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    now : float
        Seconds since 1970.

    Returns
    -------
    frozenset of str
    """
    return frozenset(connection.scalars(_NAMES, _since(now)))


def end(connection: "sa.Connection", token: str) -> None:
    """End a sign-in; one that is over already is no error.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    token : str
    """
    connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.token == kept(token)))


def _since(now: float) -> dict[str, float]:
    return {"begun": now - LASTS_S, "used": now - IDLE_S}
