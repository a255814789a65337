"""What the validator found, row by contender."""

from enum import StrEnum
from typing import Annotated, Self

import pandas as pd
from pydantic import Field, model_validator

from pellucid.schema._answer import Probability
from pellucid.schema._measure import Difference, Measure
from pellucid.schema._provenance import Provenance
from pellucid.schema._record import Record


class Cost(Record):
    """What a contender spent on the documents, as far as it was recorded.

    Attributes
    ----------
    requests, prompt_tokens, reply_tokens : int or None
        In all, over all documents; None where not recorded.
    price : float or None
        In all, in `currency`.
    currency : str
    seconds_per_document : float or None
        Of reading and predicting; training not counted.
    """

    requests: Annotated[int, Field(ge=0)] | None = None
    prompt_tokens: Annotated[int, Field(ge=0)] | None = None
    reply_tokens: Annotated[int, Field(ge=0)] | None = None
    price: Annotated[float, Field(ge=0.0)] | None = None
    currency: str = ""
    seconds_per_document: Annotated[float, Field(ge=0.0)] | None = None


class CurveKind(StrEnum):
    """What a curve shows; x and y of each."""

    ROC = "roc"
    """False positive rate, sensitivity."""
    CALIBRATION = "calibration"
    """Mean predicted probability of a group, observed share; `counts` are its documents."""
    NET_BENEFIT = "net benefit"
    """Threshold probability, net benefit per document."""
    LEARNING = "learning"
    """Training documents, AUROC."""
    GOLD = "gold"
    """Gold labels, the curve's `measure`; the documents learnt from stay the same."""


GOLD_SCALE = 10.0
"""Gold labels are drawn, and crossings interpolated, along log(1 + labels / 10): nought has a place on it."""


class Curve(Record):
    """A line to draw, with its 95% band.

    Attributes
    ----------
    kind : CurveKind
    contender : str
        A contender's name, or ``"treat all"`` and ``"treat none"`` for net benefit.
    x, y : tuple of float
    low, high : tuple of float
        The band at each x; empty where there is none.
    counts : tuple of int
        Documents behind each point; empty where that says nothing.
    method : str
        How line and band were made.
    measure : str
        What y is, of curves that are traced for several measures (`GOLD`); else empty.
    spread : tuple of float
        Of `GOLD` curves: standard deviation of y over repeats, each with other folds and
        other gold labels; empty where there is one repeat.
    about : str
        Of `GOLD` curves: what the contender is and what it learns from, in a sentence.
    glass_box : bool
        Of `GOLD` curves, whose contenders need no row in the comparison.
    """

    kind: CurveKind
    contender: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    counts: tuple[Annotated[int, Field(ge=0)], ...] = ()
    method: str = ""
    measure: str = ""
    spread: tuple[Annotated[float, Field(ge=0.0)], ...] = ()
    about: str = ""
    glass_box: bool = False

    @model_validator(mode="after")
    def _lengths(self) -> Self:
        if any(len(part) not in (0, len(self.x)) for part in (self.low, self.high, self.counts, self.spread)):
            raise ValueError("low, high, counts, spread: each must be empty or as long as x")
        if len(self.y) != len(self.x):
            raise ValueError("y: must be as long as x")
        return self


class Crossing(Record):
    """From how many gold labels on one contender is better than another.

    A number is the place where the two lines cross and after which the contender stays
    ahead at every size that was traced. It equals `start` where the contender is ahead at
    all of them, and is None where it is not ahead at the last.

    Attributes
    ----------
    contender, rival : str
    measure : str
        In which it is better.
    size, low, high : float or None
        On the documents as they are, and the ends of the 95% interval, each read as above.
    start, until : int
        Fewest and most gold labels at which both were traced.
    ahead : float
        Share of the draws in which the contender is ahead at `until`.
    method : str
        How it was made.
    """

    contender: str
    rival: str
    measure: str
    size: float | None
    low: float | None
    high: float | None
    start: Annotated[int, Field(ge=0)]
    until: Annotated[int, Field(ge=0)]
    ahead: Probability
    method: str = ""

    def text(self) -> str:
        """Write it for people, such as ``"from 62 gold labels on [31, beyond]"``.

        Returns
        -------
        str

        Examples
        --------
        >>> Crossing(contender="a", rival="b", measure="auroc", size=0.0, low=0.0, high=41.7, start=0, until=200,
        ...          ahead=1.0).text()
        'ahead from the start, 0 gold labels [from the start, 42]'
        """
        if self.size is None:
            found = f"not reached up to {self.until:,}"
        elif self.size == self.start:
            found = f"ahead from the start, {self.start:,} gold labels"
        else:
            found = f"from {self.end(self.size)} {'gold label' if self.size < 1.5 else 'gold labels'} on"
        return f"{found} [{self.end(self.low)}, {self.end(self.high)}]"

    def end(self, value: float | None) -> str:
        """Write one of the three numbers in words: ``"from the start"``, ``"beyond"``, or itself.

        Parameters
        ----------
        value : float or None

        Returns
        -------
        str
        """
        if value is None:
            return "beyond"
        return "from the start" if value == self.start else f"{max(1, round(value)):,}"


class ContenderResult(Record):
    """One method in the comparison.

    Attributes
    ----------
    name : str
        Unique in the comparison.
    about : str
        One sentence: what it is and what it saw.
    glass_box : bool
        Whether its decisions are readable sums of terms.
    uses_answers : bool
        Whether it was trained on the language model's answers.
    measures : dict of str to Measure
        By measure name, such as ``"auroc"``.
    caveats : tuple of str
        What to know before trusting the row.
    completed : Measure
        Share of documents it gave a usable prediction for; undefined where not recorded.
    cost : Cost or None
        What it spent; None where not recorded.
    folds : tuple of float
        AUROC in each fold, the folds of the first repeat first; empty where undefined.
    """

    name: str
    about: str = ""
    glass_box: bool = False
    uses_answers: bool = False
    measures: dict[str, Measure]
    caveats: tuple[str, ...] = ()
    completed: Measure = Measure(value=None)
    cost: Cost | None = None
    folds: tuple[float, ...] = ()


