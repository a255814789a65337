"""Tests of glassbox/_folder.py: whole or not at all, and within bounds."""

import errno
import os
import stat
from pathlib import Path

import pytest

from pellucid.exceptions import FileFormatError
from pellucid.glassbox import _folder
from pellucid.glassbox._folder import read_folder, write_folder

FILES = {"a.json": b"{}", "b.npz": b"PK"}
MOST = {"a.json": 10, "b.npz": 10, "c.json": 10}


@pytest.fixture
def folder(tmp_path):
    write_folder(tmp_path / "saved", FILES)
    return tmp_path / "saved"


def test_what_is_written_is_read(folder):
    assert read_folder(folder, MOST) == FILES
    assert read_folder(str(folder), MOST) == FILES


def test_nothing_else_is_left(folder):
    assert [path.name for path in folder.parent.iterdir()] == ["saved"]


def test_an_empty_folder_and_missing_ones_above_are_fine(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "deep/er/saved"):
        write_folder(tmp_path / name, FILES)
        assert read_folder(tmp_path / name, MOST) == FILES


def test_nothing_is_overwritten(folder, tmp_path):
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for taken in (folder, tmp_path / "file", tmp_path / "link"):
        with pytest.raises(FileFormatError, match="never overwritten, choose a new folder"):
            write_folder(taken, {"a.json": b"other"})
    assert read_folder(folder, MOST) == FILES
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_stop_half_way_leaves_nothing(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_folder.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_folder(tmp_path / "saved", FILES)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_files_have_the_permissions_of_new_files(folder):
    (folder.parent / "new").write_bytes(b"")
    assert stat.S_IMODE((folder / "a.json").stat().st_mode) == stat.S_IMODE((folder.parent / "new").stat().st_mode)


@pytest.mark.parametrize("name", ["d.json", "A.JSON", ".hidden", "manifest.json~"])
def test_a_file_that_does_not_belong_is_refused(folder, name):
    (folder / name).write_bytes(b"")
    with pytest.raises(FileFormatError, match=f"holds {name!r}, which does not belong there; allowed are a.json"):
        read_folder(folder, MOST)


def test_a_folder_inside_is_refused(folder):
    (folder / "c.json").mkdir()
    with pytest.raises(FileFormatError, match="is a link or no plain file"):
        read_folder(folder, MOST)


def test_a_link_is_refused_even_to_a_file_that_would_do(folder, tmp_path):
    (folder / "a.json").rename(tmp_path / "a.json")
    (folder / "a.json").symlink_to(tmp_path / "a.json")
    with pytest.raises(FileFormatError, match="is a link or no plain file"):
        read_folder(folder, MOST)


def test_a_file_replaced_by_a_link_after_the_look_is_refused(folder, tmp_path, monkeypatch):
    (folder / "a.json").rename(tmp_path / "a.json")
    (folder / "a.json").symlink_to(tmp_path / "a.json")
    monkeypatch.setattr(Path, "lstat", Path.stat)
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_folder(folder, MOST)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(folder, monkeypatch):
    (folder / "a.json").unlink()
    os.mkfifo(folder / "a.json")
    with pytest.raises(FileFormatError, match="is a link or no plain file"):
        read_folder(folder, MOST)
    # The same where it takes the place of a file after the look.
    told = iter([True, False])
    monkeypatch.setattr(_folder.stat, "S_ISREG", lambda mode: next(told))
    with pytest.raises(FileFormatError, match="is no plain file of at most"):
        read_folder(folder, MOST)


def test_a_file_that_is_too_large_is_refused(folder):
    with pytest.raises(FileFormatError, match="of at most 1 bytes"):
        read_folder(folder, {**MOST, "a.json": 1})


def test_a_file_that_grows_while_it_is_read_is_refused(folder, monkeypatch):
    small = os.stat_result((stat.S_IFREG, *[0] * 9))
    monkeypatch.setattr(_folder.os, "fstat", lambda handle: small)
    with pytest.raises(FileFormatError, match="is larger than 1 bytes"):
        read_folder(folder, {**MOST, "a.json": 1})


def test_what_is_no_folder_is_refused(folder):
    for path in (folder / "a.json", folder / "nowhere"):
        with pytest.raises(FileFormatError, match="the folder of a saved model is expected"):
            read_folder(path, MOST)


def test_a_folder_that_may_not_be_read_is_refused(folder, monkeypatch):
    def denied(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(_folder.os, "scandir", denied)
    with pytest.raises(FileFormatError, match=r"cannot be read \(Permission denied\)"):
        read_folder(folder, MOST)
