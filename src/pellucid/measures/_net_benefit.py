"""Net benefit: true positives less false positives at the exchange rate a threshold stands for."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError
from pellucid.measures._kinds import Codes, Evaluator, Floats, only_two_classes, weighted_mean

THRESHOLDS = tuple(step / 100 for step in range(5, 51))
"""The default range, from 5% to 50% in steps of one percent."""


def net_benefit(
    y: Codes, predicted: Floats, thresholds: Sequence[float] | Floats = THRESHOLDS, weights: Floats | None = None
) -> Floats:
    """Net benefit per document of acting from a threshold on.

    TP/n - FP/n × t/(1 - t): who acts from a probability of t on holds one missed document
    of class 1 to be as bad as (1 - t)/t needless actions. Treating none gives 0.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        0 and 1.
    predicted : ndarray of shape (n,)
        Probability of class 1.
    thresholds : sequence of float, default=THRESHOLDS
        Each at least 0 and below 1; a document counts as positive from the threshold on.
    weights : ndarray of shape (n, draws) or None, default=None
        How often each document counts in each draw.

    Returns
    -------
    ndarray of shape (n_thresholds,) or (n_thresholds, draws)

    Raises
    ------
    InvalidInputError
        If a threshold is none.

    References
    ----------
    Vickers, A. J. and Elkin, E. B. (2006). Decision curve analysis: a novel method for
    evaluating prediction models. Medical Decision Making 26, 565-574.

    Examples
    --------
    >>> net_benefit(np.array([0, 1, 0, 1]), np.array([0.1, 0.3, 0.4, 0.9]), [0.2, 0.5])
    array([0.4375, 0.25  ])
    """
    at = checked_thresholds(thresholds)
    gains = np.where(predicted >= at[:, None], _gain(y, at), 0.0)
    return gains.mean(axis=1) if weights is None else weighted_mean(gains, weights)


def net_benefit_treat_all(
    y: Codes, thresholds: Sequence[float] | Floats = THRESHOLDS, weights: Floats | None = None
) -> Floats:
    """Net benefit per document of acting on all: prevalence - (1 - prevalence) × t/(1 - t).

    Parameters
    ----------
    y, thresholds, weights
        As in `net_benefit`.

    Returns
    -------
    ndarray of shape (n_thresholds,) or (n_thresholds, draws)

    Raises
    ------
    InvalidInputError
        If a threshold is none.

    Examples
    --------
    >>> net_benefit_treat_all(np.array([0, 0, 0, 1]), [0.1, 0.25]).round(3)
    array([0.167, 0.   ])
    """
    return net_benefit(y, np.ones(len(y)), thresholds, weights)


def mean_net_benefit(y: Codes, predicted: Floats, *, thresholds: Sequence[float] | Floats = THRESHOLDS) -> Evaluator:
    """Prepare the net benefit averaged over thresholds, each counting the same.

    Parameters
    ----------
    y, predicted, thresholds
        As in `net_benefit`.

    Returns
    -------
    callable
        (n, draws) weights -> (1, draws) figures; NaN for more than two classes.
    """
    return only_two_classes(partial(_prepare, checked_thresholds(thresholds)), 1)(y, predicted)


def checked_thresholds(thresholds: Sequence[float] | Floats) -> Floats:
    """Return thresholds as an array, or refuse them.

    Parameters
    ----------
    thresholds : sequence of float

    Returns
    -------
    ndarray of shape (n_thresholds,)

    Raises
    ------
    InvalidInputError
    """
    if not len(thresholds):
        raise InvalidInputError(f"thresholds: got {thresholds!r}; probabilities such as (0.05, 0.1) are expected")
    for one in thresholds:
        check_number("thresholds", one, low=0, high=1)
        if one == 1:
            raise InvalidInputError("thresholds: got 1; at 1 the exchange rate is infinite, stay below")
    return np.array(thresholds, dtype=float)


def _prepare(at: Floats, y: Codes, predicted: Floats) -> Evaluator:
    order = np.argsort(at)
    # Every threshold a document passes adds its gain; the sums over them are looked up.
    passed = np.searchsorted(at[order], predicted, side="right")
    costs = np.r_[0.0, np.cumsum(at[order] / (1 - at[order]))]
    gain = np.where(y == 1, passed, -costs[passed])[None] / len(at)
    return lambda weights: weighted_mean(gain, weights)


def _gain(y: Codes, at: Floats) -> Floats:
    """Say what acting on each document is worth at each threshold."""
    return np.where(y == 1, 1.0, -(at / (1 - at))[:, None])
