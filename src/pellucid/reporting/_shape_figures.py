"""Drawings of a model's terms as records of coordinates: steps of a number, bars of a choice."""

import math
from dataclasses import dataclass
from typing import ClassVar

from pellucid.reporting._axis import Axis, Tick, axis_over
from pellucid.reporting._figure_svg import Figure
from pellucid.reporting._figures import shorten
from pellucid.reporting._wording import direction, points_text, question_label, whole_points
from pellucid.schema import ModelView, Shape, Status, Step

WIDTH, HEIGHT = 340.0, 216.0
LEFT, RIGHT, TOP, BOTTOM = 42.0, 332.0, 18.0, 150.0
APART = 52.0
"""Width kept at the right for "not stated"."""

COUNTS_TOP, COUNTS_BOTTOM = 160.0, 188.0
BAR_ROW = 34.0
MOST_BARS, MOST_PAIRS = 12, 8
FEW_CUTS = 4
"""Intervals of a number that still read better as bars with their names than as a line."""


@dataclass(frozen=True)
class Box:
    """A rectangle.

    Attributes
    ----------
    x, y, width, height : float
    text : str
        What it says when pointed at.
    """

    x: float
    y: float
    width: float
    height: float
    text: str = ""


@dataclass(frozen=True)
class StepFigure(Figure):
    """A term of a number as a step line, in a drawing of 340 by 216 units.

    Attributes
    ----------
    title, description : str
    line : tuple of (float, float)
        Corners of the step line, left to right.
    band : tuple of Box
        One standard deviation over the bags to either side; empty without bags.
    counts : tuple of Box
        Training documents per step, at the foot.
    silent : Box or None
        The points of "not stated", as a bar of its own at the right.
    silent_count : Box or None
    zero : float
        Height at which points are 0.
    across, upright : tuple of Tick
        Marks of the question's value and of the points.
    right : float
        Where the line ends.
    unit : str
        What points are counted in.
    """

    title: str
    description: str
    line: tuple[tuple[float, float], ...]
    band: tuple[Box, ...]
    counts: tuple[Box, ...]
    silent: Box | None
    silent_count: Box | None
    zero: float
    across: tuple[Tick, ...]
    upright: tuple[Tick, ...]
    right: float
    unit: str

    template: ClassVar[str] = "steps.svg.j2"

    @property
    def filled(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.line)

    @property
    def pixels(self) -> int:
        """How wide it is where it stands alone."""
        return 480


@dataclass(frozen=True)
class BarRow:
    """One option, or one pair of options; places across are percent of the width.

    Attributes
    ----------
    name, text, documents, count : str
    y : float
        Base line of the words, in pixels.
    x, width : float
    low, high : float or None
        One standard deviation over the bags to either side.
    kind : str
        ``"raises"``, ``"lowers"`` or ``"no effect"``.
    silent : bool
        Whether it is "not stated".
    """

    name: str
    text: str
    documents: str
    count: str
    y: float
    x: float
    width: float
    low: float | None
    high: float | None
    kind: str
    silent: bool


@dataclass(frozen=True)
class BarFigure(Figure):
    """A term of a choice, or of a pair, as bars to both sides of zero.

    Attributes
    ----------
    title, description : str
    rows : tuple of BarRow
    zero : float
        Percent of the width.
    ticks : tuple of Tick
    left_out : int
        Pieces too small to draw; all are in the table.
    height : float
        In pixels, without the axis.
    """

    title: str
    description: str
    rows: tuple[BarRow, ...]
    zero: float
    ticks: tuple[Tick, ...]
    left_out: int
    height: float

    template: ClassVar[str] = "bars.svg.j2"

    @property
    def filled(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.rows)

    @property
    def pixels(self) -> int:
        """How wide it is where it stands alone."""
        return 480


def shape_figure(shape: Shape, view: ModelView) -> StepFigure | BarFigure:
    """Lay out one term of a model; all terms of a model share the scale of points.

    Parameters
    ----------
    shape : Shape
        One of ``view.shapes``.
    view : ModelView

    Returns
    -------
    StepFigure or BarFigure
        Steps for a number cut into many intervals; bars for few, for options, pairs and straight lines.

    Examples
    --------
    >>> from pellucid.schema import Step
    >>> shape = Shape(questions=["size"], numeric=True, importance=0.5, steps=[
    ...     Step(said="< 5", high=5, points=-0.5, documents=4),
    ...     Step(said="≥ 5", low=5, points=0.5, documents=4)])
    >>> view = ModelView(model="EBM", outcome="yes", unit="log-odds", intercept=0, shapes=[shape])
    >>> [row.name for row in shape_figure(shape, view).rows]
    ['< 5', '≥ 5']
    """
    cuts = [step for step in shape.steps if step.low is not None or step.high is not None]
    if shape.numeric and shape.slope is None and len(cuts) > FEW_CUTS:
        return _steps(shape, points_axis(view, BOTTOM, TOP), view.unit)
    return _bars(shape, view)


def points_axis(view: ModelView, start: float, end: float) -> Axis:
    """Make the scale of points that all drawings of a model share; zero is on it."""
    values = [0.0]
    for step in (step for shape in view.shapes for step in shape.steps):
        values += [step.points - (step.spread or 0.0), step.points + (step.spread or 0.0)]
    return axis_over(values, start=start, end=end)


