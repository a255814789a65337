"""P-values of a family of comparisons, adjusted so that one false finding among all of them stays rare."""

from collections.abc import Sequence

import numpy as np

from pellucid._checks import check_number


def holm(p: Sequence[float | None]) -> tuple[float | None, ...]:
    """Adjust p-values after Holm: the chance of any false finding stays below the level.

    The smallest is multiplied by the number of tests, the next by one less, and so on;
    none may fall below one before it, nor rise above 1. It holds whatever the tests'
    dependence.

    Parameters
    ----------
    p : sequence of float or None
        None where a test is undefined; such a test finds nothing and is not counted.

    Returns
    -------
    tuple of float or None
        In the order of `p`.

    Raises
    ------
    InvalidInputError
        If one is not a number from 0 to 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
    Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, None, 0.03])
    (0.03, 0.06, None, 0.06)
    """
    places = [place for place, one in enumerate(p) if one is not None]
    for place in places:
        check_number(f"p[{place}]", p[place], low=0, high=1)
    raw = np.array([p[place] for place in places], dtype=float)
    order = np.argsort(raw, kind="stable")
    stepped = np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1))
    adjusted: list[float | None] = [None] * len(p)
    for rank, value in zip(order, np.minimum(stepped, 1.0), strict=True):
        adjusted[places[rank]] = float(value)
    return tuple(adjusted)
