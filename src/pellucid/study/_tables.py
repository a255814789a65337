"""Documents from a table, a file or a folder of files, one after another, without holding them in memory."""

import csv
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from pellucid._optional import import_extra
from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.schema import has_surrogate

TEXT_COLUMNS = ("text", "document")
"""Columns taken for the text where none is named and only one of them is there."""

ID_COLUMN = "id"
"""Column taken for the ids where none is named."""

_BATCH = 256
_BUFFER = 1 << 20  # bytes of a Parquet column read at a time
"""Rows taken from a Parquet file at once."""

_LONGEST_CELL = 2**31 - 1
_SHOWN = 20
_LIKE_A_NAME = re.compile(r"[^\s\W][\w.:/()\-]{0,39}")


class _Row(NamedTuple):
    """One document as it stands in its file: where, under which id, and the text."""

    line: int
    name: object
    text: object


class _Columns(NamedTuple):
    """Which column holds what; rows without an id are numbered."""

    text: str
    name: str | None


def open_documents(
    path: str | os.PathLike[str], *, text_column: str | None = None, id_column: str | None = None
) -> Iterator[tuple[str, str]]:
    r"""Read documents one by one: CSV, JSON Lines, Parquet, a text file, or a folder of text files.

    Memory stays the same however many documents there are. All files are UTF-8. CSV has a
    first line of column names, and commas, semicolons or tabs between cells.

    Parameters
    ----------
    path : str or os.PathLike
        Ends in .csv, .tsv, .jsonl, .ndjson, .parquet or .txt, or is a folder; of a folder,
        the files ending in .txt are taken in the order of their names, without subfolders.
    text_column : str or None, default=None
        Column, or key, of the text; None takes ``text`` or ``document``, where exactly one
        of them is there.
    id_column : str or None, default=None
        Column of the ids; None takes ``id``. Without it rows are called ``row 1``, ``row 2``, ...;
        text files are called by their names without .txt.

    Yields
    ------
    tuple of (str, str)
        Id and text.

    Raises
    ------
    FileFormatError
        Naming file and line: no such column, an id that stands twice, a text that is
        missing or empty, or a file that has not the form it should.
    InvalidInputError
        If columns are named where there are none, or the ending is another one.
    MissingExtraError
        If a Parquet file is read without pyarrow.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = Path(folder, "notes.csv").write_text("id,text\na-1,Feels well.\n")
    ...     list(open_documents(Path(folder, "notes.csv")))
    [('a-1', 'Feels well.')]
    """
    file = Path(path)
    rows = _opened(file, text_column, id_column)
    return _checked(file, rows)


def count_documents(
    path: str | os.PathLike[str], *, text_column: str | None = None, id_column: str | None = None
) -> int:
    """Read through documents once, refusing whatever is wrong with any of them, and count them.

    Parameters
    ----------
    path, text_column, id_column
        As in `open_documents`.

    Returns
    -------
    int

    Raises
    ------
    FileFormatError, InvalidInputError, MissingExtraError
        As in `open_documents`; also where there is no document at all.
    """
    found = sum(1 for _ in open_documents(path, text_column=text_column, id_column=id_column))
    if not found:
        raise FileFormatError(path, "holds no document")
    return found


def _opened(file: Path, text_column: str | None, id_column: str | None) -> Iterator[_Row]:
    """Choose how a path is read."""
    if file.is_dir() or file.suffix.lower() == ".txt":
        if text_column or id_column:
            raise InvalidInputError(f"text_column, id_column: {file} has no columns; leave them out")
        return _text_files(file)
    kinds: dict[str, Callable[[Path, str | None, str | None], Iterator[_Row]]] = {
        ".csv": _csv_rows,
        ".tsv": _csv_rows,
        ".jsonl": _json_rows,
        ".ndjson": _json_rows,
        ".parquet": _parquet_rows,
    }
    reader = kinds.get(file.suffix.lower())
    if reader is None:
        raise InvalidInputError(
            f"path: {file} ends in {file.suffix or 'nothing'!r}; documents come from {', '.join(kinds)}, "
            "a .txt file or a folder of .txt files"
        )
    return reader(file, text_column, id_column)


