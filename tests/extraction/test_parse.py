"""From reply to answer: nothing is guessed."""

import pytest

from pellucid.extraction import Evidence, Unreadable, parse_object
from pellucid.extraction._parse import to_answer
from pellucid.llm import Finish, Reply
from pellucid.schema import Question, Source

AGE = Question(id="age", ask="How old?", type="number", minimum=0, maximum=120)
PAIN = Question(id="pain", ask="Pain?", type="yes/no")
EVIDENCE = Evidence("Aged 41, in pain.")
SOURCE = Source(model="demo")


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', '```json\n{"a": 1}\n```', 'Here you are: {"a": 1} Anything else?', '{"a":\n1}'],
)
def test_an_object_is_read_with_fences_or_prose_around_it(text):
    assert parse_object(Reply(text=text)) == {"a": 1}


def test_control_characters_inside_strings_are_forgiven():
    assert parse_object(Reply(text='{"a": "x\ty"}')) == {"a": "x\ty"}


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Reply(text=""), "no JSON object"),
        (Reply(text="} {"), "no JSON object"),
        (Reply(text='{"a": 1'), "no JSON object"),
        (Reply(text='{"a": 1,}'), "malformed JSON"),
        (Reply(text='{"a": 1} {"b": 2}'), "malformed JSON"),
        (Reply(text='{"a": 1, "a": 2}'), "a key stands twice"),
        (Reply(text='{"a": NaN}'), "NaN or infinity"),
        (Reply(text='{"a": ' + "1" * 5_000 + "}"), "malformed JSON"),
        (Reply(text='{"a":' * 100_000 + "1" + "}" * 100_000), "nested too deeply"),
        (Reply(text='{"a": 1}', finish=Finish.TRUNCATED), "truncated"),
        (Reply(text="", finish=Finish.REFUSED), "refused"),
    ],
)
def test_what_cannot_be_read_says_why(reply, cause):
    with pytest.raises(Unreadable, match=cause):
        parse_object(reply)


@pytest.mark.parametrize(
    ("question", "said", "status", "value"),
    [
        (AGE, {"value": 41, "quote": "Aged 41"}, "answered", 41),
        (AGE, {"value": 41, "quote": "AGED  41", "probability": 0.9}, "answered", 41),
        (AGE, {"value": None, "quote": ""}, "not stated", None),
        (AGE, {"value": None}, "not stated", None),
        (AGE, {"value": 41, "quote": "Aged 42"}, "unsupported", 41),
        (AGE, {"value": 41, "quote": ""}, "unsupported", 41),
        (AGE, {"value": 41}, "unsupported", 41),
        (AGE, {"value": "41", "quote": "Aged 41"}, "unreadable", None),
        (AGE, {"value": 410, "quote": "Aged 41"}, "unreadable", None),
        (AGE, {"value": True, "quote": "Aged 41"}, "unreadable", None),
        (AGE, {"quote": "Aged 41"}, "unreadable", None),
        (AGE, {"value": 41, "quote": 41}, "unreadable", None),
        (AGE, {"value": 41, "quote": "\ud800"}, "unreadable", None),
        (AGE, {"value": 10**400, "quote": "Aged 41"}, "unreadable", None),
        (AGE, {"value": 41, "quote": "Aged 41", "certainty": 1}, "unreadable", None),
        (AGE, {"value": 41, "quote": "Aged 41", "probability": 2}, "unreadable", None),
        (AGE, {"value": 41, "quote": "Aged 41", "probability": True}, "unreadable", None),
        (AGE, 41, "unreadable", None),
        (AGE, None, "unreadable", None),
        (PAIN, {"value": "yes", "quote": "in pain"}, "answered", "yes"),
        (PAIN, {"value": "Yes", "quote": "in pain"}, "unreadable", None),
        (PAIN, {"value": True, "quote": "in pain"}, "unreadable", None),
        (PAIN, {"value": ["yes"], "quote": "in pain"}, "unreadable", None),
    ],
)
def test_every_reply_has_exactly_one_status_and_no_value_is_coerced(question, said, status, value):
    answer = to_answer(question, said, EVIDENCE, SOURCE)
    assert (answer.status.value, answer.value) == (status, value)
    assert answer.is_evidence == (status == "answered")
    assert bool(answer.cause) == (status in ("unsupported", "unreadable"))


@pytest.mark.parametrize(
    ("question", "value", "cause"),
    [
        (AGE, "41", "the value is text, a number is expected"),
        (AGE, True, "the value is not a number"),
        (AGE, 170, "the value is above the maximum of 120"),
        (AGE, -1, "the value is below the minimum of 0"),
        (PAIN, "Yes ", "the value is spelled otherwise than its option"),
        (PAIN, "maybe", "the value is not one of the options"),
        (PAIN, True, "the value is not one of the options"),
    ],
)
def test_a_value_that_is_not_allowed_says_what_is_wrong_with_it(question, value, cause):
    assert to_answer(question, {"value": value, "quote": "Aged 41"}, EVIDENCE, SOURCE).cause == cause
