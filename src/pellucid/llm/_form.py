"""The chat-completions form of a request: what a server is asked to hold to, and what it turned out not to take."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from pellucid.llm._client import Request


class Rung(StrEnum):
    """How strictly the form of a reply is asked for, strictest first."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    GRAMMAR = "grammar"
    PLAIN = "plain text"


class Sampling(NamedTuple):
    """What a model is asked with, beside the text.

    Attributes
    ----------
    model : str
    temperature : float or None
        None leaves it to the server.
    seed : int or None
        None sends none; a second attempt adds one.
    max_tokens : int
        Longest reply.
    """

    model: str
    temperature: float | None
    seed: int | None
    max_tokens: int

    @property
    def settings(self) -> str:
        """What of it may change a reply: part of the key under which a reply is kept.

        The form that a server turns out to take is no part of it: an answer is found again
        without asking the server anything, and kept whatever form it was asked in.

        Examples
        --------
        >>> Sampling("demo", 0.0, 7, 1024).settings
        'temperature=0; seed=7; max_tokens=1024'
        """
        temperature = "server's" if self.temperature is None else f"{self.temperature:g}"
        seed = "none" if self.seed is None else str(self.seed)
        return f"temperature={temperature}; seed={seed}; max_tokens={self.max_tokens}"


@dataclass(frozen=True)
class Form:
    """What is asked of a server beside the text; a server that refuses a part of it is asked without.

    Attributes
    ----------
    rung : Rung
    object_schema : bool
        Whether the schema stands beside ``json_object``.
    grammar : bool
        Whether the server takes vLLM's ``structured_outputs``: else that rung is passed over.
    top_logprobs : int
        Alternatives wanted for every token; 0 asks for no logprobs.
    seed : bool
    completion_tokens : bool
        Whether the limit is called ``max_completion_tokens``.
    system : bool
        Whether instructions stand in a message of their own.
    extra : Mapping
        Further keys of every body.
    """

    rung: Rung = Rung.JSON_SCHEMA
    object_schema: bool = True
    grammar: bool = False
    top_logprobs: int = 0
    seed: bool = True
    completion_tokens: bool = False
    system: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)

    def body(
        self, request: Request, sampling: Sampling, *, system: str, prompt: str, max_tokens: int
    ) -> dict[str, Any]:
        """Write the body of a call.

        Parameters
        ----------
        request : Request
            Its schema and attempt.
        sampling : Sampling
        system, prompt : str
            The texts as they are to be sent.
        max_tokens : int

        Returns
        -------
        dict

        Examples
        --------
        >>> body = Form().body(Request(document="a", prompt="Well?"), Sampling("demo", 0.0, None, 64), system="",
        ...                    prompt="Well?", max_tokens=64)
        >>> body["messages"], "response_format" in body
        ([{'role': 'user', 'content': 'Well?'}], False)
        """
        schema = json.dumps(without_max_length(request.reply_schema)) if request.reply_schema else ""
        body: dict[str, Any] = json.loads(
            self.encoded(request.attempt, sampling, schema=schema, system=system, prompt=prompt, max_tokens=max_tokens)
        )
        return body

    def encoded(
        self, attempt: int, sampling: Sampling, *, schema: str, system: str, prompt: str, max_tokens: int
    ) -> bytes:
        """Write the body of a call as JSON, around a schema that is JSON already.

        Parameters
        ----------
        attempt : int
        sampling : Sampling
        schema : str
            Empty where there is none.
        system, prompt : str
        max_tokens : int

        Returns
        -------
        bytes
        """
        if system and not self.system:
            system, prompt = "", f"{system}\n\n{prompt}"
        messages = [{"role": "system", "content": system}] if system else []
        body: dict[str, Any] = {"model": sampling.model, "messages": [*messages, {"role": "user", "content": prompt}]}
        body["max_completion_tokens" if self.completion_tokens else "max_tokens"] = max_tokens
        if sampling.temperature is not None:
            body["temperature"] = sampling.temperature
        if sampling.seed is not None and self.seed:
            body["seed"] = sampling.seed + attempt - 1
        if self.top_logprobs:
            body["logprobs"] = True
            body["top_logprobs"] = self.top_logprobs
        body.update(self.extra)
        text, more = json.dumps(body), self._held_to(schema) if schema else ""
        # Joined as text: a long schema is written once for thousands of requests.
        return (f"{text[:-1]}, {more}}}" if more else text).encode()

    def _held_to(self, schema: str) -> str:
        """Say in the server's own way what the reply has to look like, as members of the body."""
        if self.rung is Rung.JSON_SCHEMA:
            named = f'{{"name": "reply", "strict": true, "schema": {schema}}}'
            return f'"response_format": {{"type": "json_schema", "json_schema": {named}}}'
        if self.rung is Rung.JSON_OBJECT:
            beside = f', "schema": {schema}' if self.object_schema else ""
            return f'"response_format": {{"type": "json_object"{beside}}}'
        return f'"structured_outputs": {{"json": {schema}}}' if self.rung is Rung.GRAMMAR else ""

    def lower(self) -> "Form | None":
        """Return the next plainer form, or None at the end of the ladder.

        Examples
        --------
        >>> Form().lower().rung, Form(rung=Rung.JSON_OBJECT).lower().rung, Form(rung=Rung.PLAIN).lower()
        (<Rung.JSON_OBJECT: 'json_object'>, <Rung.PLAIN: 'plain text'>, None)
        """
        ladder = [rung for rung in Rung if rung is not Rung.GRAMMAR or self.grammar or self.rung is Rung.GRAMMAR]
        below = ladder[ladder.index(self.rung) + 1 :]
        return replace(self, rung=below[0]) if below else None

    def without(self, part: str) -> "Form | None":
        """Return the form without a part that the server refuses, or None where it is not asked for.

        Parameters
        ----------
        part : str
            ``"form"``, ``"logprobs"``, ``"seed"``, ``"max_tokens"`` or ``"system"``.

        Returns
        -------
        Form or None

        Examples
        --------
        >>> Form().without("seed").seed, Form().without("logprobs") is None
        (False, True)
        """
        if part == "form":
            spare = self.rung is Rung.JSON_OBJECT and self.object_schema
            return replace(self, object_schema=False) if spare else self.lower()
        changes: dict[str, tuple[bool, dict[str, Any]]] = {
            "logprobs": (self.top_logprobs > 0, {"top_logprobs": 0}),
            "seed": (self.seed, {"seed": False}),
            "max_tokens": (not self.completion_tokens, {"completion_tokens": True}),
            "system": (self.system, {"system": False}),
        }
        possible, change = changes.get(part, (False, {}))
        return replace(self, **change) if possible else None

    @property
    def words(self) -> str:
        """What is asked of the server beside the text, in words.

        Examples
        --------
        >>> Form(top_logprobs=5).words
        'json_schema; logprobs'
        """
        rung = str(self.rung)
        if self.rung is Rung.JSON_OBJECT and not self.object_schema:
            rung += " without schema"
        more = [*(["logprobs"] if self.top_logprobs else []), *([] if self.seed else ["without seed"])]
        return "; ".join([rung, *more, *sorted(map(str, self.extra))])


