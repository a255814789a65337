"""Learning curves: nested parts, the same tested documents, and figures that agree with the comparison's."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from pellucid.exceptions import InvalidInputError
from pellucid.schema import CurveKind
from pellucid.validation._cross_fit import Contender, cross_fit
from pellucid.validation._design import CrossValidation, Temporal
from pellucid.validation._learning_curve import learning_curves

SEEN = []


class Witness(ClassifierMixin, BaseEstimator):
    """Keeps the rows it was fitted on."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        SEEN.append((tuple(X["row"]), tuple(y)))
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    y = rng.binomial(1, 0.3, 200)
    X = pd.DataFrame({"row": range(200), "signal": rng.normal(size=200) + 1.5 * y, "noise": rng.normal(size=200)})
    return X, y


def folds(y, splits=4, repeats=1):
    return CrossValidation(splits, repeats).plan(y, groups=None, times=None, seed=0)


def test_larger_parts_hold_smaller_ones_in_the_shares_of_the_classes(table):
    X, y = table
    SEEN.clear()
    learning_curves({"w": Contender(Witness())}, X, y, folds(y), sizes=(30, 60, 150))
    assert [len(rows) for rows, _ in SEEN] == [30] * 4 + [60] * 4 + [150] * 4
    for fold in range(4):
        small, middle, large = (SEEN[fold + 4 * place] for place in range(3))
        assert set(small[0]) < set(middle[0]) < set(large[0])
        assert np.mean(small[1]) == pytest.approx(y.mean(), abs=0.03)


def test_the_largest_part_gives_the_figure_of_the_comparison(table):
    X, y = table
    contender = {"a": Contender(LogisticRegression(), columns=["signal", "noise"])}
    plan = folds(y)
    (curve,) = learning_curves(contender, X, y, plan, sizes=(20, 150))
    assert curve.kind is CurveKind.LEARNING
    found = cross_fit(contender, X, y, plan)["a"][0]
    assert curve.y[-1] == pytest.approx(roc_auc_score(y, found), abs=1e-6)
    assert curve.counts == (20, 150)
    assert all(low < middle < high for low, middle, high in zip(curve.low, curve.y, curve.high, strict=True))


def test_one_that_needs_documents_rises_and_one_that_says_the_same_of_all_stays_at_chance(table):
    X, y = table
    contenders = {
        "tree": Contender(DecisionTreeClassifier(max_depth=3), columns=["signal", "noise"]),
        "constant": Contender(Witness()),
    }
    tree, constant = learning_curves(contenders, X, y, folds(y, splits=4))
    assert tree.y[-1] > tree.y[0]
    assert constant.y == pytest.approx([0.5] * 5)
    assert tree.x == (20.0, 30.0, 60.0, 105.0, 150.0)


def test_more_than_two_classes_and_documents_never_tested(table):
    X, y = table
    y = y + (X["noise"] > 1).to_numpy()
    plan = Temporal(2).plan(y, groups=None, times=np.arange(200), seed=0)
    contender = {"a": Contender(LogisticRegression(), columns=["signal", "noise"])}
    (curve,) = learning_curves(contender, X, y, plan, sizes=(30, 60))
    assert all(0.5 < one < 1 for one in curve.y)
    assert len(curve.low) == 2


def test_same_seed_gives_the_same_curve_and_progress_is_told(table):
    X, y = table
    contender = {"tree": Contender(DecisionTreeClassifier(), columns=["noise", "signal"])}
    told = []
    one = learning_curves(contender, X, y, folds(y), sizes=(40,), progress=lambda *done: told.append(done))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert one == learning_curves(contender, X, y, folds(y), sizes=(40,))
    assert one != learning_curves(contender, X, y, folds(y), sizes=(40,), seed=1)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [((1, 20), "from 2 to 150"), ((20, 151), "from 2 to 150"), ((40, 20), "rising")],
)
def test_sizes_that_cannot_be_had_are_refused(table, sizes, said):
    X, y = table
    with pytest.raises(InvalidInputError, match=said):
        learning_curves({"w": Contender(Witness())}, X, y, folds(y), sizes=sizes)


def test_size_too_small_for_every_class_is_refused(table):
    X, _ = table
    y = (np.arange(200) % 20 == 0).astype(int)
    with pytest.raises(InvalidInputError, match="first 3 documents of a fold lack a class"):
        learning_curves({"w": Contender(Witness())}, X, y, folds(y), sizes=(3, 50))


def test_plan_that_tests_one_class_only_is_refused(table):
    X, _ = table
    y = np.r_[np.tile([0, 1], 50), np.zeros(100, dtype=int)]
    plan = Temporal(1).plan(y, groups=None, times=np.arange(200), seed=0)
    with pytest.raises(InvalidInputError, match="no document of some class"):
        learning_curves({"w": Contender(Witness())}, X, y, plan)


def test_failure_names_contender_and_size(table):
    X, y = table
    contender = {"text": Contender(LogisticRegression(), columns=["word"])}
    with pytest.raises(InvalidInputError, match=r"'text' failed in repeat 1 of 1, fold 1 of 4, 20 documents to learn"):
        learning_curves(contender, X.assign(word="x"), y, folds(y), sizes=(20,))
