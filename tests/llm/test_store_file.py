"""A store's file: shared by threads, forks and processes, and every error says what to do."""

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from pellucid.exceptions import StoreError
from pellucid.llm._store_file import VERSION, StoreFile, bound, is_encodable, unbound


@pytest.fixture
def file(tmp_path):
    made = StoreFile(tmp_path / "answers.db", durable=False)
    yield made
    made.close()


def put(file, document="a"):
    with file.transaction() as sql:
        sql.execute("INSERT INTO documents (document) VALUES (?)", (document,))


def count(file):
    return file.rows("SELECT COUNT(*) FROM documents")[0][0]


def python(code, *arguments):
    """Run a script in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_file_is_made_when_first_used_and_opened_again_after_close(file):
    assert not file.path.exists()
    put(file)
    assert file.is_open
    file.close()
    assert not file.is_open
    assert count(file) == 1
    assert file.rows("PRAGMA journal_mode") == [("wal",)]


def test_what_is_made_is_its_owners_alone_and_what_was_there_keeps_its_mode(tmp_path):
    file = StoreFile(tmp_path / "new.db", durable=False)
    file.open()
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600
    file.close()
    (tmp_path / "new.db").chmod(0o640)
    file.open()
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o640
    (tmp_path / "link.db").symlink_to(tmp_path / "target.db")
    StoreFile(tmp_path / "link.db", durable=False).open()
    assert stat.S_IMODE((tmp_path / "target.db").stat().st_mode) == 0o600


def test_a_schema_from_elsewhere_is_not_trusted(file):
    assert file.rows("PRAGMA trusted_schema") == [(0,)]


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_durable_waits_for_the_disk(tmp_path, durable, level):
    file = StoreFile(tmp_path / "answers.db", durable=durable)
    assert file.rows("PRAGMA synchronous") == [(level,)]
    file.close()


def test_a_transaction_is_all_or_nothing(file):
    def stopped():
        with file.transaction() as sql:
            sql.execute("INSERT INTO documents (document) VALUES ('a')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert count(file) == 0
    put(file)
    assert count(file) == 1


def test_threads_take_turns(file):
    threads = [threading.Thread(target=lambda: [put(file) for _ in range(50)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(file) == 300


def test_many_may_make_the_file_at_once(tmp_path):
    files = [StoreFile(tmp_path / "answers.db", durable=False) for _ in range(8)]
    failed = []

    def make(file):
        try:
            put(file)
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=make, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert count(files[0]) == 8
    for file in files:
        file.close()


FORK = """
import os, sys, warnings
from pathlib import Path
from pellucid.llm._store_file import StoreFile
warnings.simplefilter("ignore")
file = StoreFile(Path(sys.argv[1]), durable=False)
def put(name):
    with file.transaction() as sql:
        sql.execute("INSERT INTO documents (document, sha256) VALUES (?, ?)", (name, name))
put("parent")
reading, writing = os.pipe()
if not os.fork():
    put("child, early")
    os.read(reading, 1)  # the parent has closed its side by now
    put("child, late")
    os._exit(0)
put("parent, late")
file.close()
os.write(writing, b".")
assert os.wait()[1] == 0
print(*sorted(name for (name,) in file.rows("SELECT document FROM documents")), sep="; ")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_after_a_fork_both_sides_write_and_neither_loses_anything(tmp_path):
    said = python(FORK, tmp_path / "answers.db")
    assert said == "child, early; child, late; parent; parent, late\n"


def test_a_folder_or_a_missing_folder_is_refused_and_nothing_is_made(tmp_path):
    with pytest.raises(StoreError, match="is a folder; name a file"):
        StoreFile(tmp_path, durable=False).open()
    with pytest.raises(StoreError, match="its folder does not exist; make it first"):
        StoreFile(tmp_path / "no" / "answers.db", durable=False).open()
    assert list(tmp_path.iterdir()) == []


def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE things (a)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"other\.db: is a database of another program; name another file"):
        StoreFile(path, durable=False).open()
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, " * 100)
    with pytest.raises(StoreError, match=r"notes\.txt: is not an answer store; name another file \(SQLITE_NOTADB\)"):
        StoreFile(path, durable=False).open()
    assert path.read_text() == "not a database, " * 100


def test_a_newer_form_is_refused(file):
    put(file)
    with file.transaction() as sql:
        sql.execute(f"PRAGMA user_version = {VERSION + 1}")
    file.close()
    with pytest.raises(StoreError, match=f"has version {VERSION + 1} of a store's form, and this Pellucid reads"):
        count(file)


