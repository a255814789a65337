"""Documents that are copies, near copies or of one person, and the groups that keep them together in folds."""

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import poisson

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError
from pellucid.schema import Finding, FindingKind, Measure
from pellucid.validation._looked import alarms_first
from pellucid.validation._shingles import PARTNERS, POSTINGS, Ints, NearPair, near_pairs

_SETS = 20  # sets of twins named one by one for each kind; the rest are counted
_NAMED = 20  # documents named in one finding
_LEVEL = 0.05
_DEPENDENT = 10  # how many times as many equal rows dependent columns may give as independent ones


class Twins(NamedTuple):
    """Which documents must not stand on both sides of a split.

    Attributes
    ----------
    ids : tuple of str
    exact : tuple of NearPair
        Every copy with the first document it is a copy of; similarity 1.
    near : tuple of NearPair
        Pairs above the threshold that are no exact copies.
    persons : tuple of (int, int)
        Every later document of a person with that person's first.
    components : ndarray of int, shape (n,)
        Set of each document, joined over all three kinds, numbered in order of appearance;
        a document without twins is a set of its own.
    searched : str
        What was looked for, in a sentence.
    by_chance : bool
        True where rows of a table are equal no more often than such columns make them.
    """

    ids: tuple[str, ...]
    exact: tuple[NearPair, ...]
    near: tuple[NearPair, ...]
    persons: tuple[tuple[int, int], ...]
    components: Ints
    searched: str
    by_chance: bool = False

    def looked_for(self) -> str:
        """Return what was looked for.

        Returns
        -------
        str
        """
        return self.searched

    def findings(self, groups: Sequence[Hashable] | NDArray[Any] | None = None) -> tuple[Finding, ...]:
        """Name the sets of twins.

        Parameters
        ----------
        groups : sequence of hashable of length n, or None, default=None
            Groups that are kept together in folds, or the part each document stands in;
            None where documents are split one by one.

        Returns
        -------
        tuple of Finding
            An alarm for every set that reaches over two groups; a set within one group is
            only to be known. At most twenty sets of a kind are named, those that reach over
            groups and the largest first, then one finding counts the rest.

        Raises
        ------
        InvalidInputError
            If `groups` has another length.
        """
        own = np.arange(len(self.ids)) if groups is None else _group_numbers(groups, len(self.ids))
        found = []
        for kind, pairs in (
            (FindingKind.DUPLICATE, [(pair.first, pair.second) for pair in self.exact]),
            (FindingKind.NEAR_DUPLICATE, [(pair.first, pair.second) for pair in self.near]),
            (FindingKind.SHARED_PERSON, list(self.persons)),
        ):
            found += self._of_kind(kind, pairs, own)
        return alarms_first(found)

    def _of_kind(self, kind: FindingKind, pairs: list[tuple[int, int]], groups: Ints) -> list[Finding]:
        """Name the sets that pairs of one kind make."""
        joined = _components(len(self.ids), pairs)
        sizes = np.bincount(joined)
        sets = [np.flatnonzero(joined == number) for number in np.flatnonzero(sizes > 1)]
        apart = [len(np.unique(groups[members])) > 1 for members in sets]
        order = sorted(range(len(sets)), key=lambda at: (not apart[at], -len(sets[at]), int(sets[at][0])))
        found = [self._finding(kind, sets[at], apart[at]) for at in order[:_SETS]]
        rest = order[_SETS:]
        if rest:
            documents = sum(len(sets[at]) for at in rest)
            found.append(
                Finding(
                    kind=kind,
                    subject=f"{len(rest):,} more sets",
                    alarm=any(apart[at] for at in rest) and not self.by_chance,
                    said=f"{len(rest):,} more sets of such documents, {documents:,} documents in all, are not named.",
                )
            )
        return found

    def _finding(self, kind: FindingKind, members: NDArray[np.intp], apart: bool) -> Finding:
        """Name one set."""
        names = [self.ids[member] for member in members]
        others = f"“{names[1]}”" if len(names) == 2 else f"{len(names) - 1:,} others"
        alike = [pair.similarity for pair in self.near if pair.first in members and pair.second in members]
        figure, how = Measure(value=None), "belong to one person"
        if kind is FindingKind.DUPLICATE:
            figure, how = Measure(value=1.0), "are copies of each other"
        elif kind is FindingKind.NEAR_DUPLICATE:
            figure, how = Measure(value=max(alike)), f"are nearly the same (Jaccard similarity up to {max(alike):.2f})"
        alarm = apart and not self.by_chance
        meaning = "They are kept together."
        if apart:
            meaning = "Split apart, a model is tested on what it was trained on: keep them in one group."
        if self.by_chance and kind is FindingKind.DUPLICATE:
            meaning = "Such columns can make as many equal rows by chance, so this alone is no sign of copies."
        return Finding(
            kind=kind,
            subject=f"“{names[0]}” and {others}",
            alarm=alarm,
            said=f"“{names[0]}” and {others} {how}. {meaning}",
            figure=figure,
            documents=tuple(names[:_NAMED]),
        )


