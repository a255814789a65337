"""Tables of a report in which every cell names the row of the report it was written from."""

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.reporting._comparison_view import Column, columns, tags
from pellucid.reporting._statements import AUDIT, COMPARISON
from pellucid.reporting._statements_results import p_words
from pellucid.reporting._wording import figure, label, measure_order, measure_words, number, short_number
from pellucid.schema import Cost, Difference, Measure, Question, Study, SubgroupRow, row_path

ACROSS = 6
"""Most columns of figures in one table."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    text : str
    path : str
        Where in the report it stands; empty where it was not taken from there.
    method : str
        How it was made.
    """

    text: str
    path: str = ""
    method: str = ""

    @property
    def origin(self) -> str:
        """Path and method in one line."""
        return f"{self.path}, {self.method}" if self.path and self.method else self.path


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes
    ----------
    head, about : str
    marked : bool
        Whether it is a glass box.
    cells : tuple of Cell
    tags : tuple of str
    """

    head: str
    about: str
    marked: bool
    cells: tuple[Cell, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    caption, first : str
        What it shows, and what its first column holds.
    columns : tuple of str
    rows : tuple of Row
    rows_at : str
        Where in the report its rows stand.
    """

    caption: str
    first: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    rows_at: str


def comparison_tables(study: Study) -> tuple[Table, ...]:
    """Lay out every measure of every contender, some measures to a table."""
    held = columns(study.comparison)
    groups = [held[start : start + ACROSS] for start in range(0, len(held), ACROSS)]
    return tuple(_measures(study, group, place, len(groups)) for place, group in enumerate(groups, 1))


def difference_table(study: Study, measure: str | None = None) -> Table:
    """Lay out the differences from the reference, of one measure or of all.

    Parameters
    ----------
    study : Study
    measure : str or None, default=None
        None for all.

    Returns
    -------
    Table
    """
    comparison = study.comparison
    held = [
        (place, one)
        for place, one in enumerate(comparison.differences)
        if one.reference == comparison.reference != one.contender and measure in (None, one.measure)
    ]
    return Table(
        caption=f"Contender minus “{comparison.reference}” on the same documents, with paired 95% intervals",
        first="Contender",
        columns=("Measure", "Difference", "Conclusion", "p after Holm", "p not worse by the margin", "Power"),
        rows=tuple(_difference(one, row_path(COMPARISON, "differences", place)) for place, one in held),
        rows_at=row_path(COMPARISON, "differences"),
    )


def cost_table(study: Study) -> Table:
    """Lay out completion and cost of every contender."""
    rows = []
    for place, one in enumerate(study.comparison.contenders):
        path = row_path(COMPARISON, "contenders", place)
        completed = _measure_cell(one.completed, row_path(path, "completed"), 3)
        rows.append(Row(one.name, "", one.glass_box, (completed, *_costs(one.cost, row_path(path, "cost")))))
    return Table(
        caption="Share of documents with a usable prediction, and what was spent, as far as it was recorded",
        first="Contender",
        columns=("Completed", "Requests", "Prompt tokens", "Reply tokens", "Price", "Seconds per document"),
        rows=tuple(rows),
        rows_at=row_path(COMPARISON, "contenders"),
    )


def question_table(study: Study) -> Table:
    """Lay out the questions as they were asked."""
    rows = tuple(
        Row(label(one.id), one.ask, False, (Cell(one.type.value), Cell(_allowed(one))))
        for one in study.questionnaire.questions
    )
    caption = f"Questionnaire “{study.questionnaire.name}”, version {study.questionnaire.version}"
    return Table(caption, "Question", ("Type", "Allowed answers"), rows, "study.questionnaire.questions")


def question_audit_table(study: Study) -> Table:
    """Lay out what the audit found of every question."""
    audited = study.audit.questions if study.audit is not None else ()
    kinds = list(dict.fromkeys(kind for one in audited for kind in one.reliability))
    rows = []
    for place, one in enumerate(audited):
        path = row_path(AUDIT, "questions", place)
        parts = ("answered", "alone", "importance", "accuracy", "checked")
        cells = [_measure_cell(getattr(one, part), row_path(path, part), 3) for part in parts]
        cells.append(Cell("undefined" if one.kept is None else number(one.kept, 2), row_path(path, "kept")))
        cells.append(Cell("undefined" if one.sway is None else number(one.sway, 2), row_path(path, "sway")))
        cells += [_measure_cell(one.reliability.get(kind), row_path(path, "reliability", kind), 3) for kind in kinds]
        rows.append(Row(label(one.question), "", False, tuple(cells)))
    heads = (
        "Answered",
        "AUROC alone",
        "Share of points",
        "Right",
        "Agrees with a person",
        "Kept in folds",
        "Most it can move",
    )
    caption = "What is known of every question, with 95% intervals"
    return Table(caption, "Question", (*heads, *map(label, kinds)), tuple(rows), row_path(AUDIT, "questions"))


