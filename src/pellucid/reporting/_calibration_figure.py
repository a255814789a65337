"""Calibration of every contender in a small plane of its own: groups, smooth line with band, counts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pellucid.reporting._axis import Axis
from pellucid.reporting._curve_figure import NONE
from pellucid.reporting._curve_plane import Band, Line, Plane, Point, chosen, outline
from pellucid.reporting._figure_svg import Figure
from pellucid.reporting._figures import shorten
from pellucid.reporting._shape_figures import Box
from pellucid.reporting._wording import figure, number
from pellucid.schema import Comparison, Curve, CurveKind, Measure

_LEFT, _RIGHT, _TOP, _BOTTOM = 36.0, 232.0, 38.0, 234.0
_COUNTS_TOP, _COUNTS_BOTTOM = 240.0, 264.0
_BAR = 5.0
_LONGEST = 26
_ACROSS = 3
_CELL = 256


@dataclass(frozen=True)
class Group:
    """One group of documents with about the same stated probability.

    Attributes
    ----------
    x, y, low, high : float
        Its point, and the ends of its interval.
    text : str
        What it says when pointed at.
    """

    x: float
    y: float
    low: float
    high: float
    text: str


@dataclass(frozen=True)
class CalibrationPanel:
    """One contender, in a drawing of 240 by 300 units.

    Attributes
    ----------
    style : int
        Its number, 1 to 8.
    name, whole, text, description : str
        Its name (cut and uncut), its calibration slope, and all of it in words.
    strong : bool
        Whether it is a glass box.
    groups : tuple of Group
    counts : tuple of Box
        Documents per group, under their points.
    most : int
        Documents of the tallest bar.
    line : Line or None
        None where there is nothing to fit a line to.
    band : Band or None
    """

    style: int
    name: str
    whole: str
    text: str
    description: str
    strong: bool
    groups: tuple[Group, ...]
    counts: tuple[Box, ...]
    most: int
    line: Line | None
    band: Band | None


@dataclass(frozen=True)
class CalibrationFigure(Figure):
    """Calibration of several contenders, panel beside panel, all on the same scales.

    Attributes
    ----------
    title, description : str
    plane : Plane
        The same for every panel.
    ideal : tuple of (float, float)
        Ends of the line on which stated and observed agree.
    panels : tuple of CalibrationPanel
        Empty where the comparison holds no calibration curves.
    about : str
        How points, lines and bands were made.
    """

    title: str
    description: str
    plane: Plane
    ideal: tuple[Point, Point]
    panels: tuple[CalibrationPanel, ...]
    about: str

    template: ClassVar[str] = "calibration.svg.j2"

    @property
    def filled(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.panels)

    @property
    def pixels(self) -> int:
        """How wide it is where it stands alone."""
        return self.across * _CELL

    @property
    def across(self) -> int:
        """How many panels stand beside each other where it stands alone."""
        return min(_ACROSS, len(self.panels))

    @property
    def down(self) -> int:
        """How many rows of panels there are where it stands alone."""
        return math.ceil(len(self.panels) / self.across) if self.panels else 0


def calibration_figure(comparison: Comparison, names: Sequence[str] | None = None) -> CalibrationFigure:
    """Lay out stated probabilities against observed shares, one panel per contender.

    Parameters
    ----------
    comparison : Comparison
        With curves of kind CALIBRATION: groups with counts, and smooth lines without.
    names : sequence of str or None, default=None
        At most eight contenders; None takes all, or the reference and those with the
        highest AUROC.

    Returns
    -------
    CalibrationFigure
        Without panels where the comparison holds no calibration curves.

    Examples
    --------
    >>> from pellucid.schema import ContenderResult, Design
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> one = ContenderResult(name="a", measures={})
    >>> curve = Curve(kind=CurveKind.CALIBRATION, contender="a", x=(0.2, 0.8), y=(0.2, 0.8), counts=(5, 4))
    >>> made = calibration_figure(Comparison(
    ...     subject="", design=design, contenders=[one], reference="a", verdict="", rules=[], curves=[curve]))
    >>> len(made.panels[0].groups), made.panels[0].most
    (2, 5)
    """
    across, upright = Axis(0.0, 1.0, _LEFT, _RIGHT), Axis(0.0, 1.0, _BOTTOM, _TOP)
    found = [curve for curve in comparison.curves if curve.kind is CurveKind.CALIBRATION]
    groups = {curve.contender: curve for curve in found if curve.counts}
    lines = {curve.contender: curve for curve in found if not curve.counts}
    drawn = [(style, name) for style, name in enumerate(chosen(comparison, names), start=1) if name in groups]
    panels = tuple(_panel(comparison, style, groups[name], lines.get(name), (across, upright)) for style, name in drawn)
    used = [curve for _, name in drawn for curve in (groups[name], lines.get(name)) if curve is not None]
    methods = dict.fromkeys(curve.method for curve in used if curve.method)
    return CalibrationFigure(
        title="Calibration: stated probability and observed share",
        description=" ".join(panel.description for panel in panels) or NONE,
        plane=Plane(
            _LEFT,
            _RIGHT,
            _TOP,
            _BOTTOM,
            across.ticks(5),
            upright.ticks(5),
            "stated probability",
            "observed share",
        ),
        ideal=((_LEFT, _BOTTOM), (_RIGHT, _TOP)),
        panels=panels,
        about=" ".join(f"{method[:1].upper()}{method[1:]}." for method in methods) or NONE,
    )


def _panel(
    comparison: Comparison, style: int, groups: Curve, line: Curve | None, axes: tuple[Axis, Axis]
) -> CalibrationPanel:
    name = groups.contender
    contender = comparison[name]
    slope = contender.measures.get("calibration_slope")
    text = "" if slope is None else f"slope {figure(slope, 2)}"
    told = [_group_words(groups, place) for place in range(len(groups.x))]
    points = tuple(_group(groups, place, axes, told[place]) for place in range(len(groups.x)))
    most = max(groups.counts)
    tall = _COUNTS_BOTTOM - _COUNTS_TOP
    counts = tuple(
        Box(point.x - _BAR / 2, _COUNTS_BOTTOM - tall * count / most, _BAR, tall * count / most, words)
        for point, count, words in zip(points, groups.counts, told, strict=True)
    )
    path = () if line is None else tuple(zip(map(axes[0].place, line.x), map(axes[1].place, line.y), strict=True))
    return CalibrationPanel(
        style=style,
        name=shorten(name, _LONGEST),
        whole=name,
        text=text,
        description=f"{style}, {name}: {'; '.join(told)}.",
        strong=contender.glass_box,
        groups=points,
        counts=counts,
        most=most,
        line=Line(style, path, None, contender.glass_box, name) if line is not None else None,
        band=Band(style, outline(line, *axes)) if line is not None and line.low else None,
    )


def _group(groups: Curve, place: int, axes: tuple[Axis, Axis], words: str) -> Group:
    across, upright = axes
    low, high = (groups.low[place], groups.high[place]) if groups.low else (groups.y[place], groups.y[place])
    return Group(
        across.place(groups.x[place]), upright.place(groups.y[place]), upright.place(low), upright.place(high), words
    )


def _group_words(groups: Curve, place: int) -> str:
    """Write a group: what was stated, what was observed, of how many."""
    limits = {"low": groups.low[place], "high": groups.high[place]} if groups.low else {}
    observed = figure(Measure(value=groups.y[place], **limits), 2)
    return f"stated {number(groups.x[place])}, observed {observed}, {groups.counts[place]:,} documents"
