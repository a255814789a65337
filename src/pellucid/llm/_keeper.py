"""One document's place in an answer store: what is there, who is asking, what is put; without a store, nothing."""

import hashlib
from collections.abc import Mapping
from typing import Any

from pellucid.llm._client import LanguageModel
from pellucid.llm._store import AnswerStore, Key
from pellucid.schema import Record, text_digest, to_json


class Keeper:
    """Keeps the replies about one document, where there is a store to keep them in.

    Parameters
    ----------
    store : AnswerStore or None
    document : str
        Name of the document.
    key : Key
    asked : Mapping of str to str
        What is asked, by id, with a digest of its wording.
    """

    def __init__(self, store: AnswerStore | None, document: str, key: Key, asked: Mapping[str, str]) -> None:
        self._store = store
        self._document = document
        self._key = key
        self._asked = asked

    def replies(self) -> dict[str, dict[str, Any]]:
        """Return what is already known, by what was asked."""
        return self._store.replies(self._key, self._asked) if self._store else {}

    def begin(self) -> dict[str, dict[str, Any]] | None:
        """Return what is known already, and claim the rest; None where somebody else is asking it just now."""
        known = self.replies()
        if len(known) == len(self._asked):
            return known
        if self._store is not None and not self._store.claim(self._key, self._asked):
            return None
        known = self.replies()  # another may have put it just before the claim
        if len(known) == len(self._asked):
            self.release()
        return known

    def put(self, replies: Mapping[str, Mapping[str, Any]], *, last: bool = True) -> None:
        """Keep replies; unless they are the last, what they do not answer stays claimed."""
        if self._store is None:
            return
        if replies:
            self._store.put(self._document, self._key, replies, self._asked)
        if last:
            self._store.release(self._key)

    def release(self) -> None:
        """Let others ask."""
        if self._store:
            self._store.release(self._key)


def key_for(model: LanguageModel, text: str, *, prompt: str, settings: str = "") -> Key:
    """Say under which key the replies about a text are kept.

    Parameters
    ----------
    model : LanguageModel
        Its `name`, and its `settings` where it has them, are part of the key.
    text : str
        The document, unredacted.
    prompt : str
    settings : str, default=""
        What beside the model's settings changes the reply.

    Returns
    -------
    Key
    """
    joined = "; ".join(filter(None, (getattr(model, "settings", ""), settings)))
    return Key(text_digest(text), prompt, model.name, joined)


def wording_digest(record: Record) -> str:
    """Digest of everything a question says, so that an answer is only kept for the very wording it was given to.

    Parameters
    ----------
    record : Record

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    return hashlib.sha256(to_json(record.model_dump(mode="json")).encode()).hexdigest()[:16]
