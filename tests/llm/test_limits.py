"""Limits on a clock of their own: rates, pauses, budgets and deadlines without any waiting."""

import asyncio
import random

import pytest
from pydantic import ValidationError

from pellucid.exceptions import BudgetExceeded, DeadlineExceeded
from pellucid.llm import Budget, Limits, Prices
from pellucid.llm._limits import Estimate, Limiter, retry_after

SMALL = Estimate(10, 10)


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds
        await asyncio.sleep(0)


def limiter(budget=None, **limits):
    clock = Clock()
    return Limiter(Limits(**limits), budget, clock=clock, sleep=clock.sleep, random=random.Random(3)), clock  # noqa: S311


def admitted(limits, clock, *estimates, deadline=None):
    """When each of these calls was let through."""

    async def each():
        times = []
        for estimate in estimates:
            await limits.admit(estimate, deadline)
            times.append(clock.now - 100)
            limits.settle(estimate)
        return times

    return asyncio.run(each())


def test_without_limits_nothing_waits():
    limits, clock = limiter()
    assert admitted(limits, clock, *[SMALL] * 50) == [0.0] * 50
    assert limits.usage.requests == 50
    assert limits.usage.waited == 0


def test_requests_a_minute_come_at_even_distances_also_after_idle_time():
    limits, clock = limiter(requests_per_minute=120)
    assert admitted(limits, clock, *[SMALL] * 4) == pytest.approx([0.0, 0.5, 1.0, 1.5])
    clock.now += 600
    first, second, third = admitted(limits, clock, *[SMALL] * 3)
    assert (second - first, third - second) == (0.5, 0.5)  # nothing was saved up


def test_tokens_a_minute_count_what_a_call_really_took():
    limits, clock = limiter(tokens_per_minute=6000)

    async def each():
        for _ in range(3):
            await limits.admit(Estimate(100, 100))
            limits.settle(Estimate(100, 100), 50, 50)
        return clock.now - 100

    assert asyncio.run(each()) == pytest.approx(2.0)
    assert (limits.usage.prompt_tokens, limits.usage.reply_tokens) == (150, 150)


def test_many_workers_share_one_rate():
    limits, clock = limiter(requests_per_minute=60)

    async def together():
        times = []

        async def worker():
            await limits.admit(SMALL)
            times.append(clock.now - 100)

        await asyncio.gather(*[worker() for _ in range(5)])
        return times

    assert asyncio.run(together()) == pytest.approx([0, 1, 2, 3, 4])


def test_a_pause_holds_for_everybody_and_the_longest_counts():
    limits, clock = limiter()
    limits.pause(5)
    limits.pause(2)
    assert admitted(limits, clock, SMALL, SMALL) == [5.0, 5.0]
    assert limits.usage.waited == 5


def test_a_pause_put_off_while_waiting_is_waited_for_to_its_end():
    limits, clock = limiter()

    async def sleep(seconds):
        if clock.now < 103:
            limits.pause(10)
        clock.now += seconds

    limits._sleep = sleep
    limits.pause(3)
    assert admitted(limits, clock, SMALL) == [10.0]


def test_waits_before_retries_are_random_up_to_a_doubling_limit():
    limits, _ = limiter(backoff_s=1)
    for failures, most in ((1, 1), (2, 2), (4, 8), (20, 60)):
        drawn = [limits.backoff(failures) for _ in range(300)]
        assert 0 <= min(drawn) < 0.1 * most
        assert 0.9 * most < max(drawn) <= most
    assert limiter()[0].backoff(3) == limiter()[0].backoff(3)


def test_a_turn_that_comes_after_the_deadline_is_not_waited_for():
    limits, clock = limiter(requests_per_minute=1, deadline_s=30)
    deadline = limits.due()
    assert deadline == 130
    with pytest.raises(DeadlineExceeded, match="deadline_s: 30"):
        admitted(limits, clock, SMALL, SMALL, deadline=deadline)
    assert clock.now == 100
    assert limiter()[0].due() is None


@pytest.mark.parametrize(
    ("budget", "most", "parameter"),
    [
        (Budget(max_requests=3), 3, "max_requests"),
        (Budget(max_tokens=75), 3, "max_tokens"),
        (Budget(max_cost=0.0007, prices=Prices(prompt=10, reply=10)), 3, "max_cost"),
        (Budget(max_requests=0), 0, "max_requests"),
    ],
)
def test_the_call_that_could_pass_the_budget_is_not_let_through(budget, most, parameter):
    limits, clock = limiter(budget)
    with pytest.raises(BudgetExceeded, match=f"{parameter}: .*raise it to go on"):
        admitted(limits, clock, *[SMALL] * 10)
    assert limits.usage.requests == most


def test_calls_under_way_count_in_full_until_they_are_settled():
    limits, _ = limiter(Budget(max_tokens=100))

    async def run():
        await limits.admit(Estimate(20, 40))
        second = asyncio.create_task(limits.admit(Estimate(20, 40)))
        await asyncio.sleep(0)
        assert not second.done()
        limits.settle(Estimate(20, 40), 20, 5)
        await second
        third = asyncio.create_task(limits.admit(Estimate(20, 40)))
        await asyncio.sleep(0)
        limits.settle(Estimate(20, 40))
        with pytest.raises(BudgetExceeded, match="85 of 100 are used and the next request may take 60"):
            await third

    asyncio.run(run())


def test_costs_are_counted_where_prices_are_known():
    limits, clock = limiter(Budget(prices=Prices(prompt=1, reply=2)))
    admitted(limits, clock, Estimate(1_000_000, 1_000_000))
    assert limits.usage.cost == 3
    assert limiter()[0].usage.cost is None


def test_a_budget_of_money_without_prices_is_refused():
    with pytest.raises(ValidationError, match="give prices too"):
        Budget(max_cost=1)


@pytest.mark.parametrize("wrong", [{"concurrency": 0}, {"retries": -1}, {"read_s": 0}, {"requests_per_minute": 0}])
def test_limits_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Limits(**wrong)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0),
        ("1.5", 1.5),
        (" 7 ", 7),
        ("-3", 0),
        ("Wed, 21 Oct 2015 07:28:30 GMT", 30),
        ("Wed, 21 Oct 2015 07:27:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("Wed, 99 Oct 2015 07:28:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_seconds_or_as_a_date_and_otherwise_not(said, seconds):
    assert retry_after({"Retry-After": said}, now=lambda: 1445412480.0) == seconds


def test_a_new_event_loop_keeps_what_was_spent():
    limits, clock = limiter(Budget(max_requests=2))
    admitted(limits, clock, SMALL)
    limits.renew()
    with pytest.raises(BudgetExceeded):
        admitted(limits, clock, SMALL, SMALL)
    assert limits.usage.requests == 2
