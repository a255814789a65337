"""Which labelers repeat one another, found from how much more often two agree than their accuracies allow."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from pellucid.labeling._consensus_tree import Grouping
from pellucid.measures import Floats

_FEWEST = 5
"""Documents two labelers must both have voted on to be compared."""
BRANCHES = 3
"""With fewer groups than this, agreement no longer tells who is right."""
_SPREAD, _MIDDLE, _SURE = 0.15, 0.6, 0.25
_MERGE, _PAIR, _WEIGHT = 1.0, 0.5, 0.5


class Found(NamedTuple):
    """Groupings that agreement supports, best first.

    Attributes
    ----------
    groupings : list of tuple of tuple of int
    weights : ndarray of shape (n_groupings,)
        They add up to 1.
    """

    groupings: list[Grouping]
    weights: Floats


class Agreement(NamedTuple):
    """How often every two labelers agree, beyond chance (Cohen's kappa).

    Attributes
    ----------
    kappa, variance, both : ndarray of shape (m, m)
        `both` counts the documents that both voted on.
    """

    kappa: Floats
    variance: Floats
    both: Floats


def agreement(votes: Floats) -> Agreement:
    """Count agreement of every two labelers.

    Parameters
    ----------
    votes : ndarray of 0 and 1, shape (n, m, k)

    Returns
    -------
    Agreement
    """
    given = np.asarray(votes.any(axis=2), dtype=np.float64)
    both = given.T @ given
    agree = np.einsum("nav,nbv->ab", votes, votes, optimize=True)
    seen = np.maximum(both, 1)
    margins = np.einsum("nav,nb->vab", votes, given, optimize=True)
    chance = (margins * margins.transpose(0, 2, 1)).sum(axis=0) / seen**2
    room = np.maximum(1 - chance, 0.05)
    smooth = (agree + 1) / (both + 2)
    return Agreement((agree / seen - chance) / room, smooth * (1 - smooth) / seen / room**2, both)


def find_groupings(votes: Floats, *, most: int = 6, least: float = 0.03) -> Found:
    """Weigh groupings of labelers by what agreement says of them.

    Labelers that err independently agree, beyond chance, by the product of two strengths,
    one each. A grouping frees the pairs within its groups from that rule, at a price per
    pair and per merger; what the other pairs depart from it counts against it, and so do
    strengths that are far apart. The last point chooses between two readings that agreement
    cannot tell apart: a tight cluster is taken for copies, not for the only good labelers.

    Parameters
    ----------
    votes : ndarray of 0 and 1, shape (n, m, k)
    most : int, default=6
        Groupings kept, besides the one in which nobody repeats anybody.
    least : float, default=0.03
        Those with less weight than this share of the best are dropped.

    Returns
    -------
    Found

    References
    ----------
    Ratner, A. et al. (2019). Training complex models with multi-task weak supervision.
    AAAI 33, 4763-4771. Varma, P. et al. (2019). Learning dependency structures for weak
    supervision models. ICML, 6418-6427.
    """
    said = agreement(votes)
    m = len(said.kappa)
    apart: Grouping = tuple((one,) for one in range(m))
    if m <= BRANCHES:
        return Found([apart], np.ones(1))
    scores: dict[Grouping, float] = {}
    _scored([apart, *_linkage(said)], said, scores)
    for start in (apart, max(scores, key=lambda one: scores[one])):
        _climb(start, said, scores)
    ranked = sorted(scores, key=lambda one: (-scores[one], one))
    best = scores[ranked[0]]
    kept = [one for one in ranked[:most] if scores[one] > best + np.log(least)]
    kept += [apart] if apart not in kept else []
    weights = np.exp([scores[one] - best for one in kept])
    return Found(kept, weights / weights.sum())


def normal(groups: list[tuple[int, ...]]) -> Grouping:
    """Write a grouping in its one order.

    Parameters
    ----------
    groups : list of tuple of int

    Returns
    -------
    tuple of tuple of int
    """
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def _scored(groupings: Iterable[Grouping], said: Agreement, scores: dict[Grouping, float], rounds: int = 12) -> None:
    """Note the penalised fit of the pairs that each grouping leaves bound, for all of them at once."""
    fresh = [one for one in dict.fromkeys(groupings) if one not in scores]
    if not fresh:
        return
    m, seen, off = len(said.kappa), said.both >= _FEWEST, ~np.eye(len(said.kappa), dtype=bool)
    place = np.empty((len(fresh), m), dtype=np.intp)
    for at, grouping in enumerate(fresh):
        for number, group in enumerate(grouping):
            place[at, list(group)] = number
    same = place[:, :, None] == place[:, None, :]
    bound = np.where(~same & seen, 1 / said.variance, 0.0)
    inside = np.where(same & seen & off, 1 / said.variance, 0.0)
    strength, tight = np.full((len(fresh), m), _MIDDLE), 1 / _SPREAD**2
    for _ in range(rounds):
        mean = _mean(strength)
        for j in range(m):
            below = said.kappa[j] < strength[:, j, None] * strength
            weight = _WEIGHT * (bound[:, j] + inside[:, j] * below)
            fitted = (weight * strength * said.kappa[j]).sum(axis=1) + mean * tight
            strength[:, j] = np.clip(fitted / ((weight * strength**2).sum(axis=1) + tight), 0.02, 0.99)
    mean = _mean(strength)
    left = said.kappa - strength[:, :, None] * strength[:, None, :]
    misfit = 0.25 * ((bound + inside * (left < 0)) * left**2).sum(axis=(1, 2))
    apart = 0.5 * (((strength - mean[:, None]) / _SPREAD) ** 2).sum(axis=1) + 0.5 * ((mean - _MIDDLE) / _SURE) ** 2
    price = _MERGE * (m - np.array([len(one) for one in fresh])) + _PAIR * (inside > 0).sum(axis=(1, 2)) / 2
    met = ~(same & ~seen & off).any(axis=(1, 2))  # of two that never met, nothing is known
    found = np.where(met, -(_WEIGHT * misfit + apart + price), -np.inf)
    scores |= dict(zip(fresh, found.tolist(), strict=True))


def _mean(strength: Floats) -> Floats:
    """Mean strength of each row, drawn to what is expected."""
    tight = 1 / _SPREAD**2
    total = strength.sum(axis=1) * tight + _MIDDLE / _SURE**2
    return np.asarray(total / (strength.shape[1] * tight + 1 / _SURE**2))


def _climb(start: Grouping, said: Agreement, scores: dict[Grouping, float]) -> None:
    """Move to the best neighbouring grouping until none is better, noting every score on the way."""
    here = start
    while True:
        _scored(_moves(here), said, scores)
        best = max(_moves(here), key=lambda one: (scores[one], one), default=here)
        if scores[best] <= scores[here] + 1e-9:
            return
        here = best


def _moves(grouping: Grouping) -> Iterator[Grouping]:
    """Merge two groups, dissolve one, or let one labeler out of its group."""
    groups = list(grouping)
    if len(groups) > BRANCHES:
        for a in range(len(groups)):
            for b in range(a + 1, len(groups)):
                rest = [group for at, group in enumerate(groups) if at not in (a, b)]
                yield normal([*rest, groups[a] + groups[b]])
    for group in groups:
        rest = [one for one in groups if one != group]
        if len(group) > 1:
            yield normal([*rest, *((one,) for one in group)])
        if len(group) > 2:
            for one in group:
                yield normal([*rest, (one,), tuple(other for other in group if other != one)])


def _linkage(said: Agreement) -> Iterator[Grouping]:
    """Merge the two groups that agree most, on average, again and again."""
    trusted = (said.kappa * said.both + 0.1) / (said.both + 2)  # few documents say little
    closeness = np.log(np.clip(trusted, 0.02, 1.0))
    groups: list[tuple[int, ...]] = [(one,) for one in range(len(closeness))]
    while len(groups) > BRANCHES:
        pairs = [(a, b) for a in range(len(groups)) for b in range(a + 1, len(groups))]
        a, b = max(pairs, key=lambda pair: closeness[np.ix_(groups[pair[0]], groups[pair[1]])].mean())
        merged = groups[a] + groups[b]
        groups = [*(group for at, group in enumerate(groups) if at not in (a, b)), merged]
        yield normal(groups)
