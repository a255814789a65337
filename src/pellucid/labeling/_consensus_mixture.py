"""Several groupings of labelers at once: each fitted on its own, weighed by how far the votes support it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit, softmax

from pellucid.labeling._consensus_groups import BRANCHES, find_groupings, normal
from pellucid.labeling._consensus_tree import Grouping, Prior, Tree, Units, fit_tree, posterior, shrunk
from pellucid.labeling._consensus_votes import Ballots
from pellucid.measures import Codes, Floats

_LEAST = 0.001
"""Nearest to 0 that a stated probability is taken for."""
_ALIKE = 0.6
"""Correlation, given the class, above which stated probabilities are taken to repeat one another."""
_FEWEST = 10
_EDGE = 1.0
"""What given groups must add to the log-likelihood before they are as likely as none."""


class Pool(NamedTuple):
    """Labelers that state probabilities and repeat one another: one unit of evidence.

    Attributes
    ----------
    members : tuple of int
        Places among the ballots' labelers.
    margins : ndarray of shape (n_members, k)
        Mean probability that each gives to each class: the prior it is taken to have had.
    correlation : float
        Of what they state, given the class.
    """

    members: tuple[int, ...]
    margins: Floats
    correlation: float

    def evidence(self, ballots: Ballots) -> Floats:
        """Return the likelihood of each class, at most 1; all 0 where no member said anything."""
        said = ballots.said[:, list(self.members)]
        given = np.asarray(said.any(axis=2))
        logs = np.log(np.clip(said, _LEAST, 1.0)) - np.log(self.margins)
        count = given.sum(axis=1, keepdims=True)
        worth = count / (1 + np.maximum(count - 1, 0) * self.correlation)
        mean = (logs * given[:, :, None]).sum(axis=1) / np.maximum(count, 1)
        scaled = np.exp(worth * (mean - mean.max(axis=1, keepdims=True)))
        return np.where(count > 0, np.maximum(scaled, 1e-12), 0.0)


class Mixture(NamedTuple):
    """Fitted groupings with their weights.

    Attributes
    ----------
    voters : tuple of int
        Places of the labelers that vote.
    pools : tuple of Pool
        Units after the voters.
    trees : tuple of Tree
    weights : ndarray of shape (n_trees,)
    centres : ndarray of shape (n_voters, k)
        Share of documents that a labeler votes on which only ever votes for one class, at that
        class; else 0. It is taken off, so that such a vote counts the less the oftener it
        comes, and silence against the class: one who always votes says nothing.
    stated_first : bool
        Whether votes count only where no probability was stated.
    """

    voters: tuple[int, ...]
    pools: tuple[Pool, ...]
    trees: tuple[Tree, ...]
    weights: Floats
    centres: Floats
    stated_first: bool = False

    def units(self, ballots: Ballots) -> Units:
        """Return what labelers said as units of evidence."""
        units = _units(ballots, self.voters, self.pools, self.centres)
        if not self.stated_first:
            return units
        told = np.asarray(units.stated.any(axis=(1, 2)))
        return units._replace(votes=np.where(told[:, None, None], 0.0, units.votes))

    def posterior(self, ballots: Ballots) -> Floats:
        """Return the probability of each class of each document, of shape (n, k)."""
        units = self.units(ballots)
        mixed = np.einsum("t,tnk->nk", self.weights, np.array([posterior(tree, units) for tree in self.trees]))
        return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))

    def members(self, unit: int) -> tuple[int, ...]:
        """Return the labelers behind a unit."""
        if unit < len(self.voters):
            return (self.voters[unit],)
        return self.pools[unit - len(self.voters)].members

    def labelers(self, grouping: Grouping) -> Grouping:
        """Write a grouping of units as one of labelers."""
        return normal([tuple(one for unit in group for one in self.members(unit)) for group in grouping])

    def refitted(self, ballots: Ballots, prior: Prior, gold: Codes, steps: int) -> "Mixture":
        """Fit the weightier groupings again, with other gold labels."""
        if self.stated_first:
            return self
        kept = [place for place, weight in enumerate(self.weights) if weight >= 0.1]
        units = self.units(ballots)
        trees = tuple(fit_tree(units, self.trees[place].grouping, prior, gold, steps=steps) for place in kept)
        return self._replace(trees=trees, weights=self.weights[kept] / self.weights[kept].sum())


def fit_mixture(
    ballots: Ballots, gold: Codes, prior: Prior, groups: Sequence[tuple[int, ...]] | None, steps: int
) -> Mixture:
    """Find or take groups of labelers, and fit what is likely.

    Parameters
    ----------
    ballots : Ballots
    gold : ndarray of int, shape (n,)
        -1 where unknown.
    prior : Prior
    groups : sequence of tuple of int, or None
        Every labeler in one group; None finds groups.
    steps : int
        Of EM, at most.

    Returns
    -------
    Mixture
    """
    stating = [int(one) for one in np.flatnonzero(ballots.soft)]
    voters = tuple(int(one) for one in np.flatnonzero(~ballots.soft))
    gathered = _alike(ballots, stating) if groups is None else [[one for one in g if one in stating] for g in groups]
    pools = tuple(_pool(ballots, tuple(one), given=groups is not None) for one in gathered if one)
    centres = _centres(ballots, voters)
    units = _units(ballots, voters, pools, centres)
    able = {one for place, one in enumerate(voters) if units.judged[place]} | set(stating)
    sources = [*((one,) for one in voters), *map(tuple, gathered)] if groups is None else groups
    branches = sum(bool(able.intersection(source)) for source in sources)
    if stating and branches < BRANCHES:
        return _stated_first(ballots, voters, tuple(stating), prior, centres)
    if groups is None:
        found = find_groupings(_as_votes(units)[:, units.judged])
        judged = np.flatnonzero(units.judged).tolist()
        rest = [(one,) for one in np.flatnonzero(~units.judged).tolist()]
        every = [normal([*(tuple(judged[at] for at in group) for group in one), *rest]) for one in found.groupings]
        trees = tuple(fit_tree(units, one, prior, gold, steps=steps) for one in every)
        return Mixture(voters, pools, trees, found.weights, centres)
    place = {one: at for at, one in enumerate(voters)}
    place |= {one: len(voters) + at for at, pool in enumerate(pools) for one in pool.members}
    told = normal([tuple({place[one] for one in group}) for group in groups])
    hedged = _hedged(units, told, prior, gold, steps)
    return Mixture(voters, pools, hedged[0], hedged[1], centres)


def _stated_first(
    ballots: Ballots, voters: tuple[int, ...], stating: tuple[int, ...], prior: Prior, centres: Floats
) -> Mixture:
    """Take stated probabilities as they are, and votes only where there are none.

    With fewer than three sources agreement tells nothing of who is right, and whoever states
    a probability has weighed what a rule or another reader saw in the same document.
    """
    pool = _pool(ballots, stating, given=True)
    k, m = ballots.said.shape[2], len(voters) + 1
    grouping: Grouping = tuple((one,) for one in range(m))
    prevalence = pool.margins.mean(axis=0) / pool.margins.mean(axis=0).sum()
    says = np.tile(np.eye(k), (m, 1, 1)) * (1 - 1e-9) + 1e-9 / k
    tree = Tree(grouping, prevalence, says, np.tile(np.eye(k), (m, 1, 1)))
    mixture = Mixture(voters, (pool,), (tree,), np.ones(1), centres, stated_first=True)
    told = pool.evidence(ballots).any(axis=1)
    counts = np.einsum("nz,nmv->mzv", mixture.posterior(ballots)[told], ballots.said[told][:, list(voters)])
    says[: len(voters)] = shrunk(counts, prior.accuracy, prior.strength, prior)
    return mixture


def _hedged(units: Units, told: Grouping, prior: Prior, gold: Codes, steps: int) -> tuple[tuple[Tree, ...], Floats]:
    """Weigh groups that were given against none at all, by likelihood."""
    tree = fit_tree(units, told, prior, gold, steps=steps)
    if len(told) == sum(map(len, told)):
        return (tree,), np.ones(1)
    apart = fit_tree(units, tuple((one,) for one in range(sum(map(len, told)))), prior, gold, steps=steps)
    weight = float(expit(tree.likelihood - apart.likelihood - _EDGE))
    both = ((tree, weight), (apart, 1 - weight))
    kept = [pair for pair in both if pair[1] > 0.001]
    weights = np.array([pair[1] for pair in kept])
    return tuple(pair[0] for pair in kept), weights / weights.sum()


def _centres(ballots: Ballots, voters: tuple[int, ...]) -> Floats:
    """Say how often each votes that only ever votes for one class."""
    shares = ballots.said[:, list(voters)].mean(axis=0)
    return np.asarray(np.where((shares > 0).sum(axis=1, keepdims=True) > 1, 0.0, shares), dtype=np.float64)


def _units(ballots: Ballots, voters: tuple[int, ...], pools: tuple[Pool, ...], centres: Floats) -> Units:
    """Gather evidence: votes, then pools."""
    n, _, k = ballots.said.shape
    spoken = np.asarray(ballots.given.any(axis=1))[:, None, None]
    votes = np.where(spoken, ballots.said[:, list(voters)] - centres, 0.0)
    stated = [pool.evidence(ballots) for pool in pools]
    return Units(votes, np.stack(stated, axis=1) if stated else np.zeros((n, 0, k)))


def _as_votes(units: Units) -> Floats:
    """Turn pools into votes for the class they favour."""
    top = (units.stated == units.stated.max(axis=2, keepdims=True)) & units.stated.any(axis=2, keepdims=True)
    clear = top.sum(axis=2, keepdims=True) == 1
    return np.concatenate([units.votes > 0, top & clear], axis=1).astype(np.float64)


def _pool(ballots: Ballots, members: tuple[int, ...], *, given: bool) -> Pool:
    """Make one unit of labelers that state probabilities."""
    said = ballots.said[:, list(members)]
    count = np.maximum(said.any(axis=2).sum(axis=0), 1)
    margins = np.clip(said.sum(axis=0) / count[:, None], 0.01, 1.0)
    pairs = [stated_correlation(ballots, a, b) for at, a in enumerate(members) for b in members[at + 1 :]]
    mean = float(np.mean(pairs)) if pairs else 1.0
    return Pool(members, margins, float(np.clip(mean, 0.5 if given else _ALIKE, 1.0)))


def stated_correlation(ballots: Ballots, a: int, b: int) -> float:
    """Correlation of what two labelers state, given the class; 1 where they share too few documents.

    Parameters
    ----------
    ballots : Ballots
    a, b : int
        Places of labelers that state probabilities.

    Returns
    -------
    float
    """
    both = ballots.given[:, a] & ballots.given[:, b]
    if both.sum() < _FEWEST:
        return 1.0
    logs = np.log(np.clip(ballots.said[both][:, [a, b]], _LEAST, 1.0))
    logs -= logs.mean(axis=2, keepdims=True)
    classes = softmax(logs.mean(axis=1), axis=1)
    means = np.einsum("nz,njk->zjk", classes, logs) / np.maximum(classes.sum(axis=0), 1e-9)[:, None, None]
    left = logs - np.einsum("nz,zjk->njk", classes, means)
    spread = np.sqrt((left**2).sum(axis=0))
    product = (left[:, 0] * left[:, 1]).sum(axis=0)
    usable = spread.prod(axis=0) > 0
    return float(np.mean(product[usable] / spread.prod(axis=0)[usable])) if usable.any() else 1.0


def _alike(ballots: Ballots, stating: list[int]) -> list[list[int]]:
    """Gather labelers whose stated probabilities go together more than the class explains."""
    gathered: list[list[int]] = []
    for one in stating:
        near = [other for other in gathered if any(stated_correlation(ballots, one, b) > _ALIKE for b in other)]
        rest = [other for other in gathered if other not in near]
        gathered = [*rest, sorted([one, *(b for other in near for b in other)])]
    return gathered
