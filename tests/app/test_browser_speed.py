"""A correction is followed at once: in process, on the screen, and with twenty people at it.

Each bound is that of a machine where nothing else runs; what is met here is divided by how slow this one is just now.
`make bench-app` tells the plain seconds.
"""

import statistics
import time

import pytest
from tests.app import measured
from tests.app.running_app import needs_chromium
from tests.yardstick import slowness

from pellucid.app import handlers
from pellucid.app.session import Session
from pellucid.casework import Casework
from pellucid.domains import load
from pellucid.ledger import Accounts, DecisionLog
from pellucid.schema import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.no_cover, needs_chromium]


@pytest.fixture(scope="module")
def work():
    return Casework.open(load("law"))


def test_a_correction_takes_the_server_under_20_milliseconds(work, tmp_path):
    with DecisionLog.open(tmp_path / "log.db") as log, Accounts.open(tmp_path / "log.db") as accounts:
        session, person = Session({"law": work}, log=log, accounts=accounts), Person(name="Ann", role="admin")
        medians = []
        for _ in range(4):  # until one round is quick, as below
            slow, spent = slowness(), []
            for step in range(40):
                document = work.documents[step % 3]
                given = list(measured.varied(work, document, step).values())
                began = time.thread_time()  # of this thread alone: what others do to the machine is not counted
                drafted = handlers.rescore(session, person, "law", document, given)
                spent.append(time.thread_time() - began)
                assert "data-score" in drafted.decision
            medians.append(statistics.median(spent) / statistics.mean([slow, slowness()]))
            if medians[-1] < 0.020:
                break
    assert min(medians) < 0.020, medians


def test_a_corrected_answer_is_on_the_screen_in_a_quarter_of_a_second(people, work):
    medians = []
    for _ in range(4):  # until one round is quick: the browser has to wait for other tests, too
        slow = slowness(time.perf_counter)
        found = measured.in_browser(people["light"], work, times=7)
        assert len(found) == 7
        medians.append(statistics.median(found) / statistics.mean([slow, slowness(time.perf_counter)]))
        if medians[-1] < 0.250:
            break
    assert min(medians) < 0.250, medians


def test_twenty_people_who_correct_at_once_all_get_their_own_score_within_a_second(running, work):
    late = []
    for _ in range(4):  # nothing may be lost or mixed up in any round; quick enough has to be one
        slow = slowness(time.perf_counter)
        met = measured.crowd(running.url, work, each=4)
        assert met.wrong == []
        assert len(met.seconds) == 80
        late.append(met.p95 / statistics.mean([slow, slowness(time.perf_counter)]))
        if late[-1] < 1.0:
            break
    assert min(late) < 1.0, late
