"""A test on texts: whether a model goes on with a text word for word, further than any other text could tell it."""

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from pellucid._checks import check_number, check_texts
from pellucid.memorisation._chance import Chance, Trial, counted
from pellucid.memorisation._memory_test import MemoryTest, Said, not_possible
from pellucid.memorisation._prompt import ask_continuation
from pellucid.memorisation._report import MemorisationTest

FAMILY = "text continuation"

LEAST_RUN = 8
"""Words in a row that have to be given back, at least."""

ALLOWED = 0.05
"""Share of hits allowed to a model without memory, where no texts from outside say what it is."""

_HIDDEN = 60  # words asked for, at most
_LEAST_WORDS = 40  # of a text that is long enough
_COMPARED = 2000  # other texts in which the hidden words are looked for
_WORD = re.compile(r"\w+")


class Hidden(NamedTuple):
    """A text cut in two.

    Attributes
    ----------
    name : str
    shown : str
        As it stands in the text.
    words : tuple of str
        The hidden words, in one case.
    known : int
        Longest run of them that stands elsewhere: in another text, or in what is shown.
    """

    name: str
    shown: str
    words: tuple[str, ...]
    known: int

    @property
    def needed(self) -> int:
        """Words in a row that make a hit."""
        return max(LEAST_RUN, self.known + 1)


def continuation_test(
    texts: "Sequence[str] | pd.Series[str]",
    *,
    outside: "Sequence[str] | pd.Series[str]" = (),
    trials: int = 25,
    seed: int = 0,
) -> MemoryTest:
    """Plan the test of texts: the first half is shown, the next words are asked for.

    A hit is a run of at least 8 words given back word for word, longer than any run of
    the hidden words that stands in what is shown or in another text (up to 2,000 others
    are searched): what can be had without memory of this text does not count.

    With texts from `outside`, of the same kind and surely not known to the model, the
    same is asked of them, and hits are compared by Fisher's exact test. Without them the
    chance level is an allowance of 5%, not a measurement.

    Parameters
    ----------
    texts : sequence of str, or Series
        Texts with fewer than 40 words, and repeated ones, are passed over.
    outside : sequence of str, default=()
    trials : int, default=25
        Texts drawn, and as many from outside.
    seed : int, default=0
        Draws them.

    Returns
    -------
    MemoryTest

    Raises
    ------
    InvalidInputError
        If `trials` is below 1, or a text is empty or no text.

    References
    ----------
    Carlini, N., Ippolito, D., Jagielski, M., Lee, K., Tramer, F. and Zhang, C. (2023).
    Quantifying memorization across neural language models. International Conference on
    Learning Representations: a prefix is shown, and the suffix has to come back.

    Examples
    --------
    >>> texts = [" ".join(f"word{n * m % 83}" for n in range(60)) for m in range(1, 30)]
    >>> len(continuation_test(texts, trials=5).requests)
    5
    """
    check_number("trials", trials, low=1, whole=True)
    inside, beyond = check_texts(texts), check_texts(outside) if len(outside) else None
    random = np.random.default_rng(seed)
    different = [*dict.fromkeys([*inside.texts, *(beyond.texts if beyond else ())])]
    corpus = [_plain(different[place]) for place in random.permutation(len(different))[:_COMPARED]]
    drawn = _drawn(inside.names, inside.texts, corpus, trials, random)
    if not drawn:
        reason = f"no text has {_LEAST_WORDS} words or more and hidden words that do not stand elsewhere"
        return not_possible(FAMILY, _looked_for(), reason)
    apart = [f"outside {name}" for name in beyond.names] if beyond else []
    others = _drawn(apart, beyond.texts, corpus, trials, random) if beyond else []
    if beyond and not others:
        return not_possible(FAMILY, _looked_for(), "no text from outside is long enough, or stands nowhere else")
    requests = tuple(ask_continuation(one.name, one.shown, words=len(one.words)) for one in [*drawn, *others])
    return MemoryTest(FAMILY, requests, partial(_score, drawn, others))


def _looked_for() -> str:
    return f"at least {LEAST_RUN} hidden words come back in a row, more than stand in a row in any other text"


def _drawn(
    names: Sequence[str], texts: Sequence[str], corpus: Sequence[str], trials: int, random: np.random.Generator
) -> list[Hidden]:
    """Draw texts that can be cut in two, until there are enough."""
    first = {text: name for name, text in reversed([*zip(names, texts, strict=True)])}
    different = [*first]
    found: list[Hidden] = []
    for place in random.permutation(len(different)):
        text = different[place]
        cut = _cut(first[text], text, corpus)
        if cut is not None:
            found.append(cut)
        if len(found) == trials:
            break
    return found


def _cut(name: str, text: str, corpus: Sequence[str]) -> Hidden | None:
    """Cut a text in two; None where it is too short or its hidden words stand elsewhere."""
    words = [*_WORD.finditer(text)]
    if len(words) < _LEAST_WORDS:
        return None
    half = len(words) // 2
    shown = text[: words[half].start()].rstrip()
    hidden = tuple(word[0].casefold() for word in words[half : half + _HIDDEN])
    own = _plain(text)
    elsewhere = "\n".join([_plain(shown), *(other for other in corpus if other != own)])
    cut = Hidden(name, shown, hidden, _longest_within(hidden, elsewhere))
    return cut if cut.needed <= len(hidden) else None


def _score(drawn: Sequence[Hidden], others: Sequence[Hidden], said: Said) -> tuple[MemorisationTest, ...]:
    """Count the texts that were gone on with word for word."""
    hit = [Trial(one.name, _is_hit(one, back)) for one, back in zip([*drawn, *others], said, strict=True)]
    inside, beyond = hit[: len(drawn)], [one.hit for one in hit[len(drawn) :] if one.hit is not None]
    if others and not beyond:
        reason = "no reply about the texts from outside could be read"
        return (MemorisationTest(name=FAMILY, looked_for=_looked_for(), not_run=reason),)
    if others:
        outside = (sum(beyond), len(beyond))
        said_of = f"{outside[0]} of {outside[1]} texts from outside"
        return (counted(FAMILY, _looked_for(), inside, Chance(outside[0] / outside[1], said_of, outside)),)
    allowance = Chance(ALLOWED, "an allowance, not measured: no texts from outside were given")
    return (counted(FAMILY, _looked_for(), inside, allowance),)


def _is_hit(one: Hidden, said: tuple[str, ...] | None) -> bool | None:
    if said is None:
        return None
    return _longest_within(one.words, _plain(said[0])) >= one.needed


def _plain(text: str) -> str:
    """Return a text's words in one case, with single spaces around each."""
    return f" {' '.join(word.casefold() for word in _WORD.findall(text))} "


def _longest_within(words: Sequence[str], plain: str) -> int:
    """Return how many of the words, in a row, stand in a plain text, at most."""
    longest = start = 0
    for stop in range(1, len(words) + 1):
        while start < stop and f" {' '.join(words[start:stop])} " not in plain:
            start += 1
        longest = max(longest, stop - start)
    return longest