def _checked(file: Path, rows: Iterator[_Row]) -> Iterator[tuple[str, str]]:
    """Give ids and texts, refusing what cannot be read or told apart."""
    with _names(file) as note:
        for line, name, text in rows:
            if name is None or name == "":
                raise FileFormatError(file, "has no id here", line)
            if isinstance(name, bool) or not isinstance(name, str | int):
                raise FileFormatError(
                    file, f"the id is a {type(name).__name__}; text or a whole number is expected", line
                )
            if not isinstance(text, str):
                kind = "missing" if text is None else f"a {type(text).__name__}"
                raise FileFormatError(file, f"the text of {name!r:.60} is {kind}; text is expected", line)
            if not text.strip():
                raise FileFormatError(file, f"the text of {name!r:.60} is empty; leave the document out", line)
            if has_surrogate(text) or has_surrogate(str(name)):
                raise FileFormatError(file, "holds half a character (a lone surrogate), which no file can keep", line)
            note(str(name), line)
            yield str(name), text


@contextmanager
def _names(file: Path) -> Iterator[Callable[[str, int], None]]:
    """Note ids and refuse one that stands twice; they are kept in a temporary file, not in memory."""
    with closing(sqlite3.connect("", isolation_level=None, check_same_thread=False)) as seen:
        seen.execute("PRAGMA journal_mode = OFF")
        seen.execute("CREATE TABLE names (name TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

        def note(name: str, line: int) -> None:
            try:
                seen.execute("INSERT INTO names VALUES (?, ?)", (name, line))
            except sqlite3.IntegrityError:
                first = seen.execute("SELECT line FROM names WHERE name = ?", (name,)).fetchone()[0]
                raise FileFormatError(file, f"id {name!r:.60} stands twice, first in line {first}", line) from None

        yield note


def _columns(file: Path, found: Sequence[str], text_column: str | None, id_column: str | None) -> _Columns:
    """Choose the columns, or say which there are."""
    for wanted, parameter in ((text_column, "text_column"), (id_column, "id_column")):
        if wanted is not None and wanted not in found:
            raise FileFormatError(file, f"has no column {wanted!r} ({parameter}); it has {_listed(found)}")
    guesses = [name for name in TEXT_COLUMNS if name in found]
    if text_column is None and len(guesses) != 1:
        said = "more than one column may be the text" if guesses else "no column is called text or document"
        raise FileFormatError(file, f"{said}; name it (text_column): {_listed(found)}")
    text = text_column or guesses[0]
    name = id_column or (ID_COLUMN if ID_COLUMN in found else None)
    if name == text:
        raise FileFormatError(file, f"column {text!r} cannot be both the text and the id")
    for one in (text, name):
        if list(found).count(one or "") > 1:
            raise FileFormatError(file, f"column {one!r} stands more than once")
    return _Columns(text, name)


def _listed(found: Sequence[str]) -> str:
    """List column names, but not what may be a document's text where the line of names was left out."""
    names = [name for name in found if _LIKE_A_NAME.fullmatch(name)][:_SHOWN]
    more = len(found) - len(names)
    return ", ".join([*map(repr, names), *([f"{more} more"] if more else [])]) or "none"


@contextmanager
def _open(file: Path) -> Iterator[Any]:
    """Open a UTF-8 file, with or without a byte order mark; what is wrong with it is said without its text."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            yield stream
    except UnicodeDecodeError:
        raise FileFormatError(file, "is not UTF-8; save it as UTF-8") from None
    except FileNotFoundError:
        raise FileFormatError(file, "does not exist") from None


def _csv_rows(file: Path, text_column: str | None, id_column: str | None) -> Iterator[_Row]:
    with _open(file) as stream:
        first = stream.readline()
        stream.seek(0)
        reader = csv.reader(stream, delimiter=_delimiter(first), strict=True)
        header = next(_cells(file, reader), [])
        columns = _columns(file, header, text_column, id_column)
        text, name = header.index(columns.text), header.index(columns.name) if columns.name else None
        for number, cells in enumerate(_cells(file, reader), start=1):
            if len(cells) != len(header):
                reason = f"has {len(cells)} cells where the first line names {len(header)} columns"
                raise FileFormatError(file, reason, reader.line_num)
            yield _Row(reader.line_num, f"row {number}" if name is None else cells[name], cells[text])


def _delimiter(header: str) -> str:
    """Tell what stands between the names of the first line; a comma where that is unclear."""
    found = [mark for mark in ",;\t" if mark in header]
    return found[0] if len(found) == 1 else ","


def _cells(file: Path, reader: Any) -> Iterator[list[str]]:
    """Give the rows of a CSV that are not empty, cells of any length."""
    while True:
        usual = csv.field_size_limit(_LONGEST_CELL)  # one setting for the whole process, so it is put back
        try:
            cells = next(reader, None)
        except csv.Error:
            raise FileFormatError(file, "is not CSV: a quotation mark is out of place", reader.line_num) from None
        finally:
            csv.field_size_limit(usual)
        if cells is None:
            return
        if cells:
            yield cells


def _json_rows(file: Path, text_column: str | None, id_column: str | None) -> Iterator[_Row]:
    columns: _Columns | None = None
    number = 0
    with _open(file) as stream:
        for line, said in enumerate(stream, start=1):
            if not said.strip():
                continue
            number += 1
            row = _object(file, said, line)
            columns = columns or _columns(file, list(row), text_column, id_column)
            if columns.name is None and "id" in row:
                raise FileFormatError(file, "has an 'id', and the first row has none; give every row one", line)
            name = f"row {number}" if columns.name is None else row.get(columns.name)
            yield _Row(line, name, row.get(columns.text))


def _object(file: Path, said: str, line: int) -> dict[str, Any]:
    pairs = None
    with suppress(ValueError, RecursionError):
        pairs = json.loads(said, object_pairs_hook=lambda pairs: pairs)
    if pairs is None:  # raised here, so that the error has no memory of the line
        raise FileFormatError(file, "is not JSON; one object per line is expected", line)
    if not said.lstrip().startswith("{"):
        raise FileFormatError(file, "is not an object; one JSON object per line is expected", line)
    row = dict(pairs)
    if len(row) != len(pairs):
        raise FileFormatError(file, "repeats a key; every key may stand once", line)
    return row


def _parquet_rows(file: Path, text_column: str | None, id_column: str | None) -> Iterator[_Row]:
    arrow = import_extra("pyarrow", extra="parquet", purpose="reading a Parquet file")
    parquet = import_extra("pyarrow.parquet", extra="parquet", purpose="reading a Parquet file")
    if not file.exists():
        raise FileFormatError(file, "does not exist")
    try:
        with parquet.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False) as table:
            columns = _columns(file, table.schema_arrow.names, text_column, id_column)
            wanted = [columns.text, *([columns.name] if columns.name else [])]
            number = 0
            for batch in table.iter_batches(batch_size=_BATCH, columns=wanted, use_threads=False):
                texts = batch.column(columns.text).to_pylist()
                names = batch.column(columns.name).to_pylist() if columns.name else [None] * len(texts)
                for name, text in zip(names, texts, strict=True):
                    number += 1
                    yield _Row(number, name if columns.name else f"row {number}", text)
    except arrow.ArrowException:
        raise FileFormatError(file, "is not a Parquet file that can be read") from None


def _text_files(file: Path) -> Iterator[_Row]:
    if file.is_dir():
        found = sorted(one for one in file.iterdir() if one.suffix.lower() == ".txt" and not one.name.startswith("."))
        if not found:
            raise FileFormatError(file, "holds no file that ends in .txt")
    else:
        found = [file]
    for number, one in enumerate(found, start=1):
        with _open(one) as stream:
            yield _Row(number, one.stem, stream.read())
