"""Which documents a person should look at first, and why."""

from collections.abc import Iterable, Sequence

from pellucid.casework._answers import value_of
from pellucid.schema import CaseFile, Entry, EntryKind, Status, WorkItem

OPEN, ACCEPTED, OVERRIDDEN = "open", "accepted", "overridden"

_FAR = 0.25
"""Two probabilities farther apart are said to disagree."""

_NEAR = 0.1
"""A probability nearer to the threshold is said to be near it."""

_MANY = 0.5
"""Share of questions without a value from which that is said."""

_DONE = 3.0
"""Taken off the rank of what is signed: more than the largest rank, so that it stands after everything open."""


def work_item(case: CaseFile, status: str = OPEN) -> WorkItem:
    """Say where a document stands in the list, and why.

    Parameters
    ----------
    case : CaseFile
        As it stands now.
    status : str, default="open"

    Returns
    -------
    WorkItem

    Notes
    -----
    The rank is ``disagreement + nearness / 2 + missing / (2 * questions)``: how far the
    glass box and the language model are apart weighs most, because one of them is wrong;
    nearness to the threshold and missing answers weigh half, because they say only that
    the decision could easily have been another. What is signed stands last, in the same order.
    """
    decision = case.decision
    probability = decision.probabilities[case.outcomes[1]]
    apart = 0.0 if case.direct is None else abs(probability - case.direct)
    widest = max(case.threshold, 1.0 - case.threshold)
    nearness = 1.0 - abs(probability - case.threshold) / widest
    answers = case.answers()
    missing = sum(value_of(answer) is None for answer in answers)
    rank = apart + nearness / 2 + missing / (2 * len(answers))
    return WorkItem(
        document=case.document,
        probability=probability,
        direct=case.direct,
        disagreement=apart,
        nearness=nearness,
        missing=missing,
        corrected=sum(answer.status is Status.CORRECTED for answer in answers),
        status=status,
        reasons=_reasons(case, probability, missing),
        rank=rank if status == OPEN else rank - _DONE,
    )


def _reasons(case: CaseFile, probability: float, missing: int) -> tuple[str, ...]:
    """Say in words what speaks for looking at a document."""
    said = []
    if case.direct is not None and abs(probability - case.direct) >= _FAR:
        said.append(f"the language model says {case.direct:.0%}, the glass box {probability:.0%}")
    if abs(probability - case.threshold) <= _NEAR:
        said.append(f"near the threshold of {case.threshold:.0%}")
    asked = len(case.questionnaire.questions)
    if missing >= _MANY * asked:
        said.append(f"{missing} of {asked} questions have no value")
    unsupported = sum(answer.status is Status.UNSUPPORTED for answer in case.answers())
    if unsupported:
        said.append(f"{unsupported} quote{'s' if unsupported > 1 else ''} not found in the document")
    if case.flags:
        said.append("words in the document read like an order to the reader")
    return tuple(said)


def statuses(entries: Iterable[Entry], domain: str) -> dict[str, str]:
    """Say of every document whether its decision was accepted or overridden, as the log has it.

    A correction after that opens the document again: what was signed is another decision.

    Parameters
    ----------
    entries : iterable of Entry
        In any order.
    domain : str
        Entries of others are passed over.

    Returns
    -------
    dict of str to str
    """
    found: dict[str, str] = {}
    for entry in sorted(entries, key=lambda one: one.number):
        if entry.domain != domain or not entry.document:
            continue
        if entry.kind is EntryKind.ACCEPTED:
            found[entry.document] = ACCEPTED
        elif entry.kind is EntryKind.OVERRIDDEN:
            found[entry.document] = OVERRIDDEN
        elif entry.kind is EntryKind.CORRECTED:
            found[entry.document] = OPEN
    return found


def ranked(items: Iterable[WorkItem]) -> tuple[WorkItem, ...]:
    """Sort, highest rank first; equal ranks keep their order.

    Parameters
    ----------
    items : iterable of WorkItem

    Returns
    -------
    tuple of WorkItem
    """
    found: Sequence[WorkItem] = sorted(items, key=lambda one: -one.rank)
    return tuple(found)
