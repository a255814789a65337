"""What replies to a probe's trials show: only what is of a known form."""

import json

import pytest

from pellucid.llm._findings import Said, context_of_props, is_object, keeps, listed_models, name_in, read
from pellucid.llm._wire import Answered

FORCED = {"qvorn": {"value": "zlat-7341", "sentence": "s9041"}}


def answered(payload, status=200):
    return Answered(status, {}, payload)


def test_a_completion_is_taken_apart():
    choice = {"message": {"content": "hi"}, "finish_reason": "stop"}
    said = read(answered({"choices": [choice, choice], "usage": {"prompt_tokens": 4, "completion_tokens": 1}}))
    assert (said.done, said.text, said.finish, len(said.choices)) == (True, "hi", "stop", 2)
    assert (said.prompt_tokens, said.reply_tokens) == (4, 1)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"choices": None},
        {"choices": []},
        {"choices": ["hi"]},
        {"choices": [{"message": "hi"}]},
        {"choices": [{"message": {"content": ["hi"]}}]},
        {"choices": [{"message": {"content": None}, "finish_reason": 3}], "usage": [1]},
        {"choices": [{"message": {}}], "usage": {"prompt_tokens": True, "completion_tokens": -1}},
    ],
)
def test_what_is_no_completion_has_no_text(payload):
    said = read(answered(payload))
    assert (said.text, said.finish, said.prompt_tokens, said.reply_tokens) == (None, "", None, None)


def test_a_failure_is_not_done():
    assert not read(answered({"choices": []}, status=400)).done


@pytest.mark.parametrize(
    ("text", "finish", "wanted"),
    [
        (json.dumps(FORCED), "stop", True),
        (json.dumps(FORCED, indent=2), "stop", True),
        ('{"qvorn": {"sentence": "s9041", "value": "zlat-7341"}}', "stop", True),
        ('{"qvorn": {"val', "length", True),
        ('{"qvorn": {"val', "stop", False),
        ('{"q', "length", False),
        ('{"greeting": "hello"', "length", False),
        ('{"qvorn": {"value": "hello", "sentence": "s9041"}}', "stop", False),
        ("Hello!", "stop", False),
        ("", "stop", False),
        ("", "length", None),
        (None, "length", None),
        (None, "", False),
        ("[" * 100_000, "stop", False),
    ],
)
def test_only_the_forced_reply_or_its_cut_off_beginning_shows_that_a_schema_is_kept_to(text, finish, wanted):
    assert keeps(Said(200, text, finish)) is wanted


@pytest.mark.parametrize(("status", "wanted"), [(400, False), (500, False), (503, None), (429, None), (0, None)])
def test_a_refusal_tells_and_a_lost_reply_does_not(status, wanted):
    assert keeps(Said(status)) is wanted
    assert is_object(Said(status)) is wanted


@pytest.mark.parametrize(
    ("text", "finish", "wanted"),
    [
        ('{"greeting": "hello"}', "stop", True),
        (' {"greeting": "hel', "length", True),
        ('{"greeting": "hel', "stop", False),
        ("Hello!", "stop", False),
        ("[1]", "stop", False),
        ('{"a":' * 100_000, "stop", False),
        ("", "length", None),
    ],
)
def test_only_an_object_shows_that_objects_are_forced(text, finish, wanted):
    assert is_object(Said(200, text, finish)) is wanted


def test_models_are_listed_with_the_context_where_it_is_told():
    data = [
        {"id": "a", "max_model_len": 4096},
        {"id": "b", "context_length": 8192, "max_model_len": None},
        {"id": "c", "context_window": "long"},
        {"id": 7},
        "d",
        {"id": "e\n"},
    ]
    assert listed_models(answered({"data": data})) == {"a": 4096, "b": 8192, "c": None}
    for odd in (None, {}, {"data": "a"}, {"data": None}):
        assert listed_models(answered(odd)) == {}
    assert listed_models(answered({"data": data}, status=500)) == {}


def test_llama_cpp_tells_its_context_at_the_root():
    assert context_of_props(answered({"default_generation_settings": {"n_ctx": 2048}})) == 2048
    for odd in (None, {}, {"default_generation_settings": 1}, {"default_generation_settings": {"n_ctx": "long"}}):
        assert context_of_props(answered(odd)) is None


def test_a_name_is_text_that_can_be_shown():
    assert [name_in(given) for given in ("demo", None, 3, "a\x1b[2J")] == ["demo", "", "", ""]
