"""Follow the chain of a decision log row by row, and name every entry that breaks it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pellucid.schema import FIRST_PREVIOUS, LogCheck, LogProblem, canonical_json

COLUMNS = ("number", "at", "kind", "domain", "document", "person", "role", "body", "previous", "digest")

MOST = 100
"""Problems that are listed; the rest is counted."""


class _Link(NamedTuple):
    """What the next entry has to continue.

    Attributes
    ----------
    number : int
    digest : str
    sound : bool
        Whether the digest is that of what the entry says.
    """

    number: int
    digest: str
    sound: bool


class Verifier:
    """Takes the rows of a log in the order of their numbers, holding one at a time.

    Parameters
    ----------
    head : tuple of (int, str) or None
        How many entries the log says it has, and the digest of the last; None where that is gone.
    expect : tuple of (int, str) or None
        Number and digest of an entry, noted down elsewhere before.
    """

    def __init__(self, head: tuple[int, str] | None, expect: tuple[int, str] | None = None) -> None:
        self._head = head
        self._expect = expect
        self._last: _Link | None = None
        self._next = 1
        self._read = 0
        # Two sound entries that do not fit: the entry after them tells which of the two was rewritten.
        self._doubt: tuple[int, int] | None = None
        self._problems: list[LogProblem] = []
        self._unlisted = 0

    def take(self, row: Mapping[str, Any]) -> None:
        """Take the next row.

        Parameters
        ----------
        row : Mapping of str to object
            The columns of `COLUMNS`; text as str, or as bytes in UTF-8.
        """
        self._read += 1
        number = row["number"]
        if not isinstance(number, int) or number < self._next:
            whole = number if isinstance(number, int) else None
            self._tell(whole, "has no number of its own: it stands there twice, or where no entry belongs")
            return
        if number > self._next:
            self._settle(None)
            self._tell_missing(self._next, number - 1)
            self._last = None
        facts = _facts(row)
        digest, previous = facts.get("digest"), facts.get("previous")
        sound = _is_sealed(facts)
        if not sound:
            self._tell(number, "was altered: its digest is not that of what it says")
        self._settle(previous)
        self._follow(number, previous, sound)
        if self._expect and number == self._expect[0] and digest != self._expect[1]:
            self._tell(number, "is not the entry that was noted down: its digest is another one")
        self._last = _Link(number, str(digest), sound)
        self._next = number + 1

    def finish(self, damage: str = "") -> LogCheck:
        """Say what was found.

        Parameters
        ----------
        damage : str, default=""
            Why the rows could not be read to their end; empty where they were.

        Returns
        -------
        LogCheck
        """
        last = self._next - 1
        if damage:
            self._settle(None)
            self._tell(self._next, f"cannot be read, nor can what follows: {damage}")
        else:
            self._settle(self._head[1] if self._head and self._head[0] == last else None)
            self._end(last)
        if self._unlisted:
            self._problems.append(LogProblem(number=None, what=f"{self._unlisted:,} further problems are not listed"))
        return LogCheck(
            entries=self._read,
            intact=not self._problems,
            problems=tuple(self._problems),
            head=_digest_or_first(self._last),
        )

    def note(self, what: str) -> None:
        """Add a problem that is not one entry's.

        Parameters
        ----------
        what : str
        """
        self._tell(None, what)

    def _follow(self, number: int, previous: str | None, sound: bool) -> None:
        if number == 1:
            if sound and previous != FIRST_PREVIOUS:
                self._tell(1, "does not begin a log: it continues an entry that is not there")
        elif self._last and self._last.sound and sound and previous != self._last.digest:
            self._doubt = (self._last.number, number)

    def _settle(self, confirmed: str | None) -> None:
        """Decide which of two entries was rewritten: not the one whose digest is confirmed by what follows it."""
        if self._doubt is None:
            return
        before, after = self._doubt
        self._doubt = None
        if self._last and confirmed == self._last.digest:
            self._tell(before, f"was rewritten or put in another's place: entry {after} continues another one")
        else:
            self._tell(after, f"was rewritten or put in another's place: it does not continue entry {before}")

    def _end(self, last: int) -> None:
        if self._head is None:
            self._tell(None, "the head of the log, which counts the entries, is gone")
        elif self._head[0] > last:
            self._tell_missing(last + 1, self._head[0])
        elif self._head[0] < last:
            self._tell(self._head[0] + 1, "is not counted by the log's head, nor is what follows")
        elif self._head[1] != _digest_or_first(self._last) and not (self._last and not self._last.sound):
            self._tell(last or None, "is not what the log's head names as the last: it, or the head, was rewritten")
        if self._expect and self._expect[0] > last:
            self._tell(self._expect[0], f"was noted down, but the log ends at {last:,}")

    def _tell_missing(self, first: int, last: int) -> None:
        self._tell(first, "is missing" if first == last else f"is missing, and so is every entry up to {last:,}")

    def _tell(self, number: int | None, what: str) -> None:
        if len(self._problems) < MOST:
            self._problems.append(LogProblem(number=number, what=what))
        else:
            self._unlisted += 1


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's columns as text; what is no text is left out, so that it fits no digest."""
    found: dict[str, Any] = {"number": row["number"]}
    for name in COLUMNS[1:]:
        value = row[name]
        try:
            found[name] = value.decode("utf-8") if isinstance(value, bytes) else value
        except UnicodeDecodeError:
            continue
    return found


def _is_sealed(facts: dict[str, Any]) -> bool:
    """Whether the digest is that of the facts, and the body is written as it was signed."""
    try:
        body = json.loads(facts["body"])
        if canonical_json(body) != facts["body"]:
            return False
        said = canonical_json({name: facts[name] for name in COLUMNS[:-1]} | {"body": body}).encode("utf-8")
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
    return hashlib.sha256(said).hexdigest() == facts.get("digest")


def _digest_or_first(link: _Link | None) -> str:
    """Return the digest of the last entry where it looks like one."""
    if link is None or len(link.digest) != 64 or not set(link.digest) <= set("0123456789abcdef"):
        return FIRST_PREVIOUS
    return link.digest
