"""Measures of decisions among more than two classes, all from the counts of true against decided class."""

import numpy as np

from pellucid.measures._kinds import Codes, Evaluator, Floats, ratio
from pellucid.measures._thresholds import decided


def balanced_accuracy(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Mean over the classes of the share of their documents that were decided rightly.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Class numbers from 0.
    predicted : ndarray of shape (n, n_classes)
        Probability of every class; the most probable one is decided for.
    weights : ndarray of shape (n, draws)
        How often each document counts in each draw.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where a draw lacks a class.

    Examples
    --------
    >>> balanced_accuracy(np.array([0, 0, 0, 1]), np.eye(2)[[0, 0, 1, 1]], np.ones((4, 1))).round(3)
    array([0.833])
    """
    return confusion(y, predicted)(weights)[1]


def macro_f1(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Mean over the classes of the harmonic mean of precision and recall.

    Parameters
    ----------
    y, predicted, weights
        As in `balanced_accuracy`.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where a class is neither there nor decided for.

    Examples
    --------
    >>> macro_f1(np.array([0, 0, 0, 1]), np.eye(2)[[0, 0, 1, 1]], np.ones((4, 1))).round(3)
    array([0.733])
    """
    return confusion(y, predicted)(weights)[2]


def kappa(y: Codes, predicted: Floats, weights: Floats) -> Floats:
    """Agreement of decided and true class beyond what chance would give; 1 is all, 0 is chance.

    Parameters
    ----------
    y, predicted, weights
        As in `balanced_accuracy`.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where chance alone agrees always.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
    Psychological Measurement 20, 37-46.

    Examples
    --------
    >>> kappa(np.array([0, 0, 0, 1]), np.eye(2)[[0, 0, 1, 1]], np.ones((4, 1)))
    array([0.5])
    """
    return confusion(y, predicted)(weights)[3]


def confusion(y: Codes, predicted: Floats) -> Evaluator:
    """Prepare accuracy, balanced accuracy, macro F1 and kappa, in this order.

    Parameters
    ----------
    y, predicted
        As in `balanced_accuracy`.

    Returns
    -------
    callable
        (n, draws) weights -> (4, draws) figures.
    """
    classes = predicted.shape[1] if predicted.ndim == 2 else 2
    cells = np.arange(classes**2)[:, None] == y * classes + decided(predicted)
    there = int(y.max()) + 1
    return lambda weights: _figures((cells.astype(float) @ weights).reshape(classes, classes, -1), there)


def _figures(counts: Floats, there: int) -> Floats:
    """Figure from the counts of true against decided class; only the first, that documents can have, are averaged."""
    total = counts.sum(axis=(0, 1))
    true, said = counts.sum(axis=1), counts.sum(axis=0)
    right = np.einsum("iid->id", counts)
    agreed = ratio(right.sum(axis=0), total)
    by_chance = ratio((true * said).sum(axis=0), total**2)
    return np.stack(
        [
            agreed,
            ratio(right, true)[:there].mean(axis=0),
            ratio(2 * right, true + said)[:there].mean(axis=0),
            ratio(agreed - by_chance, 1 - by_chance),
        ]
    )
