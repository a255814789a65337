"""What models expect of each document's label that never saw it: glass boxes on answers, words on texts."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.base import clone
from sklearn.linear_model import Ridge

from pellucid._checks import own_errors
from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import GlassBoxClassifier, GlassBoxRegressor, terms_of
from pellucid.measures import Floats
from pellucid.validation import tfidf_rival

_NEVER = -6.9
"""Log-probability of a class that a model never met: one in a thousand."""

Rows = NDArray[np.intp]


class Split(NamedTuple):
    """One fit: the rows learnt from and the rows held out, which share no set of near copies."""

    train: Rows
    test: Rows
    repeat: int


class Expected(NamedTuple):
    """What was expected out of fold.

    Attributes
    ----------
    values : ndarray of shape (n,) or (n, n_classes)
        Log-odds, or log-probabilities; the mean over repeats.
    terms : list of DataFrame of shape (n, n_terms)
        What each question added, one table per class, or one where there are two; the mean
        over repeats. Empty for words.
    """

    values: Floats
    terms: list[pd.DataFrame]


def deal(
    strata: NDArray[Any], groups: Rows, *, splits: int, repeats: int, learn: NDArray[np.bool_], seed: int
) -> list[Split]:
    """Deal documents into folds that are alike in labels and keep near copies together.

    Parameters
    ----------
    strata : ndarray of shape (n,)
        What folds are to be alike in.
    groups : ndarray of int, shape (n,)
        Documents of one number stay together; it counts as its first document does.
    splits, repeats : int
    learn : ndarray of bool, shape (n,)
        Documents that may be learnt from; the others are held out only.
    seed : int

    Returns
    -------
    list of Split

    Raises
    ------
    InvalidInputError
        If there are fewer sets of documents than folds.
    """
    names, firsts = np.unique(groups, return_index=True)
    if len(names) < splits:
        raise InvalidInputError(
            f"splits: got {splits} for {len(names)} documents that are no copies of each other; take fewer splits"
        )
    place = np.searchsorted(names, groups)
    dealt = []
    for repeat in range(repeats):
        shuffled = np.random.default_rng((seed, repeat)).permutation(len(names))
        fold = np.empty(len(names), dtype=int)
        fold[shuffled[np.argsort(strata[firsts[shuffled]], kind="stable")]] = np.arange(len(names)) % splits
        held = fold[place]
        dealt += [
            Split(np.flatnonzero(learn & (held != number)), np.flatnonzero(held == number), repeat)
            for number in range(splits)
        ]
    return dealt


def expect_numbers(
    box: GlassBoxRegressor, X: pd.DataFrame, target: Floats, splits: Sequence[Split], *, n_jobs: int | None
) -> Expected:
    """Fit a regressor on the log-odds of each split and let it say those of the rest.

    Parameters
    ----------
    box : GlassBoxRegressor
    X : DataFrame of shape (n, n_questions)
    target : ndarray of shape (n,)
    splits : sequence of Split
    n_jobs : int or None

    Returns
    -------
    Expected
        `values` of shape (n,).
    """

    def one(split: Split) -> tuple[Floats, list[pd.DataFrame]]:
        model = clone(box).fit(X.iloc[split.train], target[split.train])
        return model.predict(X.iloc[split.test]), [model.contributions(X.iloc[split.test])]

    return _gather(_run(one, splits, n_jobs), splits, len(X))


def expect_classes(
    box: GlassBoxClassifier,
    X: pd.DataFrame,
    codes: Rows,
    n_classes: int,
    splits: Sequence[Split],
    *,
    n_jobs: int | None,
) -> Expected:
    """Fit a classifier on the labels of each split and let it say those of the rest.

    Parameters
    ----------
    box : GlassBoxClassifier
    X : DataFrame of shape (n, n_questions)
    codes : ndarray of int, shape (n,)
    n_classes : int
    splits : sequence of Split
    n_jobs : int or None

    Returns
    -------
    Expected
        `values` of shape (n, n_classes); a class that a split did not hold is taken for
        one in a thousand there.

    Raises
    ------
    InvalidInputError
        If a split holds labels of one class only.
    """

    def one(split: Split) -> tuple[Floats, list[pd.DataFrame]]:
        known = np.unique(codes[split.train])
        if len(known) < 2:
            raise InvalidInputError(
                "labels: a fold would learn from one class only; give more documents of the rare class, "
                "or probabilities in place of labels"
            )
        model = clone(box).fit(X.iloc[split.train], codes[split.train])
        test = X.iloc[split.test]
        terms = model.contributions(test)
        shown = [terms_of(terms, code, several=len(known) > 2) for code in (known if len(known) > 2 else known[1:])]
        if n_classes > 2:
            shown = _for_all(shown, known, n_classes)
        return _spread_out(np.log(np.maximum(model.predict_proba(test), 1e-12)), known, n_classes), shown

    return _gather(_run(one, splits, n_jobs), splits, len(X))


def expect_numbers_of_texts(texts: Sequence[str], target: Floats, splits: Sequence[Split]) -> Expected:
    """Let words and word pairs say the log-odds, by ridge regression.

    Parameters
    ----------
    texts : sequence of str
    target : ndarray of shape (n,)
    splits : sequence of Split

    Returns
    -------
    Expected
        `values` of shape (n,), without terms.
    """
    held = np.array(texts, dtype=object)

    def one(split: Split) -> tuple[Floats, list[pd.DataFrame]]:
        with own_errors():
            model = tfidf_rival().set_params(model=Ridge()).fit(held[split.train], target[split.train])
        return model.predict(held[split.test]), []

    return _gather(_run(one, splits, None), splits, len(texts))


def expect_classes_of_texts(texts: Sequence[str], codes: Rows, n_classes: int, splits: Sequence[Split]) -> Expected:
    """Let words and word pairs say the class, by logistic regression.

    Parameters
    ----------
    texts : sequence of str
    codes : ndarray of int, shape (n,)
    n_classes : int
    splits : sequence of Split

    Returns
    -------
    Expected
        `values` of shape (n, n_classes), without terms.
    """
    held = np.array(texts, dtype=object)

    def one(split: Split) -> tuple[Floats, list[pd.DataFrame]]:
        with own_errors():
            model = tfidf_rival().set_params(model__C=1.0).fit(held[split.train], codes[split.train])
        return _spread_out(model.predict_log_proba(held[split.test]), model.classes_, n_classes), []

    return _gather(_run(one, splits, None), splits, len(texts))


def _run(one: Callable[[Split], Any], splits: Sequence[Split], n_jobs: int | None) -> list[Any]:
    return list(Parallel(n_jobs=n_jobs)(delayed(one)(split) for split in splits))


def _gather(found: Iterable[tuple[Floats, list[pd.DataFrame]]], splits: Sequence[Split], n: int) -> Expected:
    """Put what was held out together, as means over repeats."""
    repeats = max(split.repeat for split in splits) + 1
    pieces = list(found)
    values = np.zeros((n, *pieces[0][0].shape[1:]))
    for split, (said, _) in zip(splits, pieces, strict=True):
        values[split.test] += said / repeats
    terms = [_mean_terms([shown[at] for _, shown in pieces], splits, n) for at in range(len(pieces[0][1]))]
    return Expected(values, terms)


def _mean_terms(tables: list[pd.DataFrame], splits: Sequence[Split], n: int) -> pd.DataFrame:
    """Average terms; one that a fit does not have adds nothing there."""
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    repeats = max(split.repeat for split in splits) + 1
    total = np.zeros((n, len(names)))
    for split, table in zip(splits, tables, strict=True):
        total[split.test] += table.reindex(columns=names, fill_value=0.0).to_numpy(dtype=float) / repeats
    return pd.DataFrame(total, columns=names)


def _for_all(shown: list[pd.DataFrame], known: Rows, n_classes: int) -> list[pd.DataFrame]:
    """Give every class a table of terms; a class a split did not hold has none, and two share one."""
    if len(known) == 2:
        shown = [-shown[0], shown[0]]
    empty = shown[0].iloc[:, :0]
    found = dict(zip(known.tolist(), shown, strict=True))
    return [found.get(code, empty) for code in range(n_classes)]


def _spread_out(said: Floats, known: Rows, n_classes: int) -> Floats:
    """Put log-probabilities into the columns of all classes."""
    every = np.full((len(said), n_classes), _NEVER)
    every[:, known] = np.maximum(said, _NEVER)
    return np.asarray(log_softmax(every, axis=1))
