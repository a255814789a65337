"""Every server that speaks OpenAI's chat completions, on this machine or, where that is allowed, elsewhere."""

import threading
from collections.abc import Sequence
from typing import Any, Self

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError
from pellucid.llm._asking import Asker
from pellucid.llm._capabilities import Capabilities
from pellucid.llm._client import Reply, Request, Shared
from pellucid.llm._exchange import open_exchange
from pellucid.llm._form import Rung, Sampling
from pellucid.llm._limits import Budget, Limiter, Limits, Prices, Usage
from pellucid.llm._traffic import LiveExchange, Loop, Traffic
from pellucid.llm._trial import Known, count_tokens
from pellucid.llm._wire import Wire, address, check_key_env


class OpenAIModel(Shared):
    """A language model behind a server that speaks OpenAI's chat completions.

    Nothing is sent, and no thread or connection opened, before the first request.
    Answers are asked for as JSON by schema; a server that does not take a schema, or
    fails on it, is asked one rung lower: JSON object, grammar, plain text. Whatever it
    promises, replies are checked by whoever asked.

    Parameters
    ----------
    model : str
        Its name on the server.
    url : str, default="http://127.0.0.1:8000/v1"
        Base of the API.
    key_env : str or None, default=None
        NAME of the environment variable that holds the key. It is read at every call
        and kept nowhere.
    allow_remote : bool, default=False
        Whether documents may be sent to another machine; then over https alone.
    revision : str, default=""
        Becomes part of `name`, so that answers of two revisions are kept apart. One
        that starts with ``"fp_"`` is held against every reply's ``system_fingerprint``.
    temperature : float or None, default=0.0
        None leaves it to the server.
    seed : int or None, default=0
        Raised by 1 where the same thing is asked again; None sends none.
    max_tokens : int, default=1024
        Longest reply; once doubled for a reply that does not end.
    context : int or None, default=None
        Most tokens of prompt and reply together. A request that cannot fit is then not
        sent, by the estimate of `count`.
    limits : Limits or None, default=None
        Concurrency, rates, deadline, retries and times to wait. They hold for all runs
        of this object together, in one process.
    budget : Budget or None, default=None
        What may be spent by this object in all.
    probe : bool, default=True
        Whether to find out first what the server really does.

    Attributes
    ----------
    name : str
        Model and revision.

    Raises
    ------
    InvalidInputError
        If a parameter cannot be used.
    RemoteNotAllowed
        If `url` is another machine and that was not allowed, or not over https.

    Examples
    --------
    >>> model = OpenAIModel("demo", url="http://127.0.0.1:8101/v1", revision="2026-03")
    >>> model.name, model.settings
    ('demo@2026-03', 'temperature=0; seed=0; max_tokens=1024')
    """

    _traffic: Traffic | None

    def __init__(
        self,
        model: str,
        *,
        url: str = "http://127.0.0.1:8000/v1",
        key_env: str | None = None,
        allow_remote: bool = False,
        revision: str = "",
        temperature: float | None = 0.0,
        seed: int | None = 0,
        max_tokens: int = 1024,
        context: int | None = None,
        limits: Limits | None = None,
        budget: Budget | None = None,
        probe: bool = True,
    ) -> None:
        if not isinstance(model, str) or not model:
            raise InvalidInputError("model: expected is the model's name on the server")
        for parameter, value in (("max_tokens", max_tokens), ("context", context)):
            if value is not None and not (isinstance(value, int) and value >= 1):
                raise InvalidInputError(f"{parameter}: got {value!r}; a whole number of at least 1 is expected")
        check_key_env(key_env)
        self._where = address(url, allow_remote=allow_remote)
        self.name = f"{model}@{revision}" if revision else model
        self._url = url
        self._key_env = key_env
        self._revision = revision
        self._sampling = Sampling(model, temperature, seed, max_tokens)
        self._context = context
        self._limits = limits or Limits()
        self._budget = budget
        self._probe = probe
        self._begin()

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name!r}, url={self._url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        """Leave connections, counters and what was found behind; the copy opens its own when asked."""
        return {name: value for name, value in vars(self).items() if name not in _OWN}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._begin()

    @property
    def settings(self) -> str:
        """What beside name and text may change replies, as it was asked for: part of the key they are kept under."""
        return self._sampling.settings

    @property
    def form(self) -> str:
        """What the server is held to at present, in words: the probe and faults may change it."""
        return self._known.form.words

    @property
    def rung(self) -> Rung:
        """How strictly the form of replies is asked for at present."""
        return self._known.form.rung

    @property
    def capabilities(self) -> Capabilities | None:
        """What the probe found; None before it."""
        return self._known.capabilities

    @property
    def scores(self) -> bool:
        """Whether replies carry probabilities."""
        return self._known.form.top_logprobs > 0

    @property
    def usage(self) -> Usage:
        """What was spent so far."""
        return self._limiter.usage

    @property
    def prices(self) -> Prices | None:
        """What the server charges, where the budget says."""
        return self._budget.prices if self._budget else None

    @property
    def limits(self) -> Limits:
        """How hard the server may be asked."""
        return self._limits

    @property
    def max_tokens(self) -> int:
        """Longest reply."""
        return self._sampling.max_tokens

    def count(self, text: str) -> int:
        """Estimate the tokens of a text: one for every three bytes of UTF-8.

        That is a third more than English usually takes, and about one for every
        character of Chinese; text full of digits and rare words may take more.

        Parameters
        ----------
        text : str

        Returns
        -------
        int

        Examples
        --------
        >>> OpenAIModel("demo").count("No chest pain today.")
        7
        """
        return count_tokens(text)

    def reply(self, requests: Sequence[Request]) -> list[Reply]:
        """Answer every request, in order; works inside a running event loop too, which waits meanwhile.

        Parameters
        ----------
        requests : sequence of Request

        Returns
        -------
        list of Reply
            A request that could not be answered has its finish and cause.

        Raises
        ------
        ModelAccessError
            If the server refuses key, model or account, or another model answers.
        BudgetExceeded, DeadlineExceeded
        MissingCapability
            If the server does not take what was asked of it.
        MissingExtraError
            If aiohttp is not installed.
        """
        replies: dict[int, Reply] = {}
        with open_exchange(self) as exchange:
            for number, request in enumerate(requests):
                exchange.put(number, request)
            while len(replies) < len(requests):
                number, reply = exchange.get()
                replies[number] = reply
        return [replies[number] for number in range(len(requests))]

    def exchange(self) -> LiveExchange:
        """Open an exchange for one run; `deadline_s` counts from here.

        Returns
        -------
        LiveExchange

        Raises
        ------
        MissingExtraError
            If aiohttp is not installed.
        """
        import_extra("aiohttp", extra="llm", purpose="OpenAIModel")
        with self._lock:
            traffic = self._traffic
            if traffic is not None and not traffic.loop.open:
                traffic.close()
                traffic = None
            if traffic is None:
                traffic = self._traffic = self._connect()
            return traffic.open()

    def prepare(self) -> Capabilities | None:
        """Find out now what the server really does, where that was not done yet.

        Returns
        -------
        Capabilities or None
            None where the model was made with ``probe=False``.

        Raises
        ------
        ModelAccessError
            If nothing answers, or not as a chat model, or key or name is refused.
        """
        if self._probe and self._known.capabilities is None:
            exchange = self.exchange()
            try:
                exchange.prepare()
            finally:
                exchange.close()
        return self._known.capabilities

    def close(self) -> None:
        """Stop every run and close all connections; the next request opens new ones."""
        with self._lock:
            if self._traffic is not None:
                self._traffic.close()
            self._traffic = None

    def _begin(self) -> None:
        """Set up what belongs to this object alone."""
        self._lock = threading.Lock()
        self._traffic = None
        self._limiter = Limiter(self._limits, self._budget)
        self._known = Known(context=self._context)

    def _connect(self) -> Traffic:
        """Start an event loop and all that belongs to it; what was found out about the server is kept."""
        self._limiter.renew()
        asker = Asker(
            self._sampling,
            Wire(self._where, self._key_env, self._limits.connect_s),
            self._limiter,
            known=self._known,
            fingerprint=self._revision if self._revision.startswith("fp_") else "",
            url=self._url,
            probed=not self._probe,
        )
        return Traffic(Loop(asker.wire.close), asker, self._limiter)


_OWN = {"_lock", "_traffic", "_limiter", "_known"}
"""What a pickle leaves behind."""
