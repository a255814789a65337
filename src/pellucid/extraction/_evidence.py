"""Locate a quote in its document: exactly, or after folding what does not change the words."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

MOST_LETTERS = 20_000_000
"""Letters compared in places that cut something in two, before a quote counts as not found: bounds the time."""

_QUOTE_MARKS = str.maketrans("‘’‚‛“”„‟′″", "''''\"\"\"\"'\"")
_SPACES = (
    *"\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680",
    *map(chr, range(0x2000, 0x200B)),
    *"\u2028\u2029\u202f\u205f\u3000",
)
_APOSTROPHES = "'’‘‛ʼ"
_HYPHENS = "-‐‑\u00ad"
_MINUS = "-−–"
_JOINER = 0x200D

_SPACE = re.compile(r"\s*")
_FOLDS_FROM_ITSELF = re.compile(r"[0-9.,:/%+-]*")
_CHUNK = 4096
"""Characters folded at once: the way back to the original is worked out for one such piece, where a match is."""

_LONGEST_RUN = 32
"""A cluster ends after so many characters, as in UAX 15: sorting endless marks on one letter would be slow."""


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
    syllable, a number from its digits, its thousands or its minus, or, in scripts that
    have capitals, a word from its letters or what a hyphen or an apostrophe joins before
    it: "male" is not found in "female", nor "anginal" in "non-anginal", nor "12" in
    "12 000". In scripts without capitals a negating prefix is not told apart.

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
        for start in _places(self._text, quote, verbatim=True):
            if _is_whole(self._text, start, start + len(quote)):
                return Span(start, start + len(quote))
        return None if _FOLDS_FROM_ITSELF.fullmatch(quote) else self._locate_folded(quote)

    def _locate_folded(self, quote: str) -> Span | None:
        """Search the folded document for the folded quote."""
        if self._folded is None:
            self._folded = _Folded(self._text)
        wanted = _Folded(quote).text
        for at in _places(self._folded.text, wanted, verbatim=False):
            span = self._folded.original(at, at + len(wanted))
            if span and _is_whole(self._text, *span):
                return span
        return None


class _Folded:
    """A folded text, and the way back from its places to those of the original.

    Folding works on clusters: a cluster is what normalises together, a character with all
    that joins onto it, or a run of white space. Most are one character that becomes one
    character, so only the others are kept track of.
    """

    def __init__(self, text: str) -> None:
        self._original = text
        fold = _fold_clusters if _has_endless_run(text) else _fold
        self._begins = list(_chunk_begins(text))
        pieces = [
            fold(text[begin:end]) for begin, end in zip(self._begins, [*self._begins[1:], len(text)], strict=True)
        ]
        self._folded_begins = [0]
        for piece in pieces:
            self._folded_begins.append(self._folded_begins[-1] + len(piece))
        self.text = "".join(pieces)
        self._steps: dict[int, _Steps] = {}

    def original(self, start: int, end: int) -> Span | None:
        """Return the original of a folded span; None where it holds a part of what one character became (ß → ss)."""
        first, last = self._place(start), self._place(end)
        return None if first is None or last is None else Span(first, last)

    def _place(self, at: int) -> int | None:
        """Return the place in the original before the folded character at a place; None within a cluster."""
        chunk = bisect_right(self._folded_begins, at, hi=len(self._begins)) - 1
        if chunk not in self._steps:
            begin, end = self._begins[chunk], self._begins[chunk + 1 : chunk + 2]
            self._steps[chunk] = _Steps.of(self._original[begin : end[0] if end else None])
        place = self._steps[chunk].place(at - self._folded_begins[chunk])
        return None if place is None else self._begins[chunk] + place


class _Steps(NamedTuple):
    """Where the clusters of a piece that are not one character for one character begin and end, folded and original."""

    folded: list[tuple[int, int]]
    original: list[tuple[int, int]]

    @classmethod
    def of(cls, text: str) -> "_Steps":
        """Fold what cannot be folded character by character."""
        steps = cls([(0, 0)], [(0, 0)])
        for cluster in _odd_clusters(text):
            begin = steps.folded[-1][1] + cluster.start() - steps.original[-1][1]
            steps.folded.append((begin, begin + len(_fold_cluster(cluster.group()))))
            steps.original.append(cluster.span())
        return steps

    def place(self, at: int) -> int | None:
        """Return the original place of a folded one; None within a cluster."""
        number = bisect_right(self.folded, (at, at)) - 1
        begin, end = self.folded[number]
        if begin < at < end:
            return None
        return self.original[number][0] if at == begin else self.original[number][1] + at - end


def _chunk_begins(text: str) -> Iterator[int]:
    """Cut a text into pieces that fold apart: none begins with white space or what joins onto the one before."""
    begin = 0
    while begin < len(text) or begin == 0:
        yield begin
        begin += _CHUNK
        while begin < len(text) and (text[begin].isspace() or _joins(text[begin])):
            begin = _SPACE.match(text, begin + 1).end()  # type: ignore[union-attr]  # matches nothing at least


def _fold(text: str) -> str:
    """Fold a piece at once; equal to folding cluster by cluster, since nothing changes across their borders."""
    text = unicodedata.normalize("NFC", text)
    for mark, straight in _QUOTE_MARKS.items():
        text = text.replace(chr(mark), chr(straight))
    for space in _SPACES:
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return unicodedata.normalize("NFC", text.casefold())


def _fold_clusters(text: str) -> str:
    """Fold a piece with endless marks cluster by cluster, so that each is normalised in bounded time."""
    pieces, done = [], 0
    for cluster in _odd_clusters(text):
        pieces += [_fold(text[done : cluster.start()]), _fold_cluster(cluster.group())]
        done = cluster.end()
    return "".join([*pieces, _fold(text[done:])])


def _fold_cluster(cluster: str) -> str:
    """Fold one cluster: NFC, case, quote marks, white space."""
    if cluster.isspace():
        return " "
    composed = unicodedata.normalize("NFC", cluster).translate(_QUOTE_MARKS).casefold()
    return unicodedata.normalize("NFC", composed)


def _odd_clusters(text: str) -> Iterator[re.Match[str]]:
    """Yield the clusters of a piece that may fold to another number of characters than they have."""
    letters = sorted(letter for letter in set(text) if letter > "\x7f" and not letter.isspace())
    joining = "".join(letter for letter in letters if _joins(letter))
    return _odd(joining, "".join(letter for letter in letters if len(_fold_cluster(letter)) > 1)).finditer(text)


@lru_cache(maxsize=64)
def _odd(joining: str, growing: str) -> re.Pattern[str]:
    patterns = [r"\s\s+"]
    if joining:
        joins = f"[{joining}]"
        patterns += [rf"[^\s{joining}]{joins}{{1,{_LONGEST_RUN - 1}}}", f"{joins}{{1,{_LONGEST_RUN}}}"]
    return re.compile("|".join([*patterns, f"[{growing}]"] if growing else patterns))


def _has_endless_run(text: str) -> bool:
    """Whether more characters in a row join onto one than a cluster holds."""
    if text.isascii():
        return False
    return _has_run(text[::4], _LONGEST_RUN // 4) and _has_run(text, _LONGEST_RUN)


def _has_run(text: str, length: int) -> bool:
    """Whether so many joining characters stand in a row."""
    if len(text) < length:
        return False
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    present = np.flatnonzero(np.bincount(codes))  # a text has few different characters: look each up once
    joins = np.zeros(present[-1] + 1, dtype=np.bool_)
    joins[present] = [_joins(chr(code)) for code in present]
    return bool(joins.any()) and b"\1" * length in joins[codes].tobytes()


@lru_cache(maxsize=4096)
def _joins(character: str) -> bool:
    """Whether a character belongs to the one before it: a mark, or a Hangul vowel or final."""
    code = ord(character)
    jamo = 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF
    return jamo or unicodedata.category(character).startswith("M")


_FEW = 32
"""Places looked at one by one before a pattern is made that passes over most of those that cut something."""

_SHORT = 64
"""Longer quotes cannot stand in so many places that a pattern would pay."""

_CASED = "[a-zß-öø-ÿā-ıĳ-ķĺ-ňŋ-žα-ρς-ωά-ώа-џA-ZÀ-ÖØ-ÞΑ-ΡΣ-ΩА-Я]"
_JOINING = (
    "[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u093e-\u094d\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]"
)
_OPENS = r"[\s(:;=]"
_APART = "[ \xa0\u2007\u2009\u202f'’]"


def _tries(quote: str) -> int:
    """How many places of a quote are looked at."""
    return 100 + MOST_LETTERS // max(len(quote), 1)


def _places(text: str, quote: str, *, verbatim: bool) -> Iterator[int]:
    """Yield the places of a quote, in order, but for some of those where it would cut something."""
    at, tries = -1, _tries(quote) if quote else 0
    for tried in range(tries):
        if tried < _FEW or len(quote) > _SHORT:
            at = text.find(quote, at + 1)
        else:
            found = _whole(quote, verbatim).search(text, at + 1)
            at = found.start() if found else -1
        if at < 0:
            return
        yield at


@lru_cache(maxsize=64)
def _whole(quote: str, verbatim: bool) -> re.Pattern[str]:
    """Compile a quote with the commonest things that it must not cut: always fewer than `_is_whole` refuses.

    The quote comes first, since a pattern is searched fast by its first letters.
    """
    word = re.escape(quote)
    behind, ahead = ["\u200d"], [_JOINING]
    if re.match(r"[\d$€£]", quote):
        behind += [rf"{_OPENS}[{_MINUS}]"]
    if re.match(r"\d", quote):
        behind += [r"\d", r"\d[.,]", rf"{_OPENS}[.,]", rf"{_OPENS}[{_MINUS}][$€£]"]
    if re.match(_CASED, quote):
        behind += [_CASED, f"{_CASED}[{_HYPHENS}]"]
    if re.match(rf"{_CASED}{{1,2}}[\s.,;:!?]", quote):
        behind += [f"{_CASED}[{_APOSTROPHES}]"]
    if re.search(r"\d\Z", quote):
        ahead += [r"\d", r"[.,]\d"]
    if re.search(rf"{_CASED}\Z", quote):
        ahead += [_CASED]
    if re.search(r"[nN]\Z", quote):
        ahead += [rf"[{_APOSTROPHES}][tT]\b"]
    if verbatim:  # in a folded text, a space may have been the end of a line, which sets numbers apart
        if re.match(r"\d{3}(?!\d)", quote):
            behind += [rf"[\s(][1-9]\d{{{more}}}{_APART}" for more in range(3)]
        if re.match(r"[1-9]\d{0,2}\Z", quote):
            ahead += [rf"(?<=[\s(]{word}){_APART}\d{{3}}(?!\d)"]
    return re.compile(word + f"(?!{'|'.join(ahead)})" + "".join(f"(?<!{before}{word})" for before in behind))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a span cuts nothing that belongs together at either end."""
    return not (_cuts(text, start) or _cuts(text, end) or _drops_prefix(text, start) or _drops_not(text, end))


