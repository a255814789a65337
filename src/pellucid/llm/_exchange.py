"""Requests under way: put one in, take one reply out, with no more on the way than a model takes at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from pellucid.llm._client import LanguageModel, Reply, Request, ask

BATCH = 16
"""Requests handed at once to a model that does not say how many it takes."""


class Exchange(Protocol):
    """Requests of one run on their way to a model and back.

    Attributes
    ----------
    slots : int
        How many requests are worth having under way.
    """

    slots: int

    def put(self, key: int, request: Request) -> None:
        """Hand in a request; never waits for its reply.

        Parameters
        ----------
        key : int
            Under which its reply comes back.
        request : Request
        """
        ...

    def get(self) -> tuple[int, Reply]:
        """Wait for the next reply, in whatever order they come.

        Returns
        -------
        (int, Reply)

        Raises
        ------
        ModelAccessError, BudgetExceeded, DeadlineExceeded
            When the run has to stop; replies that came before are given first.
        """
        ...

    def arrived(self) -> list[tuple[int, Reply]]:
        """Return the replies that have come and were not given yet, also after `close`; never waits.

        Returns
        -------
        list of (int, Reply)
        """
        ...

    def close(self) -> None:
        """Give up what is still on its way."""
        ...


@runtime_checkable
class Exchanging(Protocol):
    """A language model that keeps many requests under way at once."""

    def exchange(self) -> Exchange:
        """Open an exchange for one run.

        Returns
        -------
        Exchange
        """
        ...


@contextmanager
def open_exchange(model: LanguageModel) -> Iterator[Exchange]:
    """Open a model's own exchange, or one that asks it batch by batch.

    Parameters
    ----------
    model : LanguageModel
        May have a method `exchange`, or an attribute `batch_size`.

    Yields
    ------
    Exchange

    Examples
    --------
    >>> from pellucid.llm import ScriptedModel
    >>> with open_exchange(ScriptedModel({"a": "yes"})) as exchange:
    ...     exchange.put(7, Request(document="a", prompt="Well?"))
    ...     exchange.get()[0]
    7
    """
    exchange = model.exchange() if isinstance(model, Exchanging) else _Batches(model)
    try:
        yield exchange
    finally:
        exchange.close()


class _Batches:
    """An exchange over `reply`: what was put in is asked together, once a reply is wanted."""

    def __init__(self, model: LanguageModel) -> None:
        self.slots = int(getattr(model, "batch_size", BATCH))
        self._model = model
        self._waiting: list[tuple[int, Request]] = []
        self._done: list[tuple[int, Reply]] = []

    def put(self, key: int, request: Request) -> None:
        self._waiting.append((key, request))

    def get(self) -> tuple[int, Reply]:
        if not self._done:
            batch, self._waiting = self._waiting[: self.slots], self._waiting[self.slots :]
            replies = ask(self._model, [request for _, request in batch])
            self._done = [(key, reply) for (key, _), reply in zip(batch, replies, strict=True)][::-1]
        return self._done.pop()

    def arrived(self) -> list[tuple[int, Reply]]:
        found, self._done = self._done[::-1], []
        return found

    def close(self) -> None:
        self._waiting.clear()
