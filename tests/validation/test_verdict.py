"""Every branch of the verdict, on figures made for it."""

import pytest

from pellucid.schema import ContenderResult, Difference, Measure
from pellucid.validation._verdict import verdict

MARGIN = 0.02


def row(name, auroc, half=0.03, *, glass_box=False, uses_answers=False, caveats=(), slope=(0.8, 1.2)):
    low, high = slope
    return ContenderResult(
        name=name,
        glass_box=glass_box,
        uses_answers=uses_answers,
        caveats=caveats,
        measures={
            "auroc": Measure(value=auroc, low=auroc - half, high=min(auroc + half, 1)),
            "calibration_slope": Measure(value=(low + high) / 2, low=low, high=high),
        },
    )


def judge(rows, halves=None, brier=(0.0, -0.01, 0.01), documents=300, reference="LLM"):
    """Put rows against each other; `halves` gives half-widths of the differences by pair of names."""
    halves = halves or {}
    differences = []
    for one in rows:
        for other in rows:
            if one.name == other.name:
                continue
            value = one.measures["auroc"].value - other.measures["auroc"].value
            half = halves.get((one.name, other.name), halves.get((other.name, one.name), 0.01))
            pair = {"contender": one.name, "reference": other.name}
            differences += [
                Difference(**pair, measure="auroc", value=value, low=value - half, high=value + half),
                Difference(**pair, measure="brier", value=brier[0], low=brier[1], high=brier[2]),
            ]
    return verdict(rows, differences, reference=reference, margin=MARGIN, documents=documents)


def glass(auroc, name="points", **more):
    return row(name, auroc, glass_box=True, uses_answers=True, **more)


def llm(auroc, **more):
    return row("LLM", auroc, **more)


def words(auroc):
    return row("words", auroc)


def black(auroc):
    return row("forest", auroc, uses_answers=True)


def test_as_good_within_the_margin():
    said = judge([glass(0.90), llm(0.905), words(0.80)])
    assert said.startswith("Use a glass box: “points” is as good as “LLM” within the margin of 0.02.")
    assert "AUROC 0.900 against 0.905, difference −0.005 [−0.015, +0.005]." in said
    assert "The answers earn their cost" in said


def test_as_good_but_measurably_lower_is_said():
    said = judge([glass(0.90), llm(0.91)], {("points", "LLM"): 0.005})
    assert said.startswith("Use a glass box: “points” is as good as “LLM” within the margin of 0.02, though lower")


def test_better_than_the_reference():
    assert judge([glass(0.95), llm(0.90)]).startswith("Use a glass box: “points” ranks better than “LLM” by more")


def test_worse_than_the_reference():
    said = judge([glass(0.80), llm(0.90), words(0.70)])
    assert said.startswith("Use “LLM” directly: the best glass box, “points”, ranks worse by more than chance.")
    assert "carry over" not in said


def test_a_caveat_on_the_reference_tempers_its_lead():
    said = judge([glass(0.80), llm(0.90, caveats=("It may know these records.",))])
    assert said.startswith("On these documents “LLM” leads")
    assert "its lead may not carry over: It may know these records." in said
    assert "only if it leads again on documents to which this does not apply" in said


def test_a_caveat_on_a_reference_that_does_not_lead_is_not_brought_up():
    assert "carry over" not in judge([glass(0.90), llm(0.90, caveats=("It may know these records.",))])


def test_undecided_says_what_may_be_lost_and_how_many_documents_would_settle_it():
    said = judge([glass(0.89), llm(0.90)], {("points", "LLM"): 0.05}, documents=200)
    assert said.startswith("Undecided: these 200 documents do not settle whether")
    assert "may lose up to 0.060 of AUROC" in said
    assert "about 1,200 documents" in said  # 200 × (0.05 / 0.02)²
    assert "no difference" not in said.lower()


def test_a_plain_baseline_that_is_as_good_as_both_is_preferred():
    said = judge([glass(0.80), llm(0.80), words(0.80)])
    assert said.startswith("Use “words”: it needs no answers, and it is as good as the best glass box, “points”")