def _drops_prefix(text: str, start: int) -> bool:
    """Whether a quote begins after a hyphen or apostrophe within a word, or after the point of .5."""
    if start < 1:
        return False
    between, earlier = text[start - 1], _letter_before(text, start - 1)
    if text[start].isdigit():
        return between in ".," and not earlier.isalnum()
    if between in _HYPHENS:
        return earlier.isalpha() and text[start].isalpha()
    return between in _APOSTROPHES and _in_word(earlier, text[start]) and not _is_elision(text, start)


def _is_elision(text: str, start: int) -> bool:
    """Whether a whole word stands after an apostrophe, as in l'eau, and not the end of one, as in isn't or п'ять."""
    return text[start] < "\u0250" and unicodedata.normalize("NFC", text[start : start + 6])[:3].isalpha()


def _drops_not(text: str, end: int) -> bool:
    """Whether a quote ends before the 't of can't."""
    return bool(end and text[end - 1] in "nN" and re.match(rf"[{_APOSTROPHES}][tT]\b", text[end : end + 3]))


def _cuts(text: str, at: int) -> bool:
    """Whether a cut before text[at] separates what belongs together."""
    if at <= 0 or at >= len(text):
        return False
    before, after = text[at - 1], text[at]
    if _joins(after) or _JOINER in (ord(before), ord(after)) or 0x1F3FB <= ord(after) <= 0x1F3FF:
        return True
    return _in_word(_letter_before(text, at), after) or _in_number(text, at) or _in_thousands(text, at)


