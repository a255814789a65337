"""Rows into a store's tables and out of them."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pellucid.exceptions import InvalidInputError
from pellucid.llm._row import Row
from pellucid.llm._store_file import StoreFile, bound, is_encodable, unbound

_PAGE = 500
"""Documents read at a time: memory stays flat, and others get their turn."""

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_THIS_KEY = "sha256 = ? AND prompt = ? AND model = ? AND settings = ?"
_NAMED = (
    "(:prompt IS NULL OR prompt = :prompt) AND (:model IS NULL OR model = :model) "
    "AND (:settings IS NULL OR settings = :settings)"
)
_LATER = (
    "EXISTS (SELECT 1 FROM answers AS later WHERE later.document = answers.document "
    "AND later.asked = answers.asked AND later.place > answers.place)"
)


_JOINED = "documents JOIN answers ON answers.document = documents.id"
_PAGE_OF_ROWS = f"""
    SELECT some.id, some.document, sha256, model, prompt, settings, asked, wording, reply
    FROM (SELECT * FROM documents WHERE id > :last AND {_NAMED} ORDER BY id LIMIT {_PAGE}) AS some
    JOIN answers ON answers.document = some.id ORDER BY some.id, place"""  # noqa: S608 - constants
_COUNTS = f"""
    SELECT prompt, model, settings, COUNT(DISTINCT documents.id), COUNT(*), SUM(unreadable)
    FROM {_JOINED} GROUP BY prompt, model, settings"""  # noqa: S608 - a constant


class Choice(NamedTuple):
    """Which rows are meant; None stands for all.

    Attributes
    ----------
    prompt, model, settings : str or None
    """

    prompt: str | None = None
    model: str | None = None
    settings: str | None = None

    def values(self) -> dict[str, Any]:
        """Return them as SQLite takes them."""
        return {name: value if value is None else bound(value)[0] for name, value in self._asdict().items()}


def encoded_replies(row: Row) -> dict[str, str]:
    """Write replies as the tables hold them, before anything of the row is put there.

    Parameters
    ----------
    row : Row

    Returns
    -------
    dict of str to str
        JSON, by what was asked.

    Raises
    ------
    InvalidInputError
        If a reply is not JSON.
    """
    texts = {}
    for name, said in row.replies.items():
        try:
            text = _encode(said)
        except (TypeError, ValueError, RecursionError):
            raise InvalidInputError(f"replies: the one to {name!r} is not plain JSON with finite numbers") from None
        texts[name] = text if is_encodable(text) else json.dumps(said)
    return texts


def insert_row(sql: sqlite3.Connection, row: Row, texts: Mapping[str, str], *, replace: bool = False) -> int:
    """Put one row's replies into the tables; what is there already stays, unless it is to be replaced.

    Parameters
    ----------
    sql : sqlite3.Connection
        In a transaction.
    row : Row
    texts : mapping of str to str
        Its replies, from `encoded_replies`.
    replace : bool, default=False

    Returns
    -------
    int
        Replies written.
    """
    number, is_new = _document(sql, row)
    known: dict[str, set[str]] = {}
    place = -1
    if not is_new:
        found = sql.execute("SELECT asked, wording, place FROM answers WHERE document = ?", (number,))
        for name, wording, at in found.fetchall():
            known.setdefault(unbound(name), set()).add(unbound(wording))
            place = max(place, at)
    new = []
    for name, said in row.replies.items():
        wording = row.questions.get(name, "")
        # A reply kept without a digest is one to any wording.
        same = {one for one in known.get(name, ()) if not (one and wording) or one == wording}
        if same and not replace:
            continue
        for one in same:
            gone = (number, *bound(name, one))
            sql.execute("DELETE FROM answers WHERE document = ? AND asked = ? AND wording = ?", gone)
        place += 1
        new.append((number, *bound(name, wording), place, "unreadable" in said, texts[name]))
    sql.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", new)
    return len(new)


def stored_replies(file: StoreFile, key: tuple[str, str, str, str]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what is kept under a key, in the order it came.

    Parameters
    ----------
    file : StoreFile
    key : Key

    Returns
    -------
    list of (str, str, dict)
        What was asked, the digest of its wording, the reply.
    """
    found = file.rows(
        f"SELECT asked, wording, reply FROM {_JOINED} WHERE {_THIS_KEY} ORDER BY place",  # noqa: S608 - constants
        bound(*key),
    )
    return [(unbound(name), unbound(wording), json.loads(reply)) for name, wording, reply in found]


