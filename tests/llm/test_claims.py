"""Claims: nobody asks what another is asking, and nobody waits for the dead."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from pellucid.llm._claims import Claims, Owner
from pellucid.llm._store_file import StoreFile

KEY = ("0" * 64, "answers/1", "demo", "")
ASKED = {"age": "d1", "pain": "d2"}


@pytest.fixture
def file(tmp_path):
    made = StoreFile(tmp_path / "answers.db", durable=False)
    yield made
    made.close()


def answered(file, claims, names):
    with file.transaction() as sql:
        claims.answered(sql, KEY, names)


def test_a_claim_is_given_once_not_even_twice_to_the_same(file):
    mine, yours = Claims(file, 900), Claims(file, 900)
    assert mine.take(KEY, ASKED)
    assert not mine.take(KEY, ASKED)
    assert not yours.take(KEY, ASKED)
    assert yours.take(("1" * 64, *KEY[1:]), ASKED)
    yours.release(KEY)  # not its own
    assert not yours.take(KEY, ASKED)
    mine.release(KEY)
    assert yours.take(KEY, ASKED)


def test_a_claim_is_for_questions_in_their_wording(file):
    mine, yours = Claims(file, 900), Claims(file, 900)
    assert mine.take(KEY, {"age": "d1"})
    assert yours.take(KEY, {"pain": "d2"})
    assert Claims(file, 900).take(KEY, {"age": "other"})
    assert not yours.take(KEY, ASKED)


def test_what_is_answered_is_free_and_the_rest_stays_claimed(file):
    mine, yours = Claims(file, 900), Claims(file, 900)
    mine.take(KEY, ASKED)
    answered(file, yours, ["age", "pain"])  # not its own
    assert not yours.take(KEY, ASKED)
    answered(file, mine, ["age"])
    assert not yours.take(KEY, ASKED)
    assert yours.take(KEY, {"age": "d1"})
    answered(file, mine, ["pain"])
    assert yours.take(KEY, {"pain": "d2"})


def test_all_claims_are_given_back_at_once(file):
    mine, yours = Claims(file, 900), Claims(file, 900)
    assert not mine.held
    mine.take(KEY, ASKED)
    assert mine.held
    mine.release_all()
    assert not mine.held
    assert yours.take(KEY, ASKED)


def test_a_claim_ends_with_its_lease_and_when_the_clock_was_put_back(file):
    mine, yours = Claims(file, 900), Claims(file, 900)
    for since in (time.time() - 901, time.time() + 901):
        assert mine.take(KEY, ASKED)
        with file.transaction() as sql:
            sql.execute("UPDATE claims SET since = ?", (since,))
        assert yours.take(KEY, ASKED)
        yours.release(KEY)


def owner_of(code):
    """Another process's owner, and the process."""
    script = "from pellucid.llm._claims import Owner; import json, time; print(json.dumps(Owner.here()), flush=True)"
    process = subprocess.Popen([sys.executable, "-c", f"{script}; {code}"], stdout=subprocess.PIPE, text=True)
    return Owner(*json.loads(process.stdout.readline())), process


def claim_as(file, owner):
    claims = Claims(file, 900)
    claims._owner = owner  # as another process would write it
    with file.transaction() as sql:
        values = (*KEY, json.dumps(ASKED), time.time(), *owner)
        sql.execute("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def test_a_killed_process_holds_nothing_also_before_anybody_waited_for_it(file):
    owner, process = owner_of("time.sleep(60)")
    try:
        claim_as(file, owner)
        assert not owner.is_gone()
        assert not Claims(file, 900).take(KEY, ASKED)
    finally:
        process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, with its entry still there
    assert owner.is_gone()
    process.communicate()
    assert owner.is_gone()
    assert Claims(file, 900).take(KEY, ASKED)


def test_a_new_process_of_an_old_number_is_somebody_else():
    here = Owner.here()
    assert not here.is_gone()
    assert here._replace(started="1").is_gone()


def test_of_another_machine_nothing_is_known(file):
    owner = Owner.here()._replace(host="elsewhere", pid=1, started="0")
    assert not owner.is_gone()
    claim_as(file, owner)
    assert not Claims(file, 900).take(KEY, ASKED)


def test_without_a_list_of_processes_only_the_number_counts(monkeypatch, tmp_path):
    monkeypatch.setattr("pellucid.llm._claims._PROCESSES", tmp_path)
    here = Owner.here()
    assert here.started == ""
    assert not here.is_gone()
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    assert here._replace(pid=gone.pid).is_gone()
    monkeypatch.setattr("os.name", "other")
    assert not here._replace(pid=gone.pid).is_gone()
