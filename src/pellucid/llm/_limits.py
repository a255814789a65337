"""How much may be asked of a server at once, a minute, in all and for what money; one limiter for all workers."""

import asyncio
import random as random_module
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from pellucid.exceptions import BudgetExceeded, DeadlineExceeded
from pellucid.schema import Record

LONGEST_BACKOFF_S = 60.0
"""No wait of our own choosing is longer; one that the server asks for may be."""


class Limits(Record):
    """How hard a server may be asked, and how long it is waited for.

    Attributes
    ----------
    concurrency : int
        Requests under way at once.
    requests_per_minute, tokens_per_minute : float or None
        Spread evenly, without bursts; None sets no limit. Tokens are those of prompt and
        reply, estimated before a request and corrected after it.
    deadline_s : float or None
        Seconds for a whole run, waits included; None sets no limit.
    retries : int
        Tries after the first, where a server fails or cannot be reached.
    backoff_s : float
        Upper end of the first random wait before a retry, in seconds; it doubles each time.
    connect_s, read_s : float
        Seconds to wait for a connection, and then for a whole reply.
    warm_up_s : float
        Seconds to wait for the very first reply, because many servers load the model then.

    Examples
    --------
    >>> Limits(concurrency=64, requests_per_minute=3000, deadline_s=3600).retries
    5
    """

    concurrency: int = Field(default=16, ge=1)
    requests_per_minute: float | None = Field(default=None, gt=0)
    tokens_per_minute: float | None = Field(default=None, gt=0)
    deadline_s: float | None = Field(default=None, gt=0)
    retries: int = Field(default=5, ge=0)
    backoff_s: float = Field(default=1.0, ge=0)
    connect_s: float = Field(default=5.0, gt=0)
    read_s: float = Field(default=60.0, gt=0)
    warm_up_s: float = Field(default=600.0, gt=0)


class Prices(Record):
    """What a server charges, in any one currency.

    Attributes
    ----------
    prompt, reply : float
        Per million tokens sent, and per million tokens received.

    Examples
    --------
    >>> Prices(prompt=0.5, reply=2.0).of(1_000_000, 500_000)
    1.5
    """

    prompt: float = Field(ge=0)
    reply: float = Field(ge=0)

    def of(self, prompt_tokens: int, reply_tokens: int) -> float:
        """Return the price of so many tokens.

        Parameters
        ----------
        prompt_tokens, reply_tokens : int

        Returns
        -------
        float
        """
        return (prompt_tokens * self.prompt + reply_tokens * self.reply) / 1_000_000


class Budget(Record):
    """What may be spent in all; the request that could pass it is not sent.

    Attributes
    ----------
    max_requests : int or None
        Calls, retries included.
    max_tokens : int or None
        Of prompts and replies together.
    max_cost : float or None
        In the currency of `prices`.
    prices : Prices or None
        Needed for `max_cost`; without it no cost is counted.

    Examples
    --------
    >>> Budget(max_cost=5.0, prices=Prices(prompt=0.5, reply=2.0)).max_tokens is None
    True
    """

    max_requests: int | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, ge=0)
    max_cost: float | None = Field(default=None, ge=0)
    prices: Prices | None = None

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.max_cost is not None and self.prices is None:
            raise ValueError("max_cost: give prices too, such as Prices(prompt=0.5, reply=2.0) per million tokens")
        return self


@dataclass
class Usage:
    """What was spent so far; goes on counting.

    Attributes
    ----------
    requests : int
        Calls sent, retries included.
    retries : int
        Calls that repeated an earlier one, whatever the reason.
    prompt_tokens, reply_tokens : int
        As the server counts them; an estimate where it does not say.
    cost : float or None
        None where no prices are known.
    waited : float
        Seconds in which calls were held back by limits, pauses and retries.
    probes, probe_tokens : int
        What finding out about the server took, part of the above; no budget pays for it.
    lowered : int
        Requests that were answered in a plainer form than `rung` says, because the
        server failed on them alone.
    """

    requests: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0
    cost: float | None = None
    waited: float = 0.0
    probes: int = 0
    probe_tokens: int = 0
    lowered: int = 0


