"""Whether probabilities mean what they say: recalibration line, calibration in the large, and binned error."""

from functools import partial

import numpy as np
from scipy.special import logit

from pellucid.measures._kinds import (
    CLIP,
    Codes,
    Evaluator,
    Flags,
    Floats,
    each_against_the_rest,
    only_two_classes,
    ratio,
)
from pellucid.measures._logistic import logistic

BINS = 10
"""Groups of equal count that the expected calibration error is taken over."""

_CONSTANT = 1e-9
_WITNESSES = 32  # so many of each end of each class are looked at before all are


def calibration_slope(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Slope of a logistic regression of the outcome on the log-odds of its probability.

    1 is right, below 1 the probabilities are too extreme, above 1 too timid. Log-odds
    are taken of probabilities clipped to [`CLIP`, 1 - `CLIP`].

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        0 and 1.
    predicted : ndarray of shape (n,)
        Probability of class 1.
    weights : ndarray of shape (n, draws)
        How often each document counts in each draw.

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
    return recalibration(y, predicted)(weights)[0]


def calibration_intercept(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Intercept of the regression whose slope `calibration_slope` gives, in log-odds; 0 is right.

    It is the observed log-odds where one half was predicted, and to be read together
    with the slope; `calibration_in_the_large` is the figure that stands alone.

    Parameters
    ----------
    y, predicted, weights
        As in `calibration_slope`.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where the slope is undefined or infinite.

    References
    ----------
    As for `calibration_slope`.

    Examples
    --------
    >>> y, predicted = np.array([0, 1, 0, 1, 1, 1]), np.array([0.2, 0.2, 0.4, 0.6, 0.8, 0.8])
    >>> calibration_intercept(y, predicted, np.ones((6, 1))).round(3)
    array([1.052])
    """
    return recalibration(y, predicted)(weights)[1]


def calibration_in_the_large(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """By how much all log-odds would have to be raised for the mean probability to be the observed share.

    0 is right, below 0 the probabilities are too high on average, above 0 too low. It is
    the intercept of the logistic regression whose slope is held at 1.

    Parameters
    ----------
    y, predicted, weights
        As in `calibration_slope`.

    Returns
    -------
    ndarray of shape (draws,)
        Infinite where a draw holds one class only; NaN for more than two classes.

    References
    ----------
    Steyerberg, E. W. (2019). Clin. Prediction Models, second edition. Springer,
    chapter 15.

    Examples
    --------
    >>> calibration_in_the_large(np.array([0, 1]), np.array([0.2, 0.2]), np.ones((2, 1))).round(3)
    array([1.386])
    """
    return recalibration(y, predicted)(weights)[2]


def expected_calibration_error(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Mean distance of predicted from observed share over ten groups of equal count.

    Groups are cut on all documents by their probability, equal ones together, and stay
    the same in every draw. The error is biased upwards: chance alone moves every group's
    share, so a perfectly calibrated model has an error above 0, the more the fewer the
    documents (about 0.8 × the standard error of a group's share). Compare it only
    between contenders on the same documents, and read slope and curve first.

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

    References
    ----------
    Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015). Obtaining well calibrated
    probabilities using Bayesian binning. AAAI, 2901-2907.
    Roelofs, R. et al. (2022). Mitigating bias in calibration error estimation. AISTATS,
    4036-4054.

    Examples
    --------
    >>> y, predicted = np.array([0, 1, 1, 1]), np.array([0.5, 0.5, 0.9, 0.9])
    >>> expected_calibration_error(y, predicted, np.ones((4, 1))).round(3)
    array([0.05])
    """
    return binned(y, predicted)(weights)[0]


def recalibration(y: Codes, predicted: Floats) -> Evaluator:
    """Prepare calibration slope, intercept and calibration in the large, in this order.

    Parameters
    ----------
    y, predicted
        As in `calibration_slope`.

    Returns
    -------
    callable
        (n, draws) weights -> (3, draws) figures.
    """
    return only_two_classes(_Recalibration, 3)(y, predicted)


def binned(y: Codes, predicted: Floats) -> Evaluator:
    """Prepare the expected calibration error.

    Parameters
    ----------
    y, predicted
        As in `expected_calibration_error`.

    Returns
    -------
    callable
        (n, draws) weights -> (1, draws) figures.
    """
    return _each(y, predicted)


class _Recalibration:
    """Rows slope, intercept, in the large; every draw starts from the fit to all documents."""

    def __init__(self, y: Codes, predicted: Floats) -> None:
        x = log_odds(predicted)
        self.x, self.positive = x, y == 1
        self.mean, self.spread = x.mean(), x.std()
        self.ends = _extremes(self.positive, x)
        self.rows = np.stack([np.ones_like(x), (x - self.mean) / (self.spread if self.spread > 0 else 1.0)])
        plain = np.ones((len(y), 1))
        apart = _separation(self.positive, x, plain)
        self.start = self._line(plain, np.zeros(2))[:, 0] if apart[0] == 0 else np.zeros(2)
        self.shift = self._shift(plain, np.zeros(1))

    def __call__(self, weights: Floats) -> Floats:
        slopes = _separation(self.positive[self.ends], self.x[self.ends], weights[self.ends])
        unsure = np.flatnonzero(slopes != 0)
        if len(unsure):
            slopes[unsure] = _separation(self.positive, self.x, weights[:, unsure])
        intercepts = np.full_like(slopes, np.nan)
        found = np.flatnonzero(slopes == 0)
        if len(found):
            held = weights if len(found) == weights.shape[1] else weights[:, found]
            intercepts[found], slopes[found] = self._line(held, self.start)
            slopes[found] /= self.spread
            intercepts[found] -= slopes[found] * self.mean
        return np.stack([slopes, intercepts, self._shift(weights, self.shift)])

    def _line(self, weights: Floats, start: Floats) -> Floats:
        return logistic(self.rows, self.positive, weights, start=start)

    def _shift(self, weights: Floats, start: Floats) -> Floats:
        """Fit the intercept alone; where there is one class only it is infinite."""
        all_of, events = weights.sum(axis=0), self.positive @ weights
        found = np.where(events == 0, -np.inf, np.where(events == all_of, np.inf, np.nan))
        both = np.flatnonzero(np.isnan(found))
        begin = np.where(np.isfinite(start), start, 0.0)
        if len(both):
            held = weights if len(both) == weights.shape[1] else weights[:, both]
            found[both] = logistic(self.rows[:1], self.positive, held, start=begin, offset=self.x)[0]
        return found


def log_odds(predicted: Floats) -> Floats:
    """Return the log-odds of probabilities clipped to [`CLIP`, 1 - `CLIP`].

    Parameters
    ----------
    predicted : ndarray

    Returns
    -------
    ndarray
    """
    found: Floats = logit(np.clip(predicted, CLIP, 1 - CLIP))
    return found


def _binned(y: Codes, predicted: Floats) -> Evaluator:
    below = np.searchsorted(np.sort(predicted), predicted, side="left")
    groups = np.arange(BINS)[:, None] == below * BINS // len(y)
    misses = groups[groups.any(axis=1)] * (y - predicted)
    return partial(_mean_distance, misses)


_each = each_against_the_rest(_binned)


def _mean_distance(misses: Floats, weights: Floats) -> Floats:
    return ratio(np.abs(misses @ weights).sum(axis=0), weights.sum(axis=0))[None]


def _extremes(positive: Flags, x: Floats) -> Codes:
    """Pick the lowest and highest documents of each class: a draw that overlaps among those does so in all."""
    picked = []
    for rows in (np.flatnonzero(positive), np.flatnonzero(~positive)):
        ranked = rows[np.argsort(x[rows], kind="stable")]
        picked.append(ranked if len(ranked) <= 2 * _WITNESSES else np.r_[ranked[:_WITNESSES], ranked[-_WITNESSES:]])
    return np.concatenate(picked)


def _separation(positive: Flags, x: Floats, weights: Floats) -> Floats:
    """Say per draw whether x separates the classes: 0 no, infinity upwards or downwards, NaN constant x."""
    low, high = _range(x[positive], weights[positive])
    rest_low, rest_high = _range(x[~positive], weights[~positive])
    slopes = np.where(low >= rest_high, np.inf, np.where(high <= rest_low, -np.inf, 0.0))
    with np.errstate(invalid="ignore"):  # a class that is not there has no range
        constant = np.maximum(high, rest_high) - np.minimum(low, rest_low) < _CONSTANT
    return np.where(constant, np.nan, slopes)


def _range(x: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Find the lowest and highest x that a draw holds; infinities where it holds none."""
    draws = weights.shape[1]
    if not len(x):
        return np.full(draws, np.inf), np.full(draws, -np.inf)
    order = np.argsort(x)
    ranked, held = x[order], (weights > 0).T[:, order]
    low, high = ranked[held.argmax(axis=1)], ranked[len(x) - 1 - held[:, ::-1].argmax(axis=1)]
    there = held.any(axis=1)
    return np.where(there, low, np.inf), np.where(there, high, -np.inf)
