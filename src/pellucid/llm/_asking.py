"""One request and all that may befall it, from the first call to a reply: again, plainer, longer, or not at all."""

import asyncio
from collections.abc import Mapping
from typing import Any

from pellucid.exceptions import MissingCapability, ModelAccessError
from pellucid.llm._client import Finish, Reply, Request
from pellucid.llm._faults import Kind, Outcome, judge
from pellucid.llm._form import Form, Rung, Sampling, SchemaText
from pellucid.llm._limits import Estimate, Limiter, retry_after
from pellucid.llm._logprobs import probabilities, read_tokens
from pellucid.llm._markers import break_markers
from pellucid.llm._probe import probe
from pellucid.llm._trial import Known, Run, Trial, count_tokens, counted, took, tries
from pellucid.llm._wire import Answered, Wire

_AROUND = 16
"""Tokens that a chat template puts around the messages, about."""


class Asker:
    """Turns requests into replies over one wire; made for one event loop.

    Parameters
    ----------
    sampling : Sampling
    wire : Wire
    limiter : Limiter
    known : Known
        What is known of the server; learns.
    fingerprint : str
        What every reply has to give as ``system_fingerprint``; empty allows any.
    url : str
        Base of the API, for messages.
    probed : bool
        Whether what the server does is not to be looked for.
    """

    def __init__(
        self,
        sampling: Sampling,
        wire: Wire,
        limiter: Limiter,
        *,
        known: Known,
        fingerprint: str = "",
        url: str = "",
        probed: bool = True,
    ) -> None:
        self.known = known
        self._sampling = sampling
        self.wire = wire
        self._limiter = limiter
        self._fingerprint = fingerprint
        self._url = url
        self._probed = probed or known.capabilities is not None
        self._probing = asyncio.Lock()
        self._schemas = SchemaText()
        self._warm = False
        self._steps = {
            Kind.TRUNCATED: self._truncated,
            Kind.REFUSED: lambda _, outcome: Reply(text="", finish=Finish.REFUSED, cause=outcome.cause),
            Kind.TOO_LONG: self._too_long,
            Kind.PROTOCOL: self._protocol,
            Kind.LOST: self._lost,
            Kind.LIMITED: self._limited,
            Kind.UNTAKEN: self._untaken,
            Kind.REJECTED: self._rejected,
        }

    async def answer(self, request: Request, run: Run) -> Reply:
        """Ask until there is a reply, or a reason why there is none.

        Parameters
        ----------
        request : Request
        run : Run

        Returns
        -------
        Reply

        Raises
        ------
        ModelAccessError, MissingCapability, BudgetExceeded, DeadlineExceeded
            When the whole run has to stop.
        """
        if not self._probed:
            await self.find_out(run)
        length = count_tokens(request.system) + count_tokens(request.prompt) + _AROUND
        trial = Trial(request, break_markers(request.prompt), self.known.form, self._sampling.max_tokens, length)
        if self.known.context is not None and length + trial.max_tokens > self.known.context:
            cause = f"about {length:,} tokens and a reply of {trial.max_tokens:,} pass {self.known.context:,}"
            return Reply(text="", finish=Finish.TOO_LONG, cause=cause)
        system = break_markers(request.system).text
        while True:
            body = trial.form.encoded(
                request.attempt,
                self._sampling,
                schema=self._schemas.of(request.reply_schema) if request.reply_schema else "",
                system=system,
                prompt=trial.sent.text,
                max_tokens=trial.max_tokens,
            )
            if trial.calls:
                self._limiter.usage.retries += 1
            trial.calls += 1
            estimate = Estimate(length, trial.max_tokens)
            answered = await self.call(body, estimate, run, fresh=trial.lost + trial.odd > 0)
            outcome = judge(answered)
            if outcome.kind is Kind.ANSWER:
                return self._complete(trial, outcome, answered)
            if outcome.kind is Kind.ACCESS:
                raise ModelAccessError(f"model {self._sampling.model!r}: {outcome.cause}")
            trial.headers = answered.headers
            next_step = self._steps[outcome.kind](trial, outcome)
            if isinstance(next_step, Reply):
                return next_step
            if run.stopped:
                raise asyncio.CancelledError
            await self._limiter.rest(next_step, run.deadline)

    async def call(
        self,
        body: Mapping[str, Any] | bytes,
        estimate: Estimate,
        run: Run,
        *,
        fresh: bool = False,
        timeout: float | None = None,
    ) -> Answered:
        """Make one call within all limits, and count what it took.

        Parameters
        ----------
        body : Mapping or bytes
        estimate : Estimate
        run : Run
        fresh : bool, default=False
            Whether to take a new connection.
        timeout : float or None, default=None
            Seconds to wait for the reply; None takes that of the limits.

        Returns
        -------
        Answered
        """
        await self._limiter.admit(estimate, run.deadline)
        task = asyncio.current_task()
        taken: tuple[int | None, int | None] = (None, None)
        limits = self._limiter.limits
        timeout = timeout or limits.read_s
        if not self._warm:
            self._warm, timeout = True, max(timeout, limits.warm_up_s)
        try:
            if run.stopped:
                taken = (0, 0)
                raise asyncio.CancelledError
            run.flying.add(task)
            answered = await self.wire.post(body, timeout=timeout, fresh=fresh)
            taken = took(answered)
        finally:
            run.flying.discard(task)
            self._limiter.settle(estimate, *taken)
        self.known.check_model(answered, model=self._sampling.model, fingerprint=self._fingerprint)
        return answered

    async def find_out(self, run: Run) -> None:
        """Find out once what the server really does, and ask accordingly from then on.

        Parameters
        ----------
        run : Run

        Raises
        ------
        ModelAccessError
            If nothing answers, or not as a chat model, or key or name is refused.
        """

        async def post(body: Mapping[str, Any]) -> Answered:
            text = sum(count_tokens(message["content"]) for message in body["messages"])
            longest = body.get("max_tokens") or body.get("max_completion_tokens") or self._sampling.max_tokens
            return await self.call(body, Estimate(text + _AROUND, longest), run)

        async def get(place: str) -> Answered:
            return await self.wire.get(place, timeout=self._limiter.limits.read_s)

        async def sleep(seconds: float) -> None:
            await self._limiter.rest(seconds, run.deadline)

        async with self._probing:
            if not self._probed:
                with self._limiter.probing():
                    found = await probe(post, get, self._sampling.model, url=self._url, sleep=sleep)
                self.known.capabilities, self.known.form, self._probed = found, found.form(), True
                self.known.context = self.known.context or found.context

    def _complete(self, trial: Trial, outcome: Outcome, answered: Answered) -> Reply:
        self._limiter.answered += 1
        self._worked(trial.form)
        prompt_tokens, reply_tokens = counted(answered)
        text = trial.sent.restore(outcome.text)
        scored = {}
        if self.known.form.top_logprobs and trial.request.parts:
            scored = probabilities(trial.request.parts, outcome.text, read_tokens(outcome.choice))
        return Reply(text=text, prompt_tokens=prompt_tokens, reply_tokens=reply_tokens, probabilities=scored)

    def _worked(self, form: Form) -> None:
        if not self.known.worked(form):
            self._limiter.usage.lowered += 1

    def _truncated(self, trial: Trial, _: Outcome) -> Reply | float:
        self._worked(trial.form)
        doubled = 2 * trial.max_tokens
        room = self.known.context is None or trial.prompt_tokens + doubled <= self.known.context
        if trial.doubled or not room:
            return self._cut(trial)
        trial.doubled, trial.max_tokens = True, doubled
        return 0.0

    def _too_long(self, trial: Trial, outcome: Outcome) -> Reply:
        if trial.doubled:  # it did fit before more room was asked for the reply
            trial.max_tokens //= 2
            return self._cut(trial)
        return Reply(text="", finish=Finish.TOO_LONG, cause=outcome.cause)

    @staticmethod
    def _cut(trial: Trial) -> Reply:
        return Reply(text="", finish=Finish.TRUNCATED, cause=f"not finished after {trial.max_tokens:,} tokens")

    def _protocol(self, trial: Trial, outcome: Outcome) -> Reply | float:
        trial.odd += 1
        if trial.odd > 1:
            return Reply(text="", finish=Finish.PROTOCOL, cause=f"{outcome.cause}, {tries(trial.odd)}")
        return 0.0

    def _lost(self, trial: Trial, outcome: Outcome) -> Reply | float:
        trial.lost += 1
        if trial.lost > self._limiter.limits.retries:
            return Reply(text="", finish=Finish.TRANSPORT, cause=f"{outcome.cause}, {tries(trial.lost)}")
        same, trial.trace = bool(outcome.trace) and outcome.trace == trial.trace, outcome.trace
        if same and self._lowered(trial):
            trial.trace = ""
            return 0.0
        told = retry_after(trial.headers)
        if told is not None:
            self._limiter.pause(told)
            return 0.0
        return self._limiter.backoff(trial.lost)

    def _limited(self, trial: Trial, outcome: Outcome) -> Reply | float:
        if trial.limited_at != self._limiter.answered:  # somebody got through meanwhile
            trial.limited, trial.limited_at = 0, self._limiter.answered
        trial.limited += 1
        if trial.limited > self._limiter.limits.retries:
            return Reply(text="", finish=Finish.TRANSPORT, cause=f"{outcome.cause}, {tries(trial.limited)}")
        told = retry_after(trial.headers)
        self._limiter.pause(self._limiter.backoff(trial.limited) if told is None else told)
        return 0.0

    def _untaken(self, trial: Trial, outcome: Outcome) -> Reply | float:
        if outcome.part == "temperature":
            raise MissingCapability(
                f"temperature: model {self._sampling.model!r} does not take {self._sampling.temperature!r}; "
                "temperature=None leaves it to the server"
            )
        form = trial.form.without(outcome.part) if outcome.part != "form" or trial.request.reply_schema else None
        if form is None:
            return self._rejected(trial, outcome)
        trial.form = form
        return 0.0

    def _rejected(self, trial: Trial, outcome: Outcome) -> Reply | float:
        if self._lowered(trial):
            return 0.0
        return Reply(text="", finish=Finish.PROTOCOL, cause=outcome.cause)

    @staticmethod
    def _lowered(trial: Trial) -> bool:
        """Take the next rung down the ladder, where one is left."""
        lower = trial.form.lower() if trial.request.reply_schema and trial.form.rung is not Rung.PLAIN else None
        if lower is not None:
            trial.form = lower
        return lower is not None
