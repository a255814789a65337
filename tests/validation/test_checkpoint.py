"""Fits that are kept are found again for the very same job, and for no other."""

import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.llm import Recording
from pellucid.schema import Question
from pellucid.validation._checkpoint import Checkpoint, estimator_digest, table_digest
from pellucid.validation._design import Part

X = pd.DataFrame({"a": [1.0, 2.0, None], "b": ["x", None, "y"]}, index=["d1", "d2", "d3"])
Y = np.array([0, 1, 1])
TRAIN, TEST = np.array([0, 1]), np.array([2])
PART = Part(TRAIN, TEST, 0, "the only fold")


def fits(folder, estimator=None, table=X, y=Y, versions=None):
    return Checkpoint(folder, versions or {"numpy": "2"}).of(estimator or LogisticRegression(), table, y)


def test_fits_that_learnt_from_other_rows_without_labels_are_kept_apart(tmp_path):
    def of(learns_from):
        return Checkpoint(tmp_path, {}).of(LogisticRegression(), X, Y, learns_from)

    more = PART._replace(train=TRAIN[:1], unlabelled=TRAIN[1:])
    of("train").put(more, 0, np.ones((1, 2)))
    assert of("train").get(more, 0, 2) is not None
    for learns_from, part in (
        ("all", more),
        ("gold", more),
        ("train", more._replace(unlabelled=TEST)),
        ("train", PART),
    ):
        assert of(learns_from).get(part, 0, 2) is None


def test_what_was_put_is_there_bit_for_bit(tmp_path):
    predicted = np.array([[0.1 + 0.2, 0.7]])
    fits(tmp_path).put(PART, 0, predicted)
    np.testing.assert_array_equal(fits(tmp_path).get(PART, 0, 2), predicted)
    assert [path.suffix for path in tmp_path.iterdir()] == [".npy"]


@pytest.mark.parametrize(
    "other",
    [
        {"estimator": LogisticRegression(C=2)},
        {"table": X.assign(a=[1.0, 2.0, 3.0])},
        {"table": X.rename(index={"d1": "d9"})},
        {"table": X.rename(columns={"a": "c"})},
        {"table": X["a"]},
        {"y": np.array([0, 0, 1])},
        {"versions": {"numpy": "3"}},
    ],
)
def test_another_job_finds_nothing(tmp_path, other):
    fits(tmp_path).put(PART, 0, np.ones((1, 2)))
    assert fits(tmp_path).get(PART, 0, 2) is not None
    assert fits(tmp_path, **other).get(PART, 0, 2) is None


def test_other_rows_or_another_seed_find_nothing(tmp_path):
    kept = fits(tmp_path)
    kept.put(PART, 0, np.ones((1, 2)))
    assert kept.get(PART._replace(train=TEST, test=TRAIN), 0, 2) is kept.get(PART, 1, 2) is None


def test_estimators_are_told_apart_by_class_and_parameters_all_the_way_down():
    def recording(value):
        return Recording.of("demo", "answers/1", [("a-1", "aged 41", {"age": {"value": value}})])

    def question(ask):
        return Question(id="age", ask=ask, type="number")

    class Holds(LogisticRegression):
        def __init__(self, what=None):
            self.what = what

    made = [
        LogisticRegression(),
        LogisticRegression(C=2.0),
        make_pipeline(StandardScaler(), LogisticRegression()),
        make_pipeline(StandardScaler(), LogisticRegression(C=2.0)),
        *map(Holds, (recording(41), recording(42), question("How old?"), question("Which age?"), {"a": 1}, {"a": "1"})),
        *map(Holds, ([1], (1,), int, None, "None")),
    ]
    assert len({estimator_digest(one) for one in made}) == len(made)
    assert estimator_digest(Holds(recording(41))) == estimator_digest(Holds(recording(41)))
    assert estimator_digest(Holds({"a": 1, "b": 2})) == estimator_digest(Holds({"b": 2, "a": 1}))


def test_tables_with_the_same_content_have_the_same_digest():
    again = pd.DataFrame({"a": [1.0, 2.0, None], "b": ["x", None, "y"]}, index=["d1", "d2", "d3"])
    assert table_digest(again) == table_digest(X)


def test_a_broken_file_and_a_folder_that_is_none_are_refused(tmp_path):
    kept = fits(tmp_path)
    kept.put(PART, 0, np.ones((1, 2)))
    next(tmp_path.iterdir()).write_bytes(b"what")
    with pytest.raises(FileFormatError, match="is no kept fit"):
        kept.get(PART, 0, 2)
    np.save(next(tmp_path.iterdir()), np.full((1, 2), 7.0))
    with pytest.raises(FileFormatError, match="holds no probabilities of these documents"):
        kept.get(PART, 0, 2)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(InvalidInputError, match="cannot be made a folder"):
        Checkpoint(file, {})


def doubled(X):
    return 2 * X


def test_the_order_of_categories_and_the_kind_of_cells_are_part_of_a_table():
    values = ["low", "high", "low"]
    made = [
        pd.DataFrame({"a": pd.Categorical(values, categories=categories, ordered=ordered)})
        for categories, ordered in ((["low", "high"], True), (["high", "low"], True), (["low", "high"], False))
    ]
    mixed = [pd.DataFrame({"a": pd.Series(cells, dtype=object)}) for cells in ([1, "x"], ["1", "x"])]
    assert len({table_digest(one) for one in [*made, *mixed]}) == 5


def test_a_function_is_told_apart_by_what_it_does():
    def other(X):
        return 3 * X

    other.__qualname__, other.__module__ = doubled.__qualname__, doubled.__module__
    digests = {estimator_digest(FunctionTransformer(one)) for one in (doubled, other, lambda X: X, np.log)}
    assert len(digests) == 4


def test_what_has_no_digest_is_said():
    with pytest.raises(InvalidInputError, match="has no digest; run without a checkpoint"):
        estimator_digest(FunctionTransformer(kw_args={"lock": threading.Lock()}))
