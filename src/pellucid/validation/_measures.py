"""Measures of out-of-fold probabilities as pure functions on arrays, for one weighting of documents or many.

Every function takes a matrix of weights with one column per draw and returns one value
per draw, so that a bootstrap of 2,000 draws is one call; a column of ones gives the
plain measure. Probabilities have shape (n,), of the second class, or (n, n_classes).
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

CLIP = 1e-6
"""How far probabilities are held from 0 and 1 before a logarithm: a certain mistake costs 13.8, not infinity."""

_STEPS = 200
_CONSTANT = 1e-9
_CLOSE = 1e-4  # after a step this short Newton's error is of the order of its square


def auroc(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Area under the ROC curve; a tie counts one half.

    With more than two classes: each class against the rest, averaged without weights.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Class numbers from 0.
    predicted : ndarray of shape (n,) or (n, n_classes)
        Probability of class 1, or of every class.
    weights : ndarray of shape (n, draws)
        How often each document counts in each draw.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where a draw holds only one of two classes.

    References
    ----------
    Hanley, J. A. and McNeil, B. J. (1982). The meaning and use of the area under a
    receiver operating characteristic (ROC) curve. Radiology 143, 29-36.

    Examples
    --------
    >>> auroc(np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.4, 0.8]), np.ones((4, 1)))
    array([0.875])
    """
    return _each_against_the_rest(_binary_auroc, y, predicted, weights)


