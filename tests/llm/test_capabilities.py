"""What a server was found to do: the rung it leads to, the form that is sent, the words it is told in."""

import pytest

from pellucid.llm._capabilities import Capabilities
from pellucid.llm._form import Rung


def found(**what):
    return Capabilities(url="http://127.0.0.1:8000/v1", model="demo", **what)


@pytest.mark.parametrize(
    ("what", "rung"),
    [
        ({"json_schema": True, "object_schema": True, "json_object": True}, Rung.JSON_SCHEMA),
        ({"json_schema": False, "object_schema": True, "json_object": True}, Rung.JSON_OBJECT),
        ({"json_schema": None, "object_schema": True}, Rung.JSON_OBJECT),
        ({"json_schema": False, "object_schema": False, "json_object": True, "choice": True}, Rung.GRAMMAR),
        ({"json_schema": False, "object_schema": False, "json_object": True}, Rung.JSON_OBJECT),
        ({"json_schema": False, "object_schema": False, "json_object": False}, Rung.PLAIN),
        ({"json_schema": False, "object_schema": False, "json_object": False, "grammar": True}, Rung.PLAIN),
        ({}, Rung.JSON_SCHEMA),
    ],
)
def test_the_rung_is_the_strictest_that_was_kept_to(what, rung):
    assert found(**what).rung is rung
    assert found(**what).form().rung is rung


def test_the_form_asks_for_what_the_server_was_found_to_do():
    form = found(
        json_schema=False,
        object_schema=False,
        json_object=True,
        logprobs="before mask",
        top_logprobs=5,
        limit="max_completion_tokens",
    ).form()
    assert (form.object_schema, form.top_logprobs, form.completion_tokens, form.grammar) == (False, 5, True, False)
    assert found(logprobs="no", top_logprobs=0).form().top_logprobs == 0
    assert found(json_schema=False, object_schema=False, json_object=False, choice=True).form().grammar


def test_everything_is_told_in_plain_words():
    lines = "\n".join(
        found(
            served=("demo", "other"),
            answered_as="demo-7b",
            context=4096,
            json_schema=True,
            json_object=True,
            object_schema=False,
            logprobs="after mask",
            top_logprobs=20,
            seed="yes",
            temperature="no",
            n=True,
            limit="max_tokens",
            control_tokens="yes",
            markers_broken=True,
            seconds=0.1234,
            requests=12,
        ).to_lines()
    )
    for words in (
        "http://127.0.0.1:8000/v1, asked for 'demo', replied as 'demo-7b'",
        "demo, other",
        "4,096 tokens",
        "JSON schema: yes",
        "grammar (llama.cpp): not tried",
        "asked for as: json_schema",
        "what the form of the reply allows (20 listed)",
        "temperature: ignored; seed: kept to",
        "(n): yes",
        "kept to, as max_tokens",
        "broken, as documents are sent, it does not",
        "0.12 s",
        "12 were sent",
    ):
        assert words in lines


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({}, "control tokens: unclear"),
        ({"control_tokens": "no"}, "no marker that was tried became one"),
        ({"control_tokens": "yes"}, "broken markers were not tried"),
        ({"control_tokens": "yes", "markers_broken": False}, "do not send this server documents of strangers"),
        ({"limit": "no"}, "reply's length: ignored"),
        ({}, "context: not told"),
        ({"logprobs": "unclear"}, "allows is unclear"),
    ],
)
def test_what_is_not_known_is_said_so(what, words):
    assert words in "\n".join(found(**what).to_lines())
