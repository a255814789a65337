"""How an item of a standard or a card comes to its state, from what the run knows and what a person said."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._statements import Said
from pellucid.schema import ItemState, ReportItem, Statement, Study, row_path

NOT_APPLICABLE = "not applicable:"
"""What an answer begins with that says, with a reason, that the item does not apply."""

Teller = Callable[[Study], Said]


class Point(NamedTuple):
    """One point of a standard or a card, before anything is known.

    Attributes
    ----------
    key : str
    section, title, asks : str
    tellers : tuple of callable
        Each takes the study and gives sentences; in order.
    wanted : str
        What a person is asked to say. Where it is empty, the run always has something to say.
    person : bool
        Whether a person's answer is needed even where the run knows something.
    reason : str
        Why it does not apply; empty where it does.
    where : tuple of str
        Anchors of the study report.
    """

    key: str
    section: str
    title: str
    asks: str
    tellers: tuple[Teller, ...] = ()
    wanted: str = ""
    person: bool = False
    reason: str = ""
    where: tuple[str, ...] = ()


def fill(point: Point, study: Study, answers: Mapping[str, str]) -> ReportItem:
    """Bring one point to its state.

    Parameters
    ----------
    point : Point
    study : Study
    answers : Mapping[str, str]
        A person's answers by key.

    Returns
    -------
    ReportItem
    """
    told = tuple(statement for teller in point.tellers for statement in teller(study))
    state = ItemState.FILLED
    answer = answers.get(point.key, "").strip()
    if answer.lower().startswith(NOT_APPLICABLE):
        state = ItemState.NOT_APPLICABLE
        told = (Statement(said=_reason(point, answer), rows=(row_path("answers", point.key),), by="person"),)
    elif answer:
        told = (*told, Statement(said=answer, rows=(row_path("answers", point.key),), by="person"))
    elif point.reason:
        state, told = ItemState.NOT_APPLICABLE, (*told, Statement(said=point.reason))
    elif point.person or not told:
        state = ItemState.ASKED
    return ReportItem(
        key=point.key,
        section=point.section,
        title=point.title,
        asks=point.asks,
        state=state,
        statements=told,
        wanted=point.wanted or f"Please say: {point.asks}",
        where=point.where,
    )


def _reason(point: Point, answer: str) -> str:
    """Return the reason of an answer that says an item does not apply."""
    reason = answer[len(NOT_APPLICABLE) :].strip()
    if not reason:
        raise InvalidInputError(
            f"answers: {point.key!r} says {NOT_APPLICABLE!r} and no reason; write the reason after it"
        )
    return reason
