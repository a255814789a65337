"""The whole way over a real server: every fault, kills at any moment, processes side by side, a canary throughout."""

import logging
import multiprocessing
import signal
import time
import traceback
from collections import Counter

import numpy as np
import pytest
from tests.live_worker import QUESTIONNAIRE, answer, documents, number_of, open_model, work
from tests.llm import fault_server as faults

from pellucid.exceptions import PellucidError
from pellucid.extraction import read_stream
from pellucid.llm import AnswerStore, Limits

# One document in five meets one of these, at its first call or at every call.
ONCE = {
    "429 seconds": lambda: faults.status(429, retry_after="0"),
    "500": lambda: faults.status(500),
    "502": lambda: faults.status(502),
    "503": lambda: faults.status(503),
    "504": lambda: faults.status(504),
    "529": lambda: faults.status(529),
    "408": lambda: faults.status(408),
    "reset": faults.reset,
    "closed": faults.close,
    "cut": faults.cut,
    "login page": faults.html,
    "error with 200": lambda: faults.raw({"error": {"message": "busy"}}),
    "no choices": lambda: faults.raw({"choices": []}),
    "truncated once": lambda: faults.said('{"age": ', finish_reason="length"),
    "prose": lambda: faults.said("I think so."),
    "duplicate keys": lambda: faults.said('{"age": {"value": 1, "quote": "x"}, "age": null}'),
    "invalid": lambda: faults.said('{"age": {"value": "old", "quote": "x"}, "pain": {"value": "maybe", "quote": ""}}'),
}
ALWAYS = {
    "refused": (lambda: faults.said("", finish_reason="content_filter"), "refused"),
    "empty": (lambda: faults.said(""), "refused"),
    "truncated": (lambda: faults.said('{"age": ', finish_reason="length"), "truncated"),
    "malformed": (lambda: faults.said('{"age": {"value": 1,}}'), "malformed JSON"),
}


@pytest.mark.slow
def test_a_thousand_documents_with_a_fifth_of_faults_lose_invent_and_repeat_nothing(tmp_path):
    plan, chooser = {}, np.random.default_rng(0)
    for n in range(1000):
        if chooser.random() < 0.2:
            plan[n] = str(chooser.choice([*ONCE, *ALWAYS]))
    assert 150 < len(plan) < 250
    assert set(plan.values()) == {*ONCE, *ALWAYS}
    seen = Counter()

    def rule(call):
        n = number_of(call)
        seen[n] += 1
        kind = plan.get(n)
        if kind in ALWAYS:
            return ALWAYS[kind][0]()
        return ONCE[kind]() if kind in ONCE and seen[n] == 1 else None

    with faults.FaultServer(answer=answer) as server, AnswerStore(tmp_path / "answers.db") as store:
        server.rule = rule
        with open_model(server.url) as model:
            readings = list(read_stream(documents(1000), QUESTIONNAIRE, model, store=store))
        assert [reading.document for reading in readings] == [f"d{n}" for n in range(1000)]
        for n, reading in enumerate(readings):
            told = [(one.status.value, one.value) for one in reading.answers]
            if plan.get(n) in ALWAYS:
                cause = ALWAYS[plan[n]][1]
                assert told == [("unreadable", None)] * 2, plan[n]
                assert all(one.cause.startswith(cause) for one in reading.answers), (plan[n], reading.answers[0].cause)
            else:
                assert told == [("answered", n), ("answered", "yes")], plan.get(n)
        most = {None: 1, "refused": 1, "empty": 1}  # nothing wasted on what will not change
        assert not [(n, plan.get(n), seen[n]) for n in seen if seen[n] > most.get(plan.get(n), 2)]
        calls = len(server.calls)
        with open_model(server.url) as model:
            again = list(read_stream(documents(1000), QUESTIONNAIRE, model, store=store))
        assert len(server.calls) == calls
        assert [[a.value for a in one.answers] for one in again] == [[a.value for a in one.answers] for one in readings]


