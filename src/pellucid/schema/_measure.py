"""One figure with its interval, and the difference of two contenders with everything that is inferred from it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from pellucid.schema._answer import Probability
from pellucid.schema._record import Record


class Measure(Record):
    """One figure with its 95% interval; all None where it is undefined.

    Attributes
    ----------
    value, low, high : float or None
    method : str
        How the interval was made, such as ``"DeLong"``; empty where there is none.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    method: str = ""

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


class Conclusion(StrEnum):
    """What a paired difference says, by rules fixed beforehand; never "no difference".

    `BETTER` and `WORSE`: the 95% interval leaves out 0. `EQUIVALENT`: the 90% interval
    lies within the margin on both sides (two one-sided tests at 5%). `NON_INFERIOR`: the
    lower 95% limit lies above minus the margin. `INCONCLUSIVE`: none of these. Where
    several hold, the first of better, equivalent, non-inferior, worse is said.
    """

    BETTER = "better"
    EQUIVALENT = "equivalent within the margin"
    NON_INFERIOR = "not worse by more than the margin"
    WORSE = "worse"
    INCONCLUSIVE = "inconclusive"

    @property
    def short(self) -> str:
        """In a word or two, for tables."""
        return {Conclusion.EQUIVALENT: "equivalent", Conclusion.NON_INFERIOR: "not worse"}.get(self, self.value)


class Difference(Record):
    """Contender minus reference on the same documents, with a paired 95% interval.

    Attributes
    ----------
    contender, reference : str
    measure : str
    value, low, high : float or None
        None where either side is undefined.
    method : str
        How the interval was made.
    folds : Measure or None
        The same difference fold by fold, with the interval that also covers the luck of
        training (Nadeau and Bengio); None where there are no overlapping folds.
    test : str
        Name of the test behind `p`; empty where there is none.
    p, p_holm : float or None
        Two-sided, and adjusted over the contenders compared on this measure.
    margin : float or None
        Stated beforehand, in units of the measure; None where none was stated.
    p_non_inferior, p_equivalent : float or None
        One-sided against minus the margin; the larger of the two one-sided tests.
    power : float or None
        Chance to show non-inferiority on as many documents, were the two equally good.
    conclusion : Conclusion or None
        None where no margin was stated or the difference is undefined.
    """

    contender: str
    reference: str
    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None
    method: str = ""
    folds: Measure | None = None
    test: str = ""
    p: Probability | None = None
    p_holm: Probability | None = None
    margin: Annotated[float, Field(gt=0.0)] | None = None
    p_non_inferior: Probability | None = None
    p_equivalent: Probability | None = None
    power: Probability | None = None
    conclusion: Conclusion | None = None
