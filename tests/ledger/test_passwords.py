"""Passwords: length counts, what is tried first is refused, hashes are Argon2id and never compared for nobody."""

import argon2
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.ledger._passwords import LONGEST, Passwords, check_new


@pytest.mark.parametrize(
    "password",
    [
        "three grey herons",
        "aaaa bbbb cccc",
        "雨が降る町で傘を持たずに",
        "7" * 3 + "4" * 3 + "1" * 6,
        "R. Meier likes rain",
    ],
)
def test_what_is_long_and_not_the_commonest_is_good(password):
    assert check_new("R. Meier", password)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "has 0 characters"),
        ("eleven char", "has 11 characters"),
        ("x" * (LONGEST + 1), "has 1,025 characters"),
        ("passwordpassword", "tried first"),
        ("PassWordPassword", "tried first"),
        ("111111111111", "tried first"),
        ("abababababab", "tried first"),
        ("123456789012", "tried first"),
        ("abcdefghijklmn", "tried first"),
        ("poiuytrewq" + "", "has 10"),
        ("Roswitha Meier", "name itself"),
        ("ROSWITHA MEIER2026", "name itself"),
        ("roswitha meierroswitha meier", "name itself"),
        ("twelve char\ud800", "half a character"),
    ],
)
def test_what_is_short_or_tried_first_is_refused_and_not_repeated(password, said):
    with pytest.raises(InvalidInputError, match=said) as told:
        check_new("Roswitha Meier", password)
    assert not password or password not in str(told.value)


def test_the_hash_is_argon2id_salted_and_the_same_for_every_keyboard(cheap):
    kept = cheap.hash("R", "Ångström Å 12")
    assert kept.startswith("$argon2id$")
    assert cheap.hash("R", "Ångström Å 12") != kept
    assert cheap.fits(kept, "A\u030angstro\u0308m A\u030a 12")
    assert not cheap.fits(kept, "angstrom a 12")
    assert not cheap.fits("no hash at all", "three grey herons")


def test_nobody_takes_as_many_hashes_as_somebody_and_never_fits(cheap):
    calls = []

    class Counting(argon2.PasswordHasher):
        def verify(self, kept, said):
            calls.append(argon2.extract_parameters(kept))
            return super().verify(kept, said)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    kept = passwords.hash("R", "three grey herons")
    for hashed, said in ((kept, "wrong"), (None, "wrong"), (None, ""), (None, "x" * 5_000), (kept, "\ud800")):
        assert not passwords.fits(hashed, said)
    assert len(calls) == 5
    assert len(set(map(str, calls))) == 1


def test_the_libraries_own_cost_is_the_default_and_a_cheaper_hash_is_old(cheap):
    cost = argon2.extract_parameters(Passwords()._nobody)
    assert cost.memory_cost >= 19 * 1024  # what OWASP asks for at least
    assert cost.type is argon2.Type.ID
    assert Passwords().is_old(cheap.hash("R", "three grey herons"))
    assert not cheap.is_old(cheap.hash("R", "three grey herons"))
