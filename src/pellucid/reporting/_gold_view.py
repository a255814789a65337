"""How many gold labels are worth it: the section of a report on curves over gold labels, its tables and sentences."""

from dataclasses import dataclass

from markupsafe import Markup

from pellucid.reporting._comparison_view import main_measure
from pellucid.reporting._figure_svg import figure_markup
from pellucid.reporting._gold_figure import gold_curve_figure, gold_measures
from pellucid.reporting._report_tables import Cell, Row, Table
from pellucid.reporting._statements import COMPARISON
from pellucid.reporting._wording import measure_words, number, short_number
from pellucid.schema import Comparison, Crossing, Curve, CurveKind, row_path

ABSENT = "needs gold labels"


@dataclass(frozen=True)
class GoldView:
    """The section.

    Attributes
    ----------
    sentences : tuple of str
        Who overtakes whom in the measure that contenders are judged by.
    plots : tuple of (str, Markup)
        Caption and drawing, one per measure.
    tables : tuple of Table
        The figures of every measure.
    crossings : Table
        Empty where none were looked for.
    contenders : tuple of (str, str)
        Name, and what it is and learns from.
    about : str
        How it was made and what bands cover.
    """

    sentences: tuple[str, ...]
    plots: tuple[tuple[str, Markup], ...]
    tables: tuple[Table, ...]
    crossings: Table
    contenders: tuple[tuple[str, str], ...]
    about: str


def gold_view(comparison: Comparison) -> GoldView | None:
    """Lay out the section on gold labels.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    GoldView or None
        None where the comparison holds no curves over gold labels.
    """
    measures = gold_measures(comparison)
    if not measures:
        return None
    figures = [gold_curve_figure(comparison, measure) for measure in measures]
    judged = main_measure(comparison) if main_measure(comparison) in measures else measures[0]
    about = {one.contender: one.about for one in comparison.curves if one.kind is CurveKind.GOLD and one.about}
    return GoldView(
        sentences=tuple(crossing_words(one) for one in comparison.crossings if one.measure == judged),
        plots=tuple(
            (f"{figure.title}. {_better(measure)}", figure_markup(figure))
            for figure, measure in zip(figures, measures, strict=True)
        ),
        tables=tuple(_figures(comparison, measure) for measure in measures),
        crossings=_crossings(comparison),
        contenders=tuple(about.items()),
        about=figures[0].about,
    )


def crossing_words(crossing: Crossing) -> str:
    """Say who overtakes whom in a sentence.

    Parameters
    ----------
    crossing : Crossing

    Returns
    -------
    str

    Examples
    --------
    >>> print(crossing_words(Crossing(contender="EBM", rival="LLM", measure="auroc", size=61.6, low=31.2, high=None,
    ...                               start=10, until=200, ahead=0.9)))
    “EBM” is ahead of “LLM” in AUROC from 62 gold labels on; 95% interval: 31 to beyond 200.
    """
    both = f"“{crossing.contender}” {{}} “{crossing.rival}” in {measure_words(crossing.measure).label}"
    if crossing.size is None:
        found = f"{both.format('is not ahead of')} with up to {crossing.until:,} gold labels"
    elif crossing.size == crossing.start:
        found = f"{both.format('is ahead of')} from the start, with {crossing.start:,} gold labels"
    else:
        labels = "gold label" if crossing.size < 1.5 else "gold labels"
        found = f"{both.format('is ahead of')} from {crossing.end(crossing.size)} {labels} on"
    return f"{found}; 95% interval: {_interval(crossing)}."


def _interval(crossing: Crossing) -> str:
    """Write the interval in words where an end is no number."""
    ends = [
        f"beyond {crossing.until:,}" if end is None else crossing.end(end).replace("from the", "the")
        for end in (crossing.low, crossing.high)
    ]
    return " to ".join(dict.fromkeys(ends))


def _size(crossing: Crossing) -> str:
    return f"not up to {crossing.until:,}" if crossing.size is None else crossing.end(crossing.size)


def _better(measure: str) -> str:
    about = measure_words(measure).about
    return "Lower is better." if "lower is better" in about else "Higher is better."


def _figures(comparison: Comparison, measure: str) -> Table:
    """Lay out one measure: contenders by number of gold labels."""
    held = [
        (place, one)
        for place, one in enumerate(comparison.curves)
        if one.kind is CurveKind.GOLD and one.measure == measure
    ]
    sizes = sorted({x for _, one in held for x in one.x})
    words = measure_words(measure)
    spread = ", ± standard deviation between repeats" if any(one.spread for _, one in held) else ""
    return Table(
        caption=f"{words.label} by number of gold labels, with 95% bands{spread}",
        first="Contender",
        columns=tuple(short_number(size) for size in sizes),
        rows=tuple(
            Row(
                one.contender,
                "",
                one.glass_box,
                tuple(_cell(one, size, row_path(COMPARISON, "curves", place), words.digits) for size in sizes),
                tuple(["reference"] if one.contender == comparison.reference else []),
            )
            for place, one in held
        ),
        rows_at=row_path(COMPARISON, "curves"),
    )


def _cell(curve: Curve, size: float, path: str, digits: int) -> Cell:
    """Write a figure with band and spread, or that there is none."""
    if size not in curve.x:
        return Cell(ABSENT if size == 0 else "not traced", path)
    at = curve.x.index(size)
    said = number(curve.y[at], digits)
    if curve.low:
        said += f" [{number(curve.low[at], digits)}, {number(curve.high[at], digits)}]"
    if curve.spread:
        said += f" ± {number(curve.spread[at], digits)}"
    return Cell(said, row_path(path, "y", at), curve.method)


def _crossings(comparison: Comparison) -> Table:
    """Lay out the crossings, in every measure."""
    rows = []
    for place, one in enumerate(comparison.crossings):
        path = row_path(COMPARISON, "crossings", place)
        cells = (
            Cell(one.rival, row_path(path, "rival")),
            Cell(measure_words(one.measure).label, row_path(path, "measure")),
            Cell(_size(one), row_path(path, "size"), one.method),
            Cell(_interval(one), path, one.method),
            Cell(f"{one.ahead:.0%}", row_path(path, "ahead")),
        )
        rows.append(Row(one.contender, "", False, cells))
    return Table(
        caption="From how many gold labels on a contender is ahead, and stays so",
        first="Contender",
        columns=("Ahead of", "Measure", "Gold labels", "95% interval", "Draws ahead at the last"),
        rows=tuple(rows),
        rows_at=row_path(COMPARISON, "crossings"),
    )