def average_precision(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Precision averaged over recall, as a sum of steps without interpolation.

    With more than two classes: each class against the rest, averaged without weights.

    Parameters
    ----------
    y, predicted, weights
        As in `auroc`.

    Returns
    -------
    ndarray of shape (draws,)

    Examples
    --------
    >>> average_precision(np.array([0, 1, 0, 1]), np.array([0.1, 0.35, 0.4, 0.8]), np.ones((4, 1))).round(3)
    array([0.833])
    """
    return _each_against_the_rest(_binary_average_precision, y, predicted, weights)


def brier(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Mean squared error of the probabilities, from 0 to 1; with more than two classes summed over them, 0 to 2.

    Parameters
    ----------
    y, predicted, weights
        As in `auroc`.

    Returns
    -------
    ndarray of shape (draws,)

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability.
    Monthly Weather Review 78, 1-3.

    Examples
    --------
    >>> brier(np.array([0, 1]), np.array([0.2, 0.6]), np.ones((2, 1))).round(3)
    array([0.1])
    """
    if predicted.ndim == 1:
        return _average((predicted - y) ** 2, weights)
    return _average(((predicted - np.eye(predicted.shape[1])[y]) ** 2).sum(axis=1), weights)


def log_loss(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Mean negative log of the probability given to what happened, in nats.

    Probabilities are clipped to [`CLIP`, 1 - `CLIP`] first.

    Parameters
    ----------
    y, predicted, weights
        As in `auroc`.

    Returns
    -------
    ndarray of shape (draws,)

    Examples
    --------
    >>> log_loss(np.array([0, 1]), np.array([0.5, 0.5]), np.ones((2, 1))).round(3)
    array([0.693])
    """
    if predicted.ndim == 1:
        given = np.where(y == 1, predicted, 1 - predicted)
    else:
        given = predicted[np.arange(len(y)), y]
    return _average(-np.log(np.clip(given, CLIP, 1 - CLIP)), weights)


def accuracy(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Share of documents whose class is the most probable one; a tie goes to the first class.

    With two classes that is class 1 where its probability is above one half.

    Parameters
    ----------
    y, predicted, weights
        As in `auroc`.

    Returns
    -------
    ndarray of shape (draws,)

    Examples
    --------
    >>> accuracy(np.array([0, 1]), np.array([0.5, 0.4]), np.ones((2, 1)))
    array([0.5])
    """
    decided = predicted > 0.5 if predicted.ndim == 1 else predicted.argmax(axis=1)
    return _average((decided == y).astype(float), weights)


def calibration_slope(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Slope of a logistic regression of the outcome on the log-odds of its probability.

    1 is right, below 1 the probabilities are too extreme, above 1 too timid. Log-odds
    are taken of probabilities clipped to [`CLIP`, 1 - `CLIP`].

    Parameters
    ----------
    y, predicted, weights
        As in `auroc`.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where the probability is the same for all documents of a draw, and for more
        than two classes; infinite where the probability separates the classes, because
        then every slope can be improved by a larger one.

    References
    ----------
    Cox, D. R. (1958). Two further applications of a model for binary regression.
    Biometrika 45, 562-565.
    Albert, A. and Anderson, J. A. (1984). On the existence of maximum likelihood
    estimates in logistic regression models. Biometrika 71, 1-10.

    Examples
    --------
    >>> y, predicted = np.array([0, 1, 0, 1, 0, 1]), np.array([0.2, 0.2, 0.4, 0.6, 0.8, 0.8])
    >>> calibration_slope(y, predicted, np.ones((6, 1))).round(3)
    array([0.204])
    """
    if predicted.ndim == 2:
        return np.full(weights.shape[1], np.nan)
    x = logit(np.clip(predicted, CLIP, 1 - CLIP))
    slopes = _separation(y == 1, x, weights)
    found = np.flatnonzero(slopes == 0)
    if len(found):
        spread = x.std()
        kept = weights if len(found) == weights.shape[1] else weights[:, found]
        slopes[found] = _logistic_slopes(y == 1, (x - x.mean()) / spread, kept) / spread
    return slopes


class MeasureKind(NamedTuple):
    """What a measure is called, which way is better, and how it is computed.

    Attributes
    ----------
    label : str
        Name for people.
    better : {"higher", "lower", "nearest 1"}
    values : callable
        (y, predicted, weights) -> one value per draw; see `auroc`.
    """

    label: str
    better: Literal["higher", "lower", "nearest 1"]
    values: Callable[[Codes, Floats, Floats], Floats]


MEASURES = MappingProxyType(
    {
        "auroc": MeasureKind("AUROC", "higher", auroc),
        "average_precision": MeasureKind("average precision", "higher", average_precision),
        "brier": MeasureKind("Brier score", "lower", brier),
        "log_loss": MeasureKind("log loss", "lower", log_loss),
        "accuracy": MeasureKind("accuracy", "higher", accuracy),
        "calibration_slope": MeasureKind("calibration slope", "nearest 1", calibration_slope),
    }
)
"""The measures of every comparison, in reading order."""


def _each_against_the_rest(
    values: Callable[[NDArray[np.bool_], Floats, Floats], Floats], y: Codes, predicted: Floats, weights: Floats
) -> Floats:
    """Take a measure of two classes; average it over the classes where there are more."""
    if predicted.ndim == 1:
        return values(y == 1, predicted, weights)
    columns = enumerate(predicted.T)
    return np.mean([values(y == place, column, weights) for place, column in columns], axis=0)


def _binary_auroc(positive: NDArray[np.bool_], score: Floats, weights: Floats) -> Floats:
    """Take the area by one sort: O(n) per draw, where comparing all pairs is O(n squared)."""
    hits, misses = _by_threshold(positive, -score, weights)
    steps = np.diff(misses, axis=0)
    with np.errstate(invalid="ignore"):  # a draw with one class has no pairs: NaN
        return (steps * (hits[1:] + hits[:-1])).sum(axis=0) / (2 * hits[-1] * misses[-1])


def _binary_average_precision(positive: NDArray[np.bool_], score: Floats, weights: Floats) -> Floats:
    hits, misses = _by_threshold(positive, -score, weights)
    # No document above the first thresholds of a draw: nothing is caught either, and 0 is added.
    precision = hits[1:] / np.maximum(hits[1:] + misses[1:], np.finfo(float).tiny)
    with np.errstate(invalid="ignore"):
        return (np.diff(hits, axis=0) * precision).sum(axis=0) / hits[-1]


def _by_threshold(positive: NDArray[np.bool_], ranking: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Count positives and negatives up to each distinct rank; two (ranks + 1, draws) arrays that begin with 0."""
    order = np.argsort(ranking, kind="stable")
    ranked = ranking[order]
    last_of_ties = np.flatnonzero(np.r_[ranked[1:] != ranked[:-1], True])
    counted, positive = weights[order], positive[order, None]
    counts = []
    for chosen in (counted * positive, counted * ~positive):
        total = np.cumsum(chosen, axis=0)
        counts.append(np.vstack([np.zeros(total.shape[1]), total[last_of_ties]]))
    return counts[0], counts[1]


def _average(loss: Floats, weights: Floats) -> Floats:
    return (loss @ weights) / weights.sum(axis=0)


def _separation(positive: NDArray[np.bool_], x: Floats, weights: Floats) -> Floats:
    """Say per draw whether x separates the classes: 0 no, infinity upwards or downwards, NaN constant x."""
    low, high = _range(x[positive], weights[positive])
    rest_low, rest_high = _range(x[~positive], weights[~positive])
    slopes = np.where(low >= rest_high, np.inf, np.where(high <= rest_low, -np.inf, 0.0))
    constant = np.maximum(high, rest_high) - np.minimum(low, rest_low) < _CONSTANT
    return np.where(constant, np.nan, slopes)


def _range(x: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Find the lowest and highest x that a draw holds."""
    order = np.argsort(x)
    held = weights[order] > 0
    ranked = x[order]
    if not len(ranked):
        return np.full(weights.shape[1], np.inf), np.full(weights.shape[1], -np.inf)
    return ranked[held.argmax(axis=0)], ranked[len(ranked) - 1 - held[::-1].argmax(axis=0)]


def _logistic_slopes(positive: NDArray[np.bool_], z: Floats, weights: Floats) -> Floats:
    """Fit intercept and slope by Newton's method, all draws at once, on standardised log-odds.

    Draws start from the fit to all of them together and leave when they have converged.
    """
    draws = weights.shape[1]
    start = np.zeros(2) if draws == 1 else _newton(positive, z, weights.sum(axis=1, keepdims=True), np.zeros(2))[:, 0]
    return _newton(positive, z, weights, start)[1]


def _newton(positive: NDArray[np.bool_], z: Floats, weights: Floats, start: Floats) -> Floats:
    """Return (intercept, slope) per draw, of shape (2, draws); NaN where no step converges."""
    found = np.repeat(start[:, None], weights.shape[1], axis=1)
    live = np.arange(weights.shape[1])
    for number in range(_STEPS):
        held = weights if len(live) == weights.shape[1] else weights[:, live]
        # Far out a full step may overshoot and come back for ever; ever shorter ones cannot.
        step = _newton_step(positive, z, held, found[:, live], longest=2 / (1 + number / 10))
        found[:, live] += step
        live = live[~(np.abs(step).max(axis=0) < _CLOSE)]
        if not len(live):
            return found
    found[:, live] = np.nan
    return found


def _newton_step(positive: NDArray[np.bool_], z: Floats, weights: Floats, at: Floats, longest: float) -> Floats:
    powers = np.stack([np.ones_like(z), z, z * z])
    expected = expit(z[:, None] * at[1] + at[0])
    given = weights * expected
    first, second = powers[:2] @ (weights * positive[:, None] - given)
    top, cross, bottom = powers @ (given - given * expected)
    with np.errstate(invalid="ignore", divide="ignore"):  # no curvature left: NaN, and undefined
        step = np.stack([bottom * first - cross * second, top * second - cross * first]) / (top * bottom - cross**2)
    return step * (longest / np.maximum(np.abs(step).max(axis=0), longest))
