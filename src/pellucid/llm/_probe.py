"""A dozen small requests that find out what a server really does; nothing it promises is trusted."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median
from typing import Any

from pellucid.exceptions import ModelAccessError
from pellucid.llm._capabilities import Capabilities
from pellucid.llm._client import Request
from pellucid.llm._faults import Kind, judge
from pellucid.llm._findings import (
    SCHEMA,
    WORD,
    Said,
    context_of_props,
    is_object,
    keeps,
    listed_models,
    mask,
    name_in,
    read,
)
from pellucid.llm._form import Form, Rung, Sampling
from pellucid.llm._limits import retry_after
from pellucid.llm._logprobs import read_tokens
from pellucid.llm._markers import break_markers
from pellucid.llm._wire import Answered, Wire, address, check_key_env

Post = Callable[[Mapping[str, Any]], Awaitable[Answered]]
"""Sends the body of a chat completion; a failure is returned, not raised."""

Get = Callable[[str], Awaitable[Answered]]
"""Gets what stands at a place relative to the API's base: ``models``, or ``/props`` at the root of the server."""

Sleep = Callable[[float], Awaitable[None]]

MAX_REQUESTS = 12
"""Trials that are left when so many were sent are not made."""

_TRIES = 4
_PAUSE_S, _LONGEST_WAIT_S = 1.0, 10.0
_CONNECT_S, _READ_S, _FIRST_READ_S = 5.0, 60.0, 600.0

_HELLO = "Say hello in plain words, without any JSON."  # some servers want the word JSON in a prompt
_LETTERS = "Write sixteen random letters, each drawn by chance."
_FORCED_TOKENS, _LETTER_TOKENS = 96, 12
_HOT, _SEED = 1.5, 11
_MARKERS = {  # by what the model may be called; the last is tried on every model
    "llama": "<|eot_id|>",
    "gemma": "<end_of_turn>",
    "mi[sx]tral": "[/INST]",
    "deepseek": "<｜end▁of▁sentence｜>",
    "phi|gpt-oss": "<|end|>",
    "glm": "<|user|>",
    "": "<|im_end|>",
}
_COPIES = 5


async def probe(
    post: Post, get: Get, model: str | None, *, url: str = "", sleep: Sleep = asyncio.sleep
) -> Capabilities:
    """Find out what a server really does.

    About a dozen small requests, one after another; none holds anything of a document.

    Parameters
    ----------
    post : callable
        Sends the body of a chat completion and returns an `Answered`.
    get : callable
        Gets ``"models"`` beside chat completions, or ``"/props"`` at the server's root.
    model : str or None
        Its name on the server; None takes the first that is listed.
    url : str, default=""
        Base of the API, for messages and for the result.
    sleep : callable, default=asyncio.sleep
        Waits before a server that is busy or still loading is asked again.

    Returns
    -------
    Capabilities

    Raises
    ------
    ModelAccessError
        If nothing answers, or not as a chat model, or the key or the name is refused.
    """
    answered = await get("models")
    if answered.status == 0 and not answered.arrived:
        raise ModelAccessError(_nobody(url, answered.cause))
    listed = listed_models(answered)
    if model is None and not listed:
        raise ModelAccessError(f"model: the server at {url} lists no models; name the one to ask for")
    name = model or next(iter(listed))
    probing = _Probing(post, name, url, sleep)
    await probing.begin(tuple(listed))
    context = listed.get(name) or (next(iter(listed.values())) if len(listed) == 1 else None)
    if context is None:
        context = context_of_props(await get("/props"))
    await probing.form()
    await probing.logprobs()
    await probing.chance()
    await probing.control()
    await probing.others()
    return probing.capabilities(served=tuple(listed), context=context)