def test_a_baseline_that_is_not_shown_to_be_as_good_is_not_preferred():
    said = judge([glass(0.80), llm(0.80), words(0.79)], {("words", "points"): 0.05, ("words", "LLM"): 0.05})
    assert said.startswith("Use a glass box")
    assert "as good as “words” within the margin" not in said


def test_a_baseline_that_ranks_better_holds_the_glass_box_back():
    halves = {("words", "points"): 0.005, ("words", "LLM"): 0.06, ("points", "LLM"): 0.001}
    said = judge([glass(0.80), llm(0.80), words(0.83)], halves)
    assert said.startswith("Undecided: the best glass box, “points”, is as good as “LLM”, but a baseline ranks better.")
    assert "ranks worse than “words” by more than chance (−0.030 [−0.035, −0.025])" in said


def test_none_above_prevalence():
    said = judge([glass(0.52), llm(0.51), words(0.49), row("prevalence", 0.5, half=0)])
    assert said.startswith("No method is better than prevalence")
    assert "“points”, 0.520 [0.490, 0.550]" in said


def test_a_glass_box_not_above_chance_is_not_recommended():
    said = judge([glass(0.52, slope=(0.5, 2)), llm(0.54, half=0.01)], {("points", "LLM"): 0.1})
    assert said.startswith("Undecided")
    held_back = judge([row("points", 0.53, half=0.05, glass_box=True), llm(0.53, half=0.01)], {("points", "LLM"): 0.01})
    assert held_back.startswith("Undecided")
    assert "does not rank better than chance" in held_back


def test_the_best_glass_box_speaks_for_all():
    said = judge([glass(0.80, "tree"), glass(0.90, "curves"), llm(0.90)])
    assert "“curves”" in said
    assert "“tree”" not in said


@pytest.mark.parametrize(
    ("auroc", "half", "expected"),
    [
        (0.80, 0.01, "ranks better than “forest”, a black box"),
        (0.90, 0.01, "as good as “forest”"),
        (0.90, 0.05, "as much out of the answers as “forest”, a black box, is undecided"),
        (0.95, 0.01, "ranks worse than “forest”, a black box"),
    ],
)
def test_the_black_box_shows_what_the_answers_hold_and_is_never_recommended(auroc, half, expected):
    said = judge([glass(0.90), llm(0.90), black(auroc)], {("points", "forest"): half})
    assert expected in said
    assert said.startswith("Use a glass box")


def test_calibration_is_told_where_it_is_off():
    said = judge([glass(0.90, slope=(0.4, 0.8)), llm(0.90, slope=(1.2, 1.9))], brier=(0.03, 0.01, 0.05))
    assert "The Brier score of “points” is higher, so worse, by more than chance (+0.030 [+0.010, +0.050]" in said
    assert "“points” are too extreme (calibration slope 0.60 [0.40, 0.80])" in said
    assert "“LLM” are too timid (calibration slope 1.55 [1.20, 1.90])" in said


def test_calibration_that_is_not_off_is_not_made_so():
    said = judge([glass(0.90), llm(0.90)])
    assert "does not differ by more than chance" in said
    assert "too extreme" not in said
    assert "lower, so better" in judge([glass(0.90), llm(0.90)], brier=(-0.03, -0.05, -0.01))


def test_without_a_glass_box_there_is_none_to_recommend():
    assert judge([llm(0.90), words(0.80)]).startswith("No glass box took part beside “LLM”")


def test_a_reference_that_is_a_glass_box_is_not_compared_with_itself():
    rows = [glass(0.90, "LLM"), glass(0.80, "tree")]
    assert judge(rows).startswith("Use “LLM” directly: the best glass box, “tree”")


def test_figures_without_limits_settle_nothing():
    rows = [glass(0.90), llm(0.90)]
    bare = [
        Difference(contender=one, reference=other, measure=measure, value=None)
        for one, other in (("points", "LLM"), ("LLM", "points"))
        for measure in ("auroc", "brier")
    ]
    said = verdict(rows, bare, reference="LLM", margin=MARGIN, documents=10)
    assert said.startswith("Undecided")
    assert "difference undefined" in said
