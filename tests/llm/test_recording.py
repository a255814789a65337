"""Recordings: exact replay, clear refusal."""

import hashlib
import json
import pickle

import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError, NotRecorded
from pellucid.llm import Recording

TEXT = "Aged 41.\r\n"
ROW = {
    "document": "a-1",
    "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
    "model": "demo",
    "prompt": "answers/1",
    "replies": {"age": {"value": 41, "quote": "Aged 41"}},
}


def test_a_reply_is_found_by_the_text_it_was_given_for():
    recording = Recording([ROW])
    assert recording.reply(TEXT, asked="age", prompt="answers/1") == {"value": 41, "quote": "Aged 41"}
    assert recording.document(TEXT) == "a-1"
    assert recording.document("other") is None
    assert (len(recording), recording.models, recording.prompts) == (1, ("demo",), ("answers/1",))


@pytest.mark.parametrize(
    ("text", "asked", "model", "said"),
    [
        ("other", "age", None, "document 'a-1', question 'age', model 'demo'. its text is not the one"),
        (TEXT, "pain", None, "document 'a-1', question 'pain', model 'demo'. recorded are age"),
        (TEXT, "age", "judge", "document 'a-1', question 'age', model 'judge'"),
    ],
)
def test_what_was_not_recorded_is_named_by_document_question_and_model(text, asked, model, said):
    with pytest.raises(NotRecorded, match=said) as caught:
        Recording([ROW]).reply(text, asked=asked, prompt="answers/1", model=model, name="a-1")
    assert TEXT.strip() not in str(caught.value)


def test_a_text_recorded_for_another_prompt_is_told_so():
    recording = Recording([ROW, {**ROW, "sha256": "0" * 64, "document": "b", "prompt": "direct/1"}])
    with pytest.raises(NotRecorded, match="its text is recorded, but not for prompt 'direct/1'"):
        recording.reply(TEXT, asked="outcome", prompt="direct/1", name="a-1")


def test_an_unknown_document_without_a_name_is_called_by_its_digest():
    digest = hashlib.sha256(b"other").hexdigest()[:12]
    with pytest.raises(NotRecorded, match=f"{digest}.*it was never recorded"):
        Recording([ROW]).reply("other", asked="age", prompt="answers/1")


def test_not_recorded_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(NotRecorded("a", "age", "demo", "hint")))  # noqa: S301 - our own bytes
    assert (error.document, error.question, error.model, str(error)[-4:]) == ("a", "age", "demo", "hint")


def test_prompts_and_models_that_are_not_there_or_not_clear_are_refused():
    with pytest.raises(InvalidInputError, match="nothing is recorded for 'direct/1'; recorded are answers/1"):
        Recording([ROW]).reply(TEXT, asked="age", prompt="direct/1")
    two = Recording([ROW, {**ROW, "model": "other"}])
    with pytest.raises(InvalidInputError, match="was recorded with demo, other; name one"):
        two.reply(TEXT, asked="age", prompt="answers/1")
    assert two.reply(TEXT, asked="age", prompt="answers/1", model="other")["value"] == 41


def test_rows_of_the_same_key_are_joined_and_contradictions_refused():
    more = {**ROW, "replies": {"pain": {"value": "no", "quote": "no"}}}
    joined = Recording([ROW, more, ROW])
    assert joined.reply(TEXT, asked="pain", prompt="answers/1")["value"] == "no"
    with pytest.raises(InvalidInputError, match="'a-1' has two different replies to 'age'"):
        Recording([ROW, {**ROW, "replies": {"age": {"value": 42, "quote": "Aged 41"}}}])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": ""}, "non-empty strings"),
        ({"sha256": "abc"}, "64 lower-case hexadecimal digits"),
        ({"replies": [1]}, "an object of objects"),
        ({"replies": {"age": 41}}, "an object of objects"),
        ({"extra": 1}, "a row has exactly the keys"),
    ],
)
def test_a_broken_line_is_refused_with_file_and_line(tmp_path, change, said):
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, **change}) + "\n")
    with pytest.raises(FileFormatError, match=said) as caught:
        Recording.from_file(path)
    assert (caught.value.line, caught.value.path) == (2, str(path))


def test_a_recording_written_and_read_again_is_byte_identical(tmp_path):
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    Recording.of("demo", "answers/1", [("ä", "Größe 1,80 m", {"h": {"value": 1.8, "quote": "1,80 m"}})]).to_file(first)
    Recording.from_file(first).to_file(second)
    assert first.read_bytes() == second.read_bytes()
    assert "Größe" not in first.read_text()


def test_a_lone_surrogate_does_not_stop_the_reading():
    recording = Recording.of("demo", "answers/1", [("a", "\ud800", {"q": {"value": None}})])
    assert recording.reply("\ud800", asked="q", prompt="answers/1") == {"value": None}


def test_a_recording_with_half_a_character_can_be_written(tmp_path):
    path = tmp_path / "a.jsonl"
    said = {"q": {"value": "yes", "quote": "\ud83d"}}
    Recording.of("demo", "answers/1", [("a", "\ud83d", said)]).to_file(path)
    assert Recording.from_file(path).reply("\ud83d", asked="q", prompt="answers/1") == said["q"]


def test_settings_and_digests_of_questions_are_kept_and_written_again(tmp_path):
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    rows = [
        {**ROW, "settings": "temperature 1", "questions": {"age": "d1"}},
        {**ROW, "document": "b", "sha256": "0" * 64},
        {**ROW, "settings": "temperature 0"},
    ]
    first.write_text("".join(json.dumps(row) + "\n" for row in rows))
    recording = Recording.from_file(first)
    recording.to_file(second)
    assert second.read_text() == first.read_text()
    assert len(recording) == 3
    assert recording.reply(TEXT, asked="age", prompt="answers/1")["value"] == 41


def test_replies_under_two_settings_join_unless_they_differ():
    pain = {**ROW, "settings": "temperature 1", "replies": {"pain": {"value": "no"}}}
    recording = Recording([ROW, pain])
    assert recording.reply(TEXT, asked="pain", prompt="answers/1") == {"value": "no"}
    with pytest.raises(NotRecorded, match="recorded are age, pain"):
        recording.reply(TEXT, asked="cough", prompt="answers/1")
    with pytest.raises(InvalidInputError, match="two different replies to 'age', under the settings '' and 'hot'"):
        Recording([ROW, {**ROW, "settings": "hot", "replies": {"age": {"value": 42}}}])


def test_replies_to_two_wordings_of_one_question_are_refused():
    old, new = ({**ROW, "questions": {"age": wording}} for wording in ("d1", "d2"))
    with pytest.raises(InvalidInputError, match="'a-1' has replies to two wordings of 'age'"):
        Recording([old, new])
    assert len(Recording([old, {**new, "sha256": "0" * 64}])) == 2
    assert len(Recording([old, ROW])) == 1


def test_a_document_is_called_as_its_caller_calls_it():
    recording = Recording([ROW])
    assert recording.called(TEXT, "mine", named=True) == "mine"
    assert recording.called(TEXT, "0", named=False) == "a-1"
    assert recording.called("other", "0", named=False) == "0"
