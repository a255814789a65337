"""Requests answered by a model in memory: options scored, numbers and quotes written under a grammar."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pellucid._optional import import_extra
from pellucid.exceptions import MissingCapability, ModelReplyError
from pellucid.llm._chat import repaired
from pellucid.llm._client import Finish, Part, Reply, Request
from pellucid.llm._constrained import Constraint, Drawn, decode, end_tokens, logit_width
from pellucid.llm._grammar import reply_grammar
from pellucid.llm._limits import Usage
from pellucid.llm._loaded import PACKED, Loaded
from pellucid.llm._packing import Choice, plan
from pellucid.llm._prefix import PACK_TOKENS, Encoded, LogProbabilities, score_one_by_one
from pellucid.llm._speculation import Speculation, generate

BATCH_TOKENS = 32_768
"""Tokens of documents and questions that are worked on together, padding included."""

PADDING = 0.1
"""Share of a batch of documents that may be padding."""

_ROOM = 256
"""Tokens that a number or a quote is left room for, at least."""

_Said = dict[str, Any]


class _Cost(NamedTuple):
    """Tokens that went in and came out."""

    prompt: int
    reply: int


class Task(NamedTuple):
    """A request with parts, as tokens."""

    number: int
    request: Request
    prefix: list[int]

    @property
    def scored(self) -> list[Part]:
        """The parts with options."""
        return [part for part in self.request.parts if part.options]


class Worker:
    """Answers requests with one loaded model; not for two threads at once.

    Parameters
    ----------
    loaded : Loaded
    max_new_tokens : int
        Longest text written at once.
    usage : Usage
        Is counted up.

    Attributes
    ----------
    speculation : Speculation
        How far an assistant guessed right.
    """

    def __init__(self, loaded: Loaded, max_new_tokens: int, usage: Usage) -> None:
        self.speculation = Speculation()
        self._loaded = loaded
        self._longest = max_new_tokens
        self._usage = usage
        self._tried = False

    def replies(self, requests: Sequence[Request]) -> list[Reply]:
        """Answer requests; those about the same questions go through the model together.

        Parameters
        ----------
        requests : sequence of Request

        Returns
        -------
        list of Reply
            In the order of the requests.
        """
        found: dict[int, Reply] = {}
        together: defaultdict[tuple[Choice, ...], list[Task]] = defaultdict(list)
        for number, request in enumerate(requests):
            choices = tuple(self._loaded.chat.choice(part) for part in request.parts if part.options)
            try:
                prefix = self._loaded.chat.opening(request.system, _material(request), asks=bool(request.parts))
            except MissingCapability as error:  # of this one document
                found[number] = Reply(text="", finish=Finish.PROTOCOL, cause=str(error))
                continue
            task = Task(number, request, prefix)
            if not self._fits(task, choices):
                found[number] = Reply(text="", finish=Finish.TOO_LONG, cause=f"{len(prefix):,} tokens and questions")
            elif request.parts:
                together[choices].append(task)
            else:
                found[number] = self._free(task)
        for choices, tasks in together.items():
            widest = max((len(pack.tokens) for pack in plan(choices, PACK_TOKENS)), default=0)
            for batch in _batches(tasks, widest):
                found.update(self._answer(batch, choices))
        for reply in found.values():
            self._usage.requests += 1
            self._usage.prompt_tokens += reply.prompt_tokens or 0
            self._usage.reply_tokens += reply.reply_tokens or 0
        return [found[number] for number in range(len(requests))]

    def _fits(self, task: Task, choices: Sequence[Choice]) -> bool:
        """Whether document and questions fit the context, with some room to write."""
        if self._loaded.context is None:
            return True
        longest = max((len(choice.suffix) + len(label) for choice in choices for label in choice.labels), default=0)
        writes = not task.request.parts or any(part.quote or not part.options for part in task.request.parts)
        room = max(longest, len(self._loaded.chat.closing(task.request.parts[:1])))
        return len(task.prefix) + room + (min(self._longest, _ROOM) if writes else 0) <= self._loaded.context

    def _answer(self, batch: Sequence[Task], choices: tuple[Choice, ...]) -> Iterator[tuple[int, Reply]]:
        """Answer requests that ask the same, in smaller batches where memory does not suffice."""
        torch = import_extra("torch", extra="local", purpose="TransformersModel")
        try:
            encoded, scores = self._score(batch, choices)
        except torch.OutOfMemoryError:
            encoded = scores = None
        if scores is not None:
            for row, task in enumerate(batch):
                yield task.number, self._reply(task, choices, scores[row], (encoded, row))
        elif len(batch) > 1:
            half = len(batch) // 2
            yield from self._answer(batch[:half], choices)
            yield from self._answer(batch[half:], choices)
        else:
            yield batch[0].number, Reply(text="", finish=Finish.TOO_LONG, cause="not enough memory")

    def _score(
        self, batch: Sequence[Task], choices: tuple[Choice, ...]
    ) -> tuple[Encoded | None, list[LogProbabilities]]:
        if self._loaded.scoring == PACKED:
            encoded = Encoded(self._loaded.model, [task.prefix for task in batch])
            return encoded, encoded.score(choices) if choices else [[] for _ in batch]
        return None, [score_one_by_one(self._loaded.model, task.prefix, choices) for task in batch]

    def _reply(
        self,
        task: Task,
        choices: tuple[Choice, ...],
        scores: LogProbabilities,
        place: tuple[Encoded | None, int],
    ) -> Reply:
        """Put together what was scored and what is still to be written."""
        probabilities = {part.key: _probabilities(part, found) for part, found in zip(task.scored, scores, strict=True)}
        values = {key: max(found, key=found.__getitem__) or None for key, found in probabilities.items()}
        wanted = [part for part in task.request.parts if part.key not in values or _needs_evidence(task, part, values)]
        try:
            said, cost = self._write(task, wanted, values, place)
        except MissingCapability:  # the tokenizer was tried before, so it is this document
            return Reply(text="", finish=Finish.TOO_LONG, cause="llguidance cannot hold the grammar of its quotes")
        # What was cut short is left out: better unread than without its evidence.
        silent = {key: {"value": value, "quote": ""} for key, value in values.items()}
        said.update({key: silent[key] for key in silent if not _has(wanted, key)})
        said = {part.key: said[part.key] for part in task.request.parts if part.key in said}
        return Reply(
            text=json.dumps(said, ensure_ascii=False),
            finish=Finish.COMPLETE if said else Finish.TRUNCATED,
            prompt_tokens=cost.prompt + self._scored(task, choices),
            reply_tokens=cost.reply,
            probabilities=probabilities,
        )

    def _scored(self, task: Task, choices: tuple[Choice, ...]) -> int:
        """Tokens that went through the model for the scores."""
        if self._loaded.scoring == PACKED:
            return len(task.prefix) + sum(len(pack.tokens) for pack in plan(choices, PACK_TOKENS))
        begun = [(choice.suffix, begin) for choice in choices for begin in {label[:-1] for label in choice.labels}]
        return sum(len(task.prefix) + len(suffix) + len(begin) for suffix, begin in begun)

    def _write(
        self,
        task: Task,
        wanted: Sequence[Part],
        values: Mapping[str, str | None],
        place: tuple[Encoded | None, int],
    ) -> tuple[dict[str, _Said], _Cost]:
        """Write numbers and evidence: part by part against the document's cache, or all in one go without one."""
        if not wanted:
            return {}, _Cost(0, 0)
        self._try_writing()
        encoded, row = place if self._loaded.assistant is None else (None, 0)
        said: dict[str, _Said] = {}
        prompt = reply = 0
        for parts in [[part] for part in wanted] if encoded else [wanted]:
            ids = self._loaded.chat.closing(parts)
            grammar = _grammar(task.request, parts, {key: values[key] for key in values if _has(parts, key)})
            longest = self._room(len(task.prefix) + len(ids), self._longest * len(parts))
            drawn = (
                decode(self._model, self._tokenizer, ids, encoded.continuation(row), grammar, max_new_tokens=longest)
                if encoded
                else self._generate([*task.prefix, *ids], grammar, longest)
            )
            said.update(json.loads(drawn.text, strict=False) if drawn.complete else {})
            prompt, reply = prompt + len(ids), reply + drawn.tokens
        return said, _Cost(prompt + (0 if encoded else len(task.prefix)), reply)

    def _free(self, task: Task) -> Reply:
        """Write a reply to a request without parts; once more with twice the room, where the first is cut short."""
        self._try_writing()
        ids = [*task.prefix, *self._loaded.chat.closing()]
        schema = task.request.reply_schema
        grammar = _by_schema(schema) if schema else None
        drawn, prompt, reply = Drawn("", False, 0, 0), 0, 0
        for longest in (self._longest, 2 * self._longest):
            drawn = self._generate(ids, grammar, self._room(len(ids), longest))
            prompt, reply = prompt + len(ids), reply + drawn.tokens
            if drawn.complete:
                break
        return Reply(
            text=drawn.text,
            finish=Finish.COMPLETE if drawn.complete else Finish.TRUNCATED,
            prompt_tokens=prompt,
            reply_tokens=reply,
        )

    def _generate(self, ids: Sequence[int], grammar: str | None, longest: int) -> Drawn:
        drawn, speculation = generate(
            self._model,
            self._tokenizer,
            ids,
            assistant=self._loaded.assistant,
            grammar=grammar,
            max_new_tokens=longest,
        )
        self.speculation += speculation
        return drawn

    def _room(self, used: int, longest: int) -> int:
        return longest if self._loaded.context is None else max(1, min(longest, self._loaded.context - used))

    def _try_writing(self) -> None:
        """See once that grammars work with this tokenizer at all; if not, no document is to blame."""
        if not self._tried:
            ends = end_tokens(self._model, self._tokenizer)
            Constraint(self._tokenizer, 'start: "a"\n', vocabulary=logit_width(self._model), ends=ends)
            self._tried = True

    @property
    def _model(self) -> Any:
        return self._loaded.model

    @property
    def _tokenizer(self) -> Any:
        return self._loaded.tokenizer


