"""Files in and out: errors name the line, outputs are never half written."""

import os
import stat

import pytest

from pellucid.exceptions import FileFormatError
from pellucid.schema import check_writable, read_json_lines, read_text, read_toml, to_json, write_files


def lines(tmp_path, text):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_json_lines(path))


def test_rows_come_with_their_line_and_blank_lines_are_skipped(tmp_path):
    assert lines(tmp_path, '{"a": 1}\n\n{"b": "x\u2028y"}\n') == [(1, {"a": 1}), (3, {"b": "x\u2028y"})]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{"a": 1}\n{"a": ', 2, "is not JSON"),
        ("[1]\n", 1, "holds a list"),
        ('{"a": 1, "a": 2}\n', 1, "repeats the key 'a'"),
        ('{"a": NaN}\n', 1, "holds NaN"),
        ("[" * 200_000, 1, "nested too deeply"),
        ('{"a": ' + "1" * 5_000 + "}", 1, "Exceeds the limit"),
    ],
)
def test_a_broken_line_is_named(tmp_path, text, line, said):
    with pytest.raises(FileFormatError, match=said) as caught:
        lines(tmp_path, text)
    assert caught.value.line == line
    assert "rows.jsonl" in str(caught.value)


def test_text_that_is_not_utf8_is_refused(tmp_path):
    with pytest.raises(FileFormatError, match=r"is not UTF-8 \(byte 3\)"):
        lines(tmp_path, b"abc\xff")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_text(tmp_path)


def test_line_ends_survive_reading_and_writing(tmp_path):
    write_files({tmp_path / "a.txt": "one\r\ntwo\n"})
    assert read_text(tmp_path / "a.txt") == "one\r\ntwo\n"


def test_files_get_ordinary_permissions(tmp_path):
    path = tmp_path / "a.txt"
    write_files({path: "x"})
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_when_one_file_cannot_be_written_nothing_is_replaced_and_nothing_is_left(tmp_path):
    old = tmp_path / "old.txt"
    old.write_text("old")
    (tmp_path / "file").write_text("in the way of a folder")
    with pytest.raises(OSError, match="file"):
        write_files({old: "new", tmp_path / "file" / "b.txt": "never"})
    assert old.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "old.txt"]


def test_text_that_cannot_be_encoded_leaves_nothing_behind(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_files({tmp_path / "a.txt": "\ud800"})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_could_not_be_written_is_refused_beforehand(tmp_path, monkeypatch):
    check_writable(tmp_path / "not" / "yet" / "there")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(FileFormatError, match="file: is a file; a folder is needed"):
        check_writable(tmp_path / "file" / "below")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FileFormatError, match="cannot be written to"):
        check_writable(tmp_path)


def test_json_is_the_same_for_the_same_data_and_refuses_nan():
    assert to_json({"b": 1, "a": "é"}) == '{"b": 1, "a": "é"}'
    with pytest.raises(ValueError, match="Out of range"):
        to_json(float("nan"))


def test_toml_made_to_break_the_reader_is_refused(tmp_path):
    path = tmp_path / "bomb.toml"
    for text in ("a = " + "[" * 100_000, "a = " + "1" * 5_000, "a = "):
        path.write_text(text)
        with pytest.raises(FileFormatError, match="is not TOML"):
            read_toml(path)


def test_a_folder_where_a_file_should_go_stops_all_of_them(tmp_path):
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(IsADirectoryError, match=r"b\.txt"):
        write_files({tmp_path / "a.txt": "new", tmp_path / "b.txt": "new"})
    assert [path.name for path in tmp_path.iterdir()] == ["b.txt"]
