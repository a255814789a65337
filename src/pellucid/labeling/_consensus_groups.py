"""Which labelers repeat one another, found from how much more often two agree than their accuracies allow."""

from collections.abc import Iterator
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
    scores = {apart: _score(apart, said)}
    if m <= BRANCHES:
        return Found([apart], np.ones(1))
    for grouping in _linkage(said):
        scores[grouping] = _score(grouping, said)
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


def _score(grouping: Grouping, said: Agreement, rounds: int = 12) -> float:
    """Penalised fit of the pairs that a grouping leaves bound."""
    m = len(said.kappa)
    place = np.empty(m, dtype=np.intp)
    for at, group in enumerate(grouping):
        place[list(group)] = at
    same, seen = place[:, None] == place[None], said.both >= _FEWEST
    if (same & ~seen & ~np.eye(m, dtype=bool)).any():
        return -np.inf  # nothing is known of two that never met
    bound = np.where(~same & seen, 1 / said.variance, 0.0)
    inside = np.where(same & seen, 1 / said.variance, 0.0)
    np.fill_diagonal(inside, 0.0)
    strength, tight = np.full(m, _MIDDLE), 1 / _SPREAD**2
    for _ in range(rounds):
        mean = (strength.sum() * tight + _MIDDLE / _SURE**2) / (m * tight + 1 / _SURE**2)
        for j in range(m):
            weight = _WEIGHT * (bound[j] + inside[j] * (said.kappa[j] < strength[j] * strength))
            fitted = (weight * strength * said.kappa[j]).sum() + mean * tight
            strength[j] = min(max(fitted / ((weight * strength**2).sum() + tight), 0.02), 0.99)
    mean = (strength.sum() * tight + _MIDDLE / _SURE**2) / (m * tight + 1 / _SURE**2)
    left = said.kappa - np.outer(strength, strength)
    misfit = 0.25 * ((bound + inside * (left < 0)) * left**2).sum()
    apart = 0.5 * (((strength - mean) / _SPREAD) ** 2).sum() + 0.5 * ((mean - _MIDDLE) / _SURE) ** 2
    freed = (inside > 0).sum() / 2
    return -float(_WEIGHT * misfit + apart + _MERGE * (m - len(grouping)) + _PAIR * freed)


def _climb(start: Grouping, said: Agreement, scores: dict[Grouping, float]) -> None:
    """Move to the best neighbouring grouping until none is better, noting every score on the way."""
    here = start
    while True:
        for one in _moves(here):
            if one not in scores:
                scores[one] = _score(one, said)
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
