"""ROC, decision and learning curves: places that agree with the numbers."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._curve_figure import decision_curve_figure, learning_curve_figure, roc_figure
from pellucid.schema import Curve, CurveKind

FIGURES = (roc_figure, decision_curve_figure, learning_curve_figure)


@pytest.fixture
def drawn(comparison):
    first, second, _ = (one.name for one in comparison.contenders)
    benefit = {"kind": CurveKind.NET_BENEFIT, "x": (0.1, 0.3, 0.5)}
    curves = (
        Curve(kind=CurveKind.ROC, contender=first, x=(0, 0.5, 1), y=(0.2, 0.9, 1), low=(0.1, 0.8, 1), high=(0.3, 1, 1),
              method="vertical averaging"),
        Curve(kind=CurveKind.ROC, contender=second, x=(0, 0.5, 1), y=(0.1, 0.7, 1)),
        Curve(**benefit, contender=first, y=(0.2, 0.15, 0.1), low=(0.1, 0.1, 0.05), high=(0.3, 0.2, 0.12)),
        Curve(**benefit, contender="treat all", y=(0.18, 0.0, -0.9)),
        Curve(**benefit, contender="treat none", y=(0, 0, 0)),
        Curve(kind=CurveKind.LEARNING, contender=first, x=(20, 100), y=(0.6, 0.8), low=(0.5, 0.7), high=(0.7, 0.9)),
    )  # fmt: skip
    return comparison.model_copy(update={"curves": curves})


@pytest.mark.parametrize("make", FIGURES)
def test_nothing_is_drawn_without_curves_and_that_is_said(comparison, make):
    made = make(comparison)
    assert made.lines == made.key == made.bands == ()
    assert made.description == made.about == "No such curves were computed for this comparison."


@pytest.mark.parametrize("make", FIGURES)
def test_everything_lies_inside_and_the_first_contender_keeps_its_style(drawn, make):
    made = make(drawn)
    plane = made.plane
    points = [point for part in (*made.lines, *made.guides) for point in part.points]
    points += [point for band in made.bands for point in band.outline]
    assert points
    assert all(plane.left - 0.01 <= x <= plane.right + 0.01 for x, _ in points)
    assert all(plane.top - 0.01 <= y <= plane.bottom + 0.01 for _, y in points)
    assert made.lines[0].style == made.bands[0].style == made.key[0].style == 1
    assert made.lines[0].mark in {(x, y) for x, y in [made.lines[0].mark] if plane.left <= x <= plane.right}
    assert made.height > made.key[-1].y
    assert "1, EBM on answers: " in made.description


def test_roc_curve_begins_at_the_origin_and_tells_its_auroc(drawn):
    made = roc_figure(drawn)
    line = made.lines[0].points
    assert line[0] == (made.plane.left, made.plane.bottom)
    assert line[-1] == (made.plane.right, made.plane.top)
    middle = (made.plane.left + made.plane.right) / 2
    assert line[2] == pytest.approx((middle, made.plane.bottom - 0.9 * (made.plane.bottom - made.plane.top)))
    assert made.key[0].text.startswith("0.913 [")
    assert "sensitivity 0.34 at a false positive rate of 10%" in made.description
    assert made.about == "Vertical averaging. Bands: “EBM on answers”; all are in the table."
    assert made.plane.right - made.plane.left == made.plane.bottom - made.plane.top


def test_names_choose_order_and_style_and_what_is_left_out_is_said(drawn):
    made = roc_figure(drawn, ["asked directly"])
    assert [line.style for line in made.lines] == [1]
    assert "There are no bands. Only in the table: EBM on answers." in made.about
    with pytest.raises(InvalidInputError, match="names"):
        roc_figure(drawn, ["nobody"])


def test_treating_all_is_cut_far_below_zero_and_both_are_named(drawn):
    made = decision_curve_figure(drawn)
    every, none = made.guides
    assert every.points[-1][1] == pytest.approx(made.plane.bottom)
    assert every.points[-1][0] < made.plane.right
    assert len({y for _, y in none.points}) == 1
    assert [note.text for note in made.notes] == ["treat all", "treat none"]
    assert all(made.plane.left <= note.x <= made.plane.right for note in made.notes)


def test_net_benefit_is_told_at_the_threshold_of_the_design(drawn):
    assert decision_curve_figure(drawn).key[0].text == "0.100 [0.050, 0.120] at 0.5"
    other = drawn.model_copy(update={"design": drawn.design.model_copy(update={"threshold": 0.2})})
    assert decision_curve_figure(other).key[0].text.startswith("0.175 [")
    low = drawn.model_copy(update={"design": drawn.design.model_copy(update={"threshold": 0.05})})
    assert decision_curve_figure(low).key[0].text.endswith("at 0.1")


def test_learning_curve_tells_first_and_last(drawn):
    made = learning_curve_figure(drawn)
    assert made.key[0].text == "0.600 → 0.800"
    assert "AUROC 0.600 from 20 documents, 0.800 from 100" in made.description
    assert made.lines[0].points[1][0] > made.lines[0].points[0][0]
    assert made.lines[0].points[1][1] < made.lines[0].points[0][1]
