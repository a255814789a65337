"""Paired differences from the reference under each other, with the margin and what each says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pellucid.reporting._axis import Axis, Tick, axis_over
from pellucid.reporting._curve_plane import chosen
from pellucid.reporting._figure_svg import Figure
from pellucid.reporting._figures import shorten
from pellucid.reporting._wording import figure, measure_words
from pellucid.schema import Comparison, Conclusion, Difference

_ROW = 58.0
_HEAD = 22.0
_REACH = 10.0
"""Margins to either side of zero that the axis reaches at most: one far off does not flatten all others."""

_LOWER_IS_BETTER = frozenset({"brier", "log_loss", "ece", "ici", "rmse", "mae"})
_HIGHER_IS_BETTER = frozenset(
    {"auroc", "average_precision", "accuracy", "sensitivity", "specificity", "ppv", "npv", "net_benefit", "r2"}
)


@dataclass(frozen=True)
class ForestRow:
    """One contender's difference; places across are percent of the width.

    Attributes
    ----------
    name, whole, text, said : str
        Its name (cut and uncut), the difference as figures, and the conclusion in words.
    y : float
        Base line of the words, in pixels.
    at, low, high : float or None
        None where undefined; at the edge where beyond it.
    beyond : str
        ``"left"`` or ``"right"`` where the difference itself lies off the axis, else empty.
    strong : bool
        Whether it is a glass box.
    kind : str
        ``"better"``, ``"as good"``, ``"worse"`` or ``"open"``: which mark stands at `at`.
    """

    name: str
    whole: str
    text: str
    said: str
    y: float
    at: float | None
    low: float | None
    high: float | None
    strong: bool
    kind: str
    beyond: str = ""


@dataclass(frozen=True)
class ForestFigure(Figure):
    """Differences on one axis, with the zone of the margin.

    Attributes
    ----------
    title, description : str
    rows : tuple of ForestRow
        Empty where the comparison holds no such difference.
    zero : float
        Percent of the width.
    zone : tuple of (float, float) or None
        Where a difference lies within the margin; None where none was stated.
    ticks : tuple of Tick
    left, right : str
        What lies on either side of zero; empty for a measure that has no better side.
    margin : str
        The margin in words; empty where none was stated.
    height : float
        In pixels, without the axis.
    """

    title: str
    description: str
    rows: tuple[ForestRow, ...]
    zero: float
    zone: tuple[float, float] | None
    ticks: tuple[Tick, ...]
    left: str
    right: str
    margin: str
    height: float

    template: ClassVar[str] = "forest.svg.j2"

    @property
    def filled(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.rows)


def forest_figure(comparison: Comparison, names: Sequence[str] | None = None, measure: str = "auroc") -> ForestFigure:
    """Lay out every contender's paired difference from the reference.

    Parameters
    ----------
    comparison : Comparison
    names : sequence of str or None, default=None
        Contenders; None takes all that were compared on this measure.
    measure : str, default="auroc"

    Returns
    -------
    ForestFigure
        Without rows where the comparison holds no difference of this measure. The zone
        is drawn where a margin was stated for it beforehand; then the axis ends at ten
        margins, and a difference beyond it becomes an arrow at the edge.

    Examples
    --------
    >>> from pellucid.schema import ContenderResult, Design
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> both = [ContenderResult(name=name, measures={}) for name in "ab"]
    >>> less = Difference(contender="b", reference="a", measure="auroc", value=-0.01, low=-0.015, high=0.0,
    ...                   margin=0.02, conclusion="not worse by more than the margin")
    >>> made = forest_figure(Comparison(
    ...     subject="", design=design, contenders=both, reference="a", verdict="", rules=[], differences=[less]))
    >>> made.rows[0].said, made.rows[0].kind, made.margin
    ('not worse by more than the margin', 'as good', '±0.02')
    """
    words = measure_words(measure)
    wanted = None if names is None else set(chosen(comparison, names))
    held = [
        one
        for one in comparison.differences
        if one.measure == measure
        and one.reference == comparison.reference != one.contender
        and (wanted is None or one.contender in wanted)
    ]
    stated = comparison.margin if measure == "auroc" else None
    margin = next((one.margin for one in held if one.margin is not None), stated)
    parts = [part for one in held for part in (one.value, one.low, one.high) if part is not None]
    reach = _REACH * margin if margin else max(map(abs, parts), default=1.0)
    near = [min(max(part, -reach), reach) for part in parts]
    axis = axis_over([0.0, *near, *((-margin, margin) if margin else ())])
    rows = tuple(_row(comparison, one, place, axis, words.digits) for place, one in enumerate(held))
    left, right = _sides(measure)
    return ForestFigure(
        title=f"{words.label}: difference from “{comparison.reference}”, with paired 95% interval",
        description=" ".join(f"{row.whole}: {row.text}{', ' if row.said else ''}{row.said}." for row in rows),
        rows=rows,
        zero=axis.place(0.0),
        zone=(axis.place(-margin), axis.place(margin)) if margin else None,
        ticks=axis.ticks(),
        left=left,
        right=right,
        margin=f"±{margin:g}" if margin else "",
        height=_HEAD + _ROW * len(rows),
    )


def conclusion_kind(conclusion: Conclusion | None) -> str:
    """Say which mark stands for a conclusion: ``"better"``, ``"as good"``, ``"worse"`` or ``"open"``."""
    if conclusion in (Conclusion.EQUIVALENT, Conclusion.NON_INFERIOR):
        return "as good"
    if conclusion in (Conclusion.BETTER, Conclusion.WORSE):
        return conclusion.value
    return "open"


def _row(comparison: Comparison, one: Difference, place: int, axis: Axis, digits: int) -> ForestRow:
    at, low, high = (None if part is None else axis.place(part) for part in (one.value, one.low, one.high))
    return ForestRow(
        name=shorten(one.contender),
        whole=one.contender,
        text=figure(one, digits, sign=True),
        said="" if one.conclusion is None else one.conclusion.value,
        y=_HEAD + _ROW * place + 13,
        at=at,
        low=low,
        high=high,
        strong=comparison[one.contender].glass_box,
        kind=conclusion_kind(one.conclusion),
        beyond="" if one.value is None or axis.holds(one.value) else "left" if one.value < 0 else "right",
    )


def _sides(measure: str) -> tuple[str, str]:
    """Say what lies left and right of zero."""
    if measure in _HIGHER_IS_BETTER:
        return "reference better", "contender better"
    if measure in _LOWER_IS_BETTER:
        return "contender better", "reference better"
    return "", ""
