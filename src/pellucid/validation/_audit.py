"""How well the questions were read: status counts, and agreement with facts that are known."""

from collections.abc import Sequence

import pandas as pd

from pellucid.exceptions import InvalidInputError
from pellucid.measures import wilson
from pellucid.schema import Answer, Reading, ReadingRow, Status


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


def agrees(answer: Answer, fact: object) -> bool:
    """Whether an answer equals a known fact, and is silent where the fact is missing.

    Parameters
    ----------
    answer : Answer
    fact : int, float, str or None
        None or NaN where the document is silent.

    Returns
    -------
    bool
        Never for an unsupported or unreadable answer.

    Examples
    --------
    >>> from pellucid.schema import Source
    >>> agrees(Answer(question="age", value=None, status="corrected", source=Source(model="person")), None)
    True
    """
    if pd.isna(fact):  # type: ignore[call-overload]
        return is_silent(answer)
    return is_stated(answer) and answer.value == fact


def is_stated(answer: Answer) -> bool:
    """Whether an answer has a usable value."""
    return answer.status in (Status.ANSWERED, Status.CORRECTED) and answer.value is not None


def is_silent(answer: Answer) -> bool:
    """Whether an answer says that the document does not say; a person may have corrected it to that."""
    return answer.status is Status.NOT_STATED or (answer.status is Status.CORRECTED and answer.value is None)


def _row(name: str, place: int, readings: Sequence[Reading], facts: pd.DataFrame) -> ReadingRow:
    answers = [reading.answers[place] for reading in readings]
    counts = {status: sum(answer.status is status for answer in answers) for status in Status}
    checked = correct = 0
    if name in facts.columns:
        known = facts.loc[[reading.document for reading in readings], name].tolist()
        checked = len(known)
        correct = sum(agrees(answer, fact) for answer, fact in zip(answers, known, strict=True))
    return ReadingRow(
        question=name,
        answered=sum(map(is_stated, answers)),
        not_stated=sum(map(is_silent, answers)),
        unsupported=counts[Status.UNSUPPORTED],
        unreadable=counts[Status.UNREADABLE],
        checked=checked,
        correct=correct,
        accuracy=wilson(correct, checked),
    )