def subgroup_tables(study: Study) -> tuple[Table, ...]:
    """Lay out the figures by group, one table per contender, reading or labeler."""
    return group_tables(study.audit.subgroups if study.audit is not None else ())


def group_tables(rows: Sequence[SubgroupRow]) -> tuple[Table, ...]:
    """Lay out rows of groups, one table per subject."""
    by_subject: dict[str, list[tuple[int, SubgroupRow]]] = {}
    for place, row in enumerate(rows):
        by_subject.setdefault(row.subject, []).append((place, row))
    return tuple(_subgroups(subject, rows) for subject, rows in by_subject.items())


def _measures(study: Study, group: tuple[Column, ...], place: int, of: int) -> Table:
    """Lay out some measures of every contender."""
    rows = []
    for at, one in enumerate(study.comparison.contenders):
        path = row_path(COMPARISON, "contenders", at, "measures")
        cells = tuple(_measure_cell(one.measures.get(col.name), row_path(path, col.name), col.digits) for col in group)
        said = one.about if place == 1 else ""
        rows.append(Row(one.name, said, one.glass_box, cells, tags(one, study.comparison.reference)))
    part = f", part {place} of {of}" if of > 1 else ""
    caption = f"Contenders by measures, with 95% intervals{part}"
    return Table(
        caption, "Contender", tuple(col.label for col in group), tuple(rows), row_path(COMPARISON, "contenders")
    )


def _subgroups(subject: str, rows: list[tuple[int, SubgroupRow]]) -> Table:
    """Lay out the groups of one subject."""
    names = measure_order([name for _, row in rows for name in row.measures])
    laid = []
    for place, row in rows:
        path = row_path(AUDIT, "subgroups", place)
        cells = [Cell(f"{getattr(row, part):,}", row_path(path, part)) for part in ("documents", "events")]
        for name in names:
            digits = measure_words(name).digits
            found = row.measures.get(name)
            cells.append(
                Cell("too few", row_path(path, "small"))
                if row.small
                else _measure_cell(found, row_path(path, "measures", name), digits)
            )
        laid.append(Row(f"{label(row.attribute)}: {row.group}", "", False, tuple(cells)))
    events = "With a wrong answer" if subject == "answers" else "With the outcome"
    heads = ("Documents", events, *(measure_words(name).label for name in names))
    caption = f"“{subject}” by group, with 95% intervals"
    return Table(caption, "Group", heads, tuple(laid), row_path(AUDIT, "subgroups"))


def _measure_cell(measure: Measure | None, path: str, digits: int) -> Cell:
    """Write a figure with its origin."""
    if measure is None:
        return Cell("not measured")
    return Cell(figure(measure, digits), path, measure.method)


def _difference(one: Difference, path: str) -> Row:
    """Lay out one difference."""
    words = measure_words(one.measure)
    told = "not judged" if one.conclusion is None else one.conclusion.value
    shares = [(one.p_holm, "p_holm"), (one.p_non_inferior, "p_non_inferior")]
    cells = (
        Cell(words.label, row_path(path, "measure")),
        Cell(figure(one, words.digits, sign=True), path, one.method),
        Cell(told, row_path(path, "conclusion")),
        *(Cell("not tested" if p is None else p_words(p), row_path(path, name), one.test) for p, name in shares),
        Cell("not known" if one.power is None else f"{one.power:.0%}", row_path(path, "power")),
    )
    return Row(one.contender, "", False, cells)


def _costs(cost: Cost | None, path: str) -> tuple[Cell, ...]:
    """Write a cost in five cells."""
    if cost is None:
        return (Cell("not recorded", path),) * 5
    counts = [
        Cell("not recorded" if count is None else f"{count:,}", row_path(path, name))
        for name, count in (
            ("requests", cost.requests),
            ("prompt_tokens", cost.prompt_tokens),
            ("reply_tokens", cost.reply_tokens),
        )
    ]
    price = "not recorded" if cost.price is None else f"{number(cost.price, 2)} {cost.currency}".rstrip()
    seconds = cost.seconds_per_document
    took = "not recorded" if seconds is None else short_number(seconds)
    return (*counts, Cell(price, row_path(path, "price")), Cell(took, row_path(path, "seconds_per_document")))


def _allowed(question: Question) -> str:
    """Say which answers a question allows."""
    if question.options:
        return ", ".join(question.options)
    ends = (question.minimum, question.maximum)
    low, high = (None if end is None else short_number(end) for end in ends)
    if low is None and high is None:
        said = "any number" if question.type.value == "number" else "yes, no"
    elif low is None or high is None:
        said = f"from {low}" if low is not None else f"up to {high}"
    else:
        said = f"{low} to {high}"
    return f"{said} {question.unit}".rstrip()
