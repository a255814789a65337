"""One database, SQLite or PostgreSQL: opened, brought up to date, read and written, its errors in words."""

import contextlib
import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError, LedgerError
from pellucid.ledger._migrate import migrate, steps_to_go

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = import_extra("sqlalchemy", extra="ledger", purpose="the decision log")

WAIT_S = 60.0
"""Seconds a writer waits for the others."""

_LOOK_S = 0.0005, 0.004
"""How often a waiting writer looks, in seconds."""

_MIGRATING = 0x50454C4C
"""Number of PostgreSQL's advisory lock that whoever makes tables, or changes accounts, holds."""

_SECRETS = frozenset({"password", "passfile", "sslpassword", "sslkey"})

_WHAT_TO_DO = {
    "SQLITE_FULL": "the disk is full; make room, what was acknowledged is still there",
    "SQLITE_READONLY": "cannot be written to; let this user write the file and its folder",
    "SQLITE_CANTOPEN": "cannot be opened; let this user read and write the file and its folder",
    "SQLITE_NOTADB": "is no database; name another file",
    "SQLITE_CORRUPT": "is damaged; keep the file as it is, and put a backup in its place",
    "SQLITE_BUSY": f"another process kept it locked for {WAIT_S:g} s; try again",
    "SQLITE_PROTOCOL": "its drive does not share locks; put it on a local disk, or use PostgreSQL",
    "42501": "this user may not do that there; grant it, or name another user or database",
    "3D000": "there is no such database; create it",
    "28P01": "the password is wrong, or there is no such user",
}


class Database:
    """One database behind one engine.

    Parameters
    ----------
    url : str or Path
        Path of a SQLite file, or a URL of SQLite or PostgreSQL.
    create : bool, default=True
        Whether a missing file and missing tables are made.

    Raises
    ------
    InvalidInputError
        If the URL is none, or of another database.
    LedgerError
        If it cannot be opened.
    """

    def __init__(self, url: str | os.PathLike[str], *, create: bool = True) -> None:
        self._url = _parsed(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._process = os.getpid()
        self._turn = threading.Lock()
        self._engine = self._made(create)
        self._bring_up_to_date(create)

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    @property
    def name(self) -> str:
        """The URL without its secrets."""
        hidden = {key: "***" for key in self._url.query if key in _SECRETS}
        return self._url.update_query_dict(hidden).render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator["sa.Connection"]:
        """Read, everything as it is at one moment.

        Yields
        ------
        sqlalchemy.Connection

        Raises
        ------
        LedgerError
        """
        with self.words(), self._connected() as connection:
            if not self.is_sqlite:  # SQLite's readers see one moment anyway
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            begun = connection.begin()
            try:
                yield connection
            finally:
                begun.rollback()  # nothing was written; and a damaged file cannot commit even that

    @contextmanager
    def writing(self, *, alone: bool = True) -> Iterator["sa.Connection"]:
        """Write, all or nothing; when the block is left the disk has it.

        Parameters
        ----------
        alone : bool, default=True
            Whether nobody else writes meanwhile; SQLite has only that. In PostgreSQL it is left
            out by those who lock the row they change.

        Yields
        ------
        sqlalchemy.Connection

        Raises
        ------
        LedgerError
        """
        # Within a process writers queue here, where the next one wakes at once; SQLite's own way is to sleep.
        turn = self._turn if self.is_sqlite else contextlib.nullcontext()
        with self.words(), turn, self._connected() as connection:
            connection = connection.execution_options(pellucid_writes=True)
            with connection.begin():
                if alone and not self.is_sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
                yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def words(self) -> Iterator[None]:
        """Turn the errors of database libraries into one of ours, without what was to be written.

        Raises
        ------
        LedgerError
        """
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise LedgerError(f"db {self.name}: {reason(error.orig)}") from None
        except self._engine.dialect.loaded_dbapi.Error as error:  # while a connection was set up
            raise LedgerError(f"db {self.name}: {reason(error)}") from None
        except sa.exc.SQLAlchemyError as error:
            raise LedgerError(f"db {self.name}: {type(error).__name__}; try again") from None

    def _connected(self) -> "sa.Connection":
        if os.getpid() != self._process:
            raise LedgerError(f"db {self.name}: was opened in another process; open it again in this one")
        return self._engine.connect()

    def _made(self, create: bool) -> "sa.Engine":
        options: dict[str, Any] = {"hide_parameters": True}
        if self.is_sqlite:
            self._prepare_file(create)
            options["connect_args"] = {"timeout": WAIT_S}
        else:
            import_extra("psycopg", extra="ledger", purpose="a decision log in PostgreSQL")
            options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10}}
        engine = sa.create_engine(self._url, **options)
        sa.event.listen(engine, "connect", _set_up_sqlite if self.is_sqlite else _set_up_postgresql)
        if self.is_sqlite:
            sa.event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _prepare_file(self, create: bool) -> None:
        """Make the file readable for this user alone: it holds hashes of passwords."""
        path = Path(self._url.database or "")
        try:
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileExistsError):
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise LedgerError(f"db {self.name}: {error.strerror}; name a file that this user may write") from None
        if not path.is_file():
            raise LedgerError(f"db {self.name}: there is no such file; name one that the app has written")

    def _bring_up_to_date(self, create: bool) -> None:
        try:
            with self.reading() as connection:
                if not self.is_sqlite and connection.scalar(sa.text("SHOW server_encoding")) != "UTF8":
                    raise LedgerError(f"db {self.name}: its encoding is not UTF8; create it with ENCODING 'UTF8'")
                missing = steps_to_go(connection)
            if missing and not create:
                raise LedgerError(
                    f"db {self.name}: has no decision log, or one of an older version; let the app open it once"
                )
            if missing:
                with self.writing() as connection:
                    migrate(connection)
        except BaseException:
            self.close()
            raise