def find_twins(
    texts: Sequence[str],
    *,
    ids: Sequence[str] | None = None,
    shingle: int = 5,
    jaccard: float = 0.8,
    persons: Sequence[Hashable] | NDArray[Any] | None = None,
) -> Twins:
    """Find documents that are copies, near copies or of one person.

    Copies are the same after small letters and single spaces. Near copies share at least
    `jaccard` of their sets of word shingles, punctuation aside. All pairs are found, save
    among documents that are nearly all boilerplate: there each is compared with some
    hundreds that share it, and at most twenty partners of one document are listed.
    `looked_for` then says so.

    Parameters
    ----------
    texts : sequence of str
    ids : sequence of str or None, default=None
        Names of the documents; ``"row 0"``, ``"row 1"``, ... where not given.
    shingle : int, default=5
        Words in a shingle.
    jaccard : float, default=0.8
        Least similarity of near copies, from 0.5 to 1.
    persons : sequence of hashable or None, default=None
        Whose document it is; None or NaN where that is not known, which joins nothing.

    Returns
    -------
    Twins

    Raises
    ------
    InvalidInputError

    References
    ----------
    Broder, A. Z. (1997). On the resemblance and containment of documents. Proceedings of
    Compression and Complexity of Sequences, 21-29.

    Examples
    --------
    >>> twins = find_twins(["No pain.", "no  pain.", "Pain at night."], persons=["x", "y", "y"])
    >>> twins.exact, twins.persons, twins.components.tolist()
    ((NearPair(first=0, second=1, similarity=1.0),), ((1, 2),), [0, 0, 0])
    >>> [finding.kind.value for finding in twins.findings()]
    ['duplicate', 'shared person']
    """
    check_number("shingle", shingle, low=1, high=100, whole=True)
    check_number("jaccard", jaccard, low=0.5, high=1)
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise InvalidInputError("texts: a list of strings is expected, one per document")
    names = _names(ids, len(texts))
    exact = _first_of_each([" ".join(text.casefold().split()) for text in texts])
    copies = {second for _, second in exact}
    single = [place for place in range(len(texts)) if place not in copies]
    found = near_pairs([texts[place] for place in single], shingle=shingle, jaccard=jaccard)
    near = tuple(NearPair(single[pair.first], single[pair.second], pair.similarity) for pair in found.pairs)
    shared = _persons(persons, len(texts))
    pairs = [*exact, *((pair.first, pair.second) for pair in near), *shared]
    said = (
        f"Copies, and near copies (sets of {shingle}-word shingles, Jaccard similarity of at least {jaccard:g}), were "
        f"looked for among all pairs of {len(texts):,} documents"
    )
    said += ", and documents of one person by the given column." if persons is not None else "; persons were not given."
    if not found.searched_all:
        said += (
            f" Where a shingle stands in over {POSTINGS} documents that are nearly all boilerplate, only "
            f"the {POSTINGS} nearest in length were compared."
        )
    if not found.listed_all:
        said += f" At most {PARTNERS} near copies of one document are listed; all that were found are joined."
    return Twins(
        names,
        tuple(NearPair(first, second, 1.0) for first, second in exact),
        near,
        tuple(shared),
        _components(len(texts), pairs),
        said,
    )


def find_row_twins(
    table: pd.DataFrame, *, ids: Sequence[str] | None = None, persons: Sequence[Hashable] | NDArray[Any] | None = None
) -> Twins:
    """Find rows that are equal in every column, for tables without text.

    A missing cell equals a missing cell. A few coarse columns make equal rows by chance;
    so equal rows count as copies only where two yardsticks are passed: there are more
    pairs of them than pairs that differ in exactly one column (chance makes more of the
    latter, copying none), and more, at the 5% level, than ten times what independent
    columns with these values would give.

    Parameters
    ----------
    table : pandas.DataFrame of shape (n, columns)
        Without the outcome.
    ids, persons
        As in `find_twins`.

    Returns
    -------
    Twins
        `by_chance` tells whether equal rows are alarms.

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> table = pd.DataFrame({"age": [41, 56, 41], "sex": ["f", "m", "f"]})
    >>> find_row_twins(table).components.tolist()
    [0, 1, 0]
    """
    if not isinstance(table, pd.DataFrame) or not table.shape[1]:
        raise InvalidInputError("table: a DataFrame with at least one column is expected")
    names = _names(ids, len(table))
    codes = np.column_stack([_codes(table.iloc[:, at]) for at in range(table.shape[1])])
    rows = _rows(codes)
    exact = _first_of_each(rows.tolist())
    shared = _persons(persons, len(table))
    said = (
        f"Rows equal in all {table.shape[1]} columns were looked for among {len(table):,} rows; equal rows are an "
        "alarm where there are more than chance makes in such columns"
    )
    said += ", and documents of one person by the given column." if persons is not None else "; persons were not given."
    return Twins(
        names,
        tuple(NearPair(first, second, 1.0) for first, second in exact),
        (),
        tuple(shared),
        _components(len(table), [*exact, *shared]),
        said,
        by_chance=_chance_explains(codes, rows),
    )


