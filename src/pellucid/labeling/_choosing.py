"""Which ways of learning to follow, how far, and at what level: settled on gold labels that were held out."""

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from pellucid.labeling._shrunk import log_losses, shrunk_logistic
from pellucid.labeling._students import TRUST, Boxes, enough_gold, fit_students, teaches, trust_in
from pellucid.measures import Floats

LEAST_SHARE = 0.02
"""Share of all slopes below which a way is left out of the sum; slope that remains where none helps."""

Folds = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


class Held(NamedTuple):
    """Log-odds of every document by students that had not learnt from it.

    Attributes
    ----------
    scores : dict of str to ndarray of shape (n,)
        By way; NaN in folds that left too little for it to learn from.
    beyond : ndarray of shape (n,)
        What the language model said beyond its distilled twin; NaN where it said nothing,
        or there is no such twin among the ways.
    """

    scores: dict[str, Floats]
    beyond: Floats


class Choice(NamedTuple):
    """What was settled: the score is ``intercept + sum(slopes[way] * score of way) + beyond * beyond the answers``.

    Attributes
    ----------
    slopes : dict of str to float
        Of the ways that are followed.
    intercept, beyond : float
    trust : float
        How much of the sum is the language model's word, 0 to 1: the ways' trust, each
        weighted by slope times spread, since a way that tells no documents apart adds nothing.
    candidates : DataFrame
        One row per way: held-out log loss on gold labels when it is followed alone, its
        slope in the sum, and how much of it is the language model's word.
    """

    slopes: dict[str, float]
    intercept: float
    beyond: float
    trust: float
    candidates: pd.DataFrame

    def score(self, held: Held) -> Floats:
        """Return the held-out score of every document."""
        parts = [slope * held.scores[way] for way, slope in self.slopes.items()]
        return np.asarray(self.intercept + sum(parts) + (self.beyond * held.beyond if self.beyond else 0.0))


def held_out(
    ways: Sequence[str], boxes: Boxes, X: pd.DataFrame, said: Floats, codes: Floats, *, splits: int, seed: int
) -> Held:
    """Score every document by students fitted without its answers, its label and what the language model said of it.

    Parameters
    ----------
    ways : sequence of str
    boxes : Boxes
        Lighter ones do.
    X, said, codes
        As in `fit_students`.
    splits : int
        Folds; each holds its share of both labels and of documents without one.
    seed : int

    Returns
    -------
    Held
    """
    scores = {way: np.full(len(X), np.nan) for way in ways}
    for train, test in _folds(codes, splits, seed):
        taught, enough = teaches(said[train]), enough_gold(codes[train])
        # What learns from soft labels where all are there does so where a fold has few of them, too.
        able = possible_ways(ways, taught=taught, enough=enough) + ["soft"] * (taught and not enough and "soft" in ways)
        for way, student in fit_students(able, boxes, X.iloc[train], said[train], codes[train]).items():
            scores[way][test] = student.score(X.iloc[test])
    return Held(scores, said - scores.get("distilled", np.full(len(X), np.nan)))


def not_held(ways: Sequence[str], n: int) -> Held:
    """Return what is known where no document was held out: nothing.

    Parameters
    ----------
    ways : sequence of str
    n : int
        Documents.

    Returns
    -------
    Held
    """
    return Held({way: np.full(n, np.nan) for way in ways}, np.full(n, np.nan))


def possible_ways(ways: Sequence[str], *, taught: bool, enough: bool) -> list[str]:
    """List the ways of learning that there is material for.

    Parameters
    ----------
    ways : sequence of str
    taught : bool
        Whether the language model can teach.
    enough : bool
        Whether there are enough gold labels.

    Returns
    -------
    list of str
    """
    return [way for way in ways if (taught or way == "gold") and (enough or way == "distilled")]


