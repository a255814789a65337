"""The probe against servers that do, ignore or refuse what they are asked: it finds what they really did."""

import asyncio
import json
import math
import random
import re

import pytest
from tests.llm.fault_server import FaultServer, close, dead, error, html, raw, reset, said, status

from pellucid.exceptions import InvalidInputError, ModelAccessError, RemoteNotAllowed
from pellucid.llm._form import Rung
from pellucid.llm._probe import MAX_REQUESTS, probe, probe_server
from pellucid.llm._wire import Answered

FORCED = '{"qvorn": {"value": "zlat-7341", "sentence": "s9041"}}'
GREETING = "Hello, nice to meet you."


def peer(
    *,
    schema=False,
    json_object=False,
    object_schema=False,
    choice=False,
    grammar=False,
    logprobs=None,
    top=20,
    seed=True,
    temperature=True,
    n=True,
    limit="max_tokens",
    control=(),
    refuses=(),
    refusal=400,
    usage=True,
):
    """A server that does exactly this, and passes over the rest with 200, or refuses the fields named."""
    chance = random.Random(5)  # noqa: S311

    def text(body, number):
        form = body.get("response_format", {})
        if form.get("type") == "json_schema" and schema:
            return FORCED
        if form.get("type") == "json_object" and (object_schema if "schema" in form else False):
            return FORCED
        if form.get("type") == "json_object" and json_object:
            return '{"greeting": "hello"}'
        for name, able in (("structured_outputs", choice), ("grammar", grammar)):
            if name in body and able:
                return "zlat-7341"
        if "letters" not in body["messages"][-1]["content"]:
            return GREETING
        hot = body.get("temperature", 1.0) > 0 if temperature is True else temperature == "always"
        drawn = chance if hot and not seed else random.Random(f"{body.get('seed')} {number}" if hot else "cold")  # noqa: S311
        return "".join(drawn.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(40)).strip()

    def answer(call):
        body = call.body
        for field in refuses:
            form = body.get("response_format", {})
            if field in body or field in form or field == form.get("type"):
                return error(refusal, f"{field} is not supported, {limit} is", param=field)
        most = min([body[name] for name in limit.split() if name in body], default=10**6)
        choices, counts = [], []
        for number in range(body.get("n", 1) if n else 1):
            whole = text(body, number)
            content = whole[:most]  # one token a character
            counts.append(len(content))
            finish = "length" if len(content) < len(whole) else "stop"
            choices.append({"index": number, "message": {"content": content}, "finish_reason": finish})
            if logprobs and body.get("logprobs"):
                choices[-1]["logprobs"] = {"content": listed(content, body["top_logprobs"])}
        prompt = body["messages"][-1]["content"]
        payload = {"model": "demo-7b", "choices": choices}
        if usage:
            payload["usage"] = {"prompt_tokens": tokens(prompt), "completion_tokens": max(counts)}
        return raw(payload)

    def listed(content, wanted):
        others = {} if logprobs == "after" else {"the": 0.6, "a": 0.3}
        p = 1.0 if logprobs == "after" else 0.1
        return [
            {
                "token": one,
                "bytes": list(one.encode()),
                "logprob": math.log(p),
                "top_logprobs": [
                    {"token": name, "bytes": None, "logprob": math.log(q)} for name, q in {one: p, **others}.items()
                ][: min(wanted, top)],
            }
            for one in content
        ]

    def tokens(prompt):
        pattern = "|".join([*map(re.escape, control), r"\w+", r"\W"])
        return 7 + len(re.findall(pattern, prompt))

    return answer


def found(answer, **options):
    with FaultServer(answer) as server:
        return probe_server(server.url, **options), server


def test_a_server_that_does_all_is_found_to_do_all():
    capabilities, server = found(
        peer(
            schema=True,
            json_object=True,
            object_schema=True,
            choice=True,
            grammar=True,
            logprobs="after",
            control=("<|im_end|>",),
        )
    )
    assert capabilities.model_dump(exclude={"url", "seconds", "requests"}) == {
        "model": "demo",
        "served": ("demo",),
        "answered_as": "demo-7b",
        "context": None,
        "json_schema": True,
        "json_object": True,
        "object_schema": True,
        "choice": True,
        "grammar": True,
        "logprobs": "after mask",
        "top_logprobs": 1,
        "seed": "yes",
        "temperature": "yes",
        "n": True,
        "limit": "max_tokens",
        "control_tokens": "yes",
        "markers_broken": True,
    }
    assert capabilities.url == server.url
    assert capabilities.requests == len(server.calls) <= MAX_REQUESTS
    assert 0 < capabilities.seconds < 1
    assert all(call.body.get("max_tokens", 0) <= 96 for call in server.calls)


