"""Curves over gold labels as records of coordinates: what each contender makes of more labels."""

import math
from collections.abc import Mapping, Sequence

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._axis import Axis, Tick, axis_over
from pellucid.reporting._curve_plane import (
    KEY_LONGEST,
    KEY_ROW,
    LEFT,
    MOST_BANDS,
    MOST_LINES,
    RIGHT,
    TOP,
    Band,
    CurveFigure,
    KeyRow,
    Line,
    Plane,
    chosen,
    cut,
    outline,
    spot,
    with_marks,
)
from pellucid.reporting._figures import shorten
from pellucid.reporting._wording import measure_order, measure_words, number, short_number
from pellucid.schema import GOLD_SCALE, Comparison, Curve, CurveKind

_LOW = TOP + 200.0
_GAP = 22.0
"""Least distance of two numbers below the plane."""

NONE = "No curves over gold labels were computed for this comparison."


def gold_measures(comparison: Comparison) -> tuple[str, ...]:
    """List the measures that curves over gold labels were traced in.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    tuple of str
    """
    return tuple(measure_order([one.measure for one in comparison.curves if one.kind is CurveKind.GOLD]))


def gold_curve_figure(
    comparison: Comparison, measure: str = "auroc", names: Sequence[str] | None = None
) -> CurveFigure:
    """Lay out a measure over the number of gold labels.

    The axis of labels is drawn along log(1 + labels / 10), on which crossings are
    interpolated too, so that lines cross where the table says.

    Parameters
    ----------
    comparison : Comparison
        With curves of kind GOLD.
    measure : str, default="auroc"
    names : sequence of str or None, default=None
        At most eight contenders of those curves; None takes all, or the reference and
        the best with all labels. One with a row in the comparison keeps its style.

    Returns
    -------
    CurveFigure
        Without lines where the comparison holds no such curves.

    Raises
    ------
    InvalidInputError
        If a name has no such curve, or there are more than eight.

    Examples
    --------
    >>> from pellucid.schema import ContenderResult, Design
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> curve = Curve(kind=CurveKind.GOLD, contender="a", x=(0.0, 40.0), y=(0.7, 0.8), measure="auroc")
    >>> made = gold_curve_figure(Comparison(
    ...     subject="", design=design, contenders=[ContenderResult(name="a", measures={})], reference="a",
    ...     verdict="", rules=[], curves=[curve]))
    >>> made.key[0].text, [tick.text for tick in made.plane.across]
    ('0.700 → 0.800', ['0', '40'])
    """
    found = {one.contender: one for one in comparison.curves if one.kind is CurveKind.GOLD and one.measure == measure}
    drawn = {name: found[name] for name in _drawn(found, comparison, measure, names)}
    shown = _banded(drawn, comparison, measure)
    words = measure_words(measure)
    most = max([x for curve in drawn.values() for x in curve.x] + [1.0])
    heights = [height for curve in drawn.values() for height in curve.y]
    heights += [height for name in shown for height in (*drawn[name].low, *drawn[name].high)]
    axes = Axis(0.0, 1.03 * _along(most), LEFT, RIGHT), axis_over(heights, start=_LOW, end=TOP)
    styles = _styles(tuple(drawn), chosen(comparison))
    told = {name: _told(curve, measure) for name, curve in drawn.items()}
    lines = [
        Line(styles[name], _path(one, axes), None, one.glass_box, f"{name}: {told[name]}")
        for name, one in drawn.items()
    ]
    rows = _key(drawn, styles, words.digits)
    return CurveFigure(
        title=f"{words.label} over the gold labels learnt from",
        description=" ".join(f"{styles[name]}, {name}: {told[name]}." for name in drawn) or NONE,
        plane=Plane(LEFT, RIGHT, TOP, _LOW, _ticks(drawn, axes[0]), axes[1].ticks(5), "gold labels", words.label),
        bands=tuple(Band(styles[name], cut(outline(_moved(drawn[name]), *axes), _LOW, closed=True)) for name in shown),
        guides=(),
        lines=with_marks(lines),
        notes=(),
        key=rows,
        about=_about(drawn, shown, found),
        height=_LOW + 44 + KEY_ROW * len(rows),
    )


def _along(labels: float) -> float:
    return math.log1p(labels / GOLD_SCALE)


