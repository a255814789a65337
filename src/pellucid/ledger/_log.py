"""The decision log: what people signed, in an order and in words that cannot be changed unnoticed."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError, LedgerError
from pellucid.ledger._database import Database, reason
from pellucid.ledger._expected import last_switch, refuse_changed
from pellucid.ledger._tables import ENTRIES, HEAD
from pellucid.ledger._verify import COLUMNS, Verifier
from pellucid.schema import FIRST_PREVIOUS, Entry, EntryKind, LogCheck, Person, Record, body_of, canonical_json

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = import_extra("sqlalchemy", extra="ledger", purpose="the decision log")

Progress = Callable[[int, int], None]

_AT_ONCE = 500
"""Rows held in memory while a log is followed."""

# In PostgreSQL whoever appends holds the head's row; in SQLite, which leaves FOR UPDATE out, the whole file.
_HOLD_HEAD = sa.select(HEAD.c.entries, HEAD.c.digest).with_for_update()
_READ_HEAD = sa.select(HEAD.c.entries, HEAD.c.digest)
_INSERT = sa.insert(ENTRIES)


class DecisionLog:
    """An append-only log in SQLite or PostgreSQL; every entry holds the digest of the one before.

    It is opened with `DecisionLog.open`, may be used by many threads and processes at once
    (each process opens its own), and closes at the end of a ``with``.

    Notes
    -----
    `append` returns when the disk has the entry. The database refuses to change or delete
    entries. Whoever may drop that guard can still rewrite entries; `verify` finds each one.
    Only a log rewritten as a whole, or cut off at the end together with its head, is
    consistent in itself; against that, note `head` down elsewhere and hand it to `verify`.

    Examples
    --------
    >>> import tempfile
    >>> person = Person(name="R. Meier", role="reviewer")
    >>> with tempfile.TemporaryDirectory() as folder, DecisionLog.open(f"{folder}/log.db") as log:
    ...     entry = log.append(kind="estimate", domain="weather", document="we-1", person=person,
    ...                        body={"probability": 0.4})
    ...     check = log.verify(expect=log.head())
    >>> entry.number, check.intact
    (1, True)
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str | os.PathLike[str], *, create: bool = True) -> Self:
        """Open a log.

        Parameters
        ----------
        url : str or Path
            Path of a SQLite file, ``"sqlite:///…"``, or ``"postgresql+psycopg://user@host/database"``.
        create : bool, default=True
            Whether a missing file and missing tables are made.

        Returns
        -------
        DecisionLog

        Raises
        ------
        InvalidInputError
            If the URL is none, or of another database.
        LedgerError
            If it cannot be opened, or a newer version of Pellucid wrote it.
        MissingExtraError
            If the extra ``ledger`` is not installed.
        """
        return cls(Database(url, create=create))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"DecisionLog({self.name!r})"

    @property
    def name(self) -> str:
        """Where it is: the URL without its password."""
        return self._database.name

    def append(
        self,
        *,
        kind: EntryKind | str,
        domain: str,
        document: str = "",
        person: Person,
        body: Record | Mapping[str, Any],
    ) -> Entry:
        """Sign something for good.

        Parameters
        ----------
        kind : EntryKind or str
        domain : str
        document : str, default=""
            Its id; empty where the act is about none.
        person : Person
            Who signs, as the sign-in says it.
        body : Record or Mapping of str to object
            What is signed: the record of the kind, or the same as plain data.

        Returns
        -------
        Entry
            The disk has it; it is there after a kill or a power cut.

        Raises
        ------
        InvalidInputError
            If the body is not of the kind, or a name cannot be written.
        LedgerError
            If it could not be written; then it is not in the log, unless the connection broke
            while the database was confirming, which only a look into the log can tell.
        """
        (entry,) = self.append_all([(kind, body)], domain=domain, document=document, person=person)
        return entry

    def append_all(
        self,
        acts: Sequence[tuple[EntryKind | str, Record | Mapping[str, Any]]],
        *,
        domain: str,
        document: str = "",
        person: Person,
        expect_last: int | None = None,
    ) -> list[Entry]:
        """Sign several acts on one document for good, all or none.

        Parameters
        ----------
        acts : sequence of (EntryKind or str, Record or Mapping of str to object)
            Kind and body of each, as in `append`.
        domain : str
        document : str, default=""
        person : Person
        expect_last : int or None, default=None
            Number of the document's last correction as the person saw it, 0 where there was
            none. It must still be so when the entries are written; decisions then also need
            a domain that is not paused. None asks for nothing.

        Returns
        -------
        list of Entry
            In the order of the acts; nobody else's stands between them.

        Raises
        ------
        InvalidInputError
            If a body is not of its kind, or a name cannot be written.
        ChangedMeanwhile
            If what was expected is not so any more; nothing was written.
        LedgerError
            If they could not be written, as in `append`.
        """
        shared: dict[str, Any] = {"domain": domain, "document": document, "person": person.name, "role": person.role}
        facts = [_act(kind, body) | shared for kind, body in acts]
        for one in facts:
            _draft(1, FIRST_PREVIOUS, one)  # what cannot be signed is refused before anybody waits for the log
        made: list[Entry] = []
        with self._database.writing(alone=False) as connection:
            head = connection.execute(_HOLD_HEAD).one_or_none()
            if head is None:
                raise LedgerError(f"db {self.name}: the head of the log is gone; verify the log, and put a backup back")
            if expect_last is not None:
                kinds = {one["kind"] for one in facts}
                refuse_changed(connection, kinds=kinds, domain=domain, document=document, expect_last=expect_last)
            previous = str(head.digest)
            for number, one in enumerate(facts, start=head.entries + 1):
                entry = _draft(number, previous, one)
                row = entry.model_dump(mode="json") | {"body": canonical_json(entry.body)}
                connection.execute(_INSERT, row)  # the head follows by a trigger
                previous = entry.digest
                made.append(entry)
        return made

    def entries(
        self,
        *,
        domain: str | None = None,
        document: str | None = None,
        kind: EntryKind | str | None = None,
        after: int = 0,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Entry]:
        """Return entries.

        Parameters
        ----------
        domain, document : str or None, default=None
            Only those of one; None takes all.
        kind : EntryKind, str or None, default=None
        after : int, default=0
            Only those with a higher number.
        limit : int or None, default=None
            At most so many.
        newest_first : bool, default=False

        Returns
        -------
        list of Entry
            By number. They are read, not verified.

        Raises
        ------
        InvalidInputError
            If there is no such kind.
        LedgerError
            If they cannot be read; an entry that is no entry any more is named.
        """
        order = ENTRIES.c.number.desc() if newest_first else ENTRIES.c.number
        query = sa.select(ENTRIES).where(ENTRIES.c.number > after).order_by(order).limit(limit)
        if domain is not None:
            query = query.where(ENTRIES.c.domain == domain)
        if document is not None:
            query = query.where(ENTRIES.c.document == document)
        if kind is not None:
            query = query.where(ENTRIES.c.kind == _kind(kind).value)
        with self._database.reading() as connection:
            return [self._entry(row) for row in connection.execute(query).mappings()]

    def paused(self, domain: str) -> Entry | None:
        """Return the entry that paused a domain.

        Parameters
        ----------
        domain : str

        Returns
        -------
        Entry or None
            None where nobody paused it, or somebody resumed it later.
        """
        with self._database.reading() as connection:
            row = connection.execute(last_switch(domain)).mappings().one_or_none()
        entry = None if row is None else self._entry(row)
        return entry if entry and entry.kind is EntryKind.PAUSED else None

    def head(self) -> tuple[int, str]:
        """Return how many entries there are and the digest of the last, to be noted down elsewhere.

        Returns
        -------
        tuple of (int, str)
            64 zeros stand for the digest of an empty log.

        Raises
        ------
        LedgerError
        """
        with self._database.reading() as connection:
            found = connection.execute(_READ_HEAD).one_or_none()
        if found is None:
            raise LedgerError(f"db {self.name}: the head of the log is gone; verify the log, and put a backup back")
        return found.entries, found.digest

    def verify(self, *, progress: Progress | None = None, expect: tuple[int, str] | None = None) -> LogCheck:
        """Read the whole log and find every entry that was altered, taken out, put elsewhere or cut off.

        Parameters
        ----------
        progress : callable or None, default=None
            Called with (entries read, entries in all) now and then.
        expect : tuple of (int, str) or None, default=None
            What `head` returned at some time before.

        Returns
        -------
        LogCheck
            Memory does not grow with the log.

        Raises
        ------
        LedgerError
            If there is no connection; damage to the file is a finding.
        """
        with self._database.reading() as connection:
            try:
                head = connection.execute(_READ_HEAD).one_or_none()
            except sa.exc.DBAPIError:
                head = None
            verifier = Verifier(None if head is None else (head.entries, str(head.digest)), expect)
            try:
                for done, row in enumerate(_rows(connection), start=1):
                    verifier.take(row)
                    if progress and done % _AT_ONCE == 0:
                        progress(done, max(done, head.entries if head else 0))
                damage = ""
                for said in _own_check(connection):
                    verifier.note(f"the database's own check says: {said}")
            except sa.exc.DBAPIError as error:
                damage = reason(error.orig)
        return verifier.finish(damage)

    def close(self) -> None:
        """Close every connection; the log can be opened again."""
        self._database.close()

    def _entry(self, row: Mapping[Any, Any]) -> Entry:
        try:
            return Entry.model_validate({**row, "body": json.loads(row["body"])})
        except (TypeError, ValueError, RecursionError):
            raise LedgerError(
                f"db {self.name}: entry {row['number']} is none any more; `pellucid log verify` says what was altered"
            ) from None


