"""A comparison laid out as a table: contenders by measures, differences, and what may be said of the best."""

from dataclasses import dataclass

from pellucid.reporting._wording import figure, measure_order, measure_words, number
from pellucid.schema import Comparison, ContenderResult, Difference, Measure

_RANKED_BY_HIGH = ("auroc", "average_precision", "auprc", "ap", "accuracy")


@dataclass(frozen=True)
class Column:
    """One measure of the table.

    Attributes
    ----------
    name, label, about : str
    digits : int
    """

    name: str
    label: str
    about: str
    digits: int


@dataclass(frozen=True)
class Cell:
    """One figure of the table.

    Attributes
    ----------
    value, interval : str
        The interval is empty where there is none.
    """

    value: str
    interval: str


@dataclass(frozen=True)
class ContenderRow:
    """One contender.

    Attributes
    ----------
    name, about : str
    tags : tuple of str
        ``"glass box"``, ``"uses the answers"``, ``"reference"``, as they apply.
    cells : tuple of Cell
        By column.
    differences : tuple of str
        From the reference, by column; empty where the record holds none.
    caveats : tuple of str
    """

    name: str
    about: str
    tags: tuple[str, ...]
    cells: tuple[Cell, ...]
    differences: tuple[str, ...]
    caveats: tuple[str, ...]


def columns(comparison: Comparison) -> tuple[Column, ...]:
    """List the measures that any contender has, in reading order.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    tuple of Column
    """
    names = measure_order([name for contender in comparison.contenders for name in contender.measures])
    words = [(name, measure_words(name)) for name in names]
    return tuple(Column(name, word.label, word.about, word.digits) for name, word in words)


def contender_rows(comparison: Comparison) -> tuple[ContenderRow, ...]:
    """Lay out every contender.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    tuple of ContenderRow
    """
    shown = columns(comparison)
    return tuple(
        ContenderRow(
            name=contender.name,
            about=contender.about,
            tags=tags(contender, comparison.reference),
            cells=tuple(_cell(contender.measures.get(column.name), column.digits) for column in shown),
            differences=tuple(difference_text(comparison, contender.name, column.name) for column in shown),
            caveats=contender.caveats,
        )
        for contender in comparison.contenders
    )


def tags(contender: ContenderResult, reference: str) -> tuple[str, ...]:
    """Say in words what sets a contender apart."""
    said = (
        (contender.glass_box, "glass box"),
        (contender.uses_answers, "uses the answers"),
        (contender.name == reference, "reference"),
    )
    return tuple(word for holds, word in said if holds)


def find_difference(comparison: Comparison, contender: str, measure: str) -> Difference | None:
    """Return the difference of a contender in a measure, where the record holds it."""
    asked = (contender, comparison.reference, measure)
    held = (one for one in comparison.differences if (one.contender, one.reference, one.measure) == asked)
    return next(held, None)


def difference_text(comparison: Comparison, contender: str, measure: str) -> str:
    """Write the difference of a contender in a measure; ``"reference"`` for the reference itself."""
    if contender == comparison.reference:
        return "reference"
    found = find_difference(comparison, contender, measure)
    return "" if found is None else figure(found, measure_words(measure).digits, sign=True)


def main_measure(comparison: Comparison) -> str:
    """Return the measure that is drawn: what contenders are judged by where any has it, else the first.

    Returns
    -------
    str
        Empty where no contender has any measure.
    """
    shown = [column.name for column in columns(comparison)]
    return comparison.judged if comparison.judged in shown else "".join(shown[:1])


def best_words(comparison: Comparison) -> str:
    """Say which contender is highest, and from how many others its interval sets it apart.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
        Empty where the drawn measure has no "higher is better" or fewer than two figures.

    Notes
    -----
    Overlap of intervals is a rough test, on the careful side; the paired differences decide.
    """
    measure = main_measure(comparison)
    found = {one.name: one.measures[measure] for one in comparison.contenders if measure in one.measures}
    known = {name: one.value for name, one in found.items() if one.value is not None}
    if measure not in _RANKED_BY_HIGH or len(known) < 2:
        return ""
    name = max(known, key=lambda contender: known[contender])
    words = measure_words(measure)
    rivals = [other for other in known if other != name]
    unclear = sum(_overlaps(found[name], found[other]) for other in rivals)
    if not unclear:
        verdict = "No other interval reaches into this one."
    else:
        verdict = (
            f"The intervals of {unclear} of the {len(rivals)} others overlap with it, so this order alone "
            "does not show that it is better; look at the paired differences."
        )
    return f"Highest {words.label}: {name}, {figure(found[name], words.digits)}. {verdict}"


def _overlaps(one: Measure, other: Measure) -> bool:
    """Whether two intervals overlap; figures without an interval count as overlapping."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    return one.low <= other.high and other.low <= one.high


def _cell(measure: Measure | None, digits: int) -> Cell:
    """Write a figure as value and interval."""
    if measure is None:
        return Cell("not measured", "")
    if measure.value is None or measure.low is None or measure.high is None:
        return Cell(number(measure.value, digits), "")
    return Cell(number(measure.value, digits), f"[{number(measure.low, digits)}, {number(measure.high, digits)}]")
