"""Confident learning by way of cleanlab."""

import sys

import numpy as np
import pytest

from pellucid.exceptions import InvalidInputError, MissingExtraError
from pellucid.labeling._curation_confident import confident


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanlab.count", None)
    with pytest.raises(MissingExtraError, match=r"confident learning.*pellucid\[labels\]"):
        confident(np.zeros((4, 1, 2)), np.array([0, 1, 0, 1]))


def drawn(n=400):
    rng = np.random.default_rng(0)
    true = rng.integers(0, 2, n)
    second = np.clip(np.where(true, 0.85, 0.15) + rng.normal(0, 0.05, n), 0.02, 0.98)
    wrong = np.arange(n) % 5 == 0
    return np.log(np.column_stack([1 - second, second]))[:, None, :], np.where(wrong, 1 - true, true), wrong


@pytest.mark.slow
def test_the_count_and_the_order_are_cleanlabs():
    rank = pytest.importorskip("cleanlab.rank")
    count = pytest.importorskip("cleanlab.count")
    views, codes, wrong = drawn()
    doubt = confident(views, codes)
    chances = np.exp(views[:, 0])
    chance = 1 - doubt.beliefs[np.arange(len(codes)), codes]
    issues = count.num_label_issues(codes, chances)
    assert chance.sum() == pytest.approx(issues, rel=1e-3)
    assert abs(issues - wrong.sum()) <= 4
    scores = rank.get_label_quality_scores(codes, chances, method="self_confidence")
    assert np.array_equal(np.argsort(-chance[scores < 0.9]), np.argsort(scores[scores < 0.9]))
    assert (chance > 0.5)[wrong].mean() > 0.95


@pytest.mark.slow
def test_missing_labels_are_what_models_expect_and_absent_classes_are_refused():
    pytest.importorskip("cleanlab.count")
    views, codes, _ = drawn()
    codes[0] = -1
    np.testing.assert_allclose(confident(views, codes).beliefs[0], np.exp(views[0, 0]))
    with pytest.raises(InvalidInputError, match="1 of the 2 classes have no label"):
        confident(views, np.zeros_like(codes))
