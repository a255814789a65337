"""What a comparison is made on is checked once, and an external set stands behind the rest."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.validation import External
from pellucid.validation._documents import gathered

X = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "z"]}, index=["d1", "d2", "d3"])
THERE = pd.DataFrame({"more": [0, 0], "b": ["u", "v"], "a": [4.0, 5.0]}, index=["e1", "e2"])


def together(external=None, groups=None, times=None, y=(0, 1, 0)):
    return gathered(X, y, groups=groups, times=times, external=external)


def test_groups_become_numbers_and_times_stay():
    found = together(groups=["p", "q", "p"], times=[3, 1, 2])
    assert found.groups.tolist() == [0, 1, 0]
    assert found.times.tolist() == [3, 1, 2]
    assert found.labels.tolist() == [0, 1, 0]
    assert found.caveats == ()


def test_an_external_set_follows_with_the_columns_of_the_first():
    found = together(External(THERE, [0, 1], groups=["r", "s"]), groups=["p", "q", "p"])
    assert list(found.X.index) == ["d1", "d2", "d3", "e1", "e2"]
    assert list(found.X.columns) == ["a", "b"]
    assert found.labels.tolist() == [0, 1, 0, 0, 1]
    assert found.groups.tolist() == [0, 1, 0, 2, 3]


def test_a_document_that_stands_in_both_sets_is_refused():
    with pytest.raises(InvalidInputError, match="document 'd1' is there twice"):
        together(External(THERE.rename(index={"e1": "d1"}), [0, 1]))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"times": [1, np.nan, 2]}, "times: 1 are missing"),
        ({"groups": [[1], [2], [3]]}, r"groups: got shape \(3, 1\)"),
        ({"external": External(THERE[["a"]], [0, 1])}, "column 'b' is missing"),
        ({"external": External(THERE, [0, 1], groups=["r", "s"])}, "given for one set only"),
    ],
)
def test_what_does_not_belong_together_is_refused(more, message):
    with pytest.raises(InvalidInputError, match=message):
        together(**more)


def test_kinds_of_columns_are_kept_or_refused():
    kept = X.assign(c=pd.Categorical(["low", "high", "low"], categories=["low", "high"], ordered=True))
    there = THERE.assign(c=pd.Categorical(["high", "low"], categories=["low", "high"], ordered=True))
    found = gathered(kept, (0, 1, 0), groups=None, times=None, external=External(there, [0, 1]))
    assert found.X["c"].cat.ordered
    assert found.X["c"].tolist() == ["low", "high", "low", "high", "low"]
    with pytest.raises(InvalidInputError, match="column 'a' is .* there and float64 in the other set; read both alike"):
        together(External(THERE.assign(a=["4", "5"]), [0, 1]))


@pytest.mark.parametrize(
    ("y", "message"),
    [([0, 7], "'7' is none of the labels"), (["0", "1"], "its labels are of kind"), ([[0], [1]], "y: ")],
)
def test_labels_of_the_external_set_are_those_of_the_first(y, message):
    with pytest.raises(InvalidInputError, match=message):
        together(External(THERE, y))


def test_persons_and_times_in_another_order_are_refused():
    shuffled = pd.Series(["p", "q", "p"], index=["d3", "d1", "d2"])
    with pytest.raises(InvalidInputError, match=r"groups: its index is not that of X; pass groups.loc\[X.index\]"):
        together(groups=shuffled)
    with pytest.raises(InvalidInputError, match="times: its index"):
        together(times=shuffled)


def test_one_group_for_all_is_refused_and_a_missing_one_is_missing():
    with pytest.raises(InvalidInputError, match="groups: all documents are in one"):
        together(groups=["p", "p", "p"])
    with pytest.raises(InvalidInputError, match="groups: 1 are missing"):
        together(groups=["p", float("nan"), "q"])
