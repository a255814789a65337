"""Cases: the library's own numbers, corrections that are scored at once, and nothing that changes behind one's back."""

import copy
import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.yardstick import slowness

from pellucid import study
from pellucid.casework import Casework, value_of, values_of
from pellucid.domains import load
from pellucid.exceptions import InvalidInputError
from pellucid.llm import ScriptedModel
from pellucid.schema import DRAFT, CaseFile, Domain, Reading, Status

VALUES = {"pressure": (985, 1020.5, None), "clouds": ("yes", "no", None), "wind": ("north", "west", None)}


def equal(one, other, tolerance=1e-9):
    """Whether two decisions say the same, numbers to 1e-9."""
    pairs = [(one.score, other.score), (one.probability, other.probability), (one.intercept, other.intercept)]
    for mine, own in zip(one.contributions, other.contributions, strict=True):
        assert (mine.questions, mine.said, mine.answers) == (own.questions, own.said, own.answers)
        pairs += [(mine.points, own.points), (mine.spread or 0.0, own.spread or 0.0)]
    np.testing.assert_allclose(*zip(*pairs, strict=True), rtol=tolerance, atol=tolerance)
    assert (one.predicted, one.outcome, one.model, one.warnings) == (
        other.predicted,
        other.outcome,
        other.model,
        other.warnings,
    )
    return True


def read_anew(work, case, answers):
    """What the library says of answers, by way of a table."""
    place = work.documents.index(case.document)
    classifier = work._desk._fitted.unseen_by(place).classifier
    reading = Reading(document=case.document, answers=answers)
    twice = classifier.explain_readings([reading, reading], names=dict(enumerate(work.domain.outcomes)))
    return twice[0]


def test_cases_are_the_librarys_held_out_decisions(weather, work):
    read = study.read_domain(Domain.from_folder(weather))
    library = study.held_out_decisions(read, splits=3, seed=0, n_jobs=None, step=lambda: None)
    for document, found in zip(work.documents, library, strict=True):
        case = work.case(document)
        assert case.decision == case.original == found.decision
        assert (case.trained_on, case.held_out) == (found.trained_on, True)


def test_a_case_holds_what_a_person_needs(weather, work, case):
    domain = Domain.from_folder(weather)
    assert (case.domain, case.title, case.unit, case.outcomes) == ("weather", domain.title, "day", ("dry", "rain"))
    assert case.text == domain.documents()["we-001"]
    assert case.observed == domain.outcomes[int(domain.outcome()["we-001"])]
    assert case.source == "recorded answers of demo-model"
    assert 0 < case.direct < 1
    assert case.direct_contaminated == domain.contamination
    assert len(case.model_digest) == 64
    assert "AUROC 0." in case.model_note
    assert "not among them" in case.model_note
    assert case.sureness.bags.low <= case.decision.probability <= case.sureness.bags.high
    assert set(case.decision.warnings) <= set(case.warnings)
    assert CaseFile.model_validate_json(case.model_dump_json()) == case
    assert not case.is_draft


@settings(deadline=None, max_examples=60)
@given(
    place=st.integers(0, 79),
    values=st.fixed_dictionaries({}, optional={name: st.sampled_from(every) for name, every in VALUES.items()}),
)
def test_what_is_scored_anew_is_what_the_library_says(work, place, values):
    case = work.case(work.documents[place])
    draft = work.rescored(case, values)
    now = work.values(draft)
    assert now == {**work.values(case), **values}
    assert equal(draft.decision, read_anew(work, case, draft.answers()))
    differing = {name for name, value in values.items() if value != work.values(case)[name]}
    marked = {answer.question for answer in draft.answers() if answer.source.corrected_by == DRAFT}
    assert marked == differing
    assert draft.is_draft == bool(differing)
    assert (draft.text, draft.original, draft.corrections) == (case.text, case.original, ())
    back = work.rescored(draft, {name: work.values(case)[name] for name in values})
    assert back.answers() == case.answers()
    assert equal(back.decision, case.decision)


def test_a_draft_does_not_touch_the_case(work, case):
    before = copy.deepcopy(case)
    draft = work.rescored(case, {"clouds": "no", "pressure": 1039})
    assert draft.decision.probability < case.decision.probability
    assert case == before == work.case("we-001")
    assert draft.sureness != case.sureness
    (pressure,) = [answer for answer in draft.answers() if answer.question == "pressure"]
    assert (pressure.status, pressure.quote, pressure.start) == (Status.CORRECTED, "", None)


