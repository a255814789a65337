"""Which documents are nearest to each in their answers, and which are like no other."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from pellucid.measures import Floats

NEAREST = 5
"""Documents a document is compared with."""

_FAR = 3.0
"""Robust standard deviations above the median at which a distance is called far."""


class Neighbours(NamedTuple):
    """The nearest documents by answers.

    Attributes
    ----------
    places : ndarray of int, shape (n, k)
        From near to far; k is five, or fewer where there are fewer documents.
    distance : ndarray of shape (n,)
        Mean distance to them, per question: 0 where all answers are the same, 1 where all
        are as different as they can be.
    outlying : ndarray of bool, shape (n,)
        Documents that are far from even their nearest.
    """

    places: NDArray[np.intp]
    distance: Floats
    outlying: NDArray[np.bool_]


def find_neighbours(X: pd.DataFrame, *, k: int = NEAREST) -> Neighbours:
    """Find the nearest documents by Gower's distance, with numbers as ranks.

    A number counts by the share of documents between two values, so that one huge value is
    no farther than the next; any other answer is the same or not; "not stated" is a level
    of its own.

    Parameters
    ----------
    X : DataFrame of shape (n, n_questions)
    k : int, default=5

    Returns
    -------
    Neighbours
        Outlying is a mean distance more than three robust standard deviations (1.4826 median
        absolute deviations) above the median.

    References
    ----------
    Gower, J. C. (1971). A general coefficient of similarity and some of its properties.
    Biometrics 27(4), 857-871.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [40, 41, 42, 43, 90], "sex": ["f", "f", "f", "f", "m"]})
    >>> find_neighbours(table, k=2).places[0].tolist()
    [1, 2]
    """
    points = np.column_stack([_coordinates(X.iloc[:, at]) for at in range(X.shape[1])])
    k = min(k, len(X) - 1)
    if k < 1:
        return Neighbours(np.empty((len(X), 0), dtype=np.intp), np.zeros(len(X)), np.zeros(len(X), dtype=bool))
    far, places = NearestNeighbors(n_neighbors=k, metric="manhattan").fit(points).kneighbors()
    distance = far.mean(axis=1) / X.shape[1]
    middle = np.median(distance)
    width = 1.4826 * np.median(np.abs(distance - middle))
    return Neighbours(places, distance, distance > middle + _FAR * max(width, 1e-3))


def _coordinates(column: "pd.Series") -> Floats:
    """Lay one question out so that city-block distance is 0 for the same answer, at most 1 for another."""
    missing = column.isna().to_numpy()
    if pd.api.types.is_bool_dtype(column.dtype) or not pd.api.types.is_numeric_dtype(column.dtype):
        places = pd.factorize(column)[0]
        return np.asarray(np.eye(places.max(initial=0) + 2)[places] / 2)  # -1, the last column, is "not stated"
    rank = column.rank(pct=True).to_numpy(dtype=float, na_value=np.nan)
    return np.column_stack([np.where(missing, 0.5, rank), missing / 2])
