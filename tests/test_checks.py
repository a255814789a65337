"""The shared refusals."""

import numpy as np
import pandas as pd
import pytest

from pellucid._checks import check_alike, check_number, check_option, check_outcome, own_errors
from pellucid.exceptions import InvalidInputError, InvalidTypeError, NotRecorded


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([1, 1, 1], r"all 3 labels are of one class \(1\)"),
        ([], "got no labels"),
        ([0.0, 1.0, float("nan")], "1 labels are missing"),
        (["a", None], "1 labels are missing"),
        (["yes", "no", float("nan")], "1 labels are missing"),
        (("yes", "no", float("nan")), "1 labels are missing"),
        ([[1], [1, 2]], "got shape|inhomogeneous"),
        (None, "requires y to be passed"),
        ([[0, 1], [1, 0]], "got shape .2, 2."),
    ],
)
def test_labels_that_cannot_be_used_are_refused(y, said):
    with pytest.raises(InvalidInputError, match=said):
        check_outcome(y)


@pytest.mark.parametrize("y", [[0, 1], np.array([[0], [1]]), pd.Series(["b", "a"]), [True, False]])
def test_labels_of_two_classes_pass(y):
    assert check_outcome(y, n=2).shape == (2,)


@pytest.mark.parametrize("value", [0, 1.5, True, "3", None, np.inf])
def test_a_whole_number_is_a_whole_number(value):
    with pytest.raises(InvalidInputError, match="a whole number from 1 to 10 is expected"):
        check_number("k", value, low=1, high=10, whole=True)


def test_labels_in_another_order_than_their_documents_are_refused():
    X = pd.Series(["x", "y", "z"], index=list("abc"))
    check_alike(X, pd.Series([0, 1, 0], index=list("abc")))
    check_alike(X, pd.Series([0, 1, 0]))
    check_alike(X, [0, 1, 0])
    check_alike(X, pd.Series([0, 1], index=list("ab")))
    check_alike(pd.Series(["x", "y"], index=[0, "a"]), pd.Series([0, 1]))
    with pytest.raises(InvalidInputError, match=r"y.loc\[X.index\]"):
        check_alike(X, pd.Series([0, 1, 0], index=list("bca")))


def test_numbers_in_range_and_listed_options_pass():
    check_number("k", np.int64(3), low=1, whole=True)
    check_number("alpha", 0.5, low=0, high=1)
    check_option("mode", "a", ("a", "b"))
    with pytest.raises(InvalidInputError, match="mode: got 'c'; allowed are 'a', 'b'"):
        check_option("mode", "c", ("a", "b"))


@pytest.mark.parametrize(
    ("raised", "becomes"),
    [
        (ValueError("v"), InvalidInputError),
        (TypeError("t"), InvalidTypeError),
        (NotRecorded("a", "b", "c"), NotRecorded),
        (KeyError("k"), KeyError),
    ],
)
def test_a_librarys_refusal_becomes_one_of_ours_and_nothing_else_does(raised, becomes):
    with pytest.raises(becomes) as caught, own_errors():
        raise raised
    assert type(caught.value) is becomes


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (pd.Series([0, 1], dtype="Int64"), [0, 1]),
        (pd.Series([True, False], dtype="boolean"), [False, True]),
        (pd.Series(["b", "a"], dtype="string"), ["a", "b"]),
        (pd.Series(["b", "a"], dtype="category"), ["a", "b"]),
    ],
)
def test_nullable_labels_keep_their_kind(y, classes):
    found = np.unique(check_outcome(y)).tolist()
    assert found == classes
    assert [type(one) for one in found] == [type(one) for one in classes]


def test_a_cell_is_not_quoted():
    with pytest.raises(InvalidInputError, match="there is text where numbers are expected") as caught, own_errors():
        np.array(["the text of a document"]).astype(float)
    assert "document" not in str(caught.value)
    assert caught.value.__suppress_context__
