"""The AUROC under labels that may be probabilities: all pairs, influences, DeLong's variance."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from pellucid.measures import delong
from pellucid.measures._powered_auroc import auroc_parts

spec = importlib.util.spec_from_file_location("parts_tests", Path(__file__).with_name("test_powered_parts.py"))
beside = importlib.util.module_from_spec(spec)
spec.loader.exec_module(beside)


def by_all_pairs(labels, scores, weights):
    """The U-statistic of two samples as written: every pair, weighted by how much it is a positive and a negative."""
    pairs = np.outer(weights * labels, weights * (1 - labels))
    wins = (scores[:, None] > scores) + 0.5 * (scores[:, None] == scores)
    return (pairs * wins).sum() / (weights * labels).sum() / (weights * (1 - labels)).sum()


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_weighted_share_of_pairs_that_are_ranked_rightly(soft, seed):
    labels, scores, weights = beside.some(seed, soft=soft)
    if soft:  # a pair of a document with itself is a tie
        assert auroc_parts(labels, scores, weights).value == pytest.approx(by_all_pairs(labels, scores, weights))
    else:
        assert auroc_parts(labels, scores, weights).value == pytest.approx(by_all_pairs(labels, scores, weights))


@pytest.mark.parametrize("soft", [False, True])
def test_its_parts_are_its_influences(soft):
    labels, scores, weights = beside.some(1, soft=soft)
    found = auroc_parts(labels, scores, weights)
    assert found.parts == pytest.approx(beside.by_nudging(auroc_parts, labels, scores, weights), abs=1e-3)
    assert np.average(found.parts, weights=weights) == pytest.approx(0)


def test_with_plain_labels_the_parts_give_delongs_variance():
    labels, scores, _ = beside.some(2, n=60)
    found = auroc_parts(labels, scores, np.ones(60))
    areas = delong(labels.astype(int), scores[None])
    sizes = np.array([(labels == code).sum() for code in (0, 1)])[labels.astype(int)]
    assert found.value == pytest.approx(areas.values[0])
    assert (found.parts**2 * sizes / (sizes - 1)).sum() / 60**2 == pytest.approx(areas.covariance[0, 0])


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_without_one_of_the_classes_it_is_undefined(label):
    assert np.isnan(auroc_parts(np.full(5, label), np.arange(5.0), np.ones(5)).value)
