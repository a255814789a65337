"""Wrong passwords counted by name, and how long a name is locked after too many."""

from typing import TYPE_CHECKING

from pellucid._optional import import_extra
from pellucid.exceptions import LockedOut
from pellucid.ledger._names import kept, key_of
from pellucid.ledger._tables import FAILURES

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = import_extra("sqlalchemy", extra="ledger", purpose="signing in")

FREE = 5
"""Wrong passwords before a name is locked."""

# An hour at most: whoever knows a name can lock it, and must not be able to keep its owner out for days.
_FIRST_S, _LONGEST_S, _FORGOTTEN_S = 15 * 60.0, 3600.0, 24 * 3600.0


def lock_s(failures: int) -> float:
    """Return how long a name is locked after so many wrong passwords.

    Parameters
    ----------
    failures : int

    Returns
    -------
    float
        Seconds.

    Examples
    --------
    >>> [lock_s(failures) / 60 for failures in (4, 5, 6, 7)]
    [0.0, 15.0, 30.0, 60.0]
    """
    if failures < FREE:
        return 0.0
    return min(_FIRST_S * 2.0 ** min(failures - FREE, 20), _LONGEST_S)


def attempt(connection: "sa.Connection", name: str, now: float) -> None:
    """Count an attempt as failed until `forget` says otherwise, or refuse it.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Inside a transaction that excludes other writers.
    name : str
        Whether or not there is anybody of that name.
    now : float
        Seconds since 1970.

    Raises
    ------
    LockedOut
    """
    key = kept(key_of(name))
    found = connection.execute(sa.select(FAILURES).where(FAILURES.c.name == key)).one_or_none()
    if found is not None and found.until > now:
        raise LockedOut(found.until - now)
    over = sa.and_(FAILURES.c.last < now - _FORGOTTEN_S, FAILURES.c.until < now - _FORGOTTEN_S)
    connection.execute(sa.delete(FAILURES).where(sa.or_(over, FAILURES.c.name == key)))
    is_recent = found is not None and max(found.last, found.until) >= now - _FORGOTTEN_S
    failures = found.failures + 1 if found is not None and is_recent else 1
    values = {"name": key, "failures": failures, "last": now, "until": now + lock_s(failures)}
    connection.execute(sa.insert(FAILURES).values(values))


def forget(connection: "sa.Connection", name: str) -> None:
    """Forget the wrong passwords of a name, after a right one.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    name : str
    """
    connection.execute(sa.delete(FAILURES).where(FAILURES.c.name == kept(key_of(name))))
