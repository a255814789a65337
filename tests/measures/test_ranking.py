"""Ranking measures by running sums against comparing every pair."""

import numpy as np
import pytest

from pellucid.measures._ranking import auroc, average_precision, ranking


def all_pairs(y, p, w):
    """Every positive against every negative."""
    high, low = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    wins = (p[high][:, None] > p[low]) + 0.5 * (p[high][:, None] == p[low])
    return (w[high] @ wins @ w[low]) / (w[high].sum() * w[low].sum())


@pytest.mark.parametrize("distinct", [3, 1000])
def test_the_area_is_the_share_of_pairs_ranked_rightly(distinct):
    rng = np.random.default_rng(0)
    y = (rng.random(70) < 0.4).astype(np.int64)
    p = rng.integers(0, distinct, size=70) / distinct
    weights = rng.integers(0, 3, size=(70, 6)).astype(float)
    np.testing.assert_allclose(auroc(y, p, weights), [all_pairs(y, p, w) for w in weights.T], rtol=1e-12)


def test_order_of_documents_does_not_matter_with_ties():
    rng = np.random.default_rng(1)
    y = (rng.random(90) < 0.3).astype(np.int64)
    p = rng.integers(0, 5, size=90) / 5
    weights = rng.integers(0, 3, size=(90, 4)).astype(float)
    shuffled = rng.permutation(90)
    np.testing.assert_allclose(ranking(y, p)(weights), ranking(y[shuffled], p[shuffled])(weights[shuffled]), rtol=1e-12)


def test_memory_layout_of_the_weights_does_not_matter():
    rng = np.random.default_rng(2)
    y, p = np.arange(30) % 2, rng.random(30)
    weights = rng.integers(0, 3, size=(30, 4)).astype(float)
    np.testing.assert_array_equal(ranking(y, p)(weights), ranking(y, p)(np.asfortranarray(weights)))


def test_without_one_class_both_are_undefined():
    y, p, ones = np.zeros(3, np.int64), np.array([0.1, 0.2, 0.3]), np.ones((3, 1))
    assert np.isnan([auroc(y, p, ones)[0], average_precision(y, p, ones)[0]]).all()
    assert np.isnan(auroc(y + 1, p, ones)[0])