def choose(
    held: Held, ways: Sequence[str], codes: Floats, *, opinion: bool, several: bool, recalibrate: bool
) -> Choice:
    """Stack the ways' log-odds on the gold labels, beginning with equal trust in all that the language model taught.

    Parameters
    ----------
    held : Held
    ways : sequence of str
        Those that may be followed; of several, those for which folds left too few gold labels are not.
    codes : ndarray of shape (n,)
        Gold labels; NaN where unknown.
    opinion : bool
        Whether what the language model says beyond its distilled twin counts too.
    several : bool
        Whether several ways may be followed. If not, the one with the lowest log loss is,
        as it is.
    recalibrate : bool
        Whether the gold labels settle how far several are followed; if not, they are as
        the sum begins.

    Returns
    -------
    Choice

    Notes
    -----
    Stacking after D. H. Wolpert, "Stacked generalization", Neural Networks 5, 1992, with
    slopes that are not negative (L. Breiman, "Stacked regressions", Machine Learning 24, 1996).
    """
    gold = ~np.isnan(codes) & (recalibrate or not several)
    if gold.any():  # what no fold had gold labels enough for cannot be judged
        ways = [way for way in ways if not np.isnan(held.scores[way][gold]).all()] or ways
    for values in [*(held.scores[way] for way in ways), *([held.beyond] if opinion else [])]:
        gold &= ~np.isnan(values)
    known = codes[gold]
    columns = [held.scores[way][gold] for way in ways]
    losses = [_alone(column, known, as_it_is=not several) for column in columns]
    extra = [held.beyond[gold]] if opinion else []
    learns = np.array([TRUST[way] > 0 for way in ways])
    begin = learns / learns.sum() if learns.any() else np.ones(len(ways)) / len(ways)
    if several:
        found = shrunk_logistic(np.column_stack([*columns, *extra]), known, begin=[*begin, *([1.0] if opinion else [])])
        intercept, slopes = found.intercept, found.slopes[: len(ways)]
        slopes = np.where(slopes >= LEAST_SHARE * slopes.sum(), slopes, 0.0) if slopes.any() else LEAST_SHARE * begin
        beyond = float(found.slopes[-1]) if opinion else 0.0
    else:
        best = int(np.argmin(losses)) if len(known) else 0
        intercept, slopes, beyond = 0.0, np.eye(len(ways))[best], 0.0
    trusts = [_trust(way, held, codes) for way in ways]
    rows = {"log_loss": losses, "slope": slopes, "trust": trusts}
    candidates = pd.DataFrame(rows, index=pd.Index(ways, name="way"))
    followed = {way: float(slope) for way, slope in zip(ways, slopes, strict=True) if slope > 0}
    weights = slopes * np.array([_spread(held.scores[way], otherwise=1.0) for way in ways])
    trust = float(np.average(trusts, weights=weights if weights.any() else slopes))
    return Choice(followed, intercept, beyond, trust, candidates)


def _alone(score: Floats, known: Floats, *, as_it_is: bool) -> float:
    """Return the mean log loss of one way, as it is or recalibrated."""
    if not len(known):
        return float("nan")
    return float(log_losses(score if as_it_is else shrunk_logistic(score, known)(score), known).mean())


def _trust(way: str, held: Held, codes: Floats) -> float:
    """Say how much of a way is the language model's word: the share of its distilled twin's spread, what it adds to it.

    Where nothing was held out that could tell, what a way is made of must.
    """
    twin = held.scores.get("distilled")
    if way in ("distilled", "gold") or twin is None:
        return trust_in(way, codes)
    added = _spread(held.scores[way] - twin, otherwise=np.nan)
    if np.isnan(added):
        return trust_in(way, codes)
    taught = _spread(twin, otherwise=0.0)
    return taught / (taught + added) if taught + added > 0 else trust_in(way, codes)


def _spread(scores: Floats, *, otherwise: float) -> float:
    """Return the standard deviation of scores that are known."""
    known = scores[~np.isnan(scores)]
    return float(known.std()) if len(known) else otherwise


def _folds(codes: Floats, splits: int, seed: int) -> Folds:
    """Deal out documents so that every fold has its share of both labels and of documents without one."""
    kinds = np.nan_to_num(codes, nan=2.0).astype(int)
    folds = StratifiedKFold(max(2, min(splits, int(np.bincount(kinds).max()))), shuffle=True, random_state=seed)
    with warnings.catch_warnings():  # of a label that fewer documents have than there are folds
        warnings.simplefilter("ignore", UserWarning)
        return list(folds.split(np.zeros(len(kinds)), kinds))
