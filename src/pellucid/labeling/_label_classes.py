"""The classes labels speak of, and labels of which some are missing."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid.exceptions import InvalidInputError


def plain(value: Any) -> Any:
    """Take a class out of an array as the plain value it is.

    Parameters
    ----------
    value : object

    Returns
    -------
    object

    Examples
    --------
    >>> plain(np.int64(1)), plain("yes")
    (1, 'yes')
    """
    return value.item() if isinstance(value, np.generic) else value


def check_classes(classes: Any, *, n: int | None = None, at_least: int = 2) -> tuple[Any, ...]:
    """Take the classes as plain values, or refuse them.

    Parameters
    ----------
    classes : sequence
    n : int or None, default=None
        How many there have to be.
    at_least : int, default=2
        How many there have to be at least.

    Returns
    -------
    tuple

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> check_classes(np.array([0, 1]), n=2)
    (0, 1)
    """
    allowed = f"{n or f'at least {at_least}'} different ones are expected"
    if isinstance(classes, str | bytes) or not isinstance(classes, Sequence | np.ndarray | pd.Index):
        raise InvalidInputError(f"classes: got {type(classes).__name__}; {allowed}, such as (0, 1)")
    found = tuple(plain(one) for one in classes)
    named = [one for one in found if isinstance(one, bool | int | float | str) and not pd.isna(one)]
    if len(named) != len(found):
        raise InvalidInputError("classes: one is missing or no number, text or truth value; give each class a name")
    if len(set(found)) != len(found) or len(found) < at_least or (n is not None and len(found) != n):
        raise InvalidInputError(f"classes: got {found!r}; {allowed}")
    return found


def class_places(y: Any, classes: Sequence[Any], *, n: int, name: str = "y") -> NDArray[np.intp]:
    """Return the place of each label among the classes, -1 where it is missing.

    Parameters
    ----------
    y : array-like of shape (n,)
        None, NaN or NA where there is none.
    classes : sequence
    n : int
        Number of documents it must match.
    name : str, default="y"
        What it is called in messages.

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> class_places([1, None, 0.0], (0, 1), n=3).tolist()
    [1, -1, 0]
    """
    if y is None or isinstance(y, str | bytes) or not hasattr(y, "__len__"):
        raise InvalidInputError(
            f"{name}: got {type(y).__name__}; one label per document is expected, None for a missing"
        )
    values = list(y.tolist() if hasattr(y, "tolist") else y)
    if len(values) != n:
        raise InvalidInputError(f"{name}: got {len(values)} labels for {n} documents; one each is expected")
    known = {plain(label): place for place, label in enumerate(classes)}
    places = np.full(n, -1, dtype=np.intp)
    for at, value in enumerate(values):
        if isinstance(value, list | dict | set) or not (value is None or pd.api.types.is_scalar(value)):
            raise InvalidInputError(
                f"{name}: label {at} is a {type(value).__name__}; one label per document is expected"
            )
        if pd.isna(value):
            continue
        if plain(value) not in known:
            allowed = ", ".join(map(repr, known))
            raise InvalidInputError(
                f"{name}: got the label {plain(value)!r:.40}; allowed are {allowed}, None where missing"
            )
        places[at] = known[plain(value)]
    return places
