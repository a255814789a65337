"""Regular expressions searched in a process of its own, so that a search that never ends can be stopped."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Self

from pellucid.exceptions import PellucidError

_WORKER = Path(__file__).with_name("_regex_worker.py")
_START_S = 60.0
"""Seconds in which the process has to be ready; a busy machine may take some."""


class RegexSearch:
    """Search texts for patterns, each within a limit of time; used by ``with``.

    Parameters
    ----------
    patterns : sequence of str
        Any case matches.
    seconds : float
        Longest search of one text.

    Examples
    --------
    >>> with RegexSearch(["sun", "rain|snow"], seconds=5.0) as search:
    ...     search.matching("Snow, then SUN."), search.matching("Wind.")
    ([0, 1], [])
    """

    def __init__(self, patterns: Sequence[str], *, seconds: float) -> None:
        self._patterns = list(patterns)
        self._seconds = seconds
        self._process: _Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def matching(self, text: str) -> list[int] | None:
        """Return the numbers of the patterns that match.

        Parameters
        ----------
        text : str

        Returns
        -------
        list of int or None
            None where the time was over.

        Raises
        ------
        PellucidError
            If the process cannot be started.
        """
        if self._process is None:
            self._process = _Process()
            if self._process.ask(self._patterns, _START_S) is None:
                self._stop()
                raise PellucidError(
                    "the process that searches patterns did not start; see whether Python can start another"
                )
        reply = self._process.ask(text, self._seconds)
        if reply is None:
            self._stop()
            return None
        return [int(number) for number in json.loads(reply)]

    def _stop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


class _Process:
    """A process that answers one line of JSON with another."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(  # noqa: S603 - our own program under this very Python
            [sys.executable, "-I", "-S", "-X", "utf8", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="ascii",
        )
        assert self._popen.stdin is not None and self._popen.stdout is not None  # noqa: S101, PT018 - for the type checker
        self._in = self._popen.stdin
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._reader = threading.Thread(target=_pass_on, args=(self._popen.stdout, self._lines), daemon=True)
        self._reader.start()

    def ask(self, value: object, seconds: float) -> str | None:
        """Put one value, and wait for the reply; None where it does not come in time."""
        try:
            self._in.write(json.dumps(value) + "\n")
            self._in.flush()
            return self._lines.get(timeout=seconds) or None
        except (Empty, BrokenPipeError):
            return None

    def end(self) -> None:
        """Stop the process, whatever it does."""
        self._popen.kill()
        self._popen.wait()
        self._reader.join()
        for stream in (self._popen.stdout, self._popen.stdin):
            try:
                if stream is not None:
                    stream.close()
            except BrokenPipeError:  # what was not read any more
                continue


def _pass_on(stream: IO[str], lines: "SimpleQueue[str]") -> None:
    """Pass lines on; an empty one says that there are no more."""
    for line in stream:
        lines.put(line)
    lines.put("")