class Design(Record):
    """How the comparison was made; together with the data it determines every number.

    Attributes
    ----------
    kind : str
        ``"repeated stratified folds"``, ``"repeated grouped folds"``, ``"temporal"``,
        ``"external"`` or ``"stored predictions"``.
    documents : int
        Documents that figures were computed on.
    trained_on : int
        Documents models were trained on: in folds those outside the fold, rounded down.
    classes : dict of str to int
        Documents per class, of those that figures were computed on.
    splits, repeats : int
        Folds per repeat and repeats of the whole cross-validation; 1 and 1 without folds.
    seed : int
    draws : int
        Bootstrap draws per interval.
    interval : str
        How the intervals were made, in words.
    groups : int or None
        Groups that were kept together in folds and drawn together; None where rows are
        taken as independent.
    threshold : float
        Probability from which a document counts as positive, stated beforehand.
    folds : str
        SHA-256 of which documents stood in which fold; empty without folds.
    """

    kind: str = "repeated stratified folds"
    documents: int
    trained_on: int = 0
    classes: dict[str, int]
    splits: int
    repeats: int
    seed: int
    draws: int
    interval: str
    groups: int | None = None
    threshold: Probability = 0.5
    folds: str = ""


class Comparison(Record):
    """The validator's result.

    Attributes
    ----------
    subject : str
        What was compared on, such as a domain's name.
    design : Design
    contenders : tuple of ContenderResult
    differences : tuple of Difference
        Every contender against the reference, for every measure.
    reference : str
        Name of the contender that differences are taken against.
    judged : str
        Measure that contenders are judged by: ``"auroc"``, or ``"accuracy"`` where some gave
        labels and no probabilities.
    margin : float or None
        How much lower that may be and still count as good, stated beforehand.
    verdict : str
        The recommendation in words, one sentence per line, the most important first.
    rules : tuple of str
        The rules the verdict was made by, fixed before the numbers were seen.
    caveats : tuple of str
        What limits the whole comparison.
    versions : dict of str to str
        Libraries that shape the numbers.
    curves : tuple of Curve
        Lines to draw.
    crossings : tuple of Crossing
        Where `GOLD` curves cross.
    power : str
        What so many documents can say about a margin, in one sentence.
    provenance : Provenance
        SHA-256 of everything that went in.
    format : int
        Version of this form.
    """

    subject: str
    design: Design
    contenders: Annotated[tuple[ContenderResult, ...], Field(min_length=1)]
    differences: tuple[Difference, ...] = ()
    reference: str
    judged: str = "auroc"
    margin: Annotated[float, Field(gt=0.0)] | None = None
    verdict: str
    rules: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    versions: dict[str, str] = Field(default_factory=dict)
    curves: tuple[Curve, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    power: str = ""
    provenance: Provenance = Provenance()
    format: int = 2

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = [contender.name for contender in self.contenders]
        if len(set(names)) != len(names):
            raise ValueError("contenders: names must be unique")
        if self.reference not in names:
            raise ValueError(f"reference: {self.reference!r} is not among the contenders")
        return self

    def __getitem__(self, name: str) -> ContenderResult:
        """Return the contender of that name; KeyError names those there are."""
        for contender in self.contenders:
            if contender.name == name:
                return contender
        raise KeyError(f"no contender {name!r}; there are {', '.join(c.name for c in self.contenders)}")

    def to_frame(self) -> pd.DataFrame:
        """Return the table: one row per contender, three columns per measure.

        Returns
        -------
        pandas.DataFrame
            Index ``contender``; columns a MultiIndex of (measure, ``value|low|high``).
        """
        rows = {
            contender.name: {
                (measure, part): getattr(figure, part)
                for measure, figure in contender.measures.items()
                for part in ("value", "low", "high")
            }
            for contender in self.contenders
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", dtype=float)
        frame.columns = pd.MultiIndex.from_tuples([*map(tuple, frame.columns)], names=["measure", "part"])
        return frame.rename_axis("contender")


class GoldCurves(Record):
    """What more gold labels bring, and from how many on one contender overtakes another.

    Attributes
    ----------
    curves : tuple of Curve
        One of kind `GOLD` per contender and measure.
    crossings : tuple of Crossing
    """

    curves: tuple[Curve, ...]
    crossings: tuple[Crossing, ...] = ()

    def onto(self, comparison: Comparison) -> Comparison:
        """Return the comparison with these in the place of any it held.

        Parameters
        ----------
        comparison : Comparison

        Returns
        -------
        Comparison
        """
        others = tuple(curve for curve in comparison.curves if curve.kind is not CurveKind.GOLD)
        return comparison.model_copy(update={"curves": (*others, *self.curves), "crossings": self.crossings})

    def to_frame(self) -> pd.DataFrame:
        """Return the curves as a table.

        Returns
        -------
        pandas.DataFrame
            Index ``contender``, ``measure``; one column per number of gold labels. Missing
            where a contender cannot do without gold labels.
        """
        rows = {(one.contender, one.measure): dict(zip(one.x, one.y, strict=True)) for one in self.curves}
        frame = pd.DataFrame.from_dict(rows, orient="index", dtype=float).sort_index(axis=1)
        frame.index = pd.MultiIndex.from_tuples(list(rows), names=["contender", "measure"])
        return frame.rename(columns=int).rename_axis(columns="gold labels")
