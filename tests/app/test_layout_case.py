"""The decision page through its events, as a browser sends them."""

import pytest

from pellucid.app.layout_case import decision_page, filled
from pellucid.schema import CorrectionBody


def test_loading_opens_the_case_of_the_address(event, weather_work):
    found = event("vic", "", "load", [], query="?case=we-005")
    case = weather_work.case("we-005")
    assert f'data-probability="{case.decision.probability!r}"' in found["app-answer"]
    assert found["Clouds"] == weather_work.values(case)["clouds"] or "not stated"
    assert found["Case"]["value"] == "we-005"
    assert set(found["Case"]["choices"][0]) == {"we-000"}
    assert found["Note"] == ""


def test_loading_without_a_case_opens_the_first(event):
    assert event("vic", "", "load", [])["Case"]["value"] == "we-000"


def test_a_case_that_is_none_is_told(event):
    found = event("vic", "", "load", [], query="?case=%3Cimg%3E")
    assert "is none of the 80 documents" in found["app-said"]
    assert "<img>" not in found["app-said"]


def test_an_answer_that_is_tried_changes_only_what_follows(event, given):
    found = event("vic", "", "input", ["we-001", *given("we-001", clouds="no")], label="Clouds")
    assert set(found) == {"app-answer", "app-warnings", "app-changes", "app-said"}
    assert "A draft" in found["app-said"]
    odd = event("vic", "", "input", ["we-001", *given("we-001", pressure=5)], label="Clouds")
    assert "below the minimum" in odd["app-said"]
    assert odd["app-answer"]["__type__"] == "update"
    assert "value" not in odd["app-answer"]


def test_moving_on_clears_what_was_typed(event, given):
    found = event("rob", "", "click", ["we-001"], label="Next case")
    assert found["Case"]["value"] == "we-002"
    assert (found["Why"], found["Note"]) == (None, "")
    assert event("rob", "", "click", ["we-000"], label="Previous case")["Case"]["value"] == "we-079"


def test_keeping_and_signing_through_the_page(event, given, session, seen):
    changed = given("we-001", clouds="no")
    refused = event("vic", "", "click", ["we-001", seen("we-001"), "misread", "", "", *changed], label="Sign and keep")
    assert "needs a reviewer" in refused["app-said"]
    kept = event("rob", "", "click", ["we-001", seen("we-001"), "misread", "", "", *changed], label="Sign and keep")
    assert "Kept and signed by rob" in kept["app-said"]
    signed = event("rob", "", "click", ["we-001", seen("we-001"), "", *changed], label="Accept the decision")
    assert "rob signed" in signed["app-said-record"]
    again = event("rob", "", "click", ["we-001", seen("we-001"), "", None, *changed], label="Override the decision")
    assert "choose why" in again["app-said-record"]
    assert [one.kind.value for one in session.log.entries()] == ["corrected", "accepted"]


def test_an_owed_estimate_is_asked_for(event, session):
    session.estimate_first = True
    closed = event("rob", "", "load", [], query="?case=we-001")
    assert closed["app-answer"] == ""
    assert closed["Clouds"] is None
    opened = event("rob", "", "click", ["we-001", 40], label="Note my estimate and show the model's answer")
    assert "data-probability" in opened["app-answer"]


@pytest.mark.parametrize("part", [decision_page, filled])
def test_what_others_use_is_documented(part):
    assert part.__doc__


def test_a_page_that_is_out_of_date_keeps_nothing(event, given, session, seen):
    old = seen("we-001")
    event("rob", "", "click", ["we-001", old, "misread", "", "", *given("we-001", clouds="no")], label="Sign and keep")
    stale = given("we-001", wind="north")  # clouds as they were
    refused = event("ann", "", "click", ["we-001", old, "misread", "", "", *stale], label="Sign and keep")
    assert "changed since this page was opened" in refused["app-said"]
    assert [(one.person, one.body["question"]) for one in session.log.entries()] == [("rob", "clouds")]


def test_a_change_at_the_same_moment_is_told(event, given, session, seen, monkeypatch):
    real = session.log.append_all

    def late(acts, **facts):
        body = CorrectionBody(question="wind", before="west", before_status="answered", after="north", why="x")
        real([("corrected", body)], **{**facts, "expect_last": None})
        return real(acts, **facts)

    monkeypatch.setattr(session.log, "append_all", late)
    told = event("rob", "", "click", ["we-001", seen("we-001"), "", *given("we-001")], label="Accept the decision")
    assert "load the case again" in told["app-said-record"]
    assert [one.kind.value for one in session.log.entries()] == ["corrected"]
