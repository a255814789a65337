"""Which ways of learning are followed, settled on held-out gold labels."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from pellucid.glassbox import SparseLinearClassifier
from pellucid.labeling._choosing import Held, choose, held_out, not_held, possible_ways
from pellucid.labeling._shrunk import shrunk_logistic
from pellucid.labeling._students import boxes_of, fit_students

WAYS = ["distilled", "soft", "gold"]
BOXES = boxes_of(SparseLinearClassifier())


def drawn(n=400, seed=0, **noise):
    """Truth, labels, and a score per way: the truth with noise."""
    random = np.random.default_rng(seed)
    truth = random.normal(0, 1.5, n)
    codes = (random.random(n) < expit(truth)).astype(float)
    return codes, {way: truth + random.normal(0, much, n) for way, much in noise.items()}


def settled(scores, codes, *, beyond=None, opinion=False, several=True, recalibrate=True):
    beyond = np.full(len(codes), np.nan) if beyond is None else beyond
    return choose(Held(scores, beyond), list(scores), codes, opinion=opinion, several=several, recalibrate=recalibrate)


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(0)
    return pd.DataFrame({"age": random.integers(20, 80, 120), "pain": random.choice(["no", "yes"], 120)})


@pytest.fixture(scope="module")
def said(table):
    random = np.random.default_rng(1)
    return ((table["age"] - 50) / 12 + np.where(table["pain"] == "yes", 1.0, -1.0)).to_numpy() + random.normal(
        0, 1, 120
    )


class TestChoose:
    def test_without_gold_labels_all_that_the_model_taught_share_alike(self):
        codes, scores = drawn(distilled=0.5, soft=0.5, gold=0.5)
        choice = settled(scores, np.full_like(codes, np.nan))
        assert choice.slopes == {"distilled": 0.5, "soft": 0.5}
        assert (choice.intercept, choice.beyond) == (0.0, 0.0)
        assert choice.candidates["log_loss"].isna().all()
        assert choice.candidates.loc["gold", "slope"] == 0

    def test_gold_alone_is_followed_as_it_is(self):
        codes, scores = drawn(gold=0.5)
        assert settled(scores, np.full_like(codes, np.nan)).slopes == {"gold": 1.0}

    def test_what_is_better_is_followed_further(self):
        codes, scores = drawn(distilled=3.0, soft=3.0, gold=0.1)
        choice = settled(scores, codes)
        assert choice.slopes["gold"] > 3 * sum(choice.slopes.get(way, 0) for way in ("distilled", "soft"))
        assert choice.candidates["log_loss"].idxmin() == "gold"
        assert choice.trust < 0.3

    def test_slopes_and_level_are_those_of_the_shrunken_regression(self):
        codes, scores = drawn(n=60, distilled=0.5, soft=1.0, gold=0.3)
        found = shrunk_logistic(np.column_stack(list(scores.values())), codes, begin=[0.5, 0.5, 0.0])
        choice = settled(scores, codes)
        np.testing.assert_allclose(choice.candidates["slope"], found.slopes)
        assert choice.intercept == found.intercept
        np.testing.assert_allclose(
            choice.score(Held(scores, np.full(60, np.nan))), found(np.column_stack(list(scores.values())))
        )

    def test_a_teacher_that_says_the_contrary_is_hardly_followed(self):
        codes, scores = drawn(distilled=0.1)
        choice = settled({"distilled": -scores["distilled"]}, codes)
        assert 0 < choice.slopes["distilled"] <= 0.02

    def test_what_no_fold_could_judge_is_left_out_and_the_rest_recalibrated(self):
        codes, scores = drawn(n=60, distilled=0.5, gold=0.5)
        lone = settled({"distilled": scores["distilled"]}, codes)
        both = settled({**scores, "gold": np.full(60, np.nan)}, codes)
        assert both.slopes == lone.slopes
        assert both.intercept == lone.intercept

    def test_documents_that_some_way_could_not_score_do_not_count(self):
        codes, scores = drawn(n=100, distilled=0.5, gold=0.5)
        part = {"distilled": scores["distilled"], "gold": np.where(np.arange(100) < 50, scores["gold"], np.nan)}
        half = {way: values[:50] for way, values in scores.items()}
        assert settled(part, codes).slopes == settled(half, codes[:50]).slopes

    def test_of_forms_that_do_not_add_up_the_best_alone_is_kept_as_it_is(self):
        codes, scores = drawn(distilled=2.0, soft=1.0, gold=0.3)
        choice = settled(scores, codes, several=False)
        assert choice.slopes == {"gold": 1.0}
        assert choice.intercept == 0
        # A better order at a level far off is no better, since nothing will be recalibrated.
        off = {"distilled": scores["gold"] + 4, "gold": scores["soft"]}
        assert settled(off, codes, several=False).slopes == {"gold": 1.0}
        assert settled(off, codes, several=False, recalibrate=False).slopes == {"gold": 1.0}
        assert settled(off, np.full_like(codes, np.nan), several=False).slopes == {"distilled": 1.0}

    def test_without_recalibration_no_label_counts(self):
        codes, scores = drawn(distilled=3.0, soft=3.0, gold=0.1)
        choice = settled(scores, codes, recalibrate=False)
        assert choice.slopes == {"distilled": 0.5, "soft": 0.5}
        assert choice.intercept == 0

    def test_an_opinion_worth_something_counts_and_noise_does_not(self):
        codes, scores = drawn(distilled=0.1)
        random = np.random.default_rng(5)
        half = scores["distilled"] / 2
        told = settled({"distilled": half}, codes, beyond=half, opinion=True)
        assert told.beyond > 0.7
        noise = settled({"distilled": half}, codes, beyond=random.normal(0, 3, 400), opinion=True)
        assert noise.beyond < 0.2
        np.testing.assert_allclose(
            told.score(Held({"distilled": half}, half)),
            told.intercept + (told.slopes["distilled"] + told.beyond) * half,
        )

    def test_without_gold_labels_an_opinion_counts_in_full(self):
        codes, scores = drawn(distilled=0.1)
        told = settled(scores, np.full_like(codes, np.nan), beyond=scores["distilled"], opinion=True)
        assert told.beyond == 1


class TestTrust:
    def test_it_is_the_share_of_the_spread_that_is_the_twins(self):
        codes, scores = drawn(distilled=0.1)
        twin = scores["distilled"]
        random = np.random.default_rng(0)
        moved = twin + random.permutation(twin)  # adds as much as there is
        choice = settled({"distilled": twin, "soft": moved, "gold": moved}, codes)
        assert choice.candidates["trust"].to_list() == pytest.approx([1.0, 0.5, 0.0])
        slopes, spread = choice.candidates["slope"].to_numpy(), np.array([twin.std(), moved.std(), moved.std()])
        assert choice.trust == pytest.approx((slopes * spread * [1, 0.5, 0]).sum() / (slopes * spread).sum())

    def test_a_twin_that_tells_no_documents_apart_is_not_trusted_whatever_its_slope(self):
        codes, scores = drawn(gold=0.1)
        choice = settled({"distilled": np.full(400, 0.3), "gold": scores["gold"]}, codes)
        assert choice.slopes["distilled"] > 0.5
        assert choice.trust == pytest.approx(0)

    def test_where_nothing_was_held_out_it_is_what_a_way_is_made_of(self):
        codes = np.array([1.0, 0.0] * 5 + [np.nan] * 10)
        choice = choose(not_held(["soft"], 20), ["soft"], codes, opinion=False, several=True, recalibrate=False)
        assert choice.trust == pytest.approx(0.7)


class TestHeldOut:
    def test_no_document_is_scored_by_what_learnt_from_it(self, table, said):
        """Changing what is known of one document changes the scores of others, never its own."""
        codes = np.where(np.arange(120) < 60, said > 0, np.nan)
        before = held_out(WAYS, BOXES, table, said, codes, splits=4, seed=0)
        other, turned = said.copy(), codes.copy()
        other[7], turned[7] = -6.0, codes[7]
        after = held_out(WAYS, BOXES, table, other, turned, splits=4, seed=0)
        for way in ("distilled", "soft"):
            assert after.scores[way][7] == before.scores[way][7]
            assert (after.scores[way] != before.scores[way]).sum() > 80
        np.testing.assert_array_equal(after.scores["gold"], before.scores["gold"])
        assert after.beyond[7] == -6.0 - before.scores["distilled"][7]

    def test_the_seed_decides_the_folds(self, table, said):
        codes = (said > 0).astype(float)
        runs = [held_out(["distilled"], BOXES, table, said, codes, splits=3, seed=seed) for seed in (0, 0, 1)]
        np.testing.assert_array_equal(runs[0].scores["distilled"], runs[1].scores["distilled"])
        assert (runs[0].scores["distilled"] != runs[2].scores["distilled"]).any()

    @pytest.mark.parametrize("known", [1, 3, 119])
    def test_a_rare_label_does_not_make_folds_fewer(self, table, said, known):
        """One document with (or without) a gold label: the others are still scored by students of four fifths."""
        codes = np.where(np.arange(120) < known, said > 0, np.nan)
        codes[0] = 1.0
        held = held_out(["distilled"], BOXES, table, said, codes, splits=5, seed=0)
        scores = held.scores["distilled"]
        assert not np.isnan(scores).any()
        whole = fit_students(["distilled"], BOXES, table, said, codes)["distilled"].score(table)
        assert np.abs(scores - whole).max() < 0.6

    def test_a_fold_with_too_little_to_learn_from_gives_no_score(self, table, said):
        codes = np.where(np.arange(120) < 11, np.arange(120) % 2, np.nan)  # folds leave about nine
        held = held_out(WAYS, BOXES, table, said, codes, splits=5, seed=0)
        assert np.isnan(held.scores["gold"]).sum() > 60
        assert not np.isnan(held.scores["distilled"]).any()
        assert not np.isnan(held.scores["soft"]).any()
        few = np.where(np.arange(120) < 10, said, np.nan)
        held = held_out(["distilled", "gold"], BOXES, table, few, (said > 0).astype(float), splits=5, seed=0)
        assert np.isnan(held.scores["distilled"]).sum() > 60
        assert not np.isnan(held.scores["gold"]).any()

    def test_a_silent_or_constant_teacher_does_not_stop_gold_labels(self, table, said):
        for silent in (np.full(120, np.nan), np.zeros(120)):
            held = held_out(["gold"], BOXES, table, silent, (said > 0).astype(float), splits=3, seed=0)
            assert not np.isnan(held.scores["gold"]).any()
            assert np.isnan(held.beyond).all()


@pytest.mark.parametrize(
    ("taught", "enough", "ways"),
    [
        (True, True, ["distilled", "soft", "corrected", "gold"]),
        (True, False, ["distilled"]),
        (False, True, ["gold"]),
        (False, False, []),
    ],
)
def test_ways_that_there_is_material_for(taught, enough, ways):
    assert possible_ways(["distilled", "soft", "corrected", "gold"], taught=taught, enough=enough) == ways
