"""Labels in a file: JSON Lines, one label a line, written aside and renamed."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.schema import Label, has_surrogate, read_json_lines, to_json, write_files


def write_labels(path: str | os.PathLike[str], labels: Iterable[Label]) -> int:
    r"""Write labels, aside and then renamed: a stop leaves the old file or the new one.

    Parameters
    ----------
    path : str or os.PathLike
    labels : iterable of Label
        In this order; what is empty is left out.

    Returns
    -------
    int
        Labels written.

    Raises
    ------
    InvalidInputError
        If one labeler labels a document twice under the same repeat.
    OSError
        If the file cannot be written, or a folder stands there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "labels.jsonl")
    ...     write_labels(file, [Label(document="a-1", labeler="words", label=1)])
    ...     file.read_text(), read_labels(file)[0].label
    1
    ('{"document": "a-1", "labeler": "words", "label": 1}\n', 1)
    """
    seen: set[tuple[str, str, int]] = set()
    lines = []
    for label in labels:
        _check_new(label, seen)
        lines.append(f"{_line(label)}\n")
    write_files({Path(path): "".join(lines)})
    return len(lines)


def read_labels(*paths: str | os.PathLike[str]) -> tuple[Label, ...]:
    """Read labels.

    Parameters
    ----------
    *paths : str or os.PathLike
        Several files are read as one.

    Returns
    -------
    tuple of Label

    Raises
    ------
    FileFormatError
        Naming file and line of the first row that is wrong.
    """
    found = []
    seen: set[tuple[str, str, int]] = set()
    for path in paths:
        for line, row in read_json_lines(path):
            try:
                label = Label.model_validate(row)
                _check_new(label, seen)
            except ValidationError as error:
                raise FileFormatError(path, _reason(error), line) from None
            except InvalidInputError as error:
                raise FileFormatError(path, str(error), line) from None
            found.append(label)
    return tuple(found)


def _line(label: Label) -> str:
    """Write a label without what is empty; a class stands there even where it is none."""
    row: dict[str, Any] = {**label.model_dump(exclude_defaults=True), "label": label.label}
    row = {name: row[name] for name in Label.model_fields if name in row}
    text = to_json(row)
    return json.dumps(row) if has_surrogate(text) else text


def _check_new(label: Label, seen: set[tuple[str, str, int]]) -> None:
    key = (label.document, label.labeler, label.repeat)
    if key in seen:
        raise InvalidInputError(
            f"labels: {label.labeler!r} labels {label.document!r} twice under repeat {label.repeat}; keep one of them"
        )
    seen.add(key)


def _reason(error: ValidationError) -> str:
    """Say what is wrong with a row, without repeating any of it."""
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"][:1])
    said = first["msg"].removeprefix("Value error, ")
    return f"key {key!r}: {said}" if key else said