def _letter_before(text: str, at: int) -> str:
    """Return the character that ends before a place, without its marks; a space where there is none."""
    for place in range(at - 1, max(at - 1 - _LONGEST_RUN, -1), -1):
        if not _joins(text[place]) or text[place] == "\u0345":  # the one mark that folds to a letter
            return text[place]
    return " "


def _in_word(before: str, after: str) -> bool:
    """Whether a cut falls between two letters of a script that has capitals, and so writes words apart."""
    return before.lower() != before.upper() and after.lower() != after.upper()


def _in_number(text: str, at: int) -> bool:
    """Whether a cut falls between digits, beside a point or comma between digits, or after a minus."""
    before, after = text[at - 1], text[at]
    if before.isdigit():
        point = after in ".," and at + 1 < len(text) and text[at + 1].isdigit()
        return after.isdigit() or point
    if _begins_number(text, at) and (before in _MINUS or (_is_sign(before) and text[at - 2 : at - 1] in (*_MINUS,))):
        minus = at - 1 if before in _MINUS else at - 2  # not one if it stands between two things, as in 2-3 or T-2
        return not _letter_before(text, minus).isalnum()
    return after.isdigit() and before in ".," and at >= 2 and text[at - 2].isdigit()


def _begins_number(text: str, at: int) -> bool:
    """Whether a number stands at a place: digits, which a point or a sign of money may come before."""
    return text[at].isdigit() or (_is_sign(text[at]) and text[at + 1 : at + 2].isdigit())


def _is_sign(character: str) -> bool:
    return character in ".," or unicodedata.category(character) == "Sc"


_THOUSANDS = re.compile(
    r"""
    (?<! \d ) (?<! \d[.,/:] ) (?<! \d-\d\d- )   # not the end of a longer number, of a time or of a date
    (?<! \b[^\W\d_] )                           # nor of a name such as B12
    [1-9]\d{0,2} (?: """
    + _APART
    + r""" \d{3} )+ (?! \d )
    """,
    re.VERBOSE,
)


def _in_thousands(text: str, at: int) -> bool:
    """Whether a cut falls within a number whose thousands stand apart, as in 12 000 or 12'000."""
    if not (text[at - 1].isdigit() or text[at].isdigit()):
        return False
    numbers = _THOUSANDS.finditer(text, max(0, at - 24), at + 24)
    return any(number.start() < at < number.end() for number in numbers)
