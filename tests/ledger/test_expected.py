"""What must still be so when something is signed: looked at where nobody else can write."""

import threading

import pytest

from pellucid.exceptions import ChangedMeanwhile, InvalidInputError
from pellucid.ledger import DecisionLog
from pellucid.schema import CorrectionBody, DecisionBody, EntryKind, Person

REVIEWER = Person(name="R. Meier", role="reviewer")
CORRECTED = CorrectionBody(question="clouds", before="yes", before_status="answered", after="no", why="misread")
ACCEPTED = DecisionBody(probability=0.57, score=0.28, predicted="rain", decided="rain", model="EBM")
ON = {"domain": "weather", "document": "we-1", "person": REVIEWER}


def opened_in_a_file(request, tmp_path):
    return DecisionLog.open(tmp_path / "log.db")


def opened_in_postgresql(request, tmp_path):
    cluster, database = request.getfixturevalue("cluster"), request.getfixturevalue("database")
    return DecisionLog.open(cluster.url(database))


@pytest.fixture(params=[opened_in_a_file, pytest.param(opened_in_postgresql, marks=pytest.mark.slow)])
def log(request, tmp_path):
    with request.param(request, tmp_path) as opened:
        yield opened


def test_the_last_correction_of_this_document_must_be_the_one_that_was_seen(log):
    (first,) = log.append_all([("corrected", CORRECTED)], **ON, expect_last=0)
    for wrong in (0, 2):
        with pytest.raises(ChangedMeanwhile, match="load the case again"):
            log.append_all([("accepted", ACCEPTED)], **ON, expect_last=wrong)
    other = {**ON, "document": "we-2"}
    log.append_all([("corrected", CORRECTED)], **other, expect_last=0)  # of another document
    log.append_all([("corrected", CORRECTED)], **{**ON, "domain": "tides"}, expect_last=0)
    (last,) = log.append_all([("accepted", ACCEPTED)], **ON, expect_last=first.number)
    assert last.number == 4
    log.append_all([("accepted", ACCEPTED)], **ON, expect_last=first.number)  # a decision is no correction
    assert log.verify().intact


def test_a_paused_domain_takes_no_decision(log):
    log.append(kind="paused", domain="weather", person=REVIEWER, body={"why": "being checked"})
    with pytest.raises(ChangedMeanwhile, match="paused"):
        log.append_all([("accepted", ACCEPTED)], **ON, expect_last=0)
    log.append_all([("corrected", CORRECTED)], **ON, expect_last=0)
    log.append_all([("accepted", ACCEPTED)], **{**ON, "domain": "tides"}, expect_last=0)
    log.append(kind="resumed", domain="weather", person=REVIEWER, body={"why": "checked"})
    log.append_all([("accepted", ACCEPTED)], **ON, expect_last=2)
    assert log.verify().intact


def test_several_acts_are_signed_in_order_or_not_at_all(log):
    made = log.append_all([("corrected", CORRECTED), ("accepted", ACCEPTED)], **ON, expect_last=0)
    assert log.entries() == made
    assert made[1].previous == made[0].digest
    with pytest.raises(InvalidInputError):
        log.append_all([("corrected", CORRECTED), ("accepted", CORRECTED)], **ON)
    assert log.append_all([], **ON) == []
    assert log.verify(expect=log.head()).entries == 2


def test_of_many_who_saw_the_same_one_signs(log):
    found = []
    ready = threading.Barrier(8)

    def sign():
        ready.wait()
        try:
            found.append(log.append_all([("corrected", CORRECTED)] * 2, **ON, expect_last=0))
        except ChangedMeanwhile as error:
            found.append(error)

    threads = [threading.Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(one, ChangedMeanwhile) for one in found) == [False] + [True] * 7
    assert [entry.kind for entry in log.entries()] == [EntryKind.CORRECTED] * 2
    assert log.verify().intact
