"""Reasons in words."""

import numpy as np
import pandas as pd
import pytest

from pellucid.labeling._curation_words import Grounds
from pellucid.labeling._neighbours import Neighbours


@pytest.fixture
def grounds():
    return Grounds(
        names=["a", "b", "c"],
        classes=("no", "yes"),
        codes=np.array([1, 0, -1]),
        answers=np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]),
        words=None,
        terms=[pd.DataFrame({"size": [-2.0, 0, 0], "age": [-0.5, 0, 0], "side": [1.0, 0, 0], "tone": [-0.05, 0, 0]})],
        twins=[[1], [0], []],
        neighbours=Neighbours(np.array([[1, 2], [0, 2], [0, 1]]), np.zeros(3), np.array([False, False, True])),
        spread=None,
    )


def test_a_doubted_label_is_told_with_the_questions_that_speak_against_it(grounds):
    assert grounds.reasons(0, 0) == (
        "Learnt from other documents, its answers give “yes” 10%.",
        "Most for “no”, in log-odds: size (+2.0), age (+0.5).",
        "Of the 1 documents with the most similar answers, 1 have another label.",
        "Its near copy “b” is labelled “no”.",
    )


def test_a_label_that_stands_names_no_question(grounds):
    alone = grounds._replace(twins=[[], [], []])
    assert not any("log-odds" in reason for reason in alone.reasons(1, 0))


def test_a_missing_label_and_a_stranger_are_said(grounds):
    assert grounds.reasons(2, 1) == (
        "The labeler gave no label. Learnt from other documents, its answers give “yes” 70%.",
        "Its answers are like no other document's, so what others teach counts for less.",
    )


def test_words_and_spread_are_said_where_there_are_any(grounds):
    said = grounds._replace(words=np.full((3, 2), 0.5), spread=np.array([1.2, 0.3, 0.0])).reasons(0, 0)
    assert said[0] == "Learnt from other documents, its answers give “yes” 10% and its words 50%."
    assert said[-1] == "The labeler's own answers to this document vary (spread 1.2 log-odds)."


def test_of_more_classes_terms_are_told_between_the_two_in_question(grounds):
    tables = [pd.DataFrame({"size": [0.2]}), pd.DataFrame({"size": [-1.0], "age": [0.4]}), pd.DataFrame()]
    three = grounds._replace(classes=("x", "y", "z"), terms=tables, answers=np.array([[0.5, 0.3, 0.2]] * 3))
    assert "Most for “x”, in log-odds: size (+1.2)." in three.reasons(0, 0)
