"""A paired difference with normal limits and its test, from a standard error or from bootstrap draws."""

from typing import NamedTuple

import numpy as np
from scipy.stats import t

from pellucid.measures._kinds import Floats
from pellucid.schema import Measure


class PairedDifference(NamedTuple):
    """One contender less another on the same documents, and what is inferred from it.

    Attributes
    ----------
    measure : Measure
        The difference with its 95% interval.
    z, p : float or None
        Difference over standard error, and the two-sided chance of one as large were both
        equally good; 0 and 1 for predictions that are the same, None where undefined.
    se : float or None
        Standard error.
    low90, high90 : float or None
        Limits of the 90% interval, for two one-sided tests at 5%.
    """

    measure: Measure
    z: float | None = None
    p: float | None = None
    se: float | None = None
    low90: float | None = None
    high90: float | None = None


def normal_difference(
    value: float, se: float, method: str, bound: float = np.inf, degrees: float = np.inf
) -> PairedDifference:
    """Return a difference with limits at so many standard errors on either side.

    Parameters
    ----------
    value : float
        NaN where undefined.
    se : float
        Standard error; NaN where undefined.
    method : str
    bound : float, default=inf
        Limits are held within minus it and it.
    degrees : float, default=inf
        Degrees of freedom of the standard error; infinity for normal limits, fewer for
        Student's.

    Returns
    -------
    PairedDifference
        Without interval and test where the error is undefined, and where it is estimated
        as 0 for a difference that is not.

    Examples
    --------
    >>> found = normal_difference(0.02, 0.01, "DeLong")
    >>> found.measure.text(), round(found.p, 4)
    ('0.020 [0.000, 0.040]', 0.0455)
    """
    if not np.isfinite(value):
        return PairedDifference(Measure(value=None))
    if not np.isfinite(se) or (se == 0 and value != 0):
        return PairedDifference(Measure(value=value))
    z = value / se if se else 0.0
    low95, low90, high90, high95 = np.clip(
        value + se * t.ppf([0.025, 0.05, 0.95, 0.975], degrees), -bound, bound
    ).tolist()
    measure = Measure(value=value, low=low95, high=high95, method=method)
    return PairedDifference(measure, z, float(2 * t.sf(abs(z), degrees)), se, low90, high90)


def bootstrap_difference(draws: Floats, value: float) -> PairedDifference:
    """Return a bootstrapped difference with limits and test from the standard deviation of its draws.

    For differences of two contenders this keeps its level better than percentiles and BCa:
    a difference is nearly normal, and the skewness that those correct for is itself
    badly known from few documents (docs/explanation/coverage.md counts both).

    Parameters
    ----------
    draws : ndarray of shape (draws,)
        The difference in every draw, of documents drawn alike for both contenders.
    value : float
        The difference on the documents as they are.

    Returns
    -------
    PairedDifference
        Without interval and test where a draw is undefined or infinite; method
        ``"paired bootstrap, normal limits"``.

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman and
    Hall, chapter 12.

    Examples
    --------
    >>> draws = np.random.default_rng(0).normal(0.02, 0.01, size=2000)
    >>> bootstrap_difference(draws, 0.02).measure.text()
    '0.020 [0.000, 0.040]'
    """
    draws = np.asarray(draws, dtype=float)
    se = float(draws.std(ddof=1)) if len(draws) > 1 and np.isfinite(draws).all() else float("nan")
    return normal_difference(float(value), se, "paired bootstrap, normal limits")
