"""Differences under each other: margin, conclusions, sides."""

import pytest

from pellucid.reporting._forest_figure import conclusion_kind, forest_figure
from pellucid.schema import Conclusion


@pytest.fixture
def concluded(comparison):
    first, second = comparison.differences
    sure = first.model_copy(update={"margin": 0.05, "conclusion": Conclusion.EQUIVALENT})
    other = first.model_copy(update={"measure": "brier"})
    return comparison.model_copy(update={"differences": (sure, second, other)})


def test_rows_lie_on_the_axis_with_the_margin_on_both_sides_of_zero(concluded):
    made = forest_figure(concluded)
    row, undefined = made.rows
    assert row.low < made.zero < row.at < row.high
    assert made.zero - made.zone[0] == pytest.approx(made.zone[1] - made.zero)
    assert made.zone[0] < row.low
    assert made.margin == "±0.05"
    assert (undefined.at, undefined.low, undefined.text) == (None, None, "undefined")
    assert "EBM on answers: +0.013 [−0.021, +0.046], equivalent within the margin." in made.description


def test_margin_of_the_comparison_is_for_auroc_only(comparison):
    first = comparison.differences[0]
    both = comparison.model_copy(
        update={"margin": 0.02, "differences": (first, first.model_copy(update={"measure": "brier"}))}
    )
    assert forest_figure(both).margin == "±0.02"
    brier = forest_figure(both, measure="brier")
    assert (brier.margin, brier.zone) == ("", None)
    assert brier.rows[0].said == ""


def test_one_far_off_is_an_arrow_and_does_not_flatten_the_others(comparison):
    near, far = comparison.differences
    far = far.model_copy(update={"value": -0.4, "low": -0.5, "high": -0.1})
    both = comparison.model_copy(update={"margin": 0.02, "differences": (near, far)})
    near_row, far_row = forest_figure(both).rows
    assert (near_row.beyond, far_row.beyond) == ("", "left")
    assert far_row.at == far_row.low == 0.0
    assert 0 < far_row.high < near_row.low
    other = far.model_copy(update={"value": 0.4, "low": 0.3, "high": 0.5})
    assert forest_figure(both.model_copy(update={"differences": (near, other)})).rows[1].beyond == "right"
    open_axis = forest_figure(both.model_copy(update={"margin": None}))
    assert [row.beyond for row in open_axis.rows] == ["", ""]


def test_sides_are_named_by_what_is_better(concluded):
    assert (forest_figure(concluded).left, forest_figure(concluded).right) == ("reference better", "contender better")
    assert forest_figure(concluded, measure="brier").left == "contender better"
    assert forest_figure(concluded, measure="calibration_slope").left == ""


def test_names_choose_rows(concluded):
    assert [row.whole for row in forest_figure(concluded, ["EBM on answers"]).rows] == ["EBM on answers"]
    assert forest_figure(concluded, ["asked directly"]).rows == ()


def test_every_conclusion_has_its_mark():
    kinds = {conclusion: conclusion_kind(conclusion) for conclusion in (*Conclusion, None)}
    assert kinds == {
        Conclusion.BETTER: "better",
        Conclusion.EQUIVALENT: "as good",
        Conclusion.NON_INFERIOR: "as good",
        Conclusion.WORSE: "worse",
        Conclusion.INCONCLUSIVE: "open",
        None: "open",
    }
