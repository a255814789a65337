"""Labelers on a tree: the true class, what each group of labelers reads, and what each labeler says."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.measures import Codes, Floats

Grouping = tuple[tuple[int, ...], ...]
"""Every labeler in one group; a group of one hangs on the true class itself."""


class Prior(NamedTuple):
    """What is believed before any vote, in pseudo-votes per row of a confusion.

    Attributes
    ----------
    accuracy, strength : float
        Of a labeler alone.
    pooled : float
        Pseudo-votes that hold a labeler's overall accuracy, to which its rows are drawn.
    repeats, reads, reads_strength : float
        How often one of a group says what the group reads, and how often it reads rightly.
    prevalence : float
    stated, stated_strength : float
        How far a stated probability is believed.
    """

    accuracy: float = 0.75
    strength: float = 12.0
    pooled: float = 16.0
    repeats: float = 0.9
    reads: float = 0.85
    reads_strength: float = 30.0
    prevalence: float = 3.0
    stated: float = 0.99
    stated_strength: float = 30.0


class Units(NamedTuple):
    """Evidence for EM: labelers that vote, then those that state probabilities.

    Attributes
    ----------
    votes : ndarray of shape (n, n_voters, n_classes)
        0 or 1, all 0 where there is no vote; of one that only ever votes for one class, less
        the share of documents it votes on.
    stated : ndarray of shape (n, n_stating, n_classes)
        Likelihood of each class by what was stated; all 0 where nothing was.
    """

    votes: Floats
    stated: Floats

    @property
    def given(self) -> NDArray[np.bool_]:
        """Whether a unit said anything, of shape (n, n_units)."""
        return np.concatenate([self.votes.any(axis=2), self.stated.any(axis=2)], axis=1)

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Whether agreement can judge a unit, of shape (n_units,): not one that only ever votes for one class."""
        several = self.votes.any(axis=0).sum(axis=1) > 1
        return np.concatenate([several, np.ones(self.stated.shape[1], dtype=bool)])


class Tree(NamedTuple):
    """What EM has found for one grouping.

    Attributes
    ----------
    grouping : tuple of tuple of int
    prevalence : ndarray of shape (k,)
    says : ndarray of shape (n_units, k, k)
        Probability of what a unit says, given what its group reads.
    reads : ndarray of shape (n_groups, k, k)
        Probability of what a group reads, given the true class; the identity for a group of one.
    likelihood : float
        Log-likelihood of all that was said.
    """

    grouping: Grouping
    prevalence: Floats
    says: Floats
    reads: Floats
    likelihood: float = 0.0

    def effective(self) -> Floats:
        """Probability of what a unit says, given the true class."""
        found = self.says.copy()
        for group, reads in zip(self.grouping, self.reads, strict=True):
            found[list(group)] = reads @ self.says[list(group)]
        return found


class _Passed(NamedTuple):
    """One pass over the tree: posterior of the class, and of what each group reads."""

    posterior: Floats
    readings: list[Floats]
    joint: list[Floats]
    likelihood: float


def fit_tree(units: Units, grouping: Grouping, prior: Prior, gold: Codes, *, steps: int = 80) -> Tree:
    """Estimate prevalence and confusions by EM, each step at its posterior mean.

    Parameters
    ----------
    units : Units
    grouping : tuple of tuple of int
    prior : Prior
    gold : ndarray of int, shape (n,)
        Place of the true class, -1 where unknown.
    steps : int, default=80

    Returns
    -------
    Tree
    """
    judged = units.judged
    tree = _maximise(units, grouping, prior, _first(units, grouping, gold), None, judged)
    before = -np.inf
    for step in range(steps):
        passed = _pass(tree, units, gold)
        tree = _maximise(units, grouping, prior, passed, tree, judged)
        if step > 3 and abs(passed.likelihood - before) < 1e-5 * len(gold):
            break
        before = passed.likelihood
    return tree._replace(likelihood=_pass(tree, units, gold).likelihood)


def posterior(tree: Tree, units: Units) -> Floats:
    """Return the probability of each class of each document.

    Parameters
    ----------
    tree : Tree
    units : Units

    Returns
    -------
    ndarray of shape (n, k)
    """
    return _pass(tree, units, np.full(len(units.votes), -1)).posterior


def _evidence(says: Floats, units: Units, group: tuple[int, ...]) -> Floats:
    """Log-likelihood of what a group's members said, by what the group reads; of shape (n, k)."""
    voters = units.votes.shape[1]
    hard = [one for one in group if one < voters]
    n, _, k = units.votes.shape
    found = units.votes[:, hard].reshape(n, -1) @ np.log(says[hard]).transpose(0, 2, 1).reshape(-1, k)
    for one in group:
        if one >= voters:
            likely = units.stated[:, one - voters]
            found += np.log(np.where(likely.any(axis=1, keepdims=True), likely @ says[one].T, 1.0))
    return np.asarray(found)


