"""Nothing leaves this machine: neither when everything is imported, nor when a local model is asked."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.llm.socket_guard import SocketGuard

ROOT = Path(__file__).parents[2]
ELSEWHERE = ("192.0.2.1", 9)  # an address kept for documentation

IMPORTS = """
import importlib, json, pkgutil, sys
from tests.llm.socket_guard import SocketGuard

with SocketGuard() as guard:
    import pellucid, pellucid.domains
    names = [one.name for one in pkgutil.walk_packages(pellucid.__path__, "pellucid.") if "__main__" not in one.name]
    for name in [*names, "aiohttp", "llguidance", "pyarrow", "tokenizers", "torch", "transformers"]:
        importlib.import_module(name)
print(json.dumps({"imported": names, "connections": guard.connections, "lookups": guard.lookups}))
"""

SERVER = """
import json
from tests.llm.fault_server import FaultServer
from tests.llm.socket_guard import SocketGuard

with SocketGuard() as guard:
    import pellucid.llm
    from pellucid.llm import OpenAIModel, Request
    with FaultServer(lambda call: "yes") as server, OpenAIModel("demo", url=server.url) as model:
        replies = model.reply([Request(document=str(n), prompt=f"Well {n}?") for n in range(8)])
        probed = len(server.others) > 0
print(json.dumps({"texts": [reply.text for reply in replies], "connections": len(guard.connections),
                  "lookups": sorted(set(guard.lookups))}))
"""

LOCAL = """
import json, sys
from tests.llm.socket_guard import SocketGuard
from tests.llm.tiny_model import tiny_model

folder = tiny_model(sys.argv[1])
with SocketGuard() as guard:
    import pellucid.llm
    from pellucid.llm._client import Part, Request
    from pellucid.llm._transformers import TransformersModel
    import torch
    torch.set_num_threads(1)
    part = Part(key="pain", ask="Pain? (one of no, yes)", options=("no", "yes"))
    schema = {"type": "object", "properties": {"pain": {"type": "object"}}}
    material = "<<< document 1 >>>\\nNo pain today.\\n<<< end of document 1 >>>"
    request = Request(document="a", prompt=material + "\\n\\nQuestions:\\n- pain: Pain?", text="No pain today.",
                      material=material, reply_schema=schema, parts=(part,))
    (reply,) = TransformersModel(str(folder)).reply([request])
print(json.dumps({"finish": reply.finish, "connections": guard.connections, "lookups": guard.lookups}))
"""


def alone(code, *arguments):
    """Run code in a process of its own, which nothing has told to stay offline."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.slow
def test_importing_everything_opens_no_connection_and_looks_no_name_up():
    seen = alone(IMPORTS)
    assert len(seen["imported"]) > 60
    assert {"pellucid.llm", "pellucid.llm._openai", "pellucid.study"} <= set(seen["imported"])
    assert seen["connections"] == seen["lookups"] == []


def test_a_model_on_a_local_server_is_spoken_to_over_loopback_alone():
    seen = alone(SERVER)
    assert seen["texts"] == ["yes"] * 8
    assert seen["connections"] > 0
    assert set(seen["lookups"]) <= {"127.0.0.1", "localhost"}


@pytest.mark.slow
def test_a_model_in_a_local_folder_needs_no_network_at_all(tmp_path):
    pytest.importorskip("pellucid.llm._transformers", reason="TransformersModel is not there")
    seen = alone(LOCAL, str(tmp_path / "tiny"))
    assert seen["connections"] == seen["lookups"] == []


def blocking():
    with socket.socket() as one:
        one.connect(ELSEWHERE)


def returning():
    with socket.socket() as one:
        one.connect_ex(ELSEWHERE)


def in_a_loop():
    async def connect():
        with socket.socket() as one:
            one.setblocking(False)
            await asyncio.get_running_loop().sock_connect(one, ELSEWHERE)

    asyncio.run(connect())


def unconnected():
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ELSEWHERE)


def looked_up():
    socket.getaddrinfo("example.org", 80)


def looked_up_in_a_loop():
    async def look():
        await asyncio.get_running_loop().getaddrinfo("example.org", 80)

    asyncio.run(look())


def looked_up_the_old_way():
    socket.gethostbyname("example.org")


@pytest.mark.parametrize(
    "stray",
    [blocking, returning, in_a_loop, unconnected, looked_up, looked_up_in_a_loop, looked_up_the_old_way],
    ids=lambda stray: stray.__name__,
)
def test_whatever_leaves_this_machine_is_refused_and_told(stray):
    guard = SocketGuard()
    with pytest.raises(AssertionError), guard, pytest.raises(PermissionError):
        stray()
    assert len(guard.strays) == 1


def test_loopback_is_recorded_and_let_through_and_a_closed_guard_is_deaf():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with SocketGuard() as guard:
            socket.create_connection(("localhost", port)).close()
        socket.create_connection(("127.0.0.1", port)).close()
    assert [address for address in guard.connections if address[0] == "127.0.0.1"] == [("127.0.0.1", port)]
    assert guard.lookups[0] == "localhost"
    assert not guard.strays