def test_a_draft_outside_the_training_range_is_warned_of(work, case):
    assert any("pressure: 905 hPa lies outside" in one for one in work.rescored(case, {"pressure": 905}).warnings)


def test_nothing_changed_gives_the_case_itself(work, case):
    assert work.rescored(case, {}) is case
    assert work.rescored(case, work.values(case)) is case


def test_a_draft_with_a_quote_has_a_place(work, case):
    draft = work.rescored(case, {"clouds": "no"}, quotes={"clouds": "Clouds all over"})
    (clouds,) = [answer for answer in draft.answers() if answer.question == "clouds"]
    assert case.text[clouds.start : clouds.end] == "Clouds all over"
    with pytest.raises(InvalidInputError, match="^quotes: got one for 'wind'"):
        work.rescored(case, {"clouds": "no"}, quotes={"wind": "Wind"})


def test_answers_that_are_not_allowed_are_refused(work, case):
    with pytest.raises(InvalidInputError, match="numbers from 900 hPa to 1100 hPa"):
        work.rescored(case, {"pressure": 1101})


def test_a_value_without_evidence_counts_once_a_person_stands_for_it(work):
    reply = {
        "pressure": {"value": 985, "quote": "no such words"},
        "clouds": {"value": "yes", "quote": "Clouds all over"},
        "wind": {"value": "west", "quote": "Wind from the west"},
    }
    case = work.new_case("new", "Clouds all over. Wind from the west.", model=ScriptedModel({"new": json.dumps(reply)}))
    assert work.values(case)["pressure"] is None
    draft = work.rescored(case, {"pressure": 985})
    assert draft.decision.probability > case.decision.probability
    assert draft.answers()[0].status is Status.CORRECTED


def test_corrections_are_signed_and_stand_in_order(work, case):
    first = work.correction(case, "clouds", "no", person="ann", why="misread", note="see line 2")
    assert (first.before.value, first.after.value, first.person, first.why) == ("yes", "no", "ann", "misread")
    assert first.at.endswith("Z")
    assert len(first.at) == 27
    once = work.case("we-001", [first])
    assert once.answers()[1] == first.after
    assert once.corrections == (first,)
    assert not once.is_draft
    assert once.decision.score != case.decision.score
    assert once.original == case.decision
    assert equal(once.decision, read_anew(work, case, once.answers()))
    second = work.correction(work.rescored(once, {"wind": None}), "clouds", None, person="bob", why="other")
    assert second.before == first.after
    twice = work.case("we-001", [first, second])
    assert work.values(twice)["clouds"] is None
    assert work.rescored(twice, {"pressure": 990}).is_draft
    assert not work.rescored(
        work.rescored(twice, {"pressure": 990}), {"pressure": work.values(twice)["pressure"]}
    ).is_draft


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"value": "yes"}, "has that answer already"),
        ({"person": " "}, "whoever signs"),
        ({"person": DRAFT}, "whoever signs"),
        ({"question": "hue"}, "questions are"),
        ({"value": "maybe"}, "^value: question 'clouds'"),
        ({"quote": "no such words"}, "not in the document"),
    ],
)
def test_corrections_that_change_nothing_or_cannot_be_are_refused(work, case, how, said):
    given = {"question": "clouds", "value": "no", "person": "ann", "why": "misread", **how}
    with pytest.raises(InvalidInputError, match=said):
        work.correction(case, given.pop("question"), given.pop("value"), **given)


def test_documents_and_corrections_of_elsewhere_are_refused(work, case):
    with pytest.raises(InvalidInputError, match=r"has no 'we-999'; its 80 documents run from 'we-000' to 'we-079'"):
        work.case("we-999")
    made = work.correction(case, "clouds", "no", person="ann", why="misread")
    answers = {name: getattr(made, name).model_copy(update={"question": "hue"}) for name in ("before", "after")}
    with pytest.raises(InvalidInputError, match="^corrections: got 'hue'"):
        work.case("we-001", [made.model_copy(update={"question": "hue", **answers})])
    with pytest.raises(InvalidInputError, match="of 'weather' is expected"):
        work.rescored(case.model_copy(update={"domain": "sea"}), {"clouds": "no"})


