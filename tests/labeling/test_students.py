"""Ways to learn from a language model's log-odds, gold labels, or both."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.base import clone

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    RiskScoreClassifier,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SparseLinearRegressor,
    fit_soft,
)
from pellucid.labeling._students import (
    CORRECTION,
    GOLD_PULL,
    boxes_of,
    check_teaches,
    enough_gold,
    fit_students,
    score_of,
    teaches,
    trust_in,
)

QUICK = EBMClassifier(outer_bags=2, max_rounds=30)


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(0)
    return pd.DataFrame({"age": random.integers(20, 80, 120), "pain": random.choice(["no", "yes"], 120)})


@pytest.fixture(scope="module")
def truth(table):
    return ((table["age"] - 50) / 12 + np.where(table["pain"] == "yes", 1.0, -1.0)).to_numpy()


@pytest.fixture(scope="module")
def said(truth):
    """Log-odds of the language model; nothing of every tenth document."""
    random = np.random.default_rng(1)
    return np.where(np.arange(120) % 10 == 0, np.nan, 0.7 * truth + random.normal(0, 0.4, 120))


@pytest.fixture(scope="module")
def codes(truth):
    """Gold labels of the first sixty."""
    random = np.random.default_rng(2)
    return np.where(np.arange(120) < 60, random.random(120) < expit(truth), np.nan)


class TestBoxes:
    def test_none_is_an_ebm(self):
        boxes = boxes_of(None)
        assert isinstance(boxes.from_odds, EBMRegressor)
        assert isinstance(boxes.from_labels, EBMClassifier)
        assert boxes.adds_up
        assert boxes.ways == ("distilled", "soft", "corrected", "gold")

    @pytest.mark.parametrize("asked", [EBMClassifier, EBMRegressor])
    def test_an_ebm_of_either_kind_gives_both_with_its_settings(self, asked):
        settings = {"interactions": [("a", "b")], "monotone_constraints": {"a": 1}, "outer_bags": 3, "random_state": 7}
        boxes = boxes_of(asked(**settings))
        for box in boxes:
            assert {name: box.get_params()[name] for name in settings} == settings
        assert [type(box) for box in boxes] == [EBMRegressor, EBMClassifier]

    @pytest.mark.parametrize("asked", [SparseLinearClassifier, SparseLinearRegressor])
    def test_a_sparse_linear_model_gives_both_and_corrects_nothing(self, asked):
        boxes = boxes_of(asked(max_terms=2))
        assert [type(box) for box in boxes] == [SparseLinearRegressor, SparseLinearClassifier]
        assert [box.max_terms for box in boxes] == [2, 2]
        assert boxes.ways == ("distilled", "soft", "gold")

    @pytest.mark.parametrize("asked", [RiskScoreClassifier(), ShallowTreeClassifier()], ids=["score", "tree"])
    def test_a_card_or_a_tree_does_not_add_up(self, asked):
        boxes = boxes_of(asked)
        assert boxes.from_odds is None
        assert not boxes.adds_up
        assert boxes.ways == ("distilled", "soft", "gold")

    @pytest.mark.parametrize("other", ["ebm", EBMClassifier, object()], ids=["text", "class", "object"])
    def test_anything_else_is_refused(self, other):
        with pytest.raises(InvalidTypeError, match="glass_box: got .*; a glass box of pellucid.glassbox is expected"):
            boxes_of(other)

    def test_lighter_ones_have_fewer_bags_and_are_copies(self):
        boxes = boxes_of(EBMClassifier(outer_bags=8))
        assert [box.outer_bags for box in boxes.lighter()] == [4, 4]
        assert [box.outer_bags for box in boxes] == [8, 8]
        assert [box.outer_bags for box in boxes_of(QUICK).lighter()] == [2, 2]
        assert boxes_of(ShallowTreeClassifier()).lighter().from_odds is None


class TestWhatTheyLearnFrom:
    def test_distilled_learns_log_odds_where_there_are_some_and_looks_at_no_label(self, table, said, codes):
        boxes, there = boxes_of(SparseLinearClassifier()), ~np.isnan(said)
        alone = SparseLinearRegressor().fit(table[there], said[there])
        for gold in (codes, 1 - codes, np.full(120, np.nan)):
            found = fit_students(["distilled"], boxes, table, said, gold)["distilled"].score(table)
            np.testing.assert_array_equal(found, alone.predict(table))

    def test_soft_learns_log_odds_that_gold_labels_moved(self, table, said, codes):
        target = np.where(np.isnan(said) & ~np.isnan(codes), np.nanmean(said), said)
        target = np.where(np.isnan(codes), target, target + np.where(codes == 1, GOLD_PULL, -GOLD_PULL))
        there = ~np.isnan(target)
        assert there.sum() == 120 - 6  # of twelve documents nothing was said, but six of them have gold labels
        alone = SparseLinearRegressor().fit(table[there], target[there])
        found = fit_students(["soft"], boxes_of(SparseLinearClassifier()), table, said, codes)["soft"]
        np.testing.assert_allclose(found.score(table), alone.predict(table))

    def test_gold_learns_from_labels_alone(self, table, said, codes):
        alone = SparseLinearClassifier().fit(table[:60], codes[:60].astype(int))
        boxes = boxes_of(SparseLinearClassifier())
        for words in (said, np.full(120, np.nan), np.zeros(120)):
            found = fit_students(["gold"], boxes, table, words, codes)["gold"]
            np.testing.assert_array_equal(found.score(table), alone.decision_function(table))

    def test_corrected_adds_a_share_of_what_labels_say_beyond_the_twin(self, table, said, codes):
        found = fit_students(["corrected", "distilled"], boxes_of(QUICK), table, said, codes)
        assert list(found) == ["corrected", "distilled"]
        (one, twin), (share, correction) = found["corrected"].parts
        assert (one, share) == (1.0, CORRECTION)
        first = twin.predict(table)
        again = EBMClassifier(outer_bags=2, max_rounds=30).fit(
            table[:60], codes[:60].astype(int), init_score=first[:60]
        )
        np.testing.assert_allclose(correction.decision_function(table), again.decision_function(table))
        total = first + CORRECTION * again.decision_function(table)
        np.testing.assert_allclose(found["corrected"].score(table), total)
        np.testing.assert_array_equal(found["distilled"].score(table), first)

    @pytest.mark.parametrize("box", [RiskScoreClassifier(), ShallowTreeClassifier()], ids=["score", "tree"])
    def test_a_card_or_a_tree_learns_both_labels_by_their_probability(self, box, table, said, codes):
        found = fit_students(["distilled", "gold"], boxes_of(box), table, said, codes)
        there = ~np.isnan(said)
        expected = fit_soft(box, table[there], expit(said[there])).decision_function(table)
        np.testing.assert_array_equal(found["distilled"].score(table), expected)
        alone = clone(box).fit(table[:60], codes[:60].astype(int))
        np.testing.assert_array_equal(found["gold"].score(table), alone.decision_function(table))

    def test_a_regressors_estimate_is_taken_for_log_odds(self, table, truth):
        regressor = SparseLinearRegressor().fit(table, truth)
        classifier = SparseLinearClassifier().fit(table, truth > 0)
        np.testing.assert_array_equal(score_of(regressor, table), regressor.predict(table))
        np.testing.assert_array_equal(score_of(classifier, table), classifier.decision_function(table))


@pytest.mark.parametrize(
    ("known", "enough"),
    [([1, 0] * 5, True), ([1, 1, 1] + [0] * 7, True), ([1, 1] + [0] * 20, False), ([1, 0] * 4, False), ([], False)],
)
def test_enough_gold_is_ten_with_three_of_each_class(known, enough):
    assert enough_gold(np.array([np.nan, *known, np.nan])) is enough


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([0.1] * 9 + [0.2], None),
        ([0.1] * 9, r"for 9 document\(s\); at least 10"),
        ([0.1] * 20, "says the same of every"),
    ],
)
def test_a_teacher_speaks_of_ten_documents_and_not_the_same_of_all(said, words):
    said = np.array([*said, np.nan, np.nan])
    assert teaches(said) is (words is None)
    if words is None:
        check_teaches(said)
    else:
        with pytest.raises(InvalidInputError, match=f"^teacher: .*{words}"):
            check_teaches(said)


def test_trust_in_a_way_falls_with_the_share_of_gold_labels():
    none, half, all_of_them = np.full(4, np.nan), np.array([1, 0, np.nan, np.nan]), np.array([1.0, 0, 1, 0])
    for way, least in (("distilled", 1.0), ("soft", 0.4), ("corrected", 0.4), ("gold", 0.0)):
        assert trust_in(way, all_of_them) == pytest.approx(least)
        if way != "gold":
            assert trust_in(way, half) == pytest.approx((1 + least) / 2)
            assert trust_in(way, none) == 1
    assert trust_in("gold", none) == 0
