"""A row's form, as files and stores share it."""

import json

import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.llm._row import Row, read_rows, to_row, write_rows

SHA = "a" * 64
ROW = {"document": "a", "sha256": SHA, "model": "m", "prompt": "p", "replies": {"age": {"value": 41}}}


def test_what_is_not_known_is_not_written():
    assert to_row({**ROW, "settings": "", "questions": {"age": ""}}).mapping() == ROW
    more = {**ROW, "settings": "temperature 1", "questions": {"age": "d1"}}
    assert to_row(more).mapping() == more
    assert list(to_row(more).mapping()) == [*ROW, "settings", "questions"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"settings": 1}, "settings: a string"),
        ({"questions": ["d1"]}, "questions: an object of strings"),
        ({"questions": {"age": 1}}, "questions: an object of strings"),
        ({"questions": {"pain": "d1"}}, "no reply"),
        ({"text": "…"}, "may have settings and questions"),
    ],
)
def test_the_optional_keys_have_their_form_too(change, said):
    with pytest.raises(InvalidInputError, match=said):
        to_row({**ROW, **change})


def test_half_a_character_is_escaped_and_everything_else_is_not():
    assert "ä" in Row("ä", SHA, "m", "p", {}).line()
    line = Row("ä", SHA, "m", "p", {"q": {"quote": "\ud83d 😀"}}).line()
    assert line.isascii()
    assert json.loads(line)["replies"]["q"]["quote"] == "\ud83d 😀"


def test_a_file_is_old_or_new_and_never_half(tmp_path):
    path = tmp_path / "new" / "rows.jsonl"
    assert write_rows(path, [to_row(ROW), to_row(ROW)]) == 2
    before = path.read_bytes()

    def rows():
        yield to_row(ROW)
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        write_rows(path, rows())
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["rows.jsonl"]
    with pytest.raises(IsADirectoryError):
        write_rows(tmp_path, [])


def test_a_wrong_row_is_named_by_file_and_line(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROW) + "\n\n" + json.dumps({**ROW, "prompt": ""}) + "\n")
    with pytest.raises(FileFormatError, match="non-empty strings") as caught:
        list(read_rows(path))
    assert caught.value.line == 3