def test_a_server_that_passes_over_everything_with_200_is_found_to_do_nothing():
    capabilities, server = found(peer(seed=False, temperature=False, n=False, limit=""))
    assert capabilities.rung is Rung.PLAIN
    assert not any(
        getattr(capabilities, name)
        for name in ("json_schema", "json_object", "object_schema", "choice", "grammar", "n")
    )
    assert (capabilities.logprobs, capabilities.temperature, capabilities.seed) == ("no", "no", "unclear")
    assert (capabilities.limit, capabilities.control_tokens) == ("no", "no")
    assert capabilities.requests == len(server.calls) <= MAX_REQUESTS + 1


@pytest.mark.parametrize("refusal", [400, 422, 500])
def test_a_server_that_refuses_what_it_does_not_know_is_asked_plainer(refusal):
    capabilities, _ = found(
        peer(
            json_object=True,
            logprobs="before",
            refuses=("json_schema", "schema", "structured_outputs", "grammar", "n"),
            refusal=refusal,
        )
    )
    assert (capabilities.json_schema, capabilities.object_schema, capabilities.json_object) == (False, False, True)
    assert (capabilities.choice, capabilities.n) == (False, False)
    assert capabilities.rung is Rung.JSON_OBJECT
    assert not capabilities.form().object_schema
    assert capabilities.seed == "yes"
    assert capabilities.logprobs == "unclear"  # nothing was forced that could tell


def test_log_probabilities_before_the_mask_are_told_from_those_after_it():
    before, _ = found(peer(schema=True, logprobs="before"))
    assert (before.logprobs, before.top_logprobs) == ("before mask", 3)
    by_object, _ = found(peer(object_schema=True, json_object=True, logprobs="after", refuses=("json_schema",)))
    assert (by_object.logprobs, by_object.rung) == ("after mask", Rung.JSON_OBJECT)


def test_a_server_that_lists_fewer_tokens_is_asked_for_fewer():
    ask = peer(logprobs="before")

    def answer(call):
        return error(400, "top_logprobs is at most 5") if call.body.get("top_logprobs", 0) > 5 else ask(call)

    capabilities, _ = found(answer)
    assert (capabilities.logprobs, capabilities.top_logprobs) == ("unclear", 3)


def test_log_probabilities_without_a_list_are_not_asked_for_later():
    capabilities, _ = found(peer(schema=True, logprobs="before", top=0))
    assert (capabilities.logprobs, capabilities.top_logprobs) == ("unclear", 0)
    assert capabilities.form().top_logprobs == 0


def test_a_seed_that_is_ignored_is_found_and_one_that_cannot_be_seen_is_unclear():
    assert found(peer(seed=False))[0].seed == "no"
    greedy, _ = found(peer(temperature=False))
    assert (greedy.seed, greedy.temperature) == ("unclear", "no")


def test_a_temperature_of_0_that_draws_all_the_same_leaves_it_unclear():
    assert found(peer(temperature="always", seed=False))[0].temperature == "unclear"


def test_a_server_that_takes_no_temperature_is_asked_without():
    capabilities, server = found(peer(refuses=("temperature",)))
    assert capabilities.temperature == "no"
    assert "temperature" in server.calls[0].body
    assert not any("temperature" in call.body for call in server.calls[1:])


def test_the_newer_name_of_the_limit_is_found_where_the_older_is_refused_or_ignored():
    refused, _ = found(peer(limit="max_completion_tokens", refuses=("max_tokens",)))
    assert refused.limit == "max_completion_tokens"
    ignored, _ = found(peer(limit="max_completion_tokens"))
    assert ignored.limit == "max_completion_tokens"
    assert ignored.form().completion_tokens


def test_markers_that_stay_control_tokens_when_broken_are_told():
    capabilities, _ = found(peer(control=("<|im_end|>", "<·|im_end|·>")))
    assert (capabilities.control_tokens, capabilities.markers_broken) == ("yes", False)


def test_the_markers_of_the_models_family_are_tried_first():
    capabilities, _ = found(peer(control=("<|eot_id|>",)), model="Llama-9")
    assert (capabilities.control_tokens, capabilities.markers_broken) == ("yes", True)


def test_without_a_count_of_tokens_limit_and_control_tokens_rest_on_what_can_be_seen():
    capabilities, _ = found(peer(usage=False))
    assert (capabilities.control_tokens, capabilities.limit) == ("unclear", "max_tokens")


def test_the_context_is_taken_from_where_the_server_tells_it():
    async def told(models, props):
        places = {"models": Answered(200, {}, {"data": models}), "/props": Answered(200, {}, props)}

        async def post(body):
            choices = [{"message": {"content": GREETING}, "finish_reason": "stop"}]
            return Answered(200, {}, {"choices": choices})

        async def get(place):
            return places[place]

        return (await probe(post, get, "demo")).context

    slots = {"default_generation_settings": {"n_ctx": 2048}}
    assert asyncio.run(told([{"id": "demo", "max_model_len": 4096}, {"id": "x"}], slots)) == 4096
    assert asyncio.run(told([{"id": "path/demo", "max_model_len": 512}], slots)) == 512
    assert asyncio.run(told([{"id": "x", "max_model_len": 4096}, {"id": "y"}], slots)) == 2048
    assert asyncio.run(told([], {})) is None


