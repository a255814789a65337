"""Gold labels with gaps, and stated probabilities as log-odds."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.labeling._gold import SURE, gold_labels, log_odds_of

FIRST, LAST = pd.Timestamp("2020-01-01"), pd.Timestamp("2021-01-01")


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        ([1, None, 0], [0, 1]),
        ((1, None, 0), [0, 1]),
        ([True, None, False], [False, True]),
        ([1.0, np.nan, 0.0], [0.0, 1.0]),
        (np.array([1.0, np.nan, 0.0]), [0.0, 1.0]),
        (np.array([["yes"], [None], ["no"]], dtype=object), ["no", "yes"]),
        (pd.DataFrame({"outcome": ["yes", None, "no"]}), ["no", "yes"]),
        (pd.Series([1, None, 0], dtype="Int64"), [0, 1]),
        (pd.Series([1, None, 0], dtype="Float64"), [0.0, 1.0]),
        (pd.Series([True, None, False], dtype="boolean"), [False, True]),
        (pd.Series(["yes", None, "no"], dtype="string"), ["no", "yes"]),
        (pd.Series(["yes", None, "no"], dtype="category"), ["no", "yes"]),
        (pd.Categorical(["yes", None, "no"]), ["no", "yes"]),
        (pd.Series([LAST, None, FIRST]), [FIRST, LAST]),
        (["yes", pd.NA, "no"], ["no", "yes"]),
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'dtype', '')}",
)
def test_a_missing_label_is_missing_whatever_holds_the_labels(y, classes):
    gold = gold_labels(y, range(3))
    assert gold.classes.tolist() == classes
    np.testing.assert_array_equal(gold.codes, [1, np.nan, 0])
    assert gold.rows.tolist() == [0, 2]


def test_none_is_no_gold_label_at_all():
    gold = gold_labels(None, range(3), (0, 1))
    assert np.isnan(gold.codes).all()
    assert gold.rows.tolist() == []


def test_classes_say_which_label_is_the_second_also_where_one_kind_is_missing():
    gold = gold_labels(["bad", None, "bad"], range(3), classes=("good", "bad"))
    assert gold.classes.tolist() == ["good", "bad"]
    np.testing.assert_array_equal(gold.codes, [1, np.nan, 1])
    assert gold_labels([True, None], range(2), classes=(0, 1)).codes[0] == 1
    assert gold_labels([1.0, None], range(2), classes=np.array([0, 1])).codes[0] == 1


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([0, 1], "got 2 labels for 3 documents"),
        ([0, None, 0], r"gold labels are of 1 class\(es\); name the two with classes="),
        ([None] * 3, r"of 0 class\(es\)"),
        ([0, 1, 2], r"of 3 class\(es\)"),
        ([0, "yes", None], "of different kinds are mixed"),
        ([[0], [1], [0]], "of different kinds are mixed.*or are lists"),
        (np.zeros((3, 2)), "got ndarray; one label per document"),
        (pd.DataFrame({"a": [0, 1, 0], "b": 0}), "got DataFrame; one label per document"),
        ("yes", "got str; one label per document"),
        (5, "got int; one label per document"),
    ],
)
def test_labels_that_cannot_be_read_are_refused(y, said):
    with pytest.raises(InvalidInputError, match=f"^y: .*{said}"):
        gold_labels(y, range(3))


def test_a_label_outside_the_classes_is_named():
    with pytest.raises(InvalidInputError, match=r"the label 'maybe', which is not among classes=\('no', 'yes'\)"):
        gold_labels(["yes", "maybe"], range(2), ("no", "yes"))


@pytest.mark.parametrize("classes", [(0,), (0, 1, 2), (1, 1), "no", 5, (None, 1), (np.nan, 1.0)])
def test_classes_are_two_different_labels(classes):
    with pytest.raises(InvalidInputError, match="^classes: got .*two different labels are expected"):
        gold_labels([None], range(1), classes)


def test_classes_of_two_kinds_are_refused_and_not_turned_into_text():
    with pytest.raises(InvalidInputError, match="^classes: got .*of one kind"):
        gold_labels([None], range(1), (0, "yes"))


def test_labels_in_another_order_than_the_documents_are_refused():
    X = pd.DataFrame({"age": [1, 2, 3]}, index=["a", "b", "c"])
    y = pd.Series([0, 1, None], index=["c", "b", "a"])
    with pytest.raises(InvalidInputError, match=r"pass y.loc\[X.index\]"):
        gold_labels(y, X)
    np.testing.assert_array_equal(gold_labels(y.loc[X.index], X).codes, [np.nan, 1, 0])


@pytest.mark.parametrize(
    "said",
    [
        [0.5, None, 0.75],
        np.array([0.5, np.nan, 0.75]),
        pd.Series([0.5, None, 0.75], dtype="Float64", index=["a", "a", "b"]),
        pd.Series([0.5, None, 0.75], dtype=object),
        pd.Series([0.5, None, 0.75]).astype("category"),
    ],
    ids=["list", "array", "Float64", "object", "category"],
)
def test_log_odds_of_stated_probabilities(said):
    np.testing.assert_allclose(log_odds_of(said, 3, "llm"), [0, np.nan, np.log(3)], atol=1e-12)


def test_a_written_zero_or_one_is_no_infinite_log_odds():
    edge = np.log((1 - SURE) / SURE)
    np.testing.assert_allclose(log_odds_of([0, 1, 0.001, True, False], 5, "llm"), [-edge, edge, -edge, edge, -edge])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (["likely", 0.5], "llm: there is text where probabilities are expected"),
        ([0.5], "llm: got 1 probabilities for 2 documents"),
        ([1.2, 0.5], "llm: got values from 0.5 to 1.2"),
        ([-0.1, 0.5], "llm: got values from -0.1 to 0.5"),
        ([np.inf, 0.5], "llm: got values from 0.5 to inf"),
        (pd.DataFrame([[0.5, 0.5]] * 2), "llm: there are several columns of that name"),
    ],
)
def test_what_is_no_probability_is_refused_without_being_quoted(said, words):
    with pytest.raises(InvalidInputError, match=words) as caught:
        log_odds_of(said, 2, "llm")
    assert "likely" not in str(caught.value)
