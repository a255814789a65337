"""Corrections: kept by reviewers, signed by whoever is signed in, those of own texts in memory."""

import pytest

from pellucid.app.handlers import view
from pellucid.app.handlers_corrections import CORRECTION_WHYS, keep
from pellucid.app.own_texts import new_name
from pellucid.app.text_routes import open_text
from pellucid.exceptions import AccessError, InvalidInputError
from pellucid.schema import EntryKind

DOMAIN = "weather"


def test_a_correction_is_signed_by_whoever_is_signed_in(session, reviewer, given):
    changed = given("we-001", clouds="no", wind="north")
    found = keep(session, reviewer, DOMAIN, "we-001", changed, why="misread", note="seen twice")
    entries = session.log.entries(kind=EntryKind.CORRECTED)
    assert [(one.person, one.body["question"], one.body["after"]) for one in entries] == [
        ("rob", "clouds", "no"),
        ("rob", "wind", "north"),
    ]
    assert {one.body["why"] for one in entries} == {CORRECTION_WHYS["misread"]}
    assert found.seen == "2"
    assert "Kept and signed by rob: Clouds, Wind." in found.draft.said
    assert "seen twice" in found.corrections
    assert "Pressure" not in str([one.body for one in entries])  # no words of the document


def test_a_viewer_keeps_nothing(session, viewer, given):
    with pytest.raises(AccessError):
        keep(session, viewer, DOMAIN, "we-001", given("we-001", clouds="no"), why="misread")
    assert session.log.entries() == []


@pytest.mark.parametrize(
    ("changed", "why", "note", "quote", "said"),
    [
        ({}, "misread", "", "", "none differs"),
        ({"clouds": "no"}, "", "", "", "choose why"),
        ({"clouds": "no"}, "because", "", "", "choose why"),
        ({"clouds": "no"}, "other", " ", "", "needs a note"),
        ({"clouds": "no"}, "misread", "", "words of another text", "quote"),
    ],
)
def test_what_cannot_be_kept_is_refused(session, reviewer, given, changed, why, note, quote, said):
    with pytest.raises(InvalidInputError, match=said):
        keep(session, reviewer, DOMAIN, "we-001", given("we-001", **changed), why=why, note=note, quote=quote)
    assert session.log.entries() == []


def test_a_persons_own_text_is_answered_by_the_person_in_memory(session, reviewer, viewer):
    text = "A sky <script>alert(1)</script> full of clouds."
    name = open_text(session, reviewer, DOMAIN, text)
    first = view(session, reviewer, DOMAIN, name)
    assert "nobody has read this text but you" in first.text
    assert "<script>" not in first.text
    given = [1001, "yes", "not stated"]
    kept = keep(session, reviewer, DOMAIN, name, given, why="overlooked", quote="full of clouds")
    assert kept.values == {"pressure": 1001, "clouds": "yes", "wind": "not stated"}
    assert "in memory" in kept.draft.said
    assert session.log.entries() == []
    with pytest.raises(InvalidInputError, match="not open"):
        view(session, viewer, DOMAIN, name)


def test_corrections_of_a_text_that_a_model_read_stay_corrections(session, reviewer, weather_work, given):
    name = new_name()
    recorded = weather_work.case("we-001")
    case = weather_work.new_case(name, recorded.text)  # the text of a recording is that recording's case
    session.own_texts.put("rob", case)
    kept = keep(session, reviewer, DOMAIN, name, given("we-001", clouds="no"), why="misread")
    stands = session.own_texts.get("rob", DOMAIN, name)
    assert [one.after.value for one in stands.corrections] == ["no"]
    assert not stands.is_draft
    assert stands.decision.probability == pytest.approx(
        weather_work.rescored(recorded, {"clouds": "no"}).decision.probability
    )
    assert kept.seen == "1"
