"""Draws: no class is ever lacking, sizes vary or are kept, clusters stay whole, groups leave out each document once."""

import numpy as np
import pytest

from pellucid.measures._draws import GROUPS, jackknife, stratified_draws


def all_draws(*args, **kwargs):
    return np.hstack(list(stratified_draws(*args, **kwargs)))


def test_class_sizes_vary_as_in_a_new_sample_but_no_class_is_lacking():
    y = np.repeat([0, 1, 2], [400, 200, 3])
    blocks = list(stratified_draws(y, 2000, seed=0))
    assert len(blocks) > 1
    weights = np.hstack(blocks)
    assert weights.shape == (603, 2000)
    ones = weights[y == 1].sum(axis=0)
    assert ones.mean() == pytest.approx(200, abs=1)
    assert ones.std() == pytest.approx(np.sqrt(603 * (200 / 603) * (403 / 603)), rel=0.1)
    assert weights[y == 2].sum(axis=0).min() == 1


def test_kept_class_sizes_are_kept():
    y = np.repeat([0, 1, 2], [400, 200, 5])
    weights = all_draws(y, 333, seed=0, class_sizes="kept")
    for code, size in enumerate([400, 200, 5]):
        assert (weights[y == code].sum(axis=0) == size).all()


def test_each_document_is_drawn_about_once_with_the_spread_of_counts():
    weights = all_draws(np.arange(50) % 2, 4000, seed=1)
    assert weights.mean(axis=1) == pytest.approx(np.ones(50), abs=0.1)
    assert weights.var() == pytest.approx(1 - 1 / 50, rel=0.05)


def test_numbers_have_no_classes():
    weights = all_draws(np.array([0.5, 1.5, 2.5, 9.0]), 100, seed=0)
    assert (weights.sum(axis=0) == 4).all()


def test_the_same_seed_gives_the_same_draws_and_another_seed_others():
    y = np.arange(30) % 3
    np.testing.assert_array_equal(all_draws(y, 20, seed=5), all_draws(y, 20, seed=5))
    assert (all_draws(y, 20, seed=5) != all_draws(y, 20, seed=6)).any()


def test_clusters_are_drawn_as_wholes_and_both_kinds_are_there():
    clusters = np.array(["c", "a", "a", "b", "b", "b", "d", "e"])
    y = np.array([1, 0, 0, 0, 1, 0, 0, 0])
    weights = all_draws(y, 500, seed=0, clusters=clusters)
    for name in "ab":
        assert (weights[clusters == name] == weights[clusters == name][0]).all()
    eventful = weights[[0, 3]].sum(axis=0)  # clusters c and b
    assert eventful.min() == 1
    assert eventful.max() > 2
    kept = all_draws(y, 500, seed=0, clusters=clusters, class_sizes="kept")
    assert (kept[[0, 3]].sum(axis=0) == 2).all()
    assert (kept[[1, 6, 7]].sum(axis=0) == 3).all()


def test_the_rarer_class_decides_the_kind_of_a_cluster_whichever_it_is():
    clusters = np.repeat(np.arange(6), 2)
    y = np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0])
    kept = all_draws(y, 200, seed=0, clusters=clusters, class_sizes="kept")
    assert (kept[[8, 10]].sum(axis=0) == 2).all()


def test_few_documents_are_left_out_one_by_one_and_many_in_groups():
    few = jackknife(np.arange(GROUPS) % 2, seed=0)
    np.testing.assert_array_equal(few, 1 - np.eye(GROUPS))
    many = jackknife(np.arange(1001) % 2, seed=0)
    assert many.shape == (1001, GROUPS)
    assert ((many == 0).sum(axis=1) == 1).all()
    assert set((many == 0).sum(axis=0).tolist()) == {5, 6}


def test_groups_of_kept_classes_hold_of_each_and_what_is_left_counts_for_all():
    y = np.repeat([0, 1], [800, 400])
    left = jackknife(y, seed=0, class_sizes="kept")
    assert ((left[y == 1] == 0).sum(axis=0) == 2).all()
    np.testing.assert_allclose(left[y == 1].sum(axis=0), 400)
    np.testing.assert_allclose(left[y == 0].sum(axis=0), 800)


def test_clusters_are_left_out_as_wholes():
    clusters = np.array([3, 3, 8, 1])
    left = jackknife(np.array([0, 1, 0, 1]), seed=0, clusters=clusters)
    np.testing.assert_array_equal(left, [[1, 0, 1], [1, 0, 1], [1, 1, 0], [0, 1, 1]])
