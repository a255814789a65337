"""One prompt's course: asked once, once more where the reply could not be read, and kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from pellucid.llm import AnswerStore, Keeper, LanguageModel, Reply, Request, key_for
from pellucid.memorisation._prompt import WORDING, again, read_reply, read_said
from pellucid.schema import text_digest, to_json


class MemoryCourse:
    """Ask a model to go on where one piece of material ends; see `pellucid.llm.Course`.

    Parameters
    ----------
    request : Request
    model : LanguageModel
    store : AnswerStore or None, default=None

    Attributes
    ----------
    said : tuple of str or None
        What the model goes on with; None where that could not be read.
    """

    def __init__(self, request: Request, model: LanguageModel, store: AnswerStore | None = None) -> None:
        self.said: tuple[str, ...] | None = None
        self._request = request
        (self._asked,) = request.reply_schema["required"]
        key = key_for(model, request.text, prompt=WORDING)
        self._keeper = Keeper(store, request.document, key, {self._asked: prompt_digest([request])[:16]})

    @property
    def is_known(self) -> bool:
        """Whether the store holds the reply, so that nothing would be asked."""
        return self._asked in self._keeper.replies()

    def begin(self) -> Sequence[Request] | None:
        """Ask, unless it is known or another process is asking."""
        known = self._keeper.begin()
        if known is None:
            return None
        if self._asked in known:
            self.said = read_said(dict(known[self._asked]), self._request)
            return []
        return [self._request]

    def take(self, request: Request, reply: Reply) -> Sequence[Request]:
        """Take in one reply; ask once more where it could not be read."""
        self.said = read_reply(reply, request)
        if self.said is None and not reply.finish.is_passing and request.attempt == 1:
            return [again(request)]
        self._keeper.put({} if reply.finish.is_passing else {self._asked: self._kept(reply)})
        return []

    def abandon(self) -> None:
        """Let others ask."""
        self._keeper.release()

    def _kept(self, reply: Reply) -> Mapping[str, Any]:
        """Write what was said in the form of a reply, or why there is nothing."""
        if self.said is None:
            return {"unreadable": reply.finish.value if reply.finish.value != "complete" else "not of the form asked"}
        schema = self._request.reply_schema["properties"][self._asked]
        return {self._asked: list(self.said) if schema["type"] == "array" else self.said[0]}


def prompt_digest(requests: Sequence[Request]) -> str:
    """Digest of everything that is sent by requests, in their order.

    Parameters
    ----------
    requests : sequence of Request

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    sent = [[request.system, request.prompt, request.reply_schema] for request in requests]
    return text_digest(to_json(sent))
