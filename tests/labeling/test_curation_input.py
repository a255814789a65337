"""What curation takes, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.labeling._curation_input import read_material, read_stated

X = pd.DataFrame({"size": [1, 2, 3]}, index=["a", "b", "c"])


def read(labels, table=X, **given):
    return read_material(table, labels, **{"classes": None, "texts": None, "spread": None, "gold": None, **given})


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_labels_are_none_of_the_classes(missing):
    stated = read_stated(pd.Series([1, missing, 0], dtype=object), 3, None)
    assert stated.codes.tolist() == [1, -1, 0]
    assert stated.chances[1].tolist() == [0.5, 0.5]


def test_zeros_and_ones_are_labels_and_numbers_between_are_probabilities():
    assert not read_stated([0.0, 1.0, 1.0], 3, None).soft
    stated = read_stated([0.0, 0.25, 1.0], 3, None)
    assert stated.soft
    np.testing.assert_allclose(stated.chances[:, 1], [0.01, 0.25, 0.99])
    assert not read_stated([0.5, 1.5, 0.5], 3, (0.5, 1.5)).soft


def test_probabilities_of_more_classes_come_by_column():
    chances = pd.DataFrame({"x": [0.7, 0.2, np.nan], "z": [0.1, 0.3, np.nan], "y": [0.2, 0.5, np.nan]})
    stated = read_stated(chances, 3, None)
    assert stated.classes == ("x", "z", "y")
    assert stated.codes.tolist() == [0, 2, -1]
    assert read_stated(chances, 3, ("x", "y", "z")).codes.tolist() == [0, 1, -1]
    assert read_stated(chances.to_numpy(), 3, None).classes == (0, 1, 2)
    np.testing.assert_allclose(stated.chances.sum(axis=1), 1)


def test_labels_share_their_doubt_among_the_other_classes():
    stated = read_stated(["x", "y", "z"], 3, None)
    np.testing.assert_allclose(stated.chances[0], [0.98, 0.01, 0.01])


@pytest.mark.parametrize(
    ("labels", "given", "said"),
    [
        ([None, None, None], {"classes": (0, 1)}, "every one is missing"),
        ([np.nan] * 3, {"classes": (0, 1)}, "every one is missing"),
        (np.full((3, 2), np.nan), {}, "every one is missing"),
        (["x", "x", None], {}, "1 different label"),
        (["x", "y", "z"], {"classes": ("x", "y")}, "got the label 'z'; allowed are 'x', 'y'"),
        ([0, 1], {}, "got 2 for 3 documents"),
        ("yes", {}, "got str"),
        (7, {}, "got int"),
        ([0.2, 1.2, 0.5], {}, "from 0.2 to 1.2"),
        ([0.2, 0.3, 0.5], {"classes": ("x", "y", "z")}, "speaks of two classes, and there are 3"),
        ([1, "x", 0], {}, "labels of several kinds"),
        ([[0.5, 0.6]] * 3, {}, "label 0 is a list|several kinds|is a list"),
        (np.array([[0.5, 0.6]] * 3), {}, "3 rows are no probabilities"),
        (np.array([[0.5, 0.5]] * 2), {}, r"shape \(2, 2\) for 3 documents"),
        (np.array([[0.5]] * 3), {}, "a table of one column"),
        (np.array([["x", "y"]] * 3), {}, "must hold probabilities"),
        (pd.DataFrame({"x": [0.5] * 3, "y": [0.5] * 3}), {"classes": (0, 1)}, "its columns are not the classes"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(labels, given, said):
    with pytest.raises(InvalidInputError, match=said):
        read(labels, **given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"texts": ["a"]}, "texts: got 1 for 3 rows"),
        ({"texts": pd.Series(["u", "v", "w"], index=["c", "b", "a"])}, "in another order"),
        ({"gold": [0, 1]}, "gold: got 2"),
        ({"gold": [0, 1, 5]}, "gold: got the label 5"),
        ({"spread": [0, -1, 0]}, "spread: 3 numbers of at least 0"),
        ({"spread": [0, 1]}, "spread: 3 numbers of at least 0"),
        ({"table": X[[]]}, r"shape \(3, 0\)"),
        ({"table": X.set_axis(["a", "a", "b"])}, "same name"),
        ({"table": np.arange(3)}, r"X: got shape \(3,\)"),
    ],
)
def test_what_does_not_fit_the_table_is_refused(given, said):
    with pytest.raises(InvalidInputError, match=said):
        read([0.2, 0.4, 0.9], **given)


def test_a_spread_needs_probabilities():
    with pytest.raises(InvalidInputError, match="spread: .*needs probabilities"):
        read([0, 1, 1], spread=[0, 0, 0])
    assert read([0.2, 0.4, 0.9], spread=[0.5, None, 1.0]).spread.tolist() == [0.5, 0.0, 1.0]


def test_rows_without_names_are_numbered():
    found = read([0, 1, 1], table=[[1], [2], [3]], gold=[None, 1, None])
    assert found.names == ["row 0", "row 1", "row 2"]
    assert found.gold.tolist() == [-1, 1, -1]
    assert found.X.columns.tolist() == ["x0"]
