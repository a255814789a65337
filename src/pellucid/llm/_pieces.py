"""Where a quote may begin and end: a document cut around its words, numbers and white space."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

CLOSING = "),.:;!?]}…،؛؟。、！，：；？）」』】》"
"""Marks that end something: no quote begins with one, unless it is the point of a number."""

_TELLING = ("Sc", "So")
_JOINER = "\u200d"
_HYPHENS = "-‐‑\u00ad"
_MARKS = re.escape(CLOSING + """\"'([{«»‘’‚“”„¿¡（「『【《""")
# Scripts written without spaces: between any two of their letters a word may end. Their digits are left out.
_UNSPACED = (
    "\u0e01-\u0e4f\u0e81-\u0ecf\u1000-\u103f\u104a-\u108f\u1780-\u17df"
    "\u2e80-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)
# No open-ended look-ahead: a document of one million full stops must not take a million steps for each.
_WORD_ENDS = rf"(?=[{_MARKS}]{{0,8}}(?:\s|\Z|[{_UNSPACED}]))"
_PIECE = re.compile(
    rf"""\s+
    | [{_UNSPACED}]
    | (?<![^\s{_MARKS}])(?![.,]\d)[{_MARKS}]
    | [{_MARKS}]{_WORD_ENDS}
    | [^\s{_UNSPACED}]+?{_WORD_ENDS}""",
    re.VERBOSE,
)


def pieces(text: str, longest: int = 300) -> list[str]:
    """Cut a text where a quote may begin or end: around words, white space and the punctuation beside them.

    No piece cuts a word, a number, or a character from its combining marks. Scripts
    written without spaces are cut between characters. A piece longer than half of what
    a quote may hold is cut all the same, or it could never be quoted.

    Parameters
    ----------
    text : str
    longest : int, default=300

    Returns
    -------
    list of str
        Joined, they are the text.

    Examples
    --------
    >>> pieces("Temp. -3.5 C (no fever).")
    ['Temp', '.', ' ', '-3.5', ' ', 'C', ' ', '(', 'no', ' ', 'fever', ')', '.']
    """
    found = _PIECE.findall(text)
    begins = [place for place, piece in enumerate(found) if not place or not _clings(found[place - 1], piece)]
    whole = ("".join(found[begin:end]) for begin, end in pairwise([*begins, len(found)]))
    half = max(longest // 2, 1)
    return [part for piece in whole for part in _shortened(piece, half)]


def is_quotable(piece: str) -> bool:
    """Whether a piece can be a quote by itself: it begins like one and holds a letter, a digit or a symbol.

    Parameters
    ----------
    piece : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_quotable("no"), is_quotable("--"), is_quotable(".5")
    (True, False, True)
    """
    begins = not piece[0].isspace() and (piece[0] not in CLOSING or (piece[0] in ".," and piece[1:2].isdecimal()))
    return begins and any(_tells(letter) for letter in piece)


def _tells(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "LN" or category in _TELLING


def _clings(before: str, piece: str) -> bool:
    """Whether a piece belongs to the one before it: a mark to its letter, a word to what a hyphen joins to it."""
    last, first = before[-1], piece[0]
    code = ord(first)
    marks = (
        unicodedata.category(first).startswith("M")
        or _JOINER in (last, first)
        or 0x1F3FB <= code <= 0x1F3FF  # colours of skin
        or 0x1160 <= code <= 0x11FF  # vowels and finals of Hangul
        or 0xD7B0 <= code <= 0xD7FF
    )
    return marks or (last in _HYPHENS and before[-2:-1].isalpha() and first.isalpha())


def _shortened(piece: str, longest: int) -> Iterator[str]:
    """Cut what is too long for a quote, before a letter rather than before a mark where that can be done."""
    start = 0
    while len(piece) - start > longest:
        end = start + longest
        while end > start + 1 and _clings(piece[start:end][-2:], piece[end]):
            end -= 1
        end = end if end > start + 1 else start + longest
        yield piece[start:end]
        start = end
    yield piece[start:]
