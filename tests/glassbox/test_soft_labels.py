"""Trees and risk scores that learn from probabilities."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.base import clone

from pellucid.exceptions import InvalidTypeError
from pellucid.glassbox import (
    RiskScoreClassifier,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    fit_soft,
    load_model,
    save_model,
    score_card,
    with_classes,
)

COUNTED = [ShallowTreeClassifier(max_depth=2), RiskScoreClassifier(max_questions=3)]
by_name = pytest.mark.parametrize("box", COUNTED, ids=lambda box: type(box).__name__)


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(3)
    return pd.DataFrame({"age": random.integers(20, 80, 200), "pain": random.choice(["no", "yes", None], 200)})


@pytest.fixture(scope="module")
def chances(table):
    return expit((table["age"].to_numpy() - 50) / 10 + np.where(table["pain"] == "yes", 1.0, -1.0))


def test_a_leaf_counts_each_document_once_and_expects_its_events(table, chances):
    tree = fit_soft(COUNTED[0], table, chances)
    leaf = re.compile(r"(.*): probability ([\d.]+) \((\d+) of (\d+)\)")
    rules = [leaf.fullmatch(rule).groups() for rule in tree.view().rules]
    assert sum(int(rows) for *_, rows in rules) == 200
    assert sum(int(events) for _, _, events, _ in rules) == pytest.approx(chances.sum(), abs=len(rules) / 2)
    score = tree.decision_function(table)
    held = {(int(np.rint(chances[score == one].sum())), int((score == one).sum())) for one in np.unique(score)}
    assert held == {(int(events), int(rows)) for _, _, events, rows in rules}
    for _, chance, events, rows in rules:  # as told, but for the five rows of smoothing
        expected = (int(events) + 5 * chances.mean()) / (int(rows) + 5)
        assert float(chance) == pytest.approx(expected, abs=0.02)


def test_a_card_counts_each_document_once_and_expects_its_events(table, chances):
    score = fit_soft(COUNTED[1], table, chances)
    for shape in score.view().shapes:
        assert sum(step.documents for step in shape.steps) == 200
    assert score.points_.groupby("question")["documents"].sum().eq(200).all()
    risks = score.view().risks
    assert sum(row.documents for row in risks) == 200
    assert sum(row.events for row in risks) == pytest.approx(chances.sum(), abs=len(risks) / 2)
    totals = score.total_points(table)
    for row in risks:
        assert row.documents == (totals == row.score).sum()
        assert row.events == np.rint(chances[totals == row.score].sum())


@by_name
def test_limits_are_of_documents_and_parameters_stay_as_they_were(box, table, chances):
    fitted = fit_soft(box, table, chances)
    assert fitted.get_params() == box.get_params()
    assert fitted is not box
    assert not hasattr(box, "classes_")
    least = "min_samples_leaf" if isinstance(box, ShallowTreeClassifier) else "min_documents"
    # Of 200 documents no two sides have 101 each, which of 400 rows they would.
    assert not fit_soft(clone(box).set_params(**{least: 101}), table, chances).view().shapes
    assert fit_soft(clone(box).set_params(**{least: 60}), table, chances).view().shapes


@by_name
def test_whole_numbers_as_probabilities_are_labels(box, table, chances):
    labels = (chances > 0.5).astype(int)
    soft = fit_soft(box, table, labels.astype(float))
    hard = clone(box).fit(table, labels)
    assert np.corrcoef(soft.decision_function(table), hard.decision_function(table))[0, 1] > 0.95


@by_name
def test_contributions_add_up_and_a_card_can_be_saved_under_the_given_names(box, table, chances, tmp_path):
    fitted = with_classes(fit_soft(box, table, chances), ("well", "ill"))
    total = fitted.contributions(table).sum(axis=1) + fitted.intercept_
    np.testing.assert_allclose(total, fitted.decision_function(table), atol=1e-9)
    assert fitted.view().outcome == "ill"
    assert set(fitted.predict(table)) == {"well", "ill"}
    save_model(tmp_path / "model", fitted)
    for card in (score_card(fitted), load_model(tmp_path / "model").card):
        np.testing.assert_allclose(card.probability(table), fitted.predict_proba(table))
        assert list(card.classes) == ["well", "ill"]


def test_a_card_names_its_outcome(table, chances):
    score = with_classes(fit_soft(COUNTED[1], table, chances), ["yes", "no"])
    assert score.points_["outcome"].unique().tolist() == ["no"]
    assert score.classes_.tolist() == ["yes", "no"]


def test_models_that_add_up_are_refused(table, chances):
    with pytest.raises(InvalidTypeError, match="box: got SparseLinearClassifier; a ShallowTree"):
        fit_soft(SparseLinearClassifier(), table, chances)
    with pytest.raises(InvalidTypeError, match="box: got SparseLinearClassifier"):
        with_classes(SparseLinearClassifier(), (0, 1))
