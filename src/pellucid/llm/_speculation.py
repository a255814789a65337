"""Speculative decoding: a small model guesses ahead, the large one checks many tokens at once; and what it gained."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import Field

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError
from pellucid.llm._constrained import MOST_TOKENS, Constraint, Drawn, end_tokens, logit_width
from pellucid.schema import Record

Count = Annotated[int, Field(ge=0)]


class Speculation(Record):
    """How far a model's assistant guessed right; records add up.

    Attributes
    ----------
    drafted : int
        Tokens the assistant guessed and the model checked.
    accepted : int
        How many of them the model kept.
    steps : int
        Forward passes of the model, each of which checked one run of guesses.
    tokens : int
        Tokens written, those that end a text included: every step adds what it
        accepted and one token of the model's own.

    Examples
    --------
    >>> so_far = Speculation(drafted=10, accepted=6, steps=4, tokens=10) + Speculation()
    >>> so_far.acceptance_rate, so_far.tokens_per_step
    (0.6, 2.5)
    """

    drafted: Count = 0
    accepted: Count = 0
    steps: Count = 0
    tokens: Count = 0

    @property
    def acceptance_rate(self) -> float | None:
        """Share of the guesses that were right, 0 to 1; None where nothing was guessed."""
        return self.accepted / self.drafted if self.drafted else None

    @property
    def tokens_per_step(self) -> float | None:
        """Tokens per forward pass of the model, 1 without an assistant; None before the first pass."""
        return self.tokens / self.steps if self.steps else None

    def __add__(self, other: object) -> "Speculation":
        if not isinstance(other, Speculation):
            return NotImplemented
        return Speculation(
            drafted=self.drafted + other.drafted,
            accepted=self.accepted + other.accepted,
            steps=self.steps + other.steps,
            tokens=self.tokens + other.tokens,
        )


def generate(
    model: Any,
    tokenizer: Any,
    ids: Sequence[int],
    *,
    assistant: Any = None,
    grammar: str | None = None,
    max_new_tokens: int = MOST_TOKENS,
) -> tuple[Drawn, Speculation]:
    """Write one text by transformers' own `generate`, the likeliest token every time.

    An assistant changes how long it takes and not what is written. The whole prompt is
    encoded: given a cache that holds its beginning, assisted generation of transformers
    5.23 feeds that in once more and writes something else. `decode` is for such caches.

    Parameters
    ----------
    model : transformers.PreTrainedModel
    tokenizer : transformers.PreTrainedTokenizerFast
    ids : sequence of int
        The whole prompt.
    assistant : transformers.PreTrainedModel or None, default=None
        A smaller model with the same tokenizer, which guesses ahead.
    grammar : str or None, default=None
        As written by `reply_grammar` and its like; None leaves the text free.
    max_new_tokens : int, default=1024

    Returns
    -------
    (Drawn, Speculation)
        The text is complete where the model ended it, not where `max_new_tokens` did.

    Raises
    ------
    InvalidInputError
        If there is no prompt, or the assistant is the model itself or has another vocabulary.
    MissingCapability
        If llguidance cannot hold the grammar, or nothing ends the model's texts.
    """
    if not len(ids):
        raise InvalidInputError("ids: a prompt of at least one token is expected")
    _check_assistant(model, assistant)
    torch = import_extra("torch", extra="local", purpose="an in-process language model")
    transformers = import_extra("transformers", extra="local", purpose="an in-process language model")
    ends = end_tokens(model, tokenizer)
    rules = None
    if grammar is not None:
        rules = Constraint(tokenizer, grammar, vocabulary=logit_width(model), start=len(ids), ends=ends)
    settings = transformers.GenerationConfig(
        do_sample=False,
        max_new_tokens=max_new_tokens,
        eos_token_id=list(ends),
        pad_token_id=ends[0],
        repetition_penalty=1.0,
    )
    prompt = torch.tensor([list(ids)], device=model.device)
    with torch.inference_mode(), _counted(model) as widths:
        found = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            assistant_model=assistant,
            logits_processor=transformers.LogitsProcessorList([] if rules is None else [rules]),
            generation_config=settings,
        )
    written = found[0, len(ids) :].tolist()
    tokens = [token for token in written if token not in ends]
    text = tokenizer.decode(tokens, clean_up_tokenization_spaces=False) if rules is None else rules.read(tokens)
    drawn = Drawn(text, bool(written) and written[-1] in ends, len(tokens), len(widths))
    return drawn, _account(widths, len(ids), len(written))


def _check_assistant(model: Any, assistant: Any) -> None:
    if assistant is None:
        return
    if assistant is model:
        raise InvalidInputError("assistant: a model that assists itself gains nothing; give a smaller one, or None")
    sizes = [each.config.get_text_config().vocab_size for each in (model, assistant)]
    if sizes[0] != sizes[1]:
        raise InvalidInputError(
            f"assistant: it has {sizes[1]} tokens and the model {sizes[0]}; give one with the same tokenizer"
        )


def _account(widths: list[int], prompt: int, written: int) -> Speculation:
    """Count from the tokens that went into each of the model's passes.

    The first pass takes the prompt and the first guesses, every later one the last token
    and the next guesses. Each gives one token of the model's own, so the rest was guessed.
    """
    drafted = sum(widths) - prompt - max(len(widths) - 1, 0)
    return Speculation(drafted=drafted, accepted=written - len(widths), steps=len(widths), tokens=written)


@contextmanager
def _counted(model: Any) -> Iterator[list[int]]:
    """Note how many tokens go into each forward pass of a model."""
    widths: list[int] = []

    def note(_: Any, __: Any, given: dict[str, Any]) -> None:
        widths.append(int(given["input_ids"].shape[1]))

    hook = model.register_forward_pre_hook(note, with_kwargs=True)
    try:
        yield widths
    finally:
        hook.remove()
