"""Options that several commands take together: which model, and how much may be asked of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, NoReturn

import typer


class EvidenceName(StrEnum):
    """What a model gives as evidence."""

    QUOTE = "quote"
    SENTENCE = "sentence"


Evidence = Annotated[
    EvidenceName, typer.Option(help="What the model gives as evidence: its own quote, or the number of a sentence.")
]

LIMITS = (
    "concurrency",
    "timeout",
    "retries",
    "max_reply_tokens",
    "requests_per_minute",
    "tokens_per_minute",
    "deadline",
    "max_requests",
    "max_tokens",
    "max_cost",
    "price_prompt",
    "price_reply",
)
"""Options that only a server has."""


@dataclass(frozen=True)
class ModelOptions:
    """Which model is asked, and where it is.

    Attributes
    ----------
    model : str
    url, key_env, revision : str or None
    allow_remote : bool
    context : int or None
        In tokens.
    """

    model: Annotated[
        str, typer.Option(help="Name of the model on the server; without --url, a transformers folder or hub id.")
    ]
    url: Annotated[
        str | None, typer.Option(help="Base URL of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1.")
    ] = None
    key_env: Annotated[
        str | None, typer.Option(help="Name of the environment variable that holds the server's key.")
    ] = None
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let documents leave this machine; otherwise the URL is a local one.")
    ] = False
    revision: Annotated[
        str | None, typer.Option(help="Revision of the model, such as a commit; its answers are kept apart.")
    ] = None
    context: Annotated[
        int | None, typer.Option(help="Tokens the model takes in all; longer documents are read in parts.", min=1)
    ] = None

    def check(self) -> None:
        """Refuse options that do not go together.

        Raises
        ------
        typer.BadParameter
        """
        for name in ("key_env", "allow_remote", "context"):
            if getattr(self, name) and self.url is None:
                refuse(name, "is for servers; give --url too, or leave it out")


@dataclass(frozen=True)
class LimitOptions:
    """How much is asked of a server at once, a minute and in all.

    Attributes
    ----------
    concurrency, retries, max_reply_tokens, max_requests, max_tokens : int or None
    timeout, requests_per_minute, tokens_per_minute, deadline, max_cost : float or None
    price_prompt, price_reply : float or None
        Per million tokens.
    """

    concurrency: Annotated[int | None, typer.Option(help="Requests under way at once.", min=1)] = None
    timeout: Annotated[float | None, typer.Option(help="Seconds to wait for one reply; 60 where left out.")] = None
    retries: Annotated[
        int | None, typer.Option(help="Further tries where server or network fail; 5 where left out.", min=0)
    ] = None
    max_reply_tokens: Annotated[
        int | None, typer.Option(help="Longest reply, in tokens; 1,024 where left out.", min=1)
    ] = None
    requests_per_minute: Annotated[float | None, typer.Option(help="At most so many.")] = None
    tokens_per_minute: Annotated[float | None, typer.Option(help="At most so many, prompts and replies.")] = None
    deadline: Annotated[float | None, typer.Option(help="Seconds the whole run may take.")] = None
    max_requests: Annotated[int | None, typer.Option(help="Stop before more requests are sent.", min=1)] = None
    max_tokens: Annotated[int | None, typer.Option(help="Stop before more tokens are used.", min=1)] = None
    max_cost: Annotated[float | None, typer.Option(help="Stop before it costs more; needs the prices.")] = None
    price_prompt: Annotated[float | None, typer.Option(help="Price of a million tokens sent.", min=0)] = None
    price_reply: Annotated[float | None, typer.Option(help="Price of a million tokens received.", min=0)] = None

    def check(self, url: str | None) -> None:
        """Refuse options that do not go together.

        Parameters
        ----------
        url : str or None
            Of the server, where there is one.

        Raises
        ------
        typer.BadParameter
        """
        given = [name for name in LIMITS if getattr(self, name) is not None]
        if given and url is None:
            refuse(given[0], "is for servers; give --url too, or leave it out")
        for name in ("timeout", "requests_per_minute", "tokens_per_minute", "deadline", "max_cost"):
            if getattr(self, name) is not None and getattr(self, name) <= 0:
                refuse(name, "has to be above 0")
        if (self.price_prompt is None) != (self.price_reply is None):
            refuse("price_prompt", "goes with --price-reply; give both or none")
        if self.max_cost is not None and self.price_prompt is None:
            refuse("max_cost", "needs --price-prompt and --price-reply")


def refuse(option: str, reason: str) -> NoReturn:
    """Refuse an option that does not go with the others; the command ends with exit code 2.

    Parameters
    ----------
    option : str
        Name of the parameter.
    reason : str

    Raises
    ------
    typer.BadParameter
    """
    raise typer.BadParameter(f"--{option.replace('_', '-')} {reason}")
