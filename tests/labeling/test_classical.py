"""The classical methods, against crowd-kit called directly."""

import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import MissingExtraError
from pellucid.labeling._classical import METHODS, fit_classical

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 3, 60)
VOTES = np.column_stack([np.where(RNG.random(60) < 0.7, TRUTH, RNG.integers(0, 3, 60)) for _ in range(5)])
VOTES[RNG.random(VOTES.shape) < 0.3] = -1
VOTES[0] = -1
HOT = np.where(VOTES[:, :, None] == np.arange(3), 1.0, 0.0)
NONE = np.full(60, -1)


def fitted(method, votes=HOT, gold=NONE, steps=20):
    return fit_classical(method, votes, gold, smoothing=1.0, steps=steps, seed=0)


def long():
    tasks, workers = np.nonzero(VOTES >= 0)
    return pd.DataFrame({"task": tasks, "worker": workers, "label": VOTES[tasks, workers]})


@pytest.mark.parametrize("method", METHODS)
def test_without_the_library_the_extra_is_named(monkeypatch, method):
    monkeypatch.setitem(sys.modules, "crowdkit.aggregation", None)
    with pytest.raises(MissingExtraError, match=rf"{method}.*pellucid\[labels\]"):
        fitted(method)


def test_majority_is_vote_shares_with_a_vote_added_to_each_class():
    pytest.importorskip("crowdkit")
    found = fitted("majority").fitted
    counts = HOT.sum(axis=1) + 1
    np.testing.assert_allclose(found, counts / counts.sum(axis=1, keepdims=True))


def test_dawid_skene_is_crowd_kits_after_all_its_steps():
    aggregation = pytest.importorskip("crowdkit.aggregation")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = aggregation.DawidSkene(n_iter=50, tol=-1).fit_predict_proba(long())
    ours = fitted("dawid-skene", steps=50)
    np.testing.assert_allclose(ours.fitted[theirs.index], theirs[[0, 1, 2]].to_numpy(), atol=1e-8)
    np.testing.assert_allclose(ours.posterior(HOT)[1:], ours.fitted[1:], atol=1e-2)
    np.testing.assert_allclose(ours.fitted[0], ours.prevalence)


@pytest.mark.parametrize("method", ["glad", "mace"])
def test_glad_and_mace_find_most_classes_and_carry_over_to_new_documents(method):
    pytest.importorskip("crowdkit")
    model = fitted(method)
    assert (model.fitted[1:].argmax(axis=1) == TRUTH[1:]).mean() > 0.75
    assert (model.posterior(HOT)[1:].argmax(axis=1) == model.fitted[1:].argmax(axis=1)).mean() > 0.9
    np.testing.assert_allclose(model.posterior(HOT).sum(axis=1), 1)


def test_gold_labels_teach_dawid_skene():
    pytest.importorskip("crowdkit")
    gold = np.where(np.arange(60) < 40, TRUTH, -1)
    known = fitted("dawid-skene", gold=gold).fitted
    assert (known[1:40].argmax(axis=1) == TRUTH[1:40]).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_class_nobody_votes_for_and_a_silent_labeler_are_no_trouble(method):
    pytest.importorskip("crowdkit")
    votes = np.concatenate([HOT, np.zeros((60, 5, 1))], axis=2)
    votes[:, 2] = 0.0
    model = fitted(method, votes)
    assert np.isfinite(model.fitted).all()
    assert np.isfinite(model.posterior(votes)).all()
    np.testing.assert_allclose(model.fitted.sum(axis=1), 1, atol=1e-6)


def test_mace_does_not_depend_on_the_order_of_classes():
    pytest.importorskip("crowdkit")
    np.testing.assert_allclose(fitted("mace", HOT[:, :, ::-1]).fitted[1:, ::-1], fitted("mace").fitted[1:], atol=1e-6)
