"""The server: the port is taken first, the address is told once it answers, Gradio's pages give nothing away."""

import threading
import urllib.request

import pytest

from pellucid.app import server
from pellucid.app.server import address_of, listen, run
from pellucid.app.settings import Settings
from pellucid.exceptions import InvalidInputError

HTML = {"accept": "text/html"}


def test_a_port_that_is_taken_is_told_before_anything_is_fitted():
    with listen(Settings(port=0)) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(InvalidInputError, match=f"cannot listen at 127.0.0.1 port {port}"):
            listen(Settings(port=port))


def test_the_address_is_one_a_browser_can_open():
    assert address_of(Settings(host="0.0.0.0", port=8000, hosts=("a.example",))) == "http://127.0.0.1:8000/"  # noqa: S104
    assert address_of(Settings(host="::1", port=8000)) == "http://[::1]:8000/"


def test_it_tells_when_it_answers(session, monkeypatch):
    told = []
    monkeypatch.setattr(server, "create_app", lambda session, settings: _answer)
    stopping = []

    def ready(address, first):
        told.append((address, first))
        threading.Thread(target=ask).start()

    def ask():
        with urllib.request.urlopen(told[0][0]) as answer:  # noqa: S310
            told.append(answer.status)
        stopping[0].should_exit = True

    real = server._Server.__init__

    def noted(self, config, told_ready):
        real(self, config, told_ready)
        stopping.append(self)

    monkeypatch.setattr(server._Server, "__init__", noted)
    with listen(Settings(port=0)) as taken:
        run(session, Settings(port=taken.getsockname()[1]), taken, ready=ready)
    assert told[1] == 200
    assert told[0][1] == ""  # there are people already


async def _answer(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})
