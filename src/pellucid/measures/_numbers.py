"""Measures of predicted numbers: errors, explained share, calibration line and rank correlation."""

import numpy as np

from pellucid.measures._kinds import Codes, Evaluator, Floats, ratio, weighted_mean


def rmse(y: Floats, predicted: Floats, weights: Floats) -> Floats:
    """Root of the mean squared error, in the outcome's unit.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Observed numbers.
    predicted : ndarray of shape (n,)
        Predicted ones.
    weights : ndarray of shape (n, draws)
        How often each document counts in each draw.

    Returns
    -------
    ndarray of shape (draws,)

    Examples
    --------
    >>> rmse(np.array([1.0, 2.0]), np.array([1.0, 4.0]), np.ones((2, 1))).round(3)
    array([1.414])
    """
    return errors(y, predicted)(weights)[0]


def mae(y: Floats, predicted: Floats, weights: Floats) -> Floats:
    """Mean absolute error, in the outcome's unit.

    Parameters
    ----------
    y, predicted, weights
        As in `rmse`.

    Returns
    -------
    ndarray of shape (draws,)

    Examples
    --------
    >>> mae(np.array([1.0, 2.0]), np.array([1.0, 4.0]), np.ones((2, 1)))
    array([1.])
    """
    return errors(y, predicted)(weights)[1]


def r_squared(y: Floats, predicted: Floats, weights: Floats) -> Floats:
    """Share of the outcome's squared spread that the prediction takes away; below 0 where the mean does better.

    Parameters
    ----------
    y, predicted, weights
        As in `rmse`.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where a draw holds one value only.

    Examples
    --------
    >>> r_squared(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0]), np.ones((3, 1)))
    array([0.5])
    """
    return errors(y, predicted)(weights)[2]


def number_slope(y: Floats, predicted: Floats, weights: Floats) -> Floats:
    """Slope of the straight line of outcome on prediction; 1 is right, below 1 predictions are too extreme.

    Parameters
    ----------
    y, predicted, weights
        As in `rmse`.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where the prediction is the same for all documents of a draw.

    Examples
    --------
    >>> number_slope(np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 4.0]), np.ones((3, 1)))
    array([0.5])
    """
    return errors(y, predicted)(weights)[3]


def number_intercept(y: Floats, predicted: Floats, weights: Floats) -> Floats:
    """Intercept of the line whose slope `number_slope` gives, in the outcome's unit; 0 is right.

    Parameters
    ----------
    y, predicted, weights
        As in `rmse`.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where there is no slope.

    Examples
    --------
    >>> number_intercept(np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 4.0]), np.ones((3, 1)))
    array([1.])
    """
    return errors(y, predicted)(weights)[4]


def spearman(y: Floats, predicted: Floats, weights: Floats) -> Floats:
    """Correlation of the ranks of outcome and prediction, equal ones sharing their mean rank.

    Ranks are taken anew in every draw.

    Parameters
    ----------
    y, predicted, weights
        As in `rmse`.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where either is the same for all documents of a draw.

    References
    ----------
    Spearman, C. (1904). The proof and measurement of association between two things.
    American Journal of Psychology 15, 72-101.

    Examples
    --------
    >>> spearman(np.array([1.0, 2.0, 3.0]), np.array([0.0, 5.0, 4.0]), np.ones((3, 1)))
    array([0.5])
    """
    return rank_correlation(y, predicted)(weights)[0]


def errors(y: Floats, predicted: Floats) -> Evaluator:
    """Prepare RMSE, MAE, R squared, calibration slope and intercept, in this order.

    Parameters
    ----------
    y, predicted
        As in `rmse`.

    Returns
    -------
    callable
        (n, draws) weights -> (5, draws) figures.
    """
    # About their means: sums of squares of large numbers would lose their digits.
    a, b = y - y.mean(), predicted - predicted.mean()
    rows = np.stack([(y - predicted) ** 2, np.abs(y - predicted), a, b, a * a, b * b, a * b])

    def evaluate(weights: Floats) -> Floats:
        squared, absolute, mean_a, mean_b, aa, bb, ab = weighted_mean(rows, weights)
        spread_a, spread_b = _spread(aa, mean_a), _spread(bb, mean_b)
        slope = ratio(ab - mean_a * mean_b, spread_b)
        intercept = (mean_a + y.mean()) - slope * (mean_b + predicted.mean())
        return np.stack([np.sqrt(squared), absolute, 1 - ratio(squared, spread_a), slope, intercept])

    return evaluate


def rank_correlation(y: Floats, predicted: Floats) -> Evaluator:
    """Prepare the rank correlation.

    Parameters
    ----------
    y, predicted
        As in `rmse`.

    Returns
    -------
    callable
        (n, draws) weights -> (1, draws) figures.
    """
    one, other = _Ranks(y), _Ranks(predicted)

    def evaluate(weights: Floats) -> Floats:
        drawn = np.ascontiguousarray(weights.T)
        a, b = one(drawn), other(drawn)
        together, alone, alone_b = (np.einsum("di,di,di->d", drawn, left, right) for left, right in _pairs(a, b))
        # Ranks of a draw without spread are exactly its mean rank, so that 0 is 0 here.
        return ratio(together, np.sqrt(alone * alone_b))[None]

    return evaluate


class _Ranks:
    """Mean ranks less their mean, in every draw; the order is found once."""

    def __init__(self, values: Floats) -> None:
        order = np.argsort(values, kind="stable")
        ranked = values[order]
        self.order = order
        self.first: Codes = np.searchsorted(ranked, values, side="left")
        self.after: Codes = np.searchsorted(ranked, values, side="right")

    def __call__(self, drawn: Floats) -> Floats:
        sums = np.zeros((drawn.shape[0], drawn.shape[1] + 1))
        np.cumsum(drawn[:, self.order], axis=1, out=sums[:, 1:])
        return (sums[:, self.first] + sums[:, self.after] - sums[:, -1:]) / 2


def _pairs(a: Floats, b: Floats) -> tuple[tuple[Floats, Floats], ...]:
    return (a, b), (a, a), (b, b)


def _spread(squares: Floats, mean: Floats) -> Floats:
    """Return the variance, and exactly 0 where rounding is all there is."""
    found = squares - mean**2
    return np.where(found <= 1e-12 * squares, 0.0, found)
