"""Replies kept and replayed: a recording is a store in a JSON Lines file."""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

from pellucid.exceptions import FileFormatError, InvalidInputError, NotRecorded
from pellucid.llm._client import Shared
from pellucid.schema import read_json_lines, to_json, write_files

_KEYS = ("document", "sha256", "model", "prompt", "replies")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Key(NamedTuple):
    """What makes one row unique: the same text, asked the same way of the same model."""

    sha256: str
    prompt: str
    model: str


class _Row(NamedTuple):
    """One document's replies to one prompt."""

    document: str
    replies: Mapping[str, Mapping[str, Any]]


class Recording(Shared):
    """Replies of a language model, by document text, prompt and model; immutable.

    A file holds one JSON object per line and document::

        {"document": "a-1", "sha256": "…", "model": "…", "prompt": "answers/1",
         "replies": {"age": {"value": 41, "quote": "aged 41"}}}

    ``sha256`` is that of the text in UTF-8, so that a reply is only ever replayed for
    the very text it was given for. What the replies mean is for the asker to say.

    Parameters
    ----------
    rows : iterable of dict
        As above.

    Raises
    ------
    InvalidInputError
        If a row does not have that form, or two rows give different replies for the
        same text, prompt, model and question.

    Examples
    --------
    >>> recording = Recording.of("demo", "answers/1", [("a-1", "aged 41", {"age": {"value": 41}})])
    >>> recording.reply("aged 41", asked="age", prompt="answers/1")
    {'value': 41}
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._index: dict[_Key, _Row] = {}
        self._names: dict[str, str] = {}  # digest of a text to its document id
        for row in rows:
            self._add(row)

    @classmethod
    def of(cls, model: str, prompt: str, replies: Iterable[tuple[str, str, Mapping[str, Mapping[str, Any]]]]) -> Self:
        """Build a recording from (document name, text, replies).

        Parameters
        ----------
        model, prompt : str
        replies : iterable of (str, str, mapping)

        Returns
        -------
        Recording
        """
        return cls(
            dict(zip(_KEYS, (name, _sha256(text), model, prompt, said), strict=True)) for name, text, said in replies
        )

    @classmethod
    def from_file(cls, *paths: str | os.PathLike[str]) -> Self:
        """Load recordings into one index.

        Parameters
        ----------
        *paths : str or os.PathLike

        Returns
        -------
        Recording

        Raises
        ------
        FileFormatError
            Naming file and line of the first row that is wrong.
        """
        recording = cls([])
        for path in paths:
            for line, row in read_json_lines(path):
                try:
                    recording._add(row)
                except InvalidInputError as error:
                    raise FileFormatError(path, str(error), line) from None
        return recording

    def __repr__(self) -> str:
        return f"Recording({len(self._index)} rows, models={self.models}, prompts={self.prompts})"

    def __len__(self) -> int:
        return len(self._index)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models recorded, sorted."""
        return tuple(sorted({key.model for key in self._index}))

    @property
    def prompts(self) -> tuple[str, ...]:
        """Prompts recorded, sorted."""
        return tuple(sorted({key.prompt for key in self._index}))

    def model_for(self, prompt: str, model: str | None = None) -> str:
        """Return the model whose replies to a prompt are meant.

        Parameters
        ----------
        prompt : str
        model : str or None, default=None
            May be left out where only one model was recorded.

        Returns
        -------
        str

        Raises
        ------
        InvalidInputError
            If nothing was recorded for the prompt, or several models and none is named.
        """
        if model is not None:
            return model
        found = sorted({key.model for key in self._index if key.prompt == prompt})
        if not found:
            raise InvalidInputError(
                f"prompt: nothing is recorded for {prompt!r}; recorded are {', '.join(self.prompts) or 'none'}"
            )
        if len(found) > 1:
            raise InvalidInputError(f"model: {prompt!r} was recorded with {', '.join(found)}; name one")
        return found[0]

    def reply(
        self, text: str, *, asked: str, prompt: str, model: str | None = None, name: str = ""
    ) -> Mapping[str, Any]:
        """Return the recorded reply about a text.

        Parameters
        ----------
        text : str
            The whole document, unchanged.
        asked : str
            Question id, or ``"outcome"``.
        prompt : str
            Such as ``"answers/1"``.
        model : str or None, default=None
            May be left out where only one model was recorded.
        name : str, default=""
            What to call the document if it was not recorded.

        Returns
        -------
        Mapping

        Raises
        ------
        NotRecorded
            Naming document, question and model.
        """
        model = self.model_for(prompt, model)
        digest = _sha256(text)
        row = self._index.get(_Key(digest, prompt, model))
        if row is None:
            hint = "it was never recorded"
            if digest in self._names:
                hint = f"its text is recorded, but not for prompt {prompt!r} and this model"
            elif name in self._names.values():
                hint = "its text is not the one that was recorded"
            raise NotRecorded(name or digest[:12], asked, model, hint)
        if asked not in row.replies:
            raise NotRecorded(name or row.document, asked, model, f"recorded are {', '.join(row.replies)}")
        return row.replies[asked]

    def document(self, text: str) -> str | None:
        """Return the id under which a text was recorded, or None.

        Parameters
        ----------
        text : str

        Returns
        -------
        str or None
        """
        return self._names.get(_sha256(text))

    def to_file(self, path: str | os.PathLike[str]) -> None:
        """Write the recording, one line per row in the order it was given.

        Parameters
        ----------
        path : str or os.PathLike
        """
        lines = (
            to_json(dict(zip(_KEYS, (row.document, key.sha256, key.model, key.prompt, row.replies), strict=True)))
            for key, row in self._index.items()
        )
        write_files({Path(path): "".join(f"{line}\n" for line in lines)})

    def _add(self, row: Mapping[str, Any]) -> None:
        """Check one row and put it into the index, joining rows of the same key."""
        if set(row) != set(_KEYS):
            raise InvalidInputError(f"a row has exactly the keys {', '.join(_KEYS)}; got {', '.join(map(str, row))}")
        if not all(isinstance(row[key], str) and row[key] for key in _KEYS[:4]):
            raise InvalidInputError(f"{', '.join(_KEYS[:4])}: non-empty strings are expected")
        if not _SHA256.fullmatch(row["sha256"]):
            raise InvalidInputError("sha256: 64 lower-case hexadecimal digits are expected")
        replies = row["replies"]
        if not isinstance(replies, Mapping) or not all(isinstance(said, Mapping) for said in replies.values()):
            raise InvalidInputError("replies: an object of objects is expected, one per thing asked")
        key = _Key(row["sha256"], row["prompt"], row["model"])
        known = self._index.get(key, _Row(row["document"], {}))
        for asked, said in replies.items():
            if asked in known.replies and known.replies[asked] != said:
                raise InvalidInputError(f"replies: {row['document']!r} has two different replies to {asked!r}")
        self._index[key] = _Row(known.document, {**known.replies, **replies})
        self._names.setdefault(key.sha256, row["document"])


def _sha256(text: str) -> str:
    """Digest of a document's text, the same on every machine."""
    # A lone surrogate cannot be encoded strictly, and must not stop the reading of a document.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
