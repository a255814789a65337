"""Opening a database: what is allowed, who may read the file, what errors say and what they never say."""

import os
import sqlite3
import stat

import pytest
import sqlalchemy as sa

from pellucid.exceptions import InvalidInputError, LedgerError, MissingExtraError
from pellucid.ledger import DecisionLog, _database
from pellucid.ledger._database import Database, _parsed, reason


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "deep" / "log.db")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is empty"),
        ("mysql://u:hidden@h/d", "got 'mysql'"),
        ("postgresql+psycopg2://u:hidden@h/d", r"got 'postgresql\+psycopg2'"),
        ("sqlite://", "in memory would be lost"),
        ("sqlite:///:memory:", "in memory would be lost"),
        ("://hidden", "is no URL"),
        ("postgresql://u:hidden@h:port/d", "is no URL"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url, said):
    with pytest.raises(InvalidInputError, match=f"^db: .*{said}") as told:
        Database(url)
    assert "hidden" not in str(told.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_the_same_driver(scheme):
    assert _parsed(f"{scheme}://u@h/d").drivername == "postgresql+psycopg"


def test_secrets_are_hidden_wherever_they_stand_in_the_url():
    opened = Database.__new__(Database)
    opened._url = _parsed("postgresql://app:hidden1@h/d?sslpassword=hidden2&password=hidden3&sslmode=require")
    for said in (opened.name, repr(opened), repr(DecisionLog(opened))):
        assert "hidden" not in said
        assert "sslmode=require" in said


def test_the_file_is_for_its_user_alone_and_every_commit_waits_for_the_disk(database, tmp_path):
    mode = (tmp_path / "deep" / "log.db").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    assert repr(database) == f"Database('sqlite:///{tmp_path}/deep/log.db')"


def test_what_fails_half_way_is_not_there(database):
    insert = "INSERT INTO pellucid_failures VALUES ('a', 1, 0, 0)"

    def half():
        with database.writing() as connection:
            connection.exec_driver_sql(insert)
            connection.exec_driver_sql(insert)

    with pytest.raises(LedgerError, match="SQLITE_CONSTRAINT_PRIMARYKEY"):
        half()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pellucid_failures").scalar() == 0


def test_errors_say_what_to_do_and_never_what_was_to_be_written(database):
    statement = sa.text("INSERT INTO pellucid_failures VALUES (:name, 1, 0, 0)")
    for _ in range(2):
        try:
            with database.writing() as connection:
                connection.execute(statement, {"name": "somebody's own words"})
        except LedgerError as error:
            told = error
    assert "SQLITE_CONSTRAINT" in str(told)
    assert "own words" not in str(told)
    with pytest.raises(LedgerError, match="InvalidRequestError|ArgumentError|Error"), database.reading() as connection:
        raise sa.exc.ArgumentError("somebody's own words")


def test_a_reader_sees_one_moment_and_does_not_keep_writers_waiting(database):
    insert = "INSERT INTO pellucid_failures VALUES ('a', 1, 0, 0)"
    count = "SELECT count(*) FROM pellucid_failures"
    with database.reading() as reader:
        assert reader.exec_driver_sql(count).scalar() == 0
        with database.writing() as writer:
            writer.exec_driver_sql(insert)
        assert reader.exec_driver_sql(count).scalar() == 0
    with database.reading() as reader:
        assert reader.exec_driver_sql(count).scalar() == 1


def test_a_file_locked_for_too_long_is_told(database, tmp_path, monkeypatch):
    monkeypatch.setattr(_database, "WAIT_S", 0.05)
    other = sqlite3.connect(tmp_path / "deep" / "log.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match="another process kept it locked"), database.writing():
        pass
    other.rollback()
    other.close()
    with database.writing():
        pass


def test_what_is_no_database_or_not_there_or_not_ours_is_told(tmp_path):
    (tmp_path / "text").write_text("no database, but long enough to be looked at" * 100)
    sqlite3.connect(tmp_path / "empty.db").close()
    for name, said in (
        ("text", "is no database"),
        ("nowhere", "no such file"),
        ("empty.db", "has no decision log"),
    ):
        with pytest.raises(LedgerError, match=said):
            Database(tmp_path / name, create=False)
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(LedgerError, match="name a file that this user may write"):
        Database(tmp_path / "text" / "log.db")


def test_what_was_opened_before_a_fork_is_not_used_after_it(database):
    child = os.fork()
    if child == 0:
        try:
            with database.reading():
                os._exit(1)
        except LedgerError as error:
            os._exit(0 if "another process" in str(error) else 2)
    assert os.waitpid(child, 0)[1] == 0


def test_a_missing_driver_names_its_extra(monkeypatch):
    def missing(module, *, extra, purpose):
        raise MissingExtraError(f"{purpose} needs {module!r}: pip install 'pellucid[{extra}]'")

    monkeypatch.setattr(_database, "import_extra", missing)
    with pytest.raises(MissingExtraError, match=r"psycopg.*pellucid\[ledger\]"):
        Database("postgresql://u@127.0.0.1:1/d")


def test_reasons_know_codes_of_both_databases():
    class Known(Exception):
        sqlstate = "42501"

    assert "may not do that" in reason(Known())
    assert reason(None) == "NoneType; look whether the server runs, and try again"