def grouped_by_twins(components: Ints, groups: Sequence[Hashable] | NDArray[Any] | None = None) -> Ints:
    """Join sets of twins with groups, so that folds keep both together.

    Parameters
    ----------
    components : ndarray of int, shape (n,)
        As in `Twins.components`.
    groups : sequence of hashable of length n, or None, default=None
        None or NaN in it joins nothing.

    Returns
    -------
    ndarray of int, shape (n,)
        Numbered from 0 in order of appearance; two documents have the same number where a
        chain of shared sets and groups leads from one to the other.

    Raises
    ------
    InvalidInputError
        If the lengths differ.

    Examples
    --------
    >>> grouped_by_twins(np.array([0, 1, 1, 2]), ["x", "x", "y", None]).tolist()
    [0, 0, 0, 1]
    """
    components = np.asarray(components)
    if components.ndim != 1:
        raise InvalidInputError(f"components: got shape {components.shape}; one number per document is expected")
    pairs = _first_of_each(components.tolist())
    if groups is not None:
        pairs += _first_of_each(_group_numbers(groups, len(components)).tolist())
    return _components(len(components), pairs)


def _names(ids: Sequence[str] | None, n: int) -> tuple[str, ...]:
    if not n:
        raise InvalidInputError("documents: got none; at least one is needed")
    if ids is None:
        return tuple(f"row {place}" for place in range(n))
    if len(ids) != n or len(set(ids)) != n:
        raise InvalidInputError(
            f"ids: got {len(ids)} ({len(set(ids))} different) for {n} documents; each needs its own"
        )
    return tuple(str(name) for name in ids)


def _persons(persons: Sequence[Hashable] | NDArray[Any] | None, n: int) -> list[tuple[int, int]]:
    return [] if persons is None else _first_of_each(_group_numbers(persons, n, "persons").tolist())


def _group_numbers(groups: Sequence[Hashable] | NDArray[Any], n: int, name: str = "groups") -> Ints:
    """Give numbers to groups; a missing one is a group of its own."""
    if len(groups) != n:
        raise InvalidInputError(f"{name}: got {len(groups)} for {n} documents; one each is expected")
    numbers = _codes(pd.Series(list(groups), dtype=object))
    missing = numbers < 0
    numbers[missing] = numbers.max(initial=-1) + 1 + np.arange(int(missing.sum()))
    return numbers


def _codes(column: pd.Series) -> Ints:
    """Give numbers to the values of a column; -1 where one is missing."""
    return np.asarray(pd.factorize(column)[0], dtype=np.int64)


def _first_of_each(values: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pair every value that was there before with its first place."""
    first: dict[Hashable, int] = {}
    places = [first.setdefault(value, place) for place, value in enumerate(values)]
    return [(earlier, place) for place, earlier in enumerate(places) if earlier != place]


def _components(n: int, pairs: Sequence[tuple[int, int]]) -> Ints:
    """Give numbers to connected sets in order of appearance."""
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    return _codes(pd.Series(connected_components(graph, directed=False)[1]))


def _rows(codes: Ints) -> Ints:
    """Give numbers to the rows of a table of codes, equal rows alike."""
    rows = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T:
        key = rows * (int(column.max()) + 2) + column + 1
        rows = np.asarray(np.unique(key, return_inverse=True)[1], dtype=np.int64)
    return rows


def _pairs_alike(numbers: Ints) -> int:
    sizes = np.unique(numbers, return_counts=True)[1]
    return int((sizes * (sizes - 1) // 2).sum())


def _chance_explains(codes: Ints, rows: Ints) -> bool:
    """Whether equal rows are no more than rows that nearly are, or than independent columns would give."""
    equal, columns = _pairs_alike(rows), codes.shape[1]
    if not equal:
        return True
    pairs = len(codes) * (len(codes) - 1) / 2
    without = [_rows(np.delete(codes, column, axis=1)) for column in range(columns)] if columns > 1 else []
    nearly = sum(_pairs_alike(one) - equal for one in without)
    expected = pairs * float(np.prod([_pairs_alike(codes[:, column]) / pairs for column in range(columns)]))
    return equal <= nearly or float(poisson.sf(equal - 1, _DEPENDENT * expected)) > _LEVEL
