"""Confident learning, by way of cleanlab: which labels are wrong, and how many."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit, softmax

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError
from pellucid.labeling._curation_noise import Doubt, shifted
from pellucid.measures import Floats

_NEVER = 1e-6


def confident(views: Floats, codes: NDArray[np.intp]) -> Doubt:
    """Rank labels by the confidence models have in them, and count the wrong ones by confident learning.

    The order is cleanlab's (self-confidence: the out-of-fold probability of the label that
    stands there); the chances are moved together until they add up to the number of wrong
    labels that cleanlab counts. Needs the extra ``labels``.

    Parameters
    ----------
    views : ndarray of shape (n, n_views, n_classes)
        Log-probability of each class by each model, out of fold; their mean is taken.
    codes : ndarray of int, shape (n,)
        Label as the number of its class; -1 where there is none.

    Returns
    -------
    Doubt

    Raises
    ------
    MissingExtraError
        If cleanlab is not installed.
    InvalidInputError
        If a class has no label: cleanlab counts between classes that are there.

    References
    ----------
    Northcutt, C. G., Jiang, L., Chuang, I. L. (2021). Confident learning: estimating
    uncertainty in dataset labels. Journal of Artificial Intelligence Research 70, 1373-1411.
    """
    purpose = "noise='confident' (confident learning)"
    counting: Any = import_extra("cleanlab.count", extra="labels", purpose=purpose)
    ranking: Any = import_extra("cleanlab.rank", extra="labels", purpose=purpose)
    given = codes >= 0
    chances = softmax(views.mean(axis=1), axis=1)
    labels, held = codes[given], chances[given]
    absent = sorted(set(range(chances.shape[1])) - set(labels.tolist()))
    if absent:
        raise InvalidInputError(
            f"labels: {len(absent)} of the {chances.shape[1]} classes have no label; confident learning counts between "
            "classes that are there: leave them out of classes, or take noise='mixture'"
        )
    wrong = 1 - ranking.get_label_quality_scores(labels, held, method="self_confidence")
    count = min(max(int(counting.num_label_issues(labels, held)), 0.5), 0.9 * len(labels))
    start = logit(np.clip(wrong, _NEVER, 1 - _NEVER))
    shift = float(brentq(lambda move: expit(start + move).sum() - count, -40, 40))
    beliefs = chances.copy()
    for code in range(chances.shape[1]):
        own = given & (codes == code)
        beliefs[own] = shifted(beliefs[own], code, shift)
    return Doubt(beliefs, count / len(labels), np.full(views.shape[1], 1 / views.shape[1]))
