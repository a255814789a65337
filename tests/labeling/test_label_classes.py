"""Classes, and labels of which some are missing."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.labeling._label_classes import check_classes, class_places


@pytest.mark.parametrize(
    "y",
    [
        [1, None, 0],
        [1.0, np.nan, 0.0],
        np.array([1, np.nan, 0]),
        pd.Series([1, None, 0], dtype="Int64"),
        pd.Series([1, None, 0], dtype=object),
        pd.Series([True, None, False], dtype="boolean"),
    ],
    ids=lambda y: type(y).__name__ + str(getattr(y, "dtype", "")),
)
def test_every_way_to_leave_a_label_out_is_understood(y):
    assert class_places(y, (0, 1), n=3).tolist() == [1, -1, 0]


def test_classes_may_be_texts():
    assert class_places(["no", pd.NA, "yes"], ("no", "yes"), n=3).tolist() == [0, -1, 1]


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (None, "y: got NoneType"),
        ("yes", "y: got str"),
        ([0, 1], "got 2 labels for 3 documents"),
        ([0, 1, 2], "got the label 2; allowed are 0, 1, None where missing"),
        ([0, 1, -1], "got the label -1"),
        ([0, 1, [1]], "label 2 is a list"),
        ([[0], [1], [1]], "label 0 is a list"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(y, said):
    with pytest.raises(InvalidInputError, match=said):
        class_places(y, (0, 1), n=3)


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        ("yes", "classes: got str"),
        (7, "classes: got int"),
        ((0, 0), r"got \(0, 0\); 2 different ones"),
        ((0, 1, 2), "2 different ones are expected"),
        ((0, None), "one is missing"),
        ((0, np.nan), "one is missing"),
        ((0, (1,)), "no number, text or truth value"),
    ],
)
def test_classes_that_cannot_be_used_are_refused(classes, said):
    with pytest.raises(InvalidInputError, match=said):
        check_classes(classes, n=2)


def test_classes_out_of_an_array_are_plain_values():
    found = check_classes(np.array([0, 1]))
    assert [type(one) for one in found] == [int, int]
    with pytest.raises(InvalidInputError, match="at least 2 different ones"):
        check_classes([1])
