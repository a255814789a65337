"""A measure under labels that may be probabilities, and each document's part in its error: shares and the Brier score.

A part is the document's empirical influence: by how much the measure moves for a little
more of that document. A label that is a probability counts as that much of a document of
class 1 and the rest of one of class 0.
"""

from typing import NamedTuple

import numpy as np

from pellucid.measures._kinds import Floats


class Parts(NamedTuple):
    """A figure and what each document does to it.

    Attributes
    ----------
    value : float
        NaN where undefined, infinite where every larger one would be better still.
    parts : ndarray of shape (n,)
        Weighted mean 0; NaN where the figure is not finite.
    """

    value: float
    parts: Floats


def mean_parts(rows: Floats, weights: Floats, counted: Floats | None = None) -> Parts:
    """Return a mean over the documents that count, which may be a share of a class.

    Parameters
    ----------
    rows : ndarray of shape (n,)
        What is averaged.
    weights : ndarray of shape (n,)
    counted : ndarray of shape (n,) or None, default=None
        How far each document counts, from 0 to 1; None counts all.

    Returns
    -------
    Parts

    Examples
    --------
    >>> mean_parts(np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4), counted=np.array([1.0, 1.0, 0.0, 0.0])).parts
    array([ 1., -1.,  0., -0.])
    """
    held = np.ones_like(weights) if counted is None else counted
    all_of = (weights * held).sum()
    if all_of <= 0:
        return Parts(np.nan, np.full(len(rows), np.nan))
    value = float((weights * held * rows).sum() / all_of)
    return Parts(value, held * (rows - value) * weights.sum() / all_of)


def brier_parts(labels: Floats, scores: Floats, weights: Floats) -> Parts:
    """Return the Brier score.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        From 0 to 1.
    scores : ndarray of shape (n,)
        Probability of class 1 by the model that is evaluated.
    weights : ndarray of shape (n,)

    Returns
    -------
    Parts

    Examples
    --------
    >>> round(brier_parts(np.array([0.0, 1.0]), np.array([0.2, 0.6]), np.ones(2)).value, 3)
    0.1
    """
    return mean_parts(labels * (1 - scores) ** 2 + (1 - labels) * scores**2, weights)
