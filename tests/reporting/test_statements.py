"""Sentences on data and design: every number in them stands in the rows they name."""

import pytest

from pellucid.reporting import _statements as data
from pellucid.schema import Provenance


def said(statements):
    return " ".join(one.said for one in statements)


def changed(study, **design):
    comparison = study.comparison
    made = comparison.design.model_copy(update=design)
    return study.model_copy(update={"comparison": comparison.model_copy(update={"design": made})})


def test_classes_are_called_by_the_words_of_the_outcomes(full_study):
    coded = changed(full_study, classes={"0": 700, "1": 603})
    assert said(data.size(coded)) == "1,303 documents: 700 “died” and 603 “survived”."
    assert said(data.size(changed(full_study, classes={}))) == "1,303 documents."


def test_title_says_what_was_done(full_study):
    assert said(data.title(full_study)).startswith("Development and evaluation of models that predict “survived”")
    assert said(data.title(changed(full_study, kind="stored predictions"))).startswith("Evaluation of models")


def test_objectives_state_the_margin_only_where_there_is_one(full_study, study):
    assert "lower by less than 0.02 still counts" in said(data.objectives(full_study))
    assert "Stated beforehand" not in said(data.objectives(study))


def test_folds_are_described_with_seed_and_digest(full_study):
    told = said(data.partition(full_study))
    assert "5 folds, 2 times over" in told
    assert "seed 7" in told
    assert "trained on 1,042 documents" in told
    assert "ab" * 32 in told


@pytest.mark.parametrize("kind", ["external", "temporal", "stored predictions"])
def test_other_designs_say_nothing_of_folds(full_study, kind):
    other = changed(full_study, kind=kind)
    assert "fold" not in said(data.partition(other))
    assert f"Design: {kind}." in said(data.train_and_test(other))
    assert data.from_folds(other) is False


def test_training_on_nothing_is_not_claimed(full_study):
    assert "trained on" not in said(data.partition(changed(full_study, trained_on=0)))


def test_stored_predictions_are_not_said_to_be_of_unseen_documents(full_study):
    assert "cannot say how they were made" in said(data.unseen(changed(full_study, kind="stored predictions")))
    assert "had not been trained on it" in said(data.unseen(full_study))


def test_every_digest_is_given_and_none_is_made_up(full_study):
    told = data.digests(full_study)
    assert len(told) == 6
    assert all("ab" * 32 in one.said for one in told)
    comparison = full_study.comparison.model_copy(update={"provenance": Provenance()})
    assert data.digests(full_study.model_copy(update={"comparison": comparison})) == ()


def test_groups_are_told_or_said_to_be_missing(full_study, study):
    assert "650 groups of documents were kept whole" in said(data.clusters(full_study))
    assert "taken as independent" in said(data.clusters(study))


def test_reading_counts_every_status(full_study):
    assert said(data.reading(full_study)) == (
        "Answers over all questions and documents: 1,296 answered, 4 not stated, 2 unsupported and 1 unreadable."
    )
    assert data.reading(full_study.model_copy(update={"reading": ()})) == ()
    assert data.missing(full_study.model_copy(update={"reading": ()})) == ()


def test_question_that_was_read_worst_is_named_unless_all_was_right(full_study):
    assert "Read worst: “Height”, 1,290 of 1,303 right" in said(data.accuracy(full_study))
    first = full_study.reading[0]
    right = first.model_copy(update={"correct": 1303, "accuracy": first.accuracy.model_copy(update={"value": 1.0})})
    assert said(data.accuracy(full_study.model_copy(update={"reading": (right,)}))) == (
        "Of 1,303 answers with a known fact, 1,303 were right."
    )
    assert data.accuracy(full_study.model_copy(update={"reading": full_study.reading[1:]})) == ()


def test_glass_boxes_are_spoken_of_only_where_there_are_some(full_study):
    assert "A glass box also gives" in said(data.output(full_study))
    comparison = full_study.comparison
    others = comparison.model_copy(update={"contenders": comparison.contenders[1:]})
    assert "glass box" not in said(data.output(full_study.model_copy(update={"comparison": others})))


def test_command_is_that_of_the_study_or_of_the_comparison_or_none(full_study):
    assert data.command(full_study)[0].rows == ("study.command",)
    without = full_study.model_copy(update={"command": ""})
    assert data.command(without) == ()
    comparison = full_study.comparison
    held = comparison.model_copy(update={"provenance": Provenance(command="pellucid validate x")})
    again = data.command(without.model_copy(update={"comparison": held}))
    assert again[0].said == "To make it again: pellucid validate x"


def test_what_is_not_recorded_is_not_told(study):
    bare = study.model_copy(
        update={"sources": (), "comparison": study.comparison.model_copy(update={"versions": {}, "power": ""})}
    )
    for teller in (data.sources, data.power, data.language_model, data.software):
        assert teller(bare) == ()
