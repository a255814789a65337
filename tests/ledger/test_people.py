"""Rows of people: found however the name is typed, and the last administrator stays."""

import pytest

from pellucid.exceptions import AccessError, InvalidInputError
from pellucid.ledger._people import (
    account_of,
    end_all,
    keep_an_admin,
    known,
    refuse_second,
    role_of,
    row_of,
    unchanged,
)
from pellucid.schema import Role

GOOD = "three grey herons"


def test_rows_are_found_by_what_names_share(accounts):
    accounts.add("Åsa Öz", GOOD, "admin")
    with accounts._database.writing() as connection:
        assert row_of(connection, "ÅSA  ÖZ").name == "Åsa Öz"
        for nobody in ("", "Asa", "x\x00", "\ud800"):
            assert row_of(connection, nobody) is None
        with pytest.raises(InvalidInputError, match="nobody called 'Asa'"):
            known(connection, "Asa")
        with pytest.raises(AccessError, match="only administrator"):
            keep_an_admin(connection, known(connection, "åsa öz"))
        with pytest.raises(AccessError, match="people already"):
            refuse_second(connection)


def test_sign_ins_of_one_person_end_and_no_others(accounts):
    for name in ("A", "B"):
        accounts.add(name, GOOD, "viewer")
    a, b = (accounts.sign_in(name, GOOD) for name in ("A", "B"))
    with accounts._database.writing() as connection:
        end_all(connection, row_of(connection, "A").id)
    assert accounts.who(a) is None
    assert accounts.who(b).name == "B"


def test_roles_have_three_names():
    assert [role_of(role.value) for role in Role] == list(Role)
    with pytest.raises(InvalidInputError, match="allowed are viewer, reviewer, admin"):
        role_of("root")


def test_a_row_counts_as_seen_until_its_password_changes_or_it_is_shut(accounts):
    accounts.add("Ann", GOOD, "admin")
    accounts.add("Rob", GOOD, "reviewer")
    with accounts._database.reading() as connection:
        ann, rob = (row_of(connection, name) for name in ("Ann", "Rob"))
    assert account_of(rob).model_dump() == {"name": "Rob", "role": Role.REVIEWER, "disabled": False, "since": rob.since}
    accounts.set_role("Rob", "viewer")
    with accounts._database.writing() as connection:
        assert unchanged(connection, rob).role == "viewer"
    accounts.disable("Rob")
    accounts.change_password("Ann", "four white storks")
    with accounts._database.writing() as connection:
        assert unchanged(connection, rob) is None
        assert unchanged(connection, ann) is None
