"""Headers on every answer; what is too large, from elsewhere or none of our paths is refused; no query is logged."""

import asyncio
import logging

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from pellucid.app.security import (
    APP_POLICY,
    HEADERS,
    LARGEST_BODY,
    PLAIN_POLICY,
    Guard,
    is_same_origin,
    is_served,
    is_static,
    place_of,
)
from pellucid.exceptions import LedgerError

HTML = {"accept": "text/html"}


@pytest.mark.parametrize("path", ["/", "/login", "/weather/", "/weather/text", "/nowhere", "/weather/config"])
def test_every_answer_carries_the_headers(client, signed_in, path):
    for browser in (client, signed_in()):
        answer = browser.get(path, headers=HTML)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)
        assert answer.headers["content-security-policy"] in (APP_POLICY, PLAIN_POLICY)
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


def test_pages_of_ours_run_no_script(signed_in):
    browser = signed_in()
    for path in ("/", "/weather/text", "/weather/print/report?case=we-001", "/weather/print/reasons?case=we-001"):
        answer = browser.get(path, headers=HTML)
        assert answer.status_code == 200, path
        assert answer.headers["content-security-policy"] == PLAIN_POLICY
        assert "<script" not in answer.text


def test_a_gradio_page_names_no_outside_host_it_would_ask(signed_in):
    text = signed_in().get("/weather/", headers=HTML).text
    assert 'lang="en"' in text
    for line in text.splitlines():
        asks = ("src=" in line or "<link" in line) and "http" in line
        assert not asks, line


def test_gradios_other_doors_stay_shut(signed_in):
    browser = signed_in("ann")
    shut = [
        ("POST", "/weather/gradio_api/upload"),
        ("GET", "/weather/gradio_api/file=/etc/passwd"),
        ("GET", "/weather/gradio_api/file/etc/passwd"),
        ("GET", "/weather/gradio_api/proxy=http://elsewhere.example"),
        ("GET", "/weather/gradio_api/info"),
        ("GET", "/weather/gradio_api/openapi.json"),
        ("POST", "/weather/gradio_api/call/predict"),
        ("POST", "/weather/gradio_api/component_server"),
        ("POST", "/weather/gradio_api/vibe-edit"),
        ("GET", "/weather/gradio_api/deep_link"),
        ("GET", "/weather/gradio_api/runs"),
        ("GET", "/weather/monitoring"),
        ("POST", "/weather/login"),
        ("GET", "/weather/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
    ]
    for method, path in shut:
        assert browser.request(method, path).status_code == 404, path


def test_only_get_and_post_are_answered(client):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert client.request(method, "/login").status_code == 405


def test_a_body_that_is_too_large_is_refused(signed_in):
    browser = signed_in()
    assert browser.post("/weather/text", content=b"x" * (LARGEST_BODY + 1)).status_code == 413

    def parts():
        for _ in range(14):
            yield b"x" * 100_000

    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = browser.post("/weather/text", content=parts(), headers=headers)  # says no length
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"origin": "http://testserver"}, True),
        ({"origin": "http://testserver:81"}, False),
        ({"origin": "http://elsewhere.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://["}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://testserver"}, True),
    ],
)
def test_a_form_of_another_site_is_refused(client, headers, allowed):
    assert is_same_origin(Headers({"host": "testserver", **headers})) is allowed
    answer = client.post("/login", data={"name": "rob", "password": "wrong wrong wrong"}, headers=headers)
    assert answer.status_code == (401 if allowed else 403)


def test_another_name_of_the_server_is_refused(client):
    assert client.get("/login", headers={"host": "evil.example"}).status_code == 421
    assert client.get("/login", headers={"host": "127.0.0.1:7860"}).status_code == 200


