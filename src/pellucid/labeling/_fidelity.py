"""Where a glass box departs from the language model it learnt from, question by question."""

from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from pellucid.measures import Floats, holm
from pellucid.schema import NOT_STATED, Departure, Fidelity

_RANGES = 4
_LEAST = 8
"""Fewest documents for an interval and a test."""
_ROUNDING = 1e-9
"""Standard error below which a gap is the same for all documents but for rounding."""


def fidelity(X: pd.DataFrame, said: Floats, score: Floats) -> Fidelity:
    """Hold a glass box's log-odds against the language model's.

    Parameters
    ----------
    X : DataFrame of shape (n, n_questions)
        Answers.
    said : ndarray of shape (n,)
        The language model's log-odds; NaN where it said nothing.
    score : ndarray of shape (n,)
        The glass box's log-odds, by a model that had not learnt from the document.

    Returns
    -------
    Fidelity
        Numbers are cut into at most four ranges of about as many documents.

    Examples
    --------
    >>> X = pd.DataFrame({"pain": ["yes", "no"] * 10})
    >>> said = np.array([1.0, -1.0] * 10) + np.linspace(-0.1, 0.1, 20)
    >>> found = fidelity(X, said, np.array([0.0, -1.0] * 10))
    >>> [(one.said, round(one.mean, 1), one.marked) for one in found.departures]
    [('no', -0.5, True), ('yes', 0.5, True)]
    """
    rows = np.flatnonzero(~np.isnan(said) & ~np.isnan(score))
    if not len(rows):
        return Fidelity(documents=0, correlation=None, mean_absolute=0.0, level=0.0, agreement=0.0)
    theirs, ours = said[rows], score[rows]
    gap = theirs - ours
    varied = len(rows) > 1 and np.ptp(theirs) > 0 and np.ptp(ours) > 0
    return Fidelity(
        documents=len(rows),
        correlation=float(np.clip(np.corrcoef(theirs, ours)[0, 1], -1, 1)) if varied else None,
        mean_absolute=float(np.abs(gap).mean()),
        level=float(gap.mean()),
        agreement=float(np.mean((theirs >= 0) == (ours >= 0))),
        departures=_departures(X.iloc[rows], gap - gap.mean()),
    )


def _departures(X: pd.DataFrame, gap: Floats) -> tuple[Departure, ...]:
    """Average the gap by question and answer; the tests of all are one family."""
    found = [
        _departure(str(name), said, gap[kinds == said])
        for name in X.columns
        for kinds, order in [_kinds(X[name])]
        for said in order
    ]
    tested = {place: one.p for place, one in enumerate(found) if one.p is not None}
    adjusted = holm(list(tested.values())) if tested else ()
    for place, p in zip(tested, adjusted, strict=True):
        found[place] = found[place].model_copy(update={"p": p})
    return tuple(found)


def _departure(question: str, said: str, gap: Floats) -> Departure:
    """Average one group's gap."""
    mean, count = float(gap.mean()), len(gap)
    error = float(gap.std(ddof=1) / np.sqrt(count)) if count >= _LEAST else 0.0
    if error <= _ROUNDING:
        return Departure(question=question, said=said, documents=count, mean=mean)
    half = float(stats.t.ppf(0.975, count - 1)) * error
    p = float(2 * stats.t.sf(abs(mean) / error, count - 1))
    return Departure(question=question, said=said, documents=count, mean=mean, low=mean - half, high=mean + half, p=p)


def _kinds(answers: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Name the kind of every answer, and give the kinds that occur in order."""
    missing = answers.isna().to_numpy()
    if pd.api.types.is_numeric_dtype(answers) and not pd.api.types.is_bool_dtype(answers):
        values = answers.to_numpy(dtype=np.float64, na_value=np.nan)
        kinds, order = _ranges(values)
    else:
        kinds = answers.astype(object).astype(str).to_numpy(dtype=object)
        levels = (
            answers.cat.categories if isinstance(answers.dtype, pd.CategoricalDtype) else sorted(set(kinds[~missing]))
        )
        order = [str(level) for level in levels]
    kinds = np.where(missing, NOT_STATED, kinds)
    return kinds, [one for one in dict.fromkeys([*order, NOT_STATED]) if (kinds == one).any()]


def _ranges(values: Floats) -> tuple[np.ndarray, list[str]]:
    """Cut numbers into ranges of about as many documents; few different numbers stay as they are."""
    there = values[~np.isnan(values)]
    different = np.unique(there)
    if len(different) <= _RANGES:
        names = [f"{value:g}" for value in different]
        return np.array([f"{value:g}" for value in values], dtype=object), names
    # Cuts are values that occur, so that a range can be said without more digits than answers have.
    cuts = np.unique(np.quantile(there, np.arange(1, _RANGES) / _RANGES, method="higher"))
    cuts = cuts[cuts > different[0]] if cuts[-1] > different[0] else different[1:2]
    names = [
        f"< {cuts[0]:g}",
        *(f"{low:g} to < {high:g}" for low, high in pairwise(cuts)),
        f"≥ {cuts[-1]:g}",
    ]
    places = np.searchsorted(cuts, np.nan_to_num(values), side="right")
    return np.array(names, dtype=object)[places], names
