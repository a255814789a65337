"""Annex IV: nine points, none forgotten."""

from pellucid.reporting._annex import ANNEX, annex_items
from pellucid.reporting._report_view import PLACES
from pellucid.schema import ItemState


def test_all_nine_points_stand_in_order():
    names = [point.key.removeprefix("annex.") for point in ANNEX]
    assert names == sorted(names)
    assert {name[0] for name in names} == set("123456789")
    assert [name for name in names if name[0] == "1"] == [f"1{letter}" for letter in "abcdefgh"]
    assert [name for name in names if name[0] == "2"] == [f"2{letter}" for letter in "abcdefgh"]


def test_states_follow_from_what_a_run_can_know(full_study):
    states = {item.name: item.state for item in annex_items(full_study, {})}
    assert [states[name] for name in ("2a", "2b", "2d", "2g", "3a", "3d", "4", "6a")] == [ItemState.FILLED] * 8
    assert [states[name] for name in ("1a", "1d", "2h", "5", "6b", "7", "8", "9")] == [ItemState.ASKED] * 8


def test_places_are_places_of_the_report():
    assert {anchor for point in ANNEX for anchor in point.where} <= set(PLACES)
