"""How a language model is spoken to: request, reply, and the protocol between them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Protocol, Self, runtime_checkable

from pydantic import Field

from pellucid.exceptions import ModelReplyError
from pellucid.schema import Record


class Finish(StrEnum):
    """Why a reply ended; the value is the cause an unread answer is given."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    TRANSPORT = "transport"
    PROTOCOL = "protocol"
    TOO_LONG = "longer than the context"

    @property
    def is_passing(self) -> bool:
        """Whether it says nothing of the document: such a reply is not kept, so the next run asks again."""
        return self in (Finish.TRANSPORT, Finish.PROTOCOL, Finish.TOO_LONG)


class Part(Record):
    """One of the things a request asks, for models that can score options or write under a grammar.

    Attributes
    ----------
    key : str
        Where its answer stands in the reply's JSON object.
    ask : str
        The wording, on one line, as it stands in the prompt.
    options : tuple of str
        What may be answered; empty for a number.
    minimum, maximum : float or None
        Inclusive range of a number.
    nullable : bool
        Whether null ("not stated") may be answered too.
    quote : bool
        Whether a verbatim quote is wanted beside the value.
    """

    key: str
    ask: str = Field(repr=False)
    options: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    nullable: bool = True
    quote: bool = True


class Request(Record):
    """One thing asked of a language model.

    Attributes
    ----------
    document : str
        Name of the document, for messages; never sent.
    system : str
        Standing instructions.
    prompt : str
        What is asked, the document included; not shown in the repr.
    text : str
        The document as it is sent; stands verbatim in `prompt`. Empty where there is none.
    material : str
        The beginning of `prompt` up to the end of the document, fences included: what
        all questions about one document share.
    reply_schema : dict
        JSON Schema the reply should follow. A model may ignore it: replies are
        checked by whoever asked.
    parts : tuple of Part
        The same questions as `prompt` and `reply_schema` put, one by one.
    attempt : int
        1 the first time, 2 when the same thing is asked once more because the first
        reply could not be read; a model with a seed adds it.
    """

    document: str
    system: str = ""
    prompt: str = Field(repr=False)
    text: str = Field(default="", repr=False)
    material: str = Field(default="", repr=False)
    reply_schema: dict[str, Any] = Field(default_factory=dict, repr=False)
    parts: tuple[Part, ...] = Field(default=(), repr=False)
    attempt: int = 1


class Reply(Record):
    """What came back.

    Attributes
    ----------
    text : str
        Not shown in the repr: it may quote the document.
    finish : Finish
    cause : str
        More about a finish other than complete, such as "HTTP 503, 6 tries"; never
        the document's or the server's words.
    prompt_tokens, reply_tokens : int or None
        As counted by the model, where it says.
    probabilities : dict of str to dict of str to float
        For each part that was scored, by its key: the model's probability of every
        option, "" standing for null; they add up to 1.
    """

    text: str = Field(repr=False)
    finish: Finish = Finish.COMPLETE
    cause: str = ""
    prompt_tokens: int | None = None
    reply_tokens: int | None = None
    probabilities: dict[str, dict[str, float]] = Field(default_factory=dict, repr=False)


@runtime_checkable
class LanguageModel(Protocol):
    """Whatever takes requests and gives replies; it is handed in, never built here.

    Attributes
    ----------
    name : str
        Goes into every answer's source and every recording.
    """

    @property
    def name(self) -> str:
        """What the model is called."""
        ...

    def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Answer every request, in order; raise rather than leave one out.

        Parameters
        ----------
        requests : sequence of Request

        Returns
        -------
        sequence of Reply
        """
        ...


def ask(model: LanguageModel, requests: Sequence[Request]) -> list[Reply]:
    """Put requests to a model and make sure that each has its reply.

    Parameters
    ----------
    model : LanguageModel
    requests : sequence of Request

    Returns
    -------
    list of Reply
        In the order of the requests.

    Raises
    ------
    ModelReplyError
        If the model gives more or fewer replies than it got requests, or something else.
    """
    replies = list(model.reply(requests))
    if len(replies) != len(requests):
        raise ModelReplyError(f"model {model.name!r} gave {len(replies)} replies to {len(requests)} requests")
    kinds = {type(reply).__name__ for reply in replies} - {Reply.__name__}
    if kinds:  # a user's own object may promise what it likes
        given = ", ".join(sorted(kinds))
        raise ModelReplyError(f"model {model.name!r} gave a {given}; a Reply is expected, such as Reply(text=...)")
    return replies


class Shared:
    """A handle that clones and copies of an estimator share instead of copying.

    A recording or a connection is not a hyperparameter to be duplicated:
    scikit-learn's `clone` deep-copies whatever does not say otherwise.
    """

    def __sklearn_clone__(self) -> Self:
        return self

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self