def _material(request: Request) -> str:
    """Give what all questions share; for a request without parts, everything."""
    return request.material if request.parts and request.material else request.prompt


def _batches(tasks: Sequence[Task], widest: int) -> Iterator[list[Task]]:
    """Put documents of similar length together, as many as memory is meant for, with so many tokens of questions."""
    batch: list[Task] = []
    own = 0
    for task in sorted(tasks, key=lambda task: len(task.prefix)):
        size, longest = len(batch) + 1, len(task.prefix)
        if batch and (size * (longest + widest) > BATCH_TOKENS or own + longest < (1 - PADDING) * size * longest):
            yield batch
            batch, own = [], 0
        batch.append(task)
        own += longest
    if batch:
        yield batch


def _probabilities(part: Part, found: Sequence[float]) -> dict[str, float]:
    """Name the probabilities of one part, null as the empty string."""
    if not all(math.isfinite(value) for value in found):
        raise ModelReplyError("the model's logits are not numbers (NaN); load it in another precision, such as float32")
    names = [*part.options, ""] if part.nullable else list(part.options)
    return {name: math.exp(value) for name, value in zip(names, found, strict=True)}


def _needs_evidence(task: Task, part: Part, values: Mapping[str, str | None]) -> bool:
    return values[part.key] is not None and (part.quote or _by_sentence(task.request, part))


