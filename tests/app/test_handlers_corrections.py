"""Corrections: kept by reviewers, signed by whoever is signed in, those of own texts in memory."""

import pytest

from pellucid.app.handlers import view
from pellucid.app.handlers_corrections import CORRECTION_WHYS, keep
from pellucid.app.own_texts import new_name
from pellucid.app.text_routes import open_text
from pellucid.exceptions import AccessError, ChangedMeanwhile, InvalidInputError
from pellucid.schema import EntryKind

DOMAIN = "weather"


def test_a_correction_is_signed_by_whoever_is_signed_in(session, reviewer, given, seen):
    changed = given("we-001", clouds="no", wind="north")
    found = keep(session, reviewer, DOMAIN, "we-001", changed, seen=seen("we-001"), why="misread", note="seen twice")
    entries = session.log.entries(kind=EntryKind.CORRECTED)
    assert [(one.person, one.body["question"], one.body["after"]) for one in entries] == [
        ("rob", "clouds", "no"),
        ("rob", "wind", "north"),
    ]
    assert {one.body["why"] for one in entries} == {CORRECTION_WHYS["misread"]}
    assert found.seen == seen("we-001")
    assert "Kept and signed by rob: Clouds, Wind." in found.draft.said
    assert "seen twice" in found.corrections
    assert "Pressure" not in str([one.body for one in entries])  # no words of the document


def test_a_viewer_keeps_nothing(session, viewer, given, seen):
    with pytest.raises(AccessError):
        keep(
            session, viewer, DOMAIN, "we-001", given("we-001", clouds="no"), seen=seen("we-001", viewer), why="misread"
        )
    assert session.log.entries() == []


@pytest.mark.parametrize(
    ("changed", "why", "note", "quote", "said"),
    [
        ({}, "misread", "", "", "none differs"),
        ({"clouds": "no"}, "", "", "", "choose why"),
        ({"clouds": "no"}, "because", "", "", "choose why"),
        ({"clouds": "no"}, "other", " ", "", "needs a note"),
        ({"clouds": "no"}, "misread", "", "words of another text", "quote"),
        ({"clouds": "no", "wind": "north"}, "misread", "", "Wind from the west", "show one answer, and 2"),
        ({"clouds": None}, "misread", "", "Wind from the west", "not stated"),
    ],
)
def test_what_cannot_be_kept_is_refused(session, reviewer, given, changed, why, note, quote, said, seen):
    with pytest.raises(InvalidInputError, match=said):
        keep(
            session,
            reviewer,
            DOMAIN,
            "we-001",
            given("we-001", **changed),
            seen=seen("we-001"),
            why=why,
            note=note,
            quote=quote,
        )
    assert session.log.entries() == []


def test_a_persons_own_text_is_answered_by_the_person_in_memory(session, reviewer, viewer, seen):
    text = "A sky <script>alert(1)</script> full of clouds."
    name = open_text(session, reviewer, DOMAIN, text)
    first = view(session, reviewer, DOMAIN, name)
    assert "nobody has read this text but you" in first.text
    assert "<script>" not in first.text
    given = [None, "yes", "not stated"]
    kept = keep(session, reviewer, DOMAIN, name, given, seen=seen(name), why="overlooked", quote="full of clouds")
    assert kept.values == {"pressure": None, "clouds": "yes", "wind": "not stated"}
    assert "the log gets the answers" in kept.draft.said
    assert session.log.entries() == []
    with pytest.raises(InvalidInputError, match="not open"):
        view(session, viewer, DOMAIN, name)


def test_corrections_of_a_text_that_a_model_read_stay_corrections(session, reviewer, weather_work, given, seen):
    name = new_name()
    recorded = weather_work.case("we-001")
    case = weather_work.new_case(name, recorded.text)  # the text of a recording is that recording's case
    session.own_texts.put("rob", case)
    kept = keep(session, reviewer, DOMAIN, name, given("we-001", clouds="no"), seen=seen(name), why="misread")
    stands = session.own_texts.get("rob", DOMAIN, name)
    assert [one.after.value for one in stands.corrections] == ["no"]
    assert not stands.is_draft
    assert stands.decision.probability == pytest.approx(
        weather_work.rescored(recorded, {"clouds": "no"}).decision.probability
    )
    assert kept.seen == seen(name)


def test_a_stale_form_takes_back_nobody_elses_correction(session, reviewer, admin, given, seen):
    old = seen("we-001")
    keep(session, admin, DOMAIN, "we-001", given("we-001", clouds="no"), seen=old, why="misread")
    stale = given("we-001", wind="north")  # its clouds are those before ann's correction
    with pytest.raises(InvalidInputError, match="changed since this page was opened"):
        keep(session, reviewer, DOMAIN, "we-001", stale, seen=old, why="misread")
    assert [(one.person, one.body["question"]) for one in session.log.entries()] == [("ann", "clouds")]


def test_of_several_corrections_all_or_none_are_kept(session, reviewer, given, seen, monkeypatch):
    real = session.log.append_all

    def late(acts, **facts):
        real(acts[:1], **{**facts, "expect_last": None})
        return real(acts, **facts)

    monkeypatch.setattr(session.log, "append_all", late)
    with pytest.raises(ChangedMeanwhile):
        keep(
            session,
            reviewer,
            DOMAIN,
            "we-001",
            given("we-001", clouds="no", wind="north"),
            seen=seen("we-001"),
            why="misread",
        )
    assert [one.body["question"] for one in session.log.entries()] == ["clouds"]


def test_two_tabs_of_an_own_text_do_not_undo_each_other(session, reviewer, seen):
    name = open_text(session, reviewer, DOMAIN, "A sky full of clouds.")
    old = seen(name)
    keep(session, reviewer, DOMAIN, name, [1001, "not stated", "not stated"], seen=old, why="overlooked")
    with pytest.raises(InvalidInputError, match="changed since this page was opened"):
        keep(session, reviewer, DOMAIN, name, [None, "yes", "not stated"], seen=old, why="overlooked")
    case = session.own_texts.get("rob", DOMAIN, name)
    assert [answer.value for answer in case.answers()] == [1001, None, None]


def test_a_second_keep_leaves_the_evidence_of_the_first(session, reviewer, seen):
    name = open_text(session, reviewer, DOMAIN, "A sky full of clouds, wind from the north.")

    def kept(given, quote=""):
        keep(session, reviewer, DOMAIN, name, given, seen=seen(name), why="overlooked", quote=quote)
        return [answer.quote for answer in session.own_texts.get("rob", DOMAIN, name).answers()]

    assert kept([None, "yes", "not stated"], "full of clouds") == ["", "full of clouds", ""]
    assert kept([None, "yes", "north"], "from the north") == ["", "full of clouds", "from the north"]
    assert kept([1001, "no", "north"]) == ["", "", "from the north"]
