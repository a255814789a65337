"""Texts that share most of their word sequences: an exact Jaccard join over shingles that stays below all pairs."""

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

POSTINGS = 300
"""Earlier documents looked at for one shared shingle; beyond that the most alike in length are taken."""
PARTNERS = 20
"""Near twins listed for one document; beyond that its other twins are only joined, not listed."""

_CHUNK = 32  # candidates compared at once at first, then twice as many each time
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Scripts written without spaces: every character is a word of its own.
_WORD = re.compile(rf"[{_SPACELESS}]|[^\s!-/:-@\[-`{{-~\u00a1-\u00bf\u2010-\u205e\u3000-\u303f{_SPACELESS}]+")


class NearPair(NamedTuple):
    """Two texts and how alike they are.

    Attributes
    ----------
    first, second : int
        Places in the sequence, `first` below `second`.
    similarity : float
        Jaccard similarity of their sets of shingles, 0 to 1.
    """

    first: int
    second: int
    similarity: float


class NearPairs(NamedTuple):
    """What a search for near twins found.

    Attributes
    ----------
    pairs : tuple of NearPair
    searched_all : bool
        False where a shingle stood in so many documents that some were not compared.
    listed_all : bool
        False where a document had more twins than are listed.
    """

    pairs: tuple[NearPair, ...]
    searched_all: bool
    listed_all: bool


