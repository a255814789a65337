"""One call over HTTP: where it may go, what may come back, and what is said when nothing does."""

import asyncio
import gzip
import socket

import pytest
from tests.llm.fault_server import FaultServer, Step, cut, dead, raw, reset

from pellucid.exceptions import InvalidInputError, RemoteNotAllowed
from pellucid.llm import _wire
from pellucid.llm._wire import Wire, address, check_key_env, is_loopback


def post(url, *, timeout=5.0, connect_s=5.0, times=1, fresh=False, place=None):
    async def each():
        wire = Wire(address(url), None, connect_s)
        try:
            for _ in range(times):
                if place is not None:
                    answered = await wire.get(place, timeout=timeout)
                else:
                    answered = await wire.post({"model": "demo"}, timeout=timeout, fresh=fresh)
        finally:
            await wire.close()
        return answered

    return asyncio.run(each())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/v1",
        "http://127.9.9.9/v1",
        "https://localhost:1/v1/",
        "http://LOCALHOST/api/openai/v1",
        "http://[::1]:8000/v1",
        "http://127.0.0.1",
    ],
)
def test_this_machine_is_asked_without_more(url):
    assert address(url).loopback
    assert address(url).url == url.rstrip("/") + "/chat/completions"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.org/v1",
        "http://localhost.example.org/v1",
        "http://127.0.0.1.example.org/v1",
        "http://127.1/v1",
        "http://2130706433/v1",
        "http://0.0.0.0:8000/v1",
        "http://[::]/v1",
        "http://[::ffff:10.0.0.1]/v1",
        "http://192.168.0.7:8000/v1",
    ],
)
def test_anything_else_is_another_machine(url):
    with pytest.raises(RemoteNotAllowed):
        address(url)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8000/v1",
        "ftp://127.0.0.1/v1",
        "http://user:secret@127.0.0.1/v1",
        "http://127.0.0.1\\@example.org/v1",
        "http://127.0.0.1#@example.org/v1",
        "http://127.0.0.1/v1?key=secret",
        "http://127.0.0.1/v1/../..//",
        "http://127.0.0.1 /v1",
        "http://127.0.0.1/v1\n",
        "http://127.0.0.1:99999/v1",
        "http://ⓛocalhost/v1",
        "",
        None,
    ],
)
def test_what_is_no_plain_base_url_is_refused_and_not_repeated(url):
    with pytest.raises(InvalidInputError, match="url: expected is") as caught:
        address(url, allow_remote=True)
    assert "secret" not in str(caught.value)


def test_another_machine_that_is_allowed_is_asked_over_https_alone():
    assert not address("https://api.example.org/v1", allow_remote=True).loopback
    with pytest.raises(RemoteNotAllowed, match="in the clear"):
        address("http://api.example.org/v1", allow_remote=True)


def test_a_name_that_looks_local_and_leads_away_is_not_called(monkeypatch):
    away = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 8000))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: away)
    with pytest.raises(RemoteNotAllowed, match="leads to another machine"):
        post("http://localhost:8000/v1")


def test_a_local_name_is_called():
    with FaultServer() as server:
        assert post(server.url.replace("127.0.0.1", "localhost")).status == 200


@pytest.mark.parametrize("key_env", ["sk-abc", "", "TWO WORDS", "1ST", 5])
def test_what_is_no_name_of_a_variable_is_refused(key_env):
    with pytest.raises(InvalidInputError, match="NAME of an environment variable"):
        check_key_env(key_env)
    assert check_key_env("OPENAI_API_KEY") is check_key_env(None) is None


def test_connections_are_kept_and_a_fresh_one_is_had_when_wanted():
    with FaultServer() as server:
        post(server.url, times=3)
        assert server.connections == 1
        post(server.url, times=3, fresh=True)
        assert server.connections == 4
        assert server.calls[0].headers["accept-encoding"] == "identity"


def test_places_beside_and_at_the_root_can_be_got():
    with FaultServer() as server:
        assert post(server.url, place="models").payload["data"][0]["id"] == "demo"
        assert post(server.url, place="/props").status == 404
        assert [call.path for call in server.others] == ["/v1/models", "/props"]
        assert server.others[0].method == "GET"


@pytest.mark.parametrize(
    ("fault", "cause"), [(reset(), "connection reset"), (cut(), "reply cut off"), (dead(), "no reply in 0.1 s")]
)
def test_a_failure_is_returned_with_its_cause(fault, cause):
    with FaultServer() as server:
        server.script(fault)
        answered = post(server.url, timeout=0.1)
    assert (answered.status, answered.cause, answered.arrived) == (0, cause, True)


def test_a_call_that_cannot_have_arrived_is_known():
    with FaultServer() as server:
        url = server.url
    answered = post(url)
    assert (answered.status, answered.cause, answered.arrived) == (0, "connection refused", False)


def test_what_does_not_speak_http_is_known():
    with FaultServer() as server:
        server.rule = lambda call: Step(headers={"Bad Header": "x\x00"})
        assert post(server.url).cause == "not HTTP"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_body_longer_than_any_answer_is_not_read_to_its_end(packed, monkeypatch):
    monkeypatch.setattr(_wire, "MAX_REPLY_BYTES", 1000)
    body = b'{"a": "' + b"a" * 100_000 + b'"}'
    step = raw(gzip.compress(body) if packed else body)
    if packed:
        step.headers = {"Content-Encoding": "gzip"}
    with FaultServer() as server:
        server.script(step)
        answered = post(server.url)
    assert (answered.status, answered.payload) == (200, None)


def test_only_a_json_object_is_a_payload():
    with FaultServer() as server:
        for body, payload in ((b'{"a": 1}', {"a": 1}), (b"[1]", None), (b"\xff", None), (b"[" * 100_000, None)):
            server.script(raw(body))
            assert post(server.url).payload == payload


def test_loopback_is_told_by_name_or_address():
    assert is_loopback("LocalHost")
    assert not is_loopback("local host")
