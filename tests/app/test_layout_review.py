"""The review page through its parts: what stands in the queue, what is picked, what is done."""

from pellucid.app.handlers_corrections import keep
from pellucid.app.handlers_review import asked
from pellucid.app.layout_review import _picked

BUTTONS = {"It is right", "Correct it", "Flag it"}


def test_one_answer_is_shown_with_a_control_for_the_right_one(session, reviewer):
    about, control, shown = _picked(session, reviewer, "weather", "we-001 · clouds")
    assert shown == asked(session, reviewer, "weather", "we-001 · clouds").seen
    assert "Are there clouds?" in about
    assert control["choices"] == ["no", "yes", "not stated"]
    assert control["value"] == "yes"
    about, control, _ = _picked(session, reviewer, "weather", "we-001 · pressure")
    assert control["choices"] == ["not stated"]
    assert control["value"] == "1017"


def test_an_empty_queue_says_so(session, reviewer):
    about, control, shown = _picked(session, reviewer, "weather", None)
    assert shown == ""
    assert "Nothing is left" in about
    assert control["value"] is None


def test_picking_through_the_page(event, session, reviewer, given, seen):
    keep(session, reviewer, "weather", "we-001", given("we-001", clouds="no"), seen=seen("we-001"), why="misread")
    found = event("rob", "review", "input", ["we-001 · clouds"], label="Answer")
    assert "corrected" in found["app-about"]
    lost = event("rob", "review", "input", ["nothing"], label="Answer")
    assert "choose one of the list" in lost["app-said"]


def test_every_signature_sends_what_was_shown_along(signed_in):
    config = signed_in("rob").get("/weather/config", params={"page": "review"}).json()
    names = {part["id"]: part["props"].get("label", part["props"].get("value")) for part in config["components"]}
    picking = [one for one in config["dependencies"] if [names.get(x) for x, _ in one["targets"]] == ["Answer"]]
    signing = [one for one in config["dependencies"] if {names.get(x) for x, _ in one["targets"]} & BUTTONS]
    assert len(signing) == len(BUTTONS)
    (shown,) = {one["outputs"][-1] for one in picking if one["outputs"]}
    assert all(one["inputs"][1] == shown and shown in one["outputs"] for one in signing)
