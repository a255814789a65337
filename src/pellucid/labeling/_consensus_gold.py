"""Gold labels correct a consensus: a ridge towards what the labelers alone would say, as strong as gold asks for."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from pellucid.labeling._consensus_votes import Ballots
from pellucid.measures import Codes, Floats

FEWEST = 20
"""Gold labels below which nothing is corrected."""
RIDGES = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0)
_LEAST = 1e-4
_GAIN = 1.0
"""Log loss, summed over held-out gold labels, that a correction must save."""


class Correction(NamedTuple):
    """Log-odds of a consensus, scaled and shifted, plus what single labelers add.

    Attributes
    ----------
    scale : float
        1 takes the consensus as it is; less makes it less sure.
    shift : ndarray of shape (k,)
    weights : ndarray of shape (n_features, k)
    """

    scale: float
    shift: Floats
    weights: Floats

    def probabilities(self, consensus: Floats, features: Floats) -> Floats:
        """Return corrected probabilities, of shape (n, k)."""
        return np.asarray(softmax(self.scale * _logs(consensus) + self.shift + features @ self.weights, axis=1))


def features_of(ballots: Ballots) -> Floats:
    """Return one column per labeler and class: votes as 0 or 1, probabilities as centred logarithms.

    Parameters
    ----------
    ballots : Ballots

    Returns
    -------
    ndarray of shape (n, n_labelers * n_classes)
        0 where a labeler said nothing.
    """
    logs = np.log(np.clip(ballots.said, 1e-3, 1.0))
    logs -= logs.mean(axis=2, keepdims=True)
    stated = np.where((ballots.soft & ballots.given)[:, :, None], logs, 0.0)
    return np.asarray(np.where(ballots.soft[:, None], stated, ballots.said).reshape(len(ballots.said), -1))


def fit_correction(consensus: Floats, features: Floats, gold: Codes, folds: NDArray[np.intp]) -> Correction | None:
    """Fit a correction on documents with a gold label, if it predicts held-out ones better than none.

    Parameters
    ----------
    consensus : ndarray of shape (n, k)
        What the labelers say of each document, fitted without its gold label.
    features : ndarray of shape (n, n_features)
    gold : ndarray of int, shape (n,)
    folds : ndarray of int, shape (n,)

    Returns
    -------
    Correction or None
        None where no ridge does clearly better than the consensus as it is.
    """
    losses = np.zeros(len(RIDGES))
    for fold in np.unique(folds):
        train, test = folds != fold, folds == fold
        for place, ridge in enumerate(RIDGES):
            found = _fit(consensus[train], features[train], gold[train], ridge)
            losses[place] += _loss(found.probabilities(consensus[test], features[test]), gold[test])
    best = int(np.argmin(losses))
    if losses[best] > _loss(np.clip(consensus, _LEAST, 1.0), gold) - _GAIN:
        return None
    return _fit(consensus, features, gold, RIDGES[best])


def gold_folds(gold: Codes, seed: int, folds: int = 5) -> NDArray[np.intp]:
    """Deal gold labels into folds, each class evenly.

    Parameters
    ----------
    gold : ndarray of int, shape (n,)
    seed : int
    folds : int, default=5

    Returns
    -------
    ndarray of int, shape (n,)
    """
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.random(len(gold)), gold))
    dealt = np.empty(len(gold), dtype=np.intp)
    dealt[order] = np.arange(len(gold)) % folds
    return dealt


def _fit(consensus: Floats, features: Floats, gold: Codes, ridge: float) -> Correction:
    """Fit a multinomial logistic model that is drawn to the consensus as it is."""
    n, k = consensus.shape
    width, logs, hot = features.shape[1], _logs(consensus), np.eye(k)[gold]

    def loss(flat: Floats) -> tuple[float, Floats]:
        scale, shift, weights = flat[0], flat[1 : k + 1], flat[k + 1 :].reshape(width, k)
        scores = scale * logs + shift + features @ weights
        total = logsumexp(scores, axis=1, keepdims=True)
        drawn = (scale - 1) ** 2 + (shift**2).sum() + ridge * (weights**2).sum()
        left = np.exp(scores - total) - hot
        slopes = [[(left * logs).sum() + scale - 1], left.sum(axis=0) + shift]
        slopes.append((features.T @ left + ridge * weights).ravel())
        return float((total[:, 0] - scores[np.arange(n), gold]).sum() + 0.5 * drawn), np.concatenate(slopes)

    start = np.zeros(1 + k + width * k)
    start[0] = 1.0
    flat = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return Correction(float(flat[0]), flat[1 : k + 1], flat[k + 1 :].reshape(width, k))


def _logs(consensus: Floats) -> Floats:
    """Centred logarithms of probabilities, none beyond measure."""
    logs = np.log(np.clip(consensus, _LEAST, 1.0))
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))


def _loss(chances: Floats, gold: Codes) -> float:
    """Log loss, summed."""
    return -float(np.log(np.maximum(chances[np.arange(len(gold)), gold], 1e-12)).sum())
