"""Rows of people inside a transaction: found, missed, and the last administrator kept."""

from typing import TYPE_CHECKING, Any

from pellucid._optional import import_extra
from pellucid.exceptions import AccessError, InvalidInputError
from pellucid.ledger._names import key_of
from pellucid.ledger._tables import PEOPLE, SIGN_INS
from pellucid.schema import Record, Role, has_surrogate

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = import_extra("sqlalchemy", extra="ledger", purpose="signing in")


class Account(Record):
    """One person as administrators see them.

    Attributes
    ----------
    name : str
    role : Role
    disabled : bool
    since : float
        When the account was made, in seconds since 1970.
    """

    name: str
    role: Role
    disabled: bool = False
    since: float


def account_of(row: Any) -> Account:
    """Return a row as administrators see it.

    Parameters
    ----------
    row : sqlalchemy.Row

    Returns
    -------
    Account
    """
    return Account(name=row.name, role=row.role, disabled=row.disabled, since=row.since)


def row_of(connection: "sa.Connection", name: str) -> Any:
    """Return the row of a name.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    name : str

    Returns
    -------
    sqlalchemy.Row or None
    """
    if has_surrogate(name) or "\0" in name:  # no database takes it, so nobody has it
        return None
    return connection.execute(sa.select(PEOPLE).where(PEOPLE.c.id == key_of(name))).one_or_none()


def unchanged(connection: "sa.Connection", seen: Any) -> Any:
    """Return the row of a person as it is now, where it still has the password that was seen and is not shut.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Inside a transaction that excludes other writers.
    seen : sqlalchemy.Row
        The row as it was read before.

    Returns
    -------
    sqlalchemy.Row or None
    """
    same = sa.and_(PEOPLE.c.id == seen.id, PEOPLE.c.password == seen.password, sa.not_(PEOPLE.c.disabled))
    return connection.execute(sa.select(PEOPLE).where(same).with_for_update()).one_or_none()


def known(connection: "sa.Connection", name: str) -> Any:
    """Return the row of a name that is there.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    name : str

    Returns
    -------
    sqlalchemy.Row

    Raises
    ------
    InvalidInputError
    """
    found = row_of(connection, name)
    if found is None:
        raise InvalidInputError(f"name: there is nobody called {name!r:.60}; `pellucid users list` says who there is")
    return found


def keep_an_admin(connection: "sa.Connection", row: Any) -> None:
    """Refuse to take the last administrator away.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Inside a transaction that excludes other writers.
    row : sqlalchemy.Row
        Who would be one no longer.

    Raises
    ------
    AccessError
    """
    others = sa.select(sa.func.count()).where(
        PEOPLE.c.role == Role.ADMIN.value, sa.not_(PEOPLE.c.disabled), PEOPLE.c.id != row.id
    )
    is_one = row.role == Role.ADMIN.value and not row.disabled
    if is_one and not connection.scalar(others):
        raise AccessError(f"name: {row.name!r:.60} is the only administrator; make somebody else one first")


def refuse_second(connection: "sa.Connection") -> None:
    """Refuse an invitation where there are people already.

    Parameters
    ----------
    connection : sqlalchemy.Connection

    Raises
    ------
    AccessError
    """
    if connection.scalar(sa.select(sa.func.count()).select_from(PEOPLE)):
        raise AccessError("invitation: there are people already; an administrator adds others")


def end_all(connection: "sa.Connection", person: str) -> None:
    """End every sign-in of a person.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    person : str
        Id of the row.
    """
    connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.person == person))


def role_of(role: Role | str) -> Role:
    """Return a role by its name.

    Parameters
    ----------
    role : Role or str

    Returns
    -------
    Role

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> role_of("admin")
    <Role.ADMIN: 'admin'>
    """
    try:
        return Role(role)
    except ValueError:
        raise InvalidInputError(f"role: got {role!r:.40}; allowed are {', '.join(Role)}") from None
