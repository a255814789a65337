"""Curves over gold labels: figures of the comparison, bands that cover what they say, who needs labels and who not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from pellucid.exceptions import InvalidInputError
from pellucid.schema import CurveKind
from pellucid.validation import Contender, CrossValidation, GoldRules, Temporal, gold_curves
from pellucid.validation._cross_fit import cross_fit


class Oracle(ClassifierMixin, BaseEstimator):
    """Reads a probability off the table and learns nothing: a language model asked directly."""

    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, X):
        second = X["said"].to_numpy()
        return np.column_stack([1 - second, second])


def documents(n=200, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.binomial(1, 0.4, n)
    X = pd.DataFrame({f"x{place}": rng.normal(size=n) + 0.5 * y for place in range(8)})
    X["said"] = 1 / (1 + np.exp(-(rng.normal(size=n) + 0.9 * y - 0.45)))
    return X, y


X, Y = documents()
CONTENDERS = {
    "gold only": Contender(LogisticRegression(), columns=[f"x{place}" for place in range(8)], glass_box=True),
    "direct": Contender(Oracle(), columns=["said"], about="Asked.", learns_from="unlabelled"),
}


def folds(y=Y, repeats=3, **more):
    return CrossValidation(4, repeats).plan(y, **{"groups": None, "times": None} | more, seed=0)


def run(rules=None, contenders=CONTENDERS, plan=None, y=Y, **more):
    rules = rules or GoldRules(sizes=(0, 10, 40, "all"), measures=("auroc", "brier"), draws=100)
    return gold_curves(contenders, X, y, plan or folds(), rules, **more)


@pytest.fixture(scope="module")
def found():
    return run()


def test_a_curve_per_contender_and_measure_and_no_point_where_gold_labels_are_needed(found):
    curves = found.curves
    assert [(one.contender, one.measure) for one in curves] == [
        ("gold only", "auroc"), ("direct", "auroc"), ("gold only", "brier"), ("direct", "brier")
    ]  # fmt: skip
    gold, direct = curves[:2]
    assert gold.kind is CurveKind.GOLD
    assert (gold.x, direct.x) == ((10.0, 40.0, 150.0), (0.0, 10.0, 40.0, 150.0))
    assert (gold.glass_box, direct.about) == (True, "Asked.")
    assert len(set(direct.y)) == 1
    assert gold.y[0] < gold.y[-1]


def test_all_gold_labels_give_the_figures_of_the_comparison_and_one_that_learns_nothing_its_own(found):
    curves = found.curves
    predicted = cross_fit(CONTENDERS, X, Y, folds())
    auroc = np.mean([roc_auc_score(Y, repeat) for repeat in predicted["gold only"]])
    assert curves[0].y[-1] == pytest.approx(auroc, abs=1e-3)  # the same documents in another order
    assert curves[1].y[0] == pytest.approx(roc_auc_score(Y, X["said"]))
    assert curves[3].y[0] == pytest.approx(brier_score_loss(Y, X["said"]))


def test_spread_is_the_deviation_between_repeats_and_shrinks_with_labels(found):
    gold, direct = found.curves[:2]
    assert gold.spread[0] > 3 * gold.spread[-1]
    assert direct.spread == pytest.approx((0, 0, 0, 0))
    once = run(plan=folds(repeats=1)).curves[0]
    assert once.spread == ()
    assert "does not cover which gold labels were shown" in once.method


def test_the_band_of_few_labels_is_wider_for_the_repeats_it_was_averaged_over():
    many, few = (run(plan=folds(repeats=repeats)).curves[0] for repeats in (6, 2))
    assert few.high[0] - few.low[0] > many.high[0] - many.low[0]
    assert all(low < middle < high for low, middle, high in zip(many.low, many.y, many.high, strict=True))


def test_crossings_are_those_of_the_reference_and_of_named_pairs_in_every_measure(found):
    rules = GoldRules(
        sizes=(0, 10, "all"),
        measures=("auroc", "brier"),
        reference="direct",
        pairs=[("direct", "gold only")],
        draws=100,
    )
    crossings = run(rules).crossings
    assert [(one.contender, one.rival, one.measure) for one in crossings] == [
        ("gold only", "direct", "auroc"), ("direct", "gold only", "auroc"),
        ("gold only", "direct", "brier"), ("direct", "gold only", "brier"),
    ]  # fmt: skip
    assert 10 < crossings[0].size < 150
    assert (crossings[0].start, crossings[0].until) == (10, 150)
    assert crossings[1].size is None
    assert crossings[0].ahead + crossings[1].ahead == pytest.approx(1)
    assert found.crossings == ()


def test_the_same_seed_gives_the_same_curves_and_another_seed_others():
    rules, plan = GoldRules(sizes=(0, 40), measures=("auroc",), draws=100), folds(repeats=2)
    one = run(rules, plan=plan)
    assert one == run(rules, plan=plan)
    assert one != run(replace(rules, seed=1), plan=plan)


def test_groups_of_the_plan_are_drawn_as_wholes(found):
    groups = np.arange(200) // 4
    grouped = run(plan=folds(groups=groups)).curves[1]
    assert "whole groups" in grouped.method
    assert (grouped.low, grouped.high) != (found.curves[1].low, found.curves[1].high)


def test_documents_without_gold_label_serve_to_learn_from_and_are_not_counted():
    y = Y.astype(object)
    y[160:] = [None, np.nan] * 20
    plan = folds(Y[:160]).among(np.arange(160), 200)
    for missing in (y, pd.Series(y, index=X.index), pd.Series(y, index=X.index).astype("Int64")):
        gold, direct = run(y=missing, plan=plan).curves[:2]
        assert gold.x[-1] == 120
        assert direct.y[0] == pytest.approx(roc_auc_score(Y[:160], X["said"][:160]))
    with pytest.raises(InvalidInputError, match="40 documents that the plan tests have no label; see Plan.among"):
        run(y=y)


def test_more_than_two_classes_are_taken():
    y = np.array(["a", "b", "c"])[Y + (X["x0"] > 0.8)]
    rules = GoldRules(sizes=(20, "all"), draws=50)
    found = gold_curves({"gold only": CONTENDERS["gold only"]}, X, y, folds(y), rules)
    assert [one.measure for one in found.curves] == ["auroc", "brier", "log_loss"]
    assert all(one.low[0] <= one.y[0] <= one.high[0] for one in found.curves)


def test_fits_are_kept_and_found_again(tmp_path, found):
    assert run(checkpoint=tmp_path) == run(checkpoint=tmp_path) == found
    assert len(list(tmp_path.iterdir())) == 4 * 12


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"measures": ("calibration_slope",)}, "measures: got 'calibration_slope'; allowed are 'auroc'"),
        ({"measures": "auroc"}, "measures: got 'auroc'; a tuple"),
        ({"sizes": ()}, "sizes: got"),
        ({"sizes": "all"}, "sizes: got"),
        ({"draws": 10}, "draws"),
        ({"seed": -1}, "seed"),
    ],
)
def test_rules_that_make_no_sense_are_refused(wrong, said):
    with pytest.raises(InvalidInputError, match=said):
        GoldRules(**wrong)


def test_unknown_names_and_columns_and_labels_out_of_order_are_refused():
    with pytest.raises(InvalidInputError, match="reference, pairs: got 'judge'; allowed are 'gold only', 'direct'"):
        run(GoldRules(pairs=[("judge", "direct")]))
    with pytest.raises(InvalidInputError, match="wants column 'said'"):
        gold_curves(CONTENDERS, X.drop(columns="said"), Y, folds())
    with pytest.raises(InvalidInputError, match="its index is not that of X"):
        run(y=pd.Series(Y, index=X.index[::-1]))
    late = np.r_[np.tile([0, 1], 50), np.zeros(100, dtype=int)]
    with pytest.raises(InvalidInputError, match="tests no document of some class"):
        run(y=late, plan=Temporal(1).plan(late, groups=None, times=np.arange(200), seed=0))
