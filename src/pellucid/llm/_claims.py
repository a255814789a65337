"""Who is asking what just now: claims, and whether the process that holds one is still there."""

import json
import os
import socket
import sqlite3
import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, Self

from pellucid.llm._store_file import StoreFile, bound

LEASE_S = 900.0
"""Seconds after which a claim counts no more, whoever holds it."""

_PROCESSES = Path("/proc")

_THIS_KEY = "sha256 = ? AND prompt = ? AND model = ? AND settings = ?"
_OWNER = "host, pid, started, token"

_AnyKey = tuple[str, str, str, str]


class Owner(NamedTuple):
    """Somebody who can hold a claim.

    Attributes
    ----------
    host : str
        Name of the machine, with the process namespace where there are such.
    pid : int
    started : str
        When the process started, in the system's own count: numbers are used again, and
        a new process of an old number is somebody else. Empty where it cannot be known.
    token : str
        Tells the stores of one process apart.
    """

    host: str
    pid: int
    started: str
    token: str

    @classmethod
    def here(cls) -> Self:
        """Return a new owner in this process.

        Returns
        -------
        Owner
        """
        pid = os.getpid()
        return cls(_host(), pid, _started(pid) or "", uuid.uuid4().hex)

    def is_gone(self) -> bool:
        """Whether the owner's process is known to have ended; of another machine nothing is known.

        Returns
        -------
        bool
        """
        return self.host == _host() and _started(self.pid) != self.started


def _host() -> str:
    try:
        return f"{socket.gethostname()} {(_PROCESSES / 'self' / 'ns' / 'pid').readlink()}"
    except OSError:  # no such folder: not Linux
        return socket.gethostname()


def _started(pid: int) -> str | None:
    """Return when a process started, None if it is not running any more, "" where nothing can be said."""
    if not (_PROCESSES / "self" / "stat").exists():
        return "" if _may_run(pid) else None
    try:
        fields = (_PROCESSES / str(pid) / "stat").read_bytes().rpartition(b") ")[2].split()
    except OSError:
        return None
    # A killed process that nobody has waited for still has its entry; it asks nothing any more.
    return None if fields[0] in (b"Z", b"X") else fields[19].decode()


def _may_run(pid: int) -> bool:
    """Whether a process may be running, where the system keeps no list of them in files."""
    if os.name != "posix":  # elsewhere a signal 0 is no question
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Claims:
    """What is being asked, as a store's file says it, so that nobody asks the same meanwhile.

    A claim is for some of the questions under one key. It ends when they are answered,
    when it is released, when the process that holds it has ended, or after a while. Who
    holds a claim does not get it twice: the same text may be there twice in one run.

    Parameters
    ----------
    file : StoreFile
    lease_s : float
        Seconds after which a claim counts no more.
    """

    def __init__(self, file: StoreFile, lease_s: float) -> None:
        self._file = file
        self._lease_s = lease_s
        self._owner = Owner.here()
        self._held: set[_AnyKey] = set()

    @property
    def held(self) -> bool:
        """Whether any claim of this process may be open."""
        return bool(self._held) and self._owner.pid == os.getpid()

    def take(self, key: _AnyKey, asked: Mapping[str, str]) -> bool:
        """Claim, unless any of it is claimed.

        Parameters
        ----------
        key : Key
        asked : mapping of str to str
            What is to be asked, with a digest of its wording.

        Returns
        -------
        bool
        """
        if self._owner.pid != os.getpid():  # after a fork: what the other process holds is its own
            self._owner, self._held = Owner.here(), set()
        with self._file.transaction() as sql:
            found = sql.execute(f"SELECT rowid, asked, since, {_OWNER} FROM claims WHERE {_THIS_KEY}", bound(*key))  # noqa: S608
            over = []
            for number, claimed, since, *owner in found.fetchall():
                if self._is_over(since, Owner(*owner)):
                    over.append((number,))
                elif json.loads(claimed).items() & asked.items():
                    return False
            sql.executemany("DELETE FROM claims WHERE rowid = ?", over)
            values = (*bound(*key), _asked(asked), time.time(), *self._owner)
            sql.execute("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        self._held.add(key)
        return True

    def answered(self, sql: sqlite3.Connection, key: _AnyKey, answered: Iterable[str]) -> None:
        """End this owner's claim on what is answered; the rest of it stays.

        Parameters
        ----------
        sql : sqlite3.Connection
            In a transaction.
        key : Key
        answered : iterable of str
        """
        if not self.held or key not in self._held:
            return
        mine = (*bound(*key), self._owner.token)
        found = sql.execute(f"SELECT rowid, asked FROM claims WHERE {_THIS_KEY} AND token = ?", mine)  # noqa: S608
        for number, claimed in found.fetchall():
            left = {name: wording for name, wording in json.loads(claimed).items() if name not in set(answered)}
            if left:
                values = (_asked(left), time.time(), number)
                sql.execute("UPDATE claims SET asked = ?, since = ? WHERE rowid = ?", values)
            else:
                sql.execute("DELETE FROM claims WHERE rowid = ?", (number,))

    def release(self, key: _AnyKey) -> None:
        """End this owner's claim, whatever is answered.

        Parameters
        ----------
        key : Key
        """
        if self.held and key in self._held:
            with self._file.transaction() as sql:
                sql.execute(f"DELETE FROM claims WHERE {_THIS_KEY} AND token = ?", (*bound(*key), self._owner.token))  # noqa: S608
            self._held.discard(key)

    def release_all(self) -> None:
        """End all of this owner's claims."""
        if self.held:
            with self._file.transaction() as sql:
                sql.execute("DELETE FROM claims WHERE token = ?", (self._owner.token,))
            self._held.clear()

    def _is_over(self, since: float, owner: Owner) -> bool:
        # Either way: a clock that was put back must not keep a claim for ever.
        return abs(time.time() - since) > self._lease_s or owner.is_gone()


def _asked(asked: Mapping[str, str]) -> str:
    return json.dumps(dict(asked))
