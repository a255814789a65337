"""Wrong passwords by address: a bounded number, in bounded memory, and the proxy's own word for who asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.requests import Request

from pellucid.app import client_limits
from pellucid.app.client_limits import EVERY_S, MOST_WRONG, ClientLimits, client_of
from pellucid.exceptions import AccessError, LedgerError, LockedOut


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def wrong(limits, address):
    with pytest.raises(AccessError) as told, limits.counted(address):
        raise AccessError("wrong")
    return type(told.value)


def test_too_many_from_one_address_are_refused_and_forgotten_one_by_one():
    clock = Clock()
    limits = ClientLimits(clock)
    assert [wrong(limits, "a") for _ in range(MOST_WRONG)] == [AccessError] * MOST_WRONG
    with pytest.raises(LockedOut, match="too many wrong passwords") as told, limits.counted("a"):
        raise AssertionError("nothing is tried any more")
    assert told.value.seconds == pytest.approx(EVERY_S)
    assert wrong(limits, "b") is AccessError
    assert wrong(limits, "") is AccessError
    clock.now += EVERY_S + 1
    assert [wrong(limits, "a"), wrong(limits, "a")] == [AccessError, LockedOut]
    assert "a" not in repr(limits).removeprefix("ClientLimits")


def test_what_was_no_wrong_password_does_not_count():
    limits = ClientLimits()
    for _ in range(2 * MOST_WRONG):
        with limits.counted("a"):
            pass
        with pytest.raises(LedgerError), limits.counted("a"):
            raise LedgerError("gone")
    assert repr(limits) == "ClientLimits(0)" or wrong(limits, "a") is AccessError


def test_many_at_once_are_no_more():
    limits = ClientLimits()
    with ThreadPoolExecutor(8) as pool:
        kinds = list(pool.map(lambda _: wrong(limits, "a"), range(3 * MOST_WRONG)))
    assert kinds.count(AccessError) == MOST_WRONG


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(client_limits, "MOST_ADDRESSES", 3)
    limits = ClientLimits()
    for number in range(10):
        wrong(limits, str(number))
    assert repr(limits) == "ClientLimits(3)"


@pytest.mark.parametrize(
    ("address", "forwarded", "found"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # no proxy of ours: anybody can say that
        ("10.0.0.7", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["made up, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["made up", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", [], ""),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
        ("testclient", [], "testclient"),
    ],
)
def test_where_a_request_comes_from(address, forwarded, found):
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    scope = {"type": "http", "client": (address, 1), "headers": headers}
    assert client_of(Request(scope), ("10.0.0.7",)) == found
    assert client_of(Request(scope | {"client": None}), ()) == ""
