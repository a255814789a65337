"""Signing: who may, what is logged, what is refused; pausing."""

import pytest

from pellucid.app.cases import standing
from pellucid.app.handlers_corrections import keep
from pellucid.app.handlers_record import accept, override, pause, resume
from pellucid.app.text_routes import open_text
from pellucid.exceptions import AccessError, ChangedMeanwhile, InvalidInputError
from pellucid.schema import CorrectionBody, EntryKind, text_digest

DOMAIN = "weather"


def test_a_decision_is_accepted_as_it_stands(session, reviewer, weather_work, given, seen):
    found = accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"), note="clear")
    (entry,) = session.log.entries()
    case = weather_work.case("we-001")
    body = entry.signed()
    assert (entry.kind, entry.person, entry.role.value) == (EntryKind.ACCEPTED, "rob", "reviewer")
    assert (body.probability, body.score) == (case.decision.probability, case.decision.score)
    assert body.decided == body.predicted == case.decision.predicted
    assert (body.text_digest, body.corrections, body.note) == (text_digest(case.text), 0, "clear")
    assert "Entry 1: rob signed" in found.draft.said
    assert "rob" in found.record


def test_a_decision_is_overridden_with_a_reason(session, admin, weather_work, given, seen):
    override(session, admin, DOMAIN, "we-001", given("we-001"), seen=seen("we-001", admin), reason="new")
    body = session.log.entries()[0].signed()
    assert body.reason == "new"
    assert {body.decided, body.predicted} == set(weather_work.domain.outcomes)


@pytest.mark.parametrize(
    ("reason", "note", "said"), [("", "", "choose"), ("odd", "", "choose"), ("other", " ", "note")]
)
def test_an_override_needs_its_reason(session, reviewer, given, reason, note, said, seen):
    with pytest.raises(InvalidInputError, match=said):
        override(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"), reason=reason, note=note)
    assert session.log.entries() == []


def test_a_viewer_signs_nothing(session, viewer, given, seen):
    with pytest.raises(AccessError):
        accept(session, viewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001", viewer))
    with pytest.raises(AccessError):
        override(session, viewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001", viewer), reason="new")
    assert session.log.entries() == []


def test_a_draft_cannot_be_signed(session, reviewer, given, seen):
    with pytest.raises(InvalidInputError, match="keep them or put them back"):
        accept(session, reviewer, DOMAIN, "we-001", given("we-001", clouds="no"), seen=seen("we-001"))


def test_what_was_not_seen_cannot_be_signed(session, reviewer, given, seen):
    changed, old = given("we-001", clouds="no"), seen("we-001")
    keep(session, reviewer, DOMAIN, "we-001", changed, seen=seen("we-001"), why="misread")
    with pytest.raises(InvalidInputError, match="since this page was opened"):
        accept(session, reviewer, DOMAIN, "we-001", changed, seen=old)
    accept(session, reviewer, DOMAIN, "we-001", changed, seen=seen("we-001"))
    assert session.log.entries(kind="accepted")[0].body["corrections"] == 1


def test_own_texts_are_signed_by_their_digest(session, reviewer, seen):
    name = open_text(session, reviewer, DOMAIN, "A sky of my own.")
    accept(session, reviewer, DOMAIN, name, [None, "not stated", "not stated"], seen=seen(name))
    (entry,) = session.log.entries()
    assert entry.document == name
    assert "sky" not in entry.canonical().decode()


def test_a_paused_domain_takes_no_signature(session, reviewer, admin, given, seen):
    assert "paused by ann" in pause(session, admin, DOMAIN, "being checked")
    with pytest.raises(InvalidInputError, match="paused by ann"):
        accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"))
    with pytest.raises(InvalidInputError, match="paused already"):
        pause(session, admin, DOMAIN, "again")
    resume(session, admin, DOMAIN, "checked")
    accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"))
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


def test_a_correction_taken_back_is_still_one_that_was_not_seen(session, reviewer, given, seen):
    old = seen("we-001")
    for clouds in ("no", "yes"):
        changed = given("we-001", clouds=clouds)
        keep(session, reviewer, DOMAIN, "we-001", changed, seen=seen("we-001"), why="misread")
    with pytest.raises(InvalidInputError, match="since this page was opened"):
        accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=old)


def test_another_model_is_not_what_was_seen(session, reviewer, given, seen, monkeypatch):
    old = seen("we-001")
    case = standing(session, reviewer, DOMAIN, "we-001").case.model_copy(update={"model_digest": "f" * 64})
    monkeypatch.setattr(session, "case", lambda key, make: case)
    with pytest.raises(InvalidInputError, match="since this page was opened"):
        accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=old)


@pytest.mark.parametrize("kind", ["corrected", "paused"])
def test_what_changes_between_the_look_and_the_signature_is_found(session, reviewer, given, seen, monkeypatch, kind):
    real = session.log.append_all

    def late(acts, **facts):
        body = CorrectionBody(question="wind", before="west", before_status="answered", after="north", why="x")
        if kind == "corrected":
            real([(kind, body)], **{**facts, "expect_last": None})
        else:
            real([(kind, {"why": "x"})], domain=DOMAIN, person=reviewer)
        return real(acts, **facts)

    monkeypatch.setattr(session.log, "append_all", late)
    with pytest.raises(ChangedMeanwhile, match="load the case again"):
        accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"))
    assert [one.kind.value for one in session.log.entries()] == [kind]


def test_the_entry_of_an_own_text_holds_its_answers(session, reviewer, weather_work, seen):
    name = open_text(session, reviewer, DOMAIN, "A sky of my own.")
    given = [1001, "yes", "not stated"]
    keep(session, reviewer, DOMAIN, name, given, seen=seen(name), why="overlooked")
    accept(session, reviewer, DOMAIN, name, given, seen=seen(name))
    body = session.log.entries()[0].signed()
    assert body.answers == {"pressure": 1001, "clouds": "yes", "wind": None}
    assert body.corrections == 2
    again = weather_work.new_case("again", "Other words.", answers=body.answers)
    assert again.decision.score == pytest.approx(body.score)
