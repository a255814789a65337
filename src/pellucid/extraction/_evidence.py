"""Locate a quote in its document: exactly, or after folding what does not change the words."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_LETTERS = 20_000_000
"""Letters compared in places that cut something in two, before a quote counts as not found: bounds the time."""

_JOINER = 0x200D
_QUOTE_MARKS = str.maketrans("‘’‚‛“”„‟′″", "''''\"\"\"\"'\"")


class Span(NamedTuple):
    """Where a quote stands, in characters of the original text; end exclusive."""

    start: int
    end: int


class Evidence:
    r"""One document, ready to be searched for quotes.

    A quote is found where it stands verbatim, or where it stands after both sides
    are brought to Unicode NFC, case is folded, runs of white space become one space
    and typographic quote marks become straight ones. Nothing else is forgiven: one
    edited word, a zero-width character or a look-alike letter is not found. A match
    never cuts a character from its combining marks, an emoji sequence, a Hangul
    syllable, a number from its digits or its minus, or, in scripts that have capitals,
    a word from its letters or what a hyphen joins before it: "male" is not found in
    "female", nor "anginal" in "non-anginal". In scripts without capitals a negating
    prefix is not told apart.

    Folding is done at most once per document, in time linear in its length.

    Parameters
    ----------
    text : str
        The whole document, unchanged.

    Examples
    --------
    >>> Evidence("Blood pressure:\r\n 134 mm Hg").locate("pressure: 134 MM HG")
    Span(start=6, end=27)
    >>> Evidence("134 mm Hg").locate("34 mm Hg") is None
    True
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded: _Folded | None = None

    def locate(self, quote: str) -> Span | None:
        """Return where the quote stands first, or None.

        Parameters
        ----------
        quote : str

        Returns
        -------
        Span or None
            Offsets into the original text.
        """
        quote = quote.strip()
        if not quote:
            return None
        start = -1
        for _ in range(_tries(quote)):
            start = self._text.find(quote, start + 1)
            if start < 0:
                return self._locate_folded(quote)
            if _is_whole(self._text, start, start + len(quote)):
                return Span(start, start + len(quote))
        return None

    def _locate_folded(self, quote: str) -> Span | None:
        """Search the folded document for the folded quote."""
        if self._folded is None:
            self._folded = _fold(self._text)
        document, wanted = self._folded, _fold(quote).text
        at = -1
        for _ in range(_tries(wanted) if wanted else 0):
            at = document.text.find(wanted, at + 1)
            if at < 0:
                return None
            last = at + len(wanted)
            span = Span(int(document.starts[at]), int(document.ends[last - 1]))
            # A folded character may be part of what one original became (ß → ss): take it whole or not at all.
            whole = (at == 0 or document.starts[at - 1] != span.start) and (
                last == len(document.text) or document.ends[last] != span.end
            )
            if whole and _is_whole(self._text, *span):
                return span
        return None


class _Folded(NamedTuple):
    """A folded text and, for each of its characters, the original span it came from."""

    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def _fold(text: str) -> _Folded:
    """Fold a text, keeping where every folded character came from."""
    if not text:
        return _Folded("", np.empty(0, np.int64), np.empty(0, np.int64))
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    present = np.flatnonzero(np.bincount(codes))  # a text has few different characters: look each up once
    traits = np.zeros((3, present[-1] + 1), dtype=np.int32)
    traits[:, present] = np.array([_trait(int(code)) for code in present]).T
    joins, space = traits[0].astype(bool)[codes], traits[1].astype(bool)[codes]
    single = traits[2][codes]

    # A cluster is what normalises together: a character and all that join onto it, or a run of white space.
    opens = ~joins
    opens[1:] &= ~(space[1:] & space[:-1])
    opens[0] = True
    # Endless marks on one letter would make normalising slow: a cluster ends after 32 of them, as in UAX 15.
    places = np.arange(len(codes))
    within = places - np.maximum.accumulate(np.where(opens, places, 0))
    opens |= joins & (within % 32 == 0)
    starts = np.flatnonzero(opens)
    ends = np.append(starts[1:], len(codes))
    simple = (single[starts] >= 0) & ((ends - starts == 1) | space[starts])
    folded = single[starts].astype(np.uint32)
    if simple.all():
        return _Folded(folded.tobytes().decode("utf-32-le", "surrogatepass"), starts, ends)
    return _with_clusters(text, starts, ends, simple, folded)


