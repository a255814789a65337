"""A real server on loopback that does what it is told, call by call: answers, faults, delays, dead sockets.

    with FaultServer(answer=lambda call: "yes") as server:
        server.script(status(503), reset())              # for the next calls, whatever they ask
        server.script(html(), html(), prompt="Well?")    # for calls with this prompt
        server.rule = lambda call: status(500) if "response_format" in call.body else None
        ...                                              # server.url, server.calls, server.peak

Spoken over bare asyncio streams, because a proper server library will not cut its replies short.
"""

import asyncio
import contextlib
import json
import socket
import struct
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    connection: int  # which connection it came on, counted from 0
    at: float  # time.monotonic()

    @property
    def prompt(self) -> str:
        """What the last message says."""
        messages = self.body.get("messages") or [{}]
        return messages[-1].get("content", "")


@dataclass
class Step:
    """What the server does with one call."""

    status: int = 200
    payload: Any = None  # JSON, or bytes as they are; None: the server's answer
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    way: str = "whole"  # whole, cut, reset, dead, close
    completion: dict[str, Any] = field(default_factory=dict)  # what to say differently in a proper completion


def status(code: int, payload: Any = None, *, delay_s: float = 0.0, **headers: str) -> Step:
    """Answer with a status; header names are given with underscores: retry_after="1"."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    if payload is None:
        payload = {"error": {"message": f"status {code}", "type": "server_error", "code": None}}
    return Step(code, payload, named, delay_s)


def error(code: int, message: str = "", *, name: str | None = None, kind: str = "", param: str | None = None) -> Step:
    """Answer with an error in the usual form."""
    return Step(code, {"error": {"message": message, "type": kind, "code": name, "param": param}})


def html(code: int = 200) -> Step:
    """Answer with a login page."""
    page = b"<!doctype html><html><body>Please sign in</body></html>"
    return Step(code, page, {"Content-Type": "text/html"})


def said(text: str | None, *, delay_s: float = 0.0, **completion: Any) -> Step:
    """Answer properly with this text; finish_reason, model, refusal, usage, logprobs, system_fingerprint can be set."""
    return Step(delay_s=delay_s, completion={"content": text, **completion})


def raw(payload: Any, code: int = 200) -> Step:
    """Answer with these bytes or this JSON."""
    return Step(code, payload)


def late(delay_s: float) -> Step:
    """Answer properly, but late."""
    return Step(delay_s=delay_s)


def reset() -> Step:
    """Reset the connection once the call has been read."""
    return Step(way="reset")


def close() -> Step:
    """Close the connection without a word."""
    return Step(way="close")


def cut() -> Step:
    """Promise a body, give half of it, and close."""
    return Step(way="cut")


def dead() -> Step:
    """Read the call and never answer."""
    return Step(way="dead")


def redirect(to: str) -> Step:
    """Send the caller elsewhere."""
    return Step(307, b"", {"Location": to})


def echo(call: Call) -> str:
    """Answer with the prompt."""
    return call.prompt


def completion(call: Call, text: str | None, **different: Any) -> dict[str, Any]:
    """Write a proper chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if "refusal" in different:
        message["refusal"] = different["refusal"]
    choice = {"index": 0, "message": message, "finish_reason": different.get("finish_reason", "stop")}
    if "logprobs" in different:
        choice["logprobs"] = different["logprobs"]
    payload = {
        "id": "c-1",
        "object": "chat.completion",
        "model": different.get("model", call.body.get("model")),
        "choices": [choice],
        "usage": different.get("usage", {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}),
    }
    if "system_fingerprint" in different:
        payload["system_fingerprint"] = different["system_fingerprint"]
    return payload


class FaultServer:
    """The server, in a thread of its own; a context manager.

    Attributes
    ----------
    calls : list of Call
        Everything that arrived at /chat/completions, in order.
    others : list of Call
        Everything that arrived elsewhere.
    peak : int
        Most calls that were open at once.
    connections : int
        How many connections were opened.
    rule : callable of Call to (Step or None)
        Asked where no script says what to do.
    latency_s : float
        Before every answer.
    """

    def __init__(self, answer: Callable[[Call], str | Step] = echo, *, latency_s: float = 0.0, host: str = "127.0.0.1"):
        self.answer = answer
        self.latency_s = latency_s
        self.rule: Callable[[Call], Step | None] = lambda call: None
        self.calls: list[Call] = []
        self.others: list[Call] = []
        self.models: list[str] = ["demo"]
        self.peak = self.connections = self._open = 0
        self._host = host
        self._next: deque[Step] = deque()
        self._by_prompt: defaultdict[str, deque[Step]] = defaultdict(deque)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "FaultServer":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self.port}/v1"

    @property
    def counts(self) -> Counter[str]:
        """Calls by prompt."""
        return Counter(call.prompt for call in self.calls)

    def script(self, *steps: Step, prompt: str | None = None) -> None:
        """Say what to do with the next calls, or with the next calls of one prompt."""
        (self._next if prompt is None else self._by_prompt[prompt]).extend(steps)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connection, self._host, 0, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, self.connections = self.connections, self.connections + 1
        task = asyncio.current_task()
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while await self._one(reader, writer, number):
                    pass
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        """Take one call and answer it; whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        call = Call(method, path, headers, json.loads(body or b"{}"), number, time.monotonic())
        self._open += 1
        self.peak = max(self.peak, self._open)
        try:
            step = self._step(call)
            if self.latency_s or step.delay_s:
                await asyncio.sleep(self.latency_s + step.delay_s)
            return await self._do(step, call, writer)
        finally:
            self._open -= 1

    def _step(self, call: Call) -> Step:
        if not call.path.endswith("/chat/completions"):
            self.others.append(call)
            found = call.path.endswith("/models")
            data = [{"id": name, "object": "model"} for name in self.models]
            return raw({"object": "list", "data": data}) if found else status(404)
        self.calls.append(call)
        for script in (self._by_prompt.get(call.prompt), self._next):
            if script:
                return script.popleft()
        return self.rule(call) or Step()

    async def _do(self, step: Step, call: Call, writer: asyncio.StreamWriter) -> bool:
        if step.way == "dead":
            await self._stop.wait()
        if step.way == "reset":  # lingering for 0 s turns a close into a reset
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        if step.way in ("reset", "close", "dead"):
            return False
        payload = step.payload
        if payload is None:
            answer = {**step.completion} if "content" in step.completion else self.answer(call)
            if isinstance(answer, Step):
                return await self._do(answer, call, writer)
            text = answer.pop("content") if isinstance(answer, dict) else answer
            payload = completion(call, text, **(answer if isinstance(answer, dict) else step.completion))
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = {"Content-Type": "application/json", **step.headers, "Content-Length": str(len(body))}
        head = f"HTTP/1.1 {step.status} Said\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n"
        writer.write(head.encode("latin-1") + (body[: len(body) // 2] if step.way == "cut" else body))
        await writer.drain()
        return step.way != "cut"