def _kind(kind: EntryKind | str) -> EntryKind:
    try:
        return EntryKind(kind)
    except ValueError:
        raise InvalidInputError(f"kind: got {kind!r:.40}; allowed are {', '.join(EntryKind)}") from None


def _act(kind: EntryKind | str, body: Record | Mapping[str, Any]) -> dict[str, Any]:
    kind = _kind(kind)
    return {"kind": kind, "body": body_of(kind, body).model_dump(mode="json")}


def _draft(number: int, previous: str, facts: Mapping[str, Any]) -> Entry:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    try:
        return Entry.sealed(number=number, at=now, previous=previous, **facts)
    except ValueError as error:
        where = ", ".join(sorted({str(one["loc"][0]) for one in error.errors()}))  # type: ignore[attr-defined]
        raise InvalidInputError(
            f"{where}: cannot be written into the log; it takes names of 1 to 200 characters without control characters"
        ) from None


def _rows(connection: "sa.Connection") -> Iterator[Mapping[Any, Any]]:
    """Read every entry, a few at a time, as the bytes that stand there."""
    columns: list[Any] = [ENTRIES.c[name] for name in COLUMNS]
    if connection.dialect.name == "sqlite":  # a byte that is no text any more is to be found, not to end the search
        columns = [columns[0], *(sa.cast(column, sa.LargeBinary).label(column.name) for column in columns[1:])]
    query = sa.select(*columns).order_by(ENTRIES.c.number).execution_options(yield_per=_AT_ONCE)
    yield from connection.execute(query).mappings()


def _own_check(connection: "sa.Connection") -> list[str]:
    """Return what SQLite finds wrong with its file, such as an index that leaves an entry out."""
    if connection.dialect.name != "sqlite":
        return []
    said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
    return [] if said == ["ok"] else said