def _with_clusters(
    text: str,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    simple: NDArray[np.bool_],
    folded: NDArray[np.uint32],
) -> _Folded:
    """Fold the clusters that are not one character for one character, one by one."""
    pieces: list[str] = []
    counts = np.ones(len(starts), dtype=np.int64)
    done = 0
    for number in np.flatnonzero(~simple):
        pieces.append(folded[done:number].tobytes().decode("utf-32-le", "surrogatepass"))
        piece = _fold_cluster(text[starts[number] : ends[number]])
        pieces.append(piece)
        counts[number] = len(piece)
        done = int(number) + 1
    pieces.append(folded[done:].tobytes().decode("utf-32-le", "surrogatepass"))
    return _Folded("".join(pieces), np.repeat(starts, counts), np.repeat(ends, counts))


class _Trait(NamedTuple):
    """What folding needs to know of a code point."""

    joins: bool  # normalises together with what stands before it
    space: bool
    single: int  # the one code point it folds to, or -1


@lru_cache(maxsize=4096)
def _trait(code: int) -> _Trait:
    character = chr(code)
    if character.isspace():
        return _Trait(False, True, ord(" "))
    folded = _fold_cluster(character)
    return _Trait(_joins(character), False, ord(folded) if len(folded) == 1 else -1)


def _fold_cluster(cluster: str) -> str:
    """Fold one cluster: NFC, case, quote marks."""
    composed = unicodedata.normalize("NFC", cluster).translate(_QUOTE_MARKS).casefold()
    return unicodedata.normalize("NFC", composed)


def _joins(character: str) -> bool:
    """Whether a character belongs to the one before it: a mark, or a Hangul vowel or final."""
    code = ord(character)
    jamo = 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF
    return jamo or unicodedata.category(character).startswith("M")


def _tries(quote: str) -> int:
    """How many places of a quote are looked at."""
    return 100 + MOST_LETTERS // len(quote)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a span cuts nothing that belongs together at either end."""
    return not (_cuts(text, start) or _cuts(text, end) or _drops_prefix(text, start))


def _drops_prefix(text: str, start: int) -> bool:
    """Whether a quote begins after a hyphen within a word, or after the point of a number without a first digit."""
    if start < 1:
        return False
    earlier = text[start - 2] if start >= 2 else " "
    if text[start].isdigit():
        return text[start - 1] in ".," and not earlier.isalnum()
    return text[start - 1] in "-‐‑\u00ad" and earlier.isalpha() and text[start].isalpha()


def _cuts(text: str, at: int) -> bool:
    """Whether a cut before text[at] separates what belongs together."""
    if at <= 0 or at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if _joins(after) or _JOINER in (ord(before), ord(after)) or 0x1F3FB <= ord(after) <= 0x1F3FF:
        return True
    return _in_word(before, after) or _in_number(text, at)


def _in_word(before: str, after: str) -> bool:
    """Whether a cut falls between two letters of a script that has capitals, and so writes words apart."""
    return all(letter.lower() != letter.upper() for letter in (before, after))


def _in_number(text: str, at: int) -> bool:
    """Whether a cut falls between digits, beside a point or comma between digits, or after a minus."""
    before, after = text[at - 1], text[at]
    if before.isdigit():
        point = after in ".," and at + 1 < len(text) and text[at + 1].isdigit()
        return after.isdigit() or point
    if not after.isdigit():
        return False
    if before in "-−–":  # a minus, unless it stands between two things, as in 2-3 or T-2
        return at == 1 or not text[at - 2].isalnum()
    return before in ".," and at >= 2 and text[at - 2].isdigit()
