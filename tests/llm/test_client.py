"""The protocol: nothing of a document shows in a repr, every request has its reply."""

import copy

import pytest
from sklearn.base import clone

from pellucid.exceptions import ModelReplyError
from pellucid.llm import LanguageModel, Recording, Reply, Request, ScriptedModel, ask


def test_prompt_and_reply_do_not_show_in_a_repr():
    request = Request(document="a-1", prompt="secret words", reply_schema={"secret": 1})
    assert "secret" not in repr(request)
    assert "secret" not in repr(Reply(text="secret words"))


def test_a_model_that_leaves_a_reply_out_is_refused():
    class Lazy:
        name = "lazy"

        def reply(self, requests):
            return [Reply(text="only one")]

    requests = [Request(document=name, prompt="?") for name in ("a", "b")]
    with pytest.raises(ModelReplyError, match="'lazy' gave 1 replies to 2 requests"):
        ask(Lazy(), requests)


def test_a_model_that_gives_bare_text_is_told_what_is_expected():
    class Bare:
        name = "bare"

        def reply(self, requests):
            return ["text"] * len(requests)

    with pytest.raises(ModelReplyError, match="'bare' gave a str; a Reply is expected"):
        ask(Bare(), [Request(document="a", prompt="?")])


def test_clones_and_copies_share_a_handle():
    for handle in (Recording([]), ScriptedModel({})):
        assert clone(handle) is handle
        assert copy.copy(handle) is handle
        assert copy.deepcopy(handle) is handle


def test_a_scripted_model_follows_the_protocol_and_a_recording_does_not():
    assert isinstance(ScriptedModel({}), LanguageModel)
    assert not isinstance(Recording([]), LanguageModel)