def stored_names(file: StoreFile, column: Literal["prompt", "model"]) -> tuple[str, ...]:
    """Return the prompts or models of which something is kept.

    Parameters
    ----------
    file : StoreFile
    column : {"prompt", "model"}

    Returns
    -------
    tuple of str
        Sorted.
    """
    found = file.rows(f"SELECT DISTINCT {column} FROM documents")  # noqa: S608 - one of two constants
    return tuple(sorted(unbound(name) for (name,) in found))


def stored_counts(file: StoreFile) -> list[tuple[str, str, str, int, int, int]]:
    """Count what is kept.

    Parameters
    ----------
    file : StoreFile

    Returns
    -------
    list of (str, str, str, int, int, int)
        Prompt, model, settings; how many documents, answers, and unreadable ones. Sorted.
    """
    return sorted((unbound(a), unbound(b), unbound(c), *counted) for a, b, c, *counted in file.rows(_COUNTS))


def stored_rows(file: StoreFile, choice: Choice) -> Iterator[Row]:
    """Read rows in the order they were put, a few hundred at a time.

    Parameters
    ----------
    file : StoreFile
    choice : Choice

    Yields
    ------
    Row
        Where one question has replies to several wordings, a row for each wording.
    """
    last = 0
    while True:
        page = file.rows(
            _PAGE_OF_ROWS,
            {**choice.values(), "last": last},
        )
        if not page:
            return
        yield from _grouped(page)
        last = page[-1][0]


def forget_rows(file: StoreFile, choice: Choice, asked: str | None, *, unreadable: bool, superseded: bool) -> int:
    """Take replies out of the tables, and out of the file.

    Parameters
    ----------
    file : StoreFile
    choice : Choice
    asked : str or None
    unreadable, superseded : bool
        Only such.

    Returns
    -------
    int
        Replies taken out.
    """
    only = [f"document IN (SELECT id FROM documents WHERE {_NAMED})"]  # noqa: S608 - a constant
    only += ["asked = :asked"] if asked is not None else []
    only += ["unreadable"] if unreadable else []
    only += [_LATER] if superseded else []
    values = {**choice.values(), "asked": None if asked is None else bound(asked)[0]}
    with file.transaction() as sql:
        gone = sql.execute(f"DELETE FROM answers WHERE {' AND '.join(only)}", values).rowcount  # noqa: S608
        sql.execute("DELETE FROM documents WHERE NOT EXISTS (SELECT 1 FROM answers WHERE document = documents.id)")
    file.rows("PRAGMA wal_checkpoint(TRUNCATE)")  # the log still has the pages as they were
    return gone


def _document(sql: sqlite3.Connection, row: Row) -> tuple[int, bool]:
    """Return the number of a row's document under its key, and whether it is new."""
    key = bound(row.sha256, row.prompt, row.model, row.settings)
    found = sql.execute(f"SELECT id FROM documents WHERE {_THIS_KEY}", key).fetchone()  # noqa: S608 - a constant
    if found:
        return found[0], False
    put = sql.execute(
        "INSERT INTO documents (document, sha256, prompt, model, settings) VALUES (?, ?, ?, ?, ?)",
        (*bound(row.document), *key),
    )
    return put.lastrowid or 0, True


def _grouped(page: list[Any]) -> Iterator[Row]:
    """Join a page's replies into rows."""
    rows: dict[tuple[int, int], tuple[list[str], dict[str, Any], dict[str, str]]] = {}
    for number, *head, name, wording, reply in page:
        name, turn = unbound(name), 0
        while name in rows.get((number, turn), ((), (), ()))[1]:
            turn += 1  # the same question in another wording
        _, replies, questions = rows.setdefault((number, turn), (list(map(unbound, head)), {}, {}))
        replies[name] = json.loads(reply)
        if wording:
            questions[name] = unbound(wording)
    for (document, sha256, model, prompt, settings), replies, questions in rows.values():
        yield Row(document, sha256, model, prompt, replies, settings, questions)
