"""Which tokens of many questions go into one pass over a document, and which of them see which."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Tokens = tuple[int, ...]


class Choice(NamedTuple):
    """One question with fixed answers, as token ids.

    Attributes
    ----------
    suffix : tuple of int
        What follows the document: the wording, up to where the answer begins. At least one token.
    labels : tuple of tuple of int
        The tokens of each answer, none of them empty.
    """

    suffix: Tokens
    labels: tuple[Tokens, ...]


class Pack(NamedTuple):
    """The tokens of one pass, as a forest: each token sees the document and its own ancestors.

    Attributes
    ----------
    tokens, depths : ndarray of int of shape (n,)
        The tokens, and how far each stands behind the document.
    sees : ndarray of bool of shape (n, n)
        Whether the token of a row sees that of a column.
    reads : ndarray of int of shape (m,)
        The places whose next-token distribution is needed.
    rows, wanted, owners : ndarray of int of shape (k,)
        Which of `reads` gives the probability of which token, and to which label that
        counts; labels are numbered through all questions.
    """

    tokens: NDArray[np.int64]
    depths: NDArray[np.int64]
    sees: NDArray[np.bool_]
    reads: NDArray[np.int64]
    rows: NDArray[np.int64]
    wanted: NDArray[np.int64]
    owners: NDArray[np.int64]


class _Tree:
    """The tokens of one question: its suffix once, then its labels, which share their common beginnings.

    The last token of a label needs no place: its probability is read from the token before.
    """

    def __init__(self, suffix: Tokens, labels: Sequence[tuple[int, Tokens]]) -> None:
        self.tokens = list(suffix)
        self.parents = list(range(-1, len(suffix) - 1))
        self.reads: list[tuple[int, int, int]] = []  # place, token wanted, label
        self._below: dict[tuple[int, int], int] = {}
        for number, label in labels:
            place = len(suffix) - 1
            for token, following in pairwise((*label, -1)):
                self.reads.append((place, token, number))
                if following >= 0:
                    place = self._child(place, token)

    def _child(self, place: int, token: int) -> int:
        if (place, token) not in self._below:
            self._below[place, token] = len(self.tokens)
            self.tokens.append(token)
            self.parents.append(place)
        return self._below[place, token]


@lru_cache(maxsize=16)  # a questionnaire is put to many documents
def plan(choices: tuple[Choice, ...], limit: int) -> tuple[Pack, ...]:
    """Share out questions over as few passes as a limit allows.

    Parameters
    ----------
    choices : tuple of Choice
    limit : int
        Tokens in one pass. A question whose labels do not fit is put again for the rest of
        them; only a suffix with one label may be longer than the limit.

    Returns
    -------
    tuple of Pack

    Examples
    --------
    >>> [pack] = plan((Choice((7, 8), ((1,), (2, 3))), Choice((9,), ((1,), (2,)))), limit=64)
    >>> pack.tokens.tolist(), pack.depths.tolist()
    ([7, 8, 2, 9], [0, 1, 2, 0])
    """
    trees: list[_Tree] = []
    first = 0
    for choice in choices:
        trees.extend(_fitting(choice.suffix, list(enumerate(choice.labels, first)), limit))
        first += len(choice.labels)
    packs: list[list[_Tree]] = []
    room = 0
    for tree in trees:
        if not packs or len(tree.tokens) > room:
            packs.append([])
            room = limit
        packs[-1].append(tree)
        room -= len(tree.tokens)
    return tuple(_packed(pack) for pack in packs)


def _fitting(suffix: Tokens, labels: list[tuple[int, Tokens]], limit: int) -> list[_Tree]:
    tree = _Tree(suffix, labels)
    if len(tree.tokens) <= limit or len(labels) == 1:
        return [tree]
    half = len(labels) // 2
    return _fitting(suffix, labels[:half], limit) + _fitting(suffix, labels[half:], limit)


def _packed(trees: Sequence[_Tree]) -> Pack:
    tokens = [token for tree in trees for token in tree.tokens]
    depths = np.zeros(len(tokens), dtype=np.int64)
    sees = np.eye(len(tokens), dtype=np.bool_)
    reads: list[tuple[int, int, int]] = []
    start = 0
    for tree in trees:
        for place, parent in enumerate(tree.parents, start):
            if parent >= 0:  # parents stand before their children
                depths[place] = depths[start + parent] + 1
                sees[place] |= sees[start + parent]
        reads.extend((start + place, token, label) for place, token, label in tree.reads)
        start += len(tree.tokens)
    places, wanted, owners = (np.array(column, dtype=np.int64) for column in zip(*reads, strict=True))
    unique, rows = np.unique(places, return_inverse=True)
    return Pack(np.array(tokens, dtype=np.int64), depths, sees, unique, rows, wanted, owners)
