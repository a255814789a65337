"""The bound that matters where an answer cannot be trusted: how far one answer alone can move the score."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

MOST = 65
"""Values of a number that are tried: quantiles of the training values, ends included."""


class Sway(NamedTuple):
    """The largest change of the score that changing one answer can make.

    Attributes
    ----------
    question : str
    change : float
        In log-odds, without sign.
    """

    question: str
    change: float


def candidates(features: pd.DataFrame) -> dict[str, list[Any]]:
    """List what might be answered to every question: every level, or values of a number, and nothing at all.

    Parameters
    ----------
    features : DataFrame of shape (n_documents, n_questions)
        What a glass box was fitted on.

    Returns
    -------
    dict of str to list
        The last value of each is missing (NaN).
    """
    found = {}
    for name, column in features.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            values = column.cat.categories.tolist()
        else:
            known = column.dropna().to_numpy(dtype=float)
            values = np.unique(np.quantile(known, np.linspace(0, 1, MOST))).tolist() if len(known) else []
        found[str(name)] = [*values, np.nan]
    return found


def largest_sway(box: Any, features: pd.DataFrame, tried: Mapping[str, Sequence[Any]]) -> Sway:
    """Say how far the score of one document can be moved by changing one answer.

    Every value of every question is tried with all other answers as they are, so the
    bound also holds for trees and pairs. A straight line is followed no further than
    the training values reach.

    Parameters
    ----------
    box : fitted glass box
        With `decision_function`.
    features : DataFrame of shape (1, n_questions)
    tried : Mapping of str to sequence
        As from `candidates`.

    Returns
    -------
    Sway

    Examples
    --------
    >>> from pellucid.glassbox import ShallowTreeClassifier
    >>> table = pd.DataFrame({"rain": pd.Categorical(["yes", "no"] * 40), "wind": [1.0, 2.0, 3.0, 4.0] * 20})
    >>> tree = ShallowTreeClassifier().fit(table, [1, 0] * 40)
    >>> largest_sway(tree, table[:1], candidates(table)).question
    'rain'
    """
    names = [name for name in tried for _ in tried[name]]
    trial = features.iloc[np.zeros(len(names), dtype=int)].reset_index(drop=True)
    start = 0
    for name, values in tried.items():
        column = trial[name].astype(object)
        column.iloc[start : start + len(values)] = list(values)
        trial[name] = column.astype(features[name].dtype)
        start += len(values)
    scores = np.atleast_2d(box.decision_function(trial).T)
    before = np.atleast_2d(box.decision_function(features).T)
    changes = np.abs(scores - before).max(axis=0)
    largest = int(changes.argmax())
    return Sway(names[largest], float(changes[largest]))
