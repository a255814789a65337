"""A decision: contributions that add up to the score, each with its evidence."""

import math
from typing import Annotated, Self

from pydantic import Field, model_validator

from pellucid.exceptions import AdditivityError
from pellucid.schema._answer import Answer, Probability
from pellucid.schema._record import Record

TOLERANCE = 1e-9
"""How far the terms may be from the score they add up to, absolute and relative."""


class Contribution(Record):
    """What one question, or one pair of questions, adds to the score.

    Attributes
    ----------
    questions : tuple of str
        One id, or two for an interaction.
    said : str
        The answers in words, with units.
    points : float
        Log-odds added to the score (natural logarithm).
    spread : float or None
        Standard deviation of the points over the model's bags, where it has bags.
    whole_points : int or None
        The same on a risk score's card, in whole points; None for other models.
    answers : tuple of Answer
        One per question, with quote and offsets.
    """

    questions: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    said: str = Field(repr=False)
    points: float
    spread: Annotated[float, Field(ge=0.0)] | None = None
    whole_points: int | None = None
    answers: tuple[Answer, ...] = ()


class Decision(Record):
    """The explained prediction for one document; building one checks that the terms add up.

    Attributes
    ----------
    document : str
        Id of the document.
    model : str
        What decided, such as ``"EBMClassifier"``.
    outcome : str
        The class that score, probability and contributions speak of: the second of
        two, or the predicted one of several.
    predicted : str
        The class decided for.
    probability : float
        Probability of `outcome`.
    probabilities : dict of str to float
        Probability of every class.
    score : float
        Log-odds (two classes) or log-score (several) of `outcome`.
    intercept : float
        Score of a document whose terms are all zero.
    contributions : tuple of Contribution
        One per question in the order of the questionnaire, zero where the model makes
        nothing of it; then the pairs.
    warnings : tuple of str
        What a person should look at.

    Raises
    ------
    AdditivityError
        If intercept and contributions do not add up to the score within 1e-9.
    """

    document: str
    model: str
    outcome: str
    predicted: str
    probability: Probability
    probabilities: dict[str, Probability]
    score: float
    intercept: float
    contributions: tuple[Contribution, ...]
    warnings: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = math.fsum([self.intercept, *(term.points for term in self.contributions)])
        if not math.isclose(total, self.score, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            raise AdditivityError(
                f"document {self.document!r}: intercept and contributions give {total!r}, the score is {self.score!r}"
            )
        return self

    @property
    def total_points(self) -> int | None:
        """Total on a risk score's card; None for other models."""
        found = [term.whole_points for term in self.contributions if term.whole_points is not None]
        return sum(found) if found else None

    def ranked(self) -> tuple[Contribution, ...]:
        """Contributions by size, largest first; ties keep the questionnaire's order.

        Returns
        -------
        tuple of Contribution
        """
        return tuple(sorted(self.contributions, key=lambda term: -abs(term.points)))
