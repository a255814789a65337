"""A report laid out for its pages: items with numbered rows, and the list of where every number comes from."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from pellucid.reporting._figures import shorten
from pellucid.reporting._statements import counted
from pellucid.reporting._wording import figure, label, measure_words, short_number
from pellucid.schema import Difference, ItemState, Measure, Record, Report, ReportItem

PLACES: Mapping[str, str] = {
    "summary": "At a glance",
    "questions": "The questions",
    "comparison": "Comparison",
    "plots": "Plots",
    "gold": "How many gold labels are worth it",
    "groups": "Groups of people",
    "audit": "Audit",
    "reading": "How the documents were read",
    "models": "The models",
    "decisions": "Decisions explained",
    "trace": "Where the numbers come from",
}
"""Parts of the study report, by anchor; an item's `where` names them."""

_LONGEST = 90


@dataclass(frozen=True)
class StatementView:
    """One statement with its footnotes.

    Attributes
    ----------
    said : str
    rows : tuple of (int, str)
        Footnote and path.
    person : bool
        Whether a person said it.
    """

    said: str
    rows: tuple[tuple[int, str], ...]
    person: bool


@dataclass(frozen=True)
class ItemView:
    """One item.

    Attributes
    ----------
    name, title, asks, state, wanted : str
        `wanted` is empty unless the item is asked.
    statements : tuple of StatementView
    where : tuple of (str, str)
        Anchor, and what stands there.
    """

    name: str
    title: str
    asks: str
    state: str
    wanted: str
    statements: tuple[StatementView, ...]
    where: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SectionView:
    """Items under one heading.

    Attributes
    ----------
    key, title : str
        The first begins the anchor.
    items : tuple of ItemView
    """

    key: str
    title: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class TraceRow:
    """One footnote.

    Attributes
    ----------
    number : int
    path, holds, method : str
        Where in the report it stands, what stands there, and how it was made.
    """

    number: int
    path: str
    holds: str
    method: str


def footnotes(items: Iterable[ReportItem]) -> dict[str, int]:
    """Count the rows that items stand on from 1, in the order in which they are first named.

    Parameters
    ----------
    items : iterable of ReportItem

    Returns
    -------
    dict of str to int
    """
    paths = dict.fromkeys(path for item in items for statement in item.statements for path in statement.rows)
    return {path: number for number, path in enumerate(paths, 1)}


def section_views(items: tuple[ReportItem, ...], notes: Mapping[str, int]) -> tuple[SectionView, ...]:
    """Lay out items under their headings, in their order.

    Parameters
    ----------
    items : tuple of ReportItem
    notes : Mapping[str, int]
        From `footnotes`.

    Returns
    -------
    tuple of SectionView
    """
    by_section: dict[str, list[ItemView]] = {}
    for item in items:
        by_section.setdefault(item.section, []).append(_item_view(item, notes))
    return tuple(
        SectionView(f"part-{place}", title, tuple(views)) for place, (title, views) in enumerate(by_section.items(), 1)
    )


def state_words(items: Iterable[ReportItem]) -> str:
    """Count the items by state.

    Parameters
    ----------
    items : iterable of ReportItem

    Returns
    -------
    str
        Such as ``"27 items in 52 parts: 26 filled, 23 asked, 3 not applicable"``.
    """
    held = list(items)
    whole = len({item.name.rstrip(ascii_lowercase) for item in held})
    states = [item.state for item in held]
    counts = ", ".join(f"{states.count(state)} {state.value}" for state in ItemState)
    return f"{counted(whole, 'item')} in {counted(len(held), 'part')}: {counts}"


def trace_rows(report: Report, notes: Mapping[str, int]) -> tuple[TraceRow, ...]:
    """List what every footnote leads to.

    Parameters
    ----------
    report : Report
    notes : Mapping[str, int]

    Returns
    -------
    tuple of TraceRow
    """
    return tuple(TraceRow(number, path, *_holds(report.row(path), path)) for path, number in notes.items())


def trace_facts(report: Report) -> tuple[tuple[str, str], ...]:
    """List what identifies a report and everything that went into it; what is missing is said to be.

    Parameters
    ----------
    report : Report

    Returns
    -------
    tuple of (str, str)
        Words and fact.
    """
    comparison, held = report.study.comparison, report.study.comparison.provenance
    digest = hashlib.sha256(report.to_json().encode()).hexdigest()
    facts = [
        ("This report as JSON", f"form {report.format}, SHA-256 {digest}"),
        ("Seed", str(comparison.design.seed)),
        ("Software", ", ".join(f"{name} {version}" for name, version in comparison.versions.items())),
        ("Documents", held.documents),
        ("Outcomes", held.outcomes),
        ("Questionnaire", held.questionnaire),
        *((f"Prompt “{name}”", value) for name, value in (held.prompts or {"": ""}).items()),
        *((f"Recording “{name}”", value) for name, value in (held.recordings or {"": ""}).items()),
        ("Language model", held.model),
        ("Predictions", held.predictions),
        ("Folds", comparison.design.folds),
        ("To make it again", report.study.command or held.command),
    ]
    return tuple((words.replace(" “”", "s"), fact or "not recorded") for words, fact in facts)


def _item_view(item: ReportItem, notes: Mapping[str, int]) -> ItemView:
    """Lay out one item."""
    return ItemView(
        name=item.name,
        title=item.title,
        asks=item.asks,
        state=item.state.value,
        wanted=item.wanted if item.state is ItemState.ASKED else "",
        statements=tuple(
            StatementView(one.said, tuple((notes[path], path) for path in one.rows), one.by == "person")
            for one in item.statements
        ),
        where=tuple((anchor, PLACES[anchor]) for anchor in item.where),
    )


def _holds(value: object, path: str) -> tuple[str, str]:
    """Say in a few words what stands at a path, and how it was made."""
    if isinstance(value, Measure):
        return figure(value, measure_words(path.rsplit(".", 1)[-1]).digits), value.method
    if isinstance(value, Difference):
        return figure(value, measure_words(value.measure).digits, sign=True), value.method
    if isinstance(value, Record):
        return label(type(value).__name__), ""
    if isinstance(value, tuple | dict):
        return counted(len(value), "entry", "entries"), ""
    if isinstance(value, float):
        return short_number(value), ""
    return ("nothing" if value is None else shorten(str(value), _LONGEST)), ""
