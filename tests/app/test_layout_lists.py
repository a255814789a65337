"""Worklist, model and audit page through their events."""


def test_the_worklist_is_drawn_and_ordered(event):
    found = event("vic", "worklist", "load", ["rank", "", ""])
    shown = found.get("app-worklist") or ""
    assert "we-001" in shown
    narrowed = event("vic", "worklist", "input", ["document", "", "we-07"], label="Order")["app-worklist"]
    assert narrowed.index("we-070") < narrowed.index("we-079")
    assert "we-001" not in narrowed


def test_admins_pause_and_others_do_not_see_how(event, session):
    hidden = event("rob", "audit", "load", [])
    assert {"__type__": "update", "visible": False} in hidden.values()
    refused = event("rob", "audit", "click", ["why"], label="Pause decisions")
    assert "needs a admin" in refused["app-said"].replace("an admin", "a admin")
    done = event("ann", "audit", "click", ["being checked"], label="Pause decisions")
    assert "paused by ann" in done["app-said"]
    assert session.log.paused("weather").person == "ann"
    assert "resumed by ann" in event("ann", "audit", "click", ["checked"], label="Resume decisions")["app-said"]


def test_the_audit_page_shows_the_log(event, session, admin):
    session.log.append(kind="paused", domain="weather", person=admin, body={"why": "being checked"})
    assert "being checked" in event("vic", "audit", "load", [])["app-audit"]
