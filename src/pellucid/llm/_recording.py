"""Replies kept and replayed: a recording is a store in a JSON Lines file."""

import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

from pellucid.exceptions import FileFormatError, InvalidInputError, NotRecorded
from pellucid.llm._client import Shared
from pellucid.llm._row import Row, to_row, write_rows
from pellucid.schema import read_json_lines, text_digest


class _Key(NamedTuple):
    """What a replay asks by: the same text, asked the same way of the same model."""

    sha256: str
    prompt: str
    model: str


class Recording(Shared):
    """Replies of a language model, by document text, prompt and model; immutable.

    A file holds one JSON object per line and document::

        {"document": "a-1", "sha256": "…", "model": "…", "prompt": "answers/1",
         "replies": {"age": {"value": 41, "quote": "aged 41"}}}

    ``sha256`` is that of the text in UTF-8, so that a reply is only ever replayed for
    the very text it was given for. What the replies mean is for the asker to say.

    Two more keys may be there: ``"settings"``, a string of what beside the model changed
    its replies, and ``"questions"``, an object with a digest of each question's wording.
    They are kept and written again; a replay does not ask for them, so it has to be clear
    without them.

    Parameters
    ----------
    rows : iterable of dict
        As above.

    Raises
    ------
    InvalidInputError
        If a row does not have that form, or two rows give different replies, or replies
        to different wordings, for the same text, prompt, model and question.

    Examples
    --------
    >>> recording = Recording.of("demo", "answers/1", [("a-1", "aged 41", {"age": {"value": 41}})])
    >>> recording.reply("aged 41", asked="age", prompt="answers/1")
    {'value': 41}
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows: dict[tuple[_Key, str], Row] = {}
        self._settings: dict[_Key, list[str]] = {}  # under which a key was recorded; nearly always one
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
        return cls(Row(name, text_digest(text), model, prompt, said).mapping() for name, text, said in replies)

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
        return f"Recording({len(self)} rows, models={self.models}, prompts={self.prompts})"

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models recorded, sorted."""
        return tuple(sorted({key.model for key in self._settings}))

    @property
    def prompts(self) -> tuple[str, ...]:
        """Prompts recorded, sorted."""
        return tuple(sorted({key.prompt for key in self._settings}))

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
        found = sorted({key.model for key in self._settings if key.prompt == prompt})
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
        sha256 = text_digest(text)
        rows = self._rows_of(_Key(sha256, prompt, model))
        for row in rows:
            if asked in row.replies:
                return row.replies[asked]
        if rows:
            known = [said for row in rows for said in row.replies]
            raise NotRecorded(name or rows[0].document, asked, model, f"recorded are {', '.join(known)}")
        hint = "it was never recorded"
        if sha256 in self._names:
            hint = f"its text is recorded, but not for prompt {prompt!r} and this model"
        elif name in self._names.values():
            hint = "its text is not the one that was recorded"
        raise NotRecorded(name or sha256[:12], asked, model, hint)

    def document(self, text: str) -> str | None:
        """Return the id under which a text was recorded, or None.

        Parameters
        ----------
        text : str

        Returns
        -------
        str or None
        """
        return self._names.get(text_digest(text))

    def called(self, text: str, name: str, *, named: bool) -> str:
        """Return what to call a document in a replay.

        Parameters
        ----------
        text : str
        name : str
        named : bool
            Whether `name` is the caller's own. It counts then: two documents may have the
            same text. Otherwise the recording may know a better one.

        Returns
        -------
        str
        """
        return name if named else self.document(text) or name

    def to_file(self, path: str | os.PathLike[str]) -> None:
        """Write the recording, one line per row in the order it was given.

        Parameters
        ----------
        path : str or os.PathLike
        """
        write_rows(path, self._rows.values())

    def _rows_of(self, key: _Key) -> list[Row]:
        return [self._rows[key, settings] for settings in self._settings.get(key, ())]

    def _add(self, row: Mapping[str, Any]) -> None:
        """Check one row and put it into the index, joining rows of the same key."""
        new = to_row(row)
        key = _Key(new.sha256, new.prompt, new.model)
        for known in self._rows_of(key):
            _check_agree(known, new)
        joined = self._rows.get((key, new.settings))
        if joined is None:
            self._settings.setdefault(key, []).append(new.settings)
            joined = new
        self._rows[key, new.settings] = joined._replace(
            replies={**joined.replies, **new.replies}, questions={**joined.questions, **new.questions}
        )
        self._names.setdefault(new.sha256, new.document)


def _check_agree(known: Row, new: Row) -> None:
    """Refuse two rows of which a replay could not tell which one is meant."""
    for asked, said in new.replies.items():
        wordings = known.questions.get(asked, ""), new.questions.get(asked, "")
        if all(wordings) and len(set(wordings)) > 1:
            raise InvalidInputError(
                f"questions: {new.document!r} has replies to two wordings of {asked!r}; keep those to one of them"
            )
        if asked in known.replies and known.replies[asked] != said:
            under = f", under the settings {known.settings!r} and {new.settings!r}; keep one of them"
            raise InvalidInputError(
                f"replies: {new.document!r} has two different replies to {asked!r}"
                f"{under if known.settings != new.settings else ''}"
            )
