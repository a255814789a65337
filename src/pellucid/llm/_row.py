"""One row of a recording or a store: its form, and rows written into a file."""

import errno
import json
import os
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.schema import has_surrogate, read_json_lines, to_json

_KEYS = ("document", "sha256", "model", "prompt", "replies")
_OPTIONAL = ("settings", "questions")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Row(NamedTuple):
    """One document's replies to one prompt: a line of a recording, some rows of a store.

    Attributes
    ----------
    document : str
    sha256 : str
    model, prompt : str
    replies : mapping of str to mapping
        By what was asked.
    settings : str
        What beside the model's name changed its replies; empty where nothing is known of it.
    questions : mapping of str to str
        Digest of each question's wording, where it is known.
    """

    document: str
    sha256: str
    model: str
    prompt: str
    replies: Mapping[str, Mapping[str, Any]]
    settings: str = ""
    questions: Mapping[str, str] = MappingProxyType({})

    def mapping(self) -> dict[str, Any]:
        """Return it as a recording's row; what is not known is left out."""
        known = {"settings": self.settings, "questions": dict(self.questions)}
        row = dict(zip(_KEYS, (self.document, self.sha256, self.model, self.prompt, self.replies), strict=True))
        return row | {key: value for key, value in known.items() if value}

    def line(self) -> str:
        """Return it as a line of JSON, without its end."""
        text = to_json(self.mapping())
        return json.dumps(self.mapping()) if has_surrogate(text) else text


def to_row(row: Mapping[str, Any]) -> Row:
    """Check a recording's row.

    Parameters
    ----------
    row : Mapping

    Returns
    -------
    Row

    Raises
    ------
    InvalidInputError
        If it does not have the form of one.
    """
    if not set(_KEYS) <= set(row) <= {*_KEYS, *_OPTIONAL}:
        raise InvalidInputError(
            f"a row has exactly the keys {', '.join(_KEYS)}, and may have {' and '.join(_OPTIONAL)}; "
            f"got {', '.join(map(str, row))}"
        )
    if not all(isinstance(row[key], str) and row[key] for key in _KEYS[:4]):
        raise InvalidInputError(f"{', '.join(_KEYS[:4])}: non-empty strings are expected")
    if not _SHA256.fullmatch(row["sha256"]):
        raise InvalidInputError("sha256: 64 lower-case hexadecimal digits are expected")
    replies, settings, questions = row["replies"], row.get("settings", ""), row.get("questions", {})
    if not isinstance(replies, Mapping) or not all(isinstance(said, Mapping) for said in replies.values()):
        raise InvalidInputError("replies: an object of objects is expected, one per thing asked")
    if not isinstance(settings, str):
        raise InvalidInputError("settings: a string is expected")
    if not isinstance(questions, Mapping) or not all(isinstance(known, str) for known in questions.values()):
        raise InvalidInputError("questions: an object of strings is expected, a digest per question")
    if not set(questions) <= set(replies):
        raise InvalidInputError("questions: a digest is there for something that has no reply")
    known = {name: wording for name, wording in questions.items() if wording}
    return Row(row["document"], row["sha256"], row["model"], row["prompt"], replies, settings, known)


def read_rows(*paths: str | os.PathLike[str]) -> Iterator[Row]:
    """Read the rows of recordings.

    Parameters
    ----------
    *paths : str or os.PathLike

    Yields
    ------
    Row

    Raises
    ------
    FileFormatError
        Naming file and line of the first row that is wrong.
    """
    for path in paths:
        for line, row in read_json_lines(path):
            try:
                checked = to_row(row)
            except InvalidInputError as error:
                raise FileFormatError(path, str(error), line) from None
            yield checked


def write_rows(path: str | os.PathLike[str], rows: Iterable[Row]) -> int:
    """Write rows into a recording, aside and then renamed: a stop leaves the old file or the new one.

    Parameters
    ----------
    path : str or os.PathLike
    rows : iterable of Row
        Taken one at a time.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    OSError
        If the file cannot be written, or a folder stands there.
    """
    file = Path(path)
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder; a file is to be written there", str(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{uuid.uuid4().hex}.part")
    written = 0
    try:
        with aside.open("xb") as stream:
            for row in rows:
                stream.write(f"{row.line()}\n".encode())
                written += 1
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return written
