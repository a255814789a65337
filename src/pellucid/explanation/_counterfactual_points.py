"""What moves are worth in points, one by one and together, read off a score card's own tables, lines and tree."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.explanation._counterfactual_moves import Floats, Moves
from pellucid.glassbox import LinePart, ScoreCard, SlopedPart, TreePart

Ints = NDArray[np.intp]


class Landscape(ABC):
    """What the moves of one document are worth.

    Attributes
    ----------
    most : float
        Upper bound of what all moves together can gain.
    """

    links: frozenset[tuple[int, int]]
    """Places of movable questions whose points depend on one another, lower first."""

    @abstractmethod
    def bounds(self, sets: Ints, need: float) -> tuple[Floats, Floats]:
        """Bound what sets of questions can reach.

        Parameters
        ----------
        sets : ndarray of int of shape (n_sets, size)
            Places of movable questions.
        need : float
            Points to be gained.

        Returns
        -------
        distance : ndarray of shape (n_sets,)
            No change of all these questions that gains enough is nearer; infinite where none can.
        slack : ndarray of shape (n_sets,)
            Points that can at most be gained beyond the need.
        """

    @abstractmethod
    def spare(self, place: int, slack: float) -> NDArray[np.bool_]:
        """Say which moves of a question can be part of a set with so much slack.

        Parameters
        ----------
        place : int
        slack : float

        Returns
        -------
        ndarray of bool
        """

    @abstractmethod
    def block(self, places: Sequence[int], picks: Sequence[Ints]) -> Floats:
        """Give the points gained by every combination of some moves.

        Parameters
        ----------
        places : sequence of int
            Movable questions.
        picks : sequence of ndarray of int
            Which moves of each.

        Returns
        -------
        ndarray of shape (len(picks[0]), len(picks[1]), ...)
        """


class TermLandscape(Landscape):
    """Of a card of terms: each question has points of its own, and pairs add to them.

    Parameters
    ----------
    card : ScoreCard
        Of two classes.
    codes : ndarray of shape (n_questions,)
        The document's answers as the card reads them.
    asked : sequence of int
        The question of each movable place.
    moves : sequence of Moves
    sign : float
        1 where the score is to rise, -1 where it is to fall.
    """

    def __init__(
        self, card: ScoreCard, codes: Floats, asked: Sequence[int], moves: Sequence[Moves], sign: float
    ) -> None:
        self._moves = moves
        place_of = {question: place for place, question in enumerate(asked)}
        self._alone = [np.zeros(len(one.codes)) for one in moves]
        self._pairs: dict[tuple[int, int], Floats] = {}
        for part in card.parts:  # type: ignore[union-attr]
            for question in part.questions:
                if question in place_of:
                    place = place_of[question]
                    self._alone[place] += sign * _worth(part, codes, question, moves[place].codes)
            if len(part.questions) == 2 and set(part.questions) <= set(place_of):
                self._add_pair(part, codes, [place_of[question] for question in part.questions], sign)
        self.links = frozenset(self._pairs)
        self._peak = np.array([alone.max() for alone in self._alone])
        self._bonus = np.zeros((len(moves), len(moves)))
        for (first, second), extra in self._pairs.items():
            self._bonus[first, second] = self._bonus[second, first] = max(0.0, float(extra.max()))

    def _add_pair(self, part: Any, codes: Floats, places: list[int], sign: float) -> None:
        """Note what both questions of a pair gain together beyond what each gains alone."""
        found, before = [], []
        for axis, place in zip(part.axes, places, strict=True):
            both = axis.places(np.append(codes[axis.question], self._moves[place].codes))
            before.append(both[0])
            found.append(both[1:])
        points = sign * part.points[..., 0]
        extra = points[np.ix_(*found)] - points[found[0], before[1]][:, None] - points[before[0], found[1]][None, :]
        extra = extra + points[before[0], before[1]]
        first, second = places
        if first > second:
            first, second, extra = second, first, extra.T
        self._pairs[first, second] = self._pairs.get((first, second), 0.0) + extra

    @cached_property
    def _nearest(self) -> list[tuple[Floats, Floats]]:
        """Distances of each question's moves, ascending, and the most that so near a move gains."""
        made = []
        for alone, moves in zip(self._alone, self._moves, strict=True):
            order = np.argsort(moves.distances, kind="stable")
            most = np.maximum.accumulate(alone[order])
            made.append((np.append(moves.distances[order], np.inf), most))
        return made

    def bounds(self, sets: Ints, need: float) -> tuple[Floats, Floats]:
        """Let every other question gain its most, and ask how near the one can then stay."""
        reach = self._peak[sets].sum(axis=1)
        for first, second in combinations(range(sets.shape[1]), 2):
            if self.links:
                reach += self._bonus[sets[:, first], sets[:, second]]
        slack = reach - need
        distance = np.where(slack < 0, np.inf, 0.0)
        able = np.flatnonzero(slack >= 0)
        chosen = sets[able]
        for place in np.unique(chosen).tolist():
            distances, most = self._nearest[place]
            rows = able[(chosen == place).any(axis=1)]
            wanted = self._peak[place] - slack[rows] - 1e-12
            distance[rows] += distances[np.searchsorted(most, wanted, side="left")]
        return distance, slack

    def spare(self, place: int, slack: float) -> NDArray[np.bool_]:
        """Keep the moves that are not further below the best than the slack."""
        kept: NDArray[np.bool_] = self._alone[place] >= self._peak[place] - slack - 1e-12
        return kept

    def block(self, places: Sequence[int], picks: Sequence[Ints]) -> Floats:
        """Add points alone, and those of pairs within."""
        total = np.zeros([len(pick) for pick in picks])
        for axis, (place, pick) in enumerate(zip(places, picks, strict=True)):
            total += along(self._alone[place][pick], axis, len(places))
        for first, second in combinations(range(len(places)), 2):
            extra = self._pairs.get((places[first], places[second]))
            if extra is not None:
                shape = [1] * len(places)
                shape[first], shape[second] = len(picks[first]), len(picks[second])
                total += extra[np.ix_(picks[first], picks[second])].reshape(shape)
        return total


