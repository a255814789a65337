"""Bootstrap draws and jackknife groups of documents or whole clusters, as columns of weights."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.measures._kinds import Codes, Floats

Sizes = Literal["drawn", "kept"]

GROUPS = 200
"""The most parts that a jackknife leaves out one by one."""

_CELLS = 160_000  # documents × draws held at once: a few such arrays fit a processor's cache
_LEAST_BLOCK = 4


class _Units(NamedTuple):
    """What is drawn as a whole, in strata: the unit of each document and the stratum of each unit."""

    of_document: Codes
    strata: Codes


def stratified_draws(
    y: NDArray[Any], draws: int, seed: int, *, clusters: NDArray[Any] | None = None, class_sizes: Sizes = "drawn"
) -> Iterator[Floats]:
    """Draw documents with replacement within each class, or whole clusters within each kind of cluster.

    First the number of each class is drawn, as in a new sample of as many documents but
    never 0, then as many documents within it. This is the ordinary bootstrap, save that
    no draw lacks a class. Clusters are drawn likewise, in two kinds (with more classes
    several): those that hold a document of the rarer class, and the others. Numbers as
    outcome have no classes and one stratum.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class numbers from 0 (int), or numbers (float).
    draws : int
    seed : int
    clusters : ndarray of shape (n,) or None, default=None
        Which documents belong together.
    class_sizes : {"drawn", "kept"}, default="drawn"
        ``"kept"`` where the number of each class (of each kind of cluster) was chosen and
        not found, as in a case-control set: every draw then has those of the data.

    Yields
    ------
    ndarray of shape (n, some draws)
        How often each document was drawn; together `draws` columns.

    References
    ----------
    Davison, A. C. and Hinkley, D. V. (1997). Bootstrap Methods and their Application.
    Cambridge University Press, sections 3.2 and 3.8.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 1, 1])
    >>> weights = np.hstack(list(stratified_draws(y, 100, seed=0)))
    >>> weights.shape, sorted(set(weights[3:].sum(axis=0).tolist()))
    ((5, 100), [1.0, 2.0, 3.0, 4.0, 5.0])
    >>> kept = np.hstack(list(stratified_draws(y, 100, seed=0, class_sizes="kept")))
    >>> set(kept[:3].sum(axis=0).tolist())
    {3.0}
    """
    rng = np.random.default_rng(seed)
    units = _units(y, clusters)
    sizes = np.bincount(units.strata)
    members = [np.flatnonzero(units.strata == stratum) for stratum in range(len(sizes))]
    for width in blocks(draws, len(y)):
        drawn = np.zeros((width, len(units.strata)))
        totals = _totals(rng, sizes, width, class_sizes)
        for rows, total in zip(members, totals.T, strict=True):
            drawn[:, rows] = _counts(rng, len(rows), total)
        # One draw after the other in memory: measures sort and sum along documents.
        yield (drawn if clusters is None else drawn[:, units.of_document]).T


def jackknife(
    y: NDArray[Any], seed: int, *, clusters: NDArray[Any] | None = None, class_sizes: Sizes = "drawn"
) -> Floats:
    """Leave out one document (cluster) after the other, or one of `GROUPS` groups where there are more.

    Parameters
    ----------
    y, seed, clusters, class_sizes
        As in `stratified_draws`. Groups are dealt at random, where class sizes are kept
        within each class; what is left of a class then counts for all of it.

    Returns
    -------
    ndarray of shape (n, groups)
        Weights with a group left out.

    References
    ----------
    Shao, J. and Tu, D. (1995). The Jackknife and Bootstrap. Springer, section 2.3.

    Examples
    --------
    >>> jackknife(np.array([0, 0, 1]), seed=0)
    array([[0., 1., 1.],
           [1., 0., 1.],
           [1., 1., 0.]])
    """
    units = _units(y, clusters)
    count = len(units.strata)
    groups = min(count, GROUPS)
    order = np.random.default_rng(seed).permutation(count) if count > groups else np.arange(count)
    if class_sizes == "kept":
        order = order[np.argsort(units.strata[order], kind="stable")]
    group = np.empty(count, dtype=np.int64)
    group[order] = np.arange(count) % groups
    left = (group[:, None] != np.arange(groups)).astype(float)
    if class_sizes == "kept":
        for stratum in np.unique(units.strata):
            rows = units.strata == stratum
            left[rows] *= rows.sum() / np.maximum(left[rows].sum(axis=0), 1)
    return np.asfortranarray(left[units.of_document])


def blocks(draws: int, n: int) -> Iterator[int]:
    """Cut draws into parts that a processor's cache can hold.

    Parameters
    ----------
    draws, n : int

    Yields
    ------
    int
        How many draws a part has.

    Examples
    --------
    >>> list(blocks(40, 10_000))
    [16, 16, 8]
    """
    block = max(_LEAST_BLOCK, _CELLS // n)
    for done in range(0, draws, block):
        yield min(block, draws - done)


def _units(y: NDArray[Any], clusters: NDArray[Any] | None) -> _Units:
    """Find what is drawn as a whole and its stratum."""
    numbers = np.issubdtype(y.dtype, np.floating)
    strata = np.zeros(len(y), dtype=np.int64) if numbers else np.unique(y, return_inverse=True)[1].ravel()
    if clusters is None:
        return _Units(np.arange(len(y)), strata)
    found, of_document = np.unique(clusters, return_inverse=True)
    # The rarest class a cluster holds decides; of equally rare ones the higher, the event.
    rarity = np.lexsort((np.arange(strata.max() + 1), -np.bincount(strata))).argsort()
    kind = np.zeros(len(found), dtype=np.int64)
    np.maximum.at(kind, of_document.ravel(), rarity[strata])
    return _Units(of_document.ravel(), np.unique(kind, return_inverse=True)[1].ravel())


def _totals(rng: np.random.Generator, sizes: Codes, width: int, class_sizes: Sizes) -> Codes:
    """Say how many of each stratum a draw has; (width, strata)."""
    if class_sizes == "kept" or len(sizes) == 1:
        return np.tile(sizes, (width, 1))
    return np.maximum(rng.multinomial(sizes.sum(), sizes / sizes.sum(), size=width), 1)


def _counts(rng: np.random.Generator, size: int, totals: Codes) -> Floats:
    """Draw from `size` units as often as `totals` say; (draws, size)."""
    width = len(totals)
    places = rng.integers(0, size, size=int(totals.sum())) + np.repeat(np.arange(width) * size, totals)
    return np.bincount(places, minlength=width * size).reshape(width, size).astype(float)
