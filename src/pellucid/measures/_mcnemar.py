"""Tests and the interval for two contenders' right and wrong decisions on the same documents (McNemar)."""

from typing import Literal, NamedTuple

import numpy as np
from scipy.special import ndtri
from scipy.stats import binom, binomtest, chi2

from pellucid._checks import check_number, check_option
from pellucid.schema import Measure

McNemarKind = Literal["exact", "mid-p", "chi2", "corrected"]

_KINDS = ("exact", "mid-p", "chi2", "corrected")


class McNemar(NamedTuple):
    """What a test of two shares on the same documents found.

    Attributes
    ----------
    statistic : float
        The smaller count for ``"exact"`` and ``"mid-p"``, chi-squared with one degree of
        freedom for the others.
    p : float
        Two-sided.
    """

    statistic: float
    p: float


def mcnemar(b: int, c: int, kind: McNemarKind = "exact") -> McNemar:
    """Test whether two contenders are right equally often on the same documents.

    Only documents that one has right and the other wrong say anything. Where there is
    none, p is 1.

    Parameters
    ----------
    b, c : int
        Documents that only the first has right, and only the second.
    kind : {"exact", "mid-p", "chi2", "corrected"}, default="exact"
        Exact binomial, which never errs above its level; binomial with half the weight of
        what was seen, nearer to its level and the better choice for small counts;
        chi-squared, for `b` + `c` of 25 and more; chi-squared with continuity correction.

    Returns
    -------
    McNemar

    Raises
    ------
    InvalidInputError
        If a count is not a whole number from 0, or the kind is none of these.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated
    proportions or percentages. Psychometrika 12, 153-157.
    Fagerland, M. W., Lydersen, S. and Laake, P. (2013). The McNemar test for binary
    matched-pairs data: mid-p and asymptotic are better than exact conditional. BMC
    Medical Research Methodology 13, 91.

    Examples
    --------
    >>> round(mcnemar(1, 9).p, 4), round(mcnemar(1, 9, "mid-p").p, 4)
    (0.0215, 0.0117)
    """
    check_option("kind", kind, _KINDS)
    check_number("b", b, low=0, whole=True)
    check_number("c", c, low=0, whole=True)
    if kind in ("chi2", "corrected"):
        apart = max(abs(b - c) - (kind == "corrected"), 0)
        statistic = apart**2 / (b + c) if b + c else 0.0
        return McNemar(statistic, float(chi2.sf(statistic, 1)))
    fewer = min(b, c)
    if not b + c:
        return McNemar(0.0, 1.0)
    p = float(binomtest(fewer, b + c, 0.5).pvalue)
    if kind == "mid-p":
        p = 1.0 if b == c else p - float(binom.pmf(fewer, b + c, 0.5))
    return McNemar(float(fewer), p)


def paired_share_difference(b: int, c: int, n: int) -> Measure:
    """Return how much more often the first is right than the second, with a 95% interval.

    The interval is Wald's after one document is added to each of the four cells, so it
    stays honest where counts are small; it is held within [-1, 1].

    Parameters
    ----------
    b, c : int
        Documents that only the first has right, and only the second.
    n : int
        All documents.

    Returns
    -------
    Measure
        Undefined for no documents; method ``"Bonett-Price"``.

    Raises
    ------
    InvalidInputError
        If a count is not a whole number from 0, or `b` + `c` is above `n`.

    References
    ----------
    Bonett, D. G. and Price, R. M. (2012). Adjusted Wald confidence interval for a
    difference of binomial proportions based on paired data. Journal of Educational and
    Behavioral Statistics 37, 479-488.

    Examples
    --------
    >>> paired_share_difference(9, 1, 100).text()
    '0.080 [0.014, 0.143]'
    """
    check_number("n", n, low=0, whole=True)
    check_number("b", b, low=0, high=n, whole=True)
    check_number("c", c, low=0, high=n - b, whole=True)
    if not n:
        return Measure(value=None)
    more, less = (b + 1) / (n + 2), (c + 1) / (n + 2)
    reach = float(ndtri(0.975)) * np.sqrt((more + less - (more - less) ** 2) / (n + 2))
    low, high = np.clip([more - less - reach, more - less + reach], -1, 1)
    return Measure(value=(b - c) / n, low=float(low), high=float(high), method="Bonett-Price")
