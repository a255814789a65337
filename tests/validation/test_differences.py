"""Differences of two contenders: the right test for each measure, adjusted, and held against the margin."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from pellucid.measures import MEASURES, delong, resample
from pellucid.schema import Conclusion
from pellucid.validation._differences import Figures, differences

RNG = np.random.default_rng(3)
Y = RNG.integers(0, 2, 300)
SCORES = {
    name: np.clip(0.5 + shift * (Y - 0.5) + RNG.normal(0, 0.15, (1, 300)), 0.01, 0.99)
    for name, shift in {"good": 0.4, "twin": 0.39, "weak": 0.1}.items()
}


def figures(margin=0.02, judged="auroc", folds=None):
    return Figures(
        y=Y,
        right={name: ((one[0] >= 0.5) == Y).astype(float) for name, one in SCORES.items()},
        resampled=resample(Y, SCORES, MEASURES, draws=400, seed=0),
        areas=delong(Y, np.stack(list(SCORES.values()))),
        ranked=tuple(SCORES),
        folds=folds or {},
        test_to_train=0.25,
        judged=judged,
        margin=margin,
    )


PAIRS = [("twin", "good"), ("weak", "good"), ("weak", "twin")]


@pytest.fixture(scope="module")
def found():
    made = differences(figures(), PAIRS, ("auroc", "brier", "accuracy"))
    return {(one.contender, one.reference, one.measure): one for one in made}


def test_each_measure_has_the_test_that_is_made_for_it(found):
    assert {key[2]: one.test for key, one in found.items()} == {
        "auroc": "DeLong",
        "brier": "bootstrap",
        "accuracy": "McNemar, mid-p",
    }
    assert {key[2]: one.method for key, one in found.items()} == {
        "auroc": "DeLong",
        "brier": "paired bootstrap, normal limits",
        "accuracy": "Bonett-Price",
    }


def test_p_values_are_adjusted_within_a_measure(found):
    for measure in ("auroc", "brier", "accuracy"):
        family = [found[*pair, measure] for pair in PAIRS]
        expected = multipletests([one.p for one in family], method="holm")[1]
        assert [one.p_holm for one in family] == pytest.approx(expected)


def test_only_what_is_judged_by_is_held_against_the_margin(found):
    worse = found["weak", "good", "auroc"]
    assert worse.conclusion is Conclusion.WORSE
    assert worse.margin == 0.02
    assert worse.p_non_inferior > 0.99
    assert 0 < worse.power < 1
    assert found["weak", "good", "brier"].conclusion is None
    assert found["weak", "good", "brier"].margin is None


def test_turned_round_a_difference_says_the_opposite():
    one, other = differences(figures(), [("weak", "good"), ("good", "weak")], ("auroc",))
    assert one.value == -other.value
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert other.conclusion is Conclusion.BETTER


def test_without_a_margin_nothing_is_concluded():
    assert {one.conclusion for one in differences(figures(margin=0.0), PAIRS, ("auroc",))} == {None}


def test_a_wide_margin_shows_equivalence():
    one = differences(figures(margin=0.2), [("twin", "good")], ("auroc",))[0]
    assert one.conclusion in (Conclusion.EQUIVALENT, Conclusion.BETTER)
    assert one.p_equivalent < 0.05


def test_accuracy_can_be_what_is_judged_by():
    made = differences(figures(judged="accuracy"), PAIRS, ("auroc", "accuracy"))
    judged = {(one.contender, one.reference): one for one in made if one.measure == "accuracy"}
    assert judged["weak", "good"].conclusion is Conclusion.WORSE
    assert {one.test for one in made if one.measure == "auroc"} == {"DeLong"}
    assert all(one.low <= one.value <= one.high for one in judged.values())


def by_fold(spread, count=6):
    """Differences of 0.1 between twin and good in every fold, give or take."""
    wobble = spread * np.tile([-1.0, 1.0], count // 2)
    folds = {"good": np.full(count, 0.8), "twin": 0.7 + wobble, "weak": np.full(count, 0.6)}
    return {name: {"auroc": values, "brier": values} for name, values in folds.items()}


def test_folds_give_an_interval_that_also_covers_training():
    made = differences(figures(folds=by_fold(0.01)), PAIRS[:1], ("auroc", "accuracy"))
    assert made[0].folds.value == pytest.approx(-0.1)
    assert made[0].folds.method == "Nadeau-Bengio"
    assert made[1].folds is None


def test_what_is_claimed_has_to_hold_over_documents_and_over_folds():
    pair = [("weak", "good")]
    plain, steady = (differences(figures(folds=folds), pair, ("auroc",))[0] for folds in ({}, by_fold(0.0)))
    assert plain.conclusion is steady.conclusion is Conclusion.WORSE
    unsure = by_fold(0.0)
    unsure["weak"]["auroc"] = np.array([0.2, 1.0, 0.1, 0.9, 0.8, 0.6])
    shaken = differences(figures(folds=unsure), pair, ("auroc",))[0]
    assert (shaken.low, shaken.high) == (plain.low, plain.high)
    assert shaken.test == "DeLong and Nadeau-Bengio, the larger"
    assert shaken.p > 0.05 > plain.p
    assert shaken.conclusion is Conclusion.INCONCLUSIVE
    assert shaken.power < plain.power
    few = {name: {measure: values[:4] for measure, values in one.items()} for name, one in unsure.items()}
    assert differences(figures(folds=few), pair, ("auroc",))[0].conclusion is Conclusion.WORSE
