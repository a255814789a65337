"""Replies kept while a model is asked: a recording that grows, in a file that many processes may share."""

import contextlib
import itertools
import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

from pellucid.exceptions import InvalidInputError, StoreError
from pellucid.llm._claims import LEASE_S, Claims
from pellucid.llm._client import Shared
from pellucid.llm._recording import Recording
from pellucid.llm._row import Row, read_rows, to_row, write_rows
from pellucid.llm._store_file import StoreFile
from pellucid.llm._store_rows import (
    Choice,
    encoded_replies,
    forget_rows,
    insert_row,
    stored_counts,
    stored_names,
    stored_replies,
    stored_rows,
)

_BATCH = 500  # rows written in one transaction: others get their turn


class Key(NamedTuple):
    """What one document's replies are kept under: the same text, asked the same way of the same model.

    Attributes
    ----------
    sha256 : str
        Digest of the document's text.
    prompt : str
        Such as ``"answers/1, wording 2"``.
    model : str
        Name, with its revision where it has one.
    settings : str
        What else changes the replies, such as ``"temperature 1"``; empty where nothing does.
    """

    sha256: str
    prompt: str
    model: str
    settings: str = ""


class StoreCount(NamedTuple):
    """How much a store holds of one prompt, model and settings.

    Attributes
    ----------
    prompt, model, settings : str
    documents, answers : int
    unreadable : int
        Of the answers, those whose reply could not be read.
    """

    prompt: str
    model: str
    settings: str
    documents: int
    answers: int
    unreadable: int


