"""What contenders cost against how well they rank, with those marked that another beats on both."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from pellucid.reporting._axis import Axis, Tick, axis_over
from pellucid.reporting._cost_view import Standing, cost_kind, cost_label, dominated, standings
from pellucid.reporting._curve_plane import KEY_ROW, LEFT, RIGHT, TOP, KeyRow, Plane, Point, chosen, key_rows
from pellucid.reporting._figure_svg import Figure
from pellucid.reporting._wording import number, short_number
from pellucid.schema import Comparison

_BOTTOM = TOP + 200.0
_NOTHING = 22.0
"""Width kept at the left for what costs nothing, where the scale is logarithmic."""

_WIDE = 20.0  # largest by smallest cost, from which the scale is logarithmic
_APART = 16.0  # a disc with its number, and a little room
_SAME = 7.0  # costs drawn nearer than this count as the same
_EDGE = 10.0
_MANY_POWERS = 3.0  # from so many powers of ten on, only they are marked
_NOTHING_RECORDED = "No cost was recorded for this comparison."


@dataclass(frozen=True)
class CostPoint:
    """One contender.

    Attributes
    ----------
    style : int
        Its number, 1 to 8.
    x, y : float
    low, high : float or None
        Ends of the interval of its AUROC.
    dominated : bool
        Whether another costs no more and ranks no worse, and is better in one of both.
    strong : bool
        Whether it is a glass box.
    text : str
    """

    style: int
    x: float
    y: float
    low: float | None
    high: float | None
    dominated: bool
    strong: bool
    text: str


@dataclass(frozen=True)
class CostFigure(Figure):
    """Cost against AUROC, in a drawing 360 units wide.

    Attributes
    ----------
    title, description : str
    plane : Plane
    points : tuple of CostPoint
        Empty where no cost was recorded.
    frontier : tuple of (float, float)
        Through the points that are not dominated, in steps.
    key : tuple of KeyRow
    dominated : tuple of int
        Numbers of the points that are dominated.
    about : str
        How to read it, and who is not in it.
    height : float
    """

    title: str
    description: str
    plane: Plane
    points: tuple[CostPoint, ...]
    frontier: tuple[Point, ...]
    key: tuple[KeyRow, ...]
    dominated: tuple[int, ...]
    about: str
    height: float

    template: ClassVar[str] = "cost.svg.j2"

    @property
    def filled(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.points)

    @property
    def pixels(self) -> int:
        """How wide it is where it stands alone."""
        return 480


def cost_figure(comparison: Comparison, names: Sequence[str] | None = None, by: str | None = None) -> CostFigure:
    """Lay out cost against AUROC.

    Parameters
    ----------
    comparison : Comparison
    names : sequence of str or None, default=None
        At most eight contenders; None takes all, or the reference and those with the
        highest AUROC.
    by : {"price", "tokens", "seconds", "requests"} or None, default=None
        None takes the first of these that was recorded for two contenders or more.

    Returns
    -------
    CostFigure
        Without points where no such cost was recorded. Contenders at the same cost are
        drawn side by side.

    Raises
    ------
    InvalidInputError
        If `by` or a name is unknown.

    Notes
    -----
    Dominated is said by the figures themselves, not by their intervals; whether a
    difference is more than chance stands in the paired differences.

    Examples
    --------
    >>> from pellucid.schema import ContenderResult, Cost, Design, Measure
    >>> design = Design(documents=10, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> both = [ContenderResult(name=name, measures={"auroc": Measure(value=auroc)}, cost=Cost(requests=requests))
    ...         for name, auroc, requests in (("a", 0.8, 10), ("b", 0.7, 50))]
    >>> made = cost_figure(Comparison(
    ...     subject="", design=design, contenders=both, reference="a", verdict="", rules=[]))
    >>> made.plane.across_title, [point.dominated for point in made.points]
    ('requests per document', [False, True])
    """
    kind = cost_kind(comparison, by)
    label = cost_label(comparison, kind)
    order = chosen(comparison, names)
    known = standings(comparison, kind)
    held = {name: known[name] for name in order if name in known}
    beaten = dominated(held)
    scale = _scale([one.cost for one in held.values()])
    places = _side_by_side({name: scale.place(one.cost) for name, one in held.items()})
    upright = axis_over([part for name in held for part in _parts(comparison, name)], start=_BOTTOM, end=TOP)
    style = {name: number_of for number_of, name in enumerate(order, start=1)}
    words = {name: _words(name, one, beaten[name], label) for name, one in held.items()}
    points = tuple(
        _point(comparison, name, (style[name], places[name], bool(beaten[name]), words[name]), upright) for name in held
    )
    texts = {name: f"{short_number(_short(one.cost))}, {number(one.auroc, 3)}" for name, one in held.items()}
    rows = key_rows(comparison, order, texts, _BOTTOM + 56)
    return CostFigure(
        title=f"AUROC against {label}",
        description=" ".join(f"{point.style}, {point.text}." for point in points) or _NOTHING_RECORDED,
        plane=Plane(LEFT, RIGHT, TOP, _BOTTOM, scale.ticks, upright.ticks(5), label, "AUROC"),
        points=points,
        frontier=_frontier([point for point in points if not point.dominated]),
        key=rows,
        dominated=tuple(point.style for point in points if point.dominated),
        about=_about(comparison, held),
        height=_BOTTOM + 44 + KEY_ROW * len(rows),
    )


class _Scale(NamedTuple):
    """From costs to places: straight, or by powers of ten with a place of its own for nothing."""

    axis: Axis
    powers: bool
    zero: float
    ticks: tuple[Tick, ...]

    def place(self, cost: float) -> float:
        if not self.powers:
            return self.axis.place(cost)
        return self.axis.place(math.log10(cost)) if cost > 0 else self.zero


def _scale(costs: Sequence[float]) -> _Scale:
    """Choose the scale: by powers of ten where the largest cost is many times the smallest."""
    paid = [cost for cost in costs if cost > 0]
    start, end = LEFT + _EDGE, RIGHT - _EDGE
    if not paid or max(paid) < _WIDE * min(paid):
        axis = Axis(0.0, max([*paid, 0.0]) or 1.0, start, end)
        return _Scale(axis, False, start, axis.ticks(4))
    free = len(paid) < len(costs)
    low, high = math.log10(min(paid)), math.log10(max(paid))
    axis = Axis(low, high, start + (_NOTHING if free else 0.0), end)
    powers = range(math.floor(low), math.ceil(high) + 1)
    steps = (1,) if high - low >= _MANY_POWERS else (1, 2, 5)
    marks = [math.log10(step) + power for power in powers for step in steps]
    held = [mark for mark in marks if low - 1e-9 <= mark <= high + 1e-9]
    ticks = tuple(Tick(axis.place(mark), short_number(_short(10.0**mark))) for mark in held)
    return _Scale(axis, True, start, (Tick(start, "0"), *ticks) if free else ticks)


def _side_by_side(places: Mapping[str, float]) -> dict[str, float]:
    """Move contenders of about the same cost apart, so that every number can be read."""
    ranked = sorted(places, key=lambda name: places[name])
    clusters: list[list[str]] = []
    for name in ranked:
        if clusters and places[name] - places[clusters[-1][-1]] < _SAME:
            clusters[-1].append(name)
        else:
            clusters.append([name])
    made = {}
    for cluster in clusters:
        middle = sum(places[name] for name in cluster) / len(cluster)
        reach = _APART * (len(cluster) - 1) / 2
        middle = min(max(middle, LEFT + _APART / 2 + reach), RIGHT - _APART / 2 - reach)
        made.update({name: middle - reach + _APART * place for place, name in enumerate(cluster)})
    return made


def _parts(comparison: Comparison, name: str) -> list[float]:
    found = comparison[name].measures["auroc"]
    return [part for part in (found.value, found.low, found.high) if part is not None]


def _point(comparison: Comparison, name: str, known: tuple[int, float, bool, str], upright: Axis) -> CostPoint:
    found = comparison[name].measures["auroc"]
    at, low, high = (None if part is None else upright.place(part) for part in (found.value, found.low, found.high))
    style, x, beaten, text = known
    return CostPoint(style, x, at or 0.0, low, high, beaten, comparison[name].glass_box, text)


def _words(name: str, one: Standing, by: str, label: str) -> str:
    told = f"{name}: {short_number(_short(one.cost))} {label}, AUROC {number(one.auroc, 3)}"
    return f"{told}, dominated by {by}" if by else told


def _short(cost: float) -> float:
    """Keep three digits of a cost."""
    return float(f"{cost:.3g}") if cost < 1000 else float(round(cost))


def _frontier(points: Sequence[CostPoint]) -> tuple[Point, ...]:
    """Join the points that are not dominated, in steps: what a given cost can buy."""
    made: list[Point] = []
    for point in sorted(points, key=lambda point: point.x):
        made += [(point.x, made[-1][1])] if made else []
        made.append((point.x, point.y))
    return tuple(made)


def _about(comparison: Comparison, held: Mapping[str, Standing]) -> str:
    if not held:
        return _NOTHING_RECORDED
    said = (
        "Filled: not dominated. Hollow: dominated, another costs no more, ranks no worse and is better in one of the "
        "two, by the figures themselves; the paired differences say what is more than chance. At the same cost: side "
        "by side."
    )
    out = [one.name for one in comparison.contenders if one.name not in held]
    return f"{said} Not drawn: {', '.join(out)}." if out else said