class TreeLandscape(Landscape):
    """Of a card that is one tree: moves lead to another leaf, whose points are all that counts.

    Parameters
    ----------
    card, codes, asked, moves, sign
        See `TermLandscape`.
    """

    def __init__(
        self, card: ScoreCard, codes: Floats, asked: Sequence[int], moves: Sequence[Moves], sign: float
    ) -> None:
        tree = card.parts
        assert isinstance(tree, TreePart)  # noqa: S101
        leaves = _leaves(tree)
        scores = sign * np.array([tree.points[leaf, :, 0].sum() for leaf, _ in leaves])
        here = _fits(tree, leaves, {question: codes[[question]] for question in range(len(codes))})
        self._fixed = np.ones(len(leaves), dtype=bool)
        for question, fits in here.items():
            if question not in asked:
                self._fixed &= fits[0]
        self._still = [here[question][0] for question in asked]
        self._gains = scores - scores[np.logical_and.reduce([fits[0] for fits in here.values()]).argmax()]
        found = _fits(tree, leaves, {q: one.codes for q, one in zip(asked, moves, strict=True)})
        self._led = [found[question] for question in asked]
        # How near each leaf's demand on each question is; 0 where the answer fulfils it already.
        self._way = np.array(
            [
                np.where(still, 0.0, np.where(led, one.distances[:, None], np.inf).min(axis=0, initial=np.inf))
                for still, led, one in zip(self._still, self._led, moves, strict=True)
            ]
        ).T
        everyone = range(len(moves))
        self.links = frozenset(combinations(everyone, 2))

    def bounds(self, sets: Ints, need: float) -> tuple[Floats, Floats]:
        """Ask which good leaf wants no other question changed, and how near its demands are."""
        distance, slack = np.full(len(sets), np.inf), np.full(len(sets), -np.inf)
        for leaf in np.flatnonzero(self._fixed & (self._gains >= need)).tolist():
            wanted = self._way[leaf] > 0
            within = wanted[sets].sum(axis=1) == wanted.sum()
            way = np.where(within, self._way[leaf][sets].sum(axis=1), np.inf)
            distance = np.minimum(distance, way)
            slack = np.where(np.isfinite(way), np.maximum(slack, self._gains[leaf] - need), slack)
        return distance, slack

    def spare(self, place: int, slack: float) -> NDArray[np.bool_]:  # noqa: ARG002 -- a tree's moves have none
        """Keep every move: what it is worth depends on all others."""
        return np.ones(len(self._led[place]), dtype=bool)

    def block(self, places: Sequence[int], picks: Sequence[Ints]) -> Floats:
        """Find the leaf of every combination."""
        fits = self._fixed.copy()
        for place, still in enumerate(self._still):
            if place not in places:
                fits &= still
        shape = [len(pick) for pick in picks]
        held = np.broadcast_to(fits, [*shape, len(fits)])
        for axis, (place, pick) in enumerate(zip(places, picks, strict=True)):
            own = self._led[place][pick]
            held = held & own.reshape([1] * axis + [len(pick)] + [1] * (len(places) - axis - 1) + [len(fits)])
        gained: Floats = self._gains[held.argmax(axis=-1)]
        return gained


