"""What may change: rules refuse what makes no sense, and name what a questionnaire does not have."""

import pytest
from pydantic import ValidationError

from pellucid.schema import (
    Change,
    ChangeRule,
    ChangeRules,
    Condition,
    Counterfactual,
    CounterfactualSet,
    JointRule,
    Question,
    Questionnaire,
)

QUESTIONS = Questionnaire(
    name="sky",
    questions=[
        Question(id="wind", ask="Wind?", type="number", minimum=0),
        Question(id="cloud", ask="Cloud?", type="ordinal", options=["none", "some", "all"]),
        Question(id="from", ask="From?", type="choice", options=["north", "south"]),
        Question(id="rain", ask="Rain?", type="yes/no"),
    ],
)


def test_a_rule_says_which_way_and_how_far():
    rule = ChangeRule(question="wind", direction="up", minimum=3, maximum=9)
    assert [rule.allows(4, after) for after in (4, 5, 9, 10, 3)] == [True, True, True, False, False]
    assert not ChangeRule(question="wind", direction="fixed").allows(4, 5)
    assert ChangeRule(question="wind", direction="fixed").allows(4, 4)
    assert not ChangeRule(question="wind", direction="any", minimum=5).allows(8, 4)


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (ChangeRule, {"question": "wind", "minimum": 3, "maximum": 2}, "minimum: 3 is above maximum 2"),
        (ChangeRule, {"question": "wind", "step": 0}, "step"),
        (ChangeRule, {"question": "wind", "cost": 0}, "cost"),
        (Condition, {"question": "wind"}, "among: give either"),
        (Condition, {"question": "wind", "among": [1], "at_least": 1}, "among: give either"),
        (Condition, {"question": "wind", "among": []}, "among"),
        (JointRule, {"when": {"question": "a", "at_least": 1}, "then": {"question": "a", "at_least": 2}}, "then: must"),
        (ChangeRules, {"rules": [{"question": "a"}, {"question": "a"}]}, "rules.1.question: 'a' has two rules"),
        (CounterfactualSet, {"document": "a", "target": "b", "found": []}, "reason: is given exactly"),
    ],
)
def test_what_makes_no_sense_is_refused(kind, given, said):
    with pytest.raises(ValidationError, match=said):
        kind(**given)


def test_conditions_hold_for_stated_answers_only():
    assert Condition(question="wind", at_least=3, at_most=5).holds(5)
    assert not Condition(question="wind", at_least=3).holds("much")
    assert not Condition(question="wind", at_most=3).holds(None)
    assert Condition(question="from", among=["north"]).holds("north")
    rule = JointRule(when={"question": "wind", "at_least": 3}, then={"question": "rain", "among": ["no"]})
    assert not rule.holds({"wind": 3, "rain": "yes"})
    assert rule.holds({"wind": 3, "rain": None})
    assert rule.holds({"wind": 3})
    assert rule.holds({"rain": "yes"})


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"rules": [{"question": "tide"}]}, "rules.0.question: there is no question 'tide'"),
        ({"rules": [{"question": "from", "direction": "down"}]}, "rules.0.direction: options of a choice"),
        ({"rules": [{"question": "from", "direction": "up"}]}, "rules.0.direction: options of a choice"),
        (
            {"rules": [{"question": "from", "direction": "down", "among": ["north"]}]},
            "rules.0.direction: options of a choice have no order; 'any', 'fixed', or 'up' along among is expected",
        ),
        ({"rules": [{"question": "rain", "step": 2}]}, "rules.0.step: 'rain' is no number"),
        ({"rules": [{"question": "wind", "among": ["a"]}]}, "rules.0.among: 'wind' is a number"),
        ({"rules": [{"question": "from", "among": ["east"]}]}, "rules.0.among: 'east' is not one of the options"),
        (
            {"joint": [{"when": {"question": "wind", "at_least": 3}, "then": {"question": "rain", "among": ["No"]}}]},
            "joint.0.then.among: 'No' is spelled otherwise than its option of 'rain'; there are no, yes",
        ),
        (
            {"joint": [{"when": {"question": "cloud", "at_least": 3}, "then": {"question": "rain", "among": ["no"]}}]},
            "joint.0.when.among: 'cloud' is no number",
        ),
        (
            {"joint": [{"when": {"question": "sun", "at_least": 3}, "then": {"question": "rain", "among": ["no"]}}]},
            "joint.0.when.question: there is no question 'sun'",
        ),
        (
            {"joint": [{"when": {"question": "wind", "among": [-3]}, "then": {"question": "rain", "among": ["no"]}}]},
            "joint.0.when.among: -3 is below the minimum",
        ),
    ],
)
def test_rules_that_speak_of_what_there_is_not_are_named(rules, said):
    assert ChangeRules(**rules).fault(QUESTIONS).startswith(said)


def test_rules_that_fit_have_no_fault_and_json_goes_both_ways():
    rules = ChangeRules(
        rules=[
            {"question": "wind", "step": 2},
            {"question": "cloud", "direction": "up"},
            {"question": "from", "direction": "up", "among": ["north"]},
        ],
        joint=[{"when": {"question": "wind", "among": [3, 4.5]}, "then": {"question": "rain", "among": ["no"]}}],
    )
    assert rules.fault(QUESTIONS) == ""
    assert ChangeRules.model_validate_json(rules.model_dump_json()) == rules
    assert rules.of("rain") == ChangeRule(question="rain")


def test_a_set_has_changes_or_a_reason():
    change = Change(question="wind", before=3, after=5, before_said="3", after_said="5", points=0.5)
    one = Counterfactual(document="a", changes=[change], distance=1, score=0.1, probability=0.52, predicted="b")
    made = CounterfactualSet(document="a", target="b", found=[one])
    assert CounterfactualSet.model_validate_json(made.model_dump_json()) == made
    assert type(made.found[0].changes[0].before) is int
    with pytest.raises(ValidationError, match="reason"):
        CounterfactualSet(document="a", target="b", found=[one], reason="none")
    assert "before_said" not in repr(made)
