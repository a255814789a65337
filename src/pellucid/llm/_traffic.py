"""Many requests on their way at once: an event loop in a thread of its own, and exchanges that go through it."""

import asyncio
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Coroutine
from queue import SimpleQueue
from typing import Any, TypeVar

from pellucid.exceptions import ModelReplyError
from pellucid.llm._asking import Asker
from pellucid.llm._client import Finish, Reply, Request
from pellucid.llm._limits import Limiter
from pellucid.llm._trial import Run

T = TypeVar("T")

_ORPHANS: list["Traffic"] = []
"""What a forked child inherits and must not even throw away: closing it would reach into its parent's event loop."""


class Loop:
    """An event loop in a thread of its own, so that plain calls work inside a running loop too.

    Closed by `close`, or when it is no longer used, or when Python ends.

    Parameters
    ----------
    last : callable
        Gives a coroutine to run before the loop ends.
    """

    def __init__(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        # A daemon, because Python waits for any other thread before it lets anybody close anything.
        self._thread = threading.Thread(target=_turn, args=(self._loop,), name="pellucid-llm", daemon=True)
        self._thread.start()
        self._end = weakref.finalize(self, _end, self._loop, self._thread, last, self.pid)

    @property
    def open(self) -> bool:
        """Whether it can be used, in this process."""
        return self._end.alive and self.pid == os.getpid()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Have a function called there, soon."""
        self._loop.call_soon_threadsafe(function, *args)

    def close(self) -> None:
        """End the loop and its thread."""
        self._end()


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _end(
    loop: asyncio.AbstractEventLoop,
    thread: threading.Thread,
    last: Callable[[], Coroutine[Any, Any, None]],
    pid: int,
) -> None:
    """Close connections, end the loop, and wait for its thread; in a forked child there is none."""
    if pid != os.getpid() or loop.is_closed():
        return

    async def finish() -> None:
        try:
            await last()
        finally:
            loop.stop()

    asyncio.run_coroutine_threadsafe(finish(), loop)
    if thread is not threading.current_thread():
        thread.join()


class Traffic:
    """What all exchanges of one model share.

    Parameters
    ----------
    loop : Loop
    asker : Asker
    limiter : Limiter
    """

    def __init__(self, loop: Loop, asker: Asker, limiter: Limiter) -> None:
        self.loop = loop
        self.slots = limiter.limits.concurrency
        self.limiter = limiter
        self.asker = asker
        self._places = asyncio.Semaphore(self.slots)
        self._exchanges: weakref.WeakSet[LiveExchange] = weakref.WeakSet()

    def open(self) -> "LiveExchange":
        """Open an exchange for one run."""
        exchange = LiveExchange(self)
        self._exchanges.add(exchange)
        return exchange

    def close(self) -> None:
        """Stop every run, and close connections and thread; in a forked child, leave the parent's alone."""
        if self.loop.pid != os.getpid():
            _ORPHANS.append(self)
        elif self.loop.open:
            for exchange in list(self._exchanges):
                exchange.close()
            self.loop.close()

    async def answer(self, request: Request, run: Run) -> Reply:
        """Answer a request once a place is free."""
        async with self._places:
            return await self.asker.answer(request, run)


class LiveExchange:
    """The requests of one run: workers take them as they come, replies go out as they come.

    Until the first reply has come only one request is sent: where a key or a name is
    wrong, it shows after one call.

    Parameters
    ----------
    traffic : Traffic
    """

    def __init__(self, traffic: Traffic) -> None:
        self.slots = traffic.slots
        self._traffic = traffic
        self._run = Run(traffic.limiter.due())
        self._waiting: deque[tuple[int, Request]] = deque()
        self._done: list[tuple[int, Reply]] = []  # not handed over yet
        self._out: SimpleQueue[list[tuple[int, Reply]] | None] = SimpleQueue()
        self._got: deque[tuple[int, Reply]] = deque()
        self._under_way = 0  # put and not yet given back
        self._called = False  # whether workers are being called already
        self._proven = False  # whether a reply has come
        self._over = False  # whether every reply that came has been given back
        self._error: BaseException | None = None
        self._workers: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        if self._run.deadline is not None:
            traffic.loop.call(self._set_timer)

    def put(self, key: int, request: Request) -> None:
        """Hand in a request; never waits.

        Parameters
        ----------
        key : int
        request : Request
        """
        self._under_way += 1
        self._waiting.append((key, request))
        if not self._called:
            self._called = True
            self._traffic.loop.call(self._call_workers)

    def get(self) -> tuple[int, Reply]:
        """Wait for the next reply.

        Returns
        -------
        (int, Reply)

        Raises
        ------
        ModelAccessError, MissingCapability, BudgetExceeded, DeadlineExceeded
            When the run had to stop, after all replies that came.
        ModelReplyError
            If nothing is under way.
        """
        if not self._got and not self._over:
            if not self._under_way:
                raise ModelReplyError("nothing is under way: put a request in before waiting for a reply")
            batch = self._out.get()
            self._got.extend(batch or ())
            self._over = batch is None
        if not self._got:
            assert self._error is not None  # noqa: S101 - for the type checker
            raise self._error.with_traceback(None)
        self._under_way -= 1
        return self._got.popleft()

    def prepare(self) -> None:
        """Find out what the server does, before any request.

        Raises
        ------
        ModelAccessError
            If nothing answers, or not as a chat model, or key or name is refused.
        """
        self._traffic.loop.run(self._find_out())

    async def _find_out(self) -> None:
        try:
            async with asyncio.timeout_at(self._run.deadline):
                await self._traffic.asker.find_out(self._run)
        except TimeoutError:
            raise self._traffic.limiter.overdue() from None

    def arrived(self) -> list[tuple[int, Reply]]:
        """Return the replies that have come and were not given back yet; never waits."""
        while not self._out.empty():
            self._got.extend(self._out.get() or ())
        found = list(self._got)
        self._got.clear()
        self._under_way -= len(found)
        return found

    def close(self) -> None:
        """Give up what is still on its way."""
        if self._traffic.loop.open:
            self._traffic.loop.run(self._shut())

    def _set_timer(self) -> None:
        assert self._run.deadline is not None  # noqa: S101 - for the type checker
        self._timer = asyncio.get_running_loop().call_at(self._run.deadline, self._overdue)

    def _overdue(self) -> None:
        self._stop(self._traffic.limiter.overdue())
        for worker in self._workers:
            worker.cancel()

    def _call_workers(self) -> None:
        """Start as many workers as there is work for."""
        self._called = False
        if self._run.stopped:
            self._waiting.clear()
            self._finish()
            return
        most = self.slots if self._proven else 1
        for _ in range(min(most - len(self._workers), len(self._waiting))):
            worker = asyncio.get_running_loop().create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._left)

    async def _work(self) -> None:
        while self._waiting:
            key, request = self._waiting.popleft()
            reply = await self._traffic.answer(request, self._run)
            self._hand_over(key, reply)
            called = reply.finish is not Finish.TOO_LONG or self._traffic.limiter.usage.requests > 0
            if called and not self._proven:
                self._proven = True
                self._call_workers()

    def _hand_over(self, key: int, reply: Reply) -> None:
        """Hand replies over together when they come together: waking another thread costs more than a reply."""
        if not self._done:
            asyncio.get_running_loop().call_soon(self._flush)
        self._done.append((key, reply))

    def _flush(self) -> None:
        if self._done:
            self._out.put(self._done)
            self._done = []

    def _left(self, worker: asyncio.Task[None]) -> None:
        """See why a worker has gone."""
        self._workers.discard(worker)
        error = None if worker.cancelled() else worker.exception()
        if error is not None:
            self._stop(error)
        elif self._run.stopped:
            self._finish()
        elif self._waiting:
            self._call_workers()

    def _stop(self, error: BaseException) -> None:
        """Send nothing more; let what is on its way arrive."""
        self._error = self._error or error
        self._run.stopped = True
        self._waiting.clear()
        for worker in self._workers - self._run.flying:
            worker.cancel()
        self._finish()

    def _finish(self) -> None:
        if not self._workers:
            self._flush()
            self._out.put(None)

    async def _shut(self) -> None:
        self._error = self._error or ModelReplyError("the exchange is closed")
        self._run.stopped = True
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
        workers = set(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self._finish()  # whoever still waits for a reply is told
