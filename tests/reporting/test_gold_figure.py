"""Curves over gold labels: places along the logarithmic scale, styles that stay, words for ends."""

import math
from itertools import pairwise

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._curve_figure import roc_figure
from pellucid.reporting._gold_figure import NONE, gold_curve_figure, gold_measures
from pellucid.schema import ContenderResult, Curve, CurveKind


def curve(name, x=(0, 10, 40), y=(0.7, 0.75, 0.8), measure="auroc", **more):
    return Curve(kind=CurveKind.GOLD, contender=name, x=x, y=y, measure=measure, **more)


def holding(comparison, *curves):
    return comparison.model_copy(update={"curves": curves})


def along(made, labels, most=40):
    plane = made.plane
    return plane.left + (plane.right - plane.left) * math.log1p(labels / 10) / (1.03 * math.log1p(most / 10))


def test_nothing_is_drawn_without_curves_and_that_is_said(comparison):
    made = gold_curve_figure(comparison)
    assert made.lines == made.key == made.bands == ()
    assert made.description == made.about == NONE
    assert gold_measures(comparison) == ()
    other = curve("a", measure="brier")
    assert gold_curve_figure(holding(comparison, other)).lines == ()
    assert gold_measures(holding(comparison, other, curve("a"))) == ("auroc", "brier")


def test_points_lie_along_the_logarithm_on_which_crossings_are_taken(comparison):
    made = gold_curve_figure(holding(comparison, curve("a"), curve("b", x=(10, 40), y=(0.6, 0.9))))
    assert [x for x, _ in made.lines[0].points] == pytest.approx([along(made, labels) for labels in (0, 10, 40)])
    assert [x for x, _ in made.lines[1].points] == pytest.approx([along(made, labels) for labels in (10, 40)])
    assert made.lines[0].points[0][0] == made.plane.left
    assert made.lines[1].points[1][1] < made.lines[0].points[1][1]


def test_everything_lies_inside_and_the_key_stands_below(comparison):
    band = {"low": (0.6, 0.7, 0.75), "high": (0.8, 0.8, 0.85), "method": "drawn anew"}
    made = gold_curve_figure(holding(comparison, curve("a", **band), curve("b", y=(0.2, 0.3, 0.9))))
    plane = made.plane
    points = [point for line in made.lines for point in line.points] + list(made.bands[0].outline)
    assert all(plane.left <= x <= plane.right and plane.top <= y <= plane.bottom for x, y in points)
    assert made.about == "Drawn anew. Bands: “a”; all are in the table."
    assert made.height > made.key[-1].y > plane.bottom
    assert "1, a: " in made.description or ", a: " in made.description


def test_every_size_has_a_mark_and_numbers_do_not_touch(comparison):
    sizes = (0, 10, 25, 50, 100, 200, 240)
    made = gold_curve_figure(holding(comparison, curve("a", x=sizes, y=[0.5 + place / 20 for place in range(7)])))
    assert len(made.plane.across) == 7
    written = [tick for tick in made.plane.across if tick.text]
    assert [tick.text for tick in written] == ["0", "10", "25", "50", "100", "240"]
    assert min(other.at - one.at for one, other in pairwise(written)) >= 22


def test_a_contender_keeps_its_style_of_the_other_figures_and_others_get_free_ones(comparison):
    first, second, _ = (one.name for one in comparison.contenders)
    roc = tuple(Curve(kind="roc", contender=name, x=(0, 1), y=(0, 1)) for name in (first, second))
    both = holding(comparison, *roc, curve("gold only"), curve(second), curve("distilled"))
    made = gold_curve_figure(both)
    style = {row.whole: row.style for row in made.key}
    assert style == {second: 2, "gold only": 4, "distilled": 5}
    assert style[second] == {row.whole: row.style for row in roc_figure(both).key}[second]
    assert [row.style for row in made.key] == [2, 4, 5]


def test_where_styles_run_out_those_of_contenders_without_such_a_curve_are_used(comparison):
    rows = tuple(ContenderResult(name=f"c{place}", measures={}) for place in range(8))
    full = comparison.model_copy(update={"contenders": rows, "reference": "c0", "differences": ()})
    made = gold_curve_figure(holding(full, *(curve(name) for name in ("c0", "c7", *"stuvwx"))))
    assert sorted(row.style for row in made.key) == list(range(1, 9))


def test_key_and_words_tell_first_and_last(comparison):
    made = gold_curve_figure(holding(comparison, curve("a", glass_box=True)))
    assert made.key[0].text == "0.700 → 0.800"
    assert made.key[0].strong
    assert made.lines[0].text == "a: AUROC 0.700 with 0 gold labels, 0.800 with 40"
    assert made.title == "AUROC over the gold labels learnt from"


def test_of_many_the_reference_and_the_best_are_drawn_with_two_bands(comparison):
    band = {"low": (0.1, 0.1, 0.1), "high": (0.9, 0.9, 0.9)}
    reference = comparison.reference
    curves = [curve(f"c{place}", y=(0.5, 0.5, 0.5 + place / 100), glass_box=place == 4, **band) for place in range(10)]
    made = gold_curve_figure(holding(comparison, curve(reference, y=(0.1, 0.1, 0.1), **band), *curves))
    assert {row.whole for row in made.key} == {reference, *(f"c{place}" for place in range(3, 10))}
    styles = {row.whole: row.style for row in made.key}
    assert {band.style for band in made.bands} == {styles[reference], styles["c4"]}
    assert "Only in the table: c0, c1, c2." in made.about
    lower = [one.model_copy(update={"measure": "brier"}) for one in curves]
    assert {row.whole for row in gold_curve_figure(holding(comparison, *lower), "brier").key} == {
        f"c{place}" for place in range(8)
    }


def test_names_choose_who_is_drawn(comparison):
    both = holding(comparison, curve("a"), curve("b"))
    assert [row.whole for row in gold_curve_figure(both, names=["b"]).key] == ["b"]
    for names in (["c"], ["a", "a"], [], "a"):
        with pytest.raises(InvalidInputError, match="names: got"):
            gold_curve_figure(both, names=names)
