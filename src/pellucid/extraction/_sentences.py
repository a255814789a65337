"""Cut a text into sentences by rule, find the sentence around a quote, and number sentences for asking by id."""

import itertools
import re
import string
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from pellucid.extraction._evidence import Span

LONGEST = 600
"""Characters a sentence may have; a longer one is cut at white space."""

_WIDTHS = range(50, 121)  # a line as long as this, without an end mark, was wrapped: its sentence goes on

_CLOSERS = "\"'”’»›)\\]}」』）】"
_MARKS = re.compile(
    rf"[.!?…]+[{_CLOSERS}]*"  # end a sentence where white space follows
    rf"|[。！？｡؟۔।॥]+[{_CLOSERS}]*"  # end one wherever they stand
    r"|[\n\r\x0b\x0c\x85\u2028\u2029]\s*"
)
_LINE_ENDS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_LIST_ITEM = re.compile(r"(?:[-–—*•‣◦·▪>]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s")
_ITEM_NUMBER = re.compile(r"(?:\d{1,3}|[a-zA-Z])$")
_DOTTED = re.compile(r"(?:\w\.)+\w$")
_CONTINUES = ",;-–—(/&+"

_TITLES = re.compile(
    r"dr|mr|mrs|ms|mx|prof|rev|hon|st|gen|col|lt|sgt|capt|fr|sr|sra|srta|dra|mme|mlle|hr|dipl|ing|art|nr"
    r"|no|nos|fig|vs|cf|eg|ie|approx|ca|bzw|ggf|evtl|inkl|vgl|bsp|etw|tel|abb|std|al|op|vol|ed|eds|pp|sec"
    r"|dept|est|max|min|resp|viz|par|abs|ref|incl|excl|p\.ej|д|г|ул|т\.е|т\.д",
    re.IGNORECASE,
)
"""Abbreviations that something always follows."""

_ENDINGS = re.compile(
    r"etc|usw|jr|inc|ltd|co|corp|a\.m|p\.m|u\.s|u\.k|e\.u|m\.d|ph\.d|b\.a|m\.a|u\.a|o\.ä",
    re.IGNORECASE,
)
"""Abbreviations that may end a sentence: they do where a capital follows."""

_MONTHS = re.compile(
    r"januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember",
    re.IGNORECASE,
)


