"""Groupings side by side, and stated probabilities."""

import numpy as np
import pandas as pd
import pytest

from pellucid.labeling._consensus_mixture import fit_mixture, stated_correlation
from pellucid.labeling._consensus_tree import Prior
from pellucid.labeling._consensus_votes import read_ballots

RNG = np.random.default_rng(0)
N = 400
TRUTH = RNG.integers(0, 2, N)
NONE = np.full(N, -1)


def wrong(share, seed):
    flips = np.random.default_rng(seed).random(N) < share
    return np.where(flips, 1 - TRUTH, TRUTH)


def stated(seed, noise=1.0):
    logits = 2.0 * (2 * TRUTH - 1) + 2 * np.random.default_rng(seed).normal(size=N) * noise
    return 1 / (1 + np.exp(-logits))


def ballots(votes=None, **probabilities):
    table = None if votes is None else pd.DataFrame(votes)
    return read_ballots(table, probabilities or None, (0, 1))


def test_given_groups_are_weighed_against_none():
    copied = wrong(0.25, 1)
    votes = {"a": copied, "b": copied, "c": wrong(0.25, 2), "d": wrong(0.25, 3), "e": wrong(0.25, 4)}
    told = [(0, 1), (2,), (3,), (4,)]
    right = fit_mixture(ballots(votes), NONE, Prior(), told, 80)
    assert right.labelers(right.trees[0].grouping) == ((0, 1), (2,), (3,), (4,))
    assert right.weights[0] > 0.99
    alone = fit_mixture(ballots(votes | {"b": wrong(0.25, 5)}), NONE, Prior(), told, 80)
    assert alone.weights[0] < 0.6


def test_one_source_that_states_probabilities_is_repeated():
    p = stated(1)
    found = fit_mixture(ballots(a=p), NONE, Prior(), None, 80)
    np.testing.assert_allclose(found.posterior(ballots(a=p))[:, 1], np.clip(p, 0.001, 0.999), atol=1e-3)


def test_two_prompts_that_say_the_same_count_once():
    p = stated(1)
    both = ballots(a=p, b=p)
    found = fit_mixture(both, NONE, Prior(), None, 80)
    assert found.pools[0].correlation == pytest.approx(1.0)
    np.testing.assert_allclose(found.posterior(both)[:, 1], np.clip(p, 0.001, 0.999), atol=1e-3)


def test_votes_beside_one_source_count_only_where_it_states_nothing():
    p = stated(1)
    p[:100] = np.nan
    both = ballots({"v": wrong(0.2, 2)}, a=p)
    found = fit_mixture(both, NONE, Prior(), None, 80)
    assert found.stated_first
    said = found.posterior(both)[:, 1]
    np.testing.assert_allclose(said[100:], np.clip(p[100:], 0.001, 0.999), atol=1e-3)
    assert ((said[:100] > 0.5) == both.said[:100, 0, 1]).all()
    assert len(np.unique(said[:100].round(6))) == 2


def test_probabilities_are_grouped_by_what_they_share_beyond_the_class():
    one, other = stated(1), stated(2)
    several = ballots({"v": wrong(0.2, 3), "w": wrong(0.2, 4), "x": wrong(0.2, 5)}, a=one, b=other, c=one)
    assert stated_correlation(several, 3, 5) == pytest.approx(1.0)
    assert stated_correlation(several, 3, 4) < 0.6
    found = fit_mixture(several, NONE, Prior(), None, 80)
    assert sorted(pool.members for pool in found.pools) == [(3, 5), (4,)]
    assert ((found.posterior(several)[:, 1] > 0.5) == TRUTH).mean() > 0.95


def test_labelers_that_state_few_probabilities_in_common_are_taken_for_copies():
    few = np.where(np.arange(N) < 5, stated(2), np.nan)
    assert stated_correlation(ballots(a=stated(1), b=few), 0, 1) == 1.0


def test_gold_labels_change_a_mixture_when_it_is_fitted_again():
    votes = {"a": wrong(0.3, 1), "b": wrong(0.3, 2), "c": wrong(0.3, 3)}
    first = fit_mixture(ballots(votes), NONE, Prior(), None, 80)
    again = first.refitted(ballots(votes), Prior(), TRUTH, 80)
    accuracy = np.trace(again.trees[0].says[0]) / 2
    assert accuracy == pytest.approx((votes["a"] == TRUTH).mean(), abs=0.02)
