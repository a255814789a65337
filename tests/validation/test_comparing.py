"""From predictions to a comparison: which figures a contender has, and what is said of all."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from pellucid.schema import Cost, CurveKind, Design, Measure
from pellucid.validation._comparing import Analysis, Entry, Predicted, compare

RNG = np.random.default_rng(1)
Y = np.tile([0, 1], 60)
SCORES = {
    name: np.clip(0.5 + shift * (Y - 0.5) + RNG.normal(0, 0.2, (2, 120)), 0.01, 0.99)
    for name, shift in {"good": 0.4, "weak": 0.1}.items()
}
DESIGN = Design(documents=120, classes={"0": 60, "1": 60}, splits=2, repeats=2, seed=0, draws=100, interval="")
HALVES = tuple((repeat, rows) for repeat in range(2) for rows in (np.arange(60), np.arange(60, 120)))


def compared(entries=None, folds=HALVES, **terms):
    found = Predicted(Y, SCORES, folds=folds, test_to_train=1.0)
    known = {name: Entry() for name in SCORES} | (entries or {})
    return compare(
        found, known, DESIGN, Analysis(**{"reference": "good", "margin": 0.02, "draws": 100, "seed": 0} | terms)
    )


def test_figures_are_means_over_repeats():
    measures = compared()["weak"].measures
    for name, by_hand in (("auroc", roc_auc_score), ("brier", brier_score_loss)):
        assert measures[name].value == pytest.approx(np.mean([by_hand(Y, one) for one in SCORES["weak"]]))
    assert measures["auroc"].method == "DeLong"


def test_folds_are_figured_one_by_one_where_each_holds_both_classes():
    found = compared()
    assert found["good"].folds == pytest.approx(
        [roc_auc_score(Y[rows], SCORES["good"][repeat][rows]) for repeat, rows in HALVES]
    )
    pure = tuple((repeat, np.flatnonzero(code == Y)) for repeat in range(2) for code in (0, 1))
    assert compared(folds=pure)["good"].folds == ()
    assert compared(folds=pure).differences[0].folds is None


def test_curves_are_of_every_contender():
    found = compared()
    assert {curve.kind for curve in found.curves} == {CurveKind.ROC, CurveKind.CALIBRATION, CurveKind.NET_BENEFIT}


def test_what_is_known_of_a_contender_is_carried_over():
    entry = Entry("About.", True, True, ("Caveat.",), Cost(requests=3), Measure(value=0.9))
    row = compared({"weak": entry})["weak"]
    assert (row.about, row.glass_box, row.uses_answers, row.caveats) == ("About.", True, True, ("Caveat.",))
    assert (row.cost.requests, row.completed.value) == (3, 0.9)


def test_what_so_many_documents_can_show_is_said_where_there_is_a_margin():
    assert compared().power.startswith("With 120 documents, 60 of them")
    assert compared(margin=0.0).power == ""
    assert compared(margin=0.0).margin is None


def test_a_contender_without_probabilities_turns_the_judgement_to_accuracy():
    found = compared({"weak": Entry(decides_only=True)})
    assert found.judged == "accuracy"
    assert found["weak"].measures["brier"].value is None
    assert found["weak"].measures["accuracy"].value is not None
    assert "judged by accuracy" in found.rules[0]
    assert {one.test for one in found.differences if one.measure == "accuracy"} == {"bootstrap"}  # two repeats
