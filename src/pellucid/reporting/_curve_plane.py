"""The plane that curves are drawn on: who is drawn and in which style, lines, bands, marks, and the key below."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._axis import Axis, Tick
from pellucid.reporting._figure_svg import Figure
from pellucid.reporting._figures import shorten
from pellucid.schema import Comparison, Curve, CurveKind

WIDTH = 360.0
LEFT, RIGHT, TOP = 44.0, 350.0, 22.0
KEY_ROW = 18.0
MOST_LINES = 8
MOST_BANDS = 3
"""With more lines than this, only two of them keep their band in the drawing; all are in the table."""

KEY_LONGEST = 24

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One curve.

    Attributes
    ----------
    style : int
        1 to 8: colour and dashes; 0 for lines that are no contender.
    points : tuple of (float, float)
    mark : (float, float) or None
        Where its number stands on it.
    strong : bool
        Whether it is a glass box.
    text : str
        What it says when pointed at.
    """

    style: int
    points: tuple[Point, ...]
    mark: Point | None
    strong: bool
    text: str


@dataclass(frozen=True)
class Band:
    """The 95% band of a line, as one closed outline.

    Attributes
    ----------
    style : int
    outline : tuple of (float, float)
    """

    style: int
    outline: tuple[Point, ...]


@dataclass(frozen=True)
class Note:
    """Words in the plane.

    Attributes
    ----------
    x, y : float
    text : str
    anchor : str
        ``"start"``, ``"middle"`` or ``"end"``.
    """

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class KeyRow:
    """One line of the key: number, piece of the line, name, figure.

    Attributes
    ----------
    style : int
    y : float
        Base line of the words.
    name, text : str
    strong : bool
        Whether it is a glass box.
    whole : str
        The name uncut.
    """

    style: int
    y: float
    name: str
    text: str
    strong: bool
    whole: str


@dataclass(frozen=True)
class Plane:
    """Where the frame and its scales lie.

    Attributes
    ----------
    left, right, top, bottom : float
    across, upright : tuple of Tick
    across_title, upright_title : str
    """

    left: float
    right: float
    top: float
    bottom: float
    across: tuple[Tick, ...]
    upright: tuple[Tick, ...]
    across_title: str
    upright_title: str


@dataclass(frozen=True)
class CurveFigure(Figure):
    """Curves of several contenders in one plane, in a drawing 360 units wide.

    Attributes
    ----------
    title, description : str
        For those who see it, and for those who have it read out.
    plane : Plane
    bands : tuple of Band
    guides : tuple of Line
        Lines that are no contender, such as chance.
    lines : tuple of Line
        Empty where the comparison holds no such curves.
    notes : tuple of Note
    key : tuple of KeyRow
    about : str
        How lines and bands were made, and what was left out.
    height : float
    """

    title: str
    description: str
    plane: Plane
    bands: tuple[Band, ...]
    guides: tuple[Line, ...]
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    key: tuple[KeyRow, ...]
    about: str
    height: float

    template: ClassVar[str] = "curves.svg.j2"

    @property
    def filled(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.lines)

    @property
    def pixels(self) -> int:
        """How wide it is where it stands alone."""
        return 480


def chosen(comparison: Comparison, names: Sequence[str] | None = None) -> tuple[str, ...]:
    """Say which contenders are drawn; their places give number and style, the same in every figure.

    Parameters
    ----------
    comparison : Comparison
    names : sequence of str or None, default=None
        At most eight; None takes all, or of more than eight the reference and those with
        the highest AUROC, in the order of the comparison.

    Returns
    -------
    tuple of str

    Raises
    ------
    InvalidInputError
        If a name is unknown or twice there, or there are more than eight.
    """
    there = [contender.name for contender in comparison.contenders]
    if names is not None:
        wrong = [name for name in names if name not in there]
        if isinstance(names, str) or wrong or len(set(names)) < len(names) or not 1 <= len(names) <= MOST_LINES:
            raise InvalidInputError(
                f"names: got {names!r}; 1 to {MOST_LINES} different ones of {', '.join(map(repr, there))} are allowed"
            )
        return tuple(names)
    if len(there) <= MOST_LINES:
        return tuple(there)
    ranked = sorted(there, key=lambda name: (name != comparison.reference, -auroc_of(comparison, name)))
    kept = set(ranked[:MOST_LINES])
    return tuple(name for name in there if name in kept)


def auroc_of(comparison: Comparison, name: str) -> float:
    """Return a contender's AUROC for ranking; minus one where it is undefined."""
    found = comparison[name].measures.get("auroc")
    return -1.0 if found is None or found.value is None else found.value


