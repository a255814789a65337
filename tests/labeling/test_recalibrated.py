"""The language model asked directly, recalibrated."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.base import clone

from pellucid._checks import NotFittedError
from pellucid.exceptions import InvalidInputError
from pellucid.labeling import RecalibratedLLMClassifier
from pellucid.labeling._shrunk import shrunk_logistic


@pytest.fixture(scope="module")
def said():
    return pd.DataFrame({"llm": expit(np.random.default_rng(0).normal(0, 2, 200)), "note": "x"})


@pytest.fixture(scope="module")
def y(said):
    """The language model is too sure, and sees too much risk."""
    return (np.random.default_rng(1).random(200) < expit(0.4 * logit(said["llm"]) - 1)).astype(int).to_numpy()


def test_without_gold_labels_it_repeats_what_was_said(said):
    for gold in (None, [None] * 200, np.full(200, np.nan)):
        model = RecalibratedLLMClassifier(classes=(0, 1)).fit(said, gold)
        assert (model.intercept_, model.slope_) == (0.0, 1.0)
        np.testing.assert_allclose(model.predict_proba(said)[:, 1], said["llm"].clip(0.005, 0.995))


def test_level_and_slope_are_those_of_the_shrunken_regression(said, y):
    gold = np.where(np.arange(200) < 50, y, np.nan)
    model = RecalibratedLLMClassifier().fit(said, gold)
    found = shrunk_logistic(logit(said["llm"][:50].clip(0.005, 0.995)), y[:50])
    assert model.intercept_ == pytest.approx(found.intercept)
    assert model.slope_ == pytest.approx(found.slopes[0])
    assert -1.5 < model.intercept_ < -0.4
    assert 0.3 < model.slope_ < 0.95


def test_the_order_of_documents_stays(said, y):
    model = RecalibratedLLMClassifier().fit(said, y)
    assert (np.argsort(model.predict_proba(said)[:, 1]) == np.argsort(said["llm"])).mean() > 0.95
    np.testing.assert_allclose(model.predict_proba(said).sum(axis=1), 1)


def test_words_as_labels_and_another_column(said, y):
    words = pd.Series(np.where(y == 1, "ill", "well")).where(np.arange(200) > 5)
    model = RecalibratedLLMClassifier("said", classes=("well", "ill")).fit(said.rename(columns={"llm": "said"}), words)
    plain = RecalibratedLLMClassifier(classes=(0, 1)).fit(said, pd.Series(y, dtype="Int64").where(np.arange(200) > 5))
    assert model.slope_ == plain.slope_
    labels = model.predict(said.rename(columns={"llm": "said"}))
    np.testing.assert_array_equal(labels, np.where(plain.predict(said) == 1, "ill", "well"))


def test_documents_without_a_word_do_not_count_and_have_no_prediction(said, y):
    some = said.assign(llm=said["llm"].where(np.arange(200) >= 20))
    model = RecalibratedLLMClassifier().fit(some, y)
    shorter = RecalibratedLLMClassifier().fit(said[20:], y[20:])
    assert (model.intercept_, model.slope_) == (shorter.intercept_, shorter.slope_)
    with pytest.raises(InvalidInputError, match=r"llm: has no probability for 20 document\(s\); leave them out"):
        model.predict_proba(some)


def test_what_cannot_be_used_is_refused(said, y):
    model = RecalibratedLLMClassifier()
    for asked in (model.predict, model.predict_proba):
        with pytest.raises(NotFittedError, match="RecalibratedLLMClassifier is not fitted yet"):
            asked(said)
    with pytest.raises(InvalidInputError, match="a DataFrame with the column 'llm' is expected"):
        model.fit(said.drop(columns="llm"), y)
    with pytest.raises(InvalidInputError, match="a DataFrame with the column 'llm' is expected"):
        model.fit(said.to_numpy(), y)
    with pytest.raises(InvalidInputError, match="name the two with classes="):
        model.fit(said, [None] * 200)
    with pytest.raises(InvalidInputError, match=r"pass y.loc\[X.index\]"):
        model.fit(said, pd.Series(y)[::-1])
    with pytest.raises(InvalidInputError, match="llm: there is text"):
        model.fit(said.assign(llm="likely"), y)


def test_it_is_cloned_and_pickled(said, y):
    model = RecalibratedLLMClassifier("llm", classes=(0, 1)).fit(said, y)
    assert clone(model).get_params() == {"teacher": "llm", "classes": (0, 1)}
    again = pickle.loads(pickle.dumps(model))  # noqa: S301
    np.testing.assert_array_equal(again.predict_proba(said), model.predict_proba(said))
