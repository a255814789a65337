"""Everything that is known of each question, and which questions cannot be relied on."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import SparseLinearClassifier
from pellucid.measures import wilson
from pellucid.schema import Answer, Measure, Question, QuestionAudit, Questionnaire, Reading, Source
from pellucid.validation._question_audit import audit_questions, question_findings

SOURCE = Source(model="demo")
ASKED = Questionnaire(
    name="demo",
    questions=[
        Question(id="pain", ask="Any pain?", type="yes/no"),
        Question(id="grade", ask="Which grade?", type="choice", options=["a", "b", "c"]),
        Question(id="age", ask="How old?", type="number"),
    ],
)
ROWS = [("yes", "a", 20), ("no", "a", 30), ("no", None, 40), (None, "b", 50), ("no", "b", None)]


def answer(question, value, status=None):
    status = status or ("not stated" if value is None else "answered")
    return Answer(question=question, value=value, status=status, source=SOURCE)


def reading(name, values):
    return Reading(document=name, answers=[answer(*one) for one in zip(ASKED.ids, values, strict=True)])


def readings(rows=ROWS):
    return [reading(f"d{n}", row) for n, row in enumerate(rows)]


def test_answers_are_counted_by_level_or_by_quartile():
    pain, grade, age = audit_questions(readings(), ASKED)
    assert [one.question for one in (pain, grade, age)] == ["pain", "grade", "age"]
    assert (pain.answered, pain.values, pain.quartiles) == (wilson(4, 5), {"no": 3, "yes": 1}, ())
    assert grade.values == {"a": 2, "b": 2, "c": 0}
    assert (age.values, age.quartiles) == ({}, (27.5, 35.0, 42.5))
    assert pain.reliability == {}
    assert (pain.accuracy.value, pain.checked.value, pain.importance.value, pain.kept, pain.prompt_tokens) == (
        None,
    ) * 5


def test_a_question_nobody_answered_has_no_quartiles_and_a_lost_answer_is_none():
    lost = [reading("d0", ("yes", "a", None)), reading("d1", ("no", "a", None))]
    lost[1] = lost[1].model_copy(
        update={
            "answers": (answer("pain", "no", "unsupported"), answer("grade", "a"), answer("age", None, "unreadable"))
        }
    )
    pain, _, age = audit_questions(lost, ASKED)
    assert (pain.answered, pain.values) == (wilson(1, 2), {"no": 0, "yes": 1})
    assert (age.answered, age.quartiles) == (wilson(0, 2), ())


def test_a_person_who_corrects_to_silence_leaves_no_value():
    corrected = [*readings()[:4], reading("d4", ("no", "b", None))]
    corrected[0] = corrected[0].model_copy(
        update={"answers": (answer("pain", None, "corrected"), *corrected[0].answers[1:])}
    )
    assert audit_questions(corrected, ASKED)[0].answered == wilson(3, 5)


def test_answers_are_held_against_facts_and_against_what_a_person_said():
    facts = pd.DataFrame({"pain": ["yes", "yes", "no", None, "no"]}, index=[f"d{n}" for n in range(5)], dtype=object)
    by_person = [
        Reading(document="d2", answers=(answer("pain", "no", "corrected"), answer("grade", None))),
        Reading(document="d0", answers=(answer("pain", None, "corrected"),)),
    ]
    pain, grade, age = audit_questions(readings(), ASKED, facts=facts, checked=by_person)
    assert (pain.accuracy, grade.accuracy.value) == (wilson(4, 5), None)
    assert (pain.checked, grade.checked, age.checked.value) == (wilson(1, 2), wilson(1, 1), None)


def test_repeats_of_some_documents_are_held_against_the_reading_itself():
    again = [reading("d3", ("no", "b", 50)), reading("d1", ("no", "a", 31))]
    pain, grade, age = audit_questions(readings(), ASKED, repeats=[again])
    assert pain.reliability["flip rate"] == wilson(1, 2)
    assert grade.reliability["flip rate"] == wilson(0, 2)
    assert set(age.reliability) == {"flip rate", "alpha", "icc"}
    assert age.reliability["flip rate"] == wilson(1, 2)


def test_importance_is_the_share_of_points_with_its_range_over_folds_and_pairs_are_shared():
    folds = [
        pd.DataFrame({"pain": [1.0, -1.0], "age": [0.5, 0.5], "pain × age": [1.0, 0.0]}),
        pd.DataFrame({"pain": [0.0, 0.0], "age": [2.0, -2.0], "other": [1.0, 1.0]}),
    ]
    pain, grade, age = audit_questions(readings(), ASKED, contributions=folds)
    assert pain.importance.low == 0.0
    assert pain.importance.high == pytest.approx((1 + 0.25) / 2)
    assert pain.importance.value == pytest.approx(0.3125)
    assert pain.importance.method == "range over folds"
    assert age.importance.low == pytest.approx(0.75 / 2)
    assert age.importance.high == pytest.approx(2 / 3)
    assert (pain.kept, grade.kept, age.kept) == (0.5, 0.0, 1.0)


def test_a_model_without_points_gives_no_share_and_keeps_nothing():
    empty = pd.DataFrame(index=range(3))
    flat = pd.DataFrame({"pain": [0.0, 0.0]})
    (pain, *_) = audit_questions(readings(), ASKED, contributions=[empty, flat])
    assert (pain.importance.value, pain.kept) == (None, 0.0)
    (pain, *_) = audit_questions(readings(), ASKED, contributions=[empty, pd.DataFrame({"pain": [2.0]})])
    assert (pain.importance.value, pain.kept) == (1.0, 0.5)


@pytest.mark.parametrize("classes", [2, 3])
def test_contributions_of_our_models_are_taken_as_they_are(classes):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"age": rng.normal(size=90), "pain": rng.normal(size=90)})
    y = np.clip(np.round(table["age"] + 1), 0, classes - 1).astype(int)
    model = SparseLinearClassifier().fit(table, y)
    pain, grade, age = audit_questions(readings(), ASKED, contributions=[model.contributions(table)])
    assert age.importance.value > 0.8
    assert age.importance.value + pain.importance.value == pytest.approx(1)
    assert grade.importance.value == 0


def test_what_was_found_elsewhere_is_put_in_its_place():
    alone = {"age": Measure(value=0.7, low=0.6, high=0.8, method="DeLong")}
    pain, _, age = audit_questions(readings(), ASKED, alone=alone, tokens={"pain": 12.5})
    assert (pain.alone.value, pain.prompt_tokens) == (None, 12.5)
    assert (age.alone, age.prompt_tokens) == (alone["age"], None)


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(InvalidInputError, match="does not answer the questions"):
        audit_questions([Reading(document="d0", answers=(answer("pain", "no"),))], ASKED)
    with pytest.raises(InvalidInputError, match="document 'd9' is not among the readings"):
        audit_questions(readings(), ASKED, repeats=[[reading("d9", ROWS[0])]])
    with pytest.raises(InvalidInputError, match="checked: document 'd9' is not among the readings"):
        audit_questions(readings(), ASKED, checked=[reading("d9", ROWS[0])])
    for wrong in (answer("dose", "a"), answer("pain", "no", "unsupported")):
        with pytest.raises(InvalidInputError, match="a person's answer has a value or is 'not stated'"):
            audit_questions(readings(), ASKED, checked=[Reading(document="d0", answers=(wrong,))])


def test_a_question_is_named_only_where_the_whole_interval_says_so():
    shaky = QuestionAudit(
        question="shaky",
        answered=wilson(100, 100),
        reliability={"flip rate": wilson(30, 100), "alpha": Measure(value=0.4, low=0.2, high=0.6)},
        accuracy=wilson(60, 100),
        checked=wilson(10, 20),
    )
    unsure = QuestionAudit(
        question="unsure",
        answered=wilson(100, 100),
        reliability={"flip rate": wilson(15, 100), "alpha": Measure(value=0.6, low=0.4, high=0.8)},
        accuracy=wilson(87, 100),
        checked=wilson(17, 20),
    )
    blank = QuestionAudit(question="blank", answered=wilson(1, 2))
    found = question_findings([shaky, unsure, blank])
    assert [one.subject for one in found.findings] == ["shaky"] * 4
    assert all(one.alarm and one.kind.value == "unreliable question" for one in found.findings)
    assert [one.figure.value for one in found.findings] == [0.3, 0.4, 0.6, 0.5]
    assert "2 of 3 questions were read more than once" in found.looked_for
    assert "known facts (2 questions) or with answers a person checked (2 questions)" in found.looked_for
    strict = question_findings([unsure], most_flips=0.05, least_alpha=0.9, least_right=0.97)
    assert len(strict.findings) == 4
