"""How the boosting library cuts answers into bins: told to it, found again in its arrays, and counted."""

import copy
from typing import Any

import numpy as np

from pellucid.glassbox._cuts import Floats, quantile_cuts
from pellucid.glassbox._table import Column

__all__ = ["bins_for", "cells_of", "count_rows"]


def bins_for(column: Column, codes: Floats, most: int) -> list[float] | str:
    """Say how the library should bin one column of codes.

    Parameters
    ----------
    column : Column
    codes : ndarray of shape (n,)
    most : int
        Most bins, those of missing and of unseen values included.

    Returns
    -------
    list of float, or str
        Cuts; or ``"nominal"`` or ``"continuous"`` where there are none.

    Examples
    --------
    >>> bins_for(Column("sky", ("low", "middle", "high"), ordered=True), np.array([0.0, 2.0]), 32)
    [0.5, 1.5]
    """
    if np.isnan(codes).all():
        return "nominal"  # a question never answered: no value to cut between, and no level
    if column.numeric:
        # Two of the bins the library counts are those of missing and of unseen values.
        return quantile_cuts(codes, most - 3).tolist() or "continuous"
    count = len(column.levels or ())
    if count > 2 and not column.ordered:
        return "nominal"
    # Cuts between codes keep the order, and let a curve be held monotone.
    return [code + 0.5 for code in range(count - 1)] or "continuous"


def cells_of(column: Column, bins: Any) -> list[int]:
    """Find where each part of a question stands in the library's arrays.

    These begin with the missing bin and end with that of unseen values.

    Parameters
    ----------
    column : Column
    bins : ndarray of cuts, or dict of level to bin
        As the library keeps them.

    Returns
    -------
    list of int
        Intervals or levels in order, then the missing bin, where training had one.
    """
    if isinstance(bins, dict):
        # A number that was never answered has one part, which only unseen values can be in.
        places = [bins.get(str(level), -1) for level in range(1 if column.numeric else len(column.levels or ()))]
    elif column.levels is None:
        places = list(range(1, len(bins) + 2))
    else:
        places = (np.searchsorted(bins, range(len(column.levels))) + 1).tolist()
    return [*places, 0] if column.missing else places


def count_rows(model: Any, codes: Floats) -> list[Floats]:
    """Count the rows in each cell of each term, where the library only keeps their weight.

    Parameters
    ----------
    model : ExplainableBoostingClassifier or ExplainableBoostingRegressor
    codes : ndarray of shape (n, n_questions)

    Returns
    -------
    list of ndarray
        Shaped like the library's ``bin_weights_``.
    """
    places = copy.copy(model)
    numbers = [np.arange(float(cells.size)).reshape(cells.shape) for cells in model.bin_weights_]
    # As with its spread, what the library reads out of bins is ours to choose: here, the number of the cell.
    places.term_scores_ = [
        cells if cells.ndim == scores.ndim else np.repeat(cells[..., None], scores.shape[-1], axis=-1)
        for cells, scores in zip(numbers, model.term_scores_, strict=True)
    ]
    found = places.eval_terms(codes).reshape(len(codes), len(numbers), -1)[:, :, 0].astype(int)
    return [
        np.bincount(found[:, term], minlength=cells.size).astype(np.float64).reshape(cells.shape)
        for term, cells in enumerate(numbers)
    ]
