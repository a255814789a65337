"""Sign-ins in the database: begun, used, over; the token itself is not there."""

import pytest

from pellucid.ledger._people import row_of
from pellucid.ledger._sign_ins import IDLE_S, LASTS_S, begin, end, holder, names_in
from pellucid.ledger._tables import SIGN_INS

GOOD = "three grey herons"


@pytest.fixture
def rob(accounts):
    accounts.add("Rob", GOOD, "reviewer")
    with accounts._database.reading() as connection:
        return row_of(connection, "Rob")


def test_a_sign_in_is_held_by_its_token_until_it_is_over(accounts, rob):
    database = accounts._database
    with database.writing() as connection:
        token = begin(connection, rob.id, 1000.0)
    assert holder(database, token, 1000.0).name == "Rob"
    assert holder(database, "made up", 1000.0) is None
    assert holder(database, token, 999.0 + IDLE_S).name == "Rob"  # its use is noted
    assert holder(database, token, 998.0 + 2 * IDLE_S).name == "Rob"
    assert holder(database, token, 998.0 + 3 * IDLE_S) is None
    assert holder(database, token, 1000.0 + LASTS_S) is None


def test_those_that_are_over_are_cleared_away_and_count_for_nobody(accounts, rob):
    with accounts._database.writing() as connection:
        begin(connection, rob.id, 0.0)
        token = begin(connection, rob.id, IDLE_S)
        assert token not in str(connection.execute(SIGN_INS.select()).all())
        assert len(connection.execute(SIGN_INS.select()).all()) == 1
        assert names_in(connection, IDLE_S) == {"Rob"}
        assert names_in(connection, 2 * IDLE_S) == frozenset()
        end(connection, token)
        end(connection, "made up")
        assert names_in(connection, IDLE_S) == frozenset()
