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


TOPICS = {
    "finance": {
        "Amount of credit requested", "Length of the repayment period requested", "Purpose of the credit",
        "Record of earlier credit", "Share of income that the instalments take",
        "Whether somebody signs for the credit as well", "Length of residence",
        "Whether there are other instalment obligations", "Housing situation", "Kind of job",
        "Age [check against 12 CFR 1002.6(b)(2) before sending]", "Reserves against a loss of income",
    },
    "healthcare": {
        "Age", "Sex", "Resting blood pressure", "Cholesterol", "Fasting blood sugar", "Result of the resting ECG",
        "Heart rate reached on the exercise test", "Whether exercise brought on angina",
        "Slope of the ST segment at peak exercise", "Result of the thallium stress scan",
        "Stress findings taken together",
    },
    "law": {
        "Age at the time of the assessment", "Degree of the current charge",
        "Whether the current charge involves violence", "Whether the current charge concerns drugs",
        "Whether the current charge concerns theft, burglary, robbery or fraud",
        "Whether the current charge concerns driving", "Whether the current charge involves a weapon",
        "Whether the current charge concerns defying authority",
    },
}  # fmt: skip
"""Wordings that name a topic and claim nothing, so they are true of every answer; no other may be without bounds."""

CLAIMS = {
    "finance": {
        "Purpose of the credit not stated": ("purpose", [None]),
        "No checking account on record": ("checking", ["no checking account"]),
        "Checking account overdrawn": ("checking", ["overdrawn"]),
        "Balance of the checking account": ("checking", ["0 to 200 DM", "200 DM or more, or salary account"]),
        "Late payments on earlier credit": ("history", ["late payments in the past"]),
        "Critical account, or other credits elsewhere": ("history", ["critical account or other credits elsewhere"]),
        "No savings known": ("savings", ["none or unknown"]),
        "Amount of savings": ("savings", ["below 100 DM", "100 to 500 DM", "500 to 1000 DM", "1000 DM or more"]),
        "Not employed at present": ("employment", ["unemployed"]),
        "Length of employment": ("employment", ["less than 1 year", "1 to 4 years", "4 to 7 years", "7 years or more"]),
        "Length of employment not stated": ("employment", [None]),
        "Excessive obligations in relation to income": ("instalment_share", ["35% or more"]),
        "No guarantor or co-applicant with the application": ("cosigner", ["neither"]),
        "Length of residence not stated": ("residence", [None]),
        "No property known": ("property", ["none known"]),
        "Kind of the most valuable property": (
            "property", ["car or other", "building-society savings or life insurance", "real estate"],
        ),
        "Other instalment obligations": ("other_plans", ["at a store", "at a bank"]),
        "Insufficient reserves against a loss of income": ("thin_cushion", ["yes"]),
    },
    "healthcare": {
        "No chest pain, which in these records came with disease more often than not": ("chest_pain", ["none"]),
        "Kind of chest pain": ("chest_pain", ["non-anginal", "atypical angina", "typical angina"]),
        "High fasting blood sugar": ("high_fasting_sugar", ["yes"]),
        "Angina brought on by exercise": ("exercise_angina", ["yes"]),
        "ST depression on exercise": ("st_depression", [1, 2, 20]),
        "No ST depression on exercise": ("st_depression", [0]),
        "Major vessels coloured on fluoroscopy": ("vessels", [1, 2, 3]),
        "No major vessels coloured on fluoroscopy": ("vessels", [0]),
        "Result of fluoroscopy not in the note": ("vessels", [None]),
        "Defect on the thallium stress scan": ("thallium", ["fixed defect", "reversible defect"]),
        "Stress findings that together point to inducible ischaemia": ("ischaemia_evidence", ["yes"]),
    },
    "law": {
        "Prior offences on record": ("priors", [1, 2, 500]),
        "No prior offences on record": ("priors", [0]),
        "Prior offences not stated in the summary": ("priors", [None]),
        "Juvenile felonies on record": ("juvenile_felonies", [1, 2, 200]),
        "No juvenile felonies on record": ("juvenile_felonies", [0]),
        "Juvenile misdemeanors on record": ("juvenile_misdemeanors", [1, 2, 200]),
        "No juvenile misdemeanors on record": ("juvenile_misdemeanors", [0]),
        "Other juvenile offences on record": ("juvenile_other", [1, 2, 200]),
        "No other juvenile offences on record": ("juvenile_other", [0]),
        "Time held before release": ("days_in_jail", [1, 2, 20_000]),
        "Released within one day": ("days_in_jail", [0]),
        "The current charge involves violence or the threat of it": ("violence", ["yes"]),
        "The current charge concerns drugs": ("drugs", ["yes"]),
        "The current charge concerns theft, burglary, robbery or fraud": ("theft_or_fraud", ["yes"]),
        "The current charge concerns driving or a vehicle": ("driving", ["yes"]),
        "The current charge involves a weapon": ("weapon", ["yes"]),
        "The current charge concerns resisting, fleeing from or defying authority or a court": (
            "against_authority", ["yes"],
        ),
    },
}  # fmt: skip
"""What every other wording is true of: the only values that it may be said of."""


@pytest.mark.parametrize("name", pellucid.domains.names())
def test_no_wording_is_said_of_an_answer_that_it_is_not_true_of(name):
    domain = pellucid.domains.load(name)
    wording = domain.letter_wording()
    said = {}
    for question in domain.questionnaire.questions:
        bounds = {0, 1, 2, question.minimum, question.maximum}
        values = question.levels or sorted(value for value in bounds if question.accepts(value))
        for value in (*values, None):
            found = wording.reason([question.id], {question.id: value})
            if found not in TOPICS[name]:
                said.setdefault(found, (question.id, []))[1].append(value)
            assert (found not in TOPICS[name]) or value is not None, f"{question.id}: not stated"
    said.pop("", None)
    assert said == CLAIMS[name]


@pytest.mark.parametrize("name", pellucid.domains.names())
def test_what_claims_something_is_bound_to_answers(name):
    for one in pellucid.domains.load(name).letter_wording().reasons:
        bound = one.among or one.missing or one.at_least is not None or one.at_most is not None
        assert bool(bound) is (one.says not in TOPICS[name]), one.says
