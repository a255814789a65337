"""Reading documents: replayed from a recording or asked of a live model, with the same result."""

import json

import pandas as pd
import pytest

from pellucid._checks import Texts
from pellucid.exceptions import InvalidInputError, NotRecorded
from pellucid.extraction import read_documents, recorded_prompt
from pellucid.llm import Finish, Recording, Reply, ScriptedModel
from pellucid.schema import Question, Questionnaire, text_digest

QUESTIONNAIRE = Questionnaire(
    name="demo",
    questions=[
        Question(id="age", ask="How old?", type="number"),
        Question(id="pain", ask="Pain?", type="yes/no"),
    ],
)
TEXTS = Texts(["a", "b"], ["Aged 41, in pain.", "Aged 50."])
SAID = {
    "a": {"age": {"value": 41, "quote": "Aged 41"}, "pain": {"value": "yes", "quote": "in pain"}},
    "b": {"age": {"value": 50, "quote": "Aged 50"}, "pain": {"value": None, "quote": ""}},
}


def recording(prompt="answers/1"):
    return Recording.of(
        "demo", prompt, [(name, text, SAID[name]) for name, text in zip(TEXTS.names, TEXTS.texts, strict=True)]
    )


def statuses(readings):
    return [[answer.status.value for answer in reading.answers] for reading in readings]


def test_a_recording_and_a_live_model_that_say_the_same_are_read_the_same():
    replayed = read_documents(TEXTS, QUESTIONNAIRE, recording())
    asked = read_documents(TEXTS, QUESTIONNAIRE, ScriptedModel({name: json.dumps(said) for name, said in SAID.items()}))
    assert statuses(replayed) == statuses(asked) == [["answered", "answered"], ["answered", "not stated"]]
    assert replayed[0].answers[1].start == asked[0].answers[1].start == 9
    assert replayed[0].answers[0].source.recorded
    assert not asked[0].answers[0].source.recorded


def test_documents_may_stand_in_a_series_and_are_named_by_its_index():
    series = pd.Series(TEXTS.texts, index=TEXTS.names)
    assert read_documents(series, QUESTIONNAIRE, recording()) == read_documents(TEXTS, QUESTIONNAIRE, recording())
    with pytest.raises(InvalidInputError, match="got no documents"):
        read_documents([], QUESTIONNAIRE, recording())


def test_progress_counts_documents():
    seen = []
    read_documents(TEXTS, QUESTIONNAIRE, recording(), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]
    read_documents(
        TEXTS,
        QUESTIONNAIRE,
        ScriptedModel(lambda request: json.dumps(SAID[request.document])),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[2:] == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        ("I would rather not.", "no JSON object"),
        (Reply(text='{"age"', finish=Finish.TRUNCATED), "truncated"),
        (json.dumps({**SAID["a"], "verdict": {"value": "guilty"}}), "questions that were not asked"),
    ],
)
def test_a_reply_that_cannot_be_read_makes_every_answer_unreadable_with_its_cause(reply, cause):
    reading = read_documents(Texts(["a"], [TEXTS.texts[0]]), QUESTIONNAIRE, ScriptedModel({"a": reply}))[0]
    assert {answer.status.value for answer in reading.answers} == {"unreadable"}
    assert all(cause in answer.cause for answer in reading.answers)


def test_a_question_that_was_left_out_is_unreadable_and_the_others_are_not():
    model = ScriptedModel({"a": json.dumps({"age": SAID["a"]["age"]})})
    reading = read_documents(Texts(["a"], [TEXTS.texts[0]]), QUESTIONNAIRE, model)[0]
    assert [answer.status.value for answer in reading.answers] == ["answered", "unreadable"]


def test_what_was_not_recorded_names_the_document():
    with pytest.raises(NotRecorded, match="'c'"):
        read_documents(Texts(["c"], ["Unknown."]), QUESTIONNAIRE, recording())


def test_the_prompt_is_the_only_one_of_its_kind_or_must_be_named():
    assert recorded_prompt(recording(), "answers", None) == "answers/1"
    assert recorded_prompt(recording(), "answers", "answers/9") == "answers/9"
    with pytest.raises(InvalidInputError, match="nothing of kind 'direct' is recorded; recorded are answers/1"):
        recorded_prompt(recording(), "direct", None)
    row = {"document": "a", "sha256": text_digest("x"), "model": "demo", "replies": {}}
    both = Recording([{**row, "prompt": "answers/1"}, {**row, "prompt": "answers/2"}])
    with pytest.raises(InvalidInputError, match="holds answers/1, answers/2; name one"):
        recorded_prompt(both, "answers", None)


def test_something_that_is_no_model_is_refused():
    with pytest.raises(InvalidInputError, match="model: got dict; a Recording, or an object with"):
        read_documents(TEXTS, QUESTIONNAIRE, {})


def test_answers_of_another_version_are_not_replayed_for_this_one():
    changed = Questionnaire(name="demo", version=2, questions=QUESTIONNAIRE.questions)
    with pytest.raises(InvalidInputError, match="is version 2, so 'answers/2' is looked for; recorded are"):
        read_documents(TEXTS, changed, recording())
    read = read_documents(TEXTS, changed, recording(), prompt="answers/1")
    assert read[0].answers[0].source.prompt == "answers/1"
