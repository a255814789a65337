"""One prompt's course: asked at most twice, kept, and never asked again."""

import json

import pytest

from pellucid.llm import AnswerStore, Finish, Reply, ScriptedModel, run
from pellucid.memorisation._course import MemoryCourse, prompt_digest
from pellucid.memorisation._prompt import ask_continuation, ask_rows

ROWS = ask_rows("t", "a,b\n1,2", rows=1)
TEXT = ask_continuation("t", "Once upon a time", words=9)


def said(request, model, store=None):
    (course,) = run([MemoryCourse(request, model, store)], model)
    return course.said


def test_a_reply_that_cannot_be_read_is_asked_for_once_more():
    model = ScriptedModel(lambda request: "no" if request.attempt == 1 else '{"rows": ["3,4"]}')
    assert said(ROWS, model) == ("3,4",)
    assert [request.attempt for request in model.requests] == [1, 2]


def test_a_refusal_is_asked_twice_and_then_nothing():
    model = ScriptedModel(lambda request: "I would rather not.")
    assert said(ROWS, model) is None
    assert len(model.requests) == 2


def test_a_server_that_failed_is_not_asked_again_here_and_nothing_is_kept(tmp_path):
    model = ScriptedModel(lambda request: Reply(text="", finish=Finish.TRANSPORT))
    with AnswerStore(tmp_path / "s") as store:
        assert said(ROWS, model, store) is None
        assert len(store) == 0
        assert not MemoryCourse(ROWS, model, store).is_known
    assert len(model.requests) == 1


@pytest.mark.parametrize(("request_", "reply"), [(ROWS, {"rows": ["3,4"]}), (TEXT, {"continuation": "there was"})])
def test_what_a_store_holds_is_not_asked_again(tmp_path, request_, reply):
    model = ScriptedModel(lambda request: json.dumps(reply))
    with AnswerStore(tmp_path / "s") as store:
        first = said(request_, model, store)
        assert MemoryCourse(request_, model, store).is_known
        assert said(request_, model, store) == first
        assert first is not None
    assert len(model.requests) == 1


@pytest.mark.parametrize("finish", [Finish.COMPLETE, Finish.REFUSED])
def test_a_refusal_is_kept_too(tmp_path, finish):
    model = ScriptedModel(lambda request: Reply(text="no", finish=finish))
    with AnswerStore(tmp_path / "s") as store:
        assert said(ROWS, model, store) is None
        assert said(ROWS, model, store) is None
    assert len(model.requests) == 2


def test_a_course_that_is_given_up_lets_others_ask(tmp_path):
    model = ScriptedModel(lambda request: '{"rows": ["3,4"]}')
    with AnswerStore(tmp_path / "s") as store:
        course = MemoryCourse(ROWS, model, store)
        assert course.begin() == [ROWS]
        course.abandon()
    with AnswerStore(tmp_path / "s") as other:
        assert said(ROWS, model, other) == ("3,4",)


def test_while_another_asks_a_course_waits(tmp_path):
    model = ScriptedModel(lambda request: '{"rows": ["3,4"]}')
    with AnswerStore(tmp_path / "s") as store, AnswerStore(tmp_path / "s") as other:
        assert MemoryCourse(ROWS, model, store).begin() == [ROWS]
        assert MemoryCourse(ROWS, model, other).begin() is None


def test_the_digest_is_of_everything_that_is_sent():
    assert prompt_digest([ROWS]) != prompt_digest([TEXT])
    assert prompt_digest([ROWS, TEXT]) != prompt_digest([TEXT, ROWS])
    renamed = ROWS.model_copy(update={"document": "another name"})
    assert prompt_digest([renamed]) == prompt_digest([ROWS])
    assert len(prompt_digest([ROWS])) == 64
