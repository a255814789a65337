"""Tables behind the drawings: every contender, every point, nothing rounded."""

import pandas as pd
import pytest

from pellucid.reporting._curve_tables import (
    calibration_table,
    cost_table,
    crossing_table,
    decision_curve_table,
    forest_table,
    gold_curve_table,
    learning_curve_table,
    roc_table,
)
from pellucid.schema import Conclusion, Cost, Crossing, Curve, CurveKind


@pytest.mark.parametrize(
    ("make", "kind", "columns"),
    [
        (roc_table, CurveKind.ROC, ["false positive rate", "sensitivity"]),
        (decision_curve_table, CurveKind.NET_BENEFIT, ["threshold", "net benefit"]),
        (learning_curve_table, CurveKind.LEARNING, ["documents learnt from", "auroc"]),
    ],
)
def test_every_point_is_a_row(comparison, make, kind, columns):
    curves = (
        Curve(kind=kind, contender="a", x=(0.1, 0.2), y=(0.3, 1 / 3), low=(0, 0), high=(1, 1), method="m"),
        Curve(kind=kind, contender="treat none", x=(0.1,), y=(0.0,)),
    )
    table = make(comparison.model_copy(update={"curves": curves}))
    assert list(table.columns) == ["contender", *columns, "low", "high", "method"]
    assert table[columns[1]].tolist() == [0.3, 1 / 3, 0.0]
    assert table["low"].isna().tolist() == [False, False, True]
    assert list(make(comparison).columns) == list(table.columns)
    assert make(comparison).empty


def test_calibration_holds_groups_and_lines(comparison):
    curves = (
        Curve(kind=CurveKind.CALIBRATION, contender="a", x=(0.1, 0.9), y=(0.2, 0.8), counts=(5, 6)),
        Curve(kind=CurveKind.CALIBRATION, contender="a", x=(0.5,), y=(0.5,), low=(0.4,), high=(0.6,)),
    )
    table = calibration_table(comparison.model_copy(update={"curves": curves}))
    assert table["part"].tolist() == ["group", "group", "line"]
    assert table["documents"].tolist()[:2] == [5, 6]
    assert table["documents"].isna().tolist() == [False, False, True]
    assert calibration_table(comparison).empty


def test_differences_hold_p_and_conclusion(comparison):
    first, second = comparison.differences
    sure = first.model_copy(update={"p": 0.04, "p_holm": 0.08, "conclusion": Conclusion.INCONCLUSIVE})
    table = forest_table(comparison.model_copy(update={"differences": (sure, second)}))
    assert table["conclusion"].tolist()[0] == "inconclusive"
    assert table["p_holm"].tolist()[0] == 0.08
    assert pd.isna(table["value"].tolist()[1])
    assert forest_table(comparison, "brier").empty


def test_costs_are_missing_where_not_recorded(comparison):
    first, second, third = comparison.contenders
    rows = (
        first.model_copy(update={"cost": Cost(requests=1303, price=2.0, currency="EUR")}),
        second.model_copy(update={"cost": Cost(requests=2606, price=4.0, currency="EUR")}),
        third,
    )
    table = cost_table(comparison.model_copy(update={"contenders": rows}))
    assert table["requests per document"].tolist()[:2] == [1, 2]
    assert table["price per 1,000 documents"].tolist()[1] == pytest.approx(4000 / 1303)
    assert table["dominated by"].tolist()[:2] == ["", "EBM on answers"]
    assert table[["requests", "auroc", "dominated by"]].iloc[2].isna().all()
    assert len(cost_table(comparison, by="tokens")) == 3


def test_gold_curves_are_rows_of_every_measure_with_their_spread(comparison):
    line = {"kind": CurveKind.GOLD, "x": (0, 10), "y": (0.3, 1 / 3)}
    curves = (
        Curve(**line, contender="a", measure="auroc", spread=(0.1, 0.05), low=(0, 0), high=(1, 1), method="m"),
        Curve(**line, contender="a", measure="brier"),
    )
    table = gold_curve_table(comparison.model_copy(update={"curves": curves}))
    assert table["gold labels"].tolist() == [0, 10, 0, 10]
    assert table["measure"].tolist() == ["auroc", "auroc", "brier", "brier"]
    assert table["value"].tolist() == [0.3, 1 / 3, 0.3, 1 / 3]
    assert table["spread"].tolist()[:2] == [0.1, 0.05]
    assert table[["low", "spread"]].isna().all(axis=1).tolist() == [False, False, True, True]
    assert list(gold_curve_table(comparison).columns) == list(table.columns)


def test_crossings_are_rows_with_words_where_there_is_no_number(comparison):
    given = {"contender": "a", "rival": "b", "measure": "auroc", "start": 0, "until": 200, "ahead": 0.4}
    one = Crossing(**given, size=None, low=62.4, high=None)
    table = crossing_table(comparison.model_copy(update={"crossings": (one,)}))
    assert table["low"].tolist() == [62.4]
    assert table[["size", "high"]].isna().all(axis=None)
    assert table["words"].tolist() == ["not reached up to 200 [62, beyond]"]
    assert list(crossing_table(comparison).columns) == list(table.columns)