class Numbered(NamedTuple):
    """A text whose sentences carry marks, and where each of them stands in the text itself.

    Attributes
    ----------
    text : str
        With a mark such as ``[s1]`` before every sentence.
    spans : mapping of str to Span
        By id, such as ``"s1"``, in order; offsets into the text without marks.
    """

    text: str
    spans: Mapping[str, Span]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the sentences, in order."""
        return tuple(self.spans)


def sentences(text: str) -> list[Span]:
    """Cut a text into sentences.

    A sentence ends at its mark, at an empty line, before a list item, and at a line's
    end unless the line was wrapped. Abbreviations, initials, dates and decimal points
    end none. Where it is not clear the sentence goes on: one that is too long shows a
    reader more, one that is too short may hide a "not".

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Span
        In order, in characters, end exclusive; every character that is not white space
        stands in exactly one. None is longer than `LONGEST`.

    Examples
    --------
    >>> text = "Dr. Weiss gave 4.5 mg, i.e. half. No effect!"
    >>> [text[span.start : span.end] for span in sentences(text)]
    ['Dr. Weiss gave 4.5 mg, i.e. half.', 'No effect!']
    """
    return list(_cut(text))


def sentence_of(text: str, start: int, end: int) -> Span:
    """Return the whole sentence around a span, or from the first to the last it touches.

    Parameters
    ----------
    text : str
    start, end : int
        In characters, end exclusive.

    Returns
    -------
    Span
        The span itself where it touches no sentence, being white space.

    Examples
    --------
    >>> sentence_of("Seen today. Denies pain. Well.", 19, 23)
    Span(start=12, end=24)
    """
    spans = _cut(text)
    first = bisect_right(spans, start, key=lambda span: span.end)
    last = bisect_left(spans, end, key=lambda span: span.start) - 1
    if first > last:
        return Span(start, end)
    return Span(spans[first].start, spans[last].end)


def numbered(text: str) -> Numbered:
    """Put a mark before every sentence, so that one can be named instead of quoted.

    The letter of the marks is one that the text has in no mark of its own, so a document
    cannot pass off its words as another sentence's.

    Parameters
    ----------
    text : str

    Returns
    -------
    Numbered

    Examples
    --------
    >>> shown = numbered("Seen today. Denies pain.")
    >>> shown.text
    '[s1] Seen today. [s2] Denies pain.'
    >>> numbered("Seen [s2] today.").text
    '[t1] Seen [s2] today.'
    """
    letter = _free_letter(text)
    spans = {f"{letter}{number}": span for number, span in enumerate(_cut(text), start=1)}
    pieces, done = [], 0
    for name, span in spans.items():
        pieces += [text[done : span.start], f"[{name}] "]
        done = span.start
    return Numbered("".join([*pieces, text[done:]]), spans)


@lru_cache(maxsize=4)  # the sentences around all quotes of a document are looked up one after another
def _cut(text: str) -> tuple[Span, ...]:
    found: list[Span] = []
    start = 0
    for end in itertools.chain(_ends(text), [len(text)]):
        stripped = text[start:end].strip()
        if stripped:
            first = start + len(text[start:end]) - len(text[start:end].lstrip())
            found.extend(_capped(text, first, first + len(stripped)))
        start = end
    return tuple(found)


def _ends(text: str) -> Iterator[int]:
    """Offsets at which a sentence ends, ascending."""
    line = 0  # where the present line begins
    for mark in _MARKS.finditer(text):
        at, end = mark.start(), mark.end()
        if text[at].isspace():
            if _line_ends(text, line, at, mark[0], end):
                yield at
            line = end
        elif text[at] in "。！？｡؟۔।॥" or (_is_apart(text, end) and not _goes_on(text, line, at, end)):
            yield end


def _line_ends(text: str, line: int, at: int, gap: str, after: int) -> bool:
    """Whether a line's end is its sentence's."""
    before = text[line:at].rstrip()
    if len(_LINE_ENDS.findall(gap)) > 1 or not before or _LIST_ITEM.match(text, after):
        return True
    if before[-1] in _CONTINUES or text[after : after + 1].islower():
        return False
    return len(before) not in _WIDTHS


def _is_apart(text: str, end: int) -> bool:
    """Whether white space follows, or a script that writes without it."""
    following = text[end : end + 1]
    return not following or following.isspace() or unicodedata.east_asian_width(following) in "WF"


def _goes_on(text: str, line: int, at: int, end: int) -> bool:
    """Whether a sentence goes on behind a mark that could end it."""
    following = _next_word(text, end)
    if following[:1].islower():
        return True
    if text[at] != "." or end - at > 1:
        return False
    words = text[max(line, at - 24) : at].split()
    word = words[-1].lstrip("([{\"'“„«") if words else ""
    if at - line <= 24 and len(words) == 1 and _ITEM_NUMBER.match(word):
        return True  # "1." at the beginning of a line
    if word.isdecimal():
        return len(word) < 3 and _MONTHS.fullmatch(following) is not None
    if _ENDINGS.fullmatch(word):
        return False
    initial = len(word) == 1 and word.isupper()
    return initial or bool(_TITLES.fullmatch(word) or _DOTTED.match(word))


def _next_word(text: str, end: int) -> str:
    words = text[end : end + 40].split(maxsplit=1)
    return words[0].lstrip("([{\"'“„«¿¡").rstrip(".,;:!?)") if words else ""


def _capped(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut a sentence that is too long, at white space where there is some."""
    while end - start > LONGEST:
        cut = start + LONGEST
        while cut > start + LONGEST // 2 and not text[cut].isspace():
            cut -= 1
        if not text[cut].isspace():
            cut = _whole(text, start + LONGEST)
        piece = text[start:cut].rstrip()
        yield Span(start, start + len(piece))
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    yield Span(start, end)


def _whole(text: str, at: int) -> int:
    """Step back where a cut would part a character from its marks."""
    for cut in range(at, at - 20, -1):
        if not unicodedata.category(text[cut]).startswith("M") and text[cut] != "\u200d" and text[cut - 1] != "\u200d":
            return cut
    return at


def _free_letter(text: str) -> str:
    """Return the first letters, from "s" on, that no bracket of the text holds before a number."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(letter for letter in plain if letter.isascii() or unicodedata.category(letter) != "Cf")
    taken = set(re.findall(r"[\[(<{【〔⟦]\s{0,3}([a-z]{1,6})\s{0,3}\d", plain))
    singles = "stuvwxyzabcdefghijklmnopqr"
    longer = ("".join(pair) for size in (2, 3, 4) for pair in itertools.product(string.ascii_lowercase, repeat=size))
    return next(letters for letters in itertools.chain(singles, longer) if letters not in taken)
