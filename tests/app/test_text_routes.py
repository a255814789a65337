"""The list of domains, and opening a text of one's own: read by a model or answered by the person, never on disk."""

import tempfile
import time

import anyio.from_thread
import anyio.to_thread
import pytest

from pellucid.app import text_routes
from pellucid.app.text_routes import AGAIN_S, open_text
from pellucid.exceptions import InvalidInputError
from pellucid.llm import ScriptedModel
from pellucid.schema import Status

HTML = {"accept": "text/html"}


def test_the_list_names_every_domain_and_page(signed_in):
    shown = signed_in().get("/", headers=HTML).text
    for part in ("Rain from notes on the sky", "80 recorded documents", "/weather/worklist", "/weather/text"):
        assert part in shown


def test_the_list_says_what_is_paused(session, signed_in, admin):
    session.log.append(kind="paused", domain="weather", person=admin, body={"why": "check"})
    assert "Decisions are paused" in signed_in().get("/", headers=HTML).text


def test_without_a_model_the_page_says_who_answers(signed_in, session):
    browser = signed_in()
    assert "No language model is connected" in browser.get("/weather/text", headers=HTML).text
    answer = browser.post("/weather/text", files={"text": (None, "Clouds\r\neverywhere {{7*7}}")}, headers=HTML)
    assert answer.status_code == 303
    (name,) = session.own_texts.names("rob", "weather")
    assert answer.headers["location"] == f"/weather/?case={name}"
    case = session.own_texts.get("rob", "weather", name)
    assert case.text == "Clouds\neverywhere {{7*7}}"
    assert {one.status for one in case.answers()} == {Status.NOT_STATED}
    assert name in browser.get("/weather/text", headers=HTML).text
    assert name not in signed_in("ann").get("/weather/text", headers=HTML).text


def test_a_file_is_opened_as_it_is(signed_in, session):
    files = {"text": (None, ""), "file": ("note.txt", "Überall Wolken.\r\n".encode(), "text/plain")}
    assert signed_in().post("/weather/text", files=files).status_code == 303
    (name,) = session.own_texts.names("rob", "weather")
    assert session.own_texts.get("rob", "weather", name).text == "Überall Wolken.\r\n"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"text": (None, " ")}, "paste a text or choose a file"),
        ({"text": (None, "a"), "file": ("a.txt", b"b")}, "one of the two"),
        ({"file": ("a.exe", b"b")}, "only .txt and .md"),
        ({"file": ("a.txt", b"\xff")}, "UTF-8"),
        ({f"f{n}": (None, "x") for n in range(9)}, "paste a text"),
    ],
)
def test_what_cannot_be_opened_is_told(signed_in, session, files, said):
    answer = signed_in().post("/weather/text", files=files)
    assert answer.status_code == 400
    assert said in answer.text
    assert session.own_texts.names("rob", "weather") == ()


def test_another_kind_of_form_is_no_text(signed_in):
    assert signed_in().post("/weather/text", data={"text": "x"}).status_code == 400


def test_nothing_of_an_upload_reaches_the_disk(signed_in, monkeypatch, tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    seen = []
    real = tempfile.SpooledTemporaryFile.rollover
    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", lambda self: seen.append(1) or real(self))
    text = "Pressure 1001 hPa. " * 15_000
    assert len(text) < 400_000
    signed_in().post("/weather/text", files={"file": ("a.txt", text.encode() * 3)})
    signed_in().post("/weather/text", files={"file": ("a.txt", text.encode())})
    assert seen == []
    assert list(folder.iterdir()) == []


def test_a_live_model_reads_the_text(session, reviewer, signed_in):
    session.model = ScriptedModel(lambda request: "nothing of use", name="demo-reader")
    shown = signed_in().get("/weather/text", headers=HTML).text
    assert "It will be read by <strong>demo-reader</strong>" in shown
    name = open_text(session, reviewer, "weather", "A sky that no recording has.")
    case = session.own_texts.get("rob", "weather", name)
    assert {one.status for one in case.answers()} == {Status.UNREADABLE}
    assert "demo-reader" in case.source


def test_nobody_waits_for_a_model_that_reads_another_text(session, reviewer, signed_in):
    session.model = ScriptedModel(lambda request: "nothing of use", name="demo-reader")
    browser = signed_in()
    with session.reading:
        began = time.monotonic()
        answer = browser.post("/weather/text", files={"text": (None, "A sky.")}, headers=HTML)
        assert time.monotonic() - began < 5
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == str(AGAIN_S)
        assert "the model is reading another text" in answer.text
        assert open_text(session, reviewer, "weather", "A sky.") is None
    assert session.own_texts.names("rob", "weather") == ()
    assert browser.post("/weather/text", files={"text": (None, "A sky.")}).status_code == 303
    assert not session.reading.locked()


def test_a_slow_model_takes_none_of_the_threads_that_pages_are_made_in(session, signed_in, monkeypatch):
    shared = []
    session.model = ScriptedModel(lambda request: "nothing of use", name="demo-reader")

    def opened(*_):
        one = anyio.from_thread.run_sync(anyio.to_thread.current_default_thread_limiter)
        shared.append(one.borrowed_tokens)
        return "own-x"

    monkeypatch.setattr(text_routes, "open_text", opened)
    assert signed_in().post("/weather/text", files={"text": (None, "A sky.")}).status_code == 303
    assert shared == [0]


def test_a_failing_model_lets_the_next_text_in(session, reviewer, monkeypatch):
    session.model = ScriptedModel(lambda request: "nothing of use", name="demo-reader")

    def fails(*_, **__):
        raise InvalidInputError("text: no")

    monkeypatch.setattr(type(session.caseworks["weather"]), "new_case", fails)
    with pytest.raises(InvalidInputError):
        open_text(session, reviewer, "weather", "A sky.")
    assert not session.reading.locked()
