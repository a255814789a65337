"""The form of a request: what is asked of a server, and the steps down when it does not take it."""

import json

import pytest

from pellucid.llm import Request
from pellucid.llm._form import Form, Rung, Sampling, SchemaText, without_max_length

SAMPLING = Sampling("demo", 0.0, 3, 64)
SCHEMA = {"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}}}


def body(form, **fields):
    request = Request(document="a", prompt="Well?", **fields)
    return form.body(request, SAMPLING, system="Read.", prompt="Well?", max_tokens=64)


@pytest.mark.parametrize(
    ("form", "held"),
    [
        (Form(), {"response_format": {"type": "json_schema"}}),
        (Form(rung=Rung.JSON_OBJECT), {"response_format": {"type": "json_object", "schema": {}}}),
        (Form(rung=Rung.JSON_OBJECT, object_schema=False), {"response_format": {"type": "json_object"}}),
        (Form(rung=Rung.GRAMMAR), {"structured_outputs": {"json": {}}}),
        (Form(rung=Rung.PLAIN), {}),
    ],
)
def test_every_rung_has_its_own_words(form, held):
    found = body(form, reply_schema=SCHEMA)
    assert {key for key in found if key in ("response_format", "structured_outputs")} == set(held)
    for key, value in held.items():
        assert set(value) <= set(found[key])
    assert "maxLength" not in json.dumps(found)


def test_nothing_is_held_to_where_there_is_no_schema():
    assert "response_format" not in body(Form())


def test_a_second_attempt_has_another_seed():
    assert body(Form())["seed"] == 3
    assert body(Form(), attempt=2)["seed"] == 4
    assert "seed" not in body(Form(seed=False))


def test_what_the_server_leaves_out_is_left_out():
    form = Form(completion_tokens=True, system=False, top_logprobs=5, extra={"cache": True})
    found = body(form)
    assert found["max_completion_tokens"] == 64
    assert "max_tokens" not in found
    assert found["messages"] == [{"role": "user", "content": "Read.\n\nWell?"}]
    assert (found["logprobs"], found["top_logprobs"], found["cache"]) == (True, 5, True)
    request = Request(document="a", prompt="Well?")
    own = form.body(request, Sampling("demo", None, None, 64), system="", prompt="Well?", max_tokens=64)
    assert not {"temperature", "seed"} & set(own)


def test_the_ladder_goes_down_to_plain_text_and_ends_there():
    form, seen = Form(grammar=True), []
    while form is not None:
        seen.append(form.rung)
        form = form.lower()
    assert seen == list(Rung)


@pytest.mark.parametrize("part", ["logprobs", "seed", "max_tokens", "system"])
def test_every_part_is_left_out_once(part):
    form = Form(top_logprobs=5).without(part)
    assert form is not None
    assert form.without(part) is None


def test_a_refused_schema_beside_an_object_is_left_out_before_the_object():
    form = Form(rung=Rung.JSON_OBJECT).without("form")
    assert (form.rung, form.object_schema) == (Rung.JSON_OBJECT, False)
    assert form.without("form").rung is Rung.PLAIN
    assert Form().without("weather") is None


def test_words_tell_every_form_apart():
    forms = [Form(), Form(seed=False), Form(rung=Rung.PLAIN), Form(top_logprobs=5), Form(extra={"cache": True})]
    forms += [Form(rung=Rung.JSON_OBJECT), Form(rung=Rung.JSON_OBJECT, object_schema=False)]
    assert len({form.words for form in forms}) == len(forms)


def test_settings_tell_apart_what_was_asked_for():
    asked = [SAMPLING, SAMPLING._replace(temperature=0.5), SAMPLING._replace(temperature=None)]
    asked += [SAMPLING._replace(max_tokens=65), SAMPLING._replace(seed=4), SAMPLING._replace(seed=None)]
    assert len({one.settings for one in asked}) == len(asked)


def test_max_length_goes_and_a_property_of_that_name_stays():
    schema = {"properties": {"maxLength": {"type": "string", "maxLength": 3}}, "items": [{"maxLength": 1}]}
    assert without_max_length(schema) == {"properties": {"maxLength": {"type": "string"}}, "items": [{}]}


def test_the_text_of_a_schema_follows_the_schema():
    texts = SchemaText()
    assert json.loads(texts.of(SCHEMA)) == json.loads(texts.of(dict(SCHEMA))) == without_max_length(SCHEMA)
    assert json.loads(texts.of({"type": "string"})) == {"type": "string"}
