"""Cost against AUROC: scale, places, and what is said."""

import itertools

import pytest

from pellucid.reporting._cost_figure import cost_figure
from pellucid.schema import ContenderResult, Cost, Measure


def spent(comparison, *tokens, aurocs=(0.9, 0.8, 0.7, 0.6, 0.5)):
    rows = tuple(
        ContenderResult(
            name=f"c{place}",
            measures={"auroc": Measure(value=auroc, low=auroc - 0.05, high=auroc + 0.05)},
            cost=None if count is None else Cost(prompt_tokens=count * 1303, reply_tokens=0),
        )
        for place, (count, auroc) in enumerate(zip(tokens, aurocs, strict=False))
    )
    return comparison.model_copy(update={"contenders": rows, "reference": "c0", "differences": ()})


def test_dominated_points_are_marked_and_named(comparison):
    made = cost_figure(spent(comparison, 100, 100, 50))
    assert made.dominated == (2,)
    assert [point.dominated for point in made.points] == [False, True, False]
    assert "c1: 100 tokens per document, AUROC 0.800, dominated by c0" in made.description
    assert made.plane.across_title == "tokens per document"
    third, first = (made.points[place] for place in (2, 0))
    assert made.frontier == ((third.x, third.y), (first.x, third.y), (first.x, first.y))
    assert first.high < first.y < first.low  # upwards on the page is a smaller number


def test_costs_far_apart_get_powers_of_ten_and_nothing_its_own_place(comparison):
    made = cost_figure(spent(comparison, 10_000, 1_000, 100, 0, 1))
    across = {tick.text: tick.at for tick in made.plane.across}
    assert list(across) == ["0", "1", "10", "100", "1,000", "10,000"]
    assert made.points[3].x == pytest.approx(across["0"])
    assert made.points[1].x == pytest.approx(across["1,000"])
    steps = [after - before for before, after in itertools.pairwise(list(across.values())[1:])]
    assert steps == pytest.approx([steps[0]] * 4)


def test_few_powers_are_marked_between_and_near_costs_stand_on_a_straight_scale(comparison):
    few = cost_figure(spent(comparison, 50, 1_000, 60)).plane.across
    assert [tick.text for tick in few] == ["50", "100", "200", "500", "1,000"]
    assert cost_figure(spent(comparison, 2, 4)).plane.across[0].text == "0"
    assert len(cost_figure(spent(comparison, 0, 0)).points) == 2


def test_the_same_cost_is_drawn_side_by_side_within_the_plane(comparison):
    made = cost_figure(spent(comparison, 700, 700, 700, 700, 0))
    places = sorted(point.x for point in made.points)
    assert all(after - before >= 14 for before, after in itertools.pairwise(places))
    assert made.plane.left <= places[0]
    assert places[-1] <= made.plane.right


def test_who_has_no_cost_is_named_and_no_cost_at_all_is_said(comparison):
    assert "Not drawn: c1." in cost_figure(spent(comparison, 5, None, 6)).about
    made = cost_figure(comparison)
    assert made.points == made.key == made.frontier == ()
    assert made.about == made.description == "No cost was recorded for this comparison."


def test_key_holds_cost_and_auroc(comparison):
    made = cost_figure(spent(comparison, 1_234, 56), by="tokens")
    assert [row.text for row in made.key] == ["1,234, 0.900", "56, 0.800"]
