"""Decisions with evidence, each by a model that had not seen the document."""

import pytest
from pellucid.domains import load

from pellucid import study
from pellucid.exceptions import InvalidInputError


def test_every_document_has_one_decision_in_words_by_a_model_that_had_not_seen_it(result):
    assert [decision.document for decision in result.decisions] == [f"we-{n:03d}" for n in range(80)]
    assert {decision.outcome for decision in result.decisions} == {"rain"}


def test_ten_are_shown_with_text_outcome_and_the_llms_own_opinion(result):
    shown = result.study.decisions
    assert len({one.decision.document for one in shown}) == 10
    for one in shown:
        assert one.observed in ("dry", "rain")
        assert 0 < one.direct < 1
        for term in one.decision.contributions:
            for answer in term.answers:
                assert answer.start is None or one.text[answer.start : answer.end] == answer.quote


def test_one_document_is_explained_by_a_model_fitted_on_the_others(weather):
    explained = study.explain_document(load(weather), "we-003", glass_box="shallow tree")
    assert explained.decision.document == "we-003"
    assert explained.decision.model == "ShallowTreeClassifier"


def test_unknown_documents_and_glass_boxes_are_named(weather):
    with pytest.raises(InvalidInputError, match="'weather' has no 'we-999'; its 80 documents run from 'we-000'"):
        study.explain_document(load(weather), "we-999")
    with pytest.raises(InvalidInputError, match="glass_box: got 'oracle'; allowed are 'EBM'"):
        study.explain_document(load(weather), "we-000", glass_box="oracle")
