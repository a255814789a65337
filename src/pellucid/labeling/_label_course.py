"""One document's course to a label: asked once, once more where the reply could not be read, and kept."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from pellucid.extraction import Redact, Sent
from pellucid.llm import AnswerStore, Finish, Keeper, LanguageModel, Reply, Request, key_for

OUTCOME = "outcome"
"""What a recording of labels calls the thing asked."""


class Wording(Protocol):
    """What is asked about a document, and how a reply to it is read."""

    @property
    def prompt(self) -> str:
        """Name of the prompt, as labels and stores carry it."""
        ...

    @property
    def digest(self) -> str:
        """Digest of everything that is asked beside the document."""
        ...

    def request(self, document: str, text: str, attempt: int) -> Request:
        """Put the outcome to a text."""
        ...

    def read(self, reply: Reply) -> dict[str, Any]:
        """Return what a reply says, or ``{"cause": ...}`` where it cannot be read."""
        ...


class Asked(NamedTuple):
    """Of whom it is asked, kept where, and what is not sent."""

    model: LanguageModel
    store: AnswerStore | None = None
    redact: Redact | None = None


class Spent(NamedTuple):
    """What one course sent and received; tokens as the model counts them, None where it does not."""

    requests: int = 0
    prompt_tokens: int | None = 0
    reply_tokens: int | None = 0

    def plus(self, other: "Spent") -> "Spent":
        """Add two counts; what is not known of one is not known of both."""
        return Spent(*(None if None in pair else sum(pair) for pair in zip(self, other, strict=True)))  # type: ignore[arg-type]


class OutcomeCourse:
    """Ask for the outcome of one document; see `pellucid.llm.Course`.

    Parameters
    ----------
    name, text : str
        Of the document.
    wording : Wording
    asked : Asked
    repeat : int, default=1
        Which time the same is asked. A model with a seed gets another one for each, and
        every repeat is kept under a name of its own.

    Attributes
    ----------
    name : str
    prompt : str
        Name under which the reply is kept.
    said : Mapping
        What was said, or ``{"cause": ...}``.
    recorded : bool
        Whether it was known already.
    spent : Spent
    """

    def __init__(self, name: str, text: str, wording: Wording, asked: Asked, *, repeat: int = 1) -> None:
        self.name = name
        self.prompt = repeated(wording.prompt, repeat)
        self.said: Mapping[str, Any] = {}
        self.recorded = False
        self.spent = Spent()
        self._wording = wording
        self._first = 2 * repeat - 1  # two attempts each, none of them shared with another repeat
        self._sent = Sent(text, asked.redact)
        key = key_for(asked.model, text, prompt=self.prompt, settings=self._sent.settings)
        self._keeper = Keeper(asked.store, name, key, {OUTCOME: wording.digest})

    def begin(self) -> Sequence[Request] | None:
        """Ask, unless it is known or another process is asking."""
        known = self._keeper.begin()
        if known is None:
            return None
        self.recorded = OUTCOME in known
        self.said = known.get(OUTCOME, {})
        return [] if self.recorded else [self._request(self._first)]

    def take(self, request: Request, reply: Reply) -> Sequence[Request]:
        """Take in one reply; ask once more where it could not be read."""
        self.spent = self.spent.plus(Spent(1, reply.prompt_tokens, reply.reply_tokens))
        said = self._wording.read(reply)
        if "cause" in said and reply.finish is Finish.COMPLETE and request.attempt == self._first:
            return [self._request(self._first + 1)]
        self.said = said
        kept = {"unreadable": said["cause"]} if "cause" in said else said
        self._keeper.put({} if reply.finish.is_passing else {OUTCOME: kept})
        return []

    def abandon(self) -> None:
        """Let others ask."""
        self._keeper.release()

    def _request(self, attempt: int) -> Request:
        return self._wording.request(self.name, self._sent.text, attempt)


def repeated(prompt: str, repeat: int) -> str:
    """Name a prompt that is asked again, so that a recording tells the replies apart.

    Parameters
    ----------
    prompt : str
    repeat : int

    Returns
    -------
    str

    Examples
    --------
    >>> repeated("direct/1", 1), repeated("direct/1", 3)
    ('direct/1', 'direct/1, repeat 3')
    """
    return prompt if repeat == 1 else f"{prompt}, repeat {repeat}"


def scores_words(model: LanguageModel) -> bool:
    """Find out whether a model gives probabilities of words; a server is asked.

    Parameters
    ----------
    model : LanguageModel

    Returns
    -------
    bool
    """
    prepare = getattr(model, "prepare", None)
    if prepare:
        prepare()
    return bool(getattr(model, "scores", False))