@pytest.fixture(scope="module")
def start():
    """Start workers from a process that has everything imported: each begins at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.live_worker"])

    def begin(server, path, n):
        process = context.Process(target=work, args=(server.url, str(path), n))
        process.start()
        return process

    return begin


def ended(worker):
    worker.join(timeout=120)
    return worker.exitcode


def rows(path):
    with AnswerStore(path) as store:
        store.to_file(path.with_suffix(".jsonl"))
    lines = path.with_suffix(".jsonl").read_text().splitlines()
    return sorted(lines)


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_repeat_at_most_what_was_under_way(start, tmp_path):
    n, kills, chooser = 400, 20, np.random.default_rng(1)
    with faults.FaultServer(answer=answer, latency_s=0.1) as server:
        for _ in range(kills):
            before = len(server.calls)
            worker = start(server, tmp_path / "killed.db", n)
            while len(server.calls) == before and worker.is_alive():  # until it has begun to ask
                time.sleep(0.01)
            time.sleep(chooser.uniform(0, 0.25))
            worker.kill()
            assert ended(worker) == -signal.SIGKILL  # also the last one was stopped before its end
        assert ended(start(server, tmp_path / "killed.db", n)) == 0
        repeated = sum(count - 1 for count in server.counts.values())
        assert len(server.counts) == n
        assert repeated <= kills * 8, repeated  # 8 under way at a time
        assert ended(start(server, tmp_path / "whole.db", n)) == 0
    assert rows(tmp_path / "killed.db") == rows(tmp_path / "whole.db")


@pytest.mark.slow
def test_four_processes_on_one_store_ask_everything_once(start, tmp_path):
    n = 300
    with faults.FaultServer(answer=answer, latency_s=0.05) as server:
        workers = [start(server, tmp_path / "shared.db", n) for _ in range(4)]
        assert [ended(worker) for worker in workers] == [0] * 4
        assert len(server.counts) == n
        assert max(server.counts.values()) == 1
    assert len(rows(tmp_path / "shared.db")) == n


CANARY_TEXT = "Zephyrine Quillfeather-Oberstaller"
CANARY_KEY = "sk-canary-9f3b7c51e2"
EVERYTHING = {
    **ONCE,
    **{name: fault for name, (fault, _) in ALWAYS.items()},
    "429 date": lambda: faults.status(429, retry_after="Sat, 21 Nov 2026 00:00:00 GMT"),
    "no quota": lambda: faults.error(429, f"quota {CANARY_TEXT}", name="insufficient_quota"),
    "401": lambda: faults.error(401, f"Incorrect key {CANARY_KEY}", name="invalid_api_key"),
    "403": lambda: faults.error(403, CANARY_TEXT),
    "404": lambda: faults.error(404, f"no model; {CANARY_TEXT}", name="model_not_found"),
    "400": lambda: faults.error(400, f"invalid input: {CANARY_TEXT}"),
    "too long": lambda: faults.error(400, f"maximum context length: {CANARY_TEXT}", name="context_length_exceeded"),
    "redirect": lambda: faults.redirect("http://192.0.2.1/v1/chat/completions"),
    "echo": lambda: faults.said(f"not JSON: {CANARY_TEXT}"),
    "other model": lambda: faults.said("{}", model="another"),
    "dead": faults.dead,
}


@pytest.mark.parametrize("kind", EVERYTHING)
def test_neither_the_document_nor_the_key_leaks_through_any_fault(kind, tmp_path, monkeypatch, caplog, capfd):
    monkeypatch.setenv("CANARY_KEY", CANARY_KEY)
    caplog.set_level(logging.DEBUG)
    told = []
    limits = Limits(concurrency=2, retries=1, deadline_s=5, read_s=1, warm_up_s=1, backoff_s=0.01)
    with faults.FaultServer(answer=answer) as server, AnswerStore(tmp_path / "answers.db") as store:
        server.rule = lambda call: EVERYTHING[kind]()
        with open_model(server.url, limits, key_env="CANARY_KEY") as model:
            try:
                stream = read_stream([("d1", f"Entry 00001. {CANARY_TEXT}.")], QUESTIONNAIRE, model, store=store)
                told += [str(reading.model_dump()) + repr(reading) for reading in stream]
            except PellucidError as error:
                told += [repr(error), "".join(traceback.format_exception(error))]
            told += [repr(model), str(vars(model.usage)) if hasattr(model.usage, "__dict__") else repr(model.usage)]
            told += [repr(store), model.settings, model.name]
        assert server.calls
        assert all(call.headers["authorization"] == f"Bearer {CANARY_KEY}" for call in server.calls)
        assert CANARY_TEXT in server.calls[0].prompt
    told += [record.getMessage() + str(record.__dict__) for record in caplog.records]
    told += list(capfd.readouterr())
    told += [path.read_bytes().decode("latin-1") for path in tmp_path.iterdir()]
    everything = "\n".join(told)
    assert len(everything) > 200
    assert CANARY_KEY not in everything
    assert not [word for word in CANARY_TEXT.split() if word in everything]
