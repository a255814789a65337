"""Locks: five free, then longer each time; forgotten after a day; the same for names nobody has."""

import pytest

from pellucid.exceptions import LockedOut
from pellucid.ledger._attempts import attempt, forget, lock_s
from pellucid.ledger._database import Database

DAY = 24 * 3600.0


@pytest.fixture
def connection(tmp_path):
    database = Database(tmp_path / "log.db")
    with database.writing() as opened:
        yield opened
    database.close()


def test_locks_grow_up_to_an_hour():
    assert [lock_s(n) for n in (0, 4)] == [0.0, 0.0]
    assert [lock_s(n) / 60 for n in (5, 6, 7, 8)] == [15, 30, 60, 60]
    assert lock_s(12) == lock_s(10_000) == 3600.0  # a stranger who knows a name cannot keep its owner out for a day


def test_five_attempts_then_a_lock_then_one_more_and_a_longer_lock(connection):
    for _ in range(5):
        attempt(connection, "R. Meier", 1000.0)
    with pytest.raises(LockedOut, match="try again in 15 min") as told:
        attempt(connection, "r. meier ", 1000.0)
    assert told.value.seconds == 900.0
    attempt(connection, "R. Meier", 1900.0)
    with pytest.raises(LockedOut, match="in 30 min"):
        attempt(connection, "R. Meier", 1901.0)
    attempt(connection, "Somebody else", 1901.0)


def test_a_right_password_or_a_day_forgets(connection):
    for _ in range(4):
        attempt(connection, "A", 0.0)
        attempt(connection, "B", 0.0)
    forget(connection, "A")
    for _ in range(4):
        attempt(connection, "A", 1.0)
    for _ in range(4):
        attempt(connection, "B", DAY + 2.0)
    listed = connection.exec_driver_sql("SELECT count(*) FROM pellucid_failures").scalar()
    assert listed == 1  # that of A is older than a day too, and gone
