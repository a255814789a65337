"""Rules on answers: what is not answered is never compared."""

import pandas as pd
import pytest

from pellucid.domains import load
from pellucid.exceptions import InvalidInputError
from pellucid.extraction import LLMFeatureExtractor
from pellucid.labeling import AnswerRule, AnswerRuleLabeler, Labeler
from pellucid.llm import Recording
from pellucid.schema import Answer, Question, Questionnaire, Reading, Source, Status

ASKED = Questionnaire(
    name="demo",
    questions=[
        Question(id="wind", ask="How strong?", type="number", maximum=200),
        Question(id="cloud", ask="Clouds?", type="yes/no"),
        Question(id="sky", ask="Which colour?", type="choice", options=["blue", "grey", "red"]),
        Question(id="sea", ask="How rough?", type="ordinal", options=["calm", "choppy", "rough"]),
    ],
)


def votes(rules, **answers):
    labeler = AnswerRuleLabeler(rules, ASKED)
    return [one.label for one in labeler.label(pd.DataFrame(answers))]


@pytest.mark.parametrize(
    ("rule", "column", "labels"),
    [
        (("wind", "<", 8), [7, 8, 9, None], [1, None, None, None]),
        (("wind", "<=", 8), [7, 8, 9, None], [1, 1, None, None]),
        (("wind", ">", 8), [7, 8, 9, None], [None, None, 1, None]),
        (("wind", ">=", 8), [7, 8, 9, None], [None, 1, 1, None]),
        (("wind", "==", 8), [7, 8, 9, None], [None, 1, None, None]),
        (("wind", "!=", 8), [7, 8, 9, None], [1, None, 1, None]),
        (("wind", "in", [7, 9]), [7, 8, 9, None], [1, None, 1, None]),
        (("cloud", "==", "yes"), ["yes", "no", None, "yes"], [1, None, None, 1]),
        (("sky", "in", ("grey", "red")), ["blue", "grey", None, "red"], [None, 1, None, 1]),
        (("sea", ">=", "choppy"), ["calm", "choppy", "rough", None], [None, 1, 1, None]),
    ],
)
def test_answers_are_compared_and_what_is_missing_is_not(rule, column, labels):
    assert votes(AnswerRule(*rule, label=1), **{rule[0]: column}) == labels


def test_categorical_columns_are_read_as_their_values():
    sea = pd.Categorical(["rough", None], categories=["calm", "choppy", "rough"], ordered=True)
    assert votes(AnswerRule("sea", ">", "calm", 1), sea=sea) == [1, None]


def test_rules_for_several_classes_give_no_vote():
    rules = [AnswerRule("wind", ">", 8, 1), AnswerRule("cloud", "==", "no", 0)]
    assert votes(rules, wind=[9, 9, 1], cloud=["yes", "no", "no"]) == [1, None, 0]
    found = AnswerRuleLabeler(rules, ASKED).label(pd.DataFrame({"wind": [9, 9], "cloud": ["yes", "no"]}))
    assert found[0].rationale == "“wind > 8”"
    assert found[1].cause == "rules for several classes apply: “wind > 8”, “cloud is no”"


def test_of_readings_only_supported_and_corrected_answers_count():
    source = Source(model="demo")

    def reading(name, value, status):
        answer = Answer(question="wind", value=value, status=status, source=source)
        return Reading(document=name, answers=(answer,))

    readings = [
        reading("a", 9, Status.ANSWERED),
        reading("b", 9, Status.UNSUPPORTED),
        reading("c", None, Status.NOT_STATED),
        reading("d", 9, Status.CORRECTED),
    ]
    labeler = AnswerRuleLabeler(AnswerRule("wind", ">", 8, 1), ASKED, name="gale")
    found = labeler.label(readings)
    assert [(one.document, one.label) for one in found] == [("a", 1), ("b", None), ("c", None), ("d", 1)]
    assert {one.labeler for one in found} == {"gale"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (("rain", "==", 1), "question: got 'rain'; the questionnaire asks wind, cloud"),
        (("wind", "~", 1), "comparison: got '~'"),
        (("wind", ">", "8"), "value: got '8' for question 'wind', which is text, a number is expected"),
        (("wind", ">", 300), "is above the maximum of 200"),
        (("cloud", "==", "maybe"), "is not one of the options"),
        (("sky", ">", "blue"), "the options of 'sky' have no order"),
        (("cloud", "<", "yes"), "the options of 'cloud' have no order"),
        (("sky", "in", "blue"), "with 'in' a list of values"),
        (("sky", "in", []), "with 'in' a list of values"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused(rule, said):
    with pytest.raises(InvalidInputError, match=said):
        AnswerRuleLabeler(AnswerRule(*rule, label=1), ASKED)


@pytest.mark.parametrize("rules", [[], [("wind", ">", 8, 1)]])
def test_rules_are_answer_rules(rules):
    with pytest.raises(InvalidInputError, match="at least one AnswerRule"):
        AnswerRuleLabeler(rules, ASKED)


@pytest.mark.parametrize(
    ("X", "said"),
    [
        (pd.DataFrame({"cloud": ["yes"]}), "has no column 'wind', which a rule asks; it has cloud"),
        (["text"], "got list; a table of answers"),
        ("text", "got str; a table of answers"),
        (pd.DataFrame({"wind": ["a gale"]}), "document '0', question 'wind': the answer is text"),
    ],
)
def test_answers_that_cannot_be_used_are_refused(X, said):
    with pytest.raises(InvalidInputError, match=said):
        AnswerRuleLabeler(AnswerRule("wind", ">", 8, 1), ASKED).label(X)


def test_it_is_a_labeler_and_says_what_it_is():
    labeler = AnswerRuleLabeler(AnswerRule("wind", ">", 8, 1), ASKED)
    assert isinstance(labeler, Labeler)
    assert repr(labeler) == "AnswerRuleLabeler(1 rules, name='answer rules')"


def test_recorded_answers_of_a_domain_are_voted_on_alike_as_readings_and_as_features():
    domain = load("healthcare")
    texts = domain.documents()
    extractor = LLMFeatureExtractor(domain.questionnaire, Recording.from_file(*domain.recordings())).fit(texts)
    rules = [AnswerRule("vessels", ">=", 1, 1), AnswerRule("thallium", "==", "normal", 0)]
    labeler = AnswerRuleLabeler(rules, domain.questionnaire)
    found = labeler.label(extractor.read(texts))
    assert found == labeler.label(extractor.transform(texts))
    voted = [(one.label, y) for one, y in zip(found, domain.outcome(), strict=True) if one.label is not None]
    assert len(voted) > 150
    assert sum(label == y for label, y in voted) / len(voted) > 0.8
