"""Put planned tests to a model, count, judge them together, and report; or say what that would take."""

from collections.abc import Callable, Sequence

from pellucid.exceptions import InvalidInputError
from pellucid.llm import AnswerStore, LanguageModel, Request, run
from pellucid.memorisation._chance import ALARM_RATE, judged
from pellucid.memorisation._course import MemoryCourse, prompt_digest
from pellucid.memorisation._memory_test import MemoryTest
from pellucid.memorisation._report import MemorisationReport, MemorisationTest, finding_of, summed_up
from pellucid.schema import Record

BYTES_PER_TOKEN = 4
"""UTF-8 bytes assumed per token, where the model cannot count."""


class MemorisationEstimate(Record):
    """What tests would take; counted or assumed, never measured.

    Attributes
    ----------
    requests : int
        Not counting replies that are in the store; asking again after an unreadable reply comes on top.
    stored : int
    prompt_tokens, reply_tokens : int
        A reply is taken to be as long as a quarter of its prompt.
    cost : float or None
        In the money of the model's prices; None where it has none.
    """

    requests: int
    stored: int
    prompt_tokens: int
    reply_tokens: int
    cost: float | None = None


def run_tests(
    tests: Sequence[MemoryTest],
    model: LanguageModel,
    *,
    subject: str,
    also: Sequence[MemorisationTest] = (),
    seed: int = 0,
    store: AnswerStore | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> MemorisationReport:
    """Put tests to a model, and judge them together.

    Every test alarms where its p lies below 5% divided by the number of tests that were
    run, so that a model that knows nothing raises any alarm in at most 5% of reports.

    Parameters
    ----------
    tests : sequence of MemoryTest
        From `table_tests`, `continuation_test`.
    model : LanguageModel
        Its limits and its budget hold.
    subject : str
        Name of the data set.
    also : sequence of MemorisationTest, default=()
        Tests that were made already, from `perturbed_test`.
    seed : int, default=0
        What the tests were drawn with; for the report.
    store : AnswerStore or None, default=None
        Where replies are kept, and looked for first.
    progress : callable or None, default=None
        Called with (prompts done, prompts in all).

    Returns
    -------
    MemorisationReport

    Raises
    ------
    InvalidInputError
        If there is no test.
    ModelAccessError, BudgetExceeded, DeadlineExceeded
        From the model; what was replied until then is in the store.

    Examples
    --------
    >>> from pellucid.llm import ScriptedModel
    >>> from pellucid.memorisation import RawTable, table_tests
    >>> table = RawTable.of_lines("demo", ["a,b", *(f"{n * n * 37 % 101},{n * n * 53 % 97}" for n in range(100))])
    >>> refuses = ScriptedModel(lambda request: "I would rather not.")
    >>> run_tests(table_tests(table), refuses, subject="demo").said
    'Nothing can be said: no test had enough replies that could be read to find anything.'
    """
    if not tests and not also:
        raise InvalidInputError("tests: got none; plan some with table_tests or continuation_test")
    requests = _different(tests)
    said: dict[str, tuple[str, ...] | None] = {}
    courses = (MemoryCourse(request, model, store) for request in requests.values())
    for digest, course in zip(requests, run(courses, model), strict=True):
        said[digest] = course.said
        if progress:
            progress(len(said), len(requests))
    counted = [result for test in tests for result in test.score([said[prompt_digest([one])] for one in test.requests])]
    results = judged([*counted, *also])
    return MemorisationReport(
        subject=subject,
        model=model.name,
        requests=len(requests),
        tests=results,
        findings=tuple(finding_of(test) for test in results if test.alarm),
        looked_for=tuple(_looked_for(test) for test in results),
        said=summed_up(results),
        prompts={test.family: prompt_digest(test.requests) for test in tests if test.requests},
        seed=seed,
    )


def estimate_tests(
    tests: Sequence[MemoryTest], model: LanguageModel, *, store: AnswerStore | None = None
) -> MemorisationEstimate:
    """Say what putting tests to a model would take; nothing is sent.

    Parameters
    ----------
    tests : sequence of MemoryTest
    model : LanguageModel
        May have `count(text)` and `prices`.
    store : AnswerStore or None, default=None

    Returns
    -------
    MemorisationEstimate
    """
    requests = [*_different(tests).values()]
    left = [request for request in requests if not MemoryCourse(request, model, store).is_known]
    prompt_tokens = sum(_count(model, request) for request in left)
    reply_tokens = sum(_count(model, request) // 4 + 1 for request in left)
    prices = getattr(model, "prices", None)
    return MemorisationEstimate(
        requests=len(left),
        stored=len(requests) - len(left),
        prompt_tokens=prompt_tokens,
        reply_tokens=reply_tokens,
        cost=None if prices is None else prices.of(prompt_tokens, reply_tokens),
    )


def _different(tests: Sequence[MemoryTest]) -> dict[str, Request]:
    """Return every different prompt once, by its digest."""
    return {prompt_digest([request]): request for test in tests for request in test.requests}


def _looked_for(test: MemorisationTest) -> str:
    if test.not_run or test.threshold is None or test.chance is None:
        return f"{test.name}: {test.looked_for}; not run."
    rule = f"alarm where p < {test.threshold:.2g} ({ALARM_RATE:.0%} shared among all tests)"
    return f"{test.name}: {test.looked_for}; at most {test.chance:.1%} by chance; {rule}."


def _count(model: LanguageModel, request: Request) -> int:
    text = f"{request.system}\n{request.prompt}"
    counted = getattr(model, "count", None)
    return int(counted(text)) if counted else len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN + 1
