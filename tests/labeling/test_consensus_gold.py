"""Correction of a consensus by gold labels."""

import numpy as np
import pandas as pd
import pytest

from pellucid.labeling._consensus_gold import features_of, fit_correction, gold_folds
from pellucid.labeling._consensus_votes import read_ballots


def drawn(slope, n=400):
    """A consensus whose log-odds are `slope` times too large."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=n) * 1.5
    gold = (rng.random(n) < 1 / (1 + np.exp(-logits))).astype(int)
    p = 1 / (1 + np.exp(-slope * logits))
    return np.column_stack([1 - p, p]), gold


def test_a_consensus_that_is_too_sure_is_made_less_so():
    consensus, gold = drawn(3.0)
    found = fit_correction(consensus, np.zeros((400, 0)), gold, gold_folds(gold, 0))
    assert found.scale == pytest.approx(1 / 3, abs=0.08)
    assert found.shift == pytest.approx([0, 0], abs=0.2)


def test_a_labeler_the_consensus_overlooked_is_heard():
    consensus, gold = drawn(1.0)
    seen = np.eye(2)[gold]
    found = fit_correction(consensus, seen, gold, gold_folds(gold, 0))
    assert found.weights[1, 1] > 1
    assert (found.probabilities(consensus, seen).argmax(axis=1) == gold).all()


def test_nothing_is_corrected_where_it_would_not_help():
    n = 40
    gold = np.arange(n) % 2
    consensus = np.where(gold[:, None] == [0, 1], 1 - 1e-4, 1e-4)
    found = fit_correction(consensus, np.zeros((n, 0)), gold, gold_folds(gold, 0))
    assert found is None or np.allclose(found.probabilities(consensus, np.zeros((n, 0))), consensus, atol=1e-3)


def test_folds_hold_each_class_evenly_and_do_not_change():
    gold = np.array([0] * 50 + [1] * 25)
    folds = gold_folds(gold, 3)
    assert [np.bincount(gold[folds == fold]).tolist() for fold in range(5)] == [[10, 5]] * 5
    assert (folds == gold_folds(gold, 3)).all()


def test_features_are_votes_and_centred_logarithms():
    table = pd.DataFrame({"v": [1, None]})
    ballots = read_ballots(table, {"p": [0.8, np.nan]}, (0, 1))
    half = np.log(4) / 2
    np.testing.assert_allclose(features_of(ballots), [[0, 1, -half, half], [0, 0, 0, 0]])
