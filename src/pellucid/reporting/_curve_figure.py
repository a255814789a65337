"""ROC, decision and learning curves of a comparison as records of coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from pellucid.reporting._axis import Axis, axis_over
from pellucid.reporting._curve_plane import (
    KEY_ROW,
    LEFT,
    RIGHT,
    TOP,
    Band,
    CurveFigure,
    Line,
    Note,
    Plane,
    banded,
    chosen,
    curves_of,
    cut,
    key_rows,
    outline,
    spot,
    with_marks,
)
from pellucid.reporting._wording import figure, number, percent, short_number
from pellucid.schema import Comparison, Curve, CurveKind, Measure

_SQUARE = TOP + (RIGHT - LEFT)
_LOW = TOP + 200.0
_BELOW = 0.25
"""How far below zero a decision curve is drawn, as a share of its height above."""

NONE = "No such curves were computed for this comparison."


class _Held(NamedTuple):
    """The curves of one kind, and which of them are drawn."""

    comparison: Comparison
    order: tuple[str, ...]  # all that are drawn in any figure; the place gives number and style
    found: Mapping[str, Curve]
    drawn: Mapping[str, Curve]
    shown: tuple[str, ...]  # those with their band


def roc_figure(comparison: Comparison, names: Sequence[str] | None = None) -> CurveFigure:
    """Lay out ROC curves with their bands.

    Parameters
    ----------
    comparison : Comparison
        With curves of kind ROC.
    names : sequence of str or None, default=None
        At most eight contenders; None takes all, or the reference and those with the
        highest AUROC.

    Returns
    -------
    CurveFigure
        Without lines where the comparison holds no ROC curves.

    Examples
    --------
    >>> from pellucid.schema import ContenderResult, Design, Measure
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> one = ContenderResult(name="a", measures={"auroc": Measure(value=0.75)})
    >>> curve = Curve(kind=CurveKind.ROC, contender="a", x=(0.0, 0.5, 1.0), y=(0.5, 1.0, 1.0))
    >>> made = roc_figure(Comparison(
    ...     subject="", design=design, contenders=[one], reference="a", verdict="", rules=[], curves=[curve]))
    >>> made.lines[0].points[0] == (made.plane.left, made.plane.bottom), made.key[0].text
    (True, '0.750')
    """
    held = _held(comparison, CurveKind.ROC, names)
    across, upright = Axis(0.0, 1.0, LEFT, RIGHT), Axis(0.0, 1.0, _SQUARE, TOP)
    key = {name: figure(comparison[name].measures.get("auroc")) for name in held.drawn}
    told = {
        name: f"AUROC {key[name]}; sensitivity {number(_at(curve, 0.1))} at a false positive rate of {percent(0.1)}"
        for name, curve in held.drawn.items()
    }
    plane = Plane(LEFT, RIGHT, TOP, _SQUARE, across.ticks(5), upright.ticks(5), "false positive rate", "sensitivity")
    made = _laid_out(held, plane, (across, upright), key, told)
    return replace(
        made,
        title="ROC curves",
        guides=(Line(0, ((LEFT, _SQUARE), (RIGHT, TOP)), None, False, "chance"),),
        notes=(Note(across.place(0.71), upright.place(0.655), "chance"),),
    )


def decision_curve_figure(comparison: Comparison, names: Sequence[str] | None = None) -> CurveFigure:
    """Lay out net benefit over the threshold, with the lines of treating all and none.

    Parameters
    ----------
    comparison : Comparison
        With curves of kind NET_BENEFIT.
    names : sequence of str or None, default=None
        As in `roc_figure`.

    Returns
    -------
    CurveFigure
        Without lines where the comparison holds no such curves. What lies far below zero
        is cut off: there, treating none is better.
    """
    held = _held(comparison, CurveKind.NET_BENEFIT, names)
    heights = [height for curve in held.found.values() for height in curve.y]
    top = max([*heights, *(height for name in held.shown for height in held.drawn[name].high), 0.01])
    places = [x for curve in held.found.values() for x in curve.x]
    across = axis_over(places, margin=0.0, start=LEFT, end=RIGHT)
    upright = Axis(-_BELOW * top, 1.05 * top, _LOW, TOP)
    told = {name: _benefit_words(curve, comparison.design.threshold) for name, curve in held.drawn.items()}
    key = {name: _benefit(curve, comparison.design.threshold) for name, curve in held.drawn.items()}
    plane = Plane(LEFT, RIGHT, TOP, _LOW, across.ticks(5), upright.ticks(5), "threshold probability", "net benefit")
    made = _laid_out(held, plane, (across, upright), key, told)
    guides, notes = _all_and_none(held.found, across, upright)
    return replace(made, title="Decision curves: net benefit per document", guides=guides, notes=notes)


def learning_curve_figure(comparison: Comparison, names: Sequence[str] | None = None) -> CurveFigure:
    """Lay out AUROC over the number of documents learnt from.

    Parameters
    ----------
    comparison : Comparison
        With curves of kind LEARNING.
    names : sequence of str or None, default=None
        As in `roc_figure`.

    Returns
    -------
    CurveFigure
        Without lines where the comparison holds no such curves.
    """
    held = _held(comparison, CurveKind.LEARNING, names)
    heights = [height for curve in held.drawn.values() for height in curve.y]
    heights += [height for name in held.shown for height in (*held.drawn[name].low, *held.drawn[name].high)]
    most = max([x for curve in held.drawn.values() for x in curve.x] + [1.0])
    across, upright = Axis(0.0, 1.03 * most, LEFT, RIGHT), axis_over(heights, start=_LOW, end=TOP)
    told = {
        name: f"AUROC {number(curve.y[0], 3)} from {short_number(curve.x[0])} documents, "
        f"{number(curve.y[-1], 3)} from {short_number(curve.x[-1])}"
        for name, curve in held.drawn.items()
    }
    key = {name: f"{number(one.y[0], 3)} → {number(one.y[-1], 3)}" for name, one in held.drawn.items()}
    plane = Plane(LEFT, RIGHT, TOP, _LOW, across.ticks(5), upright.ticks(5), "documents learnt from", "AUROC")
    made = _laid_out(held, plane, (across, upright), key, told)
    return replace(made, title="Learning curves: AUROC over the documents learnt from")


def _held(comparison: Comparison, kind: CurveKind, names: Sequence[str] | None) -> _Held:
    order = chosen(comparison, names)
    found = curves_of(comparison, kind)
    drawn = {name: found[name] for name in order if name in found}
    shown = tuple(name for name in banded(comparison, tuple(drawn)) if drawn[name].low) if drawn else ()
    return _Held(comparison, order, found, drawn, shown)


def _laid_out(
    held: _Held, plane: Plane, axes: tuple[Axis, Axis], key: Mapping[str, str], told: Mapping[str, str]
) -> CurveFigure:
    """Lay out the contenders' lines, bands and key; the same for every kind of curve."""
    style = {name: place for place, name in enumerate(held.order, start=1)}
    lines = [
        Line(style[name], _path(curve, axes), None, held.comparison[name].glass_box, f"{name}: {told[name]}")
        for name, curve in held.drawn.items()
    ]
    rows = key_rows(held.comparison, held.order, key, plane.bottom + 56)
    return CurveFigure(
        title="",
        description=" ".join(f"{style[name]}, {name}: {told[name]}." for name in held.drawn) or NONE,
        plane=plane,
        bands=tuple(
            Band(style[name], cut(outline(held.drawn[name], *axes), plane.bottom, closed=True)) for name in held.shown
        ),
        guides=(),
        lines=with_marks([line for line in lines if line.points]),
        notes=(),
        key=rows,
        about=_about(held),
        height=plane.bottom + 44 + KEY_ROW * len(rows),
    )


