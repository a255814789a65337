"""Readings into a file, one after another: CSV, JSON Lines or Parquet, written aside and renamed when complete."""

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError, PellucidError
from pellucid.schema import Answer, Questionnaire, QuestionType, Reading, Status, check_writable, to_json

_ID = "id"
_FLAGS = "document.flags"
_DETAILS = ("unsupported", "status", "quote", "start", "end", "probability", "cause")
_VALUES = ("", "unsupported")
_GROUP = 1024
"""Readings in one row group of a Parquet file: as many are held in memory."""

_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")

_Put = Callable[[Reading], None]


def check_answers_file(path: str | os.PathLike[str], questionnaire: Questionnaire) -> None:
    """Refuse a path that readings could not be written to, before long work is done for it.

    Parameters
    ----------
    path : str or os.PathLike
    questionnaire : Questionnaire

    Raises
    ------
    InvalidInputError
        If the ending is not .csv, .jsonl, .ndjson or .parquet, it is a folder, or a
        question's id is the name of a column of the table.
    FileFormatError
        If the folder cannot be written to.
    MissingExtraError
        If a Parquet file is wanted without pyarrow.
    """
    file = Path(path)
    if file.suffix.lower() not in _SINKS:
        raise InvalidInputError(f"path: {file} ends in {file.suffix or 'nothing'!r}; give one of {', '.join(_SINKS)}")
    if file.is_dir():
        raise InvalidInputError(f"path: {file} is a folder; name a file")
    if _is_wide(file) and _ID in questionnaire.ids:
        raise InvalidInputError(
            f"path: a question is called {_ID!r}, as the column of documents is; write .jsonl instead"
        )
    if file.suffix.lower() == ".parquet":
        import_extra("pyarrow.parquet", extra="parquet", purpose="writing a Parquet file")
    check_writable(file.parent)


def write_readings(path: str | os.PathLike[str], readings: Iterable[Reading], questionnaire: Questionnaire) -> int:
    """Write readings as they come; the file appears when the last one is in it.

    Until then they stand in ``PATH.part``, which is removed where the writing stops before
    its end: the answers are in the store, and half a table looks too much like a whole one.

    A ``.jsonl`` file holds each `Reading` in full. A ``.csv`` or ``.parquet`` file has a row
    per document: ``id``, ``document.flags`` (how many spans read like orders to the reader),
    and for every question, such as ``age``, its value, ``age.unsupported`` (a value whose
    quote is not in the document: it counts as missing, so the value itself is empty),
    ``age.status``, ``age.quote``, ``age.start``, ``age.end``, ``age.probability``,
    ``age.cause``.

    In a CSV, a cell that a spreadsheet might take for a formula (it begins with ``=``, ``+``,
    ``-``, ``@`` or a control character, and is no plain number) gets an apostrophe in front.
    To undo it, take one apostrophe away from a cell that begins with apostrophes before such
    a character. JSON Lines and Parquet hold every cell unchanged.

    Parameters
    ----------
    path : str or os.PathLike
        Ends in .csv, .jsonl, .ndjson or .parquet; replaced where it exists.
    readings : iterable of Reading
        Taken one at a time.
    questionnaire : Questionnaire
        That of the readings.

    Returns
    -------
    int
        Readings written.

    Raises
    ------
    InvalidInputError, FileFormatError, MissingExtraError
        As in `check_answers_file`.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pellucid.schema import Question
    >>> asked = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
    >>> answer = Answer(question="pain", value="no", status="answered", quote="no pain", start=6, end=13,
    ...                 source={"model": "demo"})
    >>> with TemporaryDirectory() as folder:
    ...     write_readings(Path(folder, "a.csv"), [Reading(document="a-1", answers=(answer,))], asked)
    ...     print(Path(folder, "a.csv").read_text())
    1
    id,document.flags,pain,pain.unsupported,pain.status,pain.quote,pain.start,pain.end,pain.probability,pain.cause
    a-1,0,no,,answered,no pain,6,13,,
    <BLANKLINE>
    """
    check_answers_file(path, questionnaire)
    file = Path(path)
    written = 0
    with _aside(file) as stream, _SINKS[file.suffix.lower()](stream, questionnaire) as put:
        for reading in readings:
            put(reading)
            written += 1
    return written


