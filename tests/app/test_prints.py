"""Letters and reports: pages without scripts, each in the log with its digest, letters by reviewers only."""

import hashlib

import pytest

from pellucid.app.prints import DecisionsPaused, printed
from pellucid.exceptions import AccessError, InvalidInputError, LedgerError
from pellucid.schema import DecisionBody, EntryKind, PauseBody

DOMAIN = "weather"


@pytest.mark.parametrize("kind", ["reasons", "explanation", "report"])
def test_every_print_is_a_page_and_stands_in_the_log(session, reviewer, kind):
    page = printed(session, reviewer, DOMAIN, "we-001", kind)
    assert page.lower().startswith("<!doctype html>")
    assert "<script" not in page
    (entry,) = session.log.entries(kind=EntryKind.LETTER)
    method = "" if kind == "report" else "against average"
    assert entry.body == {"kind": kind, "digest": hashlib.sha256(page.encode()).hexdigest(), "method": method}
    assert (entry.person, entry.document) == ("rob", "we-001")


def test_a_viewer_prints_reports_and_no_letters(session, viewer):
    printed(session, viewer, DOMAIN, "we-001", "report")
    for kind in ("reasons", "explanation"):
        with pytest.raises(AccessError):
            printed(session, viewer, DOMAIN, "we-001", kind)
    assert len(session.log.entries()) == 1


def test_what_cannot_be_printed_is_refused(session, reviewer):
    for document, kind, method in (
        ("we-001", "poem", "against best"),
        ("we-001", "reasons", "by feeling"),
        ("we-999", "reasons", "against best"),
    ):
        with pytest.raises(InvalidInputError):
            printed(session, reviewer, DOMAIN, document, kind, method)
    assert session.log.entries() == []
    session.estimate_first = True
    with pytest.raises(InvalidInputError, match="estimate"):
        printed(session, reviewer, DOMAIN, "we-001", "report")


def test_both_methods_of_reasons(session, reviewer):
    pages = {
        printed(session, reviewer, DOMAIN, "we-001", "reasons", method)
        for method in ("against average", "against best")
    }
    assert len(pages) == 2


def test_the_routes_answer_with_pages(signed_in):
    browser = signed_in("vic")
    assert browser.get("/weather/print/report?case=we-001").status_code == 200
    refused = browser.get("/weather/print/reasons?case=we-001")
    assert refused.status_code == 403
    assert "vic signed in as viewer" in refused.text
    lost = browser.get("/weather/print/report?case=%3Cscript%3E")
    assert lost.status_code == 404
    assert "<script>" not in lost.text


def test_exports_are_files_by_role(signed_in):
    assert signed_in("rob").get("/weather/export/log").status_code == 403
    answer = signed_in("ann").get("/weather/export/log")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="weather-log.jsonl"'
    assert signed_in("rob").get("/weather/export/review").status_code == 200
    assert signed_in("vic").get("/weather/export/review").status_code == 403


def test_nothing_is_printed_where_the_log_cannot_be_written(signed_in, session, monkeypatch):
    def fail(**given):
        raise LedgerError("db sqlite:///secret/place.db: disk full")

    monkeypatch.setattr(session.log, "append", fail)
    answer = signed_in().get("/weather/print/report?case=we-001")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert "Pressure" not in answer.text


@pytest.mark.parametrize("kind", ["reasons", "explanation", "report"])
def test_the_same_print_is_noted_once_for_a_person(session, reviewer, admin, kind):
    pages = {printed(session, reviewer, DOMAIN, "we-001", kind) for _ in range(3)}
    assert len(pages) == len(session.log.entries(kind=EntryKind.LETTER)) == 1
    printed(session, admin, DOMAIN, "we-001", kind)
    printed(session, reviewer, DOMAIN, "we-002", kind)
    assert [(one.person, one.document) for one in session.log.entries()] == [
        ("rob", "we-001"), ("ann", "we-001"), ("rob", "we-002"),
    ]  # fmt: skip


def test_the_method_of_the_reasons_is_noted(session, reviewer):
    printed(session, reviewer, DOMAIN, "we-001", "reasons", "against best")
    assert session.log.entries()[0].body["method"] == "against best"


def test_letters_are_refused_while_decisions_are_paused(session, signed_in, admin, reviewer):
    session.log.append(kind=EntryKind.PAUSED, domain=DOMAIN, person=admin, body=PauseBody(why="A check."))
    for kind in ("reasons", "explanation"):
        with pytest.raises(DecisionsPaused, match="paused by ann"):
            printed(session, reviewer, DOMAIN, "we-001", kind)
        answer = signed_in().get(f"/weather/print/{kind}?case=we-001")
        assert answer.status_code == 409
        assert "Decisions are paused" in answer.text
        assert "no letter is written" in answer.text
    assert "Pressure" in printed(session, reviewer, DOMAIN, "we-001", "report")
    session.log.append(kind=EntryKind.RESUMED, domain=DOMAIN, person=admin, body=PauseBody(why="Done."))
    assert signed_in().get("/weather/print/reasons?case=we-001").status_code == 200


@pytest.mark.parametrize(
    "path", ["print/report?case=we-001", "print/reasons?case=we-001", "export/log", "export/review"]
)
def test_what_another_sites_page_asks_for_is_refused_and_not_noted(signed_in, session, path):
    browser = signed_in("ann")
    for site in ("cross-site", "same-site"):
        answer = browser.get(f"/weather/{path}", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403
        assert "another site" in answer.text
    assert session.log.entries() == []
    for site in ("same-origin", "none"):
        assert browser.get(f"/weather/{path}", headers={"Sec-Fetch-Site": site}).status_code == 200


def test_a_letter_is_a_draft_until_the_case_as_it_stands_is_signed(session, reviewer, weather_work):
    case = weather_work.case("we-001")
    draft = "Draft: no person has decided yet"
    assert draft in printed(session, reviewer, DOMAIN, "we-001", "reasons")
    facts = {"probability": case.decision.probability, "score": case.decision.score, "model": case.decision.model}
    for digest, marked in (("cd" * 32, True), (case.model_digest, False)):
        body = DecisionBody(**facts, predicted=case.decision.predicted, decided=case.decision.predicted,
                            model_digest=digest)  # fmt: skip
        session.log.append(kind=EntryKind.ACCEPTED, domain=DOMAIN, document="we-001", person=reviewer, body=body)
        for kind in ("reasons", "explanation"):
            assert (draft in printed(session, reviewer, DOMAIN, "we-001", kind)) is marked
