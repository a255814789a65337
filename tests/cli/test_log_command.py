"""`pellucid log`, as its user meets it."""

import hashlib
import json
import sqlite3

import pytest
from tests.ledger.conftest import fill
from typer.testing import CliRunner

import pellucid.cli
from pellucid.exceptions import InvalidInputError, LedgerError
from pellucid.ledger import DecisionLog
from pellucid.schema import Person


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.delenv("PELLUCID_DB", raising=False)
    with DecisionLog.open(tmp_path / "log.db") as log:
        fill(log, 8)
        log.append(
            kind="paused",
            domain="other",
            person=Person(name="R. Meier", role="admin"),
            body={"why": "Red \x1b[31m\nletters"},
        )
    return tmp_path / "log.db"


def invoke(*arguments, **more):
    return CliRunner().invoke(pellucid.cli.app, ["log", *(str(argument) for argument in arguments)], **more)


def tampered(path, statement):
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER pellucid_entries_update")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_verify_says_intact_and_prints_the_head_that_it_takes_again(path):
    said = invoke("verify", "--db", path)
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith("intact: 9 entries\n  head  9:")
    head = said.stdout.split("head  ")[1].split()[0]
    assert invoke("verify", "--db", path, "--expect", head).exit_code == 0
    other = invoke("verify", "--db", path, "--expect", f"9:{'f' * 64}")
    assert other.exit_code == 1
    assert "entry 9: is not the entry that was noted down" in other.stdout
    assert isinstance(invoke("verify", "--db", path, "--expect", "9").exception, InvalidInputError)


def test_verify_names_the_altered_entry_and_fails_in_both_forms(path):
    tampered(path, "UPDATE pellucid_entries SET person = 'somebody else' WHERE number = 4")
    said = invoke("verify", "--db", path)
    assert said.exit_code == 1
    assert (
        said.stdout
        == "NOT INTACT: 9 entries read, 1 problems\n  entry 4: was altered: its digest is not that of what it says\n"
    )
    as_json = invoke("verify", "--json", env={"PELLUCID_DB": str(path)})
    assert as_json.exit_code == 1
    assert [problem["number"] for problem in json.loads(as_json.stdout)["problems"]] == [4]


def test_show_prints_the_newest_and_cannot_be_steered_by_what_people_wrote(path):
    said = invoke("show", "--db", path, "--last", "2")
    assert said.exit_code == 0, said.output
    lines = said.stdout.splitlines()
    assert len(lines) == 4
    assert lines[0].split()[0] == "8"
    assert "estimate    weather/we-2  Åsa Öz (admin)" in lines[0]
    assert lines[1].strip() == "probability: 0.25"
    assert "\x1b" not in said.stdout
    assert "other  R. Meier (admin)" in lines[2]
    chosen = invoke("show", "--db", path, "--kind", "corrected", "--document", "we-2", "--domain", "weather")
    assert "question: clouds; before: yes; before status: answered; after: not stated; why: misread" in chosen.stdout
    assert len(json.loads(invoke("show", "--db", path, "--json").stdout)) == 9
    assert invoke("show", "--db", path, "--domain", "none").stdout == "no entries\n"


def test_show_also_prints_an_entry_whose_body_is_none_any_more(path):
    tampered(path, """UPDATE pellucid_entries SET body = '{"other":1}' WHERE number = 4""")
    assert "other: 1" in invoke("show", "--db", path).stdout


def test_export_can_be_verified_with_nothing_but_sha256(path, tmp_path):
    said = invoke("export", "--db", path, "--out", tmp_path / "log.jsonl")
    assert said.exit_code == 0, said.output
    text = (tmp_path / "log.jsonl").read_text()
    assert text == invoke("export", "--db", path).stdout
    previous = "0" * 64
    for line in text.splitlines():
        entry = json.loads(line)
        assert entry["previous"] == previous
        previous = entry.pop("digest")
        said = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(said.encode()).hexdigest() == previous
    assert len(text.splitlines()) == 9
    assert len(invoke("export", "--db", path, "--domain", "other").stdout.splitlines()) == 1
    again = invoke("export", "--db", path, "--out", tmp_path / "log.jsonl")
    assert isinstance(again.exception, InvalidInputError)


def test_a_database_that_is_not_there_is_not_made_and_its_password_not_shown(tmp_path):
    missing = invoke("verify", "--db", tmp_path / "nowhere.db")
    assert isinstance(missing.exception, LedgerError)
    assert not (tmp_path / "nowhere.db").exists()
    closed = invoke("verify", "--db", "postgresql://app:hidden@127.0.0.1:1/x")
    assert isinstance(closed.exception, LedgerError)
    assert "hidden" not in str(closed.exception) + closed.output
