"""How near a glass box that learnt from a language model comes to it, and where it departs."""

from typing import Annotated

import pandas as pd
from pydantic import Field

from pellucid.schema._record import Record


class Departure(Record):
    """How far the language model stands from the glass box for the documents with one kind of answer.

    Attributes
    ----------
    question : str
    said : str
        The answer, or the range it lies in.
    documents : int
    mean : float
        Log-odds of the language model less those of the glass box, less the same over all
        documents; above 0 where the language model sees more risk than elsewhere.
    low, high : float or None
        95% interval of the mean; None for fewer than eight documents, or where all are alike.
    p : float or None
        Two-sided, adjusted for all the questions and answers looked at (Holm).
    """

    question: str
    said: str
    documents: Annotated[int, Field(ge=1)]
    mean: float
    low: float | None = None
    high: float | None = None
    p: Annotated[float, Field(ge=0.0, le=1.0)] | None = None

    @property
    def marked(self) -> bool:
        """Whether chance does not explain it, at 5% over all answers."""
        return self.p is not None and self.p < 0.05


class Fidelity(Record):
    """How near a glass box comes to the language model, on documents it had not learnt from.

    Attributes
    ----------
    documents : int
        Those the language model gave a probability for.
    correlation : float or None
        Of the two log-odds (Pearson); None where one of them does not vary.
    mean_absolute : float
        Mean distance of the two, in log-odds.
    level : float
        Log-odds of the language model less those of the glass box, averaged over all documents.
    agreement : float
        Share of documents both put on the same side of one half.
    departures : tuple of Departure
        By question and answer, in the order of the questionnaire.
    """

    documents: Annotated[int, Field(ge=0)]
    correlation: Annotated[float, Field(ge=-1.0, le=1.0)] | None
    mean_absolute: Annotated[float, Field(ge=0.0)]
    level: float
    agreement: Annotated[float, Field(ge=0.0, le=1.0)]
    departures: tuple[Departure, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the departures as a table.

        Returns
        -------
        DataFrame
            One row per question and answer, with the column ``marked``.
        """
        rows = [{**one.model_dump(), "marked": one.marked} for one in self.departures]
        return pd.DataFrame(rows, columns=[*Departure.model_fields, "marked"])
