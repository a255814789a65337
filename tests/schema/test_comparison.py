"""Comparisons as records and as a table."""

import pytest
from pydantic import ValidationError

from pellucid.schema import Comparison, ContenderResult, Curve, Design, Measure

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
    with pytest.raises(ValidationError, match="y: must be as long as x"):
        Curve(**{**line, "y": (0.0,)})
