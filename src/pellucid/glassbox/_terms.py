"""Terms as tables: they add up to the score, or they are refused."""

from typing import Any

import numpy as np
import pandas as pd

from pellucid.exceptions import AdditivityError
from pellucid.glassbox._cuts import Floats
from pellucid.schema import TOLERANCE


def terms_of(terms: pd.DataFrame, label: Any, *, several: bool) -> pd.DataFrame:
    """Take the terms of one class out of what `contributions` or `spread` gave.

    Parameters
    ----------
    terms : DataFrame
    label : label
    several : bool
        Whether there are more than two classes; with two there is one set of terms.

    Returns
    -------
    DataFrame of shape (n, n_terms)
    """
    if not several:
        return terms
    # A table without columns has no classes to look up either.
    return terms[label] if terms.shape[1] else terms.droplevel(0, axis=1)


def check_additivity(points: Floats, intercept: float | Floats, score: Floats) -> None:
    """Refuse terms that do not add up to the score.

    Parameters
    ----------
    points : ndarray of shape (n, n_terms) or (n, n_terms, n_classes)
    intercept : float or ndarray of shape (n_classes,)
    score : ndarray of shape (n,) or (n, n_classes)

    Raises
    ------
    AdditivityError
        If a row is off by more than 1e-9, absolute and relative, or is not a number.

    Examples
    --------
    >>> import numpy as np
    >>> check_additivity(np.array([[0.25, -1.0]]), 0.5, np.array([-0.25]))
    """
    total = points.sum(axis=1) + intercept
    close = np.isclose(total, score, rtol=TOLERANCE, atol=TOLERANCE)
    if close.all():
        return
    off = ~close.reshape(len(score), -1).all(axis=1)
    gap = float(np.max(np.abs(total - score)))
    raise AdditivityError(
        f"contributions and intercept differ from the score in {int(off.sum())} of {len(off)} rows, "
        f"first in row {int(off.argmax())}, by up to {gap:.3g}; the terms cannot be shown as reasons"
    )
