"""Documents in: every form, no guess, no text in an error, ids told apart."""

import csv
import json

import pyarrow
import pyarrow.parquet
import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.study._tables import count_documents, open_documents

ROWS = [("a-1", 'Feels well,\nslept badly; "fine".'), ("a-2", "37 °C\tin the evening")]


def write_csv(path, rows=ROWS, header=("id", "text"), delimiter=",", encoding="utf-8"):
    with path.open("w", newline="", encoding=encoding) as stream:
        csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return path


def write_lines(path, rows):
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def write_parquet(path, **columns):
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read_with_its_own_delimiter_with_or_without_a_byte_order_mark(tmp_path, delimiter, encoding):
    path = write_csv(tmp_path / "n.csv", delimiter=delimiter, encoding=encoding)
    assert list(open_documents(path)) == ROWS
    assert count_documents(path) == 2


def test_json_lines_and_parquet_are_read_alike(tmp_path):
    lines = write_lines(
        tmp_path / "n.jsonl", [*({"id": name, "text": text, "more": {"a": 1}} for name, text in ROWS), ""]
    )
    table = write_parquet(tmp_path / "n.parquet", id=[name for name, _ in ROWS], text=[text for _, text in ROWS])
    assert list(open_documents(lines)) == list(open_documents(table)) == ROWS


def test_text_files_are_called_by_their_names(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"\xef\xbb\xbfSecond.\r\n")
    (tmp_path / "a.txt").write_text("First.")
    (tmp_path / "c.md").write_text("Not a note.")
    assert list(open_documents(tmp_path)) == [("a", "First."), ("b", "Second.\r\n")]
    assert list(open_documents(tmp_path / "a.txt")) == [("a", "First.")]


def test_named_columns_are_taken_and_rows_without_ids_are_numbered(tmp_path):
    path = write_csv(
        tmp_path / "n.csv", rows=[("7", "x", "One."), ("9", "y", "Two.")], header=("nr", "document", "note")
    )
    assert list(open_documents(path, text_column="note")) == [("row 1", "One."), ("row 2", "Two.")]
    assert list(open_documents(path, text_column="note", id_column="nr")) == [("7", "One."), ("9", "Two.")]
    assert [text for _, text in open_documents(path)] == ["x", "y"]
    numbers = write_parquet(tmp_path / "n.parquet", id=[7, 9], text=["One.", "Two."])
    assert list(open_documents(numbers)) == [("7", "One."), ("9", "Two.")]


@pytest.mark.parametrize(
    ("header", "more", "said"),
    [
        (("id", "body"), {}, "no column is called text or document; name it (text_column): 'id', 'body'"),
        (("text", "document"), {}, "more than one column may be the text"),
        (("id", "text"), {"text_column": "body"}, "has no column 'body' (text_column); it has 'id', 'text'"),
        (("id", "text"), {"id_column": "nr"}, "has no column 'nr' (id_column)"),
        (("id", "text"), {"id_column": "text"}, "column 'text' cannot be both"),
        (("text", "text"), {}, "column 'text' stands more than once"),
    ],
)
def test_columns_are_never_guessed_among_several(tmp_path, header, more, said):
    path = write_csv(tmp_path / "n.csv", header=header)
    with pytest.raises(FileFormatError) as caught:
        list(open_documents(path, **more))
    assert said in str(caught.value)


def test_a_table_without_a_line_of_names_is_refused_without_repeating_its_text(tmp_path):
    told = "The person in bed seven denies chest pain."
    path = write_csv(tmp_path / "n.csv", rows=[], header=("a-1", told))
    with pytest.raises(FileFormatError) as caught:
        list(open_documents(path))
    assert "1 more" in str(caught.value)
    assert "chest pain" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("n.csv", b"id,text\na,x\na,y\n", "line 3: id 'a' stands twice, first in line 2"),
        ("n.csv", b"id,text\na,\n", "line 2: the text of 'a' is empty"),
        ("n.csv", b"id,text\n,x\n", "line 2: has no id here"),
        ("n.csv", b"id,text\na,x,y\n", "line 2: has 3 cells where the first line names 2 columns"),
        ("n.csv", b'id,text\na,"x\ny', "line 3: is not CSV"),
        ("n.csv", b"id,text\na,\xff\n", "is not UTF-8"),
        ("n.csv", b"", "no column is called text"),
        ("n.csv", b"id,text\n", "holds no document"),
        ("n.jsonl", b'{"id": "a", "text": "x"}\n{"id": "a"', "line 2: is not JSON"),
        ("n.jsonl", b'["a"]\n', "line 1: is not an object"),
        ("n.jsonl", b'{"id": "a", "id": "b", "text": "x"}\n', "line 1: repeats a key"),
        ("n.jsonl", b'{"id": "a", "text": "x"}\n{"id": "b"}\n', "line 2: the text of 'b' is missing"),
        ("n.jsonl", b'{"id": 1.5, "text": "x"}\n', "line 1: the id is a float"),
        ("n.jsonl", b'{"id": "a", "text": 3}\n', "line 1: the text of 'a' is a int"),
        ("n.jsonl", b'{"id": "a", "text": "x\\ud83d"}\n', "line 1: holds half a character"),
        ("n.parquet", b"PAR1 but not really", "is not a Parquet file"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileFormatError) as caught:
        count_documents(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["gone.csv", "gone.jsonl", "gone.parquet", "gone.txt"])
def test_a_missing_file_is_named(tmp_path, name):
    with pytest.raises(FileFormatError, match="does not exist"):
        list(open_documents(tmp_path / name))


def test_what_has_no_columns_or_another_ending_is_refused_at_once(tmp_path):
    with pytest.raises(InvalidInputError, match="has no columns"):
        open_documents(tmp_path, text_column="text")
    with pytest.raises(InvalidInputError, match=r"ends in '.xlsx'; documents come from .csv"):
        open_documents(tmp_path / "n.xlsx")
    with pytest.raises(FileFormatError, match="holds no file that ends in .txt"):
        list(open_documents(tmp_path))


def test_cells_may_be_long_and_the_limit_of_others_stays_as_it_was(tmp_path):
    usual = csv.field_size_limit()
    text = "word " * 100_000
    path = write_csv(tmp_path / "n.csv", rows=[("a", text), ("b", "x")])
    rows = open_documents(path)
    assert next(rows) == ("a", text)
    assert csv.field_size_limit() == usual
    rows.close()


def test_ids_that_only_later_rows_have_are_not_passed_over(tmp_path):
    path = tmp_path / "n.jsonl"
    path.write_text('{"text": "first"}\n{"id": "b", "text": "second"}\n')
    with pytest.raises(FileFormatError, match=r"line 2: has an 'id', and the first row has none"):
        list(open_documents(path))


def test_an_error_remembers_nothing_of_the_line(tmp_path):
    path = tmp_path / "n.jsonl"
    path.write_text('{"text": "CANARY of a note"\n')
    with pytest.raises(FileFormatError) as caught:
        list(open_documents(path))
    assert caught.value.__context__ is None
