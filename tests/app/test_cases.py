"""Cases as they stand: kept corrections applied, somebody else's text unseen, an owed estimate kept back."""

import pytest

from pellucid.app.cases import case_of, casework_of, corrections_in, need, open_case, owes_estimate, place_words
from pellucid.app.handlers import estimate
from pellucid.app.handlers_corrections import keep_one
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
    first = keep_one(session, reviewer, case, "clouds", "no", why="misread", note="I looked.")
    corrected = case_of(session, reviewer, "weather", "we-001")
    assert corrected.corrections == (first,)
    assert (first.person, first.number, first.note) == ("rob", 1, "I looked.")
    assert corrected.decision == weather_work.rescored(case, {"clouds": "no"}).decision.model_copy(
        update={"contributions": corrected.decision.contributions}
    )
    keep_one(session, reviewer, corrected, "clouds", "yes", why="misread")
    back = case_of(session, reviewer, "weather", "we-001")
    assert back.decision.probability == pytest.approx(case.decision.probability)
    assert [one.after.value for one in back.corrections] == ["no", "yes"]


def test_a_quote_is_kept_by_its_place_and_found_again(session, reviewer):
    case = case_of(session, reviewer, "weather", "we-001")
    words = "Wind from the west"
    assert words in case.text
    keep_one(session, reviewer, case, "wind", "north", why="misread", note="see", quote=words)
    (entry,) = session.log.entries(kind=EntryKind.CORRECTED)
    assert words not in str(entry.body)
    assert entry.body["note"].startswith("see [evidence at characters ")
    (made,) = case_of(session, reviewer, "weather", "we-001").corrections
    assert case.text[made.after.start : made.after.end] == words
    assert place_words(made.before) != ""
    assert place_words(made.after.model_copy(update={"start": None, "end": None})) == ""


def test_a_note_that_only_looks_like_a_place_does_no_harm(session, reviewer):
    case = case_of(session, reviewer, "weather", "we-001")
    keep_one(session, reviewer, case, "wind", "north", why="x", note="[evidence at characters 1 to 2]")
    (entry,) = session.log.entries(kind=EntryKind.CORRECTED)
    assert entry.body["note"] == ""


def test_entries_that_no_longer_fit_are_passed_over(session, reviewer, weather_work):
    def log(question, after, note=""):
        body = CorrectionBody(
            question=question, before=None, before_status="not stated", after=after, why="x", note=note
        )
        session.log.append(kind="corrected", domain="weather", document="we-001", person=reviewer, body=body)

    log("gone", "yes")
    log("wind", "upwards")
    log("clouds", weather_work.values(weather_work.case("we-001"))["clouds"])
    log("pressure", 1001, "[evidence at characters 1 to 2]")
    log("wind", "north")
    entries = session.log.entries()
    assert [one.question for one in corrections_in(weather_work, "we-001", entries)] == ["wind"]


def test_an_estimate_is_owed_by_each_person_and_case(session, viewer, reviewer):
    assert not owes_estimate(session, viewer, "weather", "we-001")
    session.estimate_first = True
    with pytest.raises(InvalidInputError, match="your own estimate first"):
        open_case(session, viewer, "weather", "we-001")
    estimate(session, viewer, "weather", "we-001", 30)
    assert open_case(session, viewer, "weather", "we-001").document == "we-001"
    assert owes_estimate(session, viewer, "weather", "we-002")
    assert owes_estimate(session, reviewer, "weather", "we-001")
