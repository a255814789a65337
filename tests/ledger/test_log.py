"""The decision log in a file: what is signed stays, who changes it is found, and nothing acknowledged is lost."""

import signal
import sqlite3
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.conftest import fill

from pellucid.exceptions import InvalidInputError, LedgerError
from pellucid.ledger import DecisionLog, _log
from pellucid.ledger._verify import COLUMNS
from pellucid.schema import (
    FIRST_PREVIOUS,
    DecisionBody,
    Entry,
    EntryKind,
    EstimateBody,
    PauseBody,
    Person,
    Role,
    canonical_json,
)

WRITERS = str(Path(__file__).parent / "writers.py")
REVIEWER = Person(name="R. Meier", role=Role.REVIEWER)


def drop_guards(connection):
    guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert len(guards) == 7
    for (name,) in guards:
        connection.execute(f"DROP TRIGGER {name}")


def tampered(path, *statements):
    """Do what somebody with the file in hand can do."""
    connection = sqlite3.connect(path)
    drop_guards(connection)
    for statement in statements:
        connection.execute(*statement) if isinstance(statement, tuple) else connection.execute(statement)
    connection.commit()
    connection.close()


def numbers(check):
    return [problem.number for problem in check.problems]


@pytest.fixture
def path(tmp_path, log):
    log.close()
    return tmp_path / "log.db"


def test_entries_come_back_as_they_were_signed_and_can_be_chosen(log):
    found = log.entries()
    assert [entry.number for entry in found] == list(range(1, 13))
    assert all(entry.is_sealed for entry in found)
    assert [after.previous == before.digest for before, after in pairwise(found)] == [True] * 11
    assert found[1].signed().note == "I looked."
    assert found[1].person == "Åsa Öz"
    assert found[1].role is Role.ADMIN
    assert "I looked." not in repr(found[1])
    assert [entry.number for entry in log.entries(kind="overridden", newest_first=True, limit=2)] == [10, 6]
    assert [entry.number for entry in log.entries(domain="weather", document="we-0", after=1)] == [6, 11]
    assert log.entries(domain="other") == []
    assert log.head() == (12, found[-1].digest)


def test_an_entry_is_returned_as_it_is_read_back(log):
    body = EstimateBody(probability=1 / 3)
    entry = log.append(kind=EntryKind.ESTIMATE, domain="weather", document="we-1", person=REVIEWER, body=body)
    assert log.entries(after=12) == [entry]
    assert entry.signed() == body


def test_verify_reads_everything_says_how_far_it_is_and_takes_a_head_noted_down(log, monkeypatch):
    monkeypatch.setattr(_log, "_AT_ONCE", 5)
    seen = []
    check = log.verify(progress=lambda done, total: seen.append((done, total)))
    assert check.intact
    assert check.entries == 12
    assert (check.entries, check.head) == log.head()
    assert seen == [(5, 12), (10, 12)]
    assert log.verify(expect=(7, log.entries(after=6, limit=1)[0].digest)).intact
    assert numbers(log.verify(expect=(7, "f" * 64))) == [7]


def test_a_domain_is_paused_until_somebody_resumes_it(log):
    assert log.paused("weather") is None
    log.append(kind="paused", domain="weather", person=REVIEWER, body=PauseBody(why="Being checked."))
    fill(log, 2)
    assert log.paused("weather").signed().why == "Being checked."
    assert log.paused("other") is None
    log.append(kind="resumed", domain="weather", person=REVIEWER, body=PauseBody(why="Checked."))
    assert log.paused("weather") is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "deleted"}, "kind: got 'deleted'"),
        ({"domain": ""}, "domain: cannot be written"),
        ({"document": "a\nb"}, "document: cannot be written"),
        ({"document": "\ud800"}, "document: cannot be written"),
        ({"body": PauseBody(why="x")}, "body: got a PauseBody"),
        ({"body": {"probability": float("nan")}}, "body: is no EstimateBody"),
        ({"body": {"probability": 0.5, "text": "a secret text"}}, "body: is no EstimateBody"),
        ({"kind": "accepted", "body": {"probability": 0.5}}, "body: is no DecisionBody"),
        (
            {
                "kind": "accepted",
                "body": DecisionBody(probability=0.5, score=0.0, predicted="a", decided="b", reason="new", model="EBM"),
            },
            "'overridden' for any other",
        ),
    ],
)
def test_what_cannot_be_signed_is_refused_and_leaves_no_trace(log, changed, said):
    facts = {"kind": "estimate", "domain": "weather", "person": REVIEWER, "body": {"probability": 0.5}}
    with pytest.raises(InvalidInputError, match=said) as told:
        log.append(**(facts | changed))
    assert "secret" not in str(told.value)
    assert log.head()[0] == 12


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pellucid_entries SET person = 'x' WHERE number = 3",
        "UPDATE OR REPLACE pellucid_entries SET number = 4 WHERE number = 3",
        "DELETE FROM pellucid_entries WHERE number = 12",
        "DELETE FROM pellucid_entries",
        "INSERT OR REPLACE INTO pellucid_entries SELECT * FROM pellucid_entries WHERE number = 3",
        "INSERT INTO pellucid_entries SELECT 13, at, kind, domain, document, person, role, body, previous, digest"
        " FROM pellucid_entries WHERE number = 12",
        "UPDATE pellucid_head SET entries = 11",
        "DELETE FROM pellucid_head",
        "INSERT OR REPLACE INTO pellucid_head VALUES (1, 0, 'x')",
    ],
)
def test_the_database_refuses_to_change_or_delete(path, statement):
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only|continues the last|head"):
        connection.execute(statement)
    connection.close()
    with DecisionLog.open(path) as log:
        assert log.verify().intact


