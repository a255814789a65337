"""How likely each label is wrong: what out-of-fold models expect, held against what the labeler said."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, logit

from pellucid.measures import Floats

_RARE = (1.0, 9.0)
"""Labels wrong and right that are taken for granted before any is seen: one in ten is wrong."""
_RIDGE = 0.05
_ROUNDS = 300
_CLOSE = 1e-4
_NEVER = 1e-6


class Doubt(NamedTuple):
    """What is believed of each label.

    Attributes
    ----------
    beliefs : ndarray of shape (n, n_classes)
        Chance of each class to be the one that should stand there; rows add up to 1.
    rate : float
        Share of the labels that is estimated to be wrong.
    trust : ndarray of shape (n_views,)
        Weight that each out-of-fold model was given.
    """

    beliefs: Floats
    rate: float
    trust: Floats


def turned_round(views: Floats, stated: Floats, spread: Floats | None = None) -> Doubt:
    """Find log-odds that say the opposite of what the labeler would say of such a document.

    A stated log-odds is, but for a normal error, a weighted sum of what the models expect;
    with a small chance it has the wrong sign. Weights, error and chance are estimated by
    expectation and maximisation.

    Parameters
    ----------
    views : ndarray of shape (n, n_views)
        Log-odds that each model expects, out of fold.
    stated : ndarray of shape (n,)
        Log-odds the labeler gave; NaN where it gave none.
    spread : ndarray of shape (n,) or None, default=None
        Standard deviation of the labeler's own log-odds.

    Returns
    -------
    Doubt
        A missing label's beliefs are what the models expect.

    References
    ----------
    Dempster, A. P., Laird, N. M., Rubin, D. B. (1977). Maximum likelihood from incomplete
    data via the EM algorithm. Journal of the Royal Statistical Society B 39(1), 1-38.

    Examples
    --------
    >>> expected = np.linspace(-3, 3, 40)
    >>> said = expected.copy()
    >>> said[-1] = -3.0
    >>> found = turned_round(expected[:, None], said)
    >>> found.beliefs[-1].round(2).tolist(), found.beliefs[0].round(2).tolist()
    ([0.0, 1.0], [1.0, 0.0])
    """
    given = ~np.isnan(stated)
    said, own = stated[given], np.zeros(int(given.sum())) if spread is None else spread[given] ** 2
    design = np.column_stack([np.ones(len(views)), views])
    weights = np.full(design.shape[1], 1 / views.shape[1])
    weights[0] = 0.0
    rate, noise = _RARE[0] / sum(_RARE), max(float(np.var(said - design[given] @ weights)), _CLOSE)
    for _ in range(_ROUNDS):
        wrong = _turned(said, design[given] @ weights, noise + own, rate)
        fitted = _not_negative(design[given], (1 - 2 * wrong) * said)
        centre = design[given] @ fitted
        left = float(np.mean((1 - wrong) * (said - centre) ** 2 + wrong * (said + centre) ** 2))
        step = np.abs(fitted - weights).max()
        weights, noise = fitted, max(left - float(np.mean(own)), left / 10, _CLOSE)
        rate = float((wrong.sum() + _RARE[0]) / (len(said) + sum(_RARE)))
        if step < _CLOSE:
            break
    centre = design @ weights
    second = expit(centre)
    wrong = _turned(said, centre[given], noise + own, rate)
    second[given] = np.where(said > 0, 1 - wrong, wrong)
    return Doubt(np.column_stack([1 - second, second]), rate, weights[1:])


def mislabelled(views: Floats, codes: NDArray[np.intp]) -> Doubt:
    """Find labels that were swapped for another on the way from the class to the label.

    The models' log-probabilities, weighted, give each class; a class is then written down
    as another with a chance that is the same for all its documents. Both are estimated by
    expectation and maximisation, with one in ten taken for wrong before any label is seen.

    Parameters
    ----------
    views : ndarray of shape (n, n_views, n_classes)
        Log-probability of each class by each model, out of fold.
    codes : ndarray of int, shape (n,)
        Label of each document as the number of its class; -1 where there is none.

    Returns
    -------
    Doubt

    References
    ----------
    Natarajan, N., Dhillon, I. S., Ravikumar, P., Tewari, A. (2013). Learning with noisy
    labels. Advances in Neural Information Processing Systems 26.

    Examples
    --------
    >>> expected = np.log([[[0.95, 0.05]]] * 20 + [[[0.05, 0.95]]] * 20)
    >>> found = mislabelled(expected, np.array([0] * 19 + [1] * 21))
    >>> bool(found.beliefs[19, 1] < 0.5 < found.beliefs[20, 1])
    True
    """
    given = codes >= 0
    n_classes = views.shape[2]
    prior = np.full((n_classes, n_classes), _RARE[0] / (n_classes - 1))
    np.fill_diagonal(prior, _RARE[1])
    table = prior / prior.sum(axis=1, keepdims=True)
    levels = np.concatenate([np.zeros(n_classes), np.full(views.shape[1], 1 / views.shape[1])])
    held, labels = views[given], codes[given]
    for _ in range(_ROUNDS):
        beliefs = _believe(_expect(held, levels), table, labels)
        fitted = _fit_levels(held, beliefs, levels)
        counts = prior + np.array([beliefs[labels == code].sum(axis=0) for code in range(n_classes)]).T
        renewed = counts / counts.sum(axis=1, keepdims=True)
        step = max(np.abs(fitted - levels).max(), np.abs(renewed - table).max())
        levels, table = fitted, renewed
        if step < _CLOSE:
            break
    expected = _expect(views, levels)
    beliefs = np.exp(expected)
    beliefs[given] = _believe(expected[given], table, labels)
    rate = float(1 - beliefs[given, labels].mean())
    return Doubt(beliefs, rate, levels[n_classes:])


def told_by_gold(doubt: Doubt, codes: NDArray[np.intp], gold: NDArray[np.intp], stated: Floats) -> Doubt:
    """Make the chances fit the gold labels that are known.

    For the labels of each class two things are estimated, both held towards none, so that few
    gold labels move little: a shift of the chances in log-odds, and a share of labels that
    are wrong though nothing about them is unusual, which only gold labels can show.

    Parameters
    ----------
    doubt : Doubt
    codes, gold : ndarray of int, shape (n,)
        Label and gold label as numbers of classes; -1 where there is none.
    stated : ndarray of shape (n, n_classes)
        Probabilities the labeler gave; one-hot where it gave a label only. The doubt it
        states itself makes no label wrong.

    Returns
    -------
    Doubt
        The same where no document has both.
    """
    beliefs = doubt.beliefs.copy()
    for code in range(beliefs.shape[1]):
        own = codes == code
        both = own & (gold >= 0)
        if not both.any():
            continue
        shift, habit = _learn_from(1 - beliefs[both, code], gold[both] != code, stated[both, code])
        start = logit(np.clip(1 - beliefs[own, code], _NEVER, 1 - _NEVER))
        after = np.clip(habit + (1 - habit) * expit(start + shift), _NEVER, 1 - _NEVER)
        beliefs[own] = shifted(beliefs[own], code, logit(after) - start)
    given = codes >= 0
    return doubt._replace(beliefs=beliefs, rate=float(1 - beliefs[given, codes[given]].mean()))


def shifted(beliefs: Floats, code: int, shift: float | Floats) -> Floats:
    """Move the log-odds that a class is wrong; the other classes keep their shares among each other.

    Parameters
    ----------
    beliefs : ndarray of shape (n, n_classes)
    code : int
    shift : float or ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (n, n_classes)

    Examples
    --------
    >>> shifted(np.array([[0.5, 0.25, 0.25]]), 0, float(logit(0.8))).round(2).tolist()
    [[0.2, 0.4, 0.4]]
    """
    others = np.delete(beliefs, code, axis=1)
    before = np.clip(others.sum(axis=1), _NEVER, 1 - _NEVER)
    after = expit(logit(before) + shift)
    kept = others / np.maximum(others.sum(axis=1, keepdims=True), _NEVER)
    kept = np.where(kept.sum(axis=1, keepdims=True) > 0.5, kept, 1 / kept.shape[1])
    return np.insert(kept * after[:, None], code, 1 - after, axis=1)


def _turned(said: Floats, centre: Floats, noise: Floats | float, rate: float) -> Floats:
    """Give the chance of the wrong sign: two normal densities, one mirrored."""
    return np.asarray(expit(logit(np.clip(rate, _NEVER, 1 - _NEVER)) - 2 * said * centre / noise))


def _not_negative(design: Floats, target: Floats) -> Floats:
    """Fit weights by ridge regression; a model that would count against itself is left out."""
    kept = np.ones(design.shape[1], dtype=bool)
    weights = np.zeros(design.shape[1])
    while True:
        part = design[:, kept]
        penalty = np.diag([0.0, *[_RIDGE] * (part.shape[1] - 1)])
        found = np.linalg.solve(part.T @ part + penalty, part.T @ target)
        if (found[1:] >= 0).all():
            weights[kept] = found
            return weights
        kept[np.flatnonzero(kept)[1:][found[1:] < 0]] = False


def _expect(views: Floats, levels: Floats) -> Floats:
    """Give log-probabilities of the classes: a level each, and a weight for each model."""
    n_classes = views.shape[2]
    return np.asarray(log_softmax(levels[:n_classes] + np.einsum("nvk,v->nk", views, levels[n_classes:]), axis=1))


def _believe(expected: Floats, table: Floats, labels: NDArray[np.intp]) -> Floats:
    """Give the chance of each class behind each label."""
    joint = expected + np.log(table[:, labels].T)
    return np.exp(np.asarray(log_softmax(joint, axis=1)))


def _fit_levels(views: Floats, beliefs: Floats, start: Floats) -> Floats:
    """Fit levels and weights to the beliefs; weights are 0 or more."""
    n_classes = views.shape[2]

    def loss(levels: Floats) -> tuple[float, Floats]:
        expected = _expect(views, levels)
        gap = np.exp(expected) - beliefs
        slope = np.concatenate([gap.sum(axis=0), np.einsum("nvk,nk->v", views, gap)]) + _RIDGE * levels
        return float(-(beliefs * expected).sum() + _RIDGE / 2 * (levels**2).sum()), slope

    bounds = [(None, None)] * n_classes + [(0.0, None)] * views.shape[1]
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _learn_from(wrong: Floats, refuted: NDArray[np.bool_], stated: Floats) -> tuple[float, float]:
    """Find the shift and the share of wrong habits at which the gold labels are likeliest.

    A label that is not wrong may still be refuted, with the chance the labeler left for that.
    """
    start = logit(np.clip(wrong, _NEVER, 1 - _NEVER))
    left = np.clip(1 - stated, 0.0, 0.5)

    def loss(levels: Floats) -> float:
        turned = levels[1] + (1 - levels[1]) * expit(start + levels[0])
        chance = np.clip(turned * (1 - left) + (1 - turned) * left, _NEVER, 1 - _NEVER)
        held = levels[0] ** 2 / 2 - _RARE[1] * np.log1p(-levels[1])
        return float(held - np.where(refuted, np.log(chance), np.log1p(-chance)).sum())

    found = minimize(loss, np.array([0.0, 0.05]), method="L-BFGS-B", bounds=[(-6.0, 6.0), (0.0, 0.9)]).x
    return float(found[0]), float(found[1])
