"""Fold a text so that disguised words look alike, keeping the way back to every character of the original."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_ALIKE = (
    "аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs ԛq ԝw һh ԁd ӏl ѵv ոn սu օo ց9 ѐe ёe ђh ѡw ґr пn гr дd"  # Cyrillic
    " αa βb εe ηn ιi κk νv οo ρp τt υu χx γy σo ωw ϲc ϳj"  # Greek
    " ıi ȷj ɑa ɡg ɩi ɪi ʀr ꜱs ʟl ɴn ʏy ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ɢg ʜh ʙb ꜰf øo łl đd ħh ŧt ƒf"  # Latin
    ' ‘\' ’\' ‚\' ′\' ‹\' ›\' `\' ´\' “" ”" „" ‟" ″" «" »" ❝" ❞"'  # quote marks
    " ‐- ‑- ‒- –- —- −- ﹣- ∶: ꞉: ː: ⦗[ ⦘] ❴{ ❵} 〈< 〉> ❮< ❯> ⟨< ⟩> ǀ| ∣| │|"
    " œoe æae ðd þth"
)
_LOOKS = str.maketrans({pair[0]: pair[1:] for pair in _ALIKE.split()})
_MARKS = (range(0x0300, 0x0370), range(0x0591, 0x05C8), range(0x064B, 0x0660), range(0x0670, 0x0671))
_ONE_LETTER = str.maketrans("أإآٱىةё", "اااايهе")
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?P<gap>[ \t.\-_*·/|]{1,2})[^\W_](?:(?P=gap)[^\W_]){4,}(?![^\W_])")


class Folded(NamedTuple):
    """A folded text and where each of its characters stands in the original.

    Attributes
    ----------
    text : str
    places : ndarray of int or None
        Offset in the original of every character, and its length at the end; None where
        they are the same.
    """

    text: str
    places: NDArray[np.intp] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the original that a span stands for; end exclusive."""
        if self.places is None:
            return start, end
        return int(self.places[start]), int(self.places[end - 1]) + 1


def fold_latin(text: str) -> Folded:
    """Fold for words in Latin letters: look-alikes of other scripts become Latin, accents fall away.

    Parameters
    ----------
    text : str

    Returns
    -------
    Folded
        In small letters, without invisible characters.

    Examples
    --------
    >>> fold_latin("Ignоrе  ｐｒéｖïous").text
    'ignore  previous'
    """
    return _fold(text, _latin)


def fold_any(text: str) -> Folded:
    """Fold for words of any script: compatible forms become one, vowel points and invisible characters fall away.

    Parameters
    ----------
    text : str

    Returns
    -------
    Folded
    """
    return _fold(text, _plain)


def spelled_out(folded: Folded) -> Folded | None:
    """Join letters that stand apart, as in "i g n o r e"; None where there are none.

    Parameters
    ----------
    folded : Folded

    Returns
    -------
    Folded or None
        Only the joined runs, each followed by a line's end.
    """
    kept: list[int] = []
    pieces: list[str] = []
    for run in _SPACED.finditer(folded.text):
        letters = [place for place in range(run.start(), run.end()) if folded.text[place].isalnum()]
        pieces.append("".join(folded.text[place] for place in letters) + "\n")
        kept += [*letters, letters[-1]]
    if not kept:
        return None
    places = np.array(kept, dtype=np.intp)
    if folded.places is not None:
        places = folded.places[places]
    return Folded("".join(pieces), places)


def _fold(text: str, fold: Callable[[str], str]) -> Folded:
    if text.isascii():
        return Folded(text.lower(), None)
    folds = {letter: fold(letter) for letter in set(text)}
    pieces = [folds[letter] for letter in text]
    folded = "".join(pieces)
    if all(len(piece) == 1 for piece in folds.values()):
        return Folded(folded, None)
    lengths = np.fromiter(map(len, pieces), dtype=np.intp, count=len(pieces))
    places = np.repeat(np.arange(len(text), dtype=np.intp), lengths)
    return Folded(folded, places)


def _plain(letter: str) -> str:
    return "".join(_kept(unicodedata.normalize("NFKC", letter).casefold())).translate(_ONE_LETTER)


def _latin(letter: str) -> str:
    folded = unicodedata.normalize("NFKC", letter).casefold()
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(_kept(parts)).translate(_LOOKS)


def _kept(letters: str) -> Iterator[str]:
    """Leave out marks that only adorn, and what cannot be seen; show the invisible twins of ASCII."""
    for letter in letters:
        code = ord(letter)
        if 0xE0020 <= code < 0xE007F:
            yield chr(code - 0xE0000).lower()
            continue
        invisible = unicodedata.category(letter) == "Cf" or 0xFE00 <= code < 0xFE10 or 0xE0100 <= code < 0xE01F0
        if (
            not invisible
            and code not in (0x034F, 0x115F, 0x1160, 0x3164)
            and not any(code in marks for marks in _MARKS)
        ):
            yield letter
