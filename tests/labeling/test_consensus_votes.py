"""Votes and probabilities as one array."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.labeling._consensus_votes import learn_classes, read_ballots

VOTES = pd.DataFrame({"a": [1, 0, None], "b": [pd.NA, 1, np.nan]}, index=["x", "y", "z"])


def test_votes_become_rows_of_one_and_zero_and_a_missing_one_all_zero():
    ballots = read_ballots(VOTES, None, (0, 1))
    assert ballots.labelers == ("a", "b")
    assert ballots.said.tolist() == [[[0, 1], [0, 0]], [[1, 0], [0, 1]], [[0, 0], [0, 0]]]
    assert ballots.given.tolist() == [[True, False], [True, True], [False, False]]
    assert ballots.documents.tolist() == ["x", "y", "z"]


def test_probabilities_go_before_votes_of_the_same_labeler():
    ballots = read_ballots(VOTES, pd.DataFrame({"a": [0.25, None, 0.5]}, index=VOTES.index), (0, 1))
    assert ballots.labelers == ("b", "a")
    assert ballots.soft.tolist() == [False, True]
    assert ballots.said[:, 1].tolist() == [[0.75, 0.25], [0, 0], [0.5, 0.5]]
    assert ballots.hard()[:, 1].tolist() == [[1, 0], [0, 0], [0, 0]]


def test_probabilities_of_three_classes_stand_in_one_array_per_labeler():
    said = np.array([[0.2, 0.3, 0.5], [np.nan] * 3])
    ballots = read_ballots(None, {"m": said}, ("r", "g", "b"))
    assert ballots.said[:, 0].tolist() == [[0.2, 0.3, 0.5], [0, 0, 0]]


def test_a_known_labeler_that_is_left_out_says_nothing():
    ballots = read_ballots(VOTES[["b"]], None, (0, 1), ("a", "b"))
    assert ballots.given.tolist() == [[False, False], [False, True], [False, False]]


@pytest.mark.parametrize(
    ("votes", "probabilities", "said"),
    [
        ([[1]], None, "votes: got list; a DataFrame"),
        (None, None, "got no documents"),
        (pd.DataFrame({"a": []}), None, "got no documents"),
        (pd.DataFrame({"a": [2]}), None, r"votes\['a'\]: got the label 2; allowed are 0, 1"),
        (pd.DataFrame([[0, 1]], columns=["a", "a"]), None, "several columns 'a'"),
        (None, {"m": [0.2, 1.4]}, "'m' has rows that are no probabilities"),
        (None, {"m": np.array([[0.5, np.nan]])}, "'m' has rows that are no probabilities"),
        (None, {"m": ["high"]}, "'m' holds something that is no number"),
        (None, {"m": np.ones((2, 3)) / 3}, "'m' has 3 columns for 2 classes"),
        (VOTES, {"m": [0.5]}, "'m' has 1 rows for 3 documents"),
        (VOTES, [0.5], "probabilities: got list"),
        (VOTES, pd.DataFrame({"m": [0.1, 0.2, 0.3]}, index=["z", "y", "x"]), "in another order"),
    ],
)
def test_what_cannot_be_read_is_refused(votes, probabilities, said):
    with pytest.raises(InvalidInputError, match=said):
        read_ballots(votes, probabilities, (0, 1))


def test_one_column_of_probabilities_needs_two_classes():
    with pytest.raises(InvalidInputError, match="with 3 classes pass a mapping"):
        read_ballots(None, pd.DataFrame({"m": [0.5]}), (0, 1, 2))


def test_a_labeler_that_fit_has_not_seen_is_refused():
    with pytest.raises(InvalidInputError, match="got the labeler 'b', which fit has not seen"):
        read_ballots(VOTES, None, (0, 1), ("a",))


def test_classes_are_those_that_occur_or_those_named():
    assert learn_classes(VOTES, None, None) == (0, 1)
    assert learn_classes(None, ["no", None, "yes"], None) == ("no", "yes")
    assert learn_classes(VOTES, None, (1, 0)) == (1, 0)


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        (pd.DataFrame({"a": [1, 1]}), "1 class"),
        (pd.DataFrame({"a": [1, "x"]}, dtype=object), "different kinds"),
    ],
)
def test_classes_that_cannot_be_learnt_are_to_be_named(votes, said):
    with pytest.raises(InvalidInputError, match=said):
        learn_classes(votes, None, None)