def test_the_log_of_requests_holds_no_query(client, caplog):
    with caplog.at_level(logging.INFO, "pellucid.app"):
        client.get("/login?next=%2Fsecret-token", headers=HTML)
        client.get("/weather%0Aforged/?x=1")
    said = caplog.text
    assert "GET /login 200" in said
    assert "secret" not in said
    assert len(caplog.records) == 2
    assert "\n" not in caplog.records[1].getMessage()


def test_which_paths_are_gradios_files_and_which_are_served():
    assert is_static("/weather/assets/a/b.js", ["weather"])
    assert not is_static("/weather/gradio_api/info", ["weather"])
    assert not is_static("/other/assets/a.js", ["weather"])
    assert is_served("/weather", ["weather"])
    assert is_served("/weather/print/report", ["weather"])
    assert not is_served("/weather/../etc", ["weather"])
    assert is_served("/elsewhere", ["weather"])  # the router answers 404


def test_gradios_files_may_be_kept_and_need_no_sign_in(client):
    answer = client.get("/weather/theme.css")
    assert answer.status_code == 200
    assert answer.headers.get("cache-control") != "no-store"


def test_only_files_of_gradio_are_pressed(signed_in):
    browser = signed_in()
    headers = {"accept-encoding": "br, gzip"}
    assert "content-encoding" not in browser.get("/weather/config", headers=headers).headers
    assert "content-encoding" not in browser.get("/weather/print/report?case=we-001", headers=headers).headers


def failing(error, *, after=False):
    async def app(scope, receive, send):
        if after:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise error

    return app


def dressed(answer):
    return all(answer.headers[name] == value for name, value in HEADERS.items()) and (
        answer.headers["cache-control"] == "no-store" and "content-security-policy" in answer.headers
    )


@pytest.mark.parametrize(("error", "status"), [(KeyError("a secret"), 500), (LedgerError("a secret"), 503)])
def test_an_error_leaves_with_every_header_and_without_its_words(error, status, caplog, capfd):
    for path in ("/", "/weather/assets/a.js"):
        answer = TestClient(Guard(failing(error), domains=["weather"])).get(path)
        assert answer.status_code == status
        assert dressed(answer)
        assert "secret" not in answer.text
    assert f"{type(error).__name__} in app (test_security.py, line " in caplog.text
    assert "secret" not in caplog.text + "".join(capfd.readouterr())


def test_an_error_in_the_middle_of_an_answer_breaks_it_off(caplog):
    sent = []

    async def send(message):
        sent.append(message["type"])

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(Guard(failing(ValueError("a secret"), after=True), domains=[])(scope, None, send))
    assert sent == ["http.response.start"]
    assert "secret" not in caplog.text


def test_every_page_says_so_when_the_database_is_gone(session, signed_in, monkeypatch, caplog):
    browser = signed_in("ann")

    def gone(*_, **__):
        raise LedgerError("db somewhere: a secret")

    def asked(method, path, **given):
        answer = browser.request(method, path, headers=HTML, **given)
        assert answer.status_code == 503, path
        assert dressed(answer), path
        assert answer.headers["content-security-policy"] == PLAIN_POLICY
        assert "The database does not answer" in answer.text
        assert "secret" not in answer.text

    monkeypatch.setattr(session.log, "entries", gone)
    monkeypatch.setattr(session.log, "paused", gone)
    monkeypatch.setattr(session.accounts, "sign_in", gone)
    asked("GET", "/")
    asked("GET", "/weather/export/log")
    asked("GET", "/weather/export/review")
    asked("POST", "/login", data={"name": "rob", "password": "x" * 12})
    monkeypatch.setattr(session.accounts, "who", gone)
    asked("GET", "/weather/text")
    assert browser.get("/weather/config").json() == {"error": "The database does not answer"}
    assert "secret" not in caplog.text


def test_a_place_names_no_words():
    try:
        int("a secret")
    except ValueError as error:
        said = place_of(error)
    assert said.startswith("ValueError in test_a_place_names_no_words (test_security.py, line ")
    assert "secret" not in said
    assert place_of(KeyError("a secret")) == "KeyError"
