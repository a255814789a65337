"""Signing: who may, what is logged, what is refused; pausing."""

import pytest

from pellucid.app.handlers_corrections import keep
from pellucid.app.handlers_record import accept, override, pause, resume, text_digest
from pellucid.app.text_routes import open_text
from pellucid.exceptions import AccessError, InvalidInputError
from pellucid.schema import EntryKind

DOMAIN = "weather"


def test_a_decision_is_accepted_as_it_stands(session, reviewer, weather_work, given):
    found = accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen="0", note="clear")
    (entry,) = session.log.entries()
    case = weather_work.case("we-001")
    body = entry.signed()
    assert (entry.kind, entry.person, entry.role.value) == (EntryKind.ACCEPTED, "rob", "reviewer")
    assert (body.probability, body.score) == (case.decision.probability, case.decision.score)
    assert body.decided == body.predicted == case.decision.predicted
    assert (body.text_digest, body.corrections, body.note) == (text_digest(case), 0, "clear")
    assert "Entry 1: rob signed" in found.draft.said
    assert "rob" in found.record


def test_a_decision_is_overridden_with_a_reason(session, admin, weather_work, given):
    override(session, admin, DOMAIN, "we-001", given("we-001"), seen="0", reason="new")
    body = session.log.entries()[0].signed()
    assert body.reason == "new"
    assert {body.decided, body.predicted} == set(weather_work.domain.outcomes)


@pytest.mark.parametrize(
    ("reason", "note", "said"), [("", "", "choose"), ("odd", "", "choose"), ("other", " ", "note")]
)
def test_an_override_needs_its_reason(session, reviewer, given, reason, note, said):
    with pytest.raises(InvalidInputError, match=said):
        override(session, reviewer, DOMAIN, "we-001", given("we-001"), seen="0", reason=reason, note=note)
    assert session.log.entries() == []


def test_a_viewer_signs_nothing(session, viewer, given):
    with pytest.raises(AccessError):
        accept(session, viewer, DOMAIN, "we-001", given("we-001"), seen="0")
    with pytest.raises(AccessError):
        override(session, viewer, DOMAIN, "we-001", given("we-001"), seen="0", reason="new")
    assert session.log.entries() == []


def test_a_draft_cannot_be_signed(session, reviewer, given):
    with pytest.raises(InvalidInputError, match="keep them or put them back"):
        accept(session, reviewer, DOMAIN, "we-001", given("we-001", clouds="no"), seen="0")


def test_what_was_not_seen_cannot_be_signed(session, reviewer, given):
    changed = given("we-001", clouds="no")
    keep(session, reviewer, DOMAIN, "we-001", changed, why="misread")
    with pytest.raises(InvalidInputError, match="since this page was opened"):
        accept(session, reviewer, DOMAIN, "we-001", changed, seen="0")
    accept(session, reviewer, DOMAIN, "we-001", changed, seen="1")
    assert session.log.entries(kind="accepted")[0].body["corrections"] == 1


def test_own_texts_are_signed_by_their_digest(session, reviewer):
    name = open_text(session, reviewer, DOMAIN, "A sky of my own.")
    accept(session, reviewer, DOMAIN, name, [None, "not stated", "not stated"], seen="0")
    (entry,) = session.log.entries()
    assert entry.document == name
    assert "sky" not in entry.canonical().decode()


def test_a_paused_domain_takes_no_signature(session, reviewer, admin, given):
    assert "paused by ann" in pause(session, admin, DOMAIN, "being checked")
    with pytest.raises(InvalidInputError, match="paused by ann"):
        accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen="0")
    with pytest.raises(InvalidInputError, match="paused already"):
        pause(session, admin, DOMAIN, "again")
    resume(session, admin, DOMAIN, "checked")
    accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen="0")
    assert [one.kind.value for one in session.log.entries()] == ["paused", "resumed", "accepted"]


def test_only_admins_pause_and_say_why(session, reviewer, admin):
    with pytest.raises(AccessError):
        pause(session, reviewer, DOMAIN, "why")
    with pytest.raises(AccessError):
        resume(session, reviewer, DOMAIN, "why")
    with pytest.raises(InvalidInputError, match="say why"):
        pause(session, admin, DOMAIN, " ")
    with pytest.raises(InvalidInputError, match="open already"):
        resume(session, admin, DOMAIN, "why")
