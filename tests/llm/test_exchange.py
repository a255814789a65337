"""An exchange gives every request its reply, whatever the model behind it takes at once."""

import pytest

from pellucid.exceptions import ModelReplyError
from pellucid.llm import Reply, Request, ScriptedModel, open_exchange


def echo(request):
    return request.prompt


def test_every_request_gets_its_own_reply_batch_by_batch():
    model = ScriptedModel(echo)
    model.batch_size = 3
    with open_exchange(model) as exchange:
        assert exchange.slots == 3
        for key in range(8):
            exchange.put(key, Request(document=str(key), prompt=f"prompt {key}"))
        got = dict(exchange.get() for _ in range(8))
    assert {key: reply.text for key, reply in got.items()} == {key: f"prompt {key}" for key in range(8)}


def test_a_request_put_in_late_is_answered_too():
    with open_exchange(ScriptedModel(echo)) as exchange:
        exchange.put(0, Request(document="a", prompt="first"))
        exchange.get()
        exchange.put(0, Request(document="a", prompt="again", attempt=2))
        assert exchange.get() == (0, Reply(text="again"))


def test_a_model_that_loses_a_request_is_refused():
    class Forgetful:
        name = "forgetful"

        def reply(self, requests):
            return []

    with open_exchange(Forgetful()) as exchange:
        exchange.put(0, Request(document="a", prompt="first"))
        with pytest.raises(ModelReplyError, match="0 replies to 1"):
            exchange.get()


def test_a_models_own_exchange_is_used_and_closed():
    closed = []

    class Own:
        slots = 64

        def put(self, key, request):
            self.key = key

        def get(self):
            return self.key, Reply(text="own")

        def close(self):
            closed.append(True)

    class Model(ScriptedModel):
        def exchange(self):
            return Own()

    with open_exchange(Model({})) as exchange:
        exchange.put(5, Request(document="a", prompt="b"))
        assert exchange.get() == (5, Reply(text="own"))
    assert closed == [True]
