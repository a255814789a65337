"""What a paired difference shows against a margin stated beforehand, and the p-values of each claim."""

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import t

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError
from pellucid.measures._kinds import Floats
from pellucid.schema import Conclusion

_SAME = 1e-12  # relative; two figures that differ by less differ by rounding


def conclude(value: float, low95: float, high95: float, low90: float, high90: float, margin: float) -> Conclusion:
    """Say what a difference shows; the first that holds of better, equivalent, non-inferior, worse.

    Parameters
    ----------
    value : float
        Contender minus reference, of a measure where higher is better; turn signs round
        where lower is.
    low95, high95, low90, high90 : float
        Limits of its 95% and its 90% interval.
    margin : float
        Above 0, in units of the measure, stated before the numbers were seen.

    Returns
    -------
    Conclusion
        ``BETTER``: the 95% interval lies above 0. ``EQUIVALENT``: the 90% interval lies
        between minus the margin and the margin. ``NON_INFERIOR``: the 95% interval lies
        above minus the margin. ``WORSE``: the 95% interval lies below 0. Else
        ``INCONCLUSIVE``. A limit that touches its bound shows nothing.

    Raises
    ------
    InvalidInputError
        If a limit is not a number, limits stand in the wrong order or the margin is not
        above 0.

    References
    ----------
    Piaggio, G. et al. (2012). Reporting of noninferiority and equivalence randomized
    trials. JAMA 308, 2594-2604.
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the
    power approach for assessing the equivalence of average bioavailability. Journal of
    Pharmacokinetics and Biopharmaceutics 15, 657-680.

    Examples
    --------
    >>> conclude(-0.005, -0.017, 0.007, -0.015, 0.005, margin=0.02)
    <Conclusion.EQUIVALENT: 'equivalent within the margin'>
    >>> conclude(-0.005, -0.050, 0.040, -0.043, 0.033, margin=0.02)
    <Conclusion.INCONCLUSIVE: 'inconclusive'>
    """
    _check_margin(margin)
    if not np.isfinite(value) or not -np.inf < low95 <= low90 <= high90 <= high95 < np.inf:
        raise InvalidInputError(
            f"limits: got {low95}, {low90}, {high90}, {high95} about {value}; finite ones are allowed, low95 <= low90 "
            "<= high90 <= high95: conclude nothing where a difference has no interval"
        )
    rules = {
        Conclusion.BETTER: low95 > 0,
        Conclusion.EQUIVALENT: low90 > -margin and high90 < margin,
        Conclusion.NON_INFERIOR: low95 > -margin,
        Conclusion.WORSE: high95 < 0,
    }
    return next((conclusion for conclusion, holds in rules.items() if holds), Conclusion.INCONCLUSIVE)


def non_inferiority_p(difference: float, se: float, margin: float, degrees: float = np.inf) -> float:
    """Return the one-sided p-value against a loss as large as the margin.

    Below 2.5% exactly where the lower 95% limit lies above minus the margin.

    Parameters
    ----------
    difference : float
        Contender minus reference, of a measure where higher is better.
    se : float
        Its standard error; 0 for predictions that are the same.
    margin : float
    degrees : float, default=inf
        Degrees of freedom of the standard error, such as `Areas.degrees`.

    Returns
    -------
    float

    Raises
    ------
    InvalidInputError
        If `se` is below 0 or the margin is not above 0.

    Examples
    --------
    >>> round(non_inferiority_p(-0.005, 0.006, margin=0.02), 4)
    0.0062
    """
    _check_margin(margin)
    check_number("se", se, low=0)
    return _beyond(difference + margin, se, degrees)


def equivalence_p(difference: float, se: float, margin: float, degrees: float = np.inf) -> float:
    """Return the larger p-value of the two one-sided tests against the margin on either side.

    Below 5% exactly where the 90% interval lies between minus the margin and the margin.

    Parameters
    ----------
    difference, se, margin, degrees : float
        As in `non_inferiority_p`.

    Returns
    -------
    float

    Raises
    ------
    InvalidInputError
        If `se` is below 0 or the margin is not above 0.

    References
    ----------
    Schuirmann (1987), as in `conclude`.

    Examples
    --------
    >>> round(equivalence_p(-0.005, 0.006, margin=0.02), 4)
    0.0062
    """
    return max(non_inferiority_p(difference, se, margin, degrees), _beyond(margin - difference, se, degrees))


def bootstrap_p(draws: Floats, value: float, acceleration: float = 0.0) -> float | None:
    """Return the two-sided p-value of a bootstrapped difference: where its interval would just touch 0.

    Inverts the bias-corrected and accelerated interval, so p falls below 5% where the
    95% interval leaves out 0. With B draws p is at least 2 / (B + 1), so a family of m
    tests needs more than 40 m draws if any is to survive Holm's adjustment.

    Parameters
    ----------
    draws : ndarray of shape (draws,)
        The difference in every draw.
    value : float
        The difference on the documents as they are.
    acceleration : float, default=0.0
        From the jackknife; 0 corrects for bias alone.

    Returns
    -------
    float or None
        None where the value or a draw is undefined, or no draw differs from another but
        the value is not 0; 1 where value and draws are all 0.

    References
    ----------
    Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American
    Statistical Association 82, 171-185.

    Examples
    --------
    >>> draws = np.random.default_rng(0).normal(2.0, 1.0, size=2000)
    >>> round(bootstrap_p(draws, 2.0), 2)
    0.04
    """
    draws = np.asarray(draws, dtype=float)
    if not len(draws) or np.isnan(draws).any() or not np.isfinite(value):
        return None
    if (draws == draws[0]).all():
        return 1.0 if value == 0 and draws[0] == 0 else None
    least = 2 / (len(draws) + 1)
    if draws.min() > 0 or draws.max() < 0:  # limits are draws, so no interval reaches 0
        return least
    bias = ndtri(_share_below(draws, value))
    far = ndtri(_share_below(draws, 0.0)) - bias
    scale = 1 + acceleration * far
    below = float(ndtr(far / scale - bias)) if scale > 0 else 0.0  # beyond the last level the correction can reach
    return float(np.clip(2 * min(below, 1 - below), least, 1.0))


def _share_below(draws: Floats, bound: float) -> float:
    """Count draws below a bound, ties by half, never none and never all; what differs by rounding is a tie."""
    slack = _SAME * np.abs(draws[np.isfinite(draws)]).max(initial=0.0)
    below = (draws < bound - slack).sum() + (np.abs(draws - bound) <= slack).sum() / 2
    return float(np.clip(below, 1, len(draws)) / (len(draws) + 1))


def _beyond(distance: float, se: float, degrees: float) -> float:
    """Return the upper tail of distance / se; certain where there is no error."""
    if se == 0:
        return 0.0 if distance > 0 else 1.0
    return float(t.sf(distance / se, degrees))


def _check_margin(margin: float) -> None:
    check_number("margin", margin, low=np.nextafter(0, 1))