def _pass(tree: Tree, units: Units, gold: Codes) -> _Passed:
    """Pass messages up and down the tree."""
    alone = tuple(group[0] for group in tree.grouping if len(group) == 1)
    logits = np.log(tree.prevalence) + _evidence(tree.says, units, alone)
    likely, messages = [], []
    for group, reads in zip(tree.grouping, tree.reads, strict=True):
        if len(group) > 1:
            evidence = _evidence(tree.says, units, group)
            top = evidence.max(axis=1, keepdims=True)
            likely.append(np.exp(evidence - top))
            messages.append(likely[-1] @ reads.T)
            logits += np.log(messages[-1]) + top
    known = gold >= 0
    logits[known] = np.where(np.arange(logits.shape[1]) == gold[known, None], logits[known], -np.inf)
    top = logits.max(axis=1, keepdims=True)
    weights = np.exp(logits - top)
    total = weights.sum(axis=1, keepdims=True)
    classes = weights / total
    several = [place for place, group in enumerate(tree.grouping) if len(group) > 1]
    readings, joint = [], []
    for place, own, message in zip(several, likely, messages, strict=True):
        ratio, reads = classes / message, tree.reads[place]
        there = units.given[:, tree.grouping[place]].any(axis=1)
        readings.append(own * (ratio @ reads))
        joint.append(reads * (ratio[there].T @ own[there]))
    return _Passed(classes, readings, joint, float((np.log(total) + top).sum()))


def _maximise(
    units: Units, grouping: Grouping, prior: Prior, passed: _Passed, last: Tree | None, judged: NDArray[np.bool_]
) -> Tree:
    """Update prevalence and confusions from expected counts and the prior."""
    voters, k = units.votes.shape[1:]
    m = voters + units.stated.shape[1]
    counts, reads = np.zeros((m, k, k)), np.tile(np.eye(k), (len(grouping), 1, 1))
    inside = np.zeros(m, dtype=bool)
    several = 0
    for place, group in enumerate(grouping):
        truth = passed.posterior
        if len(group) > 1:
            truth = passed.readings[several]
            reads[place] = shrunk(passed.joint[several][None], prior.reads, prior.reads_strength, prior)[0]
            inside[list(group)] = True
            several += 1
        counts[list(group)] = _counts(units, group, truth, last)
    counts[~judged] = 0.0
    says = np.empty_like(counts)
    hard = np.arange(m) < voters
    kinds = (
        (hard & ~inside, prior.accuracy, prior.strength),
        (hard & inside, prior.repeats, prior.strength),
        (~hard, prior.stated, prior.stated_strength),
    )
    for chosen, accuracy, strength in kinds:
        says[chosen] = shrunk(counts[chosen], accuracy, strength, prior)
    prevalence = passed.posterior.sum(axis=0) + prior.prevalence
    return Tree(grouping, prevalence / prevalence.sum(), says, reads)


def _counts(units: Units, group: tuple[int, ...], truth: Floats, last: Tree | None) -> Floats:
    """Count, in expectation, what each of a group says, by what the group reads."""
    n, voters, k = units.votes.shape
    hard = [one for one in group if one < voters]
    found = np.zeros((len(group), k, k))
    if hard:
        summed = truth.T @ units.votes[:, hard].reshape(n, -1)
        found[[group.index(one) for one in hard]] = summed.reshape(k, len(hard), k).transpose(1, 0, 2)
    for at, one in enumerate(group):
        if one >= voters:
            likely = units.stated[:, one - voters]
            there = likely.any(axis=1)
            says = np.eye(k) * 0.98 + 0.02 / k if last is None else last.says[one]
            found[at] = says * ((truth[there] / (likely[there] @ says.T)).T @ likely[there])
    return found


def shrunk(counts: Floats, accuracy: float, strength: float, prior: Prior) -> Floats:
    """Return the posterior mean of confusions whose rows are drawn to the labeler's own overall accuracy.

    Parameters
    ----------
    counts : ndarray of shape (..., k, k)
    accuracy, strength : float
    prior : Prior

    Returns
    -------
    ndarray of shape (..., k, k)
    """
    k = counts.shape[-1]
    right, total = np.einsum("...ii->...", counts), counts.sum(axis=(-1, -2))
    own = ((right + prior.pooled * accuracy) / (total + prior.pooled))[..., None, None]
    found = counts + strength * np.where(np.eye(k, dtype=bool), own, (1 - own) / (k - 1))
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def _first(units: Units, grouping: Grouping, gold: Codes) -> _Passed:
    """Start from votes, each group counting as one voter."""
    k = units.votes.shape[2]
    given = units.stated.sum(axis=2, keepdims=True)
    said = np.concatenate([units.votes, units.stated / np.where(given > 0, given, 1)], axis=1)
    shares = []
    for group in grouping:
        own = said[:, list(group)].sum(axis=1)
        shares.append(own / np.maximum(own.sum(axis=1, keepdims=True), 1))
    classes = 0.3 + np.sum(shares, axis=0)
    classes = np.maximum(classes, 0.05)
    classes[gold >= 0] = np.eye(k)[gold[gold >= 0]]
    classes /= classes.sum(axis=1, keepdims=True)
    readings, joint = [], []
    for group in grouping:
        if len(group) > 1:
            own = np.maximum(said[:, list(group)].sum(axis=1), 0.0) + 0.3 * classes
            there = units.given[:, list(group)].any(axis=1)
            readings.append(own / own.sum(axis=1, keepdims=True))
            joint.append(classes[there].T @ readings[-1][there])
    return _Passed(classes, readings, joint, -np.inf)
