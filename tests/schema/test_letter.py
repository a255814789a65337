"""What a domain's letters say in its own words."""

import pytest
from pydantic import ValidationError

import pellucid.domains
from pellucid.exceptions import FileFormatError
from pellucid.schema import Domain, LetterWording, Questionnaire, ReasonWording

ASKED = Questionnaire.model_validate(
    {"name": "d", "questions": [{"id": "size", "ask": "?", "type": "number"},
                                {"id": "sky", "ask": "?", "type": "choice", "options": ["clear", "grey"]}]}
)  # fmt: skip


def test_the_first_wording_that_holds_is_taken():
    wording = LetterWording(
        reasons=[
            ReasonWording(question="size", says="small", at_most=5),
            ReasonWording(question="size", says="large", at_least=10, at_most=20),
            ReasonWording(question="size", says="not told", missing=True),
            ReasonWording(question="sky", says="grey sky", among=["grey"]),
            ReasonWording(question="sky", says="the sky"),
        ]
    )
    assert [wording.reason(["size"], {"size": value}) for value in (5, 7, 10, 20.5, None, "text")] == [
        "small", "", "large", "", "not told", "",
    ]  # fmt: skip
    assert [wording.reason(["sky"], {"sky": value}) for value in ("grey", "clear", None)] == ["grey sky", "the sky", ""]
    assert wording.reason(["size", "sky"], {"size": 3, "sky": "grey"}) == "small; grey sky"
    assert wording.reason(["size", "sky"], {"size": 7, "sky": "grey"}) == ""


def test_two_conditions_at_once_are_refused():
    with pytest.raises(ValidationError, match="give a list, bounds, or missing"):
        ReasonWording(question="size", says="x", among=["a"], missing=True)


@pytest.mark.parametrize(
    ("reason", "said"),
    [({"question": "rain"}, "there is no question 'rain'"),
     ({"question": "sky", "among": ["red"]}, "'red' is not one of the options of 'sky'"),
     ({"question": "sky", "at_least": 2}, "'sky' is no number"),
     ({"question": "size", "among": ["big"]}, "'big' is text, a number is expected"),
     ({"question": "sky", "among": ["grey"]}, "")],
)  # fmt: skip
def test_what_does_not_fit_the_questionnaire_is_named(reason, said):
    fault = LetterWording(reasons=[{"says": "x", **reason}]).fault(ASKED)
    assert (said in fault) if said else fault == ""


def test_domains_without_letters_have_general_ones_and_a_wrong_file_is_refused(tmp_path):
    source = pellucid.domains.load("law").folder
    for name in ("domain.toml", "questions.toml", "labels.toml"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    domain = Domain.from_folder(tmp_path)
    assert domain.letter_wording() == LetterWording()
    (tmp_path / "letters.toml").write_text('[[reasons]]\nquestion = "rain"\nsays = "x"\n')
    with pytest.raises(FileFormatError, match=r"reasons\.0\.question.*there is no question 'rain'"):
        domain.letter_wording()


@pytest.mark.parametrize("name", pellucid.domains.names())
def test_our_domains_word_every_question(name):
    domain = pellucid.domains.load(name)
    wording = domain.letter_wording()
    assert {one.question for one in wording.reasons} == set(domain.questionnaire.ids)
    assert wording.subject
    assert wording.decision
    assert wording.notices
    assert wording.explanation_notices
