"""TRIPOD+AI: 27 items, none forgotten, each in the state that the record allows."""

import pytest

from pellucid.reporting._report_view import PLACES
from pellucid.reporting._tripod import TRIPOD, tripod_items
from pellucid.schema import ItemState

PARTS = {3: 3, 5: 2, 6: 3, 8: 3, 9: 3, 12: 7, 18: 6, 20: 3, 23: 2, 27: 3}
FROM_A_RUN = (
    "5a",
    "9b",
    "9c",
    "10",
    "11",
    "12a",
    "12e",
    "13",
    "14",
    "15",
    "16",
    "18e",
    "18f",
    "20a",
    "20b",
    "21",
    "22",
)
FROM_A_PERSON = ("3a", "3b", "3c", "6a", "6b", "6c", "17", "18a", "19", "27a", "27b", "27c")


@pytest.fixture
def states(full_study):
    return {item.name: item.state for item in tripod_items(full_study, {})}


def test_all_27_items_stand_in_order_with_all_their_parts():
    names = [point.key.removeprefix("tripod.") for point in TRIPOD]
    expected = [
        f"{number}{letter}"
        for number in range(1, 28)
        for letter in ("abcdefg"[: PARTS[number]] if number in PARTS else [""])
    ]
    assert names == expected
    assert len(names) == 52


def test_run_fills_what_a_run_can_know(states):
    assert [states[name] for name in (*FROM_A_RUN, "23a", "23b", "25", "26")] == [ItemState.FILLED] * 21


def test_person_is_asked_what_only_a_person_knows(states):
    assert [states[name] for name in FROM_A_PERSON] == [ItemState.ASKED] * len(FROM_A_PERSON)


def test_folds_leave_no_development_set_to_compare_with_and_other_designs_do(full_study, states):
    assert states["20c"] is ItemState.NOT_APPLICABLE
    comparison = full_study.comparison
    design = comparison.design.model_copy(update={"kind": "external"})
    outside = full_study.model_copy(update={"comparison": comparison.model_copy(update={"design": design})})
    assert {item.name: item.state for item in tripod_items(outside, {})}["20c"] is ItemState.ASKED


def test_places_are_places_of_the_page():
    named = {anchor for point in TRIPOD for anchor in point.where}
    assert named <= set(PLACES)
    assert len(named) >= 9


def test_every_point_asks_in_a_sentence():
    for point in TRIPOD:
        assert point.asks.endswith(".")
        assert point.title
        assert not point.wanted or point.wanted.endswith(("?", ".")), point.key
