"""Nothing learns from a document it speaks of."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import ShallowTreeClassifier, SparseLinearRegressor
from pellucid.labeling._curation_folds import (
    deal,
    expect_classes,
    expect_classes_of_texts,
    expect_numbers,
    expect_numbers_of_texts,
)

N = 60
ALL = np.ones(N, dtype=bool)
CODES = np.arange(N) % 2
X = pd.DataFrame({"size": CODES + np.random.default_rng(0).normal(0, 0.2, N)})


def splits(codes=CODES, groups=None, learn=ALL, **given):
    groups = np.arange(len(codes)) if groups is None else groups
    return deal(codes, groups, **{"splits": 5, "repeats": 2, "learn": learn, "seed": 0, **given})


def test_every_document_is_held_out_once_in_each_repeat():
    dealt = splits()
    for repeat in (0, 1):
        held = np.concatenate([one.test for one in dealt if one.repeat == repeat])
        assert sorted(held) == list(range(N))
    assert all(not set(one.train) & set(one.test) for one in dealt)
    assert {int(CODES[one.test].sum()) for one in dealt} == {6}
    assert not np.array_equal(dealt[0].test, dealt[5].test)


def test_near_copies_stand_in_one_fold():
    groups = np.repeat(np.arange(20), 3)
    for one in splits(groups=groups):
        assert not set(groups[one.train]) & set(groups[one.test])


def test_documents_without_a_label_are_held_out_only():
    learn = np.arange(N) >= 10
    dealt = splits(learn=learn)
    assert all((one.train >= 10).all() for one in dealt)
    assert sorted(np.concatenate([one.test for one in dealt[:5]])) == list(range(N))


def test_fewer_documents_than_folds_are_refused():
    with pytest.raises(InvalidInputError, match="splits: got 5 for 3 documents that are no copies"):
        splits(groups=np.arange(N) % 3)


def test_a_documents_own_label_does_not_change_what_is_expected_of_it():
    dealt = splits()
    target = 2.0 * CODES - 1
    other = target.copy()
    other[7] = 50.0
    held = next(one.test for one in dealt if 7 in one.test)
    first, second = (
        expect_numbers(SparseLinearRegressor(cv=2), X, t, dealt[:5], n_jobs=None).values for t in (target, other)
    )
    np.testing.assert_array_equal(first[held], second[held])
    assert not np.array_equal(first, second)


def test_log_odds_come_with_the_questions_that_make_them():
    found = expect_numbers(SparseLinearRegressor(cv=2), X, 2.0 * CODES - 1, splits(), n_jobs=None)
    assert np.corrcoef(found.values, CODES)[0, 1] > 0.9
    assert found.terms[0].columns.tolist() == ["size"]
    assert (found.terms[0]["size"] > 0).mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_classes_come_as_probabilities_and_a_table_of_terms_each(n_classes):
    codes = np.arange(N) % n_classes
    table = pd.DataFrame({"size": codes * 1.0, "noise": np.random.default_rng(0).normal(size=N)})
    found = expect_classes(ShallowTreeClassifier(), table, codes, n_classes, splits(codes), n_jobs=None)
    np.testing.assert_allclose(np.exp(found.values).sum(axis=1), 1)
    assert (found.values.argmax(axis=1) == codes).all()
    assert len(found.terms) == (1 if n_classes == 2 else 3)


def test_a_class_that_a_fold_lacks_is_nearly_impossible_there():
    codes = CODES.copy()
    codes[4] = 2
    dealt = splits(codes)
    found = expect_classes(ShallowTreeClassifier(), X, codes, 3, dealt, n_jobs=None)
    assert np.exp(found.values[4, 2]) < 0.002
    assert len(found.terms) == 3


def test_a_fold_of_one_class_is_refused():
    codes = np.zeros(N, dtype=int)
    codes[4] = 1
    with pytest.raises(InvalidInputError, match="one class only"):
        expect_classes(ShallowTreeClassifier(), X, codes, 2, splits(codes), n_jobs=None)


def test_words_say_log_odds_and_classes():
    texts = ["much rain here" if code else "dry and sunny" for code in CODES]
    assert np.corrcoef(expect_numbers_of_texts(texts, 2.0 * CODES - 1, splits()).values, CODES)[0, 1] > 0.99
    found = expect_classes_of_texts(texts, CODES, 2, splits())
    assert (found.values.argmax(axis=1) == CODES).all()
    assert found.terms == []


def test_texts_without_a_word_are_refused_in_our_words():
    with pytest.raises(InvalidInputError, match="empty vocabulary"):
        expect_numbers_of_texts(["a"] * N, 2.0 * CODES - 1, splits())
