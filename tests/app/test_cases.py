"""Cases as they stand: kept corrections applied, somebody else's text unseen, an owed estimate kept back."""

import pytest

from pellucid.app.cases import (
    NOT_APPLIED,
    case_of,
    casework_of,
    need,
    open_case,
    owed_estimates,
    owes_estimate,
    replayed,
    standing,
)
from pellucid.app.handlers import estimate, rescore, view
from pellucid.app.handlers_corrections import keep_all
from pellucid.app.handlers_lists import corrections_by_document
from pellucid.app.own_texts import new_name
from pellucid.exceptions import AccessError, InvalidInputError, UnknownDomain
from pellucid.schema import CorrectionBody, EntryKind, Role


def test_a_role_that_is_not_enough_is_told_so(viewer, reviewer):
    need(reviewer, Role.REVIEWER)
    with pytest.raises(AccessError, match="signed in as viewer, and this needs a reviewer"):
        need(viewer, Role.REVIEWER)


def test_what_is_not_open_is_told_so(session, viewer):
    with pytest.raises(UnknownDomain, match="open are weather"):
        casework_of(session, "finance")
    with pytest.raises(InvalidInputError, match="none of the 80 documents"):
        case_of(session, viewer, "weather", "we-999")
    with pytest.raises(InvalidInputError, match="not open"):
        case_of(session, viewer, "weather", new_name())


def test_kept_corrections_come_back_from_the_log(session, reviewer, weather_work):
    case = case_of(session, reviewer, "weather", "we-001")
    assert case is case_of(session, reviewer, "weather", "we-001")
    stands = standing(session, reviewer, "weather", "we-001")
    keep_all(session, reviewer, stands, {"clouds": "no"}, why="misread", note="I looked.")
    corrected = case_of(session, reviewer, "weather", "we-001")
    (first,) = corrected.corrections
    assert (first.person, first.number, first.note) == ("rob", 1, "I looked.")
    assert corrected.decision == weather_work.rescored(case, {"clouds": "no"}).decision.model_copy(
        update={"contributions": corrected.decision.contributions}
    )
    keep_all(session, reviewer, standing(session, reviewer, "weather", "we-001"), {"clouds": "yes"}, why="misread")
    back = case_of(session, reviewer, "weather", "we-001")
    assert back.decision.probability == pytest.approx(case.decision.probability)
    assert [one.after.value for one in back.corrections] == ["no", "yes"]


def test_a_quote_is_kept_by_its_place_and_found_again(session, reviewer):
    stands = standing(session, reviewer, "weather", "we-001")
    case, words = stands.case, "Wind from the west"
    note = "see [evidence at characters 1 to 2]"  # words of the person, whatever they look like
    keep_all(session, reviewer, stands, {"wind": "north"}, why="misread", note=note, quote=words)
    (entry,) = session.log.entries(kind=EntryKind.CORRECTED)
    assert words not in str(entry.body)
    assert entry.body["note"] == note
    assert case.text[entry.body["start"] : entry.body["end"]] == words
    found = case_of(session, reviewer, "weather", "we-001")
    (made,) = found.corrections
    assert (made.after.start, made.after.end, made.note) == (entry.body["start"], entry.body["end"], note)
    assert found.warnings == weather_warnings(found)


def weather_warnings(case):
    return tuple(said for said in case.warnings if not said.startswith(NOT_APPLIED))


def test_what_cannot_be_applied_any_more_is_told(session, reviewer, weather_work):
    def log(question, after, start=None, end=None):
        body = CorrectionBody(
            question=question, before=None, before_status="not stated", after=after, why="x", start=start, end=end
        )
        session.log.append(kind="corrected", domain="weather", document="we-001", person=reviewer, body=body)

    log("gone", "yes")
    log("wind", "upwards")
    log("clouds", weather_work.values(weather_work.case("we-001"))["clouds"])
    log("pressure", 1001, 10**6, 10**6 + 5)
    log("wind", "north")
    found = replayed(weather_work, "we-001", session.log.entries())
    assert [one.question for one in found.corrections] == ["wind"]
    assert corrections_by_document(session, "weather", session.log.entries()) == {"we-001": found.corrections}
    assert [said.split(" by ")[0] for said in found.warnings] == [f"{NOT_APPLIED}: entry {n}" for n in range(1, 5)]
    opened = view(session, reviewer, "weather", "we-001")
    assert opened.draft.warnings.count(NOT_APPLIED) == 4
    tried = rescore(session, reviewer, "weather", "we-001", [1001, "no", "north"])
    assert tried.warnings.count(NOT_APPLIED) == 4


def test_the_place_that_was_signed_counts_where_the_words_stand_twice(session, reviewer, weather_work, monkeypatch):
    case = weather_work.case("we-001")
    twice = case.model_copy(update={"text": case.text + " " + case.text})
    monkeypatch.setattr(weather_work, "case", lambda document, corrections=(): twice)
    word = "Wind from the west"
    second = twice.text.rindex(word)
    body = CorrectionBody(
        question="wind",
        before=None,
        before_status="not stated",
        after="north",
        why="x",
        start=second,
        end=second + len(word),
    )
    session.log.append(kind="corrected", domain="weather", document="we-001", person=reviewer, body=body)
    (made,) = replayed(weather_work, "we-001", session.log.entries()).corrections
    assert (made.after.start, made.after.end) == (second, second + len(word))


def test_an_estimate_is_owed_by_each_person_and_case(session, viewer, reviewer):
    assert not owes_estimate(session, viewer, "weather", "we-001")
    session.estimate_first = True
    with pytest.raises(InvalidInputError, match="your own estimate first"):
        open_case(session, viewer, "weather", "we-001")
    estimate(session, viewer, "weather", "we-001", 30)
    assert open_case(session, viewer, "weather", "we-001").document == "we-001"
    assert owes_estimate(session, viewer, "weather", "we-002")
    assert owes_estimate(session, reviewer, "weather", "we-001")


def test_what_is_owed_of_all_cases_is_what_is_owed_of_each(session, viewer, reviewer, weather_work):
    assert owed_estimates(session, viewer, "weather") == frozenset()
    session.estimate_first = True
    estimate(session, viewer, "weather", "we-001", 30)
    for person in (viewer, reviewer):
        each = {name for name in weather_work.documents if owes_estimate(session, person, "weather", name)}
        assert owed_estimates(session, person, "weather") == each
    assert "we-001" in owed_estimates(session, reviewer, "weather")
