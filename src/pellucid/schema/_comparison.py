"""What the validator found, row by contender."""

from typing import Annotated, Self

import pandas as pd
from pydantic import Field, model_validator

from pellucid.schema._record import Record


class Measure(Record):
    """One figure with its 95% interval; all None where it is undefined.

    Attributes
    ----------
    value, low, high : float or None
    """

    value: float | None
    low: float | None = None
    high: float | None = None

    def text(self, digits: int = 3) -> str:
        """Write the figure for people, such as ``"0.901 [0.862, 0.935]"``.

        Parameters
        ----------
        digits : int, default=3

        Returns
        -------
        str
        """
        if self.value is None:
            return "undefined"
        if self.low is None or self.high is None:
            return f"{self.value:.{digits}f}"
        return f"{self.value:.{digits}f} [{self.low:.{digits}f}, {self.high:.{digits}f}]"


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
    """

    name: str
    about: str = ""
    glass_box: bool = False
    uses_answers: bool = False
    measures: dict[str, Measure]
    caveats: tuple[str, ...] = ()


class Difference(Record):
    """Contender minus reference on the same documents, with a paired 95% interval.

    Attributes
    ----------
    contender, reference : str
    measure : str
    value, low, high : float or None
        None where either side is undefined.
    """

    contender: str
    reference: str
    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None


class Design(Record):
    """How the comparison was made; together with the data it determines every number.

    Attributes
    ----------
    documents : int
    classes : dict of str to int
        Documents per class.
    splits, repeats : int
        Folds per repeat and repeats of the whole cross-validation.
    seed : int
    draws : int
        Bootstrap draws per interval.
    interval : str
        How the intervals were made, in words.
    """

    documents: int
    classes: dict[str, int]
    splits: int
    repeats: int
    seed: int
    draws: int
    interval: str


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
    margin : float or None
        How much lower an AUROC may be and still count as good, stated beforehand.
    verdict : str
        The recommendation in words, one sentence per line, the most important first.
    rules : tuple of str
        The rules the verdict was made by, fixed before the numbers were seen.
    caveats : tuple of str
        What limits the whole comparison.
    versions : dict of str to str
        Libraries that shape the numbers.
    format : int
        Version of this form.
    """

    subject: str
    design: Design
    contenders: Annotated[tuple[ContenderResult, ...], Field(min_length=1)]
    differences: tuple[Difference, ...] = ()
    reference: str
    margin: Annotated[float, Field(gt=0.0)] | None = None
    verdict: str
    rules: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    versions: dict[str, str] = Field(default_factory=dict)
    format: int = 1

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
