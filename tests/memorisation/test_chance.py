"""Hits against chance, and the threshold all tests of a report share."""

import numpy as np
import pytest
from scipy.stats import binom

from pellucid.memorisation import ALARM_RATE, MemorisationTest
from pellucid.memorisation._chance import Chance, Trial, counted, judged

ONE_OF_TWENTY = Chance(0.05, "one of twenty")


def count(*hits, chance=ONE_OF_TWENTY, **more):
    trials = [Trial(f"d{place}", hit) for place, hit in enumerate(hits)]
    return counted("t", "a hit", trials, chance, **more)


def test_the_p_is_the_exact_upper_tail_of_the_binomial():
    for hits in range(11):
        test = count(*[True] * hits, *[False] * (10 - hits))
        assert test.p == pytest.approx(binom.sf(hits - 1, 10, 0.05), abs=1e-12)
        assert (test.share.value, test.share.method) == (hits / 10, "Wilson")


def test_against_texts_from_outside_the_p_is_fishers_which_published_tables_give():
    # The lady tasting tea: 3 of 4 against 1 of 4 gives 17/70, 4 of 4 against 0 of 4 gives 1/70.
    tea = Chance(0.25, "outside", (1, 4))
    assert count(True, True, True, False, chance=tea).p == pytest.approx(17 / 70, abs=1e-12)
    sure = count(*[True] * 4, chance=Chance(0.0, "outside", (0, 4)))
    assert sure.p == pytest.approx(1 / 70, abs=1e-12)


def test_what_could_not_be_read_is_neither_hit_nor_miss():
    test = count(True, None, None, False, unread=3)
    assert (test.hits, test.trials, test.unread, test.share.value) == (1, 2, 5, 0.5)


def test_without_any_reply_everything_is_undefined_and_nothing_alarms():
    (test,) = judged([count(None, None)])
    assert (test.p, test.share.value, test.share.method, test.able, test.alarm) == (None, None, "", False, False)


def test_the_threshold_is_shared_among_the_tests_that_were_run():
    one = count(*[True] * 10)
    left_out = MemorisationTest(name="u", looked_for="a hit", not_run="too small")
    first, second, third = judged([one, left_out, one])
    assert first.threshold == third.threshold == ALARM_RATE / 2
    assert second == left_out
    assert first.alarm
    assert first.able


def test_a_test_with_too_few_trials_says_that_it_could_not_have_alarmed():
    (test,) = judged([count(True)])
    assert not test.able
    assert not test.alarm
    assert "could not have raised an alarm" in test.said()


def test_the_first_twenty_hits_are_named():
    assert count(False, True, None, True).documents == ("d1", "d3")
    assert count(*[True] * 30).documents == tuple(f"d{place}" for place in range(20))


@pytest.mark.slow
@pytest.mark.no_cover
def test_alarms_without_memory_are_at_most_one_report_in_twenty():
    random = np.random.default_rng(1)
    alarms = 0
    for _ in range(400):
        tests = judged([count(*(random.random(25) < 0.05).tolist()) for _ in range(6)])
        alarms += any(test.alarm for test in tests)
    assert alarms / 400 <= ALARM_RATE