def words(text: str) -> list[str]:
    """Split a text into words without punctuation, in small letters and compatible forms.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> words("Aged 56;  NO pain.")
    ['aged', '56', 'no', 'pain']
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def near_pairs(texts: Sequence[str], *, shingle: int, jaccard: float) -> NearPairs:
    """Find every pair of texts whose sets of word shingles are alike.

    Shingles are ranked from rare to common. Two sets can only be alike enough if they
    share one of the rare ones at the head of both, so that only those heads are indexed;
    and the places at which the last shared one of the heads stands bound what the rest can share. A
    candidate that passes is compared exactly. Boilerplate ranks last, so it makes
    candidates only where it is nearly the whole text; there the work is bounded by
    `POSTINGS` documents for each shingle at a head, and `searched_all` is False.

    Parameters
    ----------
    texts : sequence of str
    shingle : int
        Words in a shingle; a shorter text is one shingle.
    jaccard : float
        Least similarity, above 0 up to 1.

    Returns
    -------
    NearPairs
        Every connected set of near twins is connected by the listed pairs, also where not
        all are listed.

    References
    ----------
    Broder, A. Z. (1997). On the resemblance and containment of documents. Proceedings of
    Compression and Complexity of Sequences, 21-29.

    Xiao, C., Wang, W., Lin, X. and Yu, J. X. (2008). Efficient similarity joins for near
    duplicate detection. Proceedings of the 17th International Conference on World Wide
    Web, 131-140.

    Examples
    --------
    >>> near_pairs(["a b c d e f", "x y z", "a b c d e f g"], shingle=2, jaccard=0.8).pairs
    (NearPair(first=0, second=2, similarity=0.8333333333333334),)
    """
    sets = _shingle_sets(texts, shingle)
    alike, kept = _equal_sets(sets)
    join = _Join(sets, kept, jaccard)
    for place in range(len(join.documents)):
        join.take(place)
    pairs = sorted([*alike, *join.pairs])
    return NearPairs(tuple(pairs), not join.cut, not join.unlisted)


class _Sets(NamedTuple):
    """The shingles of every text, numbered from rare to common; those of text i at starts[i] to starts[i + 1]."""

    shingles: Ints
    starts: Ints
    total: int

    def of(self, text: int) -> Ints:
        """Return the shingles of one text."""
        return self.shingles[self.starts[text] : self.starts[text + 1]]


def _shingle_sets(texts: Sequence[str], size: int) -> _Sets:
    """Return numbered shingles, without hashing, so that no two different ones are ever taken for the same."""
    vocabulary: dict[str, int] = {}
    coded = []
    for text in texts:
        codes = [vocabulary.setdefault(word, len(vocabulary) + 1) for word in words(text)]
        # A short text is padded to one shingle; one without any word has none.
        coded.append(codes + [0] * (size - len(codes)) if codes else codes)
    lengths = np.array([len(codes) for codes in coded], dtype=np.int64)
    flat = np.concatenate([np.array(codes, dtype=np.int64) for codes in coded])
    owner = np.repeat(np.arange(len(texts)), lengths)
    grams = flat
    for step in range(1, size):
        key = grams[: len(flat) - step] * (len(vocabulary) + 1) + flat[step:]
        grams = np.unique(key, return_inverse=True)[1].astype(np.int64)
    whole = owner[: len(grams)] == owner[size - 1 :]  # a shingle lies within one text
    owner, grams = owner[: len(grams)][whole], grams[whole]
    if not len(grams):
        return _Sets(grams, np.zeros(len(texts) + 1, dtype=np.int64), 0)
    total = int(grams.max()) + 1
    pairs = np.unique(owner * total + grams)  # each shingle once in a text
    owner, grams = pairs // total, pairs % total
    rank = np.empty(total, dtype=np.int64)
    rank[np.argsort(np.bincount(grams, minlength=total), kind="stable")] = np.arange(total)
    shingles = np.sort(owner * total + rank[grams]) % total
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(texts)))])
    return _Sets(shingles, starts, total)


def _equal_sets(sets: _Sets) -> tuple[list[NearPair], list[int]]:
    """Pair every text that has the very shingles of an earlier one with it, and return the others."""
    first: dict[bytes, int] = {}
    pairs = []
    for text in range(len(sets.starts) - 1):
        own = sets.of(text)
        if len(own):
            earlier = first.setdefault(own.tobytes(), text)
            if earlier != text:
                pairs.append(NearPair(earlier, text, 1.0))
    return pairs, list(first.values())


class _Join:
    """The running join: texts in order of size, each compared with those before it that share a rare shingle."""

    def __init__(self, sets: _Sets, kept: Sequence[int], jaccard: float) -> None:
        self.jaccard = jaccard
        self.pairs: list[NearPair] = []
        self.cut = self.unlisted = False
        sizes = np.diff(sets.starts)
        self.documents = sorted(kept, key=lambda text: (sizes[text], text))
        self.sets = sets
        self.sizes = sizes[self.documents]
        self._starts = sets.starts[self.documents]
        self._component = np.arange(len(self.documents))
        self._members = {place: [place] for place in range(len(self.documents))}
        self._marked = np.zeros(sets.total + 1, dtype=np.int64)
        self._lay_out()

    def _lay_out(self) -> None:
        """Give every shingle at an indexed head its slots, in order of the texts' size."""
        heads = [self._head(place, 2 * self.jaccard / (1 + self.jaccard)) for place in range(len(self.documents))]
        flat = np.concatenate([np.zeros(0, dtype=np.int64), *heads])
        owner = np.repeat(np.arange(len(heads)), [len(head) for head in heads])
        where = np.concatenate([np.zeros(0, dtype=np.int64), *(np.arange(len(head)) for head in heads)])
        order = np.argsort(flat, kind="stable")
        self._posted, self._posted_where = owner[order], where[order]
        counts = np.bincount(flat, minlength=self.sets.total + 1)
        self._slots = np.concatenate([[0], np.cumsum(counts)])
        self._filled = np.zeros(self.sets.total + 1, dtype=np.int64)
        self._heads = heads

    def _head(self, place: int, share: float) -> Ints:
        """Return the rare shingles one of which must be shared for `share` of all to be."""
        own = self.sets.of(self.documents[place])
        return own[: len(own) - math.ceil(share * len(own) - 1e-9) + 1]

    def take(self, place: int) -> None:
        """Compare one text with those before it, then index it."""
        candidates = self._candidates(place)
        if len(candidates):
            self._compare(place, candidates)
        self._filled[self._heads[place]] += 1

    def _candidates(self, place: int) -> Ints:
        """Return earlier texts that may be alike enough, those that share most of the head first."""
        size = self.sizes[place]
        head = self._head(place, self.jaccard)
        filled = self._filled[head]
        lengths = np.minimum(filled, POSTINGS)
        total = int(lengths.sum())
        if not total:
            return np.zeros(0, dtype=np.int64)
        self.cut = self.cut or bool((filled > POSTINGS).any())
        begins = self._slots[head] + filled - lengths
        at = np.repeat(begins - (np.cumsum(lengths) - lengths), lengths) + np.arange(total)
        where = np.repeat(np.arange(len(head)), lengths)
        posted = self._posted[at]
        order = np.argsort(posted, kind="stable")
        first = np.flatnonzero(np.diff(posted[order], prepend=-1))
        shared = np.diff(first, append=total)
        others, last = posted[order[first]], order[first + shared - 1]
        other_sizes = self.sizes[others]
        # What follows the last shared shingle of the heads bounds what can be shared in all.
        most = shared + np.minimum(size - where[last], other_sizes - self._posted_where[at][last]) - 1
        least = np.ceil(self.jaccard / (1 + self.jaccard) * (size + other_sizes) - 1e-9)
        possible = (most >= least) & (other_sizes >= self.jaccard * size - 1e-9)
        return others[possible][np.argsort(-shared[possible], kind="stable")]

    def _compare(self, place: int, candidates: Ints) -> None:
        """List and join the candidates that are alike; once many are listed, only those that would join a new set."""
        own = self.sets.of(self.documents[place])
        self._marked[own] = 1
        listed, chunk = 0, _CHUNK
        while len(candidates):
            alike = self._similarities(len(own), candidates[:chunk])
            for found in np.flatnonzero(alike >= self.jaccard - 1e-12):
                other = int(candidates[found])
                if listed < PARTNERS or self._component[other] != self._component[place]:
                    listed += 1
                    pair = sorted((self.documents[place], self.documents[other]))
                    self.pairs.append(NearPair(pair[0], pair[1], float(alike[found])))
                    self._unite(place, other)
                else:
                    self.unlisted = True
            candidates, chunk = candidates[chunk:], 2 * chunk
            if listed >= PARTNERS:
                fresh = candidates[self._component[candidates] != self._component[place]]
                self.unlisted = self.unlisted or len(fresh) < len(candidates)
                candidates = fresh
        self._marked[own] = 0

    def _similarities(self, size: int, others: Ints) -> NDArray[np.float64]:
        """Return the exact similarity of the marked set and each of the others."""
        lengths = self.sizes[others]
        ends = np.cumsum(lengths)
        at = np.repeat(self._starts[others] - (ends - lengths), lengths) + np.arange(ends[-1])
        shared = np.add.reduceat(self._marked[self.sets.shingles[at]], ends - lengths)
        return np.asarray(shared / (size + lengths - shared))

    def _unite(self, one: int, other: int) -> None:
        """Join two connected sets, the smaller into the larger."""
        into, gone = int(self._component[one]), int(self._component[other])
        if into == gone:
            return
        if len(self._members[into]) < len(self._members[gone]):
            into, gone = gone, into
        moved = self._members.pop(gone)
        self._component[moved] = into
        self._members[into].extend(moved)
