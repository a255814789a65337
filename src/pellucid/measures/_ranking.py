"""How well probabilities rank: AUROC and average precision, by one sort and running sums."""

import numpy as np

from pellucid.measures._kinds import Codes, Evaluator, Floats, each_against_the_rest, ratio


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
    return ranking(y, predicted)(weights)[0]


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
    return ranking(y, predicted)(weights)[1]


class _Ranking:
    """Rows AUROC and average precision of one score; the places in the order are found once.

    Sums run over documents of one class in the order of the score, and are looked up at
    the places of the other class: O(n) per draw, where comparing all pairs is O(n squared).
    """

    def __init__(self, y: Codes, score: Floats) -> None:
        positive = np.flatnonzero(y == 1)
        negative = np.flatnonzero(y != 1)
        self.positive = positive[np.argsort(score[positive], kind="stable")]
        self.negative = negative[np.argsort(score[negative], kind="stable")]
        high, low = score[self.positive], score[self.negative]
        self.below = np.searchsorted(low, high, side="left")  # negatives ranked lower than each positive
        self.up_to = np.searchsorted(low, high, side="right")  # those and its ties
        self.first = np.searchsorted(high, high, side="left")  # positives ranked lower
        self.tied = bool((self.up_to != self.below).any())
        self.repeated = bool((self.first != np.arange(len(high))).any())

    def __call__(self, weights: Floats) -> Floats:
        drawn = weights.T
        hits = _columns(drawn, self.positive)
        misses = _running(_columns(drawn, self.negative))
        found = _running(hits)
        lower = _columns(misses, self.below)
        all_hits, all_misses = found[:, -1], misses[:, -1]
        ranked = lower + _columns(misses, self.up_to) if self.tied else 2 * lower
        area = ratio(np.einsum("di,di->d", hits, ranked), 2 * all_hits * all_misses)
        caught = all_hits[:, None] - (_columns(found, self.first) if self.repeated else found[:, :-1])
        alarms = np.subtract(all_misses[:, None], lower, out=lower)
        alarms += caught
        # No document of the draw from this score on: nothing is caught either, and 0 is added.
        precision = np.divide(caught, np.maximum(alarms, np.finfo(float).tiny, out=alarms), out=alarms)
        return np.stack([area, ratio(np.einsum("di,di->d", hits, precision), all_hits)])


def ranking(y: Codes, predicted: Floats) -> Evaluator:
    """Prepare AUROC and average precision, in this order.

    Parameters
    ----------
    y, predicted
        As in `auroc`.

    Returns
    -------
    callable
        (n, draws) weights -> (2, draws) figures.
    """
    return _prepare(y, predicted)


_prepare = each_against_the_rest(_Ranking)


def _columns(drawn: Floats, places: Codes) -> Floats:
    # Mode "clip" skips a bounds check that costs more than the copy; all places are valid.
    return np.take(drawn, places, axis=1, mode="clip")


def _running(drawn: Floats) -> Floats:
    """Sum along each draw, beginning with 0."""
    sums = np.zeros((drawn.shape[0], drawn.shape[1] + 1))
    np.cumsum(drawn, axis=1, out=sums[:, 1:])
    return sums