def test_a_lost_reply_is_asked_for_once_more_and_then_shows_nothing(monkeypatch):
    monkeypatch.setattr("pellucid.llm._probe._PAUSE_S", 0.0)
    with FaultServer(peer(schema=True, object_schema=True)) as server:
        server.script(said("x"), reset(), close(), status(503, retry_after="0"))
        capabilities = probe_server(server.url)
    assert (capabilities.json_schema, capabilities.object_schema) == (None, True)


def test_a_server_that_dies_halfway_is_told_so(monkeypatch):
    monkeypatch.setattr("pellucid.llm._probe._PAUSE_S", 0.0)
    calls = []

    async def post(body):
        calls.append(body)
        choices = [{"message": {"content": GREETING}, "finish_reason": "stop"}]
        alive = Answered(200, {}, {"choices": choices})
        return alive if len(calls) < 4 else Answered(0, {}, None, "connection refused", False)

    async def get(place):
        return Answered(404, {}, None)

    with pytest.raises(ModelAccessError, match="is the server running"):
        asyncio.run(probe(post, get, "demo", url="http://127.0.0.1:1/v1"))
    assert len(calls) == 5


def test_a_server_that_is_still_loading_is_waited_for():
    with FaultServer(peer(schema=True)) as server:
        server.script(status(503, retry_after="0"), status(429, retry_after="0"))
        assert probe_server(server.url).json_schema


def test_nothing_listens():
    with FaultServer() as server:
        url = server.url
    with pytest.raises(ModelAccessError, match=r"nothing answers at http.*connection refused.*is the server running"):
        probe_server(url, model="demo")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (status(401), "model 'demo': HTTP 401: the key is missing or wrong"),
        (status(403), "HTTP 403"),
        (status(404), "does not take 'demo'.*it lists demo"),
        (error(400, "Server is pinned to another model"), "does not take 'demo'"),
        (error(429, name="insufficient_quota"), "the quota is used up"),
        (html(), "no OpenAI-compatible API"),
        (raw({"error": {"message": "secret"}}), "no OpenAI-compatible API"),
        (status(302), "elsewhere"),
    ],
)
def test_what_stands_in_the_way_stops_the_probe_after_one_request(step, words):
    with FaultServer() as server:
        server.script(step)
        with pytest.raises(ModelAccessError, match=words) as caught:
            probe_server(server.url)
    assert len(server.calls) == 1
    assert "secret" not in str(caught.value)
    assert "pinned" not in str(caught.value)


def test_a_server_that_only_fails_is_given_up():
    with FaultServer() as server:
        server.script(*[status(503, retry_after="0")] * 9)
        with pytest.raises(ModelAccessError, match=r"does not answer a plain request, 4 tries \(HTTP 503\)"):
            probe_server(server.url)
    assert len(server.calls) == 4


def test_a_key_that_is_refused_halfway_stops_the_probe():
    with FaultServer(peer()) as server:
        server.script(said("x"), said("y"), status(401))
        with pytest.raises(ModelAccessError, match="401"):
            probe_server(server.url)
    assert len(server.calls) == 3


def test_a_server_without_a_list_needs_the_models_name():
    with FaultServer(peer()) as server:
        server.models = []
        with pytest.raises(ModelAccessError, match=r"lists no models; name the one"):
            probe_server(server.url)
        assert not server.calls
        assert probe_server(server.url, model="hidden").served == ()


def test_a_dead_socket_is_a_fault_not_a_wait(monkeypatch):
    monkeypatch.setattr("pellucid.llm._probe._FIRST_READ_S", 0.2)
    monkeypatch.setattr("pellucid.llm._probe._PAUSE_S", 0.0)
    monkeypatch.setattr("pellucid.llm._probe._READ_S", 0.2)
    with FaultServer() as server:
        server.script(*[dead()] * 9)
        with pytest.raises(ModelAccessError, match=r"no reply in 0.2 s"):
            probe_server(server.url)


def test_other_machines_and_keys_in_the_open_are_refused_before_anything_is_sent():
    with pytest.raises(RemoteNotAllowed):
        probe_server("https://api.example.org/v1")
    with pytest.raises(InvalidInputError, match="NAME of an environment variable"):
        probe_server("http://127.0.0.1:1/v1", key_env="sk-123")


def test_the_key_is_sent_and_stands_nowhere(monkeypatch):
    monkeypatch.setenv("DEMO_KEY", "canary-key")
    with FaultServer(peer()) as server:
        capabilities = probe_server(server.url, key_env="DEMO_KEY")
    assert {call.headers["authorization"] for call in [*server.calls, *server.others]} == {"Bearer canary-key"}
    assert "canary" not in repr(capabilities) + json.dumps(capabilities.model_dump())


def test_it_works_inside_a_running_loop():
    with FaultServer(peer(schema=True)) as server:

        async def inside():
            return probe_server(server.url)

        assert asyncio.run(inside()).json_schema