def is_silent(step: Step) -> bool:
    """Whether a piece stands for documents that do not say."""
    return step.said == Status.NOT_STATED.value and step.low is None and step.high is None


def _steps(shape: Shape, upright: Axis, unit: str) -> StepFigure:
    """Lay out intervals of a number, low to high, and "not stated" apart from them."""
    silent = next((step for step in shape.steps if is_silent(step)), None)
    pieces = [step for step in shape.steps if step is not silent]
    right = RIGHT - APART if silent else RIGHT
    across = _across(pieces, right)
    edges = [(across.place(_or(s.low, across.low)), across.place(_or(s.high, across.high))) for s in pieces]
    most = max([step.documents for step in shape.steps] + [1])
    line: list[tuple[float, float]] = []
    for step, (left, end) in zip(pieces, edges, strict=True):
        line += [(left, upright.place(step.points)), (end, upright.place(step.points))]
    spans = list(zip(pieces, edges, strict=True))
    return StepFigure(
        title=question_label(shape.questions),
        description=_step_words(shape, pieces, silent),
        line=tuple(line),
        band=tuple(_band(step, a, b - a, upright) for step, (a, b) in spans if step.spread is not None),
        counts=tuple(_count(step, a, b - a, most) for step, (a, b) in spans),
        silent=_silent_bar(silent, upright) if silent else None,
        silent_count=_count(silent, right + 16, APART - 22, most) if silent else None,
        zero=upright.place(0.0),
        across=across.ticks(4),
        upright=upright.ticks(4),
        right=right,
        unit=unit,
    )


def _across(pieces: list[Step], right: float) -> Axis:
    """Make the scale of a number's value; open ends get some room."""
    bounds = [bound for step in pieces for bound in (step.low, step.high) if bound is not None]
    return axis_over(bounds, margin=0.08, start=LEFT, end=right)


def _or(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None else bound


def _band(step: Step, x: float, width: float, upright: Axis) -> Box:
    """Lay out one standard deviation to either side of a step."""
    spread = step.spread or 0.0
    top, foot = upright.place(step.points + spread), upright.place(step.points - spread)
    return Box(x, top, width, foot - top)


def _count(step: Step, x: float, width: float, most: int) -> Box:
    """Lay out a bar as high as the share of documents; any document at all can be seen."""
    height = (COUNTS_BOTTOM - COUNTS_TOP) * step.documents / most
    height = max(height, 1.0) if step.documents else 0.0
    said = f"{step.said}: {points_text(step.points)}, {step.documents:,} documents"
    return Box(x, COUNTS_BOTTOM - height, width, height, said)


def _silent_bar(step: Step, upright: Axis) -> Box:
    """Lay out the points of "not stated" as a bar from zero."""
    top, foot = sorted((upright.place(step.points), upright.place(0.0)))
    words = f"not stated: {points_text(step.points)}, {step.documents:,} documents"
    return Box(RIGHT - APART + 16, top, APART - 22, max(foot - top, 1.5), words)


def _step_words(shape: Shape, pieces: list[Step], silent: Step | None) -> str:
    """Tell a step line to someone who does not see it."""
    least, most = min(pieces, key=lambda s: s.points), max(pieces, key=lambda s: s.points)
    told = (
        f"{question_label(shape.questions)}, {len(pieces)} steps. "
        f"Lowest: {least.said}, {points_text(least.points)}. "
        f"Highest: {most.said}, {points_text(most.points)}."
    )
    return f"{told} Not stated: {points_text(silent.points)}." if silent else told


def _bars(shape: Shape, view: ModelView) -> BarFigure:
    """Lay out options in their order; of a pair with many pieces, the largest."""
    steps = list(shape.steps)
    most = MOST_BARS if len(shape.questions) == 1 else MOST_PAIRS
    if len(steps) > most:
        kept = {id(step) for step in sorted(steps, key=lambda step: -abs(step.points))[:most]}
        steps = [step for step in steps if id(step) in kept]
    axis = points_axis(view, 0.0, 100.0)
    rows = tuple(_bar(step, position, axis, view.unit) for position, step in enumerate(steps))
    told = "; ".join(f"{row.name}: {row.text}, {row.documents}" for row in rows)
    return BarFigure(
        title=question_label(shape.questions),
        description=f"{question_label(shape.questions)}. {told}.",
        rows=rows,
        zero=axis.place(0.0),
        ticks=axis.ticks(4),
        left_out=len(shape.steps) - len(steps),
        height=BAR_ROW * len(steps),
    )


def _bar(step: Step, position: int, axis: Axis, unit: str) -> BarRow:
    """Lay out one bar from zero."""
    left, right = sorted((axis.place(0.0), axis.place(step.points)))
    spread = step.spread if step.spread is not None and math.isfinite(step.spread) else None
    return BarRow(
        name=shorten(step.said, 30),
        text=whole_points(step.points) if unit == "points" else points_text(step.points),
        documents=f"{step.documents:,} documents",
        count=f"{step.documents:,}",
        y=BAR_ROW * position + 13,
        x=left,
        width=right - left,
        low=None if spread is None else axis.place(step.points - spread),
        high=None if spread is None else axis.place(step.points + spread),
        kind=direction(step.points),
        silent=is_silent(step),
    )
