"""How replies about an outcome are asked for and read; nothing is guessed."""

import json

import pytest

from pellucid.labeling._label_forms import (
    CHECKLIST_SCHEMA,
    SCORED_SCHEMA,
    WRITTEN_SCHEMA,
    outcome_request,
    read_scored,
    read_written,
)
from pellucid.llm import Finish, Reply

CHECKLIST = {"for": "wind", "against": "sun", "probability": 0.7, "label": 1}


def read(said, schema=CHECKLIST_SCHEMA):
    return read_written(Reply(text=said if isinstance(said, str) else json.dumps(said)), schema)


def test_a_checklist_is_read_whole():
    assert read(CHECKLIST) == CHECKLIST


def test_a_checklist_without_a_label_is_read_too():
    assert read({"for": "wind", "probability": 0.7}) == {"for": "wind", "against": "", "probability": 0.7}


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"label": 0}, "its label and its probability speak of different classes"),
        ({"label": True}, "the label is neither 0 nor 1"),
        ({"label": "1"}, "the label is neither 0 nor 1"),
        ({"label": 1.0}, "the label is neither 0 nor 1"),
        ({"label": 2}, "the label is neither 0 nor 1"),
        ({"probability": 1}, "the probability is not a number between 0 and 1"),
        ({"probability": None}, "the probability is not a number between 0 and 1"),
        ({"rationale": "SECRET"}, "not of the form for, against, probability, label"),
        ({"unreadable": "SECRET"}, "not of the form for, against, probability, label"),
    ],
)
def test_a_checklist_of_another_form_is_unreadable_and_not_quoted(change, cause):
    assert read({**CHECKLIST, **change}) == {"cause": cause}


def test_at_one_half_either_label_may_stand():
    assert [read({"probability": 0.5, "label": label})["label"] for label in (0, 1)] == [0, 1]


def test_a_reason_that_is_no_text_is_dropped():
    assert read({"probability": 0.5, "rationale": ["SECRET"]}, WRITTEN_SCHEMA) == {"probability": 0.5, "rationale": ""}


def test_a_refusal_is_a_cause():
    assert read_written(Reply(text="", finish=Finish.REFUSED), WRITTEN_SCHEMA) == {"cause": "refused"}
    assert read_scored(Reply(text="Hm.")) == {"cause": "no JSON object"}


def test_yes_and_no_are_scored_only_where_that_is_asked():
    asked = {"document": "a", "text": "Wind.", "question": "Rain?", "system": ""}
    assert outcome_request(**asked, schema=SCORED_SCHEMA).parts[0].options == ("no", "yes")
    assert outcome_request(**asked, schema=WRITTEN_SCHEMA).parts == ()


def test_the_document_stands_in_the_material_and_the_material_opens_the_prompt():
    request = outcome_request("a", "Wind.", "Rain?", system="", schema=WRITTEN_SCHEMA, before="Example: Sun.\n")
    assert request.prompt.startswith(request.material)
    assert request.material.startswith("Example: Sun.\n<<< document ")
    assert request.text in request.material
    assert request.prompt.endswith("Rain?")
