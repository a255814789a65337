"""`pellucid users`, as its user meets it; no password is ever an argument."""

import json

import argon2
import pytest
from typer.testing import CliRunner

import pellucid.cli
from pellucid.exceptions import AccessError, InvalidInputError, LedgerError
from pellucid.ledger import Accounts, _accounts
from pellucid.ledger._passwords import Passwords

GOOD, OTHER = "three grey herons", "four white storks"


@pytest.fixture
def invoke(tmp_path, monkeypatch):
    monkeypatch.setenv("PELLUCID_DB", str(tmp_path / "log.db"))
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(_accounts, "Passwords", lambda: Passwords(cheap))
    return lambda *arguments, said="": CliRunner().invoke(pellucid.cli.app, ["users", *arguments], input=said)


@pytest.fixture
def open_accounts(tmp_path):
    opened = []

    def accounts():
        opened.append(Accounts.open(tmp_path / "log.db"))
        return opened[-1]

    yield accounts
    for one in opened:
        one.close()


def test_people_are_added_with_a_password_from_standard_input_or_a_prompt(invoke, open_accounts):
    said = invoke("add", "Ann", "--role", "admin", "--stdin", said=f"{GOOD}\n")
    assert said.exit_code == 0, said.output
    assert said.stdout == "added Ann as admin\n"
    asked = invoke("add", "Åsa Öz", said=f"{OTHER}\n{OTHER}\n")
    assert asked.exit_code == 0, asked.output
    assert OTHER not in asked.output
    assert open_accounts().check("åsa öz", OTHER).role.value == "viewer"
    assert invoke("list").stdout == "Ann     admin\nÅsa Öz  viewer\n"
    assert [one["name"] for one in json.loads(invoke("list", "--json").stdout)] == ["Ann", "Åsa Öz"]


def test_passwords_roles_and_access_change(invoke, open_accounts):
    invoke("add", "Ann", "--role", "admin", "--stdin", said=GOOD)
    invoke("add", "Rob", "--stdin", said=GOOD)
    assert invoke("password", "rob", "--stdin", said=OTHER).exit_code == 0
    assert open_accounts().check("Rob", OTHER)
    assert invoke("role", "rob", "reviewer").stdout == "Rob is reviewer\n"
    assert invoke("disable", "Rob").stdout == "Rob may no longer sign in\n"
    assert "Rob  reviewer  (disabled)" in invoke("list").stdout
    assert open_accounts().find("Rob") is None
    assert invoke("disable", "Rob", "--undo").stdout == "Rob may sign in again\n"
    assert open_accounts().find("Rob").role.value == "reviewer"


def test_what_cannot_be_done_is_refused(invoke):
    assert isinstance(invoke("list").exception, LedgerError)
    short = invoke("add", "Ann", "--stdin", said="short\n")
    assert isinstance(short.exception, InvalidInputError)
    assert invoke("list").stdout.startswith("nobody; add somebody")
    invoke("add", "Ann", "--role", "admin", "--stdin", said=GOOD)
    for arguments in (("disable", "Ann"), ("role", "Ann", "viewer")):
        assert isinstance(invoke(*arguments).exception, AccessError)
    assert isinstance(invoke("role", "Nobody", "viewer").exception, InvalidInputError)
    assert isinstance(invoke("role", "Ann", "root").exception, InvalidInputError)