class Estimate(NamedTuple):
    """The most that one call is expected to take, in tokens."""

    prompt: int
    reply: int

    @property
    def total(self) -> int:
        """Of prompt and reply together."""
        return self.prompt + self.reply


class Limiter:
    """Lets calls through one by one: rate, shared pauses, budget; made for one event loop.

    Parameters
    ----------
    limits : Limits
    budget : Budget or None, default=None
    clock : callable, default=time.monotonic
    sleep : callable, default=asyncio.sleep
    random : random.Random or None, default=None
        Draws the waits before retries.

    Attributes
    ----------
    usage : Usage
    answered : int
        Calls that were answered properly; shows whether things go on at all.
    """

    def __init__(
        self,
        limits: Limits,
        budget: Budget | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: random_module.Random | None = None,
    ) -> None:
        self.limits = limits
        self.budget = budget or Budget()
        self.usage = Usage(cost=None if self.budget.prices is None else 0.0)
        self.answered = 0
        self._longest_reply = 0  # in tokens
        self._probing = False
        self._clock = clock
        self._sleep = sleep
        self._random = random or random_module.Random()  # noqa: S311 - spreads waits, hides nothing
        self.renew()
        self._paused_until = self._next_request = self._next_token = clock()
        self._unlimited = limits.requests_per_minute is limits.tokens_per_minute is None
        self._unbudgeted = self.budget.max_requests is self.budget.max_tokens is self.budget.max_cost is None

    def renew(self) -> None:
        """Forget whatever is under way, as for a new event loop; what was spent stays counted."""
        self._gate = asyncio.Lock()  # first come, first served
        self._settled = asyncio.Event()
        self._held: list[Estimate] = []

    def _most(self, estimate: Estimate) -> Estimate:
        """Expect no less of a reply than the longest so far: a server may ignore the limit it was given."""
        return estimate._replace(reply=max(estimate.reply, self._longest_reply))

    @contextmanager
    def probing(self) -> Iterator[None]:
        """Let calls that find out about the server pass outside the budget; rates and deadline hold."""
        usage = self.usage
        requests, tokens = usage.requests, usage.prompt_tokens + usage.reply_tokens
        self._probing = True
        try:
            yield
        finally:
            self._probing = False
            usage.probes += usage.requests - requests
            usage.probe_tokens += usage.prompt_tokens + usage.reply_tokens - tokens
            self._longest_reply = 0

    def due(self) -> float | None:
        """Return when a run that starts now has to be over, on this limiter's clock."""
        return None if self.limits.deadline_s is None else self._clock() + self.limits.deadline_s

    async def admit(self, estimate: Estimate, deadline: float | None = None) -> None:
        """Wait until a call may be sent, and count it as sent; `settle` it afterwards.

        Parameters
        ----------
        estimate : Estimate
        deadline : float or None, default=None

        Raises
        ------
        BudgetExceeded
            If the call could pass the budget.
        DeadlineExceeded
            If its turn would come after the deadline.
        """
        if not (self._unlimited and self._unbudgeted and self._clock() >= self._paused_until):
            async with self._gate:
                await self._afford(estimate)
                await self._turn(estimate, deadline)
        self._held.append(estimate)
        self.usage.requests += 1

    def settle(self, estimate: Estimate, prompt: int | None = None, reply: int | None = None) -> None:
        """Replace a call's estimate with what it took; where that is not known, the estimate stands.

        Parameters
        ----------
        estimate : Estimate
            As given to `admit`.
        prompt, reply : int or None, default=None
        """
        self._held.remove(estimate)
        self._longest_reply = max(self._longest_reply, reply or 0)
        prompt = estimate.prompt if prompt is None else prompt
        reply = estimate.reply if reply is None else reply
        self.usage.prompt_tokens += prompt
        self.usage.reply_tokens += reply
        if self.budget.prices is not None and self.usage.cost is not None:
            self.usage.cost += self.budget.prices.of(prompt, reply)
        if self.limits.tokens_per_minute is not None:
            self._next_token += (prompt + reply - estimate.total) * 60 / self.limits.tokens_per_minute
        self._settled.set()

    def pause(self, seconds: float) -> None:
        """Let nobody through for so long; a longer pause already set stands."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def backoff(self, failures: int) -> float:
        """Draw the seconds to wait after so many failures: evenly from 0 to a doubling limit."""
        return self._random.uniform(0, min(LONGEST_BACKOFF_S, self.limits.backoff_s * 2 ** max(failures - 1, 0)))

    async def rest(self, seconds: float, deadline: float | None = None) -> None:
        """Wait, unless the deadline comes first.

        Parameters
        ----------
        seconds : float
        deadline : float or None, default=None

        Raises
        ------
        DeadlineExceeded
            At once, if the wait would pass it.
        """
        if seconds <= 0:
            return
        if deadline is not None and self._clock() + seconds > deadline:
            raise self.overdue()
        self.usage.waited += seconds
        await self._sleep(seconds)

    def overdue(self) -> DeadlineExceeded:
        """Say that the time is over."""
        return DeadlineExceeded(f"deadline_s: {self.limits.deadline_s:g} seconds are over, or will be before its turn")

    async def _afford(self, estimate: Estimate) -> None:
        """Wait for calls under way to take less than estimated, as long as that can help."""
        while reason := self._lacks(estimate):
            if not self._held:
                raise BudgetExceeded(reason)
            self._settled.clear()
            await self._settled.wait()

    def _lacks(self, estimate: Estimate) -> str:
        """Say why a call does not fit the budget; nothing where it does."""
        budget, usage = self.budget, self.usage
        if self._probing:
            return ""
        estimate, held = self._most(estimate), [self._most(one) for one in self._held]
        if budget.max_requests is not None and usage.requests - usage.probes + 1 > budget.max_requests:
            return f"max_requests: all {budget.max_requests:,} are used; raise it to go on"
        if budget.max_tokens is not None:
            used = usage.prompt_tokens + usage.reply_tokens - usage.probe_tokens
            if used + sum(one.total for one in held) + estimate.total > budget.max_tokens:
                more = f"the next request may take {estimate.total:,}; raise it to go on"
                return f"max_tokens: {used:,} of {budget.max_tokens:,} are used and {more}"
        if budget.max_cost is not None and budget.prices is not None:
            used_cost, price = usage.cost or 0.0, budget.prices.of(*estimate)
            if used_cost + sum(budget.prices.of(*one) for one in held) + price > budget.max_cost:
                more = f"the next request may cost {price:.4g}; raise it to go on"
                return f"max_cost: {used_cost:.4g} of {budget.max_cost:.4g} is spent and {more}"
        return ""

    async def _turn(self, estimate: Estimate, deadline: float | None) -> None:
        """Wait for this call's place in the even row, and for the end of any pause, which may be put off meanwhile."""
        while (at := max(self._paused_until, self._next_request, self._next_token)) > self._clock():
            await self.rest(at - self._clock(), deadline)
        now = self._clock()
        if self.limits.requests_per_minute is not None:
            self._next_request = now + 60 / self.limits.requests_per_minute
        if self.limits.tokens_per_minute is not None:
            self._next_token = now + estimate.total * 60 / self.limits.tokens_per_minute


def retry_after(headers: Mapping[str, str], *, now: Callable[[], float] = time.time) -> float | None:
    """Read how long a server asks to be left alone.

    Parameters
    ----------
    headers : Mapping of str to str
    now : callable, default=time.time
        Seconds since 1970, for servers that name a date.

    Returns
    -------
    float or None
        Seconds, at least 0; None where it does not say, or not intelligibly.

    Examples
    --------
    >>> retry_after({"Retry-After": "2.5"})
    2.5
    >>> retry_after({"Retry-After": "Thu, 01 Jan 1970 00:01:00 GMT"}, now=lambda: 50.0)
    10.0
    >>> retry_after({"Retry-After": "soon"}) is None
    True
    """
    said = headers.get("Retry-After", "").strip()
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(said).timestamp() - now()
        except (ValueError, OverflowError):
            return None
    return max(seconds, 0.0) if isfinite(seconds) else None
