"""The search for the fewest and nearest moves: every set of questions is bounded, few are looked into."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.explanation._counterfactual_moves import Floats, Moves
from pellucid.explanation._counterfactual_points import Ints, Landscape, along
from pellucid.schema import JointRule, Value

_TIE = 1e-9
"""Distances that differ by less are the same; the questionnaire's order then decides."""


class Found(NamedTuple):
    """One set of moves that gains enough.

    Attributes
    ----------
    places : tuple of int
        Movable questions.
    picks : tuple of int
        Which move of each.
    distance : float
    """

    places: tuple[int, ...]
    picks: tuple[int, ...]
    distance: float


class _Front(NamedTuple):
    """Moves worth looking at: further ones gain more."""

    distances: Floats
    gains: Floats
    picks: Ints  # of shape (n, n_places)
    places: tuple[int, ...]


class JointMasks:
    """Which moves go together, with one another and with answers that stay.

    Parameters
    ----------
    rules : sequence of (int, int, JointRule)
        Place of the movable question of `when`, of `then`, and the rule.
    moves : sequence of Moves
    before : sequence of int, float or str
        The answer at each place.
    """

    def __init__(
        self, rules: Sequence[tuple[int, int, JointRule]], moves: Sequence[Moves], before: Sequence[Value]
    ) -> None:
        self._rules = []
        for when, then, rule in rules:
            given = np.array([rule.when.holds(value) for value in moves[when].values], dtype=bool)
            kept = np.array([rule.then.holds(value) for value in moves[then].values], dtype=bool)
            self._rules.append((when, then, given, kept, rule.when.holds(before[when]), rule.then.holds(before[then])))
        self.links = frozenset((min(when, then), max(when, then)) for when, then, _ in rules)

    def alone(self, place: int, others: Sequence[int], size: int) -> NDArray[np.bool_]:
        """Say which moves of a question go with the answers that stay.

        Parameters
        ----------
        place : int
        others : sequence of int
            Places that move as well.
        size : int
            How many moves the question has.

        Returns
        -------
        ndarray of bool of shape (size,)
        """
        fine = np.ones(size, dtype=bool)
        for when, then, given, kept, given_before, kept_before in self._rules:
            if place == when and then not in others and not kept_before:
                fine &= ~given
            if place == then and when not in others and given_before:
                fine &= kept
        return fine

    def together(self, places: Sequence[int], picks: Sequence[Ints]) -> NDArray[np.bool_]:
        """Say which combinations of moves go together.

        Parameters
        ----------
        places : sequence of int
        picks : sequence of ndarray of int

        Returns
        -------
        ndarray of bool of shape (len(picks[0]), ...)
        """
        fine = np.ones([len(pick) for pick in picks], dtype=bool)
        for when, then, given, kept, *_ in self._rules:
            if when in places and then in places:
                first, second = places.index(when), places.index(then)
                held = along(given[picks[first]], first, len(places))
                fine &= ~held | along(kept[picks[second]], second, len(places))
        return fine


