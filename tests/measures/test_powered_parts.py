"""Means, shares and the Brier score under labels that may be probabilities, and what each document does to them."""

import numpy as np
import pytest

from pellucid.measures._powered_parts import brier_parts, mean_parts


def by_nudging(find, labels, scores, weights):
    """Each document's influence by the definition: the change for a little more of its weight."""
    base, step = find(labels, scores, weights).value, 1e-6
    nudged = [
        find(labels, scores, weights + step * weights.sum() * (np.arange(len(labels)) == i)).value
        for i in range(len(labels))
    ]
    return (np.array(nudged) - base) / step


def some(seed=0, n=30, soft=False):
    rng = np.random.default_rng(seed)
    labels = rng.random(n) if soft else (rng.random(n) < 0.4).astype(float)
    return labels, rng.uniform(0.05, 0.95, n).round(1), rng.uniform(0.5, 2.0, n)


@pytest.mark.parametrize("soft", [False, True])
def test_the_parts_of_the_brier_score_are_its_influences(soft):
    labels, scores, weights = some(soft=soft)
    assert brier_parts(labels, scores, weights).parts == pytest.approx(
        by_nudging(brier_parts, labels, scores, weights), abs=1e-4
    )


@pytest.mark.parametrize("soft", [False, True])
def test_the_parts_of_a_share_of_a_class_are_its_influences(soft):
    labels, scores, weights = some(soft=soft)

    def share(labels, scores, weights):
        return mean_parts((scores > 0.5).astype(float), weights, labels)

    found = share(labels, scores, weights)
    assert found.parts == pytest.approx(by_nudging(share, labels, scores, weights), abs=1e-4)
    assert np.average(found.parts, weights=weights) == pytest.approx(0)


def test_a_label_of_one_third_counts_as_a_third_of_a_document_of_each_kind():
    soft = brier_parts(np.array([1 / 3]), np.array([0.2]), np.ones(1))
    whole = brier_parts(np.array([1.0, 0.0, 0.0]), np.full(3, 0.2), np.ones(3))
    assert soft.value == pytest.approx(whole.value)


def test_a_share_of_no_documents_is_undefined():
    found = mean_parts(np.ones(3), np.ones(3), np.zeros(3))
    assert np.isnan(found.value)
    assert np.isnan(found.parts).all()
