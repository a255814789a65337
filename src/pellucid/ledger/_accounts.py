"""Who may sign: people with roles and passwords, and their sign-ins, in the database of the log."""

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

from pellucid._optional import import_extra
from pellucid.exceptions import AccessError, InvalidInputError
from pellucid.ledger._attempts import attempt, forget
from pellucid.ledger._database import Database
from pellucid.ledger._names import kept, key_of, tidy
from pellucid.ledger._passwords import Passwords
from pellucid.ledger._people import (
    Account,
    account_of,
    end_all,
    keep_an_admin,
    known,
    refuse_second,
    role_of,
    row_of,
    unchanged,
)
from pellucid.ledger._sign_ins import begin, end, holder, names_in
from pellucid.ledger._tables import INVITATIONS, PEOPLE
from pellucid.schema import Person, Role

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = import_extra("sqlalchemy", extra="ledger", purpose="signing in")

INVITED_S = 24 * 3600.0
"""How long an invitation is good, in seconds."""

_WRONG = "name or password: the two do not fit; try again, or ask an administrator for a new password"


class Accounts:
    """People, roles, passwords and sign-ins; opened with `Accounts.open`.

    Passwords are kept as Argon2id hashes, tokens as SHA-256. A sign-in ends 12 hours after it
    began, after 30 minutes without use, and at once when the password changes or the person is
    disabled. After five wrong passwords a name, known or not, is locked for 15 minutes, then
    for twice as long each time, an hour at most.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Accounts.open(f"{folder}/log.db") as accounts:
    ...     admin = accounts.accept(accounts.invitation(), "R. Meier", "three grey herons")
    ...     token = accounts.sign_in("r. meier", "three grey herons")
    ...     accounts.who(token)
    Person(name='R. Meier', role=<Role.ADMIN: 'admin'>)
    """

    def __init__(
        self, database: Database, *, passwords: Passwords | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._passwords = passwords or Passwords()
        self._clock = clock

    @classmethod
    def open(cls, url: str | os.PathLike[str], *, create: bool = True, clock: Callable[[], float] = time.time) -> Self:
        """Open the accounts of a database.

        Parameters
        ----------
        url : str or Path
            As for `DecisionLog.open`.
        create : bool, default=True
            Whether a missing file and missing tables are made.
        clock : callable, default=time.time
            Seconds since 1970.

        Returns
        -------
        Accounts

        Raises
        ------
        InvalidInputError
            If the URL is none, or of another database.
        LedgerError
            If it cannot be opened.
        MissingExtraError
            If the extra ``ledger`` is not installed.
        """
        return cls(Database(url, create=create), clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Accounts({self._database.name!r})"

    def people(self) -> tuple[Account, ...]:
        """Return everybody, by name.

        Returns
        -------
        tuple of Account
        """
        with self._database.reading() as connection:
            found = connection.execute(sa.select(PEOPLE).order_by(PEOPLE.c.id)).all()
        return tuple(account_of(row) for row in found)

    def find(self, name: str) -> Person | None:
        """Return a person by name, for a sign-on that has checked elsewhere who it is.

        Parameters
        ----------
        name : str

        Returns
        -------
        Person or None
            None where there is nobody of that name, or they are disabled.
        """
        found = self.account(name)
        return None if found is None or found.disabled else Person(name=found.name, role=found.role)

    def account(self, name: str) -> Account | None:
        """Return the account of a name, however it is typed, also where it is disabled.

        Parameters
        ----------
        name : str

        Returns
        -------
        Account or None
        """
        with self._database.reading() as connection:
            row = row_of(connection, name)
        return None if row is None else account_of(row)

    def add(self, name: str, password: str, role: Role | str = Role.VIEWER) -> Person:
        """Add a person.

        Parameters
        ----------
        name : str
            1 to 100 characters; case does not matter when signing in.
        password : str
            At least 12 characters.
        role : Role or str, default="viewer"

        Returns
        -------
        Person

        Raises
        ------
        InvalidInputError
            If the name is taken, or name, password or role cannot be used.
        """
        said, role = tidy(name), role_of(role)
        hashed = self._passwords.hash(said, password)
        with self._database.writing() as connection:
            self._insert(connection, said, hashed, role)
        return Person(name=said, role=role)

    def check(self, name: str, password: str) -> Person:
        """Return the person that a name and a password belong to.

        Parameters
        ----------
        name, password : str

        Returns
        -------
        Person

        Raises
        ------
        AccessError
            With the same words, after the same time, whether the name or the password is wrong.
        LockedOut
            If there were too many wrong passwords for this name, whether or not anybody has it.
        """
        with self._proven(name, password) as (_, row):
            return Person(name=row.name, role=row.role)

    @contextlib.contextmanager
    def _proven(self, name: str, password: str) -> Iterator[tuple["sa.Connection", Any]]:
        """Check a password, then write as the person it belongs to; refuses as `check`."""
        with self._database.writing() as connection:
            # Counted before the slow part, so that many guesses at once are no more guesses.
            attempt(connection, name, self._clock())
            seen = row_of(connection, name)
        fits = self._passwords.fits(None if seen is None else seen.password, password)
        if seen is None or seen.disabled or not fits:
            raise AccessError(_WRONG)
        anew = ""
        if self._passwords.is_old(seen.password):
            with contextlib.suppress(InvalidInputError):  # a password from before a stricter rule stays as it is
                anew = self._passwords.hash(seen.name, password)
        with self._database.writing() as connection:
            # Meanwhile somebody may have changed the password or shut the account: then what was checked is over.
            row = unchanged(connection, seen)
            if row is None:
                raise AccessError(_WRONG)
            forget(connection, name)
            if anew:
                connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == row.id).values(password=anew))
            yield connection, row

    def change_password(self, name: str, password: str) -> None:
        """Give a person a new password; every sign-in of theirs ends, and so does a lock.

        Parameters
        ----------
        name, password : str

        Raises
        ------
        InvalidInputError
            If there is nobody of that name, or the password cannot be used.
        """
        hashed = self._passwords.hash(name, password)
        with self._database.writing() as connection:
            row = known(connection, name)
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == row.id).values(password=hashed))
            forget(connection, name)
            end_all(connection, row.id)

    def set_role(self, name: str, role: Role | str) -> Person:
        """Give a person another role, from their next click on.

        Parameters
        ----------
        name : str
        role : Role or str

        Returns
        -------
        Person

        Raises
        ------
        InvalidInputError
            If there is nobody of that name, or no such role.
        AccessError
            If nobody would be left who is an administrator.
        """
        role = role_of(role)
        with self._database.writing() as connection:
            row = known(connection, name)
            if role is not Role.ADMIN:
                keep_an_admin(connection, row)
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == row.id).values(role=role.value))
        return Person(name=row.name, role=role)

    def disable(self, name: str, *, disabled: bool = True) -> None:
        """Take away, or give back, a person's right to sign in; what they signed stays.

        Parameters
        ----------
        name : str
        disabled : bool, default=True

        Raises
        ------
        InvalidInputError
            If there is nobody of that name.
        AccessError
            If nobody would be left who is an administrator.
        """
        with self._database.writing() as connection:
            row = known(connection, name)
            if disabled:
                keep_an_admin(connection, row)
                end_all(connection, row.id)
            connection.execute(sa.update(PEOPLE).where(PEOPLE.c.id == row.id).values(disabled=disabled))

    def sign_in(self, name: str, password: str) -> str:
        """Check a password and begin a sign-in.

        Parameters
        ----------
        name, password : str

        Returns
        -------
        str
            A token for the browser's cookie; the database has its SHA-256 only.

        Raises
        ------
        AccessError
            As `check`.
        """
        with self._proven(name, password) as (connection, row):
            return begin(connection, row.id, self._clock())

    def who(self, token: str) -> Person | None:
        """Return who holds a token, with the role they have now.

        Parameters
        ----------
        token : str

        Returns
        -------
        Person or None
            None where it is unknown or over.
        """
        return holder(self._database, token, self._clock())

    def signed_in(self) -> frozenset[str]:
        """Return the names of everybody who has a sign-in that is not over.

        Returns
        -------
        frozenset of str
        """
        with self._database.reading() as connection:
            return names_in(connection, self._clock())

    def sign_out(self, token: str) -> None:
        """End a sign-in; one that is over already is no error.

        Parameters
        ----------
        token : str
        """
        with self._database.writing() as connection:
            end(connection, token)

    def invitation(self) -> str:
        """Return a token that makes the first administrator, once, within a day.

        Returns
        -------
        str
            An earlier one no longer counts.

        Raises
        ------
        AccessError
            If there are people already.
        """
        token = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            refuse_second(connection)
            connection.execute(sa.delete(INVITATIONS))
            connection.execute(sa.insert(INVITATIONS).values(token=kept(token), since=self._clock()))
        return token

    def accept(self, token: str, name: str, password: str) -> Person:
        """Make the first administrator.

        Parameters
        ----------
        token : str
            Of `invitation`.
        name, password : str

        Returns
        -------
        Person

        Raises
        ------
        AccessError
            If the token is unknown, used or too old, or there are people already.
        InvalidInputError
            If name or password cannot be used; the token stays good.
        """
        said = tidy(name)
        held = sa.and_(INVITATIONS.c.token == kept(token), INVITATIONS.c.since > self._clock() - INVITED_S)
        with self._database.reading() as connection:  # before anybody without one may cost a hash
            good = connection.execute(sa.select(INVITATIONS).where(held)).one_or_none()
        hashed = self._passwords.hash(said, password) if good else ""
        with self._database.writing() as connection:
            refuse_second(connection)
            if not good or connection.execute(sa.delete(INVITATIONS).where(held)).rowcount != 1:
                raise AccessError("invitation: is unknown, used or older than a day; start the app anew for another")
            self._insert(connection, said, hashed, Role.ADMIN)
        return Person(name=said, role=Role.ADMIN)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def _insert(self, connection: "sa.Connection", name: str, hashed: str, role: Role) -> None:
        if row_of(connection, name) is not None:
            raise InvalidInputError(f"name: {name!r:.60} is taken; choose another")
        row = {"id": key_of(name), "name": name, "role": role.value, "password": hashed, "disabled": False}
        connection.execute(sa.insert(PEOPLE).values(row | {"since": self._clock()}))
