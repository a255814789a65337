"""A fitted glass box laid open: every term as a list of steps, with counts; nothing is drawn here."""

from typing import Annotated

from pydantic import Field

from pellucid.schema._answer import Probability
from pellucid.schema._record import Record


class Step(Record):
    """One piece of a term: all documents whose answer falls here get the same points.

    Attributes
    ----------
    said : str
        The piece in words, such as ``"< 150"``, ``"flat"``, ``"not stated"``.
    low, high : float or None
        Bounds of an interval of numbers (low inclusive, high exclusive); None where
        open or where the piece is not an interval.
    points : float
        What it adds to the score, in the view's unit.
    spread : float or None
        Standard deviation over the model's bags, where it has bags.
    documents : int
        Training documents that fall here.
    """

    said: str
    low: float | None = None
    high: float | None = None
    points: float
    spread: Annotated[float, Field(ge=0.0)] | None = None
    documents: Annotated[int, Field(ge=0)]


class Shape(Record):
    """One term of a model.

    Attributes
    ----------
    questions : tuple of str
        One id, or two for an interaction.
    numeric : bool
        Whether the steps are intervals of a number, from low to high (then "not stated").
    importance : float
        Mean absolute points over the training documents.
    slope : float or None
        Points per unit where the term is a straight line; the steps then are the
        training quartiles of the line.
    steps : tuple of Step
    """

    questions: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    numeric: bool
    importance: Annotated[float, Field(ge=0.0)]
    slope: float | None = None
    steps: tuple[Step, ...]


class RiskRow(Record):
    """One line of a score-to-risk table.

    Attributes
    ----------
    score : int
        Total points.
    probability : float
        Risk the model gives to that total.
    documents, events : int
        Training documents with that total, and how many of them had the outcome.
    """

    score: int
    probability: Probability
    documents: Annotated[int, Field(ge=0)]
    events: Annotated[int, Field(ge=0)]


class ModelView(Record):
    """A fitted glass box as a record, for drawing and for checking by hand.

    Attributes
    ----------
    model : str
        Class of the model, such as ``"EBMClassifier"``.
    outcome : str
        The class that the points speak for.
    unit : str
        ``"log-odds"``, ``"points"`` (whole numbers of a risk score), or ``"outcome units"``
        (a regressor's).
    intercept : float
        Score of a document whose terms are all zero, in log-odds (a regressor: in outcome units).
    log_odds_per_point : float
        1 for log-odds; what one whole point is worth for a risk score.
    shapes : tuple of Shape
        Most important first.
    rules : tuple of str
        A tree's rules, one per leaf; empty for other models.
    risks : tuple of RiskRow
        A risk score's table; empty for other models.
    note : str
        What a reader should know beside it, such as how it fared in a comparison.
    """

    model: str
    outcome: str
    unit: Annotated[str, Field(pattern="^(log-odds|points|outcome units)$")]
    intercept: float
    log_odds_per_point: float = 1.0
    shapes: tuple[Shape, ...]
    rules: tuple[str, ...] = ()
    risks: tuple[RiskRow, ...] = ()
    note: str = ""
