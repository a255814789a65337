"""Tables of what a consensus found out."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from pellucid.labeling._consensus_mixture import fit_mixture
from pellucid.labeling._consensus_tables import Facts, accuracy_table, dependence_table
from pellucid.labeling._consensus_tree import Prior
from pellucid.labeling._consensus_votes import read_ballots

TRUTH = np.arange(60) % 2


def facts(votes, gold=None):
    ballots = read_ballots(pd.DataFrame(votes), None, (0, 1))
    gold = np.full(60, -1) if gold is None else gold
    return Facts(ballots, ("no", "yes"), np.eye(2)[TRUTH], gold)


def test_accuracies_are_counts_drawn_to_the_labelers_own_accuracy():
    said = np.where(np.arange(60) < 12, 1 - TRUTH, TRUTH)
    table = accuracy_table(facts({"a": said}, gold=np.where(np.arange(60) < 10, TRUTH, -1)), Prior())
    own = (48 + 16 * 0.75) / (60 + 16)
    right, wrong = 24 + 12 * own, 6 + 12 * (1 - own)
    assert table["class"].tolist() == ["no", "yes"]
    assert table["accuracy"].tolist() == pytest.approx([right / (right + wrong)] * 2)
    assert table["low"][0] == pytest.approx(beta.ppf(0.025, right, wrong))
    assert table["documents"].tolist() == [30, 30]
    assert table["gold"].tolist() == [5, 5]


def test_copies_are_worth_one_labeler_and_independent_ones_are_not_listed():
    rng = np.random.default_rng(0)
    copied = np.where(rng.random(60) < 0.3, 1 - TRUTH, TRUTH)
    alone = [np.where(rng.random(60) < 0.2, 1 - TRUTH, TRUTH) for _ in range(3)]
    held = facts({"a": copied, "b": copied, "c": alone[0], "d": alone[1], "e": alone[2]})
    mixture = fit_mixture(held.ballots, held.gold, Prior(), [(0, 1), (2,), (3,), (4,)], 80)
    table = dependence_table(held, mixture)
    assert table["labelers"].tolist() == [("a", "b")]
    assert table["shared"][0] > 0.9
    assert 1 <= table["worth"][0] < 1.1
    assert table["words"][0].startswith("2 labelers count as 1.")
    assert dependence_table(held, None).empty
