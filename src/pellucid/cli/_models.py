"""Build the language model that the options name; the one place of the command line that does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import pellucid
from pellucid.cli._options import LimitOptions, ModelOptions

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.llm


@contextmanager
def open_model(asked: ModelOptions, limits: LimitOptions) -> Iterator["pellucid.llm.LanguageModel"]:
    """Give a model behind a URL, or one in this process; nothing is sent or loaded yet.

    Parameters
    ----------
    asked : ModelOptions
    limits : LimitOptions

    Yields
    ------
    LanguageModel
        Closed afterwards.

    Raises
    ------
    RemoteNotAllowed
        If the URL is not on this machine and nobody allowed that.
    InvalidInputError, MissingExtraError
        If the model cannot be used.
    """
    model = _in_process(asked) if asked.url is None else _behind(asked.url, asked, limits)
    try:
        yield model
    finally:
        close = getattr(model, "close", None)
        if close:
            close()


def _in_process(asked: ModelOptions) -> "pellucid.llm.LanguageModel":
    if not Path(asked.model).is_dir():
        typer.echo(f"no --url, and no folder {asked.model!r}: looking for it on the Hugging Face hub", err=True)
    return pellucid.llm.TransformersModel(asked.model, revision=asked.revision)


def _behind(url: str, asked: ModelOptions, limits: LimitOptions) -> "pellucid.llm.LanguageModel":
    prices = None
    if limits.price_prompt is not None and limits.price_reply is not None:
        prices = pellucid.llm.Prices(prompt=limits.price_prompt, reply=limits.price_reply)
    given = {
        "concurrency": limits.concurrency,
        "requests_per_minute": limits.requests_per_minute,
        "tokens_per_minute": limits.tokens_per_minute,
        "deadline_s": limits.deadline,
        "read_s": limits.timeout,
        "retries": limits.retries,
    }
    return pellucid.llm.OpenAIModel(
        asked.model,
        url=url,
        key_env=asked.key_env,
        allow_remote=asked.allow_remote,
        revision=asked.revision or "",
        context=asked.context,
        max_tokens=limits.max_reply_tokens or 1024,
        limits=pellucid.llm.Limits(**{name: value for name, value in given.items() if value is not None}),
        budget=pellucid.llm.Budget(
            max_requests=limits.max_requests, max_tokens=limits.max_tokens, max_cost=limits.max_cost, prices=prices
        ),
    )
