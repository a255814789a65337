"""Many documents under way at once: each follows its course of requests, and they come out in order."""

import time
import warnings
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Generic, Protocol, TypeVar

from pellucid.exceptions import PellucidWarning
from pellucid.llm._client import LanguageModel, Reply, Request
from pellucid.llm._exchange import Exchange, open_exchange

AHEAD = 4
"""Documents looked at ahead of the first unfinished one, per slot: one slow reply does not stop the others."""

PAUSE_S = 0.1
"""Seconds between two looks at whether another process has finished what it is asking."""

TOLD_AFTER_S = 10.0
"""Seconds of nothing but waiting for others after which a person is told."""


class Course(Protocol):
    """What is asked about one document, and what follows from each reply."""

    def begin(self) -> Sequence[Request] | None:
        """Return the first requests; none where nothing is to be asked; None to be called again later."""
        ...

    def take(self, request: Request, reply: Reply) -> Sequence[Request]:
        """Take in one reply, and return what is to be asked next."""
        ...

    def abandon(self) -> None:
        """Give up: the run stops before this course is finished."""
        ...


C = TypeVar("C", bound=Course)

_WAITING = (
    "waiting for answers that another reading of the same store has begun: another process, or a stream in this one "
    "that was not read to its end (close it)"
)


class _Under(Generic[C]):
    """A course under way."""

    def __init__(self, course: C) -> None:
        self.course = course
        self.begun = False
        self.open = 0  # requests without a reply

    @property
    def done(self) -> bool:
        """Whether every request it made has its reply."""
        return self.begun and not self.open


def run(courses: Iterable[C], model: LanguageModel) -> Generator[C, None, None]:
    """Run courses side by side, and give each back when it is finished, in order.

    Courses are taken from the iterable only as far as they are worked on, so that any
    number of documents fits into memory. The model is not touched before something has
    to be asked. On an error, or when the caller stops, unfinished courses are abandoned.

    Parameters
    ----------
    courses : iterable of Course
    model : LanguageModel

    Yields
    ------
    Course

    Raises
    ------
    ModelAccessError, BudgetExceeded, DeadlineExceeded
        From the model, after the replies that came before were taken in.
    """
    with ExitStack() as stack:
        runner: _Runner[C] = _Runner(iter(courses), model, stack)
        stack.callback(runner.abandon)
        while True:
            runner.fill()
            yield from runner.finished()
            if runner.under:
                runner.advance()
            elif runner.is_over:
                return


class _Runner(Generic[C]):
    """The courses under way and the exchange their requests go through."""

    def __init__(self, courses: Iterator[C], model: LanguageModel, stack: ExitStack) -> None:
        self.under: deque[_Under[C]] = deque()
        self._courses: Iterator[C] | None = courses
        self._model = model
        self._stack = stack
        self._exchange: Exchange | None = None
        self._asked: dict[int, tuple[_Under[C], Request]] = {}
        self._key = 0
        self._waited = 0.0

    def fill(self) -> None:
        """Begin courses until enough is under way."""
        while self._courses is not None and self._has_room():
            course = next(self._courses, None)
            if course is None:
                self._courses = None
                return
            self.under.append(_Under(course))
            self._begin(self.under[-1])

    @property
    def is_over(self) -> bool:
        """Whether there are no more courses to begin."""
        return self._courses is None

    def finished(self) -> Iterator[C]:
        """Give back what is finished, in order."""
        while self.under and self.under[0].done:
            yield self.under.popleft().course

    def advance(self) -> None:
        """Take in one reply; where none is on its way, look again at what others were asking."""
        if self._asked:
            assert self._exchange is not None  # noqa: S101 - for the type checker
            key, reply = self._exchange.get()
            self._take(key, reply, go_on=True)
        if self._asked:
            return
        for one in self._waiting():
            self._begin(one)  # what waited for one of our own, such as the same text twice, need not wait longer
        if self._waiting() and not self._asked:
            self._waited += PAUSE_S
            if self._waited >= TOLD_AFTER_S > self._waited - PAUSE_S:
                warnings.warn(_WAITING, PellucidWarning, stacklevel=4)
            time.sleep(PAUSE_S)

    def _waiting(self) -> list[_Under[C]]:
        return [one for one in self.under if not one.begun]

    def _take(self, key: int, reply: Reply, *, go_on: bool) -> None:
        one, request = self._asked[key]
        follow = one.course.take(request, reply)
        del self._asked[key]
        one.open -= 1  # not before: a course whose reply could not be taken in is not finished
        if go_on:
            self._ask(one, follow)
        else:
            one.open += len(follow)

    def rescue(self) -> None:
        """Take in the replies that have come already, when the run stops."""
        for key, reply in self._exchange.arrived() if self._exchange else ():
            self._take(key, reply, go_on=False)

    def abandon(self) -> None:
        """Abandon whatever is not finished."""
        for one in self.under:
            if not one.done:
                one.course.abandon()

    def _has_room(self) -> bool:
        slots = self._exchange.slots if self._exchange else 1
        finished = bool(self.under) and self.under[0].done  # goes out before anything more comes in
        return not finished and len(self._asked) < 2 * slots and len(self.under) < max(AHEAD * slots, 2)

    def _begin(self, one: _Under[C]) -> None:
        requests = one.course.begin()
        if requests is not None:
            one.begun = True
            self._ask(one, requests)

    def _ask(self, one: _Under[C], requests: Sequence[Request]) -> None:
        if requests and self._exchange is None:
            self._stack.callback(self.rescue)  # comes after the exchange was closed: nothing more arrives then
            self._exchange = self._stack.enter_context(open_exchange(self._model))
        for request in requests:
            assert self._exchange is not None  # noqa: S101 - for the type checker
            self._asked[self._key] = (one, request)
            one.open += 1
            self._exchange.put(self._key, request)
            self._key += 1
