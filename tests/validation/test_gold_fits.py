"""Gold labels shown step by step: nested, the documents the same, every contender given what it learns from."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier

from pellucid.exceptions import InvalidInputError
from pellucid.validation import Contender, CrossValidation
from pellucid.validation._checkpoint import Checkpoint
from pellucid.validation._gold_fits import checked_sizes, gold_folds, predicted_at

SEEN = []


class Witness(ClassifierMixin, BaseEstimator):
    """Keeps what it was fitted on, with its random state; says a half and a little."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, X, y):
        SEEN.append((X["row"].tolist(), list(y), self.random_state))
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, X):
        second = 0.5 + X["row"].to_numpy() / 1000
        return np.column_stack([1 - second, second])


def folds(n=40, splits=4, repeats=1, share=4, missing=0):
    y = (np.arange(n) % share == 0).astype(int)
    plan = CrossValidation(splits, repeats).plan(y, groups=None, times=None, seed=0)
    X = pd.DataFrame({"row": range(n + missing)})
    labels = np.array([*y.tolist(), *([None] * missing)], dtype=object if missing else int)
    codes = np.append(y, np.full(missing, -1))
    return gold_folds(X, labels, codes, plan.among(np.arange(n), n + missing), seed=0)


def seen(learns_from, sizes=(0, 8, 30), *, made=None):
    SEEN.clear()
    predicted_at({"w": Contender(Witness(), learns_from=learns_from)}, made or folds(), sizes, seed=5)
    return list(SEEN)


def test_more_gold_labels_hold_fewer_in_the_shares_of_the_classes():
    small, large = np.split(np.array(seen("gold"), dtype=object), 2)
    for one, other in zip(small, large, strict=True):
        assert (len(one[0]), len(other[0])) == (8, 30)
        assert other[0][:8] == one[0]
        assert (sum(one[1]), sum(other[1])) == (2, pytest.approx(7.5, abs=0.5))


def test_the_others_of_a_fold_are_shown_without_label_and_documents_stay_the_same():
    fits = seen("train")
    assert len(fits) == 12
    for fold in range(4):
        none, some, every = fits[fold::4]
        assert none[0] == some[0] == every[0]
        assert len(none[0]) == 30
        assert none[1] == [None] * 30
        assert some[1] == [*every[1][:8], *([None] * 22)]
        assert None not in every[1]


def test_one_who_learns_from_all_sees_the_tested_too_and_never_their_labels():
    for rows, labels, _ in seen("all"):
        assert sorted(rows) == list(range(40))
        assert labels[30:] == [None] * 10


def test_one_who_is_shown_no_label_is_fitted_once_and_is_the_same_at_every_size():
    assert [labels for _, labels, _ in seen("unlabelled")] == [[None] * 30] * 4
    found = predicted_at({"w": Contender(Witness(), learns_from="unlabelled")}, folds(), (0, 8), seed=0)["w"]
    assert found[0] is found[8]


def test_documents_without_gold_label_are_among_the_unlabelled_of_every_fold():
    for rows, labels, _ in seen("train", made=folds(missing=5)):
        assert set(range(40, 45)) < set(rows)
        assert labels[-5:] == [None] * 5
    assert all(len(rows) in (8, 30) for rows, _, _ in seen("gold", made=folds(missing=5)))


def test_seeds_go_by_fold_so_that_a_contender_moves_for_its_labels_only():
    states = [state for _, _, state in seen("train")]
    assert states == [5, 6, 7, 8] * 3


def test_predictions_are_those_of_the_tested_by_size():
    contenders = {"gold": Contender(KNeighborsClassifier(1)), "train": Contender(Witness(), learns_from="train")}
    found = predicted_at(contenders, folds(repeats=2, missing=3), (0, 8), seed=0)
    assert {name: list(sizes) for name, sizes in found.items()} == {"gold": [8], "train": [0, 8]}
    assert found["train"][0].shape == found["gold"][8].shape == (2, 40)


def test_one_who_tells_no_documents_apart_has_one_figure_for_all_folds():
    found = predicted_at({"prevalence": Contender(DummyClassifier())}, folds(n=42), (10,), seed=0)
    assert np.ptp(found["prevalence"][10]) < 1e-12


def test_progress_counts_all_sizes():
    contenders = {"gold": Contender(Witness()), "same": Contender(Witness(), learns_from="unlabelled")}
    told = []
    predicted_at(contenders, folds(), (0, 8, 30), seed=0, progress=lambda *done: told.append(done))
    assert told == [(number, 12) for number in range(1, 13)]


def test_kept_fits_are_found_again_and_sizes_kept_apart(tmp_path):
    checkpoint = Checkpoint(tmp_path, {})
    contenders = {"near": Contender(KNeighborsClassifier(3))}
    first = predicted_at(contenders, folds(), (8, 30), seed=0, checkpoint=checkpoint)
    assert len(list(tmp_path.iterdir())) == 8
    again = predicted_at(contenders, folds(), (8, 30), seed=0, checkpoint=checkpoint)
    assert len(list(tmp_path.iterdir())) == 8
    np.testing.assert_array_equal(first["near"][8], again["near"][8])


def test_all_is_as_many_as_the_smallest_fold_has_and_counts_once():
    assert checked_sizes((0, 10, "all"), folds(n=42)) == (0, 10, 31)
    assert checked_sizes((10, 30, "all"), folds()) == (10, 30)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((0, 31), "got 31, but the smallest fold learns from 30 gold labels"),
        ((10, 5), "rising"),
        ((10, 10, 20), "rising"),
        ((-1, 5), "at least 0"),
        ((0.5, 5), "whole number"),
        (("some",), "whole number"),
        ((0, 1, 10), "the first 1 gold labels of a fold lack a class"),
    ],
)
def test_sizes_that_cannot_be_had_are_refused(sizes, said):
    with pytest.raises(InvalidInputError, match=said):
        checked_sizes(sizes, folds())


def test_without_any_gold_label_one_who_needs_them_is_refused():
    with pytest.raises(InvalidInputError, match="'w' learns from gold labels only"):
        seen("gold", sizes=(0,))


def test_a_failure_names_the_number_of_gold_labels():
    contenders = {"near": Contender(KNeighborsClassifier(9))}
    with pytest.raises(InvalidInputError, match="'near' failed in repeat 1 of 1, fold 1 of 4, 8 gold labels"):
        predicted_at(contenders, folds(), (8, 30), seed=0)
