"""Where one answer may go: the nearest allowed value in each part that the model tells apart."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.schema import ChangeRule, Direction, Question, QuestionType, Value

Floats = NDArray[np.float64]

_MOST_VALUES = 100_000
"""Values of a number that are told apart; a finer step is made coarser."""

MOST_ON_A_LINE = 256
"""Values that are tried where points follow a straight line and no rule gives a step."""


@dataclass(frozen=True, eq=False)
class Moves:
    """What one answer may be changed to.

    Attributes
    ----------
    values : list of int, float or str
    codes : ndarray of shape (n,)
        The same as a score card reads them.
    distances : ndarray of shape (n,)
        Above 0.
    """

    values: list[Value]
    codes: Floats
    distances: Floats

    def only(self, kept: NDArray[np.bool_]) -> "Moves":
        """Keep some of the moves.

        Parameters
        ----------
        kept : ndarray of bool of shape (n,)

        Returns
        -------
        Moves
        """
        values = [value for value, keep in zip(self.values, kept.tolist(), strict=True) if keep]
        return Moves(values, self.codes[kept], self.distances[kept])


@dataclass(frozen=True, eq=False)
class NumberRoom:
    """Where a number may go: runs of allowed values between which nothing changes.

    Attributes
    ----------
    rule : ChangeRule
    span : float
        What counts as a distance of 1, before the rule's cost.
    low, high : ndarray of shape (n_runs,)
        First and last allowed value of each run.
    whole : bool
        Whether all of them are whole numbers.
    """

    rule: ChangeRule
    span: float
    low: Floats
    high: Floats
    whole: bool

    def moves(self, before: Value) -> Moves:
        """List where the number may go from here: to the nearest value of every other run.

        Parameters
        ----------
        before : int or float

        Returns
        -------
        Moves
        """
        start = float(before)
        after = np.where(start < self.low, self.low, np.where(start > self.high, self.high, np.nan))
        allowed = ~np.isnan(after)
        if self.rule.direction is Direction.UP:
            allowed &= after > start
        elif self.rule.direction is Direction.DOWN:
            allowed &= after < start
        codes = after[allowed]
        values: list[Value] = [int(value) for value in codes.tolist()] if self.whole else codes.tolist()
        return Moves(values, codes, self.rule.cost * np.abs(codes - start) / self.span)


@dataclass(frozen=True, eq=False)
class LevelRoom:
    """Where one of several options may go.

    Attributes
    ----------
    rule : ChangeRule
    options : tuple of str
        Allowed ones.
    codes : ndarray of shape (n_options,)
    places : dict of str to int
        Place of every option in the question's order.
    ordinal : bool
        Whether distances are counted in places.
    """

    rule: ChangeRule
    options: tuple[str, ...]
    codes: Floats
    places: dict[str, int]
    ordinal: bool

    def moves(self, before: Value) -> Moves:
        """List the other options that are allowed from here.

        Parameters
        ----------
        before : str

        Returns
        -------
        Moves
        """
        start = self.places[str(before)]
        kept = [
            place
            for place, option in enumerate(self.options)
            if option != before and self.rule.allows(start, self.places[option])
        ]
        steps = [abs(self.places[self.options[place]] - start) if self.ordinal else 1 for place in kept]
        distances = self.rule.cost * np.array(steps, dtype=np.float64)
        return Moves([self.options[place] for place in kept], self.codes[kept], distances)


Room = NumberRoom | LevelRoom


def level_room(question: Question, rule: ChangeRule, levels: Sequence[object], seen: Collection[object]) -> Room:
    """Say where an option may go.

    Parameters
    ----------
    question : Question
    rule : ChangeRule
    levels : sequence
        As the score card knows them, in the order of their codes.
    seen : collection
        Options that training met; a model has learned nothing of others.

    Returns
    -------
    LevelRoom
    """
    wanted = question.levels if rule.among is None else rule.among
    options = tuple(option for option in question.levels if option in levels and option in seen and option in wanted)
    codes = np.array([list(levels).index(option) for option in options], dtype=np.float64)
    places = {option: place for place, option in enumerate(question.levels)}
    if question.type is QuestionType.CHOICE and rule.direction is Direction.UP and rule.among is not None:
        places = dict.fromkeys(question.levels, -1) | {option: at for at, option in enumerate(rule.among)}
    return LevelRoom(rule, options, codes, places, question.type is QuestionType.ORDINAL)


def number_room(
    question: Question,
    rule: ChangeRule,
    bounds: tuple[float, float],
    *,
    span: float,
    resolution: float,
    edges: Floats,
    line: bool,
) -> Room:
    """Say where a number may go.

    Parameters
    ----------
    question : Question
    rule : ChangeRule
    bounds : (float, float)
        Training range.
    span : float
        What counts as a distance of 1.
    resolution : float
        Step where the rule gives none.
    edges : ndarray
        Numbers at which the model, or a joint rule, begins to see another value.
    line : bool
        Whether points follow a straight line, so that every value counts.

    Returns
    -------
    NumberRoom
    """
    low, high = bounds
    low = max(limit for limit in (low, rule.minimum, question.minimum) if limit is not None)
    high = min(limit for limit in (high, rule.maximum, question.maximum) if limit is not None)
    step = resolution if rule.step is None else rule.step
    most = MOST_ON_A_LINE if line and rule.step is None else _MOST_VALUES
    while (high - low) / step > most:
        step = coarser(step)
    values = _grid(step, low, high)
    if line:
        first = last = np.arange(len(values))
    else:
        place = np.searchsorted(np.unique(edges), values, side="right")
        first = np.flatnonzero(np.diff(place, prepend=-1))
        last = np.append(first[1:] - 1, len(values) - 1)[: len(first)]
    return NumberRoom(rule, span, values[first], values[last], whole=float(step).is_integer())


def readable_step(width: float) -> float:
    """Give the largest of 1, 2 or 5 times a power of ten that is at most a given width.

    Parameters
    ----------
    width : float
        Above 0.

    Returns
    -------
    float

    Examples
    --------
    >>> readable_step(0.062), readable_step(37.0)
    (0.05, 20.0)
    """
    power = float(np.floor(np.log10(width)))
    found = max(times for times in (1, 2, 5) if times * 10.0**power <= width * (1 + 1e-12))
    return float(f"{found}e{int(power)}")


def coarser(step: float) -> float:
    """Give the next larger of 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    step : float

    Returns
    -------
    float

    Examples
    --------
    >>> coarser(1.0), coarser(2.0), coarser(5.0)
    (2.0, 5.0, 10.0)
    """
    return readable_step(2.5 * step)


def _grid(step: float, low: float, high: float) -> Floats:
    """List the multiples of a step within bounds, as short decimals."""
    if low > high:
        return np.array([])
    count = np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1)
    digits = max(0, 7 - int(np.floor(np.log10(step))))
    values = np.round(count * step, min(digits, 15)) + 0.0  # no minus zero
    return values[(values >= low) & (values <= high)]
