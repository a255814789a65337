"""What a person should look at before relying on a decision."""

import pandas as pd
import pytest

from pellucid.explanation import (
    Combinations,
    Sway,
    answer_warnings,
    disagreement_warnings,
    order_warnings,
    spread_warnings,
)
from pellucid.schema import Answer, Contribution, Decision, Question, Questionnaire, Source, Status

SOURCE = Source(model="demo", prompt="answers/1")
QUESTIONS = Questionnaire(
    name="demo",
    questions=[
        Question(id="age", ask="Age?", type="number", unit="years"),
        Question(id="pain", ask="Pain?", type="yes/no"),
        Question(id="rest", ask="Pain at rest?", type="yes/no"),
    ],
)


def silent(question, status=Status.NOT_STATED, cause=""):
    return Answer(question=question, value=None, status=status, cause=cause, source=SOURCE)


def aged(value):
    return Answer(question="age", value=value, status=Status.ANSWERED, quote="aged", start=0, end=4, source=SOURCE)


def test_a_value_at_the_end_of_the_training_range_is_no_reason_to_warn_and_one_beyond_is():
    answers = {"age": aged(70), "pain": silent("pain")}
    assert answer_warnings(answers, QUESTIONS, ranges={"age": (30.0, 70.0)}) == ()
    beyond = answer_warnings({**answers, "age": aged(71)}, QUESTIONS, ranges={"age": (30.0, 70.0)})
    assert beyond == ("age: 71 years lies outside the training range 30 to 70",)


def test_unreadable_replies_open_questions_and_much_silence_are_each_said():
    answers = {
        "age": aged(50),
        "pain": silent("pain", Status.UNREADABLE, "no JSON"),
        "rest": silent("rest"),
    }
    assert answer_warnings(answers, QUESTIONS, left_open=["rest"], ranges={}) == (
        "reply could not be read: pain",
        "every training document answered what this one leaves open: rest",
        "2 of 3 questions have no answer",
    )


def test_a_document_that_gives_orders_is_named_with_the_harm_one_answer_could_do():
    (said,) = order_warnings(Sway(question="age", change=1.234))
    assert "like an order" in said
    assert said.endswith("by at most 1.23 (age)")


def test_only_terms_whose_bags_disagree_by_more_than_the_points_and_by_much_are_named():
    terms = [
        Contribution(questions=("age",), said="50", points=0.2, spread=0.8),
        Contribution(questions=("pain",), said="yes", points=1.2, spread=0.8),
        Contribution(questions=("age", "pain"), said="50 and yes", points=0.1, spread=0.3),
    ]
    assert spread_warnings(terms) == ("the model is unsure of these points: age (+0.2 ± 0.8)",)
    assert spread_warnings(terms[1:]) == ()


def decided(probability):
    return Decision(
        document="a",
        model="EBMClassifier",
        outcome="yes",
        predicted="yes",
        probability=probability,
        probabilities={"yes": probability},
        score=0.0,
        intercept=0.0,
        contributions=(),
    )


@pytest.mark.parametrize(
    ("glass_box", "direct", "said"),
    [
        (0.60, 0.84, ""),
        (0.60, 0.85, "25 points apart"),
        (0.51, 0.49, "2 points apart, on the other side of 50%"),
        (0.10, 0.40, "30 points apart"),
        (0.60, 0.50, ""),
        (0.45, 0.50, "5 points apart, on the other side of 50%"),
        (0.10, None, ""),
    ],
)
def test_a_second_opinion_far_off_or_on_the_other_side_is_named(glass_box, direct, said):
    found = disagreement_warnings(decided(glass_box), direct)
    assert bool(found) == bool(said)
    assert all(one.endswith(said) for one in found)


def test_answers_never_met_together_are_named_and_an_unsupported_one_does_not_count():
    table = pd.DataFrame({"pain": ["yes", "yes", "no"] * 10, "rest": ["yes", "no", "no"] * 10})
    known = Combinations(table, QUESTIONS, {("pain",): 1.0, ("rest",): 1.0})
    answers = {
        "pain": Answer(question="pain", value="no", status=Status.ANSWERED, source=SOURCE),
        "rest": Answer(question="rest", value="yes", status=Status.ANSWERED, source=SOURCE),
    }
    assert answer_warnings(answers, QUESTIONS, ranges={}, combinations=known) == (
        "no training document had together: pain no with rest yes",
    )
    answers["rest"] = answers["rest"].model_copy(update={"status": Status.UNSUPPORTED})
    found = answer_warnings(answers, QUESTIONS, ranges={}, combinations=known)
    assert found == ("quote not found in the document: rest",)
