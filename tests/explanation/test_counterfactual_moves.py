"""Where one answer may go: the nearest value of every part, on the step's grid, within the rules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.explanation._counterfactual_moves import (
    MOST_ON_A_LINE,
    coarser,
    level_room,
    number_room,
    readable_step,
)
from pellucid.schema import ChangeRule, Question

AGE = Question(id="age", ask="Age?", type="number", minimum=0)
PAIN = Question(id="pain", ask="Pain?", type="ordinal", options=["none", "some", "much", "most"])


def room(rule=None, bounds=(0.0, 100.0), edges=(), *, line=False, resolution=1.0, span=10.0):
    rule = rule or ChangeRule(question="age")
    return number_room(AGE, rule, bounds, span=span, resolution=resolution, edges=np.array(edges), line=line)


def test_of_each_part_the_nearest_value_is_taken():
    found = room(edges=[20.0, 50.5, 70.0]).moves(60)
    assert found.values == [19, 50, 70]
    assert all(type(value) is int for value in found.values)
    assert found.distances.tolist() == [4.1, 1.0, 1.0]


def test_rules_bound_the_moves():
    down = ChangeRule(question="age", direction="down", step=15, minimum=20, cost=2.0)
    found = room(down, edges=[20.0, 50.5, 70.0]).moves(60)
    assert found.values == [45]
    assert found.distances.tolist() == [3.0]
    assert room(ChangeRule(question="age", direction="up", maximum=90), edges=[95.0]).moves(60).values == []
    assert room(ChangeRule(question="age", minimum=150)).moves(60).values == []


def test_a_value_off_the_grid_or_out_of_range_moves_onto_it():
    assert room(ChangeRule(question="age", step=25), edges=[30.0, 60.0]).moves(61.5).values == [25, 50, 75]
    assert room(bounds=(10.0, 20.0), edges=[15.0]).moves(90).values == [14, 20]


def test_fine_steps_are_short_decimals():
    assert room(resolution=0.1, bounds=(0.0, 1.0), edges=[0.3, 0.7]).moves(0.9).values == [0.2, 0.6]


def test_on_a_line_every_value_counts_and_a_missing_step_is_made_coarser():
    assert room(bounds=(0.0, 5.0), line=True).moves(2).values == [0, 1, 3, 4, 5]
    long = room(bounds=(0.0, 20_000.0), line=True).moves(0)
    assert len(long.values) <= MOST_ON_A_LINE
    assert long.values[:2] == [100, 200]
    assert len(room(ChangeRule(question="age", step=1), bounds=(0.0, 2000.0), line=True).moves(0).values) == 2000


@given(
    st.lists(st.floats(0, 100), max_size=6),
    st.integers(0, 100),
    st.sampled_from([0.5, 1.0, 3.0]),
    st.sampled_from(["any", "up", "down"]),
)
@settings(deadline=None, max_examples=80)
def test_no_allowed_value_of_another_part_is_nearer(edges, before, step, direction):
    rule = ChangeRule(question="age", step=step, direction=direction)
    found = room(rule, edges=edges).moves(before)

    def part(value):
        return sum(value >= edge for edge in set(edges))

    nearest = {}
    for count in range(int(100 / step) + 1):
        value = count * step
        if part(value) != part(before) and rule.allows(before, value):
            nearest[part(value)] = min(nearest.get(part(value), np.inf), abs(value - before))
    reached = {part(value): abs(value - before) for value in found.values if part(value) != part(before)}
    assert reached == nearest
    assert all(rule.allows(before, value) and value != before for value in found.values)


def test_options_move_by_their_order_and_only_to_those_met():
    free = level_room(PAIN, ChangeRule(question="pain"), PAIN.options, PAIN.options).moves("some")
    assert (free.values, free.distances.tolist()) == (["none", "much", "most"], [1, 1, 2])
    up = ChangeRule(question="pain", direction="up", cost=0.5)
    found = level_room(PAIN, up, ("most", "none", "some", "much"), {"none", "some", "most"}).moves("some")
    assert (found.values, found.codes.tolist(), found.distances.tolist()) == (["most"], [0.0], [1.0])
    named = ChangeRule(question="pain", among=["none"])
    assert level_room(PAIN, named, PAIN.options, PAIN.options).moves("most").values == ["none"]


def test_choices_go_up_along_the_options_that_a_rule_names():
    place = Question(id="pot", ask="?", type="choice", options=["clay", "none", "wood", "iron"])
    rule = ChangeRule(question="pot", direction="up", among=["wood", "clay", "iron"])
    found = level_room(place, rule, place.options, place.options)
    assert {one: sorted(found.moves(one).values) for one in place.options} == {
        "none": ["clay", "iron", "wood"], "wood": ["clay", "iron"], "clay": ["iron"], "iron": [],
    }  # fmt: skip


def test_some_moves_can_be_kept():
    found = room(edges=[20.0, 50.5, 70.0]).moves(60).only(np.array([True, False, True]))
    assert (found.values, found.codes.tolist()) == ([19, 70], [19.0, 70.0])


@pytest.mark.parametrize(("width", "step"), [(1.0, 1.0), (0.99, 0.5), (4.9, 2.0), (50.0, 50.0), (0.0021, 0.002)])
def test_steps_can_be_read(width, step):
    assert readable_step(width) == step
    assert coarser(step) in (2 * step, 2.5 * step)
