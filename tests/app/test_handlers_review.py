"""Review of answers by key: the queue, accept, correct, flag, and the labels that come of it."""

import json

import pytest

from pellucid.app.cases import case_of
from pellucid.app.handlers_corrections import keep
from pellucid.app.handlers_review import KINDS, about, asked, drawn, export_labels, queue, review, value_words
from pellucid.app.text_routes import open_text
from pellucid.exceptions import AccessError, InvalidInputError
from pellucid.schema import EntryKind

DOMAIN = "weather"
KEY = "we-001 · clouds"
PRESSURE = "we-001 · pressure"


@pytest.fixture
def shown(session, reviewer):
    """What the page says that it shows of an answer."""
    return lambda key: asked(session, reviewer, DOMAIN, key).seen


@pytest.fixture
def corrected(session, reviewer, given, seen):
    keep(session, reviewer, DOMAIN, "we-001", given("we-001", clouds="no"), seen=seen("we-001"), why="misread")
    return session


def test_corrected_answers_stand_in_the_queue_until_they_are_reviewed(corrected, reviewer, shown):
    found = queue(corrected, reviewer, DOMAIN, kind="corrected")
    assert [item.key for item in found] == [KEY]
    assert KEY in {item.key for item in queue(corrected, reviewer, DOMAIN)}
    assert queue(corrected, reviewer, DOMAIN, kind="unreadable") == ()
    review(corrected, reviewer, DOMAIN, KEY, "keep", seen=shown(KEY))
    assert queue(corrected, reviewer, DOMAIN, kind="corrected") == ()
    (done,) = queue(corrected, reviewer, DOMAIN, kind="corrected", everything=True)
    assert done.done
    assert "we-001" in drawn(corrected, DOMAIN, [done])


def test_a_later_correction_asks_for_another_look(corrected, reviewer, given, seen, shown):
    review(corrected, reviewer, DOMAIN, KEY, "keep", seen=shown(KEY))
    keep(corrected, reviewer, DOMAIN, "we-001", given("we-001", clouds=None), seen=seen("we-001"), why="absent")
    assert [item.key for item in queue(corrected, reviewer, DOMAIN, kind="corrected")] == [KEY]


def test_relabelling_corrects_the_case_and_can_be_exported(session, reviewer, shown):
    entry = review(
        session, reviewer, DOMAIN, PRESSURE, "relabel", seen=shown(PRESSURE), value="1005", note="read twice"
    )
    assert entry.kind is EntryKind.REVIEWED
    assert [one.kind.value for one in session.log.entries()] == ["corrected", "reviewed"]
    case = case_of(session, reviewer, DOMAIN, "we-001")
    assert [one.after.value for one in case.corrections] == [1005]
    (line,) = export_labels(session, reviewer, DOMAIN)
    row = json.loads(line)
    assert (row["document"], row["question"], row["value"], row["action"]) == ("we-001", "pressure", 1005, "relabel")
    assert row["person"] == "rob"


def test_a_flag_says_what_is_odd(session, reviewer, shown):
    with pytest.raises(InvalidInputError, match="odd"):
        review(session, reviewer, DOMAIN, KEY, "flag", seen=shown(KEY))
    review(session, reviewer, DOMAIN, KEY, "flag", seen=shown(KEY), note="two skies")
    assert session.log.entries()[0].body["note"] == "two skies"


def test_what_names_nothing_is_refused(session, reviewer, viewer, shown):
    for key in ("", "we-001", "we-001 · gone", "we-999 · clouds"):
        with pytest.raises(InvalidInputError):
            review(session, reviewer, DOMAIN, key, "keep", seen=shown(KEY))
    with pytest.raises(InvalidInputError, match="kind"):
        queue(session, reviewer, DOMAIN, kind="odd")
    with pytest.raises(InvalidInputError, match="hPa"):
        review(session, reviewer, DOMAIN, PRESSURE, "relabel", seen=shown(PRESSURE), value="5")
    for act in (
        lambda: review(session, viewer, DOMAIN, KEY, "keep", seen=shown(KEY)),
        lambda: export_labels(session, viewer, DOMAIN),
    ):
        with pytest.raises(AccessError):
            act()
    assert session.log.entries() == []


def test_an_answer_is_shown_beside_its_sentence_and_escaped(session, reviewer):
    found = asked(session, reviewer, DOMAIN, KEY)
    case, question, answer = found.stands.case, found.question, found.answer
    assert "Clouds all over" in about(case, question, answer)
    forged = answer.model_copy(update={"quote": "<img onerror=x>"})
    assert "<img" not in about(case, question, forged)
    assert [value_words(value) for value in (None, 2.5, "yes")] == ["not stated", "2.5", "yes"]
    assert "" in KINDS


def test_an_answer_that_changed_since_it_was_shown_is_not_signed(session, reviewer, admin, given, seen, shown):
    old, other = shown(KEY), shown(PRESSURE)
    keep(session, admin, DOMAIN, "we-001", given("we-001", clouds="no"), seen=seen("we-001"), why="misread")
    for action in ("keep", "relabel", "flag"):
        with pytest.raises(InvalidInputError, match="changed since it was shown"):
            review(session, reviewer, DOMAIN, KEY, action, seen=old, value="yes", note="odd")
    assert len(session.log.entries()) == 1
    assert review(session, reviewer, DOMAIN, PRESSURE, "keep", seen=other).body["after"] == 1017
    assert review(session, reviewer, DOMAIN, KEY, "keep", seen=shown(KEY)).body["after"] == "no"


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_box_is_no_answer(session, reviewer, shown, empty):
    with pytest.raises(InvalidInputError, match="not stated"):
        review(session, reviewer, DOMAIN, KEY, "relabel", seen=shown(KEY), value=empty)
    assert session.log.entries() == []
    review(session, reviewer, DOMAIN, KEY, "relabel", seen=shown(KEY), value="not stated")
    assert [one.body["after"] for one in session.log.entries()] == [None, None]


def test_own_texts_are_not_reviewed_here(session, reviewer):
    name = open_text(session, reviewer, DOMAIN, "A sky of my own.")
    for action in ("keep", "relabel", "flag"):
        with pytest.raises(InvalidInputError, match="one of the list"):
            review(session, reviewer, DOMAIN, f"{name} · clouds", action, seen="", value="yes", note="odd")
    assert session.log.entries() == []
