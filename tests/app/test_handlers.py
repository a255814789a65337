"""The decision page's handlers: what a case shows, what an answer changes, what is kept and by whom."""

import pytest

from pellucid.app.handlers import estimate, message, neighbour, rescore, view
from pellucid.exceptions import InvalidInputError
from pellucid.schema import EntryKind

DOMAIN = "weather"


def test_a_case_shows_every_panel(session, viewer, weather_work, seen):
    found = view(session, viewer, DOMAIN, "we-001")
    case = weather_work.case("we-001")
    assert f'data-probability="{case.decision.probability!r}"' in found.draft.decision
    assert f'data-score="{case.decision.score!r}"' in found.draft.decision
    panels = (found.text, found.draft.changes, found.draft.warnings, found.sureness, found.second, found.similar)
    assert all(panel.startswith('<div class="pellucid') for panel in panels)
    assert "/weather/print/reasons?case=we-001" in found.record
    assert set(found.values) == set(weather_work.questionnaire.ids)
    assert (found.seen, found.closed, found.draft.said) == (seen("we-001"), False, "")


def test_an_answer_is_scored_at_once_and_nothing_is_kept(session, viewer, weather_work, given):
    found = rescore(session, viewer, DOMAIN, "we-001", given("we-001", clouds="no"))
    expected = weather_work.rescored(weather_work.case("we-001"), {"clouds": "no"}).decision
    assert f'data-probability="{expected.probability!r}"' in found.decision
    assert "A draft, not kept" in found.said
    assert "Clouds" in found.said
    assert session.log.entries() == []
    same = rescore(session, viewer, DOMAIN, "we-001", given("we-001"))
    assert "answers that are kept" in same.said


def test_a_value_out_of_range_is_told(session, viewer, given):
    with pytest.raises(InvalidInputError, match=r"Pressure \(hPa, 900 to 1,100\): is below the minimum of 900"):
        rescore(session, viewer, DOMAIN, "we-001", given("we-001", pressure=5))


def test_the_answer_stays_closed_until_the_estimate(session, viewer, given):
    session.estimate_first = True
    closed = view(session, viewer, DOMAIN, "we-001")
    assert closed.closed
    assert (closed.draft.decision, closed.sureness, closed.second, closed.values) == ("", "", "", None)
    assert "<mark" not in closed.text
    assert "we-001" not in closed.text
    with pytest.raises(InvalidInputError, match="estimate"):
        rescore(session, viewer, DOMAIN, "we-001", given("we-001"))
    opened = estimate(session, viewer, DOMAIN, "we-001", 35)
    assert not opened.closed
    assert "35 %" in opened.draft.said
    (entry,) = session.log.entries(kind=EntryKind.ESTIMATE)
    assert (entry.person, entry.body) == ("vic", {"probability": 0.35})


@pytest.mark.parametrize("percent", [None, -1, 101, "50", True, float("nan")])
def test_an_estimate_is_a_percentage(session, viewer, percent):
    with pytest.raises(InvalidInputError, match="0 to 100"):
        estimate(session, viewer, DOMAIN, "we-001", percent)


def test_the_cases_go_round(session):
    assert neighbour(session, DOMAIN, "we-000", -1) == "we-079"
    assert neighbour(session, DOMAIN, "we-079", 1) == "we-000"
    assert neighbour(session, DOMAIN, "own-1", 1) == "we-000"
    assert neighbour(session, DOMAIN, "own-1", -1) == "we-079"


def test_a_message_is_escaped():
    assert "<b>" not in message("<b>")
    assert 'role="alert"' in message("no", alarm=True)


def test_a_correction_takes_few_milliseconds(session, viewer, given, best_of):
    changed = given("we-001", clouds="no")
    rescore(session, viewer, DOMAIN, "we-001", changed)
    assert best_of(lambda: rescore(session, viewer, DOMAIN, "we-001", changed)) < 0.05


def test_an_estimate_is_noted_only_while_it_is_owed(session, viewer):
    with pytest.raises(InvalidInputError, match="none is asked for"):
        estimate(session, viewer, DOMAIN, "we-001", 35)
    session.estimate_first = True
    estimate(session, viewer, DOMAIN, "we-001", 35)
    with pytest.raises(InvalidInputError, match="after the answer was seen"):
        estimate(session, viewer, DOMAIN, "we-001", 90)
    assert [one.body["probability"] for one in session.log.entries()] == [0.35]


def test_similar_cases_give_no_answer_away_that_is_still_to_be_estimated(session, viewer, weather_work):
    session.estimate_first = True
    near = [one.document for one in weather_work.similar(weather_work.case("we-001"))]
    assert len(near) > 1
    found = estimate(session, viewer, DOMAIN, "we-001", 35).similar
    assert not any(name in found for name in near)
    assert "gave your own estimate" in found
    estimate(session, viewer, DOMAIN, near[1], 20)
    found = view(session, viewer, DOMAIN, "we-001").similar
    assert [name in found for name in near] == [name == near[1] for name in near]
