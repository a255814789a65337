"""How an item comes to its state."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._items import Point, fill
from pellucid.reporting._statements import say
from pellucid.schema import ItemState


def knows(study):
    return (say("Known.", "study.title"),)


def silent(study):
    return ()


def point(**more):
    return Point("tripod.1", "Section", "Title", "Say it.", **more)


def test_run_that_knows_fills(study):
    made = fill(point(tellers=(silent, knows)), study, {})
    assert made.state is ItemState.FILLED
    assert [one.said for one in made.statements] == ["Known."]


def test_run_that_does_not_know_asks(study):
    made = fill(point(tellers=(silent,), wanted="What is it?"), study, {})
    assert (made.state, made.wanted, made.statements) == (ItemState.ASKED, "What is it?", ())


def test_item_without_a_question_of_its_own_asks_what_the_standard_asks(study):
    assert fill(point(), study, {}).wanted == "Please say: Say it."


def test_item_for_a_person_is_asked_even_where_the_run_knows_something(study):
    made = fill(point(tellers=(knows,), person=True), study, {})
    assert made.state is ItemState.ASKED
    assert made.statements[0].said == "Known."


def test_answer_fills_and_stands_after_what_the_run_knows(study):
    made = fill(point(tellers=(knows,), person=True), study, {"tripod.1": " It is so. "})
    assert made.state is ItemState.FILLED
    assert [(one.said, one.by) for one in made.statements] == [("Known.", "run"), ("It is so.", "person")]
    assert made.statements[1].rows == ('answers["tripod.1"]',)


@pytest.mark.parametrize("answer", ["not applicable: no follow-up.", "Not applicable:no follow-up."])
def test_person_can_say_that_an_item_does_not_apply(study, answer):
    made = fill(point(tellers=(knows,)), study, {"tripod.1": answer})
    assert made.state is ItemState.NOT_APPLICABLE
    assert [(one.said, one.by) for one in made.statements] == [("no follow-up.", "person")]


def test_not_applicable_without_a_reason_is_refused(study):
    with pytest.raises(InvalidInputError, match="no reason; write the reason after it"):
        fill(point(), study, {"tripod.1": "not applicable: "})


def test_reason_of_the_point_stands_unless_a_person_answers(study):
    made = fill(point(reason="Nothing to update."), study, {})
    assert (made.state, made.statements[0].said) == (ItemState.NOT_APPLICABLE, "Nothing to update.")
    assert fill(point(reason="Nothing."), study, {"tripod.1": "But yes."}).state is ItemState.FILLED
