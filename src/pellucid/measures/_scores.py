"""How far probabilities are from what happened: Brier score and log loss."""

import numpy as np

from pellucid.measures._kinds import CLIP, Codes, Evaluator, Floats, weighted_mean


def brier(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Mean squared error of the probabilities, from 0 to 1; with more than two classes summed over them, 0 to 2.

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
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability.
    Monthly Weather Review 78, 1-3.

    Examples
    --------
    >>> brier(np.array([0, 1]), np.array([0.2, 0.6]), np.ones((2, 1))).round(3)
    array([0.1])
    """
    return scores(y, predicted)(weights)[0]


def log_loss(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Mean negative log of the probability given to what happened, in nats.

    Probabilities are clipped to [`CLIP`, 1 - `CLIP`] first.

    Parameters
    ----------
    y, predicted, weights
        As in `brier`.

    Returns
    -------
    ndarray of shape (draws,)

    Examples
    --------
    >>> log_loss(np.array([0, 1]), np.array([0.5, 0.5]), np.ones((2, 1))).round(3)
    array([0.693])
    """
    return scores(y, predicted)(weights)[1]


def scores(y: Codes, predicted: Floats) -> Evaluator:
    """Prepare Brier score and log loss, in this order.

    Parameters
    ----------
    y, predicted
        As in `brier`.

    Returns
    -------
    callable
        (n, draws) weights -> (2, draws) figures.
    """
    if predicted.ndim == 1:
        squared = (predicted - y) ** 2
        given = np.where(y == 1, predicted, 1 - predicted)
    else:
        squared = ((predicted - np.eye(predicted.shape[1])[y]) ** 2).sum(axis=1)
        given = predicted[np.arange(len(y)), y]
    losses = np.stack([squared, -np.log(np.clip(given, CLIP, 1 - CLIP))])
    return lambda weights: weighted_mean(losses, weights)
