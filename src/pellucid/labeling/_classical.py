"""The classical ways to aggregate votes, by way of crowd-kit: majority, Dawid-Skene, GLAD and MACE."""

import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, softmax

from pellucid._optional import import_extra
from pellucid.measures import Codes, Floats

METHODS = ("majority", "dawid-skene", "glad", "mace")
_LEAST = 1e-10
"""Where crowd-kit's Dawid-Skene bounds its probabilities too."""


class Classical(NamedTuple):
    """What a classical method has learnt.

    Attributes
    ----------
    method : str
    prevalence : ndarray of shape (k,)
    says : ndarray of shape (m, k, k)
        Probability of a labeler's vote given the class; empty for majority.
    fitted : ndarray of shape (n, k)
        Of the documents it was fitted on.
    smoothing : float
        Votes added to each class by majority.
    """

    method: str
    prevalence: Floats
    says: Floats
    fitted: Floats
    smoothing: float

    def posterior(self, votes: Floats) -> Floats:
        """Return the probability of each class of each document, of shape (n, k)."""
        if self.method == "majority":
            return _shares(votes, self.smoothing)
        logs = np.log(np.maximum(self.says, _LEAST))
        evidence = np.einsum("nmv,mzv->nz", votes, logs) + np.log(np.maximum(self.prevalence, _LEAST))
        return np.asarray(softmax(evidence, axis=1))


class _Long(NamedTuple):
    """Votes as crowd-kit takes them, numbered as they appear: its MACE mixes orders up otherwise."""

    frame: pd.DataFrame
    tasks: NDArray[np.intp]
    workers: NDArray[np.intp]
    labels: NDArray[np.intp]


def fit_classical(method: str, votes: Floats, gold: Codes, *, smoothing: float, steps: int, seed: int) -> Classical:
    """Aggregate votes; of these methods, only Dawid-Skene learns from gold labels.

    Parameters
    ----------
    method : {"majority", "dawid-skene", "glad", "mace"}
    votes : ndarray of 0 and 1, shape (n, m, k)
        At least one vote.
    gold : ndarray of int, shape (n,)
        -1 where unknown.
    smoothing : float
    steps : int
        Of EM. Crowd-kit's own tolerance stops Dawid-Skene after few, so none is used.
    seed : int
        For MACE.

    Returns
    -------
    Classical

    Raises
    ------
    MissingExtraError
        If crowd-kit is not installed.
    """
    n, m, k = votes.shape
    if method == "majority":
        shares = _shares(votes, smoothing)
        return Classical(method, shares.mean(axis=0), np.zeros((0, k, k)), shares, smoothing)
    crowd = _crowd(method)
    long = _long(votes)
    says, prevalence = np.full((m, k, k), 1 / k), np.zeros(k)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about crowd-kit's own code
        if method == "dawid-skene":
            model, found = _dawid_skene(crowd, long, gold, steps)
            errors = model.errors_.reindex(columns=range(len(long.labels)), fill_value=0.0)
            for worker, own in errors.groupby(level=0):
                own = own.droplevel(0).reindex(range(len(long.labels)), fill_value=0.0)
                says[np.ix_([long.workers[int(worker)]], long.labels, long.labels)] = own.to_numpy().T[None]
            prevalence[long.labels] = model.priors_.reindex(range(len(long.labels)), fill_value=0.0)
        else:
            model = crowd.GLAD(n_iter=steps) if method == "glad" else crowd.MACE(n_restarts=1, random_state=seed)
            found = model.fit_predict_proba(long.frame)
            skill = _glad(model, long) if method == "glad" else _mace(model)
            says[np.ix_(long.workers, long.labels, long.labels)] = skill
            prevalence[long.labels] = 1 / len(long.labels)
    fitted = np.tile(prevalence, (n, 1))
    known = found.reindex(index=range(len(long.tasks)), columns=range(len(long.labels)), fill_value=0.0)
    fitted[np.ix_(long.tasks, long.labels)] = known.to_numpy()
    return Classical(method, prevalence, says, fitted, smoothing)


def _crowd(method: str) -> Any:
    return import_extra("crowdkit.aggregation", extra="labels", purpose=f"LabelConsensus(method={method!r})")


def _long(votes: Floats) -> _Long:
    """Write votes as rows of task, worker and label."""
    tasks, workers, labels = np.nonzero(votes)
    columns = {name: pd.factorize(codes) for name, codes in (("task", tasks), ("worker", workers), ("label", labels))}
    frame = pd.DataFrame({name: codes for name, (codes, _) in columns.items()})
    return _Long(frame, *(np.asarray(columns[name][1], dtype=np.intp) for name in ("task", "worker", "label")))


def _shares(votes: Floats, smoothing: float) -> Floats:
    """Return crowd-kit's vote shares with some votes added to each class."""
    n, _, k = votes.shape
    counts = np.zeros((n, k))
    long = _long(votes)
    if len(long.frame):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = _crowd("majority").MajorityVote().fit_predict_proba(long.frame)
        known = found.reindex(index=range(len(long.tasks)), columns=range(len(long.labels)), fill_value=0.0)
        counts[np.ix_(long.tasks, long.labels)] = known.to_numpy()
        counts *= votes.sum(axis=(1, 2))[:, None]
    return np.asarray((counts + smoothing) / (counts.sum(axis=1, keepdims=True) + k * smoothing))


def _dawid_skene(crowd: Any, long: _Long, gold: Codes, steps: int) -> tuple[Any, pd.DataFrame]:
    """Run Dawid-Skene for all its steps, with gold labels of classes that somebody votes for."""
    place = {int(label): at for at, label in enumerate(long.labels)}
    known = {at: place[int(gold[task])] for at, task in enumerate(long.tasks) if int(gold[task]) in place}
    model = crowd.DawidSkene(n_iter=steps, tol=-1.0)
    truth = pd.Series(known, dtype=np.int64) if known else None
    return model, model.fit_predict_proba(long.frame, truth)


def _glad(model: Any, long: _Long) -> Floats:
    """Return GLAD's abilities at the mean difficulty, as confusions."""
    count = len(long.labels)
    alphas = model.alphas_.reindex(range(len(long.workers))).to_numpy(dtype=np.float64)
    right = expit(alphas * np.exp(float(model.betas_.mean())))[:, None, None]
    return np.asarray(np.where(np.eye(count, dtype=bool), right, (1 - right) / max(count - 1, 1)))


def _mace(model: Any) -> Floats:
    """Return MACE's chances of knowing and of guessing, as confusions."""
    knows = model.spamming_ / model.spamming_.sum(axis=1, keepdims=True)
    guesses = model.thetas_ / model.thetas_.sum(axis=1, keepdims=True)
    own = np.eye(guesses.shape[1])[None]
    return np.asarray(knows[:, 1, None, None] * own + knows[:, 0, None, None] * guesses[:, None, :])
