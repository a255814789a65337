"""Comparisons from predictions that were made elsewhere: probabilities, labels, and none."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from pellucid.exceptions import InvalidInputError
from pellucid.schema import Cost
from pellucid.validation import Analysis, Entry, compare_predictions

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, 200)
GOOD = np.clip(RNG.normal(0.35 + 0.3 * Y, 0.2), 0.01, 0.99)
WEAK = np.clip(RNG.normal(0.45 + 0.1 * Y, 0.2), 0.01, 0.99)
KINDS = np.array(["cat", "dog", "owl"])[RNG.integers(0, 3, 150)]


def compared(y=Y, predictions=None, **more):
    given = {"good": GOOD, "weak": WEAK} if predictions is None else predictions
    fixed = {"reference": next(iter(given), ""), "draws": 100}
    fixed |= {name: more.pop(name) for name in list(more) if name in Analysis.__dataclass_fields__}
    return compare_predictions(y, given, Analysis(**fixed), **more)


def test_probabilities_are_judged_by_ranking():
    found = compared()
    assert found.design.kind == "stored predictions"
    assert found["good"].measures["auroc"].value == pytest.approx(roc_auc_score(Y, GOOD))
    assert found["good"].completed.value == 1.0
    lost = next(one for one in found.differences if one.measure == "auroc")
    assert lost.value == pytest.approx(roc_auc_score(Y, WEAK) - roc_auc_score(Y, GOOD))
    assert lost.conclusion == "worse"
    assert lost.folds is None
    assert len(found.provenance.predictions) == 64


def test_a_column_per_class_says_the_same_as_one():
    one, two = compared(), compared(predictions={"good": np.column_stack([1 - GOOD, GOOD]), "weak": WEAK})
    assert one.contenders == two.contenders


def labels(error):
    said = KINDS.copy()
    wrong = np.random.default_rng(int(error * 100)).random(150) < error
    said[wrong] = np.roll(KINDS, 1)[wrong]
    return said


def test_labels_are_judged_by_accuracy_and_tested_by_mcnemar():
    said = {"one": labels(0.2), "other": labels(0.5)}
    found = compared(KINDS, said, all_pairs=True)
    assert found["one"].measures["accuracy"].value == accuracy_score(KINDS, said["one"])
    assert found["one"].measures["auroc"].value is None
    right = {name: one == KINDS for name, one in said.items()}
    b, c = (right["one"] & ~right["other"]).sum(), (~right["one"] & right["other"]).sum()
    tested = next(one for one in found.differences if one.measure == "accuracy")
    exact = binomtest(int(min(b, c)), int(b + c)).pvalue
    assert tested.test == "McNemar, mid-p"
    assert 0 < tested.p < exact
    assert tested.conclusion is not None
    assert "judged by accuracy" in found.rules[0]
    assert "lies above 0.3" in found.rules[2]  # the most frequent class
    assert found.curves == ()


def test_labels_and_probabilities_can_be_compared_with_each_other():
    decided = (WEAK >= 0.5).astype(int)
    found = compared(predictions={"good": GOOD, "says": decided})
    assert found["good"].measures["auroc"].value == pytest.approx(roc_auc_score(Y, GOOD))
    assert found["says"].measures["auroc"].value is None
    assert found["says"].measures["accuracy"].value == np.mean(decided == Y)
    assert found["says"].measures["sensitivity"].value == np.mean(decided[Y == 1] == 1)
    assert {curve.contender for curve in found.curves} == {"good", "treat all", "treat none"}


def test_what_is_none_of_the_classes_is_wrong_and_said():
    strange = labels(0.2)
    strange[:3] = "fish"
    found = compared(KINDS, {"one": strange, "other": labels(0.5)})
    assert found["one"].measures["accuracy"].value == np.mean(strange == KINDS)
    assert found["one"].caveats == ("It gave 3 labels that are none of the classes; they count as wrong.",)


def test_documents_that_someone_has_no_prediction_for_are_left_out_for_all():
    holes = WEAK.copy()
    holes[:10] = np.nan
    found = compared(predictions={"good": GOOD, "weak": holes})
    assert found.design.documents == 190
    assert found["weak"].completed.value == 0.95
    assert found["good"].measures["auroc"].value == pytest.approx(roc_auc_score(Y[10:], GOOD[10:]))
    assert found.caveats[0].startswith("10 of 200 documents are left out for all")
    unread = np.array([None, *labels(0.2)[1:]], dtype=object)
    assert compared(KINDS, {"one": unread, "other": labels(0.5)}).design.documents == 149


def test_what_is_known_of_a_contender_stands_in_its_row():
    entry = Entry(about="A rule.", glass_box=True, caveats=("Made by hand.",), cost=Cost(price=1.5, currency="EUR"))
    row = compared(entries={"weak": entry}, reference="good")["weak"]
    assert (row.about, row.glass_box, row.caveats, row.cost.price) == ("A rule.", True, ("Made by hand.",), 1.5)


def test_the_same_seed_gives_the_same_bytes():
    assert compared().model_dump_json() == compared(n_jobs=2).model_dump_json()
    assert compared(seed=1).model_dump_json() != compared().model_dump_json()


def test_copies_of_documents_in_groups_say_no_more_than_one_of_each():
    four = {"good": np.tile(GOOD, 4), "weak": np.tile(WEAK, 4)}
    groups = np.tile(np.arange(200), 4)
    grouped, apart, once = (
        found["good"].measures["auroc"]
        for found in (compared(np.tile(Y, 4), four, groups=groups), compared(np.tile(Y, 4), four), compared())
    )
    assert grouped.high - grouped.low == pytest.approx(once.high - once.low, rel=0.05)
    assert apart.high - apart.low < 0.6 * (once.high - once.low)


def test_rows_in_another_order_are_refused_not_matched_by_place():
    names = [f"d{n}" for n in range(200)]
    y, said = pd.Series(Y, index=names), pd.Series(GOOD, index=names)
    assert compared(y, {"a": said}).contenders == compared(Y, {"a": GOOD}).contenders
    with pytest.raises(InvalidInputError, match="predictions: 'a': its index is not that of y"):
        compared(y, {"a": said[::-1]})
    columns = pd.DataFrame({"1": GOOD, "0": 1 - GOOD})
    assert compared(Y, {"a": columns}).contenders == compared(Y, {"a": GOOD}).contenders
    with pytest.raises(InvalidInputError, match="has columns .* the labels are"):
        compared(Y, {"a": columns.rename(columns={"1": "yes"})})


def test_a_missing_label_in_a_list_is_missing_and_numbers_with_gaps_are_labels():
    said = [float("nan"), *labels(0.2)[1:].tolist()]
    assert compared(KINDS, {"a": said, "b": labels(0.5)}).design.documents == 149
    gaps = np.where(np.arange(200) < 5, np.nan, Y)
    found = compared(Y, {"a": gaps, "b": GOOD})
    assert found.judged == "accuracy"
    assert found.design.documents == 195
    assert compared(Y, {"a": [None, *GOOD[1:].tolist()]}).design.documents == 199


def test_a_strange_label_costs_only_the_class_it_was_given_for():
    strange = KINDS.copy().astype(object)
    strange[np.flatnonzero(KINDS == "cat")[:5]] = "fish"
    found = compared(KINDS, {"a": strange, "b": labels(0.5)})["a"].measures
    cats = (KINDS == "cat").sum()
    assert found["balanced_accuracy"].value == pytest.approx((1 + 1 + 1 - 5 / cats) / 3)
    assert found["macro_f1"].value == pytest.approx(
        f1_score(KINDS, strange, labels=["cat", "dog", "owl"], average="macro")
    )


def test_labels_do_not_move_with_the_threshold():
    decided = (WEAK >= 0.5).astype(int)
    found = compared(predictions={"good": GOOD, "says": decided}, threshold=0.0)
    assert found["says"].measures["accuracy"].value == np.mean(decided == Y)
    assert found["good"].measures["accuracy"].value == np.mean(Y)


def test_a_perfect_ranking_is_better_than_one_for_all():
    found = compared(predictions={"perfect": 0.2 + 0.6 * Y, "same": np.full(200, 0.5)}, reference="same")
    assert found.differences[0].conclusion == "better"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"predictions": {}}, "predictions: got none"),
        ({"reference": "nobody"}, "reference: got 'nobody'"),
        ({"predictions": {"a": GOOD[:9]}}, r"'a' has shape \(9,\); \(200,\) or \(200, 2\)"),
        ({"predictions": {"a": GOOD + 1}}, "not probabilities which add up to 1"),
        ({"predictions": {"a": np.full((200, 2), "x")}}, "columns that are not numbers"),
        ({"predictions": {"a": np.full(200, "yes")}}, "'a' says 'yes' .* neither of the labels .0. and .1."),
        ({"y": KINDS, "predictions": {"a": np.full(150, 0.5)}}, "one number per document and there are 3 classes"),
        ({"predictions": {"a": np.where(Y == 1, np.nan, 0.5)}}, "of class .1. 0 documents are left"),
        ({"groups": np.arange(3)}, "groups: one value for each of 200"),
        ({"draws": 10}, "draws: got 10"),
        ({"threshold": 2}, "threshold: got 2"),
        ({"margin": 0.9}, "margin: got 0.9"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, message):
    with pytest.raises(InvalidInputError, match=message):
        compared(**change)
