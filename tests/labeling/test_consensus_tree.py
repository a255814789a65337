"""EM on a tree of labelers, against sums written out by hand."""

import itertools

import numpy as np
import pytest

from pellucid.labeling._consensus_tree import Prior, Tree, Units, fit_tree, posterior, shrunk


def units(votes, k=2, stated=None):
    votes = np.asarray(votes)
    hot = np.where(votes[:, :, None] == np.arange(k), 1.0, 0.0)
    return Units(hot, np.zeros((len(votes), 0, k)) if stated is None else stated)


def confusion(right):
    return np.array([[right, 1 - right], [1 - right, right]])


def by_hand(tree, votes):
    """Posterior by summing over everything a group may read."""
    k = len(tree.prevalence)
    found = np.zeros((len(votes), k))
    for row, z in itertools.product(range(len(votes)), range(k)):
        weight = tree.prevalence[z]
        for group, reads in zip(tree.grouping, tree.reads, strict=True):
            total = 0.0
            for u in range(k):
                said = [tree.says[one, u, votes[row][one]] for one in group if votes[row][one] >= 0]
                total += reads[z, u] * np.prod(said)
            weight *= total
        found[row, z] = weight
    return found / found.sum(axis=1, keepdims=True)


def test_posterior_is_the_sum_over_all_readings():
    reads = np.array([confusion(0.8), np.eye(2), np.eye(2)])
    says = np.array([confusion(0.9), confusion(0.7), confusion(0.8), confusion(0.6)])
    tree = Tree(((0, 1), (2,), (3,)), np.array([0.3, 0.7]), says, reads)
    votes = [list(one) for one in itertools.product((-1, 0, 1), repeat=4)]
    np.testing.assert_allclose(posterior(tree, units(votes)), by_hand(tree, votes), rtol=1e-12)
    np.testing.assert_allclose(tree.effective()[0], confusion(0.8) @ confusion(0.9))


def test_copies_in_one_group_move_the_posterior_less_than_independent_votes():
    says = np.array([confusion(0.9), confusion(0.9)])
    grouped = Tree(((0, 1),), np.array([0.5, 0.5]), says, np.array([confusion(0.8)]))
    apart = Tree(((0,), (1,)), np.array([0.5, 0.5]), says @ confusion(0.8), np.tile(np.eye(2), (2, 1, 1)))
    both = units([[1, 1]])
    assert 0.74 < posterior(grouped, both)[0, 1] < 0.8 < posterior(apart, both)[0, 1]


def test_a_stated_probability_is_taken_as_it_is_where_it_is_fully_believed():
    stated = np.array([[[0.3, 0.7]], [[0.0, 0.0]]])
    tree = Tree(((0,),), np.array([0.5, 0.5]), np.eye(2)[None], np.eye(2)[None])
    found = posterior(tree, Units(np.zeros((2, 0, 2)), stated))
    np.testing.assert_allclose(found, [[0.3, 0.7], [0.5, 0.5]])


def test_known_accuracies_are_found_again():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 4000)
    rights = (0.9, 0.75, 0.65)
    votes = np.column_stack([np.where(rng.random(4000) < right, truth, 1 - truth) for right in rights])
    tree = fit_tree(units(votes), ((0,), (1,), (2,)), Prior(), np.full(4000, -1), steps=300)
    np.testing.assert_allclose(np.trace(tree.says, axis1=1, axis2=2) / 2, rights, atol=0.03)
    np.testing.assert_allclose(tree.prevalence, [0.5, 0.5], atol=0.03)


def test_gold_labels_decide_where_votes_cannot():
    votes = np.tile([[0, 1]], (100, 1))
    votes[50:] = [1, 0]
    gold = np.array([0] * 50 + [1] * 50)
    tree = fit_tree(units(votes), ((0,), (1,)), Prior(), gold)
    assert tree.says[0, 0, 0] > 0.9 > 0.2 > tree.says[1, 0, 0]


def test_likelihood_does_not_fall_with_more_steps():
    rng = np.random.default_rng(1)
    votes = rng.integers(-1, 3, (200, 5))
    found = [
        fit_tree(units(votes, 3), ((0, 1), (2,), (3,), (4,)), Prior(strength=1e-3, pooled=1e-3, reads_strength=1e-3,
                 prevalence=1e-3), np.full(200, -1), steps=steps).likelihood
        for steps in (1, 5, 20)
    ]  # fmt: skip
    assert found[0] <= found[1] <= found[2]


def test_a_unit_that_votes_for_one_class_only_keeps_the_prior():
    votes = np.array([[1, 0, 0], [1, 1, 1], [-1, 1, 0], [1, 0, 1]] * 20)
    assert units(votes).judged.tolist() == [False, True, True]
    tree = fit_tree(units(votes), ((0,), (1,), (2,)), Prior(accuracy=0.7), np.full(80, -1))
    np.testing.assert_allclose(tree.says[0], confusion(0.7))


def test_rows_are_drawn_to_the_overall_accuracy_of_the_labeler():
    found = shrunk(np.array([[[84.0, 0], [0, 0]]]), 0.75, 12.0, Prior())
    np.testing.assert_allclose(found[0, 1, 1], 0.96)  # (84 + 16 * 0.75) / (84 + 16)
    assert found[0].sum(axis=1) == pytest.approx([1, 1])
