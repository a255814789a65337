"""Decisions with evidence, each by a model that had not seen the document."""

import pytest

from pellucid import study
from pellucid.domains import load
from pellucid.exceptions import InvalidInputError
from pellucid.study import _decisions
from pellucid.study._documents import read_domain
from pellucid.text_classifier import GlassBoxTextClassifier


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


@pytest.fixture
def trained_on(monkeypatch):
    """Keep apart what every text classifier was fitted on and what it then explained."""
    seen = []

    class Spy(GlassBoxTextClassifier):
        def fit(self, X, y):
            seen.append({"fitted": set(X.index), "explained": set()})
            return super().fit(X, y)

        def explain(self, X, *, names=None):
            seen[-1]["explained"] |= set(X.index)
            return super().explain(X, names=names)

    monkeypatch.setattr(_decisions, "GlassBoxTextClassifier", Spy)
    return seen


def test_no_document_is_explained_by_a_model_that_was_fitted_on_it(weather, trained_on):
    read = read_domain(load(weather))
    _decisions.held_out_decisions(read, splits=4, seed=0, n_jobs=None, step=lambda: None)
    study.explain_document(load(weather), "we-003")
    assert len(trained_on) == 5
    for part in trained_on:
        assert not part["fitted"] & part["explained"]
        assert part["fitted"] | part["explained"] == set(read.table.index)
    assert trained_on[-1]["explained"] == {"we-003"}


def test_folds_leave_every_document_out_once_with_its_share_of_outcomes(weather):
    read = read_domain(load(weather))
    folds = study.stratified_folds(read, 4, seed=1)
    assert sorted(place for _, test in folds for place in test) == list(range(len(read.table)))
    assert all(not set(train) & set(test) and len(train) + len(test) == len(read.table) for train, test in folds)
    positives = [int(read.outcome.iloc[test].sum()) for _, test in folds]
    assert max(positives) - min(positives) <= 1
