"""Straight scales from numbers to places on a drawing, with ticks at round numbers."""

import math
from dataclasses import dataclass

from pellucid.reporting._wording import percent, short_number

_RISKS = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True)
class Tick:
    """One mark on an axis.

    Attributes
    ----------
    at : float
        Place on the drawing.
    text : str
    """

    at: float
    text: str


@dataclass(frozen=True)
class Axis:
    """A scale from numbers `low` to `high` onto places `start` to `end`.

    Attributes
    ----------
    low, high : float
        `high` is above `low`.
    start, end : float
        `end` may be below `start`, as on an upright axis.

    Examples
    --------
    >>> Axis(0.0, 2.0, 0.0, 100.0).place(0.5)
    25.0
    """

    low: float
    high: float
    start: float = 0.0
    end: float = 100.0

    def place(self, value: float) -> float:
        """Return the place of a number; one outside is drawn at the edge."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)

    def holds(self, value: float) -> bool:
        """Whether a number lies on the axis."""
        return self.low <= value <= self.high

    def ticks(self, about: int = 5) -> tuple[Tick, ...]:
        """Return ticks at round numbers.

        Parameters
        ----------
        about : int, default=5
            How many are wanted; there will be a few more or less.

        Returns
        -------
        tuple of Tick
        """
        step = _round_step((self.high - self.low) / about)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        values = [float(f"{position * step:.10g}") for position in range(first, last + 1)]
        return tuple(Tick(self.place(value), short_number(value)) for value in values)

    def risk_ticks(self, gap: float = 12.0) -> tuple[Tick, ...]:
        """Return ticks at round percentages of an axis that counts log-odds.

        Parameters
        ----------
        gap : float, default=12.0
            Least distance between two ticks; 50% comes first, then outwards.

        Returns
        -------
        tuple of Tick
        """
        kept: list[Tick] = []
        for risk in sorted(_RISKS, key=lambda risk: abs(risk - 0.5)):
            value = math.log(risk / (1 - risk))
            at = self.place(value)
            if self.holds(value) and all(abs(at - other.at) >= gap for other in kept):
                written = "0.1%" if risk == 0.001 else "99.9%" if risk == 0.999 else percent(risk)
                kept.append(Tick(at, written))
        return tuple(sorted(kept, key=lambda tick: tick.at))


def axis_over(values: list[float], *, margin: float = 0.06, start: float = 0.0, end: float = 100.0) -> Axis:
    """Make an axis that holds all values with a little room at both ends.

    Parameters
    ----------
    values : list of float
        An empty list gives an axis from 0 to 1.
    margin : float, default=0.06
        Room at each end, as a share of the range.
    start, end : float
        Places of the two ends.

    Returns
    -------
    Axis
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low < 1e-12 * max(1.0, abs(low), abs(high)):  # one value: make room around it
        half = 0.5 * max(abs(low), 1.0)
        low, high = low - half, high + half
    room = margin * (high - low)
    return Axis(low - room, high + room, start, end)


def _round_step(rough: float) -> float:
    """Round a step up to 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
