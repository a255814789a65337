"""What few gold labels say about a model once a language model has labelled all documents, as a record."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from pellucid.schema._measure import Measure
from pellucid.schema._record import Record


class About(StrEnum):
    """What an interval is about: every document that might come, or just the ones at hand."""

    POPULATION = "population"
    DOCUMENTS = "documents"


class Powered(Record):
    """One measure of one model, from few gold labels and many labels of a language model.

    Valid only where the gold documents were drawn at random from all, or with chances
    that are known and were given. A convenience sample, such as the documents that were
    easiest to label, makes every figure here wrong except `llm`, which is so anyway.

    Attributes
    ----------
    measure : str
        Name, such as ``"auroc"``.
    label : str
        Name for people.
    powered : Measure
        Gold and LLM labels together, with its 95% interval; without limits where none is valid.
    gold : Measure
        Gold labels alone, with its 95% interval.
    llm : float or None
        The LLM's labels taken for true. It has no valid interval: more documents make it
        surer of the LLM's mistakes.
    trust : float
        Lambda of the references: 0 the LLM's labels are not used; about 1 less the share of
        gold documents where they are as good as gold.
    documents, gold_documents : int
    effective : float or None
        How many gold labels alone would make an interval as narrow as that of `powered`.
    about : About
    weighted : bool
        Whether chances of being drawn were given; else all are taken to be the same.
    note : str
        Why the LLM's labels were not used, or there is no interval; empty where there is nothing to say.

    Examples
    --------
    >>> found = Powered(measure="auroc", label="AUROC", powered=Measure(value=0.87, low=0.8, high=0.92),
    ...                 gold=Measure(value=0.86, low=0.75, high=0.93), llm=0.97, trust=0.6, documents=303,
    ...                 gold_documents=50, effective=88.0)
    >>> print(found.text())  # doctest: +NORMALIZE_WHITESPACE
    AUROC 0.870 [0.800, 0.920] with 50 gold labels and the LLM's labels of 303 documents: as sure as 88 gold labels
    alone. Gold labels alone: 0.860 [0.750, 0.930]. The LLM's labels taken for true: 0.970, not valid.
    """

    measure: str
    label: str
    powered: Measure
    gold: Measure
    llm: float | None
    trust: Annotated[float, Field(ge=0.0)]
    documents: Annotated[int, Field(ge=1)]
    gold_documents: Annotated[int, Field(ge=1)]
    effective: Annotated[float, Field(gt=0.0)] | None = None
    about: About = About.POPULATION
    weighted: bool = False
    note: str = ""

    @property
    def condition(self) -> str:
        """What must hold for the intervals to be valid, to stand beside them."""
        if self.weighted:
            return "Valid where the gold documents were drawn with the chances that were given."
        return "Valid where the gold documents were drawn at random from all documents."

    def text(self, digits: int = 3) -> str:
        """Say it for people: what is known, how sure, and what the LLM's labels alone would have claimed.

        Parameters
        ----------
        digits : int, default=3

        Returns
        -------
        str
        """
        known = f"{self.label} {self.powered.text(digits)} with {self.gold_documents:,} gold labels"
        if self.trust > 0 and self.effective is not None:
            known += (
                f" and the LLM's labels of {self.documents:,} documents: as sure as {self.effective:,.0f} gold labels "
                f"alone. Gold labels alone: {self.gold.text(digits)}."
            )
        else:
            known += f" of {self.documents:,} documents; the LLM's labels add nothing."
        if self.note:
            known += f" {self.note[0].upper()}{self.note[1:]}."
        naive = "" if self.llm is None else f" The LLM's labels taken for true: {self.llm:.{digits}f}, not valid."
        return known + naive
