"""Out-of-fold predictions: nothing leaks, classes line up, failures say where."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pellucid.exceptions import InvalidInputError, NotRecorded, PellucidError
from pellucid.validation import Contender, CrossValidation, Temporal
from pellucid.validation._checkpoint import Checkpoint
from pellucid.validation._cross_fit import cross_fit, level_constant
from pellucid.validation._design import Part, Plan


class Scripted(ClassifierMixin, BaseEstimator):
    """Says what its test tells it to; `chances` and `classes` get the test rows and the labels."""

    def __init__(self, chances=None, classes=None, error=None):
        self.chances = chances
        self.classes = classes
        self.error = error

    def fit(self, X, y):
        self.classes_ = np.unique(y) if self.classes is None else np.array(self.classes)
        return self

    def predict_proba(self, X):
        if self.error is not None:
            raise self.error
        if self.chances is not None:
            return np.tile(self.chances, (len(X), 1))
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))


def documents(n=30, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"a": rng.normal(size=n), "b": rng.normal(size=n)}, index=[f"d{number}" for number in range(n)])
    return X, np.arange(n) % 2


def plan(y, design=None, seed=0, **more):
    codes = np.unique(y, return_inverse=True)[1]
    return (design or CrossValidation(3, 2)).plan(codes, **{"groups": None, "times": None} | more, seed=seed)


def run(estimator, X=None, y=None, *, seed=0, columns=None, **more):
    there, labels = documents()
    X, y = (there if X is None else X), (labels if y is None else y)
    return cross_fit({"one": Contender(estimator, columns=columns)}, X, y, plan(y, seed=seed), seed=seed, **more)["one"]


def test_every_document_is_predicted_once_per_repeat_by_a_model_that_did_not_see_it():
    X, _ = documents()
    y = np.random.default_rng(1).permutation(np.arange(30) % 2)
    memory = run(KNeighborsClassifier(1), X, y)
    assert memory.shape == (2, 30)
    assert not np.isnan(memory).any()
    assert (memory != y).any()  # a model that had seen them would repeat every label


def test_preparation_learns_inside_the_fold_only():
    """An outlier in the test fold must not move the scaling of the training folds."""
    X, y = documents()
    seen = []

    class Spy(StandardScaler):
        def fit(self, X, y=None, sample_weight=None):
            seen.append(set(X.index))
            return super().fit(X, y, sample_weight)

    run(make_pipeline(Spy(), KNeighborsClassifier(3)), X, y)
    assert [len(rows) for rows in seen] == [20] * 6


@pytest.mark.parametrize(
    ("columns", "kind", "shape"), [(None, pd.DataFrame, 2), ("a", pd.Series, 1), (["b"], pd.DataFrame, 2)]
)
def test_a_contender_sees_its_columns_only(columns, kind, shape):
    part = Contender(DummyClassifier(), columns=columns).sees(documents()[0])
    assert isinstance(part, kind)
    assert part.ndim == shape


def test_classes_in_another_order_are_put_in_place():
    found = run(Scripted(chances=[0.9, 0.1], classes=[1, 0]))
    np.testing.assert_allclose(found, 0.9)


def test_a_class_the_contender_does_not_know_gets_no_probability():
    X, _ = documents()
    found = run(Scripted(chances=[0.7, 0.3], classes=["a", "c"]), X, np.array(["a", "b", "c"] * 10))
    assert found.shape == (2, 30, 3)
    np.testing.assert_allclose(found[0, 0], [0.7, 0, 0.3])


def test_an_open_random_state_is_set_and_a_given_one_kept():
    X, y = documents()
    one, other = (run(RandomForestClassifier(5), X, y) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    another = run(RandomForestClassifier(5), X, y, seed=1)
    assert (one != another).any()
    fixed = RandomForestClassifier(5, random_state=3)
    run(fixed, X, y)
    assert fixed.random_state == 3
    assert not hasattr(fixed, "estimators_")


def test_progress_counts_every_fit():
    heard = []
    run(DummyClassifier(), progress=lambda done, total: heard.append((done, total)))
    assert heard == [(number, 6) for number in range(1, 7)]


def test_a_failure_names_contender_and_fold_but_not_the_words_of_the_error():
    with pytest.raises(InvalidInputError, match=r"'one' failed in repeat 1 of 2, fold 1 of 3 with KeyError") as caught:
        run(Scripted(error=KeyError("text of a document")))
    assert "text of a document" not in str(caught.value)
    assert isinstance(caught.value.__cause__, KeyError)


def test_an_error_of_our_own_passes_as_it_is_with_a_note():
    with pytest.raises(NotRecorded) as caught:
        run(Scripted(error=NotRecorded("d1", "age", "m")))
    assert caught.value.__notes__ == ["contender 'one', repeat 1 of 2, fold 1 of 3"]


def test_a_failure_in_another_process_is_still_ours():
    with pytest.raises(PellucidError, match="'one' failed in repeat"):
        run(RandomForestClassifier(min_samples_leaf=-1), n_jobs=2)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (Scripted(chances=[1.0]), "shape"),
        (Scripted(chances=[0.7, 0.7]), "add up to 1"),
        (Scripted(chances=[1.5, -0.5]), "not probabilities"),
        (Scripted(chances=[np.nan, np.nan]), "not probabilities"),
        (Scripted(classes=[0, 7]), "7"),
    ],
)
def test_what_are_no_probabilities_of_the_classes_is_refused(estimator, message):
    with pytest.raises(InvalidInputError, match=message):
        run(estimator)


def test_prevalence_is_levelled_over_folds_and_others_are_left_alone():
    y = np.r_[np.zeros(17, int), np.ones(14, int)]  # 31 documents: training shares differ between folds
    X = pd.DataFrame({"a": np.arange(31.0)})
    contenders = {"prevalence": Contender(DummyClassifier()), "near": Contender(KNeighborsClassifier(3))}
    folds = plan(y)
    found = cross_fit(contenders, X, y, folds)
    assert len(np.unique(found["prevalence"][0])) > 1
    levelled, names = level_constant(found, folds)
    assert names == ("prevalence",)
    np.testing.assert_allclose(levelled["prevalence"], found["prevalence"].mean(axis=1, keepdims=True) * np.ones(31))
    np.testing.assert_array_equal(levelled["near"], found["near"])


def test_what_is_never_tested_has_no_prediction():
    X, y = documents()
    made = plan(y, Temporal(2), times=np.arange(30))
    contenders = {"prevalence": Contender(DummyClassifier()), "near": Contender(KNeighborsClassifier(3))}
    found = cross_fit(contenders, X, y, made)
    levelled, names = level_constant(found, made)
    assert names == ("prevalence",)
    for name in contenders:
        np.testing.assert_array_equal(np.isnan(found[name][0]), ~made.tested(30))
        np.testing.assert_array_equal(np.isnan(levelled[name][0]), ~made.tested(30))


class Stopped(KeyboardInterrupt):
    """The person pressed Ctrl-C."""


def test_a_comparison_that_was_stopped_goes_on_where_it_was(tmp_path):
    checkpoint = Checkpoint(tmp_path / "kept", {"numpy": "2"})

    def stop(done, total):
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped):
        run(RandomForestClassifier(5), progress=stop, checkpoint=checkpoint)
    kept = sorted((tmp_path / "kept").iterdir())
    assert len(kept) >= 4
    fitted = []

    class Counted(RandomForestClassifier):
        def fit(self, X, y):
            fitted.append(len(X))
            return super().fit(X, y)

    Counted.__module__, Counted.__qualname__ = RandomForestClassifier.__module__, RandomForestClassifier.__qualname__
    again = run(Counted(5), checkpoint=checkpoint)
    assert len(fitted) == 6 - len(kept)
    np.testing.assert_array_equal(again, run(RandomForestClassifier(5)))


SHOWN = []


class Witness(ClassifierMixin, BaseEstimator):
    """Keeps the rows and labels it was fitted on; says a half."""

    def __init__(self, mark=None):
        self.mark = mark

    def fit(self, X, y):
        SHOWN.append((X["row"].tolist(), y))
        self.classes_ = np.array(["no", "yes"])
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)


def shown(learns_from, y, parts):
    SHOWN.clear()
    X = pd.DataFrame({"row": range(len(y))})
    cross_fit({"w": Contender(Witness(), learns_from=learns_from)}, X, y, Plan("made", parts, 1, len(parts)))
    return [(rows, labels.tolist()) for rows, labels in SHOWN]


HALF = Part(np.array([3, 0]), np.array([4, 5]), 0, "a fold", unlabelled=np.array([1, 2]))
WORDS = np.array(["no", "yes", "yes", "yes", "no", "yes"])


@pytest.mark.parametrize(
    ("learns_from", "rows", "labels"),
    [
        ("gold", [3, 0], ["yes", "no"]),
        ("train", [3, 0, 1, 2], ["yes", "no", None, None]),
        ("all", [3, 0, 1, 2, 4, 5], ["yes", "no", None, None, None, None]),
        ("unlabelled", [3, 0, 1, 2], [None, None, None, None]),
    ],
)
def test_a_fit_is_shown_the_labels_of_the_gold_rows_only(learns_from, rows, labels):
    assert shown(learns_from, WORDS, (HALF,)) == [(rows, labels)]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_training_rows_whose_gold_label_is_missing_are_unlabelled(missing):
    y = WORDS.astype(object)
    y[0] = missing
    assert shown("gold", y, (HALF,)) == [([3], ["yes"])]
    assert shown("train", y, (HALF,)) == [([3, 0, 1, 2], ["yes", None, None, None])]
    assert SHOWN[0][1].dtype == object


def test_labels_shown_to_one_who_learns_from_gold_keep_their_kind_where_others_are_missing():
    X = pd.DataFrame({"row": np.arange(6.0)})
    y = np.array([0, 1, None, 1, 0, 1], dtype=object)
    parts = (Part(np.arange(4), np.array([4, 5]), 0, "a fold"),)
    found = cross_fit({"tree": Contender(DummyClassifier())}, X, y, Plan("made", parts, 1, 1))["tree"]
    np.testing.assert_allclose(found[0, 4:], 2 / 3)


def test_where_all_training_rows_are_gold_learning_from_the_training_part_is_learning_from_gold():
    X, y = documents()
    gold, train = (
        cross_fit({"near": Contender(KNeighborsClassifier(3), learns_from=rows)}, X, y, plan(y))["near"]
        for rows in ("gold", "train")
    )
    np.testing.assert_array_equal(gold, train)


def test_one_who_learns_from_the_tested_rows_says_so_and_unknown_rows_are_refused():
    contender = Contender(DummyClassifier(), caveats=("Old.",), learns_from="all")
    assert contender.said[0] == "Old."
    assert "tested on, never from their outcomes" in contender.said[1]
    assert Contender(DummyClassifier(), learns_from="train").said == ()
    with pytest.raises(InvalidInputError, match="learns_from: got 'test'; allowed are 'gold', 'train', 'all', "):
        Contender(DummyClassifier(), learns_from="test")
