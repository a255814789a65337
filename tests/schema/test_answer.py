"""Answers: what each status allows."""

import pytest
from pydantic import ValidationError

from pellucid.schema import PERSON, Answer, Source

SOURCE = Source(model="demo")


def answer(**changes):
    return Answer(**{"question": "age", "value": 41, "status": "answered", "source": SOURCE, **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "not stated"}, "an answer that is 'not stated' has none"),
        ({"status": "unreadable"}, "an answer that is 'unreadable' has none"),
        ({"value": None}, "an answer that is 'answered' needs one"),
        ({"value": None, "status": "unsupported"}, "needs one"),
        ({"start": 3}, "give both or none"),
        ({"start": 3, "end": 3}, "must be above start"),
        ({"status": "unsupported", "start": 1, "end": 2}, "has no place in the document"),
        ({"status": "guessed"}, "Input should be"),
        ({"probability": 1.5}, "less than or equal to 1"),
        ({"value": True}, "Input should be a valid"),
        ({"value": float("nan")}, "finite number"),
    ],
)
def test_contradictions_are_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        answer(**changes)


@pytest.mark.parametrize("value", [41, 41.5, "yes"])
def test_values_keep_their_kind_through_json(value):
    back = Answer.model_validate_json(answer(value=value).model_dump_json())
    assert back.value == value
    assert type(back.value) is type(value)


def test_evidence_is_a_quote_with_a_place():
    assert answer(quote="aged 41", start=0, end=7).is_evidence
    assert not answer(quote="aged 41", status="unsupported").is_evidence


def test_a_validation_error_does_not_repeat_its_input():
    with pytest.raises(ValidationError) as caught:
        answer(value=["the text of a document"])
    assert "the text of a document" not in str(caught.value)


def test_a_person_stands_where_a_model_would():
    assert Source(model=PERSON) == Source(model="person")