class _Probing:
    """The trials of one probe; each writes what it found into `found`."""

    def __init__(self, post: Post, model: str, url: str, sleep: Sleep) -> None:
        self.found: dict[str, Any] = {"model": model, "url": url}
        self._post = post
        self._model = model
        self._url = url
        self._sleep = sleep
        self._plain = Form()
        self._temperature: float | None = 0.0
        self._seconds: list[float] = []
        self._letters: list[Said] = []

    @property
    def left(self) -> int:
        """How many requests may still be sent."""
        return MAX_REQUESTS - len(self._seconds)

    async def begin(self, listed: tuple[str, ...]) -> None:
        """Ask something plain; whatever stands in the way of that stands in the way of everything."""
        for _ in range(_TRIES):
            answered = await self._send(self._body(_LETTERS, tokens=_LETTER_TOKENS))
            outcome = judge(answered)
            if outcome.kind in (Kind.ANSWER, Kind.TRUNCATED, Kind.REFUSED):
                break
            if outcome.kind is Kind.UNTAKEN and self._without(outcome.part):
                continue
            if outcome.kind in (Kind.LOST, Kind.LIMITED) and answered.arrived:
                await self._sleep(_wait(answered))
                continue
            raise ModelAccessError(self._refused(answered, outcome.kind, outcome.cause, listed))
        else:
            raise ModelAccessError(self._refused(answered, outcome.kind, outcome.cause, listed))
        self._letters.append(read(answered))
        self.found["answered_as"] = name_in((answered.payload or {}).get("model"))
        if (self._letters[0].reply_tokens or 0) > _LETTER_TOKENS and not self._plain.completion_tokens:
            other = replace(self._plain, completion_tokens=True)
            said = await self._ask(self._body(_LETTERS, form=other, tokens=_LETTER_TOKENS))
            if said.done and (said.reply_tokens or _LETTER_TOKENS + 1) <= _LETTER_TOKENS:
                self._plain, self._letters = other, [said]

    async def form(self) -> None:
        """Force a reply that no model gives by itself: by schema, and as a JSON object."""
        said = await self._ask(self._body(_HELLO, form=self._on(Rung.JSON_SCHEMA), schema=SCHEMA))
        self.found["json_schema"] = keeps(said)
        said = await self._ask(self._body(_HELLO, form=self._on(Rung.JSON_OBJECT), schema=SCHEMA))
        self.found["object_schema"] = keeps(said)
        if not said.done:
            bare = replace(self._on(Rung.JSON_OBJECT), object_schema=False)
            said = await self._ask(self._body(_HELLO, form=bare, schema=SCHEMA))
        self.found["json_object"] = is_object(said)

    async def logprobs(self) -> None:
        """Ask for the likeliest tokens, freely and where the form allows only one."""
        for wanted in (20, 5):
            self._plain = replace(self._plain, top_logprobs=wanted)
            said = await self._ask(self._body(_LETTERS, tokens=_LETTER_TOKENS))
            if said.done:
                break
        self._plain = replace(self._plain, top_logprobs=0)
        self._letters.append(said)
        tokens = read_tokens(said.choices[0]) if said.choices else []
        self.found["logprobs"] = kind = "unclear" if tokens else "no"
        self.found["top_logprobs"] = most = max((len(token.top) for token in tokens), default=0)
        rung = Rung.JSON_SCHEMA if self.found["json_schema"] else Rung.JSON_OBJECT
        if most and (self.found["json_schema"] or self.found["object_schema"]):
            form = replace(self._on(rung), top_logprobs=most)
            said = await self._ask(self._body(_HELLO, form=form, schema=SCHEMA))
            kind = mask(said)
        self.found["logprobs"] = kind

    async def chance(self) -> None:
        """Draw three times: twice with one seed, once with another and two replies wanted."""
        cold, again = self._letters[0], self._letters[-1]
        if self._temperature is None:
            self.found["temperature"] = "no"
            return
        draws = [await self._ask(self._drawn(_SEED)), await self._ask(self._drawn(_SEED))]
        last = await self._ask({**self._drawn(_SEED + 1), "n": 2})
        self.found["n"] = len(last.choices) > 1 if last.telling else None
        if not last.done:
            last = await self._ask(self._drawn(_SEED + 1))
        self._letters += [*draws, last]
        first, second, third = (said.text for said in (*draws, last))
        if first is None or second is None or third is None:
            return
        if first != second:
            self.found["seed"] = "no"
        elif first != third:
            self.found["seed"] = "yes"
        if first == second == third == cold.text and len(first) >= _LETTER_TOKENS:
            self.found["temperature"] = "no"  # three draws of a dozen tokens do not agree by accident
        elif first != third and cold.text is not None and cold.text == again.text:
            self.found["temperature"] = "yes"

    async def control(self) -> None:
        """Count the tokens that markers of control tokens take: one each where they become what they name."""
        before = self._letters[0].prompt_tokens
        if before is None:
            return
        names = f"{self._model} {self.found['answered_as']}".lower()
        tried = [marker for name, marker in _MARKERS.items() if re.search(name, names)][-2:]
        for marker in tried:
            more = await self._marked(marker * _COPIES, before)
            if more is None:
                return
            self.found["control_tokens"] = "no"
            if _COPIES <= more <= _COPIES + 2:  # what joins them to the text may take a token or two
                self.found["control_tokens"] = "yes"
                more = await self._marked(break_markers(marker * _COPIES).text, before)
                self.found["markers_broken"] = None if more is None else more >= 2 * _COPIES
                return

    async def others(self) -> None:
        """Try the two ways of forcing a reply that only some servers know."""
        ways: dict[str, dict[str, Any]] = {
            "choice": {"structured_outputs": {"choice": [WORD]}},
            "grammar": {"grammar": f'root ::= "{WORD}"'},
        }
        for name, extra in ways.items():
            if self.left > 0:
                said = await self._ask({**self._body(_HELLO, tokens=_FORCED_TOKENS // 4), **extra})
                self.found[name] = (said.text or "").strip() == WORD if said.telling else None

    def capabilities(self, **more: Any) -> Capabilities:
        """Put together what was found."""
        counts = [said.reply_tokens for said in self._letters if said.reply_tokens is not None]
        name = "max_completion_tokens" if self._plain.completion_tokens else "max_tokens"
        limit = "unclear"
        if max(counts, default=0) > _LETTER_TOKENS:
            limit = "no"
        elif any(said.finish == "length" for said in self._letters):
            limit = name
        return Capabilities(
            **self.found,
            **more,
            limit=limit,
            seconds=median(self._seconds[1:] or self._seconds),
            requests=len(self._seconds),
        )

    def _on(self, rung: Rung) -> Form:
        return replace(self._plain, rung=rung)

    def _body(
        self, prompt: str, *, form: Form | None = None, schema: dict[str, Any] | None = None, tokens: int = 0
    ) -> dict[str, Any]:
        """Write a body just as requests are written later."""
        request = Request(document="probe", prompt=prompt, reply_schema=schema or {})
        sampling = Sampling(self._model, self._temperature, _SEED, tokens or _FORCED_TOKENS)
        return (form or self._plain).body(
            request, sampling, system="", prompt=prompt, max_tokens=tokens or _FORCED_TOKENS
        )

    def _drawn(self, seed: int) -> dict[str, Any]:
        return {**self._body(_LETTERS, tokens=_LETTER_TOKENS), "temperature": _HOT, "seed": seed}

    async def _marked(self, markers: str, before: int) -> int | None:
        """Count the tokens that a text takes behind the usual prompt."""
        if self.left <= 0:
            return None
        said = await self._ask(self._body(f"{_LETTERS} {markers}", tokens=1))
        return None if said.prompt_tokens is None else said.prompt_tokens - before

    async def _ask(self, body: Mapping[str, Any]) -> Said:
        """Send a request, and once more where it was lost; a refusal of the whole account ends the probe."""
        answered = await self._send(body)
        kind = judge(answered).kind
        if kind is Kind.LIMITED or (kind is Kind.LOST and answered.status != 500):
            await self._sleep(_wait(answered))
            answered = await self._send(body)
            kind = judge(answered).kind
        if not answered.arrived:
            raise ModelAccessError(_nobody(self._url, answered.cause))
        if kind is Kind.ACCESS and answered.status in (401, 402, 429):
            raise ModelAccessError(f"model {self._model!r}: {judge(answered).cause}")
        return read(answered)

    async def _send(self, body: Mapping[str, Any]) -> Answered:
        start = time.perf_counter()
        answered = await self._post(body)
        self._seconds.append(time.perf_counter() - start)
        return answered

    def _without(self, part: str) -> bool:
        """Go on without a part of the plain request that is not taken; whether that can be done."""
        if part == "temperature":
            taken, self._temperature = self._temperature, None
            return taken is not None
        form = self._plain.without(part) if part in ("max_tokens", "seed") else None
        self._plain = form or self._plain
        return form is not None

    def _refused(self, answered: Answered, kind: Kind, cause: str, listed: tuple[str, ...]) -> str:
        """Say why nothing can be asked, and what to do about it."""
        if not answered.arrived:
            return _nobody(self._url, cause)
        if kind is Kind.PROTOCOL:
            return f"url: what answers at {self._url} is no OpenAI-compatible API ({cause}); look at the address"
        if kind is Kind.ACCESS and answered.status != 404:
            return f"model {self._model!r}: {cause}"
        if kind in (Kind.LOST, Kind.LIMITED):
            return f"the server at {self._url} does not answer a plain request, {_TRIES} tries ({cause})"
        names = f"it lists {', '.join(listed[:5])}" if listed else "it lists none; some take only the path they serve"
        return f"model: the server at {self._url} does not take {self._model!r} ({cause}); {names}"


def probe_server(
    url: str, *, model: str | None = None, key_env: str | None = None, allow_remote: bool = False
) -> Capabilities:
    """Find out what a server really does, with about a dozen small requests.

    Parameters
    ----------
    url : str
        Base of its API, such as ``"http://127.0.0.1:8000/v1"``.
    model : str or None, default=None
        Its name there; None takes the first that the server lists.
    key_env : str or None, default=None
        NAME of the environment variable that holds the key.
    allow_remote : bool, default=False
        Whether requests may go to another machine.

    Returns
    -------
    Capabilities

    Raises
    ------
    InvalidInputError
        If `url` or `key_env` cannot be used.
    RemoteNotAllowed
        If `url` is another machine and that was not allowed, or not over https.
    ModelAccessError
        If nothing answers, or not as a chat model, or the key or the name is refused.
    MissingExtraError
        If aiohttp is not installed.

    Examples
    --------
    >>> probe_server("http://127.0.0.1:8000/v1/chat?key=1")
    Traceback (most recent call last):
        ...
    pellucid.exceptions.InvalidInputError: url: expected is the base of the server's API, such as ...
    """
    check_key_env(key_env)
    wire = Wire(address(url, allow_remote=allow_remote), key_env, _CONNECT_S)
    patience = iter([_FIRST_READ_S])  # many servers load the model at the first request

    async def post(body: Mapping[str, Any]) -> Answered:
        return await wire.post(body, timeout=next(patience, _READ_S))

    async def get(place: str) -> Answered:
        return await wire.get(place, timeout=_READ_S)

    async def whole() -> Capabilities:
        try:
            return await probe(post, get, model, url=url.rstrip("/"))
        finally:
            await wire.close()

    if not _in_loop():
        return asyncio.run(whole())
    with ThreadPoolExecutor(1) as beside:  # as in a notebook, whose loop has to wait meanwhile
        return beside.submit(asyncio.run, whole()).result()


def _in_loop() -> bool:
    """Whether this thread's event loop is running."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _nobody(url: str, cause: str) -> str:
    return f"url: nothing answers at {url} ({cause}); is the server running, and is that its address?"


def _wait(answered: Answered) -> float:
    told = retry_after(answered.headers)
    return _PAUSE_S if told is None else min(told, _LONGEST_WAIT_S)
