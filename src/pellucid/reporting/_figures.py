"""Drawings of a comparison and of a decision as records of coordinates; nothing is drawn here.

Places across (`at`, `low`, `x`, `width`, ...) are percent of the drawing's width, so
that lettering keeps its size on a narrow screen; places down (`y`) are pixels.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from pellucid.reporting._axis import Tick, axis_over
from pellucid.reporting._figure_svg import Figure
from pellucid.reporting._wording import (
    direction,
    figure,
    measure_words,
    percent,
    points_text,
    question_label,
    signed,
)
from pellucid.schema import Comparison, Decision, Difference, Measure

ROW = 34.0
"""Height of one row in pixels: a line of words, and the mark under it."""

LONGEST = 32
"""Most characters of a name in a drawing; the table beside it has all of it."""


@dataclass(frozen=True)
class Guide:
    """An upright line through all rows, such as "no difference".

    Attributes
    ----------
    at : float
        Percent of the width.
    kind : str
        ``"zero"`` or ``"margin"``.
    text : str
    """

    at: float
    kind: str
    text: str


@dataclass(frozen=True)
class IntervalRow:
    """One figure with its interval.

    Attributes
    ----------
    name, text : str
        Who, and the figure in words.
    y : float
        Base line of the words, in pixels.
    at, low, high : float or None
        Percent of the width; None where undefined.
    marked : bool
        Whether it is a glass box.
    """

    name: str
    text: str
    y: float
    at: float | None
    low: float | None
    high: float | None
    marked: bool


@dataclass(frozen=True)
class IntervalFigure(Figure):
    """Figures with intervals under each other, on one axis.

    Attributes
    ----------
    title, description : str
        For those who see it, and for those who have it read out.
    rows : tuple of IntervalRow
    ticks : tuple of Tick
    guides : tuple of Guide
    height : float
        In pixels, without the axis.
    """

    title: str
    description: str
    rows: tuple[IntervalRow, ...]
    ticks: tuple[Tick, ...]
    guides: tuple[Guide, ...]
    height: float

    template: ClassVar[str] = "intervals.svg.j2"

    @property
    def filled(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.rows)


@dataclass(frozen=True)
class WaterfallRow:
    """One term that moves the running score.

    Attributes
    ----------
    name, text : str
    y : float
        Base line of the words, in pixels.
    x, width : float
        The bar, in percent of the width.
    before, after : float
        Running score before and after, in percent of the width.
    kind : str
        ``"raises"``, ``"lowers"`` or ``"no effect"``.
    """

    name: str
    text: str
    y: float
    x: float
    width: float
    before: float
    after: float
    kind: str


@dataclass(frozen=True)
class Waterfall(Figure):
    """The terms of a decision, adding up from the intercept to the score.

    Attributes
    ----------
    title, description : str
    rows : tuple of WaterfallRow
    start, end : float
        Places of intercept and score, in percent of the width.
    start_text, end_text : str
    ticks : tuple of Tick
    axis : str
        What the ticks count, in words.
    height : float
        In pixels, without the axis.
    """

    title: str
    description: str
    rows: tuple[WaterfallRow, ...]
    start: float
    end: float
    start_text: str
    end_text: str
    ticks: tuple[Tick, ...]
    axis: str
    height: float

    template: ClassVar[str] = "waterfall.svg.j2"

    @property
    def filled(self) -> bool:
        """Whether there is anything to draw; start and end always are."""
        return True


def shorten(name: str, longest: int = LONGEST) -> str:
    """Cut a name that is too long for a drawing, and show that it was cut.

    Examples
    --------
    >>> shorten("a rather long name", 9)
    'a rather…'
    """
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def interval_figure(comparison: Comparison, measure: str) -> IntervalFigure:
    """Lay out one measure of every contender with its interval.

    Parameters
    ----------
    comparison : Comparison
    measure : str
        Such as ``"auroc"``; a contender without it gets a row without a mark.

    Returns
    -------
    IntervalFigure

    Examples
    --------
    >>> from pellucid.schema import ContenderResult, Design
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> one = ContenderResult(name="a", measures={"auroc": Measure(value=0.8, low=0.7, high=0.9)})
    >>> made = interval_figure(Comparison(
    ...     subject="", design=design, contenders=[one], reference="a", verdict="", rules=[]), "auroc")
    >>> made.rows[0].text, round(made.rows[0].at)
    ('0.800 [0.700, 0.900]', 50)
    """
    words = measure_words(measure)
    marked = {contender.name: contender.glass_box for contender in comparison.contenders}
    found = {contender.name: contender.measures.get(measure) for contender in comparison.contenders}
    texts = {name: figure(one, words.digits) for name, one in found.items()}
    title = f"{words.label} of every contender, with 95% interval"
    return intervals(title, found, texts, marked, ())


def difference_figure(comparison: Comparison, measure: str, margin: float | None = None) -> IntervalFigure:
    """Lay out every contender's paired difference from the reference.

    Parameters
    ----------
    comparison : Comparison
    measure : str
    margin : float or None, default=None
        Margin fixed beforehand within which a contender counts as no worse; drawn on
        both sides of zero. None draws the zero line alone.

    Returns
    -------
    IntervalFigure
        Without rows where the comparison holds no difference of this measure.
    """
    words = measure_words(measure)
    marked = {contender.name: contender.glass_box for contender in comparison.contenders}
    held = [one for one in comparison.differences if one.measure == measure and one.reference == comparison.reference]
    found = {one.contender: one for one in held}
    texts = {name: figure(one, words.digits, sign=True) for name, one in found.items()}
    lines = [(0.0, "zero", "no difference")]
    if margin is not None:
        lines += [
            (-margin, "margin", f"margin {signed(-margin, 3)}"),
            (margin, "margin", f"margin {signed(margin, 3)}"),
        ]
    title = f"{words.label}: difference from “{comparison.reference}”, with paired 95% interval"
    return intervals(title, found, texts, marked, tuple(lines))


def waterfall(decision: Decision) -> Waterfall:
    """Lay out the terms of a decision, largest first, from the intercept to the score.

    The axis is marked in percent where the probability is the logistic function of the
    score, as it is with two classes; else in log-odds.

    Parameters
    ----------
    decision : Decision

    Returns
    -------
    Waterfall

    Examples
    --------
    >>> from pellucid.schema import Contribution
    >>> made = waterfall(Decision(
    ...     document="d", model="m", outcome="yes", predicted="yes", probability=0.5, probabilities={},
    ...     score=0.0, intercept=-1.0, contributions=[Contribution(questions=["a"], said="4", points=1.0)]))
    >>> made.rows[0].text, made.rows[0].kind
    ('raises +1.00', 'raises')
    """
    terms = decision.ranked()
    levels = [decision.intercept]
    for term in terms:
        levels.append(levels[-1] + term.points)
    axis = axis_over([*levels, decision.score])
    rows = []
    for number_of_row, (term, before, after) in enumerate(zip(terms, levels, levels[1:], strict=False)):
        left, right = sorted((axis.place(before), axis.place(after)))
        rows.append(
            WaterfallRow(
                name=shorten(question_label(term.questions)),
                text=points_text(term.points),
                y=ROW * (number_of_row + 1) + 13,
                x=left,
                width=right - left,
                before=axis.place(before),
                after=axis.place(after),
                kind=direction(term.points),
            )
        )
    risky = speaks_in_risk(decision)
    return Waterfall(
        title=f"How the terms add up: document {decision.document}",
        description=_waterfall_words(decision, risky),
        rows=tuple(rows),
        start=axis.place(decision.intercept),
        end=axis.place(decision.score),
        start_text=_level(decision.intercept, risky),
        end_text=_level(decision.score, risky),
        ticks=axis.risk_ticks() if risky else axis.ticks(),
        axis="risk" if risky else "score, in log-odds",
        height=ROW * (len(rows) + 2),
    )


def speaks_in_risk(decision: Decision) -> bool:
    """Whether the probability is the logistic function of the score, so that any score is a risk."""
    return math.isclose(logistic(decision.score), decision.probability, rel_tol=1e-6, abs_tol=1e-9)


def logistic(score: float) -> float:
    """Turn log-odds into a probability, without overflow.

    Examples
    --------
    >>> logistic(0.0), logistic(-1000.0)
    (0.5, 0.0)
    """
    if score >= 0:
        return 1 / (1 + math.exp(-score))
    grown = math.exp(score)
    return grown / (1 + grown)


def percent_bar(share: float) -> float:
    """Turn a share into the width of a bar, in percent."""
    return 100.0 * share


def _level(score: float, risky: bool) -> str:
    """Write a running score, first as a risk where it is one."""
    return f"{percent(logistic(score))} ({signed(score)})" if risky else signed(score)


def _waterfall_words(decision: Decision, risky: bool) -> str:
    """Tell a waterfall to someone who does not see it."""
    up = sum(term.points > 0 for term in decision.contributions)
    down = sum(term.points < 0 for term in decision.contributions)
    first, last = _level(decision.intercept, risky), _level(decision.score, risky)
    told = f"Starts at {first}. {up} terms raise it, {down} lower it. It ends at {last}."
    return f"{told} All numbers are in the table."


def intervals(
    title: str,
    found: dict[str, Measure | None] | dict[str, Difference],
    texts: dict[str, str],
    marked: dict[str, bool],
    lines: tuple[tuple[float, str, str], ...],
) -> IntervalFigure:
    """Lay out figures with intervals on a common axis that also holds the guides."""
    values = [line[0] for line in lines]
    for one in found.values():
        parts = (one.value, one.low, one.high) if one is not None else ()
        values += [part for part in parts if part is not None]
    axis = axis_over(values)
    rows = []
    for position, (name, one) in enumerate(found.items()):
        at, low, high = (
            None if one is None or part is None else axis.place(part)
            for part in ((one.value, one.low, one.high) if one is not None else (None, None, None))
        )
        rows.append(IntervalRow(shorten(name), texts[name], ROW * position + 13, at, low, high, marked[name]))
    return IntervalFigure(
        title=title,
        description="; ".join(f"{name}: {text}" for name, text in texts.items()) + ".",
        rows=tuple(rows),
        ticks=axis.ticks(),
        guides=tuple(Guide(axis.place(value), kind, text) for value, kind, text in lines),
        height=ROW * len(rows),
    )