def _drawn(
    found: Mapping[str, Curve], comparison: Comparison, measure: str, names: Sequence[str] | None
) -> tuple[str, ...]:
    """Say whose curves are drawn."""
    if names is None:
        ranked = sorted(found, key=lambda name: (name != comparison.reference, _rank(found[name], measure)))
        return tuple(name for name in found if name in ranked[:MOST_LINES])
    wrong = [name for name in names if name not in found]
    if isinstance(names, str) or wrong or len(set(names)) < len(names) or not 1 <= len(names) <= MOST_LINES:
        raise InvalidInputError(
            f"names: got {names!r}; 1 to {MOST_LINES} different ones of {', '.join(map(repr, found))} are allowed"
        )
    return tuple(names)


def _rank(curve: Curve, measure: str) -> float:
    """Return the last height, so that the best sorts first."""
    return curve.y[-1] if "lower is better" in measure_words(measure).about else -curve.y[-1]


def _banded(drawn: Mapping[str, Curve], comparison: Comparison, measure: str) -> tuple[str, ...]:
    """Say whose band is drawn: everybody's among few, else the reference's and the best glass box's."""
    held = [name for name in drawn if drawn[name].low]
    if len(held) <= MOST_BANDS:
        return tuple(held)
    best = min(
        (name for name in held if name != comparison.reference),
        key=lambda name: (not drawn[name].glass_box, _rank(drawn[name], measure)),
    )
    return tuple(name for name in held if name in (comparison.reference, best))


def _styles(names: tuple[str, ...], order: tuple[str, ...]) -> dict[str, int]:
    """Give each line a number: its own in the other figures, else one that no contender has, as far as they go."""
    own = {name: order.index(name) + 1 for name in names if name in order}
    free = sorted(set(range(1, MOST_LINES + 1)) - set(own.values()), key=lambda style: (style <= len(order), style))
    others = [name for name in names if name not in own]
    return own | dict(zip(others, free, strict=False))


def _moved(curve: Curve) -> Curve:
    return curve.model_copy(update={"x": tuple(map(_along, curve.x))})


def _path(curve: Curve, axes: tuple[Axis, Axis]) -> tuple[tuple[float, float], ...]:
    return tuple((spot(axes[0], _along(x)), spot(axes[1], y)) for x, y in zip(curve.x, curve.y, strict=True))


def _ticks(drawn: Mapping[str, Curve], across: Axis) -> tuple[Tick, ...]:
    """Mark every size that was traced; of numbers that would touch only the first and last keep theirs."""
    sizes = sorted({x for curve in drawn.values() for x in curve.x})
    made: list[Tick] = []
    for size in [*sizes[:1], *sizes[:0:-1]]:
        at = spot(across, _along(size))
        free = all(abs(at - other.at) >= _GAP for other in made if other.text)
        made.append(Tick(at, short_number(size) if free else ""))
    return tuple(sorted(made, key=lambda tick: tick.at))


def _told(curve: Curve, measure: str) -> str:
    """Say what a curve reads at its ends."""
    words = measure_words(measure)
    ends = [f"{number(curve.y[end], words.digits)} with {short_number(curve.x[end])}" for end in (0, -1)]
    return f"{words.label} {ends[0]} gold labels, {ends[1]}"


def _key(drawn: Mapping[str, Curve], styles: Mapping[str, int], digits: int) -> tuple[KeyRow, ...]:
    """Lay out the key in the order of the numbers."""
    return tuple(
        KeyRow(
            style=styles[name],
            y=_LOW + 56 + KEY_ROW * row,
            name=shorten(name, KEY_LONGEST),
            text=f"{number(drawn[name].y[0], digits)} → {number(drawn[name].y[-1], digits)}",
            strong=drawn[name].glass_box,
            whole=name,
        )
        for row, name in enumerate(sorted(drawn, key=lambda name: styles[name]))
    )


def _about(drawn: Mapping[str, Curve], shown: Sequence[str], found: Mapping[str, Curve]) -> str:
    """Say how lines and bands were made, and what the drawing leaves out."""
    if not drawn:
        return NONE
    methods = list(dict.fromkeys(curve.method for curve in drawn.values() if curve.method))
    said = [f"{method[:1].upper()}{method[1:]}." for method in methods]
    if set(shown) < set(drawn):
        whose = " and ".join(f"“{name}”" for name in shown)
        said.append(f"Bands: {whose}; all are in the table." if whose else "There are no bands.")
    missing = [name for name in found if name not in drawn]
    if missing:
        said.append(f"Only in the table: {', '.join(missing)}.")
    return " ".join(said)
