"""How often labels are wrong, and which: known noise is found again."""

import numpy as np
import pytest
from scipy.special import expit, logit

from pellucid.labeling._curation_noise import Doubt, mislabelled, shifted, told_by_gold, turned_round


def turned(n=600, rate=0.2, seed=0):
    rng = np.random.default_rng(seed)
    true = rng.normal(0, 1.5, n)
    flipped = rng.random(n) < rate
    said = np.where(flipped, -1, 1) * (true + rng.normal(0, 0.5, n))
    return true * (1 - 2 * rate), said, flipped  # models that learn from flipped log-odds are drawn to 0 like that


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.35])
def test_the_share_of_log_odds_turned_round_is_found(rate):
    expected, said, flipped = turned(rate=rate)
    doubt = turned_round(expected[:, None], said)
    assert abs(doubt.rate - flipped.mean()) < 0.05
    wrong = np.where(said > 0, doubt.beliefs[:, 0], doubt.beliefs[:, 1])
    assert abs(wrong.mean() - flipped.mean()) < 0.05
    for low, high in ((0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1)):  # the chances are what they say
        own = (wrong >= low) & (wrong <= high)
        assert abs(flipped[own].sum() - wrong[own].sum()) <= 4 * np.sqrt(0.25 * own.sum())


def test_a_view_that_knows_nothing_is_not_trusted():
    expected, said, _ = turned()
    noise = np.random.default_rng(1).normal(size=len(said))
    trust = turned_round(np.column_stack([expected, noise, -expected]), said).trust
    assert trust[0] > 1
    assert trust[1] < 0.15
    assert trust[2] == 0


def test_without_wrong_labels_few_are_doubted():
    expected, said, _ = turned(rate=0.0)
    assert turned_round(expected[:, None], said).rate < 0.03


def test_models_that_know_nothing_doubt_nothing_much():
    rng = np.random.default_rng(0)
    doubt = turned_round(rng.normal(size=(300, 1)), rng.normal(size=300))
    assert doubt.rate < 0.6
    np.testing.assert_allclose(doubt.beliefs.sum(axis=1), 1)


def test_a_spread_makes_a_label_less_clear():
    expected, said, _ = turned()
    spread = np.zeros(len(said))
    place = int(np.argmax(np.abs(said)))
    spread[place] = 5.0
    clear, vague = turned_round(expected[:, None], said), turned_round(expected[:, None], said, spread)
    assert abs(logit(vague.beliefs[place, 1])) < abs(logit(np.clip(clear.beliefs[place, 1], 1e-12, 1 - 1e-12)))


def test_a_document_without_a_label_is_believed_to_be_what_models_expect():
    expected, said, _ = turned()
    said[0] = np.nan
    doubt = turned_round(expected[:, None], said)
    np.testing.assert_allclose(logit(doubt.beliefs[0, 1]), expected[0] / 0.6, atol=0.3)


def swapped(n=900, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, classes, n)
    logs = rng.normal(0, 1, (n, classes))
    logs[np.arange(n), true] += 4
    codes = np.where(rng.random(n) < 0.25, (true + 1) % classes, true)
    chances = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    return np.log(chances)[:, None, :], codes, true


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_the_share_of_swapped_labels_is_found(classes):
    views, codes, true = swapped(classes=classes)
    doubt = mislabelled(views, codes)
    assert abs(doubt.rate - (codes != true).mean()) < 0.04
    assert (doubt.beliefs.argmax(axis=1) == true).mean() > 0.93
    np.testing.assert_allclose(doubt.beliefs.sum(axis=1), 1)


def test_missing_labels_and_absent_classes_are_allowed():
    views, codes, true = swapped()
    codes[:50] = -1
    doubt = mislabelled(views, codes)
    assert (doubt.beliefs[:50].argmax(axis=1) == true[:50]).mean() > 0.9
    none_of_two = np.where(codes == 2, 0, codes)
    assert np.isfinite(mislabelled(views, none_of_two).beliefs).all()


def test_gold_labels_move_the_labels_of_their_class():
    beliefs = np.tile([0.2, 0.8], (100, 1))
    codes = np.ones(100, dtype=int)
    codes[:20] = 0
    beliefs[:20] = [0.9, 0.1]
    gold = np.full(100, -1)
    gold[40:80] = np.tile([0, 1], 20)  # half of the labels of class 1 are refuted, not a fifth
    one_hot = np.eye(2)[codes]
    moved = told_by_gold(Doubt(beliefs, 0.2, np.ones(1)), codes, gold, one_hot)
    assert 0.4 < moved.beliefs[99, 0] < 0.5
    assert moved.beliefs[0].tolist() == [0.9, 0.1]


def test_a_habit_of_the_labeler_is_seen_by_gold_labels_alone():
    codes = np.ones(200, dtype=int)
    doubt = Doubt(np.tile([1e-6, 1 - 1e-6], (200, 1)), 0.0, np.ones(1))
    gold = np.full(200, -1)
    gold[:40] = np.tile([0, 1, 1, 1], 10)
    moved = told_by_gold(doubt, codes, gold, np.eye(2)[codes])
    assert 0.15 < moved.beliefs[199, 0] < 0.25  # a quarter is refuted; drawn towards none
    assert abs(moved.rate - moved.beliefs[199, 0]) < 1e-6


def test_gold_labels_that_agree_take_doubt_away():
    codes = np.ones(200, dtype=int)
    doubt = Doubt(np.tile([0.3, 0.7], (200, 1)), 0.3, np.ones(1))
    gold = np.where(np.arange(200) < 50, 1, -1)
    assert told_by_gold(doubt, codes, gold, np.eye(2)[codes]).beliefs[199, 0] < 0.15


def test_no_gold_label_moves_nothing():
    doubt = Doubt(np.tile([0.2, 0.8], (4, 1)), 0.2, np.ones(1))
    codes = np.ones(4, dtype=int)
    moved = told_by_gold(doubt, codes, np.full(4, -1), np.eye(2)[codes])
    np.testing.assert_array_equal(moved.beliefs, doubt.beliefs)


def test_what_the_labeler_left_open_refutes_nothing():
    codes = np.ones(200, dtype=int)
    stated = np.tile([0.3, 0.7], (200, 1))
    gold = (np.arange(200) % 10 >= 3).astype(int)  # three in ten are of class 0, as the labeler said
    doubt = Doubt(np.tile([0.02, 0.98], (200, 1)), 0.02, np.ones(1))
    moved = told_by_gold(doubt, codes, gold, stated)
    assert moved.beliefs[0, 0] < 0.05


def test_a_shift_keeps_the_shares_of_the_other_classes():
    found = shifted(np.array([[0.7, 0.2, 0.1], [1.0, 0.0, 0.0]]), 0, np.array([1.0, 0.0]))
    np.testing.assert_allclose(found[0, 0], 1 - expit(logit(0.3) + 1))
    np.testing.assert_allclose(found[0, 1] / found[0, 2], 2)
    np.testing.assert_allclose(found.sum(axis=1), 1)