@contextmanager
def _aside(file: Path) -> Iterator[BinaryIO]:
    """Open PATH.part, and rename it where nothing went wrong; otherwise remove it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)  # left by a run that was killed; a running one notices below
    with part.open("xb") as stream:
        mine = os.fstat(stream.fileno())
        try:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if not _is_same(part, mine):
                raise PellucidError(f"{file}: another run writes to the same file; the answers are in the store")
            part.replace(file)
        finally:
            if _is_same(part, mine):
                part.unlink()


def _is_same(part: Path, mine: os.stat_result) -> bool:
    try:
        return os.path.samestat(part.stat(), mine)
    except FileNotFoundError:
        return False


def _is_wide(file: Path) -> bool:
    return _SINKS[file.suffix.lower()] is not _json_sink


@contextmanager
def _json_sink(stream: BinaryIO, _questionnaire: Questionnaire) -> Iterator[_Put]:
    yield lambda reading: _write_line(stream, reading)


def _write_line(stream: BinaryIO, reading: Reading) -> None:
    stream.write(to_json(reading.model_dump(mode="json")).encode() + b"\n")


@contextmanager
def _csv_sink(stream: BinaryIO, questionnaire: Questionnaire) -> Iterator[_Put]:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow(_header(questionnaire))
        yield lambda reading: writer.writerow([_plain(cell) for cell in _row(reading)])
    finally:
        text.detach()  # flushes, and leaves the file to be closed by whoever opened it


def _plain(cell: object) -> object:
    """Make sure that a spreadsheet takes text for text."""
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _header(questionnaire: Questionnaire) -> list[str]:
    columns = [_ID, _FLAGS]
    for name in questionnaire.ids:
        columns += [name, *(f"{name}.{detail}" for detail in _DETAILS)]
    return columns


def _row(reading: Reading) -> list[object]:
    cells: list[object] = [reading.document, len(reading.flags)]
    for answer in reading.answers:
        cells += _cells(answer)
    return cells


def _cells(answer: Answer) -> list[object]:
    value, unsupported = (None, answer.value) if answer.status is Status.UNSUPPORTED else (answer.value, None)
    status = answer.status.value
    return [value, unsupported, status, answer.quote, answer.start, answer.end, answer.probability, answer.cause]


@contextmanager
def _parquet_sink(stream: BinaryIO, questionnaire: Questionnaire) -> Iterator[_Put]:
    arrow: Any = import_extra("pyarrow", extra="parquet", purpose="writing a Parquet file")
    parquet: Any = import_extra("pyarrow.parquet", extra="parquet", purpose="writing a Parquet file")
    schema = arrow.schema([(name, _kind(arrow, name, questionnaire)) for name in _header(questionnaire)])
    rows: list[list[object]] = []
    with parquet.ParquetWriter(stream, schema) as writer:

        def flush() -> None:
            columns = zip(zip(*rows, strict=True), schema, strict=True)
            writer.write_table(arrow.table([_column(arrow, *pair) for pair in columns], schema=schema))
            rows.clear()

        def put(reading: Reading) -> None:
            rows.append(_row(reading))
            if len(rows) == _GROUP:
                flush()

        yield put
        if rows:
            flush()


def _column(arrow: Any, cells: Sequence[Any], field: Any) -> Any:
    """One column of a row group; whole numbers of any size become floats where numbers are floats."""
    if field.type == arrow.float64():
        cells = [None if cell is None else float(cell) for cell in cells]
    return arrow.array(cells, field.type)


def _kind(arrow: Any, column: str, questionnaire: Questionnaire) -> Any:
    """Type of a column: numbers as float64, counts and offsets as int64, all else text."""
    question, _, detail = column.partition(".")
    if column == _FLAGS or detail in ("start", "end"):
        return arrow.int64()
    is_number = question in questionnaire.ids and questionnaire[question].type is QuestionType.NUMBER
    return arrow.float64() if detail == "probability" or (is_number and detail in _VALUES) else arrow.string()


_SINKS = {".csv": _csv_sink, ".jsonl": _json_sink, ".ndjson": _json_sink, ".parquet": _parquet_sink}
