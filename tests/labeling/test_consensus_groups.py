"""Groups found from agreement."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from pellucid.labeling._consensus_groups import agreement, find_groupings, normal


def hot(votes, k=2):
    return np.where(np.asarray(votes)[:, :, None] == np.arange(k), 1.0, 0.0)


def drawn(n, rights, copied=(), seed=0):
    """Votes of labelers that are right with given chances; some repeat the first of them nine times in ten."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n)
    votes = np.column_stack([np.where(rng.random(n) < right, truth, 1 - truth) for right in rights])
    for one in copied:
        votes[:, one] = np.where(rng.random(n) < 0.9, votes[:, 0], votes[:, one])
    return votes


def test_agreement_beyond_chance_is_cohens_kappa():
    votes = np.random.default_rng(0).integers(0, 3, (80, 3))
    said = agreement(hot(votes, 3))
    assert said.kappa[0, 1] == pytest.approx(cohen_kappa_score(votes[:, 0], votes[:, 1]))
    assert said.both.tolist() == [[80] * 3] * 3


def test_copies_are_found():
    found = find_groupings(hot(drawn(1000, [0.75] * 6, copied=(1, 2))))
    assert found.groupings[0] == ((0, 1, 2), (3,), (4,), (5,))
    assert found.weights.sum() == pytest.approx(1)


def test_a_majority_of_copies_is_not_taken_for_the_only_good_labelers():
    found = find_groupings(hot(drawn(1000, [0.75] * 5, copied=(1, 2))))
    assert found.groupings[0] == ((0, 1, 2), (3,), (4,))


def test_nobody_repeats_anybody_where_labelers_are_independent():
    for seed in range(5):
        found = find_groupings(hot(drawn(1000, [0.6, 0.7, 0.75, 0.8, 0.85, 0.7], seed=seed)))
        assert found.groupings[0] == tuple((one,) for one in range(6))


def test_three_labelers_are_never_grouped_and_the_ungrouped_reading_is_always_kept():
    assert find_groupings(hot(drawn(300, [0.8] * 3, copied=(1,)))).groupings == [((0,), (1,), (2,))]
    found = find_groupings(hot(drawn(1000, [0.75] * 6, copied=(1, 2))))
    assert tuple((one,) for one in range(6)) in found.groupings


def test_labelers_without_a_common_document_are_left_apart():
    votes = np.full((40, 4), -1)
    for one in range(4):
        votes[10 * one : 10 * one + 10, one] = 1
    found = find_groupings(hot(votes))
    assert found.groupings[int(np.argmax(found.weights))] == ((0,), (1,), (2,), (3,))


def test_a_grouping_has_one_order():
    assert normal([(3, 1), (0,), (2,)]) == ((0,), (1, 3), (2,))