def swap(a, b):
    update = "UPDATE pellucid_entries SET number = ? WHERE number = ?"
    return [(update, pair) for pair in ((99, a), (a, b), (b, 99))]


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE pellucid_entries SET person = 'S. Weber' WHERE number = 1"], [1]),
        (["UPDATE pellucid_entries SET body = replace(body, ':', ': ') WHERE number = 7"], [7]),
        (["UPDATE pellucid_entries SET digest = upper(digest) WHERE number = 12"], [12]),
        (["DELETE FROM pellucid_entries WHERE number = 1"], [1]),
        (["DELETE FROM pellucid_entries WHERE number IN (5, 6)"], [5]),
        (["DELETE FROM pellucid_entries WHERE number > 10"], [11]),
        (["DELETE FROM pellucid_entries"], [1]),
        (swap(7, 8), [7, 8]),
        (["UPDATE pellucid_head SET entries = 10"], [11]),
        (["UPDATE pellucid_head SET digest = replace(digest, '0', '1')"], [12]),
        (["DELETE FROM pellucid_head"], [None]),
        (["DROP TABLE pellucid_head"], [None]),
    ],
)
def test_whoever_drops_the_guards_is_found_and_the_entry_named(path, statements, found):
    tampered(path, *statements)
    with DecisionLog.open(path) as log:
        check = log.verify()
    assert not check.intact
    assert numbers(check) == found


def test_cutting_off_the_end_together_with_the_head_is_found_by_who_noted_the_head_down(path):
    with DecisionLog.open(path) as log:
        noted, tenth = log.head(), log.entries()[9]
    cut = "DELETE FROM pellucid_entries WHERE number > 10"
    tampered(path, cut, ("UPDATE pellucid_head SET entries = 10, digest = ?", (tenth.digest,)))
    with DecisionLog.open(path) as log:
        assert log.verify().intact  # consistent in itself: that is what the noted head is for
        assert numbers(log.verify(expect=noted)) == [12]


TEXTS = COLUMNS[1:]


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "log.db"
    with DecisionLog.open(path) as log:
        fill(log)
    connection = sqlite3.connect(path)
    drop_guards(connection)
    connection.commit()
    connection.close()
    return path


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(1, 12),
    column=st.sampled_from(TEXTS),
    changed=st.one_of(st.text(max_size=80), st.tuples(st.integers(0, 400), st.integers(1, 255))),
)
def test_any_change_of_any_field_of_any_entry_is_found(original, number, column, changed):
    connection = sqlite3.connect(original)
    select = f"SELECT CAST({column} AS BLOB) FROM pellucid_entries WHERE number = ?"  # noqa: S608
    before = connection.execute(select, (number,)).fetchone()[0]
    if isinstance(changed, tuple):  # one byte of it
        at, bits = changed[0] % max(1, len(before)), changed[1]
        after = bytes(one ^ (bits if place == at else 0) for place, one in enumerate(before)) or b"x"
    else:
        after = changed.encode("utf-8", "surrogatepass")
    write = f"UPDATE pellucid_entries SET {column} = CAST(? AS TEXT) WHERE number = ?"  # noqa: S608
    connection.execute(write, (after, number))
    connection.commit()
    try:
        with DecisionLog.open(original) as log:
            check = log.verify()
        if after == before:
            assert check.intact
        else:
            assert numbers(check)[0] == number
    finally:
        connection.execute(write, (before, number))
        connection.commit()
        connection.close()


