"""Letters and reports: pages without scripts, each in the log with its digest, letters by reviewers only."""

import hashlib

import pytest

from pellucid.app.prints import printed
from pellucid.exceptions import AccessError, InvalidInputError, LedgerError
from pellucid.schema import EntryKind

DOMAIN = "weather"


@pytest.mark.parametrize("kind", ["reasons", "explanation", "report"])
def test_every_print_is_a_page_and_stands_in_the_log(session, reviewer, kind):
    page = printed(session, reviewer, DOMAIN, "we-001", kind)
    assert page.lower().startswith("<!doctype html>")
    assert "<script" not in page
    (entry,) = session.log.entries(kind=EntryKind.LETTER)
    assert entry.body == {"kind": kind, "digest": hashlib.sha256(page.encode()).hexdigest()}
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
