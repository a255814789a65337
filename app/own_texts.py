"""Texts that people opened themselves: in memory, each seen by its owner alone, bounded, gone at sign-out."""

import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from pellucid._checks import MAX_CHARACTERS
from pellucid.exceptions import InvalidInputError
from pellucid.schema import CaseFile

_PREFIX = "own-"
_NAME = re.compile(rf"{_PREFIX}[0-9a-f]{{16}}")
LARGEST_TEXT = 1_000_000
"""Bytes in UTF-8."""

MOST_TEXTS = 20
"""Per person; the oldest makes room."""

MOST_PEOPLE = 200

UNUSED_S = 12 * 3600.0
"""Seconds after which the texts of somebody who did not open any are forgotten; a proxy's sign-on tells no end."""

_SUFFIXES = (".txt", ".md")


class OwnTexts:
    """Cases of texts that people opened, by person; safe to use from several threads.

    Parameters
    ----------
    clock : callable, default=time.monotonic
        Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._used: dict[str, float] = {}
        self._cases: OrderedDict[str, OrderedDict[tuple[str, str], CaseFile]] = OrderedDict()

    def __repr__(self) -> str:
        return f"OwnTexts({sum(map(len, self._cases.values()))} cases)"

    def put(self, person: str, case: CaseFile, *, instead_of: CaseFile | None = None) -> None:
        """Keep a case, in place of an earlier one of the same name.

        Parameters
        ----------
        person : str
        case : CaseFile
        instead_of : CaseFile or None, default=None
            The case that it was made from, which must still stand; None asks for nothing.

        Raises
        ------
        InvalidInputError
            If another tab changed it, or it was closed; then nothing is kept.
        """
        now = self._clock()
        with self._lock:
            for other in [one for one, used in self._used.items() if now - used >= UNUSED_S]:
                self._forget(other)
            open_now = self._cases.get(person)
            stands = open_now.get((case.domain, case.document)) if open_now else None
            if instead_of is not None and stands is not instead_of:
                raise InvalidInputError(
                    "case: it was changed or closed since this page was opened; nothing was kept; load the case again"
                )
            kept = self._cases.setdefault(person, OrderedDict())
            self._cases.move_to_end(person)
            self._used[person] = now
            kept[case.domain, case.document] = case
            kept.move_to_end((case.domain, case.document))
            while len(kept) > MOST_TEXTS:
                kept.popitem(last=False)
            while len(self._cases) > MOST_PEOPLE:
                self._forget(next(iter(self._cases)))

    def get(self, person: str, domain: str, document: str) -> CaseFile | None:
        """Return a person's own case; None where there is none, whoever else may have one.

        Parameters
        ----------
        person, domain, document : str

        Returns
        -------
        CaseFile or None
        """
        with self._lock:
            kept = self._cases.get(person)
            if kept:
                self._used[person] = self._clock()
            return kept.get((domain, document)) if kept else None

    def names(self, person: str, domain: str) -> tuple[str, ...]:
        """Return ids of a person's own texts, newest last.

        Parameters
        ----------
        person, domain : str

        Returns
        -------
        tuple of str
        """
        with self._lock:
            return tuple(name for home, name in self._cases.get(person, {}) if home == domain)

    def drop(self, person: str) -> None:
        """Forget everything a person opened.

        Parameters
        ----------
        person : str
        """
        with self._lock:
            self._forget(person)

    def people(self) -> frozenset[str]:
        """Return who has texts here.

        Returns
        -------
        frozenset of str
        """
        with self._lock:
            return frozenset(self._cases)

    def _forget(self, person: str) -> None:
        self._cases.pop(person, None)
        self._used.pop(person, None)


def new_name() -> str:
    """Make an id for a text that nobody can guess."""
    return _PREFIX + secrets.token_hex(8)


def is_own(document: str) -> bool:
    """Whether an id is that of a text somebody opened.

    Parameters
    ----------
    document : str

    Returns
    -------
    bool
    """
    return _NAME.fullmatch(document) is not None


def checked_text(pasted: str, file_name: str = "", uploaded: bytes = b"") -> str:
    """Return the text that was pasted or uploaded, unchanged.

    Parameters
    ----------
    pasted : str
    file_name : str, default=""
    uploaded : bytes, default=b""

    Returns
    -------
    str

    Raises
    ------
    InvalidInputError
        If there is none, or two, or it is too long, of another kind, or not UTF-8.
    """
    if bool(pasted.strip()) == bool(file_name):
        raise InvalidInputError("text: paste a text or choose a file, one of the two")
    if file_name and not file_name.lower().endswith(_SUFFIXES):
        raise InvalidInputError("file: only .txt and .md are taken; save the document as plain text first")
    # A browser sends the line ends of a text field as two characters; people's own are one.
    raw = uploaded if file_name else pasted.replace("\r\n", "\n").encode("utf-8", "surrogatepass")
    if len(raw) > LARGEST_TEXT:
        raise InvalidInputError(f"text: {len(raw):,} bytes; at most {LARGEST_TEXT:,} are taken, so use a shorter one")
    try:
        text = raw.decode("utf-8-sig" if file_name else "utf-8")
    except UnicodeDecodeError:
        raise InvalidInputError("file: is not UTF-8; save it in that encoding first") from None
    if len(text) > MAX_CHARACTERS:
        raise InvalidInputError(f"text: {len(text):,} characters; at most {MAX_CHARACTERS:,} are taken")
    if not text.strip():
        raise InvalidInputError("text: is empty; paste a text or choose a file that holds one")
    return text
