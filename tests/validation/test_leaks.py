"""Single questions as the whole model: planted leaks are alarms, honest questions are not."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from pellucid.exceptions import InvalidInputError
from pellucid.schema import FindingKind
from pellucid.validation._leaks import predict_alone, question_leaks


def clean(seed, n=250, questions=6, strongest=1.2):
    """Honest numbers of different strength, the outcome, and the whole model's predictions out of fold."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({f"q{at}": rng.normal(size=n) for at in range(questions)})
    y = (rng.random(n) < expit(X.to_numpy() @ rng.uniform(0.2, strongest, questions) - 1)).astype(int)
    return X, y, whole(X, y)


def whole(X, y):
    return cross_val_predict(LogisticRegression(), X.to_numpy(), y, cv=5, method="predict_proba")[:, 1]


def test_a_planted_copy_of_the_outcome_is_an_alarm_and_named():
    X, y, _ = clean(0)
    X["later"] = np.where(np.random.default_rng(1).random(250) < 0.01, 1 - y, y)
    looked = question_leaks(X, y, whole=whole(X, y))
    assert [(one.kind, one.subject) for one in looked.alarms] == [(FindingKind.LEAK, "later")]
    assert looked.alarms[0].figure.value > 0.95
    assert "7 questions" in looked.looked_for()
    assert "whole model" in looked.looked_for()


def test_a_question_that_carries_a_strong_model_alone_is_an_alarm_below_the_first_rule():
    X, y, _ = clean(2, n=600, strongest=0.3)
    X["later"] = y + np.random.default_rng(3).normal(0, 0.55, 600)
    found = question_leaks(X, y, whole=whole(X, y))
    assert [one.subject for one in found.alarms] == ["later"]
    assert found.alarms[0].figure.value < 0.95
    assert question_leaks(X, y).alarms == ()


def test_a_question_that_carries_a_weak_model_alone_is_named_without_alarm():
    rng = np.random.default_rng(13)
    X = pd.DataFrame(rng.normal(size=(400, 4)), columns=list("abcd"))
    y = (rng.random(400) < expit(1.2 * X["a"])).astype(int)
    found = question_leaks(X, y, whole=whole(X, y))
    assert [(one.subject, one.alarm) for one in found.findings] == [("a", False)]
    assert "may say little" in found.findings[0].said


@pytest.mark.slow
@pytest.mark.no_cover
def test_clean_data_raise_at_most_one_alarm_in_twenty():
    alarms = 0
    for seed in range(20):
        X, y, predicted = clean(seed)
        alarms += bool(question_leaks(X, y, whole=predicted).alarms)
    assert alarms <= 1


def test_a_few_clean_data_sets_raise_no_alarm():
    assert not any(question_leaks(X, y, whole=all_).alarms for X, y, all_ in map(clean, range(100, 103)))


def test_a_model_no_better_than_chance_has_no_share():
    rng = np.random.default_rng(5)
    X, y = pd.DataFrame(rng.normal(size=(100, 3)), columns=list("abc")), rng.integers(0, 2, 100)
    assert question_leaks(X, y, whole=rng.random(100)).findings == ()


def test_predictions_alone_are_out_of_fold_and_need_neither_direction_nor_shape():
    rng = np.random.default_rng(6)
    x = rng.normal(size=500)
    y = (np.abs(x) + rng.normal(0, 0.2, 500) > 0.7).astype(int)
    assert roc_auc_score(y, predict_alone(pd.Series(x), y)) > 0.9
    assert roc_auc_score(y, predict_alone(pd.Series(-np.abs(x)), y)) > 0.9
    own = pd.Series([f"id{number}" for number in range(500)])
    assert abs(roc_auc_score(y, predict_alone(own, y)) - 0.5) < 0.05


def test_a_missing_answer_is_a_level_for_options_and_numbers():
    y = np.array([0, 1] * 50)
    for present in ("yes", 3.0):
        answers = pd.Series([present, None] * 50)
        assert roc_auc_score(y, predict_alone(answers, y)) == 1.0


def test_documents_of_a_group_stay_together():
    rng = np.random.default_rng(7)
    groups = np.repeat(np.arange(60), 3)
    y = np.repeat(rng.integers(0, 2, 60), 3)
    X = pd.DataFrame({"person": [f"p{group}" for group in groups], "noise": rng.normal(size=180)})
    assert question_leaks(X, y).alarms
    assert not question_leaks(X, y, groups=groups).findings


def test_a_class_of_one_group_is_refused_since_no_fold_can_train_without_it():
    X = pd.DataFrame({"a": np.arange(20.0)})
    with pytest.raises(InvalidInputError, match="too few groups"):
        question_leaks(X, np.repeat([0, 1], [16, 4]), groups=np.repeat(np.arange(5), 4))


def test_more_than_two_classes_and_repeats_are_taken():
    rng = np.random.default_rng(8)
    y = rng.integers(0, 3, 300)
    X = pd.DataFrame({"copy": y.astype(float), "noise": rng.normal(size=300)})
    entire = np.full((2, 300, 3), 1 / 3) + 0.5 * np.eye(3)[y]
    looked = question_leaks(X, y, whole=entire)
    assert [one.subject for one in looked.alarms] == ["copy"]
    assert predict_alone(X["copy"], y).shape == (300, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": pd.DataFrame(index=range(4))}, "at least one question"),
        ({"y": np.array([0, 0, 0, 1])}, "a class has 1 document"),
        ({"y": np.array([0, 1])}, "2 labels for 4 documents"),
        ({"whole": np.zeros(3)}, "whole: got shape"),
        ({"groups": [1, 1, 1, 1]}, "all documents are of one group"),
        ({"splits": 1}, "splits"),
    ],
)
def test_what_cannot_be_tested_is_refused(arguments, message):
    given = {"X": pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]}), "y": np.array([0, 1, 0, 1]), **arguments}
    with pytest.raises(InvalidInputError, match=message):
        question_leaks(given.pop("X"), given.pop("y"), **given)
