"""Worklist, model page and audit page."""

import json

import pytest
from typer.testing import CliRunner

from pellucid.app.handlers import estimate
from pellucid.app.handlers_corrections import keep
from pellucid.app.handlers_lists import ORDERS, audit, export_log, model, verify, work_items, worklist
from pellucid.app.handlers_record import accept, pause
from pellucid.app.handlers_review import queue
from pellucid.cli import app
from pellucid.exceptions import AccessError, InvalidInputError, LedgerError

DOMAIN = "weather"


def listed(markup):
    return [part.split('"')[0] for part in markup.split('href="/weather/?case=')[1:]]


def test_the_worklist_links_by_id_in_every_order(session, viewer, weather_work):
    everything = {order: listed(worklist(session, viewer, DOMAIN, order=order)) for order in ORDERS}
    assert all(sorted(found) == sorted(weather_work.documents) for found in everything.values())
    assert everything["document"] == sorted(weather_work.documents)
    probability = {item.document: item.probability for item in work_items(session, DOMAIN)}
    found = [probability[name] for name in everything["probability"]]
    assert found == sorted(found, reverse=True)
    assert everything["rank"] == [item.document for item in work_items(session, DOMAIN)]


def test_the_worklist_can_be_narrowed(session, viewer, reviewer, given, seen):
    accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"))
    assert listed(worklist(session, viewer, DOMAIN, status="accepted")) == ["we-001"]
    assert "we-001" not in listed(worklist(session, viewer, DOMAIN, status="open"))
    assert listed(worklist(session, viewer, DOMAIN, search="007")) == ["we-007"]
    for wrong in ({"order": "__class__"}, {"status": "gone"}):
        with pytest.raises(InvalidInputError):
            worklist(session, viewer, DOMAIN, **wrong)


def test_corrections_change_the_worklist(session, reviewer, given, seen):
    keep(session, reviewer, DOMAIN, "we-001", given("we-001", clouds="no"), seen=seen("we-001"), why="misread")
    (item,) = [item for item in work_items(session, DOMAIN) if item.document == "we-001"]
    assert item.corrected == 1


def test_the_worklist_gives_nothing_away_before_the_estimate(session, viewer):
    session.estimate_first = True
    assert listed(worklist(session, viewer, DOMAIN)) == []
    assert "80 cases are left out" in worklist(session, viewer, DOMAIN)
    estimate(session, viewer, DOMAIN, "we-003", 10)
    assert listed(worklist(session, viewer, DOMAIN)) == ["we-003"]


@pytest.mark.parametrize("draw", [worklist, queue, audit])
def test_lists_ask_the_log_as_often_for_many_cases_as_for_none(session, viewer, draw, monkeypatch):
    asked, entries = [], session.log.entries
    monkeypatch.setattr(session.log, "entries", lambda **given: asked.append(given) or entries(**given))
    draw(session, viewer, DOMAIN)
    before = len(asked)
    session.estimate_first = True
    draw(session, viewer, DOMAIN)
    assert len(asked) == 2 * before + 1


def test_the_audit_page_shows_entries_and_what_verifying_found(session, viewer, reviewer, admin, given, seen):
    accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"))
    pause(session, admin, DOMAIN, "being checked")
    shown = audit(session, viewer, DOMAIN)
    assert "paused by ann" in shown
    assert "we-001" in shown
    assert "rob" in shown
    assert len(verify(session, viewer, DOMAIN)) > len(shown)


def test_only_admins_export_the_log(session, reviewer, admin, given, seen):
    accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"))
    with pytest.raises(AccessError):
        export_log(session, reviewer, DOMAIN)
    (line,) = export_log(session, admin, DOMAIN)
    assert json.loads(line)["person"] == "rob"


def test_the_export_is_that_of_the_command(session, reviewer, admin, database, given, seen):
    accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"), note="klar – 5 °C")
    accept(session, reviewer, DOMAIN, "we-002", given("we-002"), seen=seen("we-002"))
    told = CliRunner().invoke(app, ["log", "export", "--db", str(database), "--domain", DOMAIN])
    assert told.stdout == "".join(export_log(session, admin, DOMAIN))


def test_the_model_page_opens_the_model(session, viewer):
    quick = model(session, viewer, DOMAIN, measured=False)
    assert "this takes seconds" in quick
    assert "Pressure" in quick
    full = model(session, viewer, DOMAIN)
    assert "AUROC" in full
    assert len(full) > len(quick)


def test_the_audit_page_gives_nothing_away_before_the_estimate(session, viewer, reviewer, given, seen):
    accept(session, reviewer, DOMAIN, "we-001", given("we-001"), seen=seen("we-001"))
    accept(session, reviewer, DOMAIN, "we-002", given("we-002"), seen=seen("we-002"))
    session.estimate_first = True
    estimate(session, viewer, DOMAIN, "we-002", 10)
    shown = audit(session, viewer, DOMAIN)
    assert "we-001" not in shown
    assert "we-002" in shown
    assert "1 entries on cases of which you still owe" in shown


def test_the_audit_page_shows_the_head_to_note_down(session, viewer, admin, monkeypatch):
    session.log.append(kind="paused", domain=DOMAIN, person=admin, body={"why": "being looked at"})
    number, digest = session.log.head()
    assert f"log verify --expect {number}:{digest}" in audit(session, viewer, DOMAIN)
    check = session.log.verify(expect=(number, digest))
    assert f"{number}:{digest}" in audit(session, viewer, DOMAIN, check)
    assert "to note down" not in audit(session, viewer, DOMAIN, check.model_copy(update={"intact": False}))

    def gone():
        raise LedgerError("the head is gone")

    monkeypatch.setattr(session.log, "head", gone)
    assert "being looked at" in audit(session, viewer, DOMAIN)
