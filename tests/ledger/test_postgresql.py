"""The ledger on a real PostgreSQL: the same promises as in a file, with its own guards."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from tests.ledger.conftest import SECRET, fill

from pellucid.exceptions import AccessError, LedgerError
from pellucid.ledger import Accounts, DecisionLog
from pellucid.ledger._database import Database
from pellucid.schema import EntryKind, Person

pytestmark = pytest.mark.slow
WRITERS = str(Path(__file__).parent / "writers.py")
UNGUARDED = (
    "ALTER TABLE pellucid_entries DISABLE TRIGGER USER",
    "ALTER TABLE pellucid_head DISABLE TRIGGER USER",
)


@pytest.fixture
def log(cluster, database):
    with DecisionLog.open(cluster.url(database)) as opened:
        fill(opened)
        yield opened


def numbers(check):
    return [problem.number for problem in check.problems]


def test_what_is_signed_can_be_read_and_stands(log):
    assert [entry.number for entry in log.entries()] == list(range(1, 13))
    assert all(entry.is_sealed for entry in log.entries())
    assert [entry.number for entry in log.entries(kind="overridden", newest_first=True, limit=2)] == [10, 6]
    assert log.entries(document="we-0")[0].person == "R. Meier"
    seen = []
    assert log.verify(expect=log.head(), progress=lambda done, total: seen.append((done, total))).intact
    assert log.paused("weather") is None
    log.append(
        kind=EntryKind.PAUSED,
        domain="weather",
        person=Person(name="A", role="admin"),
        body={"why": "Nul \x00, quote ', 雨"},
    )
    assert log.paused("weather").signed().why == "Nul \x00, quote ', 雨"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pellucid_entries SET person = 'x' WHERE number = 3",
        "DELETE FROM pellucid_entries WHERE number = 12",
        "TRUNCATE pellucid_entries",
        "INSERT INTO pellucid_entries SELECT 13, at, kind, domain, document, person, role, body, previous, digest"
        " FROM pellucid_entries WHERE number = 12",
        "INSERT INTO pellucid_entries SELECT * FROM pellucid_entries WHERE number = 3"
        " ON CONFLICT (number) DO UPDATE SET person = 'x'",
        "UPDATE pellucid_head SET entries = 11",
        "DELETE FROM pellucid_head",
        "TRUNCATE pellucid_head",
        "INSERT INTO pellucid_head VALUES (2, 0, 'x')",
        "SET session_replication_role = replica; DELETE FROM pellucid_entries",
    ],
)
def test_the_database_refuses_to_change_or_delete(cluster, database, log, statement):
    with pytest.raises(psycopg.errors.RaiseException, match="append-only|continues the last|follows its entries"):
        cluster.run(database, statement)
    assert log.verify().intact


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE pellucid_entries SET body = overlay(body placing '9' from 40 for 1) WHERE number = 7", [7]),
        ("UPDATE pellucid_entries SET person = 'S. Weber' WHERE number = 1", [1]),
        ("DELETE FROM pellucid_entries WHERE number = 5", [5]),
        ("DELETE FROM pellucid_entries WHERE number > 10", [11]),
        ("UPDATE pellucid_entries SET number = number + 100 WHERE number = 4", [4, 13, 104]),
        (
            "UPDATE pellucid_entries SET number = 99 WHERE number = 7;"
            "UPDATE pellucid_entries SET number = 7 WHERE number = 8;"
            "UPDATE pellucid_entries SET number = 8 WHERE number = 99",
            [7, 8],
        ),
        ("TRUNCATE pellucid_entries", [1]),
        ("DELETE FROM pellucid_head", [None]),
    ],
)
def test_whoever_drops_the_guards_is_found_and_the_entry_named(cluster, database, log, statement, found):
    cluster.run(database, *UNGUARDED, statement)
    check = log.verify()
    assert not check.intact
    assert set(found) <= set(numbers(check))
    assert len(check.problems) <= len(found) + 1


def test_ten_thousand_entries_of_eight_writers_stand(cluster, database):
    url = cluster.url(database)
    call = [sys.executable, WRITERS, url, "8", "1250"]
    done = subprocess.run(call, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    with DecisionLog.open(url) as log:
        check = log.verify()
        assert check.intact, check.problems
        assert check.entries == 10_000
        people = [entry.person for entry in log.entries()]
    assert {name: people.count(name) for name in set(people)} == {f"W{n}": 1250 for n in range(8)}
    cluster.run(
        database, *UNGUARDED, "UPDATE pellucid_entries SET body = replace(body, '0.5', '0.6') WHERE number = 7777"
    )
    with DecisionLog.open(url) as log:
        assert numbers(log.verify()) == [7777]


def test_a_killed_writer_and_a_crashed_server_lose_nothing_acknowledged(cluster, database):
    url = cluster.url(database)
    DecisionLog.open(url).close()
    acknowledged = {}
    for end in ("kill", "crash"):
        writers = [
            subprocess.Popen([sys.executable, WRITERS, url, "endless"], stdout=subprocess.PIPE) for _ in range(2)
        ]
        for writer in writers:
            acknowledged |= dict(writer.stdout.readline().split() for _ in range(60))
        if end == "crash":
            cluster.crash()
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            acknowledged |= dict(line.split() for line in writer.communicate()[0].splitlines())
    cluster.start()
    with DecisionLog.open(url) as log:
        check = log.verify()
        assert check.intact, check.problems
        kept = {str(entry.number).encode(): entry.digest.encode() for entry in log.entries()}
    assert len(acknowledged) >= 240
    assert acknowledged.items() <= kept.items()


def test_many_may_open_a_fresh_database_at_once(cluster, database):
    with ThreadPoolExecutor(6) as pool:
        for opened in pool.map(lambda _: DecisionLog.open(cluster.url(database)), range(6)):
            opened.close()
    assert cluster.run(database, "SELECT entries FROM pellucid_head") == [(0,)]


def test_commits_wait_for_the_disk_even_where_the_users_default_is_not_to(cluster, database):
    cluster.run(database, f"ALTER DATABASE {database} SET synchronous_commit = off")
    opened = Database(cluster.url(database))
    with opened.reading() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    opened.close()


def test_a_wrong_password_a_missing_database_and_a_foreign_encoding_are_told_without_the_password(cluster, database):
    wrong = cluster.url(database).replace(SECRET, "wrong-secret")
    for url in (wrong, cluster.url("nowhere"), f"postgresql+psycopg://owner:{SECRET}@127.0.0.1:1/x"):
        with pytest.raises(LedgerError) as told:
            DecisionLog.open(url)
        assert "secret" not in str(told.value)
        assert "***" in str(told.value)
    cluster.run("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(LedgerError, match="encoding is not UTF8"):
        DecisionLog.open(cluster.url("latin"))


def test_nothing_is_made_where_nothing_shall_be_and_the_right_to_make_is_asked_for(cluster, database):
    with pytest.raises(LedgerError, match="has no decision log"):
        DecisionLog.open(cluster.url(database), create=False)
    cluster.run(database, "CREATE ROLE reader LOGIN PASSWORD 'reads-only-here'")
    with pytest.raises(LedgerError, match="may not do that there"):
        DecisionLog.open(cluster.url(database).replace(f"owner:{SECRET}", "reader:reads-only-here"))


def test_accounts_live_there_too(cluster, database, clock, cheap):
    with Accounts(Database(cluster.url(database, tcp=True)), passwords=cheap, clock=clock) as accounts:
        accounts.accept(accounts.invitation(), "R. Meier", "three grey herons")
        token = accounts.sign_in("r. meier", "three grey herons")
        clock.now += 90
        assert accounts.who(token).name == "R. Meier"
        with pytest.raises(AccessError, match="only administrator"):
            accounts.set_role("R. Meier", "viewer")
        for name in ("x\x00y", "\ud800", "nobody"):
            with pytest.raises(AccessError, match="do not fit"):
                accounts.check(name, "wrong wrong wrong")
