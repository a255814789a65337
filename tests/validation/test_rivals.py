"""The baselines: what they take, that they repeat, and that SHAP values add up."""

import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

from pellucid._checks import NotFittedError
from pellucid.exceptions import AdditivityError, InvalidInputError, InvalidTypeError, MissingExtraError
from pellucid.validation import XGBoostRival, prevalence_rival, tfidf_rival


def table(n=120, seed=0):
    rng = np.random.default_rng(seed)
    size = rng.normal(size=n)
    side = rng.choice(["left", "right", "both"], size=n)
    seen = rng.random(n) < 0.5
    y = ((size > 0.3) | (side == "both")).astype(int)
    size[rng.random(n) < 0.1] = np.nan
    X = pd.DataFrame(
        {"size": size, "side": pd.Categorical(side, categories=["left", "right", "both", "never"]), "seen": seen},
        index=[f"d{number}" for number in range(n)],
    )
    X.loc[X.index[:5], "side"] = None
    return X, y


def test_xgboost_obeys_the_grammar_of_estimators():
    check_estimator(XGBoostRival(n_estimators=10), on_skip=None)


def test_xgboost_learns_from_numbers_and_levels_with_gaps():
    X, y = table()
    rival = XGBoostRival().fit(X, y)
    assert (rival.predict(X) == y).mean() > 0.9
    assert rival.predict_proba(X).shape == (120, 2)
    assert list(rival.feature_names_in_) == ["size", "side", "seen"]


def test_xgboost_gives_the_same_twice_and_leaves_its_parameters_alone():
    X, y = table()
    rival = XGBoostRival(n_estimators=20)
    again = clone(rival)
    np.testing.assert_array_equal(rival.fit(X, y).predict_proba(X), again.fit(X, y).predict_proba(X))
    assert rival.get_params() == again.get_params()


def test_xgboost_takes_text_columns_as_levels():
    X, y = table()
    words = X.assign(side=X["side"].astype(object))
    levels = X.assign(side=pd.Categorical(words["side"]))  # the same levels in the same order
    one, other = (XGBoostRival(n_estimators=20).fit(one, y).predict_proba(one) for one in (words, levels))
    np.testing.assert_array_equal(one, other)


def test_a_level_never_seen_is_read_as_missing():
    X, y = table()
    rival = XGBoostRival(n_estimators=20).fit(X.assign(side=X["side"].astype(object)), y)
    row = X.iloc[[7]].astype({"side": object})
    unseen, missing = row.assign(side="elsewhere"), row.assign(side=None)
    np.testing.assert_array_equal(rival.predict_proba(unseen), rival.predict_proba(missing))


def test_a_column_without_any_answer_is_taken():
    X, y = table()
    rival = XGBoostRival(n_estimators=5).fit(X.assign(silent=None), y)
    assert np.isfinite(rival.predict_proba(X.assign(silent=None))).all()


def test_labels_come_back_as_given():
    X, y = table()
    rival = XGBoostRival().fit(X, np.where(y == 1, "yes", "no"))
    assert list(rival.classes_) == ["no", "yes"]
    assert set(rival.predict(X)) == {"no", "yes"}


def test_shap_values_add_up_to_the_margin_with_two_classes():
    X, y = table()
    rival = XGBoostRival(n_estimators=30).fit(X, y)
    values = rival.shap_values(X)
    assert list(values.columns) == list(X.columns)
    assert list(values.index) == list(X.index)
    base = rival.decision_function(X) - values.sum(axis=1)
    assert np.ptp(base) < 1e-4


def test_shap_values_add_up_to_the_margins_with_three_classes():
    X, y = table()
    y = np.where(X["seen"], 2, y)
    rival = XGBoostRival(n_estimators=20).fit(X, y)
    values, margin = rival.shap_values(X), rival.decision_function(X)
    assert rival.predict_proba(X).sum(axis=1) == pytest.approx(1)
    for place, label in enumerate(rival.classes_):
        assert list(values[label].columns) == list(X.columns)
        assert np.ptp(margin[:, place] - values[label].sum(axis=1)) < 1e-4


def test_shap_values_that_do_not_add_up_are_refused(monkeypatch):
    shap = pytest.importorskip("shap")
    X, y = table()
    rival = XGBoostRival(n_estimators=5).fit(X, y)

    class Off:
        expected_value = 0.0

        def __init__(self, model):
            pass

        def shap_values(self, floats, check_additivity):
            return np.full(floats.shape, 100.0)

    monkeypatch.setattr(shap, "TreeExplainer", Off)
    with pytest.raises(AdditivityError, match="differ from the margin"):
        rival.shap_values(X)


def test_without_xgboost_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    X, y = table()
    with pytest.raises(MissingExtraError, match=r"pip install 'pellucid\[validate\]'"):
        XGBoostRival().fit(X, y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_estimators": 0}, "n_estimators"),
        ({"max_depth": 2.5}, "max_depth"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"subsample": 1.5}, "subsample"),
        ({"random_state": None}, "random_state"),
    ],
)
def test_parameters_that_cannot_be_used_are_named(parameters, message):
    X, y = table()
    with pytest.raises(InvalidInputError, match=message):
        XGBoostRival(**parameters).fit(X, y)


def test_tables_that_cannot_be_used_are_refused():
    X, y = table()
    with pytest.raises(InvalidTypeError, match="'when'"):
        XGBoostRival().fit(X.assign(when=pd.Timestamp("2020-01-01")), y)
    with pytest.raises(InvalidInputError, match="infinity"):
        XGBoostRival().fit(X.assign(size=np.inf), y)
    with pytest.raises(InvalidInputError, match="one class"):
        XGBoostRival().fit(X, np.ones(len(X)))
    with pytest.raises(InvalidInputError, match="shape"):
        XGBoostRival().fit(X.iloc[:0], [])


def test_columns_other_than_those_fitted_on_are_refused():
    X, y = table()
    rival = XGBoostRival(n_estimators=5).fit(X, y)
    with pytest.raises(InvalidInputError, match="feature names"):
        rival.predict_proba(X.rename(columns={"size": "length"}))


def test_use_before_fit_is_refused():
    with pytest.raises(NotFittedError, match="call fit"):
        XGBoostRival().predict_proba(table()[0])


def test_tfidf_uses_words_and_pairs_of_words():
    texts = pd.Series(["no pain but cough", "pain and no cough"] * 10)
    rival = tfidf_rival().fit(texts, [0, 1] * 10)
    assert rival.predict(["no pain", "no cough"]).tolist() == [0, 1]


def test_prevalence_is_the_training_share():
    assert prevalence_rival().fit([[0]] * 4, [0, 0, 0, 1]).predict_proba([[5]]).tolist() == [[0.75, 0.25]]