def test_a_damaged_file_is_told(file):
    for n in range(300):
        put(file, f"{n} " * 40)
    file.close()
    raw = bytearray(file.path.read_bytes())
    raw[4096 * 2 :] = b"\xff" * len(raw[4096 * 2 :])
    file.path.write_bytes(raw)
    with pytest.raises(StoreError, match=r"answers\.db: is damaged; .* \(SQLITE_CORRUPT\)"):
        file.rows("SELECT * FROM documents")


def test_a_file_removed_or_replaced_while_in_use_is_not_written_to(file, tmp_path):
    other = StoreFile(tmp_path / "other.db", durable=False)
    put(other)
    other.close()
    for change in (file.path.unlink, lambda: other.path.replace(file.path)):
        put(file)
        change()
        with pytest.raises(StoreError, match="was removed or replaced while it was in use"):
            put(file)
    assert count(file) == 1


def test_a_full_disk_keeps_what_was_stored_and_lets_go_on(file):
    put(file)
    file.rows("PRAGMA max_page_count = 12")
    with pytest.raises(StoreError, match=r"answers\.db: the disk is full; make room.* \(SQLITE_FULL\)"):
        put(file, "x" * 100_000)
    assert count(file) == 1
    file.rows("PRAGMA max_page_count = 100000")
    put(file, "x" * 100_000)
    assert count(file) == 2


LIMITED = """
import resource, sys
from pathlib import Path
from pellucid.exceptions import StoreError
from pellucid.llm._store_file import StoreFile
file = StoreFile(Path(sys.argv[1]), durable=False)
def put(n):
    with file.transaction() as sql:
        sql.execute("INSERT INTO documents (document, sha256) VALUES (?, ?)", ("x" * 1000, str(n)))
put(0)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
stored = 1
try:
    for n in range(1, 1000):
        put(n)
        stored += 1
except StoreError as error:
    print(error)
assert 10 < stored < 1000
assert file.rows("SELECT COUNT(*) FROM documents") == [(stored,)]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
put(-1)
file.close()
assert file.rows("SELECT COUNT(*) FROM documents") == [(stored + 1,)]
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of the size of files")
def test_a_disk_that_takes_no_more_is_told_and_nothing_stored_is_lost(tmp_path):
    assert "answers.db: the disk could not be read or written" in python(LIMITED, tmp_path / "answers.db")


READ_ONLY = """
import os, sys
from pathlib import Path
from pellucid.exceptions import StoreError
from pellucid.llm._store_file import StoreFile
if os.getuid() == 0:  # permissions are not for root
    os.setgid(65534)
    os.setuid(65534)
for name in sys.argv[1:]:
    file = StoreFile(Path(name), durable=False)
    print(file.rows("SELECT document FROM documents"))
    try:
        with file.transaction() as sql:
            sql.execute("INSERT INTO documents (document) VALUES ('b')")
    except StoreError as error:
        print(str(error).removeprefix(name))
    file.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs permissions")
def test_what_cannot_be_written_can_still_be_read():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sealed").mkdir()
        paths = [folder / "one.db", folder / "sealed" / "two.db"]
        for path in paths:
            file = StoreFile(path, durable=False)
            put(file)
            file.close()
            path.chmod(0o444)
        folder.chmod(0o777)  # here the file alone is protected
        (folder / "sealed").chmod(0o555)
        said = python(READ_ONLY, *paths).splitlines()
        (folder / "sealed").chmod(0o755)
    assert said[::2] == ["[('a',)]"] * 2
    assert all(": cannot be written to; let this user write the file and its folder" in line for line in said[1::2])


def test_who_waits_too_long_is_told(file, monkeypatch):
    monkeypatch.setattr("pellucid.llm._store_file.WAIT_S", 0.05)
    put(file)
    other = StoreFile(file.path, durable=False)
    other.open()
    with (
        file.transaction(),
        pytest.raises(StoreError, match=r"another process kept it locked .* \(SQLITE_BUSY\)"),
        other.transaction(),
    ):
        pass
    other.close()
    put(file)


def test_what_cannot_be_encoded_goes_through_as_bytes(file):
    names = ["ä", "\ud83d", "", "a\0b"]
    for name in names:
        put(file, *bound(name))
    assert [unbound(name) for (name,) in file.rows("SELECT document FROM documents ORDER BY id")] == names
    assert [is_encodable(name) for name in names] == [True, False, True, True]
    assert file.rows("SELECT COUNT(*) FROM documents WHERE document = ?", bound("\ud83d")) == [(1,)]