class Search:
    """Looks for the smallest changes, exactly.

    For each number of questions, all sets of so many are bounded at once: a set in which
    even the best moves gain too little is left out, and the others are looked into in
    the order of the distance they need at least, until no set left can be nearer. In a
    set, moves further than another that gains as much are dropped, question by question;
    questions that hang together (by a pair, a tree or a joint rule) are taken as one.

    Parameters
    ----------
    moves : sequence of Moves
        At least one move each.
    landscape : Landscape
    joint : JointMasks
    need : float
        Points to be gained.
    """

    def __init__(self, moves: Sequence[Moves], landscape: Landscape, joint: JointMasks, need: float) -> None:
        self._moves, self._landscape, self._joint, self._need = moves, landscape, joint, need
        self._links = landscape.links | joint.links
        self._linked = {place for link in self._links for place in link}
        self._shortest = [float(one.distances.min()) for one in moves]
        self._fronts: dict[int, _Front] = {}

    def run(self, most_changes: int, count: int) -> list[Found]:
        """Find the smallest changes.

        Parameters
        ----------
        most_changes : int
            Most questions changed.
        count : int
            How many sets of questions are wanted.

        Returns
        -------
        list of Found
            Fewest questions first, then smallest distance, then the questionnaire's order;
            none holds all questions of an earlier one.
        """
        found: list[Found] = []
        for size in range(1, min(most_changes, len(self._moves)) + 1):
            sets = all_sets(len(self._moves), size)
            if found:
                sets = sets[~_holds_one_of(sets, [one.places for one in found], len(self._moves))]
            found += self._nearest(sets, count - len(found))
            if len(found) >= count:
                break
        return found

    def _nearest(self, sets: Ints, wanted: int) -> list[Found]:
        """Look into sets of one size until none left can be nearer than those found."""
        least, slack = self._landscape.bounds(sets, self._need)
        able = np.flatnonzero(np.isfinite(least))
        kept: list[Found] = []
        for row in able[np.argsort(least[able], kind="stable")].tolist():
            limit = kept[wanted - 1].distance + _TIE if len(kept) >= wanted else np.inf
            if least[row] > limit:
                break
            one = self.best(tuple(sets[row].tolist()), float(slack[row]), limit)
            if one is not None:
                kept = sorted([*kept, one], key=lambda found: (round(found.distance / _TIE), found.places))[:wanted]
        return kept

    def best(self, places: tuple[int, ...], slack: float, limit: float) -> Found | None:
        """Find the nearest moves of exactly these questions that gain enough.

        Parameters
        ----------
        places : tuple of int
        slack : float
            Points beyond the need that they can gain at most.
        limit : float
            Distance beyond which nothing is wanted.

        Returns
        -------
        Found or None
        """
        shortest = {place: self._shortest[place] for place in places}
        spare = limit - sum(shortest.values()) + _TIE
        fronts = []
        for group in self._groups(places):
            if len(group) == 1 and group[0] not in self._linked:
                fronts.append(self._simple(group[0], spare + shortest[group[0]], slack))
            else:
                picks = [self._fine(place, places, spare + shortest[place], slack) for place in group]
                fronts.append(self._front(group, picks))
            if not len(fronts[-1].gains):
                return None
        fronts.sort(key=lambda front: len(front.gains))
        while len(fronts) > 2:
            fronts = sorted([_merged(fronts[0], fronts[1]), *fronts[2:]], key=lambda front: len(front.gains))
        return _joined(fronts, self._need)

    def _simple(self, place: int, limit: float, slack: float) -> _Front:
        """Give the moves worth looking at of a question that hangs together with no other."""
        if place not in self._fronts:
            self._fronts[place] = self._front((place,), [np.arange(len(self._moves[place].values))])
        front = self._fronts[place]
        # Distances and gains both rise, so that what is near enough and gains enough is a slice.
        first = front.gains.searchsorted(front.gains[-1] - slack - 1e-12, side="left")
        kept = slice(int(first), int(front.distances.searchsorted(limit, side="right")))
        return _Front(front.distances[kept], front.gains[kept], front.picks[kept], front.places)

    def _fine(self, place: int, places: tuple[int, ...], limit: float, slack: float) -> Ints:
        """List the moves of a question that are near enough, gain enough and go with what stays."""
        distances = self._moves[place].distances
        fine = (distances <= limit) & self._landscape.spare(place, slack)
        return np.flatnonzero(fine & self._joint.alone(place, places, len(distances)))

    def _groups(self, places: tuple[int, ...]) -> list[tuple[int, ...]]:
        """Part questions into groups that do not hang together."""
        if not self._links:
            return [(place,) for place in places]
        groups: list[set[int]] = []
        for place in places:
            near = [group for group in groups if any((other, place) in self._links for other in group)]
            groups = [group for group in groups if group not in near]
            groups.append({place}.union(*near))
        return sorted(tuple(sorted(group)) for group in groups)

    def _front(self, places: tuple[int, ...], picks: list[Ints]) -> _Front:
        """Combine the moves of questions that hang together, and keep those worth looking at."""
        gains = self._landscape.block(places, picks)
        if len(places) == 1:
            (pick,) = picks
            return _worthwhile(_Front(self._moves[places[0]].distances[pick], gains, pick[:, None], places))
        distances = np.zeros(gains.shape)
        for axis, (place, pick) in enumerate(zip(places, picks, strict=True)):
            distances += along(self._moves[place].distances[pick], axis, len(places))
        fine = np.flatnonzero(self._joint.together(places, picks).ravel())
        own = np.column_stack([pick[at] for pick, at in zip(picks, np.unravel_index(fine, gains.shape), strict=True)])
        return _worthwhile(_Front(distances.ravel()[fine], gains.ravel()[fine], own, places))


@lru_cache(maxsize=64)
def all_sets(n: int, size: int) -> Ints:
    """List every set of so many out of n, in order.

    Parameters
    ----------
    n, size : int

    Returns
    -------
    ndarray of int of shape (n_sets, size)

    Examples
    --------
    >>> all_sets(3, 2).tolist()
    [[0, 1], [0, 2], [1, 2]]
    """
    return np.array(list(combinations(range(n), size)), dtype=np.intp).reshape(-1, size)


def _holds_one_of(sets: Ints, smaller: Sequence[tuple[int, ...]], n: int) -> NDArray[np.bool_]:
    """Say which sets hold all of a smaller one."""
    within = np.zeros((len(sets), n), dtype=bool)
    within[np.arange(len(sets))[:, None], sets] = True
    held: NDArray[np.bool_] = np.logical_or.reduce([within[:, list(one)].all(axis=1) for one in smaller])
    return held


def _worthwhile(front: _Front) -> _Front:
    """Drop moves that are as far as another and gain no more."""
    order = np.lexsort((-front.gains, front.distances))
    gains = front.gains[order]
    before = np.maximum.accumulate(np.concatenate([[-np.inf], gains[:-1]])) if len(gains) else gains
    kept = order[gains > before]
    return _Front(front.distances[kept], front.gains[kept], front.picks[kept], front.places)


def _merged(first: _Front, second: _Front) -> _Front:
    """Combine every move of one with every one of another."""
    here, there = (at.ravel() for at in np.indices((len(first.gains), len(second.gains))))
    return _worthwhile(
        _Front(
            first.distances[here] + second.distances[there],
            first.gains[here] + second.gains[there],
            np.hstack([first.picks[here], second.picks[there]]),
            first.places + second.places,
        )
    )


def _joined(fronts: Sequence[_Front], need: float) -> Found | None:
    """Take the nearest of one front, or of two together, that gains enough."""
    first = fronts[0]
    picks: Any
    if len(fronts) == 1:
        at = int(np.searchsorted(first.gains, need, side="left"))
        if at == len(first.gains):
            return None
        places, picks, distance = first.places, first.picks[at].tolist(), float(first.distances[at])
    else:
        second = fronts[1]
        other = np.searchsorted(second.gains, need - first.gains, side="left")
        total = first.distances + np.append(second.distances, np.inf)[other]
        if not len(total) or not np.isfinite(total.min()):
            return None
        at = int(total.argmin())
        places = first.places + second.places
        picks = [*first.picks[at].tolist(), *second.picks[other[at]].tolist()]
        distance = float(total[at])
    order = sorted(range(len(places)), key=lambda place: places[place])
    return Found(tuple(places[place] for place in order), tuple(picks[place] for place in order), distance)
