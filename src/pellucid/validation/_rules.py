"""The rules of the verdict: what is judged, and how one difference is called."""

from enum import Enum
from typing import NamedTuple

from pellucid.schema import Difference

MINUS = "\u2212"
"""A true minus sign."""


class Standing(Enum):
    """How one contender ranks against another, as far as the documents can say."""

    BETTER = "better by more than chance"
    AS_GOOD = "as good within the margin"
    UNDECIDED = "undecided"
    WORSE = "worse by more than chance"


class Judged(NamedTuple):
    """The measure that contenders are judged by.

    Attributes
    ----------
    measure, label : str
        Name in the comparison, and for people.
    chance : float
        What a method reaches that knows nothing of a document.
    beside : str
        A measure that is looked at apart, such as ``"brier"``; empty for none.
    """

    measure: str = "auroc"
    label: str = "AUROC"
    chance: float = 0.5
    beside: str = "brier"

    @property
    def measures(self) -> tuple[str, ...]:
        """Both, without the empty one."""
        return tuple(one for one in (self.measure, self.beside) if one)


AUROC = Judged()
"""What contenders are judged by where they give probabilities."""


def verdict_rules(margin: float, judged: Judged = AUROC) -> tuple[str, ...]:
    """Return the rules of the verdict, as they are printed beside it.

    Parameters
    ----------
    margin : float
        In units of the measure that is judged by.
    judged : Judged, default=AUROC

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> len(verdict_rules(0.02))
    11
    """
    rules = (
        f"Contenders are judged by {judged.label}, on the paired 95% interval of the difference, first named minus "
        f"other. One is as good as another where the lower limit lies above {MINUS}{margin:g}, the margin, even if the "
        "upper limit lies below 0; it is better by more than chance where the lower limit lies above 0.",
        "Otherwise it is worse by more than chance where the upper limit lies below 0, and undecided where that does "
        f"not: the interval then allows a loss of {margin:g} or more as well as none. “No difference” is never said.",
        f"A method is recommended only if the 95% interval of its own {judged.label} lies above {judged.chance:.3g}, "
        "which is what prevalence reaches. If there is no such method, none is better than prevalence.",
        "The plainest method that suffices is recommended: first a baseline that uses no answers, if it is as good as "
        "both the best glass box and the reference; then the best glass box, if it is as good as the reference and not "
        "worse than that baseline by more than chance; then the reference, if the best glass box is worse than it by "
        "more than chance. In all other cases the verdict is undecided.",
        f"The best glass box, baseline and black box are those with the highest {judged.label} on these same "
        "documents. That choice flatters the chosen one a little, and the more so the more there were to choose from; "
        "only new documents correct it.",
        "Where models were trained on overlapping folds (five or more), two intervals must agree: that over documents, "
        "which is printed, and that over folds after Nadeau and Bengio, which also covers the luck of training. What "
        "is said, and every p-value, follows from the wider of the two.",
        "A black box on the same answers is never recommended; it shows whether the answers hold more than the glass "
        "boxes use.",
        "Probabilities are judged apart from ranking: a calibration slope is called off where its interval leaves out "
        "1, and Brier scores are called different where the paired interval of the difference leaves out 0. Neither "
        "changes the recommendation.",
        "Where the reference is recommended and carries a caveat, the verdict says that its lead may not carry over, "
        "and makes the recommendation depend on documents to which the caveat does not apply.",
        f"A difference is called equivalent where its 90% interval lies between {MINUS}{margin:g} and +{margin:g}, and "
        "not worse by more than the margin where the lower 95% limit lies above its lower end. The margin is a setting "
        "of the run and not chosen from its numbers; what so many documents can show about it is printed beside.",
        "p-values are two-sided and adjusted after Holm over the contenders of a table. Intervals are not widened for "
        "the number of comparisons: among many, some will leave out 0 by chance.",
    )
    return rules if judged.beside else tuple(rule for rule in rules if not rule.startswith("Probabilities"))


def standing(difference: Difference, margin: float) -> Standing:
    """Judge a paired difference in AUROC.

    Parameters
    ----------
    difference : Difference
        Without limits it is undecided.
    margin : float

    Returns
    -------
    Standing

    References
    ----------
    Piaggio, G. et al. (2012). Reporting of noninferiority and equivalence randomized
    trials. JAMA 308, 2594-2604.

    Examples
    --------
    >>> found = Difference(contender="a", reference="b", measure="auroc", value=-0.01, low=-0.03, high=0.01)
    >>> standing(found, 0.02), standing(found, 0.05)
    (<Standing.UNDECIDED: 'undecided'>, <Standing.AS_GOOD: 'as good within the margin'>)
    """
    if difference.low is None or difference.high is None:
        return Standing.UNDECIDED
    low, high = difference.low, difference.high
    folds = difference.folds
    if "Nadeau-Bengio" in difference.test and folds is not None and folds.low is not None and folds.high is not None:
        low, high = min(low, folds.low), max(high, folds.high)
    if low > 0:
        return Standing.BETTER
    if low > -margin:
        return Standing.AS_GOOD
    return Standing.WORSE if high < 0 else Standing.UNDECIDED
