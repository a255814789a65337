"""Prediction-powered evaluation: reference values, what is refused, and that the intervals hold the truth."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.measures import MEASURES, POWERED, delong, powered, wilson

I = np.arange(240)  # noqa: E741
Y = ((I * 7919) % 101 < 40).astype(float)
LLM = np.clip(0.25 + 0.45 * Y + 0.3 * np.sin(I * 1.7), 0.02, 0.98).round(3)
SCORES = np.clip(0.3 + 0.25 * Y + 0.25 * np.cos(I * 2.3), 0.02, 0.98).round(3)
GOLD = np.where(I < 60, Y, np.nan)


def bench():
    path = Path(__file__).parents[2] / "benchmarks" / "powered_evaluation.py"
    spec = importlib.util.spec_from_file_location("powered_benchmark", path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize(
    ("measure", "trust", "value", "low", "high"),
    [
        ("prevalence", 0.894909181976672, 0.39048764, 0.29499412, 0.48598116),
        ("accuracy", 0.8307530422805333, 0.71120677, 0.61992321, 0.80249034),
        ("brier", 0.33145962463755735, 0.16064096, 0.12632024, 0.19496168),
    ],
)
def test_means_are_those_of_ppi_plus_plus(measure, trust, value, low, high):
    """ppi-python 0.2.3: ppi_mean_pointestimate and ppi_mean_ci(Y, F, F_unlabelled, alpha=0.05, lam=trust).

    Y and F are the label, rightness or squared error under gold and LLM labels; its limits are
    normal ones, ours Wilson's or log-odds ones with Student's quantile, so only widths are near.
    """
    found = powered(GOLD, LLM, SCORES)[measure]
    assert found.trust == pytest.approx(trust, abs=1e-12)
    assert found.powered.value == pytest.approx(value, abs=2e-6 if measure == "brier" else 1e-8)
    assert found.powered.high - found.powered.low == pytest.approx(high - low, rel=0.06)


def test_the_slope_is_near_the_m_estimate_of_ppi_plus_plus():
    """ppi_logistic_pointestimate and ppi_logistic_ci of ppi-python 0.2.3 on [1, logit(scores)]: linearised here."""
    found = powered(GOLD, LLM, SCORES)["calibration_slope"].powered
    assert found.value == pytest.approx(1.71173586, abs=0.02)
    assert found.high - found.low == pytest.approx(2.37181026 - 1.05689158, rel=0.1)


def test_gold_labels_alone_give_the_measures_of_the_same_names():
    found, y = powered(GOLD, LLM, SCORES), Y[:60].astype(int)
    for name in set(POWERED) - {"prevalence"}:
        wanted = MEASURES[name].values(y, SCORES[:60], np.ones((60, 1)))[0]
        assert found[name].gold.value == pytest.approx(wanted), name
    assert found["prevalence"].gold.low == pytest.approx(wilson(int(y.sum()), 60).low)
    area = delong(y, SCORES[None, :60]).measure()
    assert (found["auroc"].gold.low, found["auroc"].gold.high) == pytest.approx((area.low, area.high), abs=0.01)


def test_the_naive_figures_take_the_llms_labels_for_true():
    found = powered(GOLD, LLM.round(), SCORES)
    for name in set(POWERED) - {"prevalence"}:
        wanted = MEASURES[name].values(LLM.round().astype(int), SCORES, np.ones((240, 1)))[0]
        assert found[name].llm == pytest.approx(wanted), name
    assert found["prevalence"].llm == LLM.round().mean()


def test_every_record_says_from_how_many_and_what_it_is_worth():
    for name, found in powered(GOLD, LLM, SCORES).items():
        assert (found.measure, found.documents, found.gold_documents) == (name, 240, 60)
        assert 60 <= found.effective <= 240
        assert found.powered.low < found.powered.value < found.powered.high


def test_without_scores_prevalence_is_what_can_be_had():
    assert list(powered(GOLD, LLM)) == ["prevalence"]
    with pytest.raises(InvalidInputError, match="scores: got None"):
        powered(GOLD, LLM, measures=["auroc"])


@pytest.mark.parametrize(
    "y",
    [
        [None if np.isnan(one) else int(one) for one in GOLD],
        [pd.NA if np.isnan(one) else bool(one) for one in GOLD],
        pd.array([None if np.isnan(one) else int(one) for one in GOLD], dtype="Int64"),
        pd.Series(["no" if one == 0 else "yes" if one == 1 else None for one in GOLD]),
    ],
)
def test_a_missing_gold_label_may_be_written_in_every_usual_way(y):
    assert powered(y, LLM, SCORES) == powered(GOLD, LLM, SCORES)


def test_probabilities_of_both_classes_or_of_the_second_are_the_same():
    both = pd.DataFrame({"no": 1 - LLM, "yes": LLM})
    assert powered(GOLD, both, SCORES) == powered(GOLD, LLM, SCORES)


def test_classes_can_be_turned_round():
    straight, turned = powered(GOLD, LLM, SCORES), powered(GOLD, 1 - LLM, 1 - SCORES, classes=(1, 0), threshold=0.5001)
    assert turned["sensitivity"].powered.value == pytest.approx(straight["specificity"].powered.value)
    assert turned["auroc"].powered.value == pytest.approx(straight["auroc"].powered.value)


def test_equal_chances_given_as_weights_change_nothing_but_the_condition():
    given = powered(GOLD, LLM, SCORES, weights=np.where(I < 60, 7.0, np.nan))
    for name, found in powered(GOLD, LLM, SCORES).items():
        assert given[name].powered.low == pytest.approx(found.powered.low)
        assert given[name].weighted


def test_an_llm_without_a_word_leaves_the_gold_labels():
    found = powered(GOLD, np.full(240, np.nan), SCORES)["auroc"]
    assert (found.trust, found.llm) == (0, None)
    assert (found.powered.low, found.powered.high) == (found.gold.low, found.gold.high)
    assert "not used" in found.note


def test_an_llm_that_left_some_out_is_still_used():
    found = powered(GOLD, np.where(I % 5 == 0, np.nan, LLM), SCORES)["prevalence"]
    assert found.trust > 0
    assert found.effective > 60


@pytest.mark.parametrize("llm", [np.full(240, 0.3), np.zeros(240)])
def test_an_llm_that_always_says_the_same_adds_nothing(llm):
    found = powered(GOLD, llm)["prevalence"]
    assert found.trust == 0
    assert found.effective == pytest.approx(60)


def test_a_share_with_hardly_any_misses_is_left_to_the_gold_labels():
    y = np.where(I < 50, I % 2, np.nan)
    right = np.where(I % 2 == 1, 0.9, 0.1)
    right[[0, 2]] = 0.9  # two misses
    found = powered(y, LLM, right)["accuracy"]
    assert found.trust == 0
    assert "fewer than 4" in found.note
    assert found.powered.low == pytest.approx(wilson(48, 50).low)


def test_one_class_among_the_gold_labels_leaves_most_measures_undefined_and_prevalence_bounded():
    found = powered([0, 0, 0, None, None, None], np.linspace(0, 1, 6), np.linspace(0, 1, 6), classes=(0, 1))
    assert found["prevalence"].powered.text() == wilson(0, 3).text()
    assert [found[name].powered.value for name in ("sensitivity", "auroc", "calibration_slope")] == [None] * 3
    assert "do not define it" in found["auroc"].note


def test_one_gold_label_is_one():
    found = powered([1, None, None], [0.9, 0.2, 0.4], [0.8, 0.1, 0.3], classes=(0, 1))
    assert found["accuracy"].powered.text() == wilson(1, 1).text()
    assert found["brier"].powered.low is None


def test_where_every_document_is_gold_there_is_nothing_to_add_and_these_documents_are_known():
    found = powered(Y, LLM, SCORES, about="documents")
    assert found["accuracy"].powered.low == pytest.approx(found["accuracy"].powered.high)
    assert found["auroc"].effective == 240
    assert "every document" in found["brier"].note
    assert powered(Y, LLM, SCORES)["accuracy"].powered.low < found["accuracy"].powered.low


def test_these_documents_are_known_more_surely_than_all_that_might_come():
    every, these = powered(GOLD, LLM, SCORES), powered(GOLD, LLM, SCORES, about="documents")
    for name in POWERED:
        assert these[name].powered.value == every[name].powered.value
        assert these[name].powered.low > every[name].powered.low


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"y": np.full(240, np.nan)}, "none of 240 documents has a gold label"),
        ({"y": np.zeros(240)}, "y: got 1 classes; two are expected: name both with classes="),
        ({"y": I % 3}, "y: got 3 classes"),
        ({"y": np.zeros((240, 2))}, "y: got shape"),
        ({"y": GOLD, "classes": (0, 2)}, "y: got 1"),
        ({"y": GOLD, "classes": (0, 1, 2)}, "classes: got 3 classes"),
        ({"llm": LLM[:9]}, "llm: got shape"),
        ({"llm": LLM + 0.9}, "llm: got .* outside"),
        ({"llm": ["what"] * 240}, "llm: got something that is no number"),
        ({"scores": SCORES[:9]}, "scores: got shape"),
        ({"scores": np.where(I == 3, np.nan, SCORES)}, "scores: got nan"),
        ({"weights": np.ones(3)}, "weights: got shape"),
        ({"weights": np.zeros(240)}, "weights: a gold document has none above 0"),
        ({"measures": ["f1"]}, "measures: got 'f1'"),
        ({"about": "all"}, "about: got 'all'"),
        ({"threshold": 2}, "threshold: got 2"),
    ],
)
def test_what_cannot_be_used_is_refused_and_says_what_can(changed, said):
    with pytest.raises(InvalidInputError, match=said):
        powered(**{"y": GOLD, "llm": LLM, "scores": SCORES} | changed)


def test_labels_in_another_order_are_refused():
    with pytest.raises(InvalidInputError, match="another order"):
        powered(pd.Series(GOLD), pd.Series(LLM)[::-1], SCORES)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("labeler", ["good", "bad", "biased"])
def test_intervals_hold_the_truth_whatever_the_llm_is_worth(labeler):
    found = bench().simulate(labeler, 50, 300, 0.3, runs=200, seed=1)
    for name, one in found.items():
        assert 90 <= one.covered <= 99.5, name  # 200 runs: 95% give or take three standard errors
        assert one.widest < 1.6, name  # in one run of a hundred
        assert one.width < (1.02 if labeler == "bad" else 1.005), name
    assert found["prevalence"].width < {"good": 0.8, "bad": 1.02, "biased": 0.9}[labeler]
    assert abs(found["auroc"].naive) > 0.02  # what the LLM's labels would have claimed


@pytest.mark.slow
@pytest.mark.no_cover
def test_intervals_hold_where_gold_documents_were_drawn_with_known_chances():
    drawn, rng = bench(), np.random.default_rng(3)
    truth, held = drawn.truths(0.3), dict.fromkeys(("prevalence", "accuracy", "auroc", "brier"), 0)
    for _ in range(200):
        data = drawn.draw(rng, 400, 0.3, "biased")
        chance = 0.1 + 0.4 * 4 * data.scores * (1 - data.scores)  # the doubtful ones more often
        y = np.where(rng.random(400) < chance, data.y, np.nan)
        for name, found in powered(y, data.llm, data.scores, weights=1 / chance, measures=list(held)).items():
            held[name] += found.powered.low <= truth[name] <= found.powered.high
    assert all(count >= 0.90 * 200 for count in held.values()), held
