"""Judging calls: by status, codes and fixed patterns, whatever else a server says."""

import pytest

from pellucid.llm._faults import Kind, judge
from pellucid.llm._wire import Answered


def judged(status, message="", headers=None, **error):
    return judge(Answered(status, headers or {}, {"error": {"message": message, **error}}))


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
        "This model's maximum context length is 131072 tokens and your request has 200000 input tokens",
        "the request exceeds the available context size, try increasing it",
        "Requested tokens (5120) exceed context window of 2048",
        "The decoder prompt (length 5000) is longer than the maximum model length of 4096.",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens",
        "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
        "Please reduce the length of the messages or completion.",
    ],
)
def test_servers_words_for_a_full_context_are_known(message):
    assert judged(400, message).kind is Kind.TOO_LONG
    assert judged(422, message).kind is Kind.TOO_LONG


def test_a_rate_limit_is_no_full_context_whatever_it_says():
    assert judged(429, "too many tokens, reduce the length of the messages").kind is Kind.LIMITED


def test_what_a_message_repeats_far_behind_is_not_looked_at():
    assert judged(400, "Bad request. " + "x" * 1000 + " maximum context length").kind is Kind.REJECTED
    assert judged(400, "Bad request. " + "x" * 1000 + " response_format").kind is Kind.REJECTED


@pytest.mark.parametrize(
    ("message", "error", "part"),
    [
        ("'response_format.type' must be 'json_object' or 'text'", {}, "form"),
        ("Invalid schema for structured_outputs", {}, "form"),
        ("", {"param": "response_format"}, "form"),
        ("This model does not support logprobs", {}, "logprobs"),
        ("top_logprobs must be at most 5", {"param": "top_logprobs"}, "logprobs"),
        (
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
            {"param": "max_tokens"},
            "max_tokens",
        ),
        ("Unrecognized request argument supplied: seed", {}, "seed"),
        ("Unsupported value: 'temperature' does not support 0.0", {"param": "temperature"}, "temperature"),
        ("System role not supported", {}, "system"),
    ],
)
def test_the_part_that_is_not_taken_is_found(message, error, part):
    outcome = judged(400, message, **error)
    assert (outcome.kind, outcome.part) == (Kind.UNTAKEN, part)


def test_the_parameter_named_counts_more_than_the_words():
    assert judged(400, "your seed and the json_schema are fine", param="seed").part == "seed"


def test_two_failures_are_the_same_whatever_they_count():
    first, again, other = judged(500, "took 31 ms"), judged(500, "took 4107 ms"), judged(500, "out of memory")
    assert first.trace == again.trace != other.trace
    assert judged(503, "took 31 ms").trace == ""


@pytest.mark.parametrize(
    "payload", [None, {}, {"error": "text"}, {"error": ["list"]}, {"detail": "text"}, {"error": 5}]
)
def test_errors_of_any_form_are_judged(payload):
    assert judge(Answered(400, {}, payload)).kind is Kind.REJECTED
    assert judge(Answered(401, {}, payload)).kind is Kind.ACCESS
    assert judge(Answered(429, {}, payload)).kind is Kind.LIMITED


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ("yes", Kind.ANSWER, "yes"),
        ([{"type": "text", "text": "y"}, {"type": "text", "text": "es"}], Kind.ANSWER, "yes"),
        ([{"type": "image"}], Kind.REFUSED, ""),
        ([{"type": "text", "text": 5}], Kind.PROTOCOL, ""),
        ({"text": "yes"}, Kind.PROTOCOL, ""),
        (5, Kind.PROTOCOL, ""),
    ],
)
def test_content_is_text_or_pieces_of_text(content, kind, text):
    payload = {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}
    outcome = judge(Answered(200, {}, payload))
    assert (outcome.kind, outcome.text) == (kind, text)


def test_a_reason_to_finish_may_be_missing():
    payload = {"choices": [{"message": {"content": "yes"}}]}
    assert judge(Answered(200, {}, payload)).kind is Kind.ANSWER


def test_no_cause_repeats_what_a_server_says():
    for status in (400, 401, 402, 403, 404, 405, 408, 413, 418, 429, 500, 503):
        assert "CANARY" not in repr(judged(status, "CANARY", code="CANARY", param="CANARY", type="CANARY"))
