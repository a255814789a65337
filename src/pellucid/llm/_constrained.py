"""Writing under a grammar with an in-process model, on a cache that holds the document already."""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError, MissingCapability, ModelReplyError
from pellucid.llm._lexer import guidance, lexer

MOST_TOKENS = 1024
"""Tokens of one text, where nobody says: a guard, for what follows a grammar of ours ends by itself."""

_FUEL = 100_000_000
"""Work of llguidance on one grammar; a document of one million characters takes a tenth of it."""


class Drawn(NamedTuple):
    """What a model wrote.

    Attributes
    ----------
    text : str
        May quote the document.
    complete : bool
        Whether it reached the end of its grammar; what did not is no reply.
    tokens : int
        Tokens written.
    passes : int
        Forward passes of the model that took.
    """

    text: str
    complete: bool
    tokens: int
    passes: int

    def __repr__(self) -> str:
        return f"Drawn(complete={self.complete}, tokens={self.tokens}, passes={self.passes})"


class Constraint:
    """Keeps what is written within a grammar; one for each text that is written.

    Called like a logits processor of transformers, also by assisted generation, which
    looks at several continuations and takes some of them back: what is allowed follows
    from the tokens it is handed alone.

    Parameters
    ----------
    tokenizer : transformers.PreTrainedTokenizerFast
    grammar : str
        As written by `reply_grammar` and its like.
    vocabulary : int
        Width of the model's logits.
    ends : sequence of int
        Tokens that end a text, as `end_tokens` gives them.
    start : int, default=0
        Tokens of the prompt, before the text begins.

    Raises
    ------
    MissingCapability
        If llguidance cannot hold the grammar; the message quotes nothing of it.
    """

    def __init__(self, tokenizer: Any, grammar: str, *, vocabulary: int, ends: Sequence[int], start: int = 0) -> None:
        self._lexer = lexer(tokenizer, vocabulary, tuple(ends))
        llguidance = guidance()
        limits = llguidance.LLParserLimits(
            initial_lexer_fuel=_FUEL, step_lexer_fuel=_FUEL, max_lexer_states=10_000_000, verbose_errors=False
        )
        compiled = llguidance.LLMatcher.grammar_from_lark(grammar)
        self._matcher = llguidance.LLMatcher(self._lexer, compiled, log_level=0, limits=limits)
        self._vocabulary = vocabulary
        self._start = start
        self._taken: list[int] = []
        self._check()

    @property
    def is_complete(self) -> bool:
        """Whether the text may end here."""
        return bool(self._matcher.is_accepting())

    @property
    def is_over(self) -> bool:
        """Whether nothing more can be written."""
        return bool(self._matcher.is_stopped())

    @property
    def text(self) -> str:
        """What was written so far."""
        return self.read(self._taken)

    def read(self, tokens: Sequence[int]) -> str:
        """Turn tokens into text, byte for byte.

        Parameters
        ----------
        tokens : sequence of int

        Returns
        -------
        str
        """
        return str(self._lexer.decode_bytes(list(tokens)).decode("utf-8", "replace"))

    @property
    def forced(self) -> list[int]:
        """Tokens that the grammar leaves no choice about, from here on."""
        if self.is_over:
            return []
        forced = list(self._matcher.compute_ff_tokens())
        # A tokenizer that changes what it reads (case, accents) may propose what the grammar does not hold.
        return forced[: self._matcher.validate_tokens(forced)] if forced else []

    def take(self, tokens: Sequence[int]) -> None:
        """Write tokens.

        Parameters
        ----------
        tokens : sequence of int
            Each one allowed where it stands.

        Raises
        ------
        MissingCapability
            If one is not, or llguidance gives up.
        """
        if tokens and not self._matcher.consume_tokens(list(tokens)):
            self._check()
        self._taken += tokens

    def allowed(self) -> NDArray[np.bool_]:
        """Say which tokens may come next.

        Returns
        -------
        ndarray of bool, shape (vocabulary,)

        Raises
        ------
        MissingCapability
            If llguidance gives up.
        """
        if self.is_over:
            mask = np.zeros(self._vocabulary, dtype=bool)
            mask[list(self._lexer.eos_tokens)] = True
            return mask
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        self._check()
        return np.unpackbits(bits, count=self._vocabulary, bitorder="little").astype(bool)

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Leave only the scores of tokens that the grammar allows next.

        Parameters
        ----------
        input_ids : torch.Tensor, shape (1, length)
            Prompt and what is written so far.
        scores : torch.Tensor, shape (1, vocabulary)

        Returns
        -------
        torch.Tensor
            Minus infinity where a token is not allowed. Unchanged after a token that was
            not allowed: a guess that whoever checks it throws away.

        Raises
        ------
        InvalidInputError
            If there is more than one text.
        """
        if len(input_ids) != 1:
            raise InvalidInputError(f"input_ids: one text at a time is expected, not {len(input_ids)}")
        rest = self._go_to(input_ids[0, self._start :].tolist())
        if rest and rest[0] not in self._lexer.eos_tokens:
            return scores
        forced = [] if rest else self.forced
        if rest or forced:
            mask = np.zeros(self._vocabulary, dtype=bool)
            mask[forced[:1] or list(self._lexer.eos_tokens)] = True
        else:
            mask = self.allowed()
        return _masked(scores, mask)

    def _go_to(self, tokens: list[int]) -> list[int]:
        """Take tokens back and write others, until exactly these are written; give those that are not allowed."""
        same = 0
        for ours, theirs in zip(self._taken, tokens, strict=False):
            if ours != theirs:
                break
            same += 1
        if len(self._taken) > same:
            self._matcher.rollback(len(self._taken) - same)
            del self._taken[same:]
        rest = tokens[same:]
        fitting = self._matcher.validate_tokens(rest) if rest and not self.is_over else 0
        ends = [place for place, token in enumerate(rest[:fitting]) if token in self._lexer.eos_tokens]
        fitting = min([fitting, *ends])
        self.take(rest[:fitting])
        return rest[fitting:]

    def _check(self) -> None:
        if self._matcher.is_error():  # its own message may hold the grammar, and with it the document
            raise MissingCapability(
                f"llguidance gave up on a grammar ({self._matcher.stop_reason()}); a shorter document may do"
            )


def decode(
    model: Any,
    tokenizer: Any,
    ids: Sequence[int],
    cache: Any,
    grammar: str,
    *,
    max_new_tokens: int = MOST_TOKENS,
    generator: Any = None,
    temperature: float = 1.0,
) -> Drawn:
    """Write one text under a grammar, after a prompt of which a cache holds the beginning.

    The cache is afterwards as it was before, so that many texts can be written about
    one document that was encoded once. What the grammar forces is not asked of the
    model token by token: it goes in together with the next token that is.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        A causal one, in evaluation mode.
    tokenizer : transformers.PreTrainedTokenizerFast
    ids : sequence of int
        The end of the prompt, which the cache does not hold yet; at least one token.
    cache : transformers.Cache
        Filled with the beginning of the prompt, for one sequence.
    grammar : str
        As written by `reply_grammar` and its like.
    max_new_tokens : int, default=1024
    generator : torch.Generator or None, default=None
        Draws at random with it; None takes the likeliest token every time.
    temperature : float, default=1.0
        Of the draws.

    Returns
    -------
    Drawn
        Its `complete` is False where `max_new_tokens` came before the end of the grammar.

    Raises
    ------
    InvalidInputError
        If `ids` is empty.
    MissingCapability
        If llguidance cannot hold the grammar, or the cache cannot be rolled back.
    ModelReplyError
        If the model's logits are not numbers.
    """
    if not len(ids):
        raise InvalidInputError("ids: at least one token of the prompt has to be outside the cache")
    torch = import_extra("torch", extra="local", purpose="an in-process language model")
    ends = end_tokens(model, tokenizer)
    rules = Constraint(tokenizer, grammar, vocabulary=logit_width(model), ends=ends)
    last = {"logits_to_keep": 1} if "logits_to_keep" in inspect.signature(model.forward).parameters else {}
    coming, tokens, passes = list(ids), 0, 0
    with torch.inference_mode(), _rolled_back(cache):
        while True:
            forced = rules.forced[: max_new_tokens - tokens]
            rules.take(forced)
            tokens += len(forced)
            if rules.is_over or tokens >= max_new_tokens:
                break
            fed = torch.tensor([coming + forced], device=model.device)
            logits = model(input_ids=fed, past_key_values=cache, use_cache=True, **last).logits[:, -1]
            passes += 1
            coming = [_pick(torch, logits, rules.allowed(), generator, temperature)]
            if coming[0] in ends:  # allowed only where the text may end
                break
            rules.take(coming)
            tokens += 1
    return Drawn(rules.text, rules.is_complete, tokens, passes)


def end_tokens(model: Any, tokenizer: Any) -> tuple[int, ...]:
    """Give the tokens that end a text: the model's and the tokenizer's.

    Parameters
    ----------
    model : transformers.PreTrainedModel
    tokenizer : transformers.PreTrainedTokenizerFast

    Returns
    -------
    tuple of int

    Raises
    ------
    MissingCapability
        If there is none, so that no text would ever end.
    """
    configured = getattr(model.generation_config, "eos_token_id", None)
    listed = configured if isinstance(configured, list | tuple) else [configured]
    found = sorted({int(token) for token in [*listed, tokenizer.eos_token_id] if token is not None})
    if not found:
        raise MissingCapability("the model has no token that ends a text: set its generation_config.eos_token_id")
    return tuple(found)


def logit_width(model: Any) -> int:
    """Count the logits that a model gives for each token, which may be more than its tokenizer knows.

    Parameters
    ----------
    model : transformers.PreTrainedModel

    Returns
    -------
    int
    """
    return int(model.get_output_embeddings().weight.shape[0])


def _pick(torch: ModuleType, logits: Any, mask: NDArray[np.bool_], generator: Any, temperature: float) -> int:
    """Choose the next token: the likeliest, or one drawn at random."""
    if bool(torch.isnan(logits).any()):
        raise ModelReplyError("the model's logits are not numbers (NaN); load it in another precision, such as float32")
    allowed = _masked(logits.float(), mask)[0]
    if generator is None:
        return int(allowed.argmax())
    # Drawn on the CPU, so that a seed gives the same on every device.
    chances = torch.softmax(allowed / temperature, dim=-1).to(generator.device)
    return int(torch.multinomial(chances, 1, generator=generator))


def _masked(scores: Any, mask: NDArray[np.bool_]) -> Any:
    """Set the scores of what is not allowed to minus infinity."""
    torch = import_extra("torch", extra="local", purpose="an in-process language model")
    return scores.masked_fill(torch.from_numpy(~mask).to(scores.device), float("-inf"))


@contextmanager
def _rolled_back(cache: Any) -> Iterator[None]:
    """Bring a cache back to what it held, whatever happens in between."""
    held = cache.get_seq_length()
    cache.activate_past_recording()  # a cache with a window would otherwise drop what has to come back
    try:
        yield
    finally:
        cache.crop(held - cache.get_seq_length())
    if cache.get_seq_length() != held:
        raise MissingCapability("this model's cache cannot be rolled back, so a document cannot be encoded once")
