"""The review page through its parts: what stands in the queue, what is picked, what is done."""

from pellucid.app.handlers_corrections import keep
from pellucid.app.layout_review import _picked


def test_one_answer_is_shown_with_a_control_for_the_right_one(session, reviewer):
    about, control = _picked(session, reviewer, "weather", "we-001 · clouds")
    assert "Are there clouds?" in about
    assert control["choices"] == ["no", "yes", "not stated"]
    assert control["value"] == "yes"
    about, control = _picked(session, reviewer, "weather", "we-001 · pressure")
    assert control["choices"] == ["not stated"]
    assert control["value"] == "1017"


def test_an_empty_queue_says_so(session, reviewer):
    about, control = _picked(session, reviewer, "weather", None)
    assert "Nothing is left" in about
    assert control["value"] is None


def test_picking_through_the_page(event, session, reviewer, given):
    keep(session, reviewer, "weather", "we-001", given("we-001", clouds="no"), why="misread")
    found = event("rob", "review", "input", ["we-001 · clouds"], label="Answer")
    assert "corrected" in found["app-about"]
    lost = event("rob", "review", "input", ["nothing"], label="Answer")
    assert "choose one of the list" in lost["app-said"]