def test_a_new_text_is_decided_by_the_model_of_all(work):
    case = work.new_case("new", "Pressure 985 hPa.", answers={"pressure": 985}, person="ann")
    assert (case.trained_on, case.held_out, case.observed, case.direct) == (80, False, None, None)
    assert case.source == "answered by ann"
    whole = work._desk._fitted.whole.classifier
    reading = Reading(document="new", answers=case.answers())
    assert equal(case.decision, whole.explain_readings([reading, reading], names={0: "dry", 1: "rain"})[0])
    assert work.rescored(case, {"pressure": 1039}).decision.probability < case.decision.probability
    with pytest.raises(InvalidInputError, match="^answers, model: got neither"):
        work.new_case("new", "Pressure 985 hPa.")


def test_a_text_that_is_recorded_is_answered_from_the_recording(work, case):
    again = work.new_case("my note", case.text)
    assert again.source == "recorded answers of demo-model; the text is that of we-001"
    assert again.document == again.decision.document == "my note"
    assert again.decision.score == case.decision.score
    assert again.held_out
    assert equal(
        work.rescored(again, {"clouds": "no"}).decision.model_copy(update={"document": "we-001"}),
        work.rescored(case, {"clouds": "no"}).decision,
    )


def test_many_threads_find_the_same(weather):
    opened = Casework.open(Domain.from_folder(weather), splits=2)
    together = threading.Barrier(8)

    def ask(_):
        together.wait()
        found = [opened.rescored(opened.case(name), {"pressure": 985}) for name in opened.documents[:20]]
        return found, opened.worklist(), opened.model_view()

    with ThreadPoolExecutor(8) as threads:
        first, *others = list(threads.map(ask, range(8)))
    assert all(one == first for one in others)


def test_changes_lead_where_they_say(work, case):
    found = work.changes(case).found
    assert found
    reached = work.rescored(case, {one.question: one.after for one in found[0].changes})
    assert reached.decision.predicted == found[0].predicted != case.decision.predicted
    np.testing.assert_allclose(reached.decision.score, found[0].score, atol=1e-9)


def test_corrections_of_a_new_text_are_signed_too(work):
    case = work.new_case("new", "Pressure 985 hPa. Not one cloud.", answers={"pressure": 985}, person="ann")
    first = work.correction(case, "clouds", "no", person="bob", why="forgotten", quote="Not one cloud")
    once = work.with_corrections(work.rescored(case, {"wind": "west"}), [first])
    assert work.values(once) == {"pressure": 985, "clouds": "no", "wind": None}
    assert once.original == case.decision
    assert not once.is_draft
    second = work.correction(once, "pressure", 1020, person="bob", why="misread")
    twice = work.with_corrections(once, [second])
    assert twice.corrections == (first, second)
    assert twice.decision == work.with_corrections(case, [first, second]).decision


@pytest.mark.slow
def test_every_number_of_a_real_domain_is_the_librarys():
    opened = Casework.open(load("healthcare"))
    read = study.read_domain(load("healthcare"))
    library = study.held_out_decisions(read, splits=5, seed=0, n_jobs=None, step=lambda: None)
    random, took, slow = np.random.default_rng(0), [], slowness()
    for document, found in list(zip(opened.documents, library, strict=True))[:20]:  # pages are read for fifty
        case = opened.case(document)
        assert case.decision == found.decision
        assert case.trained_on == found.trained_on
        question = opened.questionnaire.questions[random.integers(len(opened.questionnaire.questions))]
        values = {question.id: random.choice(question.levels) if question.levels else (question.minimum or 0)}
        values = {key: value.item() if hasattr(value, "item") else value for key, value in values.items()}
        began = time.thread_time()
        draft = opened.rescored(case, values)
        took.append(time.thread_time() - began)
        assert equal(draft.decision, read_anew(opened, case, draft.answers()))
    assert statistics.median(took) / statistics.mean([slow, slowness()]) < 0.02


def test_values_are_those_of_the_answers_in_the_questionnaires_order(work):
    case = work.case(work.documents[0])
    assert tuple(values_of(case)) == work.questionnaire.ids
    assert values_of(case) == {answer.question: value_of(answer) for answer in case.answers()} == work.values(case)
