"""The domains that ship: whole, located, and true to their facts."""

from functools import cache

import pytest

from pellucid.domains import load, names
from pellucid.exceptions import PellucidError, UnknownDomain
from pellucid.extraction import LLMFeatureExtractor
from pellucid.labeling import DirectLLMClassifier
from pellucid.llm import Recording
from pellucid.schema import Direction, Status
from pellucid.validation import audit_reading

SIZES = {"finance": (300, 101, 4505), "healthcare": (303, 139, 3981), "law": (300, 143, 3532)}


def test_there_are_three():
    assert names() == tuple(SIZES)


@pytest.fixture(params=SIZES)
def domain(request):
    return load(request.param)


@cache
def readings_of(name):
    domain = load(name)
    texts = domain.documents()
    extractor = LLMFeatureExtractor(domain.questionnaire, Recording.from_file(*domain.recordings()))
    return extractor.fit(texts).read(texts)


def test_documents_outcomes_and_attributes_are_all_there(domain):
    documents, events, _ = SIZES[domain.name]
    assert (len(domain.documents()), int(domain.outcome().sum())) == (documents, events)
    assert domain.documents().is_unique
    assert domain.protected().shape[1] >= 2
    assert [prompt.id for prompt in domain.label_prompts] == ["direct", "checklist", "few_shot"]


def test_every_quote_is_located_exactly_where_it_stands(domain):
    texts = domain.documents()
    answers = [
        (texts[reading.document], answer)
        for reading in readings_of(domain.name)
        for answer in reading.answers
        if answer.value is not None
    ]
    assert len(answers) == SIZES[domain.name][2]
    for text, answer in answers:
        assert answer.status is Status.ANSWERED
        assert text[answer.start : answer.end] == answer.quote


def test_every_copied_fact_was_read_right(domain):
    rows = audit_reading(readings_of(domain.name), domain.facts())
    checked = [row for row in rows if row.checked]
    assert len(checked) >= 7
    assert {row.accuracy.value for row in checked} == {1.0}


@pytest.mark.parametrize("prompt", ["direct/1", "checklist/1"])
def test_every_document_has_a_direct_prediction(domain, prompt):
    texts = domain.documents()
    direct = DirectLLMClassifier(Recording.from_file(*domain.recordings()), prompt=prompt)
    said = direct.fit(texts, domain.outcome()).predict_proba(texts)[:, 1]
    assert len(said) == len(texts)
    assert said.std() > 0.1


def test_the_card_carries_sources_licences_and_the_warning(domain):
    card = domain.card()
    for licence in domain.licences:
        assert licence.title in card
        assert licence.terms in card
        assert licence.creators in card
    assert "Not for use on people" in card
    assert domain.recorded_model in card
    assert (domain.contamination or domain.caution) in card


def test_only_where_the_model_said_so_is_a_domain_marked_as_recognised():
    assert [name for name in names() if load(name).contamination] == ["finance", "healthcare"]


def test_a_users_own_folder_is_opened_like_ours(tmp_path):
    copy = tmp_path / "mine"
    copy.mkdir()
    for name in ("domain.toml", "questions.toml"):
        (copy / name).write_text((load("law").folder / name).read_text())
    assert load(copy).questionnaire == load("law").questionnaire


def test_an_unknown_domain_is_answered_with_those_there_are():
    with pytest.raises(UnknownDomain, match="got 'astrology'; give one of finance, healthcare, law, or a folder"):
        load("astrology")
    assert issubclass(UnknownDomain, PellucidError)


def test_the_rules_of_change_say_why_and_fit_the_questionnaire(domain):
    rules = domain.change_rules()
    assert rules.note
    assert [rule.question for rule in rules.rules] == list(domain.questionnaire.ids)
    assert all(rule.why.endswith(".") for rule in (*rules.rules, *rules.joint))
    fixed = {rule.question for rule in rules.rules if rule.direction is Direction.FIXED}
    assert {"age"} <= fixed < set(domain.questionnaire.ids)
    assert "sex" not in {rule.question for rule in rules.rules} - fixed


def test_no_rule_lets_an_answer_change_for_the_worse():
    better = {
        "healthcare": {"resting_bp": "down", "cholesterol": "down", "high_fasting_sugar": "down"},
        "finance": {
            "amount": "down",
            "duration": "down",
            "instalment_share": "down",
            "checking": "up",
            "savings": "up",
        },
    }
    for name, directions in better.items():
        rules = load(name).change_rules()
        assert {question: rules.of(question).direction.value for question in directions} == directions
    healthcare = load("healthcare").change_rules()
    assert not healthcare.of("resting_bp").allows(130, 150)
    assert not healthcare.of("cholesterol").allows(200, 250)
    # "no" stands before "yes"
    assert healthcare.of("high_fasting_sugar").allows(1, 0)
    assert not healthcare.of("high_fasting_sugar").allows(0, 1)
    free = {name: {one.question for one in load(name).change_rules().rules if one.direction is Direction.ANY}
            for name in SIZES}  # fmt: skip
    assert free == {"finance": {"cosigner", "other_plans"}, "healthcare": set(), "law": set()}
    assert load("finance").change_rules().of("other_plans").among == ("none",)
    assert "neither" not in load("finance").change_rules().of("cosigner").among


def test_documents_hardly_ever_break_a_joint_rule(domain):
    # A rule that many documents break would speak of another world than theirs.
    readings = readings_of(domain.name)
    for rule in domain.change_rules().joint:
        answers = [{answer.question: answer.value for answer in reading.answers} for reading in readings]
        concerned = [one for one in answers if rule.when.holds(one[rule.when.question])]
        assert len(concerned) >= 8
        assert sum(not rule.holds(one) for one in concerned) <= 0.1 * len(concerned)
