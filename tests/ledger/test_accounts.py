"""Accounts: who may sign in, for how long, and what a stranger can find out."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import argon2
import pytest

from pellucid.exceptions import AccessError, InvalidInputError, LockedOut
from pellucid.ledger import Accounts
from pellucid.ledger._accounts import INVITED_S
from pellucid.ledger._passwords import Passwords
from pellucid.ledger._sign_ins import IDLE_S, LASTS_S
from pellucid.schema import Person, Role

GOOD, OTHER, WRONG = "three grey herons", "four white storks", "five black crows"


@pytest.fixture
def staff(accounts):
    accounts.add("Ann", GOOD, Role.ADMIN)
    accounts.add("Rob", GOOD, "reviewer")
    accounts.add("Vic", GOOD)
    return accounts


def everything(path):
    """Every value in the database, as text."""
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = [str(row) for name in names for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608
    connection.close()
    return "\n".join(found)


def test_people_are_listed_found_and_named_once(staff):
    assert [(one.name, one.role.value, one.disabled) for one in staff.people()] == [
        ("Ann", "admin", False),
        ("Rob", "reviewer", False),
        ("Vic", "viewer", False),
    ]
    assert staff.find("ANN") == Person(name="Ann", role="admin")
    assert staff.find("nobody") is None
    with pytest.raises(InvalidInputError, match="'ann' is taken"):
        staff.add("ann", GOOD)
    with pytest.raises(InvalidInputError, match="role: got 'root'"):
        staff.add("New", GOOD, "root")
    with pytest.raises(InvalidInputError, match="password: is the name itself"):
        staff.add("Long Long Name", "long long name")
    assert "sqlite" in repr(staff)


def test_a_sign_in_lasts_while_it_is_used_and_half_a_day_at_most(staff, clock):
    token = staff.sign_in("rob", GOOD)
    begun = clock.now
    while clock.now - begun < LASTS_S - 1800:
        clock.now += IDLE_S - 1
        assert staff.who(token) == Person(name="Rob", role="reviewer")
    clock.now = begun + LASTS_S
    assert staff.who(token) is None
    token = staff.sign_in("rob", GOOD)
    clock.now += IDLE_S
    assert staff.who(token) is None
    assert staff.who("made up") is None


def test_signing_out_ends_one_sign_in_and_a_new_password_all(staff, clock, tmp_path):
    one, two = staff.sign_in("Rob", GOOD), staff.sign_in("Rob", GOOD)
    staff.sign_out(one)
    staff.sign_out("made up")
    assert staff.who(one) is None
    assert staff.who(two).name == "Rob"
    staff.change_password("Rob", OTHER)
    assert staff.who(two) is None
    with pytest.raises(AccessError):
        staff.check("Rob", GOOD)
    assert staff.check("Rob", OTHER).name == "Rob"
    clock.now += LASTS_S
    staff.sign_in("Ann", GOOD)
    assert everything(tmp_path / "log.db").count("rob'") == 1  # the row of the person; sign-ins that are over are gone


def test_roles_change_at_once_and_disabled_people_are_out(staff):
    token = staff.sign_in("Vic", GOOD)
    assert staff.set_role("vic", "reviewer").role is Role.REVIEWER
    assert staff.who(token).role is Role.REVIEWER
    staff.disable("Vic")
    assert staff.who(token) is None
    assert staff.find("Vic") is None
    assert staff.account(" VIC ").disabled
    assert staff.account("nobody") is None
    with pytest.raises(AccessError, match="do not fit"):
        staff.check("Vic", GOOD)
    staff.disable("Vic", disabled=False)
    assert staff.who(token) is None
    assert staff.check("Vic", GOOD).role is Role.REVIEWER


def test_the_last_administrator_stays_also_when_two_leave_at_once(staff):
    for act in (lambda: staff.disable("Ann"), lambda: staff.set_role("Ann", "viewer")):
        with pytest.raises(AccessError, match="only administrator"):
            act()
    staff.set_role("Rob", "admin")

    def leave(name):
        try:
            staff.set_role(name, "viewer")
        except AccessError:
            return "stays"
        return "left"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, ["Ann", "Rob"])) == ["left", "stays"]
    assert sum(one.role is Role.ADMIN for one in staff.people()) == 1


def test_a_stranger_cannot_tell_a_wrong_name_from_a_wrong_password(staff):
    told = []
    for name in ("Ann", "Nobody"):
        for attempt in range(6):
            with pytest.raises(AccessError) as error:
                staff.check(name, WRONG)
            told.append((name, attempt, type(error.value), str(error.value)))
    known, unknown = ([line[1:] for line in told if line[0] == name] for name in ("Ann", "Nobody"))
    assert known == unknown
    assert [kind for _, kind, _ in known] == [AccessError] * 5 + [LockedOut]
    assert WRONG not in str(told)


def test_a_lock_holds_the_right_password_too_ends_by_itself_and_by_a_new_password(staff, clock):
    for _ in range(5):
        with pytest.raises(AccessError):
            staff.check("Rob", WRONG)
    with pytest.raises(LockedOut):
        staff.sign_in("Rob", GOOD)
    clock.now += 15 * 60
    assert staff.check("Rob", GOOD).name == "Rob"
    for _ in range(5):
        with pytest.raises(AccessError):
            staff.check("Rob", WRONG)
    staff.change_password("Rob", OTHER)
    assert staff.check("Rob", OTHER).name == "Rob"


def test_many_guesses_at_once_are_no_more_guesses(staff):
    def guess(_):
        try:
            staff.check("Ann", WRONG)
        except AccessError as error:
            return type(error)

    with ThreadPoolExecutor(8) as pool:
        kinds = list(pool.map(guess, range(16)))
    assert kinds.count(AccessError) == 5
    assert kinds.count(LockedOut) == 11


def test_the_first_administrator_comes_by_an_invitation_once(accounts, clock):
    old, token = accounts.invitation(), accounts.invitation()
    for wrong in (old, "made up", ""):
        with pytest.raises(AccessError, match="unknown, used or older"):
            accounts.accept(wrong, "Ann", GOOD)
    with pytest.raises(InvalidInputError, match="password: has 5"):
        accounts.accept(token, "Ann", "short")
    assert accounts.accept(token, "Ann", GOOD) == Person(name="Ann", role="admin")
    for act in (accounts.invitation, lambda: accounts.accept(token, "Eve", GOOD)):
        with pytest.raises(AccessError, match="people already"):
            act()


def test_an_invitation_is_too_old_after_a_day_and_good_for_one_of_two_at_once(accounts, clock):
    token = accounts.invitation()
    clock.now += INVITED_S
    with pytest.raises(AccessError, match="older than a day"):
        accounts.accept(token, "Ann", GOOD)
    token = accounts.invitation()

    def accept(name):
        try:
            return accounts.accept(token, name, GOOD).name
        except AccessError:
            return ""

    with ThreadPoolExecutor(2) as pool:
        assert "" in list(pool.map(accept, ["Ann", "Eve"]))
    assert len(accounts.people()) == 1


def test_neither_passwords_nor_tokens_stand_in_the_database(accounts, tmp_path):
    invited = accounts.invitation()
    assert invited not in everything(tmp_path / "log.db")
    accounts.accept(invited, "Ann", GOOD)
    token = accounts.sign_in("Ann", GOOD)
    with pytest.raises(AccessError):
        accounts.check("a password typed as a name", WRONG)
    kept = everything(tmp_path / "log.db")
    for secret in (GOOD, token, "typed as a name"):
        assert secret not in kept
    assert "$argon2id$" in kept


def test_a_hash_of_a_lower_cost_is_made_anew_when_the_password_is_there(staff):
    before = everything(staff._database._url.database)
    dearer = Passwords(argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    with Accounts(staff._database, passwords=dearer) as accounts:
        accounts.check("Ann", GOOD)
        assert accounts.check("Ann", GOOD).name == "Ann"
    after = everything(staff._database._url.database)
    assert before.count("t=1") == 3
    assert after.count("t=1") == 2


class Meanwhile(Passwords):
    """Somebody acts between the check of a password and what is written after it."""

    def __init__(self, act, **cost):
        super().__init__(argon2.PasswordHasher(parallelism=1, **cost))
        self.act = act

    def fits(self, kept, password):
        found = super().fits(kept, password)
        self.act()
        return found


@pytest.mark.parametrize("enter", ["check", "sign_in"])
@pytest.mark.parametrize("time_cost", [1, 2])  # with and without a hash to be made anew
def test_a_password_that_was_changed_meanwhile_lets_nobody_in_and_does_not_come_back(staff, enter, time_cost):
    late = Meanwhile(lambda: staff.change_password("Rob", OTHER), time_cost=time_cost, memory_cost=16)
    with pytest.raises(AccessError, match="do not fit"):
        getattr(Accounts(staff._database, passwords=late, clock=staff._clock), enter)("Rob", GOOD)
    assert staff.signed_in() == frozenset()
    with pytest.raises(AccessError):
        staff.check("Rob", GOOD)
    assert staff.check("Rob", OTHER).name == "Rob"


@pytest.mark.parametrize("enter", ["check", "sign_in"])
def test_somebody_disabled_meanwhile_is_not_let_in(staff, enter):
    late = Meanwhile(lambda: staff.disable("Rob"), time_cost=1, memory_cost=8)
    with pytest.raises(AccessError, match="do not fit"):
        getattr(Accounts(staff._database, passwords=late, clock=staff._clock), enter)("Rob", GOOD)
    staff.disable("Rob", disabled=False)
    assert staff.signed_in() == frozenset()


def test_who_is_signed_in_is_known_by_name(staff, clock):
    one, two = staff.sign_in("rob", GOOD), staff.sign_in("ROB", GOOD)
    staff.sign_in("Vic", GOOD)
    assert staff.signed_in() == {"Rob", "Vic"}
    staff.sign_out(one)
    staff.disable("Vic")
    assert staff.signed_in() == {"Rob"}
    staff.sign_out(two)
    assert staff.signed_in() == frozenset()
    staff.sign_in("Ann", GOOD)
    clock.now += IDLE_S
    assert staff.signed_in() == frozenset()


def test_accounts_are_opened_at_the_librarys_own_cost(tmp_path, clock):
    with Accounts.open(tmp_path / "new.db", clock=clock) as accounts:
        accounts.add("Ann", GOOD, "admin")
        assert accounts.who(accounts.sign_in("Ann", GOOD)).name == "Ann"
