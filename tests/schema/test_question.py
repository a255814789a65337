"""Questions, questionnaires and their file form."""

import json

import pytest
from pydantic import ValidationError

from pellucid.exceptions import FileFormatError
from pellucid.schema import Question, Questionnaire

NUMBER = {"id": "age", "ask": "How old?", "type": "number"}
CHOICE = {"id": "colour", "ask": "Which?", "type": "choice", "options": ["red", "blue"]}

GOOD = """\
name = "demo"
version = 2

[[questions]]
id = "age"
ask = "How old?"
type = "number"
minimum = 0

[[questions]]
id = "colour"
ask = "Which colour?"
type = "choice"
options = ["red", "blue"]
"""


@pytest.mark.parametrize(
    ("kind", "extra", "good", "bad"),
    [
        ("number", {"minimum": 0, "maximum": 3}, [0, 3, 1.5], [-1, 4, "1", True, None, float("nan"), 10**400]),
        ("yes/no", {}, ["yes", "no"], ["Yes", True, 1, ""]),
        ("choice", {"options": ["a", "b"]}, ["a"], ["A", "c", 0]),
        ("ordinal", {"options": ["low", "high"]}, ["low"], ["mid"]),
    ],
)
def test_only_allowed_values_are_accepted_and_none_is_coerced(kind, extra, good, bad):
    question = Question(id="q", ask="?", type=kind, **extra)
    assert all(question.accepts(value) for value in good)
    assert not any(question.accepts(value) for value in bad)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"options": ["only"]}, "at least two options"),
        ({"options": ["a", "a"]}, "may be given once"),
        ({"options": ["a", "Not stated"]}, "is what a missing answer is called"),
        ({"type": "number"}, "takes none"),
        ({"type": "colour"}, "Input should be 'number', 'yes/no', 'choice' or 'ordinal'"),
        ({"minimum": 0}, "only a question of type 'number'"),
        ({"id": "Bad Id"}, "String should match pattern"),
        ({"surprise": 1}, "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_question_is_refused_saying_why(change, said):
    with pytest.raises(ValidationError, match=said):
        Question.model_validate({**CHOICE, **change})


def test_a_range_upside_down_is_refused():
    with pytest.raises(ValidationError, match="minimum: 5 is above maximum 1"):
        Question(**NUMBER, minimum=5, maximum=1)


def test_values_are_described_with_their_unit():
    question = Question(**NUMBER, unit="years")
    assert question.describe(41) == "41 years"
    assert question.describe(1.9) == "1.9 years"
    assert question.describe(None) == "not stated"
    assert Question.model_validate(CHOICE).describe("red") == "red"


def test_json_goes_both_ways_and_the_schema_is_exported():
    questionnaire = Questionnaire(name="demo", questions=[NUMBER, CHOICE])
    assert Questionnaire.model_validate_json(questionnaire.model_dump_json()) == questionnaire
    assert json.loads(json.dumps(Questionnaire.model_json_schema()))["additionalProperties"] is False


def test_a_questionnaire_is_frozen_and_finds_questions_by_id():
    questionnaire = Questionnaire(name="demo", questions=[NUMBER])
    with pytest.raises(ValidationError, match="frozen"):
        questionnaire.name = "other"
    with pytest.raises(KeyError, match="no question 'pain'; there are age"):
        questionnaire["pain"]


def test_a_questionnaire_is_read_from_toml(tmp_path):
    path = tmp_path / "questions.toml"
    path.write_text(GOOD)
    questionnaire = Questionnaire.from_file(path)
    assert (questionnaire.ids, questionnaire.version) == (("age", "colour"), 2)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('id = "colour"', 'id = "age"', 11, "'age' stands twice; ids are unique"),
        ('options = ["red", "blue"]', "", 10, "needs at least two options"),
        (
            'type = "choice"',
            'type = "colour"',
            13,
            "Input should be 'number', 'yes/no', 'choice' or 'ordinal'",
        ),
        ("minimum = 0", "minimum = 9\nmaximum = 1", 8, "minimum': 9 is above maximum 1"),
        ("version = 2", "version = 0", 2, "greater than or equal to 1"),
        ('name = "demo"', "", None, "key 'name': is missing"),
        ('id = "colour"', 'id = "Colour!"', 11, "lower-case letters, digits and underscores"),
        ('ask = "How old?"', 'aks = "How old?"', 4, r"key 'questions\.0\.ask': is missing"),
        ("minimum = 0", "minimun = 0", 8, r"key 'questions\.0\.minimun': is unknown"),
        ('name = "demo"', "name = ", None, "is not TOML: Invalid value \\(at line 1"),
    ],
)
def test_a_wrong_file_is_refused_with_file_line_key_and_what_is_allowed(tmp_path, old, new, line, said):
    path = tmp_path / "questions.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(FileFormatError, match=said) as caught:
        Questionnaire.from_file(path)
    assert str(path) in str(caught.value)
    assert caught.value.line == line


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileFormatError, match=r"nowhere\.toml: does not exist"):
        Questionnaire.from_file(tmp_path / "nowhere.toml")
