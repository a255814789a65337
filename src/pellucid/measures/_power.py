"""What so many documents can say about a margin, before or beside what they did say."""

import numpy as np
from scipy.special import ndtr, ndtri

from pellucid._checks import check_number


def half_width(se: float, level: float = 0.95) -> float:
    """Return half the width of a difference's interval.

    Parameters
    ----------
    se : float
        Standard error of the difference.
    level : float, default=0.95

    Returns
    -------
    float

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> round(half_width(0.012), 4)
    0.0235
    """
    check_number("se", se, low=0)
    return _quantile(level) * se


def power_non_inferior(se: float, margin: float, level: float = 0.95) -> float:
    """Return the chance to show non-inferiority, were contender and reference equally good.

    Shown is it where the lower limit of the interval lies above minus the margin.

    Parameters
    ----------
    se : float
        Standard error of the difference; 0 for predictions that are the same.
    margin : float
    level : float, default=0.95
        Of the two-sided interval: 0.95 is a one-sided test at 2.5%, 0.90 one at 5%.

    Returns
    -------
    float

    Raises
    ------
    InvalidInputError

    References
    ----------
    Wellek, S. (2010). Testing Statistical Hypotheses of Equivalence and Noninferiority,
    2nd edition. Chapman and Hall.

    Examples
    --------
    >>> round(power_non_inferior(0.0118, margin=0.02), 2)
    0.4
    >>> round(power_non_inferior(0.0118, margin=0.02, level=0.90), 2)
    0.52
    """
    check_number("se", se, low=0)
    check_number("margin", margin, low=np.nextafter(0, 1))
    reach = _quantile(level)
    return 1.0 if se == 0 else float(ndtr(margin / se - reach))


def power_words(n: int, events: int, se: float, margin: float, measure: str = "AUROC") -> str:
    """Say what so many documents can show about a margin, to stand beside every comparison.

    Parameters
    ----------
    n : int
        Documents.
    events : int
        Of them those with the outcome.
    se : float
        Standard error of the difference.
    margin : float
    measure : str, default="AUROC"
        What the difference is in.

    Returns
    -------
    str

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> print(power_words(200, 40, 0.0265, 0.02))  # doctest: +NORMALIZE_WHITESPACE
    With 200 documents, 40 of them with the outcome, the 95% interval of a difference in AUROC reaches about 0.052 to
    either side. Were both equally good, the chance to show that one is not worse by more than 0.02 would be 11% (lower
    95% limit above −0.02), and so a result that shows nothing is no evidence of equality.
    """
    check_number("n", n, low=1, whole=True)
    check_number("events", events, low=0, high=n, whole=True)
    reach, power = half_width(se), power_non_inferior(se, margin)
    said = (
        f"With {n:,} documents, {events:,} of them with the outcome, the 95% interval of a difference in {measure} "
        f"reaches about {reach:.3f} to either side. Were both equally good, the chance to show that one is not worse "
        f"by more than {margin:g} would be {_percent(power)} (lower 95% limit above −{margin:g})"
    )
    return f"{said}, and so a result that shows nothing is no evidence of equality." if reach > margin else f"{said}."


def _percent(share: float) -> str:
    """Write a chance without claiming certainty."""
    return "above 99%" if share > 0.99 else "below 1%" if share < 0.01 else f"{share:.0%}"


def _quantile(level: float) -> float:
    check_number("level", level, low=0.5, high=0.999)
    return float(ndtri(0.5 + level / 2))