def _by_sentence(request: Request, part: Part) -> bool:
    """Whether evidence is asked for as the id of a sentence."""
    body = request.reply_schema.get("properties", {}).get(part.key, {})
    return "sentence" in body.get("properties", {})


def _has(parts: Sequence[Part], key: str) -> bool:
    return any(part.key == key for part in parts)


def _grammar(request: Request, parts: Sequence[Part], known: Mapping[str, str | None]) -> str:
    """Write the grammar of a reply to some parts, with the values that are known already."""
    if not any(_by_sentence(request, part) for part in parts):
        return reply_grammar(parts, repaired(request.text), known=known)
    bodies = {part.key: _body(request, part, known) for part in parts}
    return _by_schema({**request.reply_schema, "properties": bodies, "required": list(bodies)})


def _body(request: Request, part: Part, known: Mapping[str, str | None]) -> dict[str, Any]:
    """Write the schema of one answer: a value with the sentence that supports it, or null without one."""
    body = request.reply_schema["properties"][part.key]
    ids = [name for name in request.reply_schema["$defs"]["sentence"]["enum"] if name is not None]
    value = {"const": known[part.key]} if part.key in known else {**body["properties"]["value"], "type": "number"}
    stated = {**body, "properties": {"value": value, "sentence": {"enum": ids}}}
    silent = {**body, "properties": {"value": {"type": "null"}, "sentence": {"type": "null"}}}
    return {"anyOf": [stated, silent]} if part.key not in known and part.nullable else stated


def _by_schema(schema: Mapping[str, Any]) -> str:
    """Write the grammar of what follows a JSON Schema, without white space that never ends."""
    return f"start: %json {json.dumps({**schema, 'x-guidance': {'whitespace_flexible': False}})}\n"
