"""What tests of live models share: a fault server, a model that asks it, and canaries that must turn up nowhere."""

import logging
import traceback

import pytest
from tests.llm.fault_server import FaultServer

from pellucid.llm import Limits, OpenAIModel, Request

TEXT = "CANARY-of-the-document-7c1e"
KEY = "sk-CANARY-of-the-key-91ab"
SCHEMA = {
    "type": "object",
    "properties": {"pain": {"type": "object", "properties": {"quote": {"type": "string", "maxLength": 40}}}},
    "required": ["pain"],
}


class Talk:
    """A fault server and models that ask it, and everything that could be seen of them."""

    def __init__(self, server):
        self.server = server
        self.models = []
        self.seen = []

    def model(self, name="demo", *, probe=False, backoff_s=0.001, limits=None, **parameters):
        limits = limits or Limits(backoff_s=backoff_s, read_s=0.3, warm_up_s=0.3)
        parameters = {"key_env": "PELLUCID_TEST_KEY", "limits": limits, "probe": probe, **parameters}
        self.models.append(OpenAIModel(name, url=self.server.url, **parameters))
        return self.models[-1]

    def request(self, number=0, **fields):
        prompt = f"{TEXT} {number}"
        return Request(document=f"document {number}", prompt=prompt, **{"reply_schema": SCHEMA, **fields})

    def ask(self, model=None, *, number=0, **fields):
        """The reply to one request."""
        model = model or (self.models[-1] if self.models else self.model())
        reply = model.reply([self.request(number, **fields)])[0]
        self.seen += [repr(reply), reply.cause]
        return reply

    def refuses(self, error, model=None, *, requests=1):
        """The error that so many requests end in."""
        model = model or self.model()
        with pytest.raises(error) as caught:
            model.reply([self.request(number) for number in range(requests)])
        self.seen += everything(caught.value)
        return str(caught.value)


def everything(error):
    """Whatever a person or a log may see of an error."""
    seen = ["".join(traceback.format_exception(error))]
    while error is not None:
        seen += [str(error), repr(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return seen


@pytest.fixture
def server():
    with FaultServer() as server:
        yield server


@pytest.fixture
def talk(server, monkeypatch, caplog):
    """Ask the fault server; in the end, no canary may have turned up anywhere."""
    monkeypatch.setenv("PELLUCID_TEST_KEY", KEY)
    for name in ("", "aiohttp", "asyncio", "pellucid"):
        caplog.set_level(logging.DEBUG, logger=name)
    talk = Talk(server)
    yield talk
    for model in talk.models:
        talk.seen += [repr(model), str(model), repr(model.usage), model.settings]
        model.close()
    seen = "\n".join([*talk.seen, caplog.text, *(repr(record.args) for record in caplog.records)])
    assert "CANARY" not in seen
