"""A model that answers from a script."""

import pytest

from pellucid.exceptions import NotRecorded
from pellucid.llm import Reply, Request, ScriptedModel

ASKED = Request(document="a-1", prompt="How old?")


def test_replies_come_by_document_or_are_computed():
    assert ScriptedModel({"a-1": "41"}).reply([ASKED]) == [Reply(text="41")]
    assert ScriptedModel(lambda request: Reply(text=request.document)).reply([ASKED])[0].text == "a-1"


def test_what_was_asked_is_kept_and_the_repr_is_short():
    model = ScriptedModel({"a-1": "41"}, name="rehearsal")
    model.reply([ASKED])
    assert model.requests == [ASKED]
    assert repr(model) == "ScriptedModel(name='rehearsal')"


def test_a_document_without_a_script_is_named():
    with pytest.raises(NotRecorded, match="'a-1'.*'scripted'"):
        ScriptedModel({}).reply([ASKED])
