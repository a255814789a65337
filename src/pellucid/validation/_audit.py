"""How well the questions were read: status counts, and agreement with facts that are known."""

from collections.abc import Sequence

import pandas as pd
from scipy.stats import binomtest

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError
from pellucid.schema import Answer, Measure, Reading, ReadingRow, Status


def audit_reading(readings: Sequence[Reading], facts: pd.DataFrame) -> tuple[ReadingRow, ...]:
    """Count how every question was answered, and check the answers against known facts.

    An answer agrees with a fact when its value equals it; where the document is silent
    (the fact is None) it agrees when its status is ``not stated``. An unsupported or
    unreadable answer never agrees.

    Parameters
    ----------
    readings : sequence of Reading
        All through the same questionnaire.
    facts : pandas.DataFrame, index: document id, columns: question ids
        Known facts; a question without a column is a judgement and is only counted.

    Returns
    -------
    tuple of ReadingRow
        In the order of the questionnaire.

    Raises
    ------
    InvalidInputError
        If there are no readings, they are of different questionnaires, or a document has no facts.

    Examples
    --------
    >>> from pellucid.schema import Source
    >>> answer = Answer(question="age", value=41, status="answered", start=0, end=7, source=Source(model="m"))
    >>> rows = audit_reading([Reading(document="a", answers=(answer,))], pd.DataFrame({"age": [41]}, index=["a"]))
    >>> rows[0].correct, rows[0].checked
    (1, 1)
    """
    if not readings:
        raise InvalidInputError("readings: got none; at least one document is needed")
    names = [answer.question for answer in readings[0].answers]
    if any([answer.question for answer in reading.answers] != names for reading in readings):
        raise InvalidInputError("readings: the documents were read through different questionnaires")
    missing = [reading.document for reading in readings if reading.document not in facts.index]
    if missing:
        raise InvalidInputError(f"facts: {len(missing)} documents have none, the first is {missing[0]!r}")
    return tuple(_row(name, place, readings, facts) for place, name in enumerate(names))


def reading_caveats(rows: Sequence[ReadingRow], *, share: float = 0.05) -> tuple[str, ...]:
    """Say which questions were read so badly that a comparison says little about the glass boxes.

    Parameters
    ----------
    rows : sequence of ReadingRow
    share : float, default=0.05
        Share of documents with an unsupported or unreadable answer above which a
        question is named.

    Returns
    -------
    tuple of str
    """
    caveats = []
    for row in rows:
        lost = row.unsupported + row.unreadable
        documents = lost + row.answered + row.not_stated
        if lost > share * documents:
            caveats.append(
                f"Reading “{row.question}” failed in {lost} of {documents} documents ({row.unsupported} quotes not in "
                f"the document, {row.unreadable} replies unreadable). They count as missing, so the figures of "
                "whatever uses the answers say little about what it could do."
            )
    return tuple(caveats)


def wilson(successes: int, trials: int) -> Measure:
    """Return a share with its 95% Wilson score interval; undefined for no trials.

    Parameters
    ----------
    successes, trials : int

    Returns
    -------
    Measure

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> wilson(8, 10).text()
    '0.800 [0.490, 0.943]'
    """
    check_number("trials", trials, low=0, whole=True)
    check_number("successes", successes, low=0, high=trials, whole=True)
    if trials == 0:
        return Measure(value=None)
    interval = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return Measure(value=successes / trials, low=float(interval.low), high=float(interval.high))


def _row(name: str, place: int, readings: Sequence[Reading], facts: pd.DataFrame) -> ReadingRow:
    answers = [reading.answers[place] for reading in readings]
    counts = {status: sum(answer.status is status for answer in answers) for status in Status}
    checked = correct = 0
    if name in facts.columns:
        known = facts.loc[[reading.document for reading in readings], name].tolist()
        checked = len(known)
        correct = sum(_agrees(answer, fact) for answer, fact in zip(answers, known, strict=True))
    return ReadingRow(
        question=name,
        answered=counts[Status.ANSWERED] + counts[Status.CORRECTED],
        not_stated=counts[Status.NOT_STATED],
        unsupported=counts[Status.UNSUPPORTED],
        unreadable=counts[Status.UNREADABLE],
        checked=checked,
        correct=correct,
        accuracy=wilson(correct, checked),
    )


def _agrees(answer: Answer, fact: object) -> bool:
    if pd.isna(fact):  # type: ignore[call-overload]
        return answer.status is Status.NOT_STATED
    return answer.status in (Status.ANSWERED, Status.CORRECTED) and answer.value == fact