@pytest.mark.parametrize("number", [1, 2_500, 5_000])
@pytest.mark.slow
def test_one_flipped_byte_in_the_file_is_found_and_the_entry_named(quick_folder, number):
    path = quick_folder / "log.db"
    connection = sqlite3.connect(path)
    with DecisionLog.open(path) as log:
        database = log._database
        with database.writing() as writer:  # 5,000 in one transaction, as only a test may
            raw = writer.connection.dbapi_connection
            _fill_at_once(raw, 5_000)
        entry = log.entries(after=number - 1, limit=1)[0]
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(path.read_bytes())
    place = content.index((entry.previous + entry.digest).encode())  # the last two columns of its row
    content[place - 5] ^= 1  # in the body
    path.write_bytes(content)
    with DecisionLog.open(path) as log:
        assert numbers(log.verify()) == [number]


def _fill_at_once(raw, count):
    previous = FIRST_PREVIOUS
    for number in range(1, count + 1):
        entry = Entry.sealed(
            number=number,
            at="2026-01-31T09:30:00.000000Z",
            kind="estimate",
            domain="weather",
            person="R",
            role="viewer",
            body={"probability": 0.5},
            previous=previous,
        )
        row = entry.model_dump(mode="json") | {"body": canonical_json(entry.body)}
        raw.execute("INSERT INTO pellucid_entries VALUES (?,?,?,?,?,?,?,?,?,?)", [row[name] for name in COLUMNS])
        previous = entry.digest


def test_a_damaged_file_is_a_finding_and_no_crash(path):
    content = bytearray(path.read_bytes())
    place = content.index(b"overridden")
    page = place // 4096 * 4096
    content[page : page + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with DecisionLog.open(path) as log:
        check = log.verify()
    assert not check.intact
    assert "damaged" in check.problems[-1].what or "own check" in check.problems[-1].what


def test_an_entry_that_is_none_any_more_is_named_when_it_is_read(path):
    tampered(path, "UPDATE pellucid_entries SET kind = 'x' WHERE number = 4")
    with DecisionLog.open(path) as log:
        with pytest.raises(LedgerError, match="entry 4 is none any more"):
            log.entries()
        assert len(log.entries(after=4)) == 8


def test_a_log_without_its_head_takes_no_entry(path):
    tampered(path, "DELETE FROM pellucid_head")
    with DecisionLog.open(path) as log:
        for act in (log.head, lambda: fill(log, 1)):
            with pytest.raises(LedgerError, match="head of the log is gone"):
                act()


def test_threads_signing_at_once_lose_nothing(log):
    def sign(n):
        for _ in range(10):
            log.append(
                kind="estimate",
                domain="w",
                person=Person(name=f"P{n}", role="viewer"),
                body={"probability": 0.5},
            )

    threads = [threading.Thread(target=sign, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    people = [entry.person for entry in log.entries(domain="w")]
    assert {name: people.count(name) for name in people} == {f"P{n}": 10 for n in range(6)}
    assert log.verify().intact


@pytest.mark.slow
def test_ten_thousand_entries_of_eight_writers_stand(quick_folder):
    path = quick_folder / "log.db"
    done = subprocess.run(
        [sys.executable, WRITERS, str(path), "8", "1250"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    with DecisionLog.open(path) as log:
        check = log.verify()
        assert check.intact, check.problems
        assert check.entries == 10_000
        people = [entry.person for entry in log.entries()]
    assert {name: people.count(name) for name in set(people)} == {f"W{n}": 1250 for n in range(8)}


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_acknowledged(tmp_path):
    path, acknowledged = tmp_path / "log.db", {}
    for _ in range(2):
        call = [sys.executable, WRITERS, str(path), "endless"]
        writers = [subprocess.Popen(call, stdout=subprocess.PIPE) for _ in range(2)]
        for writer in writers:
            acknowledged |= dict(writer.stdout.readline().split() for _ in range(60))
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            acknowledged |= dict(line.split() for line in writer.communicate()[0].splitlines())
    with DecisionLog.open(path) as log:
        check = log.verify()
        assert check.intact, check.problems
        kept = {str(entry.number).encode(): entry.digest.encode() for entry in log.entries()}
    assert len(acknowledged) >= 240
    assert acknowledged.items() <= kept.items()
