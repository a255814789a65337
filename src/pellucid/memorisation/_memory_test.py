"""What a test is: the prompts it puts, and how it counts what comes back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pellucid.llm import Request
from pellucid.memorisation._report import MemorisationTest

Said = Sequence[tuple[str, ...] | None]
"""What a model went on with, prompt by prompt; None where that could not be read."""


@dataclass(frozen=True)
class MemoryTest:
    """A test that is ready to be put to a model; what it asks is fixed.

    Attributes
    ----------
    family : str
        Such as ``"row completion"``.
    requests : tuple of Request
        Empty where the data do not allow the test.
    score : callable of Said to tuple of MemorisationTest
        Counts hits; judges nothing.
    """

    family: str
    requests: tuple[Request, ...]
    score: Callable[[Said], tuple[MemorisationTest, ...]]


def not_possible(family: str, looked_for: str, reason: str) -> MemoryTest:
    """Make the test that asks nothing and says why.

    Parameters
    ----------
    family, looked_for : str
    reason : str

    Returns
    -------
    MemoryTest
    """
    result = MemorisationTest(name=family, looked_for=looked_for, not_run=reason)
    return MemoryTest(family, (), lambda _: (result,))