class SchemaText:
    """Writes schemas as JSON without ``maxLength``, and only once where the same one comes again and again.

    Examples
    --------
    >>> SchemaText().of({"type": "string", "maxLength": 9})
    '{"type": "string"}'
    """

    def __init__(self) -> None:
        self._given: dict[str, Any] = {}
        self._text = "{}"

    def of(self, schema: dict[str, Any]) -> str:
        """Return a schema's text.

        Parameters
        ----------
        schema : dict

        Returns
        -------
        str
        """
        if schema != self._given:
            self._given, self._text = schema, json.dumps(schema)
            # Most hold none, and looking through the text is many times faster than walking through the schema.
            if '"maxLength"' in self._text:
                self._text = json.dumps(without_max_length(schema))
        return self._text


def without_max_length(schema: Any) -> Any:
    """Return a schema without ``maxLength``, which breaks strings under several grammars.

    Parameters
    ----------
    schema : dict, list or anything that stands in one

    Returns
    -------
    as given

    Examples
    --------
    >>> without_max_length({"type": "string", "maxLength": 9})
    {'type': 'string'}
    """
    if isinstance(schema, dict):
        # Where a schema stands behind it, it is the name of a property, not the keyword.
        kept = {key: value for key, value in schema.items() if key != "maxLength" or isinstance(value, dict)}
        return {key: without_max_length(value) for key, value in kept.items()}
    return [without_max_length(value) for value in schema] if isinstance(schema, list) else schema
