"""Shares of documents with the interval they deserve."""

from scipy.stats import binomtest

from pellucid._checks import check_number
from pellucid.schema import Measure


def wilson(successes: int, trials: int) -> Measure:
    """Return a share with its 95% Wilson score interval; undefined for no trials.

    Parameters
    ----------
    successes, trials : int

    Returns
    -------
    Measure

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> wilson(8, 10).text()
    '0.800 [0.490, 0.943]'
    """
    check_number("trials", trials, low=0, whole=True)
    check_number("successes", successes, low=0, high=trials, whole=True)
    if trials == 0:
        return Measure(value=None)
    interval = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return Measure(value=successes / trials, low=float(interval.low), high=float(interval.high))
