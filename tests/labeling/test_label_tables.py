"""Labels as tables, and pooled in log-odds."""

import math

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.labeling import (
    labeler_groups,
    labels_to_frame,
    labels_to_probabilities,
    labels_to_votes,
    pool_labels,
)
from pellucid.schema import Label, Source


def said(probability, *, document="a", labeler="x", repeat=1, label=..., **more):
    if label is ...:
        label = None if probability in (None, 0.5) else int(probability > 0.5)
    cause = "refused" if label is None and probability is None else ""
    return Label(
        document=document, labeler=labeler, label=label, probability=probability, repeat=repeat, cause=cause, **more
    )


def log_odds(p):
    return math.log(p / (1 - p))


def test_repeats_are_averaged_in_log_odds_first_and_then_labelers():
    labels = [said(0.9), said(0.6, repeat=2), said(0.2, labeler="y")]
    (pooled,) = pool_labels(labels)
    x = (log_odds(0.9) + log_odds(0.6)) / 2
    assert pooled.probability == pytest.approx(1 / (1 + math.exp(-(x + log_odds(0.2)) / 2)))
    assert pooled.spread == pytest.approx(np.std([log_odds(0.9), log_odds(0.6), log_odds(0.2)], ddof=1))


def test_one_probability_has_no_spread_and_equal_ones_have_none_to_show():
    assert pool_labels([said(0.9)])[0].spread is None
    assert pool_labels([said(0.9), said(0.9, repeat=2)])[0].spread == 0


def test_a_scored_zero_or_one_counts_as_one_in_a_thousand():
    (pooled,) = pool_labels([said(1.0), said(0.5, repeat=2)])
    assert pooled.probability == pytest.approx(1 / (1 + 999**-0.5))
    assert pool_labels([said(0.0), said(1.0, repeat=2)])[0].probability == pytest.approx(0.5)


def test_what_could_not_be_read_is_left_out_and_documents_without_any_are_named_with_the_cause():
    labels = [said(None), said(0.8, repeat=2), said(None, document="b"), said(None, label=1, document="c")]
    first, second, third = pool_labels(labels)
    assert (first.label, first.probability) == (1, pytest.approx(0.8))
    assert (second.label, second.cause) == (None, "refused")
    assert (third.document, third.label, third.cause) == ("c", None, "no probability")


def test_a_pooled_label_carries_the_reason_of_its_own_side():
    labels = [said(0.3, rationale="sun"), said(0.9, repeat=2, rationale="wind", evidence_for="gale")]
    (pooled,) = pool_labels(labels)
    assert (pooled.rationale, pooled.evidence_for, pooled.labeler) == ("wind", "gale", "pooled")


def test_a_pooled_label_names_its_model_where_it_is_one():
    own, other = Source(model="demo", prompt="direct/1"), Source(model="other", prompt="direct/1")
    assert pool_labels([said(0.9, source=own), said(0.8, repeat=2, source=own)])[0].source.model == "demo"
    assert pool_labels([said(0.9, source=own), said(0.8, repeat=2, source=other)])[0].source is None


def test_votes_stand_in_a_table_of_documents_and_labelers():
    labels = [
        said(0.9),
        said(0.2, repeat=2),  # the mean log-odds are above nought
        said(None, labeler="y"),
        said(0.5, document="b"),
        said(None, label=0, document="b", labeler="y"),
    ]
    votes = labels_to_votes(labels)
    assert votes.index.tolist() == ["a", "b"]
    assert votes.to_dict("list") == {"x": [1, None], "y": [None, 0]}


def test_repeats_without_probabilities_vote_by_majority():
    labels = [said(None, label=label, repeat=n) for n, label in enumerate([1, 0, 1], start=1)]
    assert labels_to_votes(labels).loc["a", "x"] == 1
    assert labels_to_votes(labels[:2]).loc["a", "x"] is None


def test_rows_can_be_given_and_then_a_document_without_labels_stands_there_too():
    votes = labels_to_votes([said(0.9)], documents=["b", "a"])
    assert votes["x"].tolist() == [None, 1]
    chances = labels_to_probabilities([said(0.9), said(None, labeler="y", label=1)], documents=["b", "a"])
    assert chances.columns.tolist() == ["x"]
    np.testing.assert_allclose(chances["x"], [np.nan, 0.9])
    with pytest.raises(InvalidInputError, match="an id stands twice"):
        labels_to_votes([said(0.9)], documents=["a", "a"])


def test_documents_without_a_probability_keep_their_row():
    chances = labels_to_probabilities([said(None, document="b"), said(0.9)])
    assert chances.index.tolist() == ["b", "a"]
    assert chances["x"].isna().tolist() == [True, False]


@pytest.mark.parametrize("make", [labels_to_votes, labels_to_probabilities, pool_labels])
def test_two_labels_of_one_labeler_are_refused_unless_they_are_repeats(make):
    with pytest.raises(InvalidInputError, match="'x' labels 'a' twice"):
        make([said(0.9), said(0.8)])


@pytest.mark.parametrize("make", [labels_to_votes, labels_to_probabilities, pool_labels, labels_to_frame])
def test_no_labels_make_an_empty_table(make):
    assert len(make([])) == 0


def test_the_frame_has_a_row_for_every_label():
    frame = labels_to_frame([said(0.9, source=Source(model="demo", prompt="direct/1")), said(None, label="yes")])
    assert frame["label"].tolist() == [1, "yes"]
    assert frame["model"].tolist() == ["demo", None]
    assert frame["probability"].dtype == float
    assert pd.isna(frame["spread"]).all()


def test_prompts_to_one_model_are_one_group_and_people_and_rules_their_own():
    labels = [
        said(0.9, source=Source(model="demo", prompt="direct/1")),
        said(0.9, labeler="y", source=Source(model="demo", prompt="checklist/1")),
        said(None, labeler="Ada", label=1, source=Source(model="person")),
        said(None, labeler="words", label=1),
    ]
    assert labeler_groups(labels) == {"x": "demo", "y": "demo", "Ada": "Ada", "words": "words"}