def along(values: NDArray[Any], axis: int, dimensions: int) -> NDArray[Any]:
    """Lay values along one axis of several.

    Parameters
    ----------
    values : ndarray of shape (n,)
    axis, dimensions : int

    Returns
    -------
    ndarray
    """
    return values.reshape([1] * axis + [len(values)] + [1] * (dimensions - axis - 1))


def edges_of(card: ScoreCard) -> tuple[dict[int, list[float]], frozenset[int], frozenset[int]]:
    """Say where a card sees another answer to each question.

    Parameters
    ----------
    card : ScoreCard

    Returns
    -------
    edges : dict of int to list of float
        By question: numbers that begin another part.
    lines : frozenset of int
        Questions whose points follow a straight line.
    used : frozenset of int
        Questions the card makes something of.
    """
    if isinstance(card.parts, TreePart):
        edges: dict[int, list[float]] = {}
        for (kind, question, *_), cut in zip(card.parts.nodes.tolist(), card.parts.cuts.tolist(), strict=True):
            if kind != TreePart.LEAF:
                edges.setdefault(question, []).extend([cut] if kind == TreePart.BELOW else [])
        return edges, frozenset(), frozenset(edges)
    edges, lines = {}, set()
    used: set[int] = set()
    for part in card.parts:
        if isinstance(part, LinePart | SlopedPart):
            lines.add(part.questions[0])
        used.update(part.questions)
        table = part.table if isinstance(part, SlopedPart) else part
        for axis in getattr(table, "axes", ()):
            edges.setdefault(axis.question, []).extend([] if axis.cuts is None else axis.cuts.tolist())
    return edges, frozenset(lines), frozenset(used)


def _worth(part: Any, codes: Floats, question: int, moved: Floats) -> Floats:
    """Say what a part's points change by where one question alone is moved."""
    columns = {one: np.full(len(moved) + 1, codes[one]) for one in part.questions}
    columns[question][1:] = moved
    out = np.empty((1, len(moved) + 1))
    part.fill(columns, out)
    return out[0, 1:] - out[0, 0]


def _leaves(tree: TreePart) -> list[tuple[int, list[tuple[int, bool]]]]:
    """List every leaf with the way to it: nodes passed, and whether to the left."""
    found, open_ends = [], [(0, list[tuple[int, bool]]())]
    while open_ends:
        node, way = open_ends.pop()
        kind, _, left, right, _ = tree.nodes[node].tolist()
        if kind == TreePart.LEAF:
            found.append((node, way))
        else:
            open_ends += [(right, [*way, (node, False)]), (left, [*way, (node, True)])]
    return found


def _fits(
    tree: TreePart, leaves: Sequence[tuple[int, list[tuple[int, bool]]]], codes: dict[int, Floats]
) -> dict[int, NDArray[np.bool_]]:
    """Say which codes of each question fulfil the demands of which leaf, as (codes, leaves)."""
    made = {question: np.ones((len(own), len(leaves)), dtype=bool) for question, own in codes.items()}
    for place, (_, way) in enumerate(leaves):
        for node, left in way:
            kind, question, _, _, missing_left = tree.nodes[node].tolist()
            if question in codes:
                own, cut = codes[question], tree.cuts[node]
                goes = own < cut if kind == TreePart.BELOW else (own != cut) | (kind == TreePart.STATED)
                goes = np.where(np.isnan(own), missing_left == 1, goes)
                made[question][:, place] &= goes == left
    return made
