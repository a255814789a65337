"""A comparison of labels as plain text."""

from pellucid.schema import (
    Comparison,
    ContenderResult,
    Crossing,
    Curve,
    CurveKind,
    Design,
    GoldCurves,
    Measure,
)
from pellucid.study import LabelBench, bench_text, curves_text
from pellucid.study._label_contenders import BOTH, DIRECT, DISTILLED, DISTILLED_ALL, GOLD_ONLY, OPINION, RECALIBRATED

AREAS = {
    GOLD_ONLY: 0.7,
    DISTILLED: 0.74,
    DISTILLED_ALL: 0.75,
    BOTH: 0.745,
    OPINION: 0.77,
    DIRECT: 0.76,
    RECALIBRATED: 0.76,
}


def compared():
    made = [
        ContenderResult(
            name=name,
            measures={
                "auroc": Measure(value=area, low=area - 0.05, high=area + 0.05),
                "brier": Measure(value=0.2 + (name == BOTH) * 0.05),
                "log_loss": Measure(value=0.6),
            },
            folds=(area, area),
        )
        for name, area in AREAS.items()
    ]
    design = Design(documents=90, classes={"0": 50, "1": 40}, splits=5, repeats=10, seed=0, draws=9, interval="")
    return Comparison(
        subject="sky", design=design, contenders=made, reference=DIRECT, verdict="", rules=[], caveats=["For tests."]
    )


def test_every_contender_stands_with_its_interval_and_every_question_with_its_answer():
    said = bench_text(LabelBench({"sky": compared()}))
    assert "sky: 90 documents, 10 times repeated 5-fold" in said
    assert "0.700 [0.650, 0.750]" in said
    assert "For tests." in said
    assert (
        "yes distilled, no gold label, all documents: mean AUROC within 0.015 of the direct LLM's (+0.010 below it)"
        in said
    )
    assert "no  distilled, no gold label: mean AUROC within 0.015 of the direct LLM's (+0.020 below it)" in said
    assert "no  gold and LLM: Brier score and log loss within 0.01" in said
    assert "yes gold and LLM, with opinion: at least the direct LLM's AUROC in each domain (worst +0.010)" in said


def test_a_contender_that_needs_gold_labels_has_no_figure_without_them():
    def curve(name, x, y):
        return Curve(kind=CurveKind.GOLD, contender=name, x=x, y=y, measure="auroc")

    crossing = Crossing(
        contender=GOLD_ONLY,
        rival=DIRECT,
        measure="auroc",
        size=None,
        low=None,
        high=None,
        start=10,
        until=50,
        ahead=0.0,
    )
    found = GoldCurves(
        curves=(curve(GOLD_ONLY, (10, 50), (0.6, 0.7)), curve(DIRECT, (0, 10, 50), (0.8, 0.8, 0.8))),
        crossings=(crossing,),
    )
    lines = curves_text("sky", found).splitlines()
    assert lines[0] == "sky: AUROC by gold labels"
    assert lines[1].split() == ["0", "10", "50"]
    assert lines[2].endswith("–   0.600   0.700")
    assert lines[-1].endswith("better than direct LLM: not reached up to 50 [beyond, beyond]")
