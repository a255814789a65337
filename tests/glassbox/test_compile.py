"""Tests of glassbox/_compile.py: a score card equals its model, term by term."""

import numpy as np
import pandas as pd
import pytest

from pellucid._checks import NotFittedError
from pellucid.exceptions import InvalidTypeError
from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    RiskScoreClassifier,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SparseLinearRegressor,
)
from pellucid.glassbox._compile import score_card
from pellucid.glassbox._scorecard import Link

PAIRS = [("dose", "pain"), ("severity", "visits"), ("smoker", "insured")]
CLASSIFIERS = {
    "EBM": EBMClassifier(outer_bags=2),
    "EBM with pairs": EBMClassifier(PAIRS, outer_bags=2),
    "sparse linear": SparseLinearClassifier(),
    "sparse linear of two": SparseLinearClassifier(2),
    "tree": ShallowTreeClassifier(),
    "deep tree": ShallowTreeClassifier(4, min_samples_leaf=3),
    "risk score": RiskScoreClassifier(),
}
REGRESSORS = {
    "EBM regressor": EBMRegressor(PAIRS, outer_bags=2),
    "sparse linear regressor": SparseLinearRegressor(),
}


def later(mixed, classes):
    """Rows of another draw, with levels, missing answers and numbers that training never met."""
    table, _ = mixed(n=120, seed=5, classes=classes)
    every = np.arange(len(table))
    return table.assign(
        pain=table["pain"].astype(object).where(every % 7 > 0, "numb"),
        visits=table["visits"].astype(float).where(every % 5 > 0, np.nan).where(every % 11 > 0, 1e200),
        dose=table["dose"].where(every % 13 > 0, -1e6),
        insured=table["insured"].astype(object).where(every % 4 > 0, None),
    )


def assert_equal(model, table):
    card = score_card(model)
    score = model.decision_function(table) if hasattr(model, "classes_") else model.predict(table)
    terms = model.contributions(table)
    np.testing.assert_allclose(card.score(table), score, rtol=1e-9, atol=1e-9)
    pd.testing.assert_frame_equal(card.contributions(table), terms, rtol=1e-9, atol=1e-9)
    if hasattr(model, "classes_"):
        np.testing.assert_allclose(card.probability(table), model.predict_proba(table), rtol=1e-9, atol=1e-9)
    for place, row in enumerate(table.to_dict("records")):
        told = card.explain_row(row)
        np.testing.assert_allclose(told.score, score[place], rtol=1e-9, atol=1e-9)
        points = np.array([points for _, points in told.terms]).T.ravel()
        np.testing.assert_allclose(points, terms.iloc[place], rtol=1e-9, atol=1e-9)
    return card


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_cards_of_classifiers_equal_their_models(kind, classes, mixed):
    model = CLASSIFIERS[kind].fit(*mixed(classes=classes))
    card = assert_equal(model, later(mixed, classes))
    several = Link.ONE_AGAINST_REST if kind == "risk score" else Link.SOFTMAX
    assert card.link is (Link.LOGIT if classes == 2 else several)
    assert card.classes == tuple(model.classes_)
    assert card.questions == tuple(mixed()[0].columns)


@pytest.mark.parametrize("kind", REGRESSORS)
def test_cards_of_regressors_equal_their_models(kind, mixed):
    table, _ = mixed()
    model = REGRESSORS[kind].fit(table, 2.0 * table["visits"] + np.nan_to_num(table["dose"]))
    card = assert_equal(model, later(mixed, 2).replace({"visits": {1e200: 1e6}}))
    assert (card.link, card.classes) == (Link.IDENTITY, ())


@pytest.mark.parametrize("model", [*CLASSIFIERS.values(), EBMRegressor(outer_bags=2)], ids=lambda m: type(m).__name__)
def test_odd_columns_do_no_harm(model):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "signal": rng.normal(size=80),
            "same": 1.0,
            "void": np.nan,
            "level": pd.Categorical(["x"] * 80),
            "none": pd.Categorical([None] * 80, categories=["not stated"]),
            "words": [None] * 80,
            "gaps": np.where(rng.random(80) < 0.5, np.nan, 3.0),
        }
    )
    if hasattr(model, "interactions"):
        model = type(model)([("signal", "void"), ("level", "gaps")], outer_bags=2)
    model.fit(table, (table["signal"] + rng.normal(size=80) > 0).astype(int))
    # Where training had no number at all, the model still takes one.
    assert_equal(model, table.assign(same=[np.nan, 2.0] * 40, void=[5.0, np.nan] * 40, level="y", gaps=[1.0, 4.0] * 40))


@pytest.mark.parametrize("model", [*CLASSIFIERS.values(), *REGRESSORS.values()], ids=lambda m: type(m).__name__)
def test_a_model_without_signal_gives_a_card_too(model):
    if hasattr(model, "interactions"):
        model = type(model)(outer_bags=2)
    table = pd.DataFrame({"a": [1.0, 2.0] * 40, "b": ["x", "y", "y", "x"] * 20})
    assert_equal(model.fit(table, [0, 1, 1, 0] * 10 + [1, 0, 0, 1] * 10), table)


def test_cards_of_arrays_call_questions_by_their_places():
    X = np.random.default_rng(0).normal(size=(60, 2))
    model = SparseLinearClassifier().fit(X, X[:, 1] > 0)
    card = score_card(model)
    assert card.questions == ("x0", "x1")
    np.testing.assert_allclose(card.score(X), model.decision_function(X), rtol=1e-9, atol=1e-9)
    assert card.classes == (False, True)


def test_a_card_does_not_change_with_its_model(mixed):
    table, outcome = mixed()
    model = ShallowTreeClassifier().fit(table, outcome)
    card, before = score_card(model), model.decision_function(table)
    model.fit(table, outcome[::-1])
    np.testing.assert_array_equal(card.score(table), before)


def test_a_model_is_fitted_first():
    with pytest.raises(NotFittedError, match="call fit"):
        score_card(EBMClassifier())


@pytest.mark.parametrize("model", [None, "model", pd.DataFrame()])
def test_other_things_are_refused(model):
    with pytest.raises(InvalidTypeError, match="a fitted glass box of pellucid.glassbox is expected"):
        score_card(model)
