"""Migrations: made once, in order, and a newer database is refused."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from pellucid.exceptions import LedgerError
from pellucid.ledger import DecisionLog
from pellucid.ledger._database import Database
from pellucid.ledger._migrate import VERSION_TABLE, steps_to_go


def test_a_fresh_database_is_brought_to_the_newest_tables_and_lacks_nothing_then(tmp_path):
    database = Database(tmp_path / "log.db")
    with database.reading() as connection:
        assert steps_to_go(connection) == []
        assert connection.exec_driver_sql(f"SELECT * FROM {VERSION_TABLE}").all() == [("0001",)]  # noqa: S608
    database.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path):
    Database(tmp_path / "log.db").close()
    connection = sqlite3.connect(tmp_path / "log.db")
    connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0999'")  # noqa: S608
    connection.commit()
    connection.close()
    for create in (True, False):
        with pytest.raises(LedgerError, match="revision 0999.*up to 0001.*update this one"):
            DecisionLog.open(tmp_path / "log.db", create=create)


def test_many_may_open_a_fresh_file_at_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        for opened in pool.map(lambda _: Database(tmp_path / "log.db"), range(8)):
            opened.close()


def test_other_tables_in_the_same_database_are_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / "log.db")
    connection.execute("CREATE TABLE alembic_version (version_num)")
    connection.execute("INSERT INTO alembic_version VALUES ('theirs')")
    connection.commit()
    Database(tmp_path / "log.db").close()
    assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("theirs",)]
    connection.close()
