"""A fitted glass box laid out for the page: its drawings, and the tables behind them."""

from dataclasses import dataclass

from pellucid.reporting._figures import percent_bar
from pellucid.reporting._shape_figures import BarFigure, StepFigure, shape_figure
from pellucid.reporting._wording import (
    label,
    number,
    percent,
    points_text,
    question_label,
    signed,
    whole_points,
    wording,
)
from pellucid.schema import ModelView, Questionnaire, RiskRow, Shape, Step

_ABOUT = {
    "curves": "Every question adds points read off its own curve; start and points add up to the score.",
    "card": "Whole points that a person can add up by hand.",
    "weights": "Every question adds its weight times its value; most weights are kept at zero.",
    "tree": "A few questions asked one after the other; every path ends in a rule.",
}


@dataclass(frozen=True)
class StepRow:
    """One piece of a term.

    Attributes
    ----------
    said, points, spread, documents : str
    """

    said: str
    points: str
    spread: str
    documents: str


@dataclass(frozen=True)
class TermView:
    """One term of a model.

    Attributes
    ----------
    name, ask : str
    importance : str
        Mean absolute points over the training documents.
    slope : str
        Points per unit of a straight line; empty for other terms.
    steps : tuple of StepRow
        All of them.
    steps_figure : StepFigure or None
    bars_figure : BarFigure or None
        One of the two is given.
    """

    name: str
    ask: str
    importance: str
    slope: str
    steps: tuple[StepRow, ...]
    steps_figure: StepFigure | None
    bars_figure: BarFigure | None


@dataclass(frozen=True)
class RiskLine:
    """One line of a score-to-risk table.

    Attributes
    ----------
    score, risk, documents, events, observed : str
        `observed` is the share of events; empty without documents.
    width : float
        The risk as percent of a bar.
    """

    score: str
    risk: str
    documents: str
    events: str
    observed: str
    width: float


@dataclass(frozen=True)
class ModelPage:
    """A model as the page shows it.

    Attributes
    ----------
    model, outcome, about : str
    kind : str
        ``"curves"``, ``"card"``, ``"weights"`` or ``"tree"``.
    start : str
        The intercept in words.
    formula : str
        How points become a risk; empty for models in log-odds.
    has_spread : bool
        Whether any piece has a spread over bags.
    terms : tuple of TermView
    rules : tuple of str
    risks : tuple of RiskLine
    note : str
    """

    model: str
    outcome: str
    about: str
    kind: str
    start: str
    formula: str
    has_spread: bool
    terms: tuple[TermView, ...]
    rules: tuple[str, ...]
    risks: tuple[RiskLine, ...]
    note: str


def model_page(view: ModelView, outcomes: tuple[str, str], questionnaire: Questionnaire | None) -> ModelPage:
    """Lay out a model by what its record holds, not by its name.

    Parameters
    ----------
    view : ModelView
    outcomes : tuple of two str
        Words for the first and the second class.
    questionnaire : Questionnaire or None
        For wording and units.

    Returns
    -------
    ModelPage
    """
    kind = model_kind(view)
    return ModelPage(
        model=view.model,
        outcome=view.outcome if view.outcome in outcomes else outcomes[1],
        about=_ABOUT[kind],
        kind=kind,
        start=signed(view.intercept),
        formula=_formula(view) if view.unit == "points" else "",
        has_spread=any(step.spread is not None for shape in view.shapes for step in shape.steps),
        terms=tuple(_term(shape, view, questionnaire) for shape in view.shapes),
        rules=view.rules,
        note=view.note,
        risks=tuple(_risk(row) for row in view.risks),
    )


def model_kind(view: ModelView) -> str:
    """Name the kind of a model from its record: ``"card"``, ``"tree"``, ``"weights"`` or ``"curves"``."""
    if view.unit == "points" or view.risks:
        return "card"
    if view.rules:
        return "tree"
    return "weights" if any(shape.slope is not None for shape in view.shapes) else "curves"


def _term(shape: Shape, view: ModelView, questionnaire: Questionnaire | None) -> TermView:
    """Lay out one term; a score card and a tree are read as tables, not drawn."""
    drawn = shape_figure(shape, view) if model_kind(view) in ("curves", "weights") and shape.steps else None
    alone = len(shape.questions) == 1  # a pair's two questions are worded where they stand alone
    digits = 0 if view.unit == "points" and shape.importance.is_integer() else 2
    return TermView(
        name=question_label(shape.questions),
        ask=wording(questionnaire, shape.questions[0]) if alone else "",
        importance=number(shape.importance, digits),
        slope="" if shape.slope is None else _slope(shape, questionnaire),
        steps=tuple(_step(step, view.unit) for step in shape.steps),
        steps_figure=drawn if isinstance(drawn, StepFigure) else None,
        bars_figure=drawn if isinstance(drawn, BarFigure) else None,
    )


def _slope(shape: Shape, questionnaire: Questionnaire | None) -> str:
    """Write the weight of a straight line per unit of its question."""
    question = shape.questions[0]
    unit = questionnaire[question].unit if questionnaire is not None and question in questionnaire.ids else ""
    return f"{signed(shape.slope, 4)} per {unit or label(question).lower()}"


def _step(step: Step, unit: str) -> StepRow:
    """Write one piece of a term."""
    return StepRow(
        said=step.said,
        points=whole_points(step.points) if unit == "points" else points_text(step.points),
        spread="" if step.spread is None else f"± {number(step.spread)}",
        documents=f"{step.documents:,}",
    )


def _formula(view: ModelView) -> str:
    """Write how the points of a score card become a risk."""
    worth = number(view.log_odds_per_point, 3)
    return f"log-odds = {number(view.intercept, 3)} + {worth} × total points; risk = 1 / (1 + exp(−log-odds))"


def _risk(row: RiskRow) -> RiskLine:
    """Write one line of a score-to-risk table, beside what was seen in training."""
    return RiskLine(
        score=whole_points(row.score).removeprefix("+"),
        risk=percent(row.probability),
        documents=f"{row.documents:,}",
        events=f"{row.events:,}",
        observed=percent(row.events / row.documents) if row.documents else "",
        width=percent_bar(row.probability),
    )