def reason(error: BaseException | None) -> str:
    """Say what a database refused, and what to do, never repeating a value.

    Parameters
    ----------
    error : BaseException or None
        Of the driver.

    Returns
    -------
    str

    Examples
    --------
    >>> reason(ValueError("some note"))
    'ValueError; look whether the server runs, and try again'
    """
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    for known, said in _WHAT_TO_DO.items():
        if code and str(code).startswith(known):
            return said
    if code == "P0001" or code == "SQLITE_CONSTRAINT_TRIGGER":
        return "the decision log is append-only, and what was to be written does not continue it; verify the log"
    said = f"{type(error).__name__}{f' ({code})' if code else ''}"
    # A failure to connect repeats host and user, never what was to be written.
    if code is None and type(error).__name__ == "OperationalError" and str(error).startswith("connection"):
        said = str(error).splitlines()[0]
    return f"{said}; look whether the server runs, and try again"


def _parsed(url: str | os.PathLike[str]) -> "sa.URL":
    if not isinstance(url, str) or "://" not in url:
        if not os.fspath(url):
            raise InvalidInputError("db: is empty; give the path of a file, or a URL of SQLite or PostgreSQL")
        return sa.URL.create("sqlite", database=os.fspath(url))
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise InvalidInputError(
            "db: is no URL of a database; examples are sqlite:///runs/app/pellucid.db and "
            "postgresql+psycopg://user@host/database"
        ) from None
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise InvalidInputError(f"db: got {parsed.drivername!r:.40}; sqlite and postgresql+psycopg are allowed")
    if parsed.get_backend_name() == "sqlite" and (parsed.database or ":memory:") == ":memory:":
        raise InvalidInputError("db: a log in memory would be lost; give the path of a file: sqlite:///log.db")
    return parsed


def _set_up_sqlite(connection: Any, _: Any) -> None:
    """Write ahead, and wait for the disk at every commit; transactions begin where we say."""
    connection.isolation_level = None
    for attempt in range(200):
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError:  # two processes at a fresh file: SQLite does not wait here by itself
            if attempt == 199:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")


def _begin_sqlite(connection: "sa.Connection") -> None:
    """Begin to read, or wait for the turn to write: SQLite itself looks ten times a second only, and unfairly."""
    file: Any = connection.connection.dbapi_connection
    if not connection.get_execution_options().get("pellucid_writes", False):
        file.execute("BEGIN")
        return
    until = time.monotonic() + WAIT_S
    file.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                file.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(random.uniform(*_LOOK_S))  # noqa: S311 (nothing secret: so that waiters do not march in step)
    finally:
        file.execute(f"PRAGMA busy_timeout = {int(WAIT_S * 1000)}")


def _set_up_postgresql(connection: Any, _: Any) -> None:
    """Make commits wait for the disk, whatever the server's or the user's default is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()
