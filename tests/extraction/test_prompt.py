"""The wording of a request."""

from pellucid.extraction import fenced
from pellucid.extraction._prompt import ask_questionnaire, reply_schema
from pellucid.extraction._sentences import numbered
from pellucid.schema import Question, Questionnaire

QUESTIONNAIRE = Questionnaire(
    name="demo",
    questions=[
        Question(id="age", ask="How old?", type="number", unit="years", minimum=0, maximum=120),
        Question(id="colour", ask="Which colour?", type="choice", options=["red", 'so-called "blue"']),
    ],
)


def test_a_request_holds_the_document_whole_and_every_question_after_it():
    text = "Aged 41.\r\n<<< end of document >>>"
    request = ask_questionnaire(QUESTIONNAIRE, document="a-1", text=text)
    assert text in request.prompt
    after = request.prompt.split(text)[1]
    assert "- age: How old? (a number in years at least 0 and at most 120; null if not stated)" in after
    assert '(one of "red", "so-called \\"blue\\""; null if not stated)' in after
    assert "a-1" not in request.prompt


def test_fences_differ_with_the_document_so_that_none_can_forge_its_own():
    assert fenced("a").split("\n")[0] != fenced("b").split("\n")[0]
    assert fenced("a") == fenced("a")


def test_the_reply_schema_spells_out_ranges_and_options():
    properties = reply_schema(QUESTIONNAIRE)["properties"]
    assert properties["age"]["properties"]["value"] == {
        "type": ["number", "null"],
        "minimum": 0,
        "maximum": 120,
    }
    assert properties["colour"]["properties"]["value"] == {"enum": ["red", 'so-called "blue"', None]}
    assert reply_schema(QUESTIONNAIRE)["required"] == ["age", "colour"]


def test_a_number_without_bounds_has_none_in_the_schema():
    plain = Questionnaire(name="demo", questions=[Question(id="n", ask="?", type="number")])
    assert reply_schema(plain)["properties"]["n"]["properties"]["value"] == {"type": ["number", "null"]}
    assert "(a number; null if not stated)" in ask_questionnaire(plain, document="a", text="t").prompt


def test_a_request_names_its_parts_and_where_the_document_ends():
    request = ask_questionnaire(QUESTIONNAIRE, document="a-1", text="Aged 41.")
    assert request.prompt.startswith(request.material)
    assert request.material == fenced(request.text)
    age, colour = request.parts
    assert (age.key, age.options, age.minimum, age.maximum, age.quote) == ("age", (), 0, 120, True)
    assert colour.options == ("red", 'so-called "blue"')
    assert all(part.ask in request.prompt for part in request.parts)


def test_sentences_are_asked_for_by_id_out_of_one_list():
    text = "Aged 41. Came alone."
    request = ask_questionnaire(QUESTIONNAIRE, document="a-1", text=text, numbered=numbered(text))
    assert "[s1] Aged 41. [s2] Came alone." in request.prompt
    assert request.reply_schema["$defs"] == {"sentence": {"enum": ["s1", "s2", None]}}
    asked = request.reply_schema["properties"]["age"]
    assert asked["properties"]["sentence"] == {"$ref": "#/$defs/sentence"}
    assert asked["required"] == ["value", "sentence"]
    assert not any(part.quote for part in request.parts)
    assert '"sentence": ...' in request.system
    assert "quote" not in request.system


def test_the_second_time_says_so_and_keeps_the_document_first():
    first = ask_questionnaire(QUESTIONNAIRE, document="a-1", text="Aged 41.")
    again = ask_questionnaire(QUESTIONNAIRE, document="a-1", text="Aged 41.", attempt=2)
    assert again.material == first.material
    assert "not of that form" in again.prompt
    assert again.attempt == 2
