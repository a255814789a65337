"""The first migration: its guards are there, in SQLite and in words for PostgreSQL."""

import importlib.util
import sqlite3
from pathlib import Path

from pellucid import ledger
from pellucid.ledger._database import Database

FILE = Path(ledger.__file__).parent / "migrations" / "versions" / "v0001_entries_and_people.py"


def test_tables_are_guarded_as_soon_as_they_are_there(tmp_path):
    Database(tmp_path / "log.db").close()
    connection = sqlite3.connect(tmp_path / "log.db")
    listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert len(listed) == 7
    assert connection.execute("SELECT * FROM pellucid_head").fetchall() == [(1, 0, "0" * 64)]
    connection.close()


def test_guards_of_postgresql_are_always_on_and_know_truncate():
    spec = importlib.util.spec_from_file_location("v0001", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said = " ".join(module._POSTGRESQL)
    assert said.count("OR TRUNCATE") == 2
    assert said.count("CREATE TRIGGER") == said.count("ENABLE ALWAYS TRIGGER") == 5
