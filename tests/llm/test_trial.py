"""What is learned of a server on the way: its form, its name, what calls took."""

import pytest

from pellucid.exceptions import ModelAccessError
from pellucid.llm._form import Form, Rung
from pellucid.llm._trial import Known, count_tokens, counted, took, tries
from pellucid.llm._wire import Answered


def test_a_plainer_form_is_kept_only_while_the_stricter_one_never_worked():
    known, plain = Known(), Form(rung=Rung.PLAIN)
    assert known.worked(plain)
    assert known.form is plain
    assert not known.worked(Form())
    assert known.form is plain
    assert known.worked(Form(rung=Rung.PLAIN))


def answered(status=200, **payload):
    return Answered(status, {}, {"choices": [], **payload})


def test_a_name_is_compared_between_replies_alone():
    known = Known()
    for reply in (answered(), answered(model="a"), answered(500, model="b"), answered(model=None), answered(model="a")):
        known.check_model(reply, model="demo", fingerprint="")
    known.check_model(Answered(200, {}, {"error": {}, "model": "b"}), model="demo", fingerprint="")
    with pytest.raises(ModelAccessError, match="another model"):
        known.check_model(answered(model="b"), model="demo", fingerprint="")


def test_a_fingerprint_that_is_wanted_has_to_be_there():
    with pytest.raises(ModelAccessError, match="fp_7"):
        Known().check_model(answered(), model="demo", fingerprint="fp_7")


def test_what_a_call_took_is_the_servers_count_and_nothing_where_it_failed():
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    assert took(answered(usage=usage)) == counted(answered(usage=usage)) == (7, 3)
    assert took(answered(503, usage=usage)) == (0, 0)
    assert took(Answered(0, {}, None, "connection refused", arrived=False)) == (0, 0)
    assert took(Answered(0, {}, None, "reply cut off")) == (None, None)
    for odd in (None, [], {"prompt_tokens": -1}, {"prompt_tokens": "7", "completion_tokens": None}):
        assert counted(answered(usage=odd)) == (None, None)


def test_tokens_are_estimated_from_bytes_and_tries_counted_in_words():
    assert [count_tokens(text) for text in ("", "a", "abc", "abcd", "äö")] == [0, 1, 1, 2, 2]
    assert [tries(1), tries(2)] == ["1 try", "2 tries"]
