"""The file of an answer store: opened when first used, safe across threads and forks, its errors in words."""

import contextlib
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pellucid.exceptions import StoreError
from pellucid.schema import has_surrogate

WAIT_S = 30.0
"""Seconds a process waits for another that is writing."""

APPLICATION = 0x50454C4C
"""Stands in every store's header, so that no other program's file is taken for one."""

VERSION = 1
"""Version of the tables; raised whenever they change."""

_TABLES = (
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY, document, sha256, prompt, model, settings,
        UNIQUE (sha256, prompt, model, settings))""",
    # Ordered by document, so that what is known of one lies together; `place` keeps the order of coming.
    """CREATE TABLE answers (
        document INTEGER, asked, wording, place INTEGER, unreadable INTEGER, reply,
        PRIMARY KEY (document, asked, wording)) WITHOUT ROWID""",
    """CREATE TABLE claims (
        sha256, prompt, model, settings, asked, since REAL, host, pid INTEGER, started, token)""",
    "CREATE INDEX claimed ON claims (sha256)",
)

_WHAT_TO_DO = {
    "SQLITE_FULL": "the disk is full; make room and go on, what was stored is still there",
    "SQLITE_IOERR": "the disk could not be read or written; if it has room and works, put the store on a local disk",
    "SQLITE_READONLY": "cannot be written to; let this user write the file and its folder, or copy it elsewhere",
    "SQLITE_CANTOPEN": "cannot be opened; let this user read and write the file and its folder",
    "SQLITE_PERM": "cannot be opened; let this user read and write the file and its folder",
    "SQLITE_AUTH": "cannot be opened; let this user read and write the file and its folder",
    "SQLITE_NOTADB": "is not an answer store; name another file",
    "SQLITE_CORRUPT": "is damaged; put a copy of it, or what was exported, in its place",
    "SQLITE_BUSY": f"another process kept it locked for {WAIT_S:g} s; try again when that one is done",
    "SQLITE_LOCKED": f"another process kept it locked for {WAIT_S:g} s; try again when that one is done",
    "SQLITE_PROTOCOL": "its drive does not share locks; put the store on a local disk",
    "SQLITE_NOLFS": "it has become larger than its drive allows; put the store on another disk",
    "SQLITE_TOOBIG": "one reply is larger than a store can hold",
}


class StoreFile:
    """One SQLite file in write-ahead mode, behind one connection and one lock.

    SQLite must not be carried across a fork, not even to be closed there: before every
    fork the connection is closed, and each side opens its own when it needs one. So
    there is one connection for all threads, which wait for each other's few microseconds.

    Parameters
    ----------
    path : Path
    durable : bool
        Whether every write waits until the disk has it; otherwise a power cut, though no
        killed process, can take the last few.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self.path = path
        self._synchronous = "FULL" if durable else "NORMAL"
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._stat: os.stat_result | None = None
        with _guard:
            _files.add(self)

    def __del__(self) -> None:
        if getattr(self, "_connection", None) is not None:
            self.close()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write, all or nothing; nobody else writes meanwhile.

        Yields
        ------
        sqlite3.Connection

        Raises
        ------
        StoreError
        """
        with self._lock, self._words():
            connection = self._opened()
            self._check_there()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):  # the first error is the one to tell
                        connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """Read.

        Parameters
        ----------
        sql : str
        values : sequence or mapping

        Returns
        -------
        list of tuple

        Raises
        ------
        StoreError
        """
        with self._lock, self._words():
            return self._opened().execute(sql, values).fetchall()

    def owns(self, path: Path) -> bool:
        """Whether a path is this file's own, or that of its log.

        Parameters
        ----------
        path : Path

        Returns
        -------
        bool
        """
        own = self.path.resolve()
        return path.resolve() in {own.with_name(f"{own.name}{end}") for end in ("", "-wal", "-shm")}

    def open(self) -> None:
        """Open the file now, rather than when it is first used."""
        with self._lock, self._words():
            self._opened()

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                with contextlib.suppress(sqlite3.Error):  # what was written is written
                    connection.close()

    def freeze(self) -> None:
        """Close, and let no thread in until `thaw`: a fork is coming."""
        self._lock.acquire()
        self.close()

    def thaw(self) -> None:
        """Let threads in again."""
        self._lock.release()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            if self.path.is_dir():
                raise StoreError(f"{self.path}: is a folder; name a file for the store")
            if not self.path.absolute().parent.is_dir():
                raise StoreError(f"{self.path}: its folder does not exist; make it first")
            with contextlib.suppress(OSError):  # it is there already, or cannot be made, which SQLite will tell
                # Quotes are words of documents. Resolved, because SQLite follows a link that leads nowhere yet.
                os.close(os.open(self.path.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            try:
                self._connection = self._connect("mode=rwc")
            except sqlite3.OperationalError:
                if not self._is_sealed():
                    raise
                self._connection = self._connect("mode=ro&immutable=1")
            self._stat = self.path.stat()
        return self._connection

    def _is_sealed(self) -> bool:
        """Whether the file is complete by itself, and nothing can be written beside it: such as on a read-only disk."""
        journal = self.path.with_name(f"{self.path.name}-wal")
        try:
            return self.path.stat().st_size > 0 and not journal.exists() and not os.access(journal.parent, os.W_OK)
        except OSError:
            return False

    def _connect(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{mode}",
            uri=True,
            timeout=WAIT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA trusted_schema = OFF")  # a file made by somebody else calls no function of ours
            self._prepare(connection, is_sealed="immutable" in mode)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection, *, is_sealed: bool) -> None:
        connection.execute("BEGIN")  # one look at it all: somebody else may be making it just now
        is_new = self._is_new(connection)  # before anything is changed: it may be another program's
        connection.execute("COMMIT")
        if not is_sealed:
            self._to_write_ahead(connection)
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is not to be found in the file
        if is_new:
            connection.execute("BEGIN IMMEDIATE")
            if self._is_new(connection):  # nobody else has made it meanwhile
                for table in _TABLES:
                    connection.execute(table)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")

    def _is_new(self, connection: sqlite3.Connection) -> bool:
        """Whether the file is empty; refuse one that is something else than a store of this version."""
        ((application,),) = connection.execute("PRAGMA application_id").fetchall()
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        ((tables,),) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchall()
        if (application, version, tables) == (0, 0, 0):
            return True
        if application != APPLICATION:
            raise StoreError(f"{self.path}: is a database of another program; name another file")
        if version != VERSION:
            raise StoreError(
                f"{self.path}: has version {version} of a store's form, and this Pellucid reads version {VERSION}; "
                "use the one that wrote it, or a newer one"
            )
        return False

    def _to_write_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch to write-ahead mode; SQLite itself does not wait for others here."""
        until = time.monotonic() + WAIT_S
        while True:
            try:
                ((mode,),) = connection.execute("PRAGMA journal_mode = WAL").fetchall()
                break
            except sqlite3.OperationalError as error:
                if _kind(error) != "SQLITE_BUSY" or time.monotonic() > until:
                    raise
                time.sleep(0.01)
        if mode != "wal":
            raise StoreError(f"{self.path}: its drive allows no write-ahead log; put the store on a local disk")

    def _check_there(self) -> None:
        """Refuse to write into a file that was removed or replaced: nobody would find it again."""
        try:
            is_same = self._stat is not None and os.path.samestat(self._stat, self.path.stat())
        except OSError:
            is_same = False
        if not is_same:
            self.close()
            raise StoreError(f"{self.path}: was removed or replaced while it was in use; start again")

    @contextmanager
    def _words(self) -> Iterator[None]:
        """Tell SQLite's errors with the path and what to do, without a word of what was to be written."""
        try:
            yield
        except sqlite3.Error as error:
            kind = _kind(error)
            raise StoreError(f"{self.path}: {_WHAT_TO_DO.get(kind, 'SQLite cannot use it')} ({kind})") from None


