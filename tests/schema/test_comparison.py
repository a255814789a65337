"""Comparisons as records and as a table."""

import pytest
from pydantic import ValidationError

from pellucid.schema import Comparison, ContenderResult, Crossing, Curve, Design, GoldCurves, Measure

DESIGN = Design(documents=10, classes={"0": 5, "1": 5}, splits=5, repeats=1, seed=0, draws=10, interval="percentile")


def comparison(names=("EBM", "direct LLM"), reference="direct LLM"):
    rows = [ContenderResult(name=name, measures={"auroc": Measure(value=0.9, low=0.8, high=0.95)}) for name in names]
    return Comparison(
        subject="demo",
        design=DESIGN,
        contenders=rows,
        reference=reference,
        verdict="Use either.",
        rules=("r",),
    )


def test_the_table_has_one_row_per_contender_and_three_columns_per_measure():
    frame = comparison().to_frame()
    assert list(frame.index) == ["EBM", "direct LLM"]
    assert frame.loc["EBM", ("auroc", "low")] == 0.8


def test_json_has_the_promised_form():
    made = comparison().model_dump(mode="json")
    assert made["contenders"][0]["name"] == "EBM"
    assert made["contenders"][0]["measures"]["auroc"] == {"value": 0.9, "low": 0.8, "high": 0.95, "method": ""}
    assert made["format"] == 2
    assert Comparison.model_validate(made) == comparison()


def test_names_are_unique_and_the_reference_takes_part():
    with pytest.raises(ValidationError, match="names must be unique"):
        comparison(names=("EBM", "EBM"), reference="EBM")
    with pytest.raises(ValidationError, match="'judge' is not among the contenders"):
        comparison(reference="judge")


def test_an_unknown_contender_is_answered_with_those_there_are():
    with pytest.raises(KeyError, match="there are EBM, direct LLM"):
        comparison()["XGBoost"]
    assert comparison()["EBM"].name == "EBM"


def test_a_curve_has_a_band_and_counts_at_every_point_or_nowhere():
    line = {"kind": "roc", "contender": "EBM", "x": (0.0, 1.0), "y": (0.0, 1.0)}
    assert Curve(**line, low=(0.0, 0.9), high=(0.1, 1.0)).counts == ()
    with pytest.raises(ValidationError, match="each must be empty or as long as x"):
        Curve(**line, low=(0.0,))
    with pytest.raises(ValidationError, match="spread: each must be empty or as long as x"):
        Curve(**line, spread=(0.1,))
    with pytest.raises(ValidationError, match="y: must be as long as x"):
        Curve(**{**line, "y": (0.0,)})


CROSSING = Crossing(
    contender="EBM", rival="direct LLM", measure="auroc", size=61.6, low=31.2, high=None, start=10, until=200, ahead=0.9
)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ({}, "from 62 gold labels on [31, beyond]"),
        ({"low": 10.0, "high": 150.0}, "from 62 gold labels on [from the start, 150]"),
        ({"size": 10.0, "low": 10.0, "high": 12.0}, "ahead from the start, 10 gold labels [from the start, 12]"),
        ({"size": None, "low": 190.4}, "not reached up to 200 [190, beyond]"),
        ({"size": 0.2, "low": 0.0, "start": 0}, "from 1 gold label on [from the start, beyond]"),
    ],
)
def test_a_crossing_says_in_words_what_is_no_number(ends, said):
    assert CROSSING.model_copy(update=ends).text() == said


def test_gold_curves_take_the_place_of_older_ones_in_a_comparison():
    line = {"contender": "EBM", "x": (0.0, 10.0), "y": (0.7, 0.8), "measure": "auroc"}
    roc, gold = Curve(kind="roc", **line), Curve(kind="gold", **line)
    old = comparison().model_copy(update={"curves": (gold, roc), "crossings": (CROSSING, CROSSING)})
    newer = gold.model_copy(update={"y": (0.6, 0.9)})
    made = GoldCurves(curves=(newer,), crossings=(CROSSING,)).onto(old)
    assert made.curves == (roc, newer)
    assert made.crossings == (CROSSING,)
    assert Comparison.model_validate(made.model_dump(mode="json")) == made


def test_table_of_gold_curves_is_missing_where_a_contender_needs_gold_labels():
    line = {"kind": "gold", "measure": "auroc"}
    frame = GoldCurves(
        curves=[
            Curve(**line, contender="gold only", x=(10, 25), y=(0.6, 0.7)),
            Curve(**line, contender="distilled", x=(0, 10, 25), y=(0.8, 0.8, 0.9)),
        ]
    ).to_frame()
    assert list(frame.columns) == [0, 10, 25]
    assert frame.loc[("distilled", "auroc"), 25] == 0.9
    assert frame.isna().to_numpy().tolist() == [[True, False, False], [False, False, False]]