def _path(curve: Curve, axes: tuple[Axis, Axis]) -> tuple[tuple[float, float], ...]:
    """Return a curve's line; a ROC curve begins at the origin."""
    start = [(0.0, 0.0)] if curve.kind is CurveKind.ROC else []
    points = [(spot(axes[0], x), spot(axes[1], y)) for x, y in [*start, *zip(curve.x, curve.y, strict=True)]]
    return cut(points, axes[1].start)


def _all_and_none(found: Mapping[str, Curve], across: Axis, upright: Axis) -> tuple[tuple[Line, ...], tuple[Note, ...]]:
    """Lay out treating all and treating none, with their names at a free end."""
    lines, notes = [], []
    for name in ("treat all", "treat none"):
        if name not in found:
            continue
        points = _path(found[name], (across, upright))
        lines.append(Line(0, points, None, False, name))
        if name == "treat none":
            notes.append(Note(points[0][0] + 4, points[0][1] + 13, name))
        else:  # beside its end, on the side where no contender can lie
            notes.append(Note(points[-1][0] - 8, min(points[-1][1] + 4, upright.start - 5), name, "end"))
    return tuple(lines), tuple(notes)


def _benefit_words(curve: Curve, threshold: float) -> str:
    """Say what a decision curve reads at its ends."""
    first, last = (f"{number(curve.y[end], 3)} at {curve.x[end]:g}" for end in (0, -1))
    return f"net benefit {_benefit(curve, threshold)}; {first}, {last}"


def _benefit(curve: Curve, threshold: float) -> str:
    """Write the net benefit at the threshold of the comparison, or at the nearest that was traced."""
    at = min(max(threshold, curve.x[0]), curve.x[-1])
    limits = {end: float(np.interp(at, curve.x, getattr(curve, end))) for end in ("low", "high") if curve.low}
    return f"{figure(Measure(value=_at(curve, at), **limits))} at {at:g}"


def _at(curve: Curve, x: float) -> float:
    return float(np.interp(x, curve.x, curve.y))


def _about(held: _Held) -> str:
    """Say how lines and bands were made, and what the drawing leaves out."""
    if not held.drawn:
        return NONE
    methods = list(dict.fromkeys(curve.method for curve in held.drawn.values() if curve.method))
    said = [f"{method[:1].upper()}{method[1:]}." for method in methods]
    if set(held.shown) < set(held.drawn):
        whose = " and ".join(f"“{name}”" for name in held.shown)
        said.append(f"Bands: {whose}; all are in the table." if whose else "There are no bands.")
    missing = [one.name for one in held.comparison.contenders if one.name in held.found and one.name not in held.drawn]
    if missing:
        said.append(f"Only in the table: {', '.join(missing)}.")
    return " ".join(said)
