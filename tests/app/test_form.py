"""The form: what controls offer, show and give back."""

import pytest

from pellucid.app import form
from pellucid.exceptions import InvalidInputError
from pellucid.reporting import question_label
from pellucid.schema import Question


def number(**given):
    return Question(id="air_pressure", ask="How high?", type="number", **given)


def test_a_label_tells_unit_and_range():
    assert form.label(number(unit="hPa", minimum=900, maximum=1100)) == "Air pressure (hPa, 900 to 1,100)"
    assert form.label(number()) == "Air pressure"
    assert form.label(number(minimum=0)) == "Air pressure (from 0)"
    assert form.label(number(maximum=0)) == "Air pressure (up to 0)"
    assert form.label(number(maximum=1e6)) == "Air pressure (up to 1,000,000)"


def test_a_control_has_the_name_that_its_terms_have(weather_work):
    for question in weather_work.questionnaire.questions:
        assert form.label(question).split(" (")[0] == question_label((question.id,))


def test_options_come_with_not_stated(weather_work):
    pressure, clouds, wind = weather_work.questionnaire.questions
    assert form.offered(pressure) == []
    assert form.offered(clouds) == ["no", "yes", "not stated"]
    assert form.offered(wind)[-1] == "not stated"


def test_controls_show_the_answers_and_give_them_back(weather_work):
    for name in weather_work.documents[:8]:
        case = weather_work.case(name)
        shown = form.shown(case)
        values = form.read(case.questionnaire, list(shown.values()))
        assert values == weather_work.values(case)
        assert form.changed(case, values) == ()
    assert "not stated" in shown.values() or None not in values.values()


def test_a_change_is_noticed(weather_work, given):
    case = weather_work.case("we-001")
    values = form.read(case.questionnaire, given("we-001", clouds="no", pressure=1001.0))
    assert form.changed(case, values) == ("pressure", "clouds")
    assert values["pressure"] == 1001
    assert isinstance(values["pressure"], int)


@pytest.mark.parametrize(
    ("question", "value"), [(0, 5), (0, "5"), (0, "warm"), (1, "maybe"), (2, 3), (0, float("nan"))]
)
def test_a_value_that_is_not_allowed_is_refused_and_not_repeated(weather_work, question, value):
    asked = weather_work.questionnaire.questions[question]
    with pytest.raises(InvalidInputError) as refused:
        form.read_one(asked, value)
    assert "maybe" not in str(refused.value)
    assert "warm" not in str(refused.value)


def test_nothing_given_is_not_stated(weather_work):
    for question in weather_work.questionnaire.questions:
        assert [form.read_one(question, value) for value in (None, "", "not stated")] == [None] * 3
    assert form.read_one(weather_work.questionnaire.questions[0], "1003.5") == 1003.5