class AnswerStore(Shared):
    """Replies of language models in a file, added to as they come; nothing put is lost.

    The rows are those of a `Recording`, in SQLite with a write-ahead log. Any number of
    threads and processes may use one file. It holds the digest of a document's text and
    its id, and the text itself only as far as a reply quotes it.

    The file is opened, or made, when it is first used, and by ``with``. After `close`
    the next use opens it again.

    Parameters
    ----------
    path : str or os.PathLike
        On a local disk; network drives seldom lock as a shared file needs it.
    durable : bool, default=False
        Whether each put waits for the disk. Without it a killed process loses nothing,
        but a power cut may take the last few puts.
    lease_s : float, default=900.0
        Seconds after which a claim may be taken over though its process may still run.

    Raises
    ------
    StoreError
        From every method, if the file cannot be opened, read or written: with its path
        and what to do. What was stored stays.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pellucid.schema import text_digest
    >>> key = Key(text_digest("aged 41"), "answers/1", "demo")
    >>> with TemporaryDirectory() as folder, AnswerStore(Path(folder, "answers.db")) as store:
    ...     store.put("a-1", key, {"age": {"value": 41, "quote": "aged 41"}}, {"age": "5f2c"})
    ...     store.replies(key, {"age": "5f2c", "pain": "77aa"})
    1
    {'age': {'value': 41, 'quote': 'aged 41'}}
    """

    def __init__(self, path: str | os.PathLike[str], *, durable: bool = False, lease_s: float = LEASE_S) -> None:
        self.path = Path(path)
        self.durable = durable
        self.lease_s = lease_s
        self._file = StoreFile(self.path, durable=durable)
        self._claims = Claims(self._file, lease_s)

    def __repr__(self) -> str:
        if not self._file.is_open:
            return f"AnswerStore({str(self.path)!r})"
        try:
            return f"AnswerStore({str(self.path)!r}, {len(self)} answers)"
        except StoreError:
            return f"AnswerStore({str(self.path)!r}, cannot be read)"

    def __len__(self) -> int:
        ((answers,),) = self._file.rows("SELECT COUNT(*) FROM answers")
        return int(answers)

    def __bool__(self) -> bool:  # an empty store is one too
        return True

    def __enter__(self) -> Self:
        self._file.open()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __del__(self) -> None:
        # A store that was never closed must not go on holding claims in a process that lives.
        if hasattr(self, "_claims") and self._claims.held:
            with contextlib.suppress(StoreError):
                self.close()

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        # Another process gets the path, not the connection.
        return partial(type(self), durable=self.durable, lease_s=self.lease_s), (str(self.path.absolute()),)

    def close(self) -> None:
        """Give back the claims that are still held, and close the file."""
        try:
            self._claims.release_all()
        finally:
            self._file.close()

    @property
    def prompts(self) -> tuple[str, ...]:
        """Prompts of which something is kept, sorted."""
        return stored_names(self._file, "prompt")

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models of which something is kept, sorted."""
        return stored_names(self._file, "model")

    def counts(self) -> tuple[StoreCount, ...]:
        """Count what is kept, by prompt, model and settings.

        Returns
        -------
        tuple of StoreCount
        """
        return tuple(StoreCount(*counted) for counted in stored_counts(self._file))

    def replies(self, key: Key, asked: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        """Return what is known already, by what was asked; the rest is left out.

        Parameters
        ----------
        key : Key
        asked : mapping of str to str
            What is asked, with a digest of its whole wording. A reply to another wording
            does not count; one that was kept without a digest does.

        Returns
        -------
        dict of str to dict
        """
        found = stored_replies(self._file, key)
        return {name: said for name, wording, said in found if wording in ("", asked.get(name)) and name in asked}

    def put(
        self,
        document: str,
        key: Key,
        replies: Mapping[str, Mapping[str, Any]],
        asked: Mapping[str, str],
        *,
        replace: bool = False,
    ) -> int:
        """Keep replies, all or none; a claim on what they answer ends.

        Parameters
        ----------
        document : str
            Id of the document.
        key : Key
        replies : mapping of str to mapping
            Plain JSON objects, by what was asked.
        asked : mapping of str to str
            As in `replies`; may hold more than was answered.
        replace : bool, default=False
            Whether a reply that is there gives way; otherwise the first one stays.

        Returns
        -------
        int
            Replies that were written.

        Raises
        ------
        InvalidInputError
            If the key or a reply does not have the form of one, or answers what was not asked.
        """
        known = {name: asked[name] for name in replies if name in asked}
        if len(known) < len(replies):
            raise InvalidInputError(f"asked: has no digest for {', '.join(sorted(set(replies) - set(known)))}")
        row = Row(document, key.sha256, key.model, key.prompt, replies, key.settings, known)
        texts = encoded_replies(to_row(row.mapping()))
        with self._file.transaction() as sql:
            written = insert_row(sql, row, texts, replace=replace) if replies else 0
            self._claims.answered(sql, key, replies)
        return written

    def claim(self, key: Key, asked: Mapping[str, str]) -> bool:
        """Say that something is going to be asked, so that nobody else asks it.

        A claim ends with `put`, as far as it is answered, with `release` and `close`, when
        its process ends, and after `lease_s`. It is not given twice, not even to its own
        store: one run may meet the same text twice.

        Parameters
        ----------
        key : Key
        asked : mapping of str to str
            As in `replies`.

        Returns
        -------
        bool
            False where any of it is claimed: look into `replies` a little later.
        """
        return self._claims.take(key, asked)

    def release(self, key: Key) -> None:
        """End this store's claim under a key, if it has one.

        Parameters
        ----------
        key : Key
        """
        self._claims.release(key)

    def add(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Keep the rows of a recording; what is there already stays.

        Parameters
        ----------
        rows : iterable of dict
            As in `Recording`, read a few hundred at a time; those before a wrong one are kept.

        Returns
        -------
        int
            Replies that were new.

        Raises
        ------
        InvalidInputError
            If a row does not have that form.
        """
        written, waiting = 0, iter(rows)
        while batch := [to_row(row) for row in itertools.islice(waiting, _BATCH)]:
            pairs = [(row, encoded_replies(row)) for row in batch if row.replies]
            with self._file.transaction() as sql:
                written += sum(insert_row(sql, *pair) for pair in pairs)
        return written

    def import_file(self, *paths: str | os.PathLike[str]) -> int:
        """Keep what recordings hold; what is there already stays.

        Parameters
        ----------
        *paths : str or os.PathLike
            Checked whole before anything is kept.

        Returns
        -------
        int
            Replies that were new.

        Raises
        ------
        FileFormatError
            Naming file and line of the first row that is wrong.
        """
        checked = sum(1 for _ in read_rows(*paths))
        return self.add(row.mapping() for row in read_rows(*paths)) if checked else 0

    def to_file(
        self,
        path: str | os.PathLike[str],
        *,
        prompt: str | None = None,
        model: str | None = None,
        settings: str | None = None,
    ) -> int:
        """Write what is kept as a recording, in the order it came; memory stays flat.

        Parameters
        ----------
        path : str or os.PathLike
            Replaced where it exists, once all is written.
        prompt, model, settings : str or None, default=None
            Only these.

        Returns
        -------
        int
            Rows written.

        Raises
        ------
        InvalidInputError
            If the path is the store's own.
        OSError
            If the file cannot be written.
        """
        if self._file.owns(Path(path)):
            raise InvalidInputError(f"path: {path} is the store itself; name another file")
        self._file.open()
        return write_rows(path, stored_rows(self._file, Choice(prompt, model, settings)))

    def recording(
        self, prompt: str | None = None, model: str | None = None, *, settings: str | None = None
    ) -> Recording:
        """Return what is kept as a recording, which can be replayed.

        Parameters
        ----------
        prompt, model, settings : str or None, default=None
            Only these.

        Returns
        -------
        Recording

        Raises
        ------
        InvalidInputError
            If a replay could not tell which of two replies is meant: choose by
            `settings`, or `forget` what another wording superseded.
        """
        return Recording(row.mapping() for row in stored_rows(self._file, Choice(prompt, model, settings)))

    def forget(
        self,
        *,
        prompt: str | None = None,
        model: str | None = None,
        settings: str | None = None,
        asked: str | None = None,
        unreadable: bool = False,
        superseded: bool = False,
    ) -> int:
        """Take out replies of which all that is named here holds; they will be asked for again.

        Parameters
        ----------
        prompt, model, settings, asked : str or None, default=None
            Only these.
        unreadable : bool, default=False
            Only those that could not be read.
        superseded : bool, default=False
            Only those to a question that was put to the same document in another wording later.

        Returns
        -------
        int
            Replies taken out.

        Raises
        ------
        InvalidInputError
            If nothing is named: that would be all of them.
        """
        if not (unreadable or superseded) and (prompt, model, settings, asked) == (None,) * 4:
            raise InvalidInputError("forget: name what; to forget everything, delete the file")
        return forget_rows(
            self._file, Choice(prompt, model, settings), asked, unreadable=unreadable, superseded=superseded
        )