def is_encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8; quick where it is ASCII.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return text.isascii() or not has_surrogate(text)


def bound(*texts: str) -> tuple[str | bytes, ...]:
    """Make texts fit for SQLite; half a character (a lone surrogate) is not, and goes in as bytes.

    Parameters
    ----------
    *texts : str

    Returns
    -------
    tuple of str or bytes
    """
    return tuple([text if is_encodable(text) else text.encode("utf-8", "surrogatepass") for text in texts])


def unbound(value: str | bytes) -> str:
    """Return a text as it was before `bound`.

    Parameters
    ----------
    value : str or bytes

    Returns
    -------
    str
    """
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _kind(error: sqlite3.Error) -> str:
    """Primary name of an error: SQLITE_IOERR for SQLITE_IOERR_WRITE."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    return next((kind for kind in _WHAT_TO_DO if name == kind or name.startswith(f"{kind}_")), name)


_guard = threading.Lock()
_files: "weakref.WeakSet[StoreFile]" = weakref.WeakSet()
_frozen: list[StoreFile] = []


def _before_fork() -> None:
    _guard.acquire()
    for file in list(_files):
        file.freeze()
        _frozen.append(file)


def _after_fork() -> None:
    while _frozen:
        _frozen.pop().thaw()
    _guard.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
