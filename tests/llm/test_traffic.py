"""An event loop in a thread of its own: plain calls, many runs, clean ends (runs of requests: test_openai.py)."""

import asyncio
import gc
import subprocess
import sys
import threading

import pytest
from tests.llm.fault_server import FaultServer

from pellucid.llm import Limits, OpenAIModel, Reply, Request, open_exchange
from pellucid.llm._limits import Limiter
from pellucid.llm._traffic import Loop, Traffic


async def nothing():
    """Nothing is left to close."""


def named():
    return [thread for thread in threading.enumerate() if thread.name == "pellucid-llm"]


def test_coroutines_run_in_another_thread_until_the_end():
    ended = []

    async def last():
        ended.append(threading.current_thread().name)

    async def where():
        return threading.current_thread().name

    loop = Loop(last)
    assert loop.run(where()) == "pellucid-llm"
    assert loop.open
    loop.close()
    loop.close()
    assert not loop.open
    assert ended == ["pellucid-llm"]
    assert not named()


def test_a_loop_that_nobody_holds_any_more_ends_by_itself():
    loop = Loop(nothing)
    assert named()
    del loop
    gc.collect()
    assert not named()


def test_an_error_of_our_own_making_ends_the_run_instead_of_hanging_it():
    class Broken:
        async def answer(self, request, run):
            raise ZeroDivisionError

    loop = Loop(nothing)
    exchange = Traffic(loop, Broken(), Limiter(Limits())).open()
    exchange.put(0, Request(document="a", prompt="Well?"))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            exchange.get()
    exchange.put(1, Request(document="a", prompt="Well?"))
    with pytest.raises(ZeroDivisionError):
        exchange.get()
    exchange.close()
    loop.close()


def test_replies_come_as_they_are_ready_and_not_in_order():
    class Slow:
        async def answer(self, request, run):
            await asyncio.sleep(float(request.prompt))
            return Reply(text=request.prompt)

    loop = Loop(nothing)
    exchange = Traffic(loop, Slow(), Limiter(Limits())).open()
    for key, seconds in enumerate(["0", "0.2", "0.1", "0"]):
        exchange.put(key, Request(document="a", prompt=seconds))
    assert [exchange.get()[0] for _ in range(4)] == [0, 3, 2, 1]
    exchange.close()
    loop.close()


def test_a_forked_child_opens_its_own_and_leaves_its_parents_alone():
    code = """
import os, sys
from pellucid.llm import OpenAIModel, Request
model = OpenAIModel("demo", url=sys.argv[1], probe=False)
ask = lambda: model.reply([Request(document="a", prompt="Well?")])[0].text
assert ask() == "Well?"
child = os.fork()
if child == 0:
    same = ask() == "Well?"
    model.close()
    os._exit(0 if same else 1)
assert os.waitpid(child, 0)[1] == 0
assert ask() == "Well?"
"""
    with FaultServer() as server:
        done = subprocess.run([sys.executable, "-c", code, server.url], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        assert len(server.calls) == 3
        assert server.connections == 2


def test_many_runs_leave_nothing_behind():
    with FaultServer() as server, OpenAIModel("demo", url=server.url, probe=False) as model:
        for number in range(50):
            with open_exchange(model) as exchange:
                exchange.put(0, Request(document="a", prompt=str(number)))
                assert exchange.get()[1].text == str(number)
        assert server.connections == 1
        assert len(named()) == 1
    assert not named()