def curves_of(comparison: Comparison, kind: CurveKind) -> dict[str, Curve]:
    """Return the curves of a kind by contender; of calibration the smooth lines."""
    return {
        curve.contender: curve
        for curve in comparison.curves
        if curve.kind is kind and not (kind is CurveKind.CALIBRATION and curve.counts)
    }


def banded(comparison: Comparison, names: Sequence[str]) -> tuple[str, ...]:
    """Say whose band is drawn: everybody's among few, else the reference's and the best glass box's.

    Where the reference is itself the best glass box, the best of the others comes in.
    """
    if len(names) <= MOST_BANDS:
        return tuple(names)
    others = [name for name in names if name != comparison.reference]
    ranked = sorted(others, key=lambda name: (not comparison[name].glass_box, -auroc_of(comparison, name)))
    kept = {comparison.reference, ranked[0]}
    return tuple(name for name in names if name in kept)


def outline(curve: Curve, across: Axis, upright: Axis) -> tuple[Point, ...]:
    """Return the closed outline of a band: along its upper edge and back along the lower."""
    there = [(spot(across, x), spot(upright, high)) for x, high in zip(curve.x, curve.high, strict=True)]
    back = [(spot(across, x), spot(upright, low)) for x, low in zip(curve.x, curve.low, strict=True)]
    return (*there, *reversed(back))


def spot(axis: Axis, value: float) -> float:
    """Return the place of a number, also of one that lies off the axis."""
    return axis.start + (value - axis.low) / (axis.high - axis.low) * (axis.end - axis.start)


def cut(points: Sequence[Point], foot: float, *, closed: bool = False) -> tuple[Point, ...]:
    """Cut what falls below the foot of the plane, at the places where the line crosses it.

    Examples
    --------
    >>> cut([(0.0, 0.0), (10.0, 20.0)], 10.0)
    ((0.0, 0.0), (5.0, 10.0))
    """
    kept: list[Point] = []
    for before, after in zip([points[-1 if closed else 0], *points[:-1]], points, strict=True):
        if (before[1] > foot) != (after[1] > foot):
            share = (foot - before[1]) / (after[1] - before[1])
            kept.append((before[0] + share * (after[0] - before[0]), foot))
        if after[1] <= foot:
            kept.append(after)
    return tuple(kept)


def with_marks(lines: Sequence[Line], about: int = 28) -> tuple[Line, ...]:
    """Put every line's number where it is farthest from the other lines and their numbers.

    Parameters
    ----------
    lines : sequence of Line
    about : int, default=28
        Places tried on each line.

    Returns
    -------
    tuple of Line
    """
    tried = [_along(line.points, about) for line in lines]
    placed: list[Point] = []
    made = []
    for number, line in enumerate(lines):
        rivals = [point for other, points in enumerate(tried) if other != number for point in points]
        inner = tried[number][2:-2] or tried[number]
        best = max(inner, key=lambda at: _room(at, rivals, placed))
        placed.append(best)
        made.append(Line(line.style, line.points, best, line.strong, line.text))
    return tuple(made)


def key_rows(
    comparison: Comparison, names: Sequence[str], texts: Mapping[str, str], top: float, longest: int = KEY_LONGEST
) -> tuple[KeyRow, ...]:
    """Lay out the key: the drawn contenders in their order."""
    return tuple(
        KeyRow(
            style=place,
            y=top + KEY_ROW * row,
            name=shorten(name, longest),
            text=texts[name],
            strong=comparison[name].glass_box,
            whole=name,
        )
        for row, (place, name) in enumerate((place, name) for place, name in enumerate(names, start=1) if name in texts)
    )


def _room(at: Point, rivals: list[Point], placed: list[Point]) -> float:
    """Say how free a place is; a number already placed counts more than a line."""
    from_lines = min((math.dist(at, other) for other in rivals), default=99.0)
    from_marks = min((math.dist(at, other) for other in placed), default=99.0)
    return min(from_lines, 24.0) + 1.5 * min(from_marks, 40.0)


def _along(points: Sequence[Point], about: int) -> list[Point]:
    """Return places at even distances along a line."""
    lengths = [math.dist(one, other) for one, other in pairwise(points)]
    whole = sum(lengths)
    if whole == 0:
        return [points[0]]
    made: list[Point] = []
    passed, segment = 0.0, 0
    for step in range(about + 1):
        wanted = whole * step / about
        while segment < len(lengths) - 1 and passed + lengths[segment] < wanted:
            passed += lengths[segment]
            segment += 1
        share = (wanted - passed) / lengths[segment] if lengths[segment] else 0.0
        one, other = points[segment], points[segment + 1]
        made.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
    return made
