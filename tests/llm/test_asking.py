"""One request on its way: what is asked again, how often, and in which form (faults row by row: test_openai.py)."""

import asyncio

from tests.llm.fault_server import FaultServer, error, html, said, status

from pellucid.llm import Finish, Limits, Request
from pellucid.llm._asking import Asker
from pellucid.llm._form import Form, Sampling
from pellucid.llm._limits import Limiter
from pellucid.llm._trial import Known, Run
from pellucid.llm._wire import Wire, address

SCHEMA = {"type": "object", "properties": {"pain": {"enum": ["no", "yes"]}}}


def ask(server, *, known=None, times=1, **limits):
    """Ask one thing so many times, one after another; return the replies and the limiter."""

    async def each():
        limiter = Limiter(Limits(backoff_s=0.001, **limits))
        wire = Wire(address(server.url), None, 5.0)
        asker = Asker(Sampling("demo", 0.0, 0, 64), wire, limiter, known=known or Known())
        request = Request(document="a", prompt="Well?", reply_schema=SCHEMA)
        try:
            return [await asker.answer(request, Run()) for _ in range(times)], limiter
        finally:
            await wire.close()

    return asyncio.run(each())


def test_faults_of_several_kinds_are_counted_apart():
    with FaultServer() as server:
        server.script(status(503), html(), status(429), status(502), said("{", finish_reason="length"), status(500))
        (reply,), limiter = ask(server)
        assert reply.finish is Finish.COMPLETE
        assert len(server.calls) == limiter.usage.requests == 7
        assert limiter.usage.retries == 6


def test_retries_can_be_forbidden():
    with FaultServer() as server:
        server.rule = lambda call: status(503)
        (reply,), _ = ask(server, retries=0)
        assert reply.cause == "HTTP 503, 1 try"
        assert len(server.calls) == 1


def test_after_a_failure_the_next_call_takes_a_new_connection_and_later_ones_the_kept_one():
    with FaultServer() as server:
        server.script(said("{}"), status(503), said("{}"), said("{}"))
        ask(server, times=3)
        assert [call.connection for call in server.calls] == [0, 0, 1, 0]


def test_refused_logprobs_are_not_asked_for_again():
    known = Known(form=Form(top_logprobs=20))
    with FaultServer() as server:
        server.rule = lambda call: error(400, "logprobs are not supported") if "logprobs" in call.body else None
        ask(server, known=known, times=2)
        assert [call.body.get("top_logprobs") for call in server.calls] == [20, None, None]
    assert known.form == Form()


def test_a_form_that_is_refused_once_it_worked_is_lowered_for_that_request_alone():
    with FaultServer() as server:
        server.script(said("{}"), error(400, "response_format: bad schema"))
        known = Known()
        _, limiter = ask(server, known=known, times=3)
        kinds = [call.body["response_format"]["type"] for call in server.calls]
    assert kinds == ["json_schema", "json_schema", "json_object", "json_schema"]
    assert limiter.usage.lowered == 1
    assert known.form == Form()


def test_no_step_down_is_taken_twice():
    with FaultServer() as server:
        server.rule = lambda call: error(400, "max_completion_tokens")
        (reply,), _ = ask(server)
        assert (reply.finish, reply.cause) == (Finish.PROTOCOL, "HTTP 400")
        assert len(server.calls) == 4
