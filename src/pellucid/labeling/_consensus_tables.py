"""What a consensus found out about its labelers, as tables that a person can read."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import beta

from pellucid.labeling._consensus_mixture import Mixture, stated_correlation
from pellucid.labeling._consensus_tree import Prior
from pellucid.labeling._consensus_votes import Ballots
from pellucid.measures import Codes, Floats

_LEAST = 0.05
"""Groups less likely than this are not listed."""


class Facts(NamedTuple):
    """What tables are made from: what was said, the classes, the consensus and the gold labels."""

    ballots: Ballots
    classes: Sequence[Any]
    consensus: Floats
    gold: Codes


def accuracy_table(facts: Facts, prior: Prior) -> pd.DataFrame:
    """Say how often each labeler is right on documents of each class.

    Parameters
    ----------
    facts : Facts
    prior : Prior

    Returns
    -------
    pandas.DataFrame
        Columns labeler, class, accuracy, low, high (95%, if the consensus is right about the
        rest), documents (expected number of the class on which it said something), gold (how
        many of them have a gold label).
    """
    rows = []
    for place, name in enumerate(facts.ballots.labelers):
        said = facts.ballots.said[:, place]
        given = said.any(axis=1)
        counts = facts.consensus.T @ said
        own = (np.trace(counts) + prior.pooled * prior.accuracy) / (counts.sum() + prior.pooled)
        for code, label in enumerate(facts.classes):
            right = counts[code, code] + prior.strength * own
            wrong = counts[code].sum() - counts[code, code] + prior.strength * (1 - own)
            low, high = beta.ppf([0.025, 0.975], right, wrong)
            known = int((given & (facts.gold == code)).sum())
            rows.append((name, label, right / (right + wrong), low, high, counts[code].sum(), known))
    return pd.DataFrame(rows, columns=["labeler", "class", "accuracy", "low", "high", "documents", "gold"])


def dependence_table(facts: Facts, mixture: Mixture | None) -> pd.DataFrame:
    """Say which labelers repeat one another, how surely, and how many independent ones they are worth.

    Parameters
    ----------
    facts : Facts
    mixture : Mixture or None
        None: a method that takes all labelers as independent.

    Returns
    -------
    pandas.DataFrame
        A row per group of several: labelers, probability (that they are this group), shared
        (from 0, they err independently, to 1, one says what the other says), worth, words.
    """
    chances: dict[tuple[int, ...], float] = {}
    if mixture is not None:
        for weight, tree in zip(mixture.weights, mixture.trees, strict=True):
            for group in mixture.labelers(tree.grouping):
                chances[group] = chances.get(group, 0.0) + float(weight)
    several = {group: chance for group, chance in chances.items() if len(group) > 1 and chance >= _LEAST}
    rows = []
    for group in sorted(several, key=lambda one: (-several[one], one)):
        pairs = list(_shared(facts, group))
        shared = float(np.mean(pairs)) if pairs else 1.0
        worth = len(group) / (1 + (len(group) - 1) * shared)
        names = tuple(facts.ballots.labelers[one] for one in group)
        words = f"{len(group)} labelers count as {worth:.1f} independent ones; this group has probability "
        rows.append((names, several[group], shared, worth, words + f"{several[group]:.2f}"))
    return pd.DataFrame(rows, columns=["labelers", "probability", "shared", "worth", "words"])


def _shared(facts: Facts, group: tuple[int, ...]) -> Iterator[float]:
    """Yield, of every two labelers, the part of the room above independence that their agreement fills."""
    votes, given = facts.ballots.hard(), facts.ballots.given
    counts = np.einsum("nz,nmv->mzv", facts.consensus, votes[:, list(group)]) + 0.5
    says = counts / counts.sum(axis=2, keepdims=True)
    for at, a in enumerate(group):
        for other, b in enumerate(group[at + 1 :], start=at + 1):
            both = given[:, a] & given[:, b]
            if facts.ballots.soft[a] and facts.ballots.soft[b]:
                yield float(np.clip(stated_correlation(facts.ballots, a, b), 0.0, 1.0))
            elif both.any():
                expected = float((facts.consensus[both] @ (says[at] * says[other]).sum(axis=1)).sum())
                agreed = float((votes[both, a] * votes[both, b]).sum())
                yield float(np.clip((agreed - expected) / max(both.sum() - expected, 1e-9), 0.0, 1.0))
