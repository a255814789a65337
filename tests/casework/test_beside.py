"""What stands beside a decision: computed once, from the model that decided."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy.special import expit

from pellucid.casework._beside import Beside, Kept
from pellucid.exceptions import InvalidInputError, MissingExtraError
from pellucid.schema import ReasonMethod


def test_what_is_kept_is_computed_once_however_many_ask():
    kept, made, together = Kept(), [], threading.Barrier(6)

    def ask(_):
        together.wait()
        return kept.once("a", lambda: made.append(1) or object())

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(ask, range(6)))
    assert len(made) == 1
    assert len(set(map(id, found))) == 1
    assert kept.once("b", lambda: 2) == kept.once("b", lambda: 3) == 2


def test_who_wants_another_thing_does_not_wait():
    kept, begun, go_on = Kept(), threading.Event(), threading.Event()

    def slow():
        begun.set()
        return go_on.wait(10)

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(kept.once, "slow", slow)
        assert begun.wait(10)
        assert kept.once("quick", lambda: 1) == 1
        go_on.set()
        assert waiting.result(10)


def test_a_kept_thing_may_be_made_of_another_and_a_failure_is_not_kept():
    kept = Kept()
    assert kept.once("a", lambda: kept.once("b", lambda: 1) + 1) == 2
    with pytest.raises(ZeroDivisionError):
        kept.once("c", lambda: 1 / 0)
    assert kept.once("c", lambda: 3) == 3


def test_the_bags_are_those_of_the_model_that_decided(work, case):
    bags = case.sureness.bags
    chances = expit(np.array(work._desk.model_of(case).quick.bags(work.values(case))))
    assert (bags.low, bags.high, bags.bags) == (chances.min(), chances.max(), 8)
    draft = work.rescored(case, {"pressure": 985})
    assert draft.sureness.bags.low <= draft.decision.probability <= draft.sureness.bags.high


def test_the_prediction_set_leaves_the_document_itself_out(work, case):
    found = case.sureness.prediction_set
    assert found.calibrated_on == 79
    assert 0 < found.coverage.value <= 1
    assert set(found.p_values) == {"dry", "rain"}
    assert work.new_case("my note", case.text).sureness.prediction_set == found
    new = work.new_case("new", "Not one cloud.", answers={"clouds": "no"})
    assert new.sureness.prediction_set.calibrated_on == 80
    held = [work.case(name) for name in work.documents]
    covered = np.mean([one.observed in one.sureness.prediction_set.classes for one in held])
    assert covered >= 0.85


@pytest.mark.parametrize("fault", [MissingExtraError("crepes"), InvalidInputError("few")])
def test_without_the_library_or_documents_there_is_no_set(work, case, monkeypatch, fault):
    def refuse(*_, **__):
        raise fault

    monkeypatch.setattr("pellucid.casework._beside.ConformalSets", refuse)
    beside = Beside(work._desk._read, work._desk._fitted, work.rules)
    found = beside.sureness(case, work._desk.model_of(case))
    assert found.prediction_set is None
    assert found.bags == case.sureness.bags


def test_disagreement_with_the_language_model_is_warned_of(work):
    warned = [name for name in work.documents if any("asked directly" in one for one in work.case(name).warnings)]
    apart = {name: abs(work.case(name).direct - work.case(name).decision.probability) for name in work.documents}
    assert warned
    assert len(warned) < 80
    assert {name for name, gap in apart.items() if gap >= 0.25} <= set(warned)


def test_answers_nobody_had_together_are_warned_of(work, case, monkeypatch):
    model = work._desk.model_of(case)
    seen = work._beside._combinations(model)
    monkeypatch.setattr(type(seen), "unseen", lambda self, values: (f"wind {values['wind']} with rain yes",))
    said = "no training document had together: wind north with rain yes"
    assert said in work.rescored(case, {"wind": "north"}).warnings
    assert said not in case.warnings


def all_terms(work, model):
    """Points of every document by one model."""
    return model.classifier.glass_box_.contributions(work._desk._read.table[work._desk._read.questions])


def test_the_similar_are_alike_by_the_terms_of_the_deciding_model(work, case):
    found = work.similar(case, count=4)
    assert [one.distance for one in found] == sorted(one.distance for one in found)
    assert "we-001" not in {one.document for one in found}
    terms = all_terms(work, work._desk.model_of(case))
    distances = (terms - terms.loc["we-001"]).abs().sum(axis=1).drop("we-001")
    assert found[0].distance == pytest.approx(distances.min(), abs=1e-9)
    for one in found:
        other = work.case(one.document)
        assert (one.probability, one.observed) == (other.decision.probability, other.observed)
    assert [one.document for one in work.similar(work.new_case("copy", case.text), count=4)] == [
        one.document for one in found
    ]


def test_reasons_are_held_against_the_documents_the_model_learnt_from(work):
    case = max((work.case(name) for name in work.documents), key=lambda one: one.decision.probability)
    model = work._desk.model_of(case)
    terms = all_terms(work, model).iloc[model.rows]
    points = {term.questions[0]: term.points for term in case.decision.contributions}
    average, best = work.reasons(case), work.reasons(case, ReasonMethod.BEST)
    for reason in average:
        (name,) = reason.questions
        assert reason.lost == pytest.approx(points[name] - terms[name].mean(), abs=1e-9)
    for reason in best:
        (name,) = reason.questions
        assert reason.lost == pytest.approx(points[name] - terms[name].min(), abs=1e-9)
    assert [one.rank for one in best] == list(range(1, len(best) + 1))
    assert work.reasons(case, "against best", count=1) == best[:1]
    favourable = work.reasons(case, adverse_high=False)
    assert all(points[one.questions[0]] < terms[one.questions[0]].mean() for one in favourable)
    assert work.reasons(case, wording={("pressure",): "Low pressure"}, count=5)


def test_changes_need_a_score_card(work, case):
    model = work._desk.model_of(case)._replace(quick=None, digest="another")
    with pytest.raises(InvalidInputError, match="has no score card"):
        work._beside.changes(model, case, None, 1)
