"""How far several readings, labelers or people agree: Cohen's kappa, Krippendorff's alpha, intraclass correlation."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.stats import f as f_distribution
from scipy.stats import norm
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from pellucid._checks import check_number, check_option
from pellucid.exceptions import InvalidInputError
from pellucid.measures._intervals import percentile_limits
from pellucid.measures._measures import Floats
from pellucid.schema import Measure

_UPPER = 0.975
_ITEMS = "percentile bootstrap of items"
_LEVELS = ("nominal", "ordinal", "interval", "ratio")
_KINDS = ("ICC1,1", "ICC2,1", "ICC3,1", "ICC1,k", "ICC2,k", "ICC3,k")
_SAME = 1e-12  # a spread below this share of the values' own size is rounding
_CELLS = 2_000_000  # values × draws held at once


def cohen_kappa(
    first: Sequence[Any],
    second: Sequence[Any],
    *,
    levels: Sequence[Any] | None = None,
    weights: Literal["linear", "quadratic"] | None = None,
) -> Measure:
    """Agreement of two raters beyond chance, 1 where they always agree and 0 where only by chance.

    Parameters
    ----------
    first, second : sequence of length n
        What each rater said of the same items, in the same order; none missing.
    levels : sequence or None, default=None
        All levels, from low to high where `weights` are given; None takes those found, sorted.
    weights : {None, "linear", "quadratic"}, default=None
        How much a disagreement between levels further apart counts more; None: all alike.

    Returns
    -------
    Measure
        Undefined where both said one and the same level of all items. The limits come from
        the large-sample standard error; none are given where it is 0, as where they agree on
        every item: the formula then knows no doubt, though there is some.

    Raises
    ------
    InvalidInputError
        If the lengths differ, there are no items, one is missing, or a level is unknown.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
    Psychological Measurement 20, 37-46.
    Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969). Large sample standard errors of kappa
    and weighted kappa. Psychological Bulletin 72, 323-327.

    Examples
    --------
    >>> cohen_kappa(["yes", "yes", "no", "no", "no"], ["yes", "no", "no", "no", "no"]).text()
    '0.545 [-0.164, 1.000]'
    """
    check_option("weights", weights, (None, "linear", "quadratic"))
    named = _levels(first, second, levels)
    places = {level: place for place, level in enumerate(named)}
    one, two = ([places[value] for value in rater] for rater in (first, second))
    codes = list(range(len(named)))
    if len({*one, *two}) < 2:
        return Measure(value=None)
    value = float(cohen_kappa_score(one, two, labels=codes, weights=weights))
    error = _kappa_error(confusion_matrix(one, two, labels=codes) / len(one), weights) / np.sqrt(len(one))
    if error < _SAME:
        return Measure(value=value)
    reach = float(norm.ppf(_UPPER)) * error
    return Measure(value=value, low=max(value - reach, -1.0), high=min(value + reach, 1.0), method="large-sample error")


def krippendorff_alpha(
    ratings: ArrayLike,
    level: Literal["nominal", "ordinal", "interval", "ratio"] = "nominal",
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Measure:
    """Agreement of any number of raters, with items that some did not rate.

    1 less the disagreement within items, in proportion to that expected were values
    given to items by chance. An item rated by fewer than two counts for nothing.

    Parameters
    ----------
    ratings : array-like of shape (raters, items)
        NaN or None where a rater gave nothing. Numbers, or for ``nominal`` also strings.
    level : {"nominal", "ordinal", "interval", "ratio"}, default="nominal"
        How far two values lie apart: all alike, by ranks, by difference, by difference in
        proportion to their sum (values of at least 0).
    draws : int, default=1000
        Bootstrap draws of items for the interval.
    seed : int, default=0

    Returns
    -------
    Measure
        Undefined where no item was rated twice, or all values are the same; without limits
        where that happens in a draw, as where one item alone differs from the rest.

    Raises
    ------
    InvalidInputError
        If the shape, a value or a parameter cannot be used.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of
    Pennsylvania, Annenberg School for Communication.
    Zapf, A., Castell, S., Morawietz, L. and Karch, A. (2016). Measuring inter-rater
    reliability for nominal data: which coefficients and confidence intervals are
    appropriate? BMC Medical Research Methodology 16, 93.

    Examples
    --------
    >>> krippendorff_alpha([["a", "a", "b", "b", None], ["a", "b", "b", "b", "b"]], draws=100).value
    0.5333333333333333
    """
    check_option("level", level, _LEVELS)
    check_number("draws", draws, low=40, whole=True)
    check_number("seed", seed, low=0, high=2**31, whole=True)
    values, units = _units(ratings, level)
    items = units.shape[0]
    value = float(_alpha(values, units, level, np.ones((items, 1)))[0]) if items else np.nan
    if not np.isfinite(value):
        return Measure(value=None)
    rng = np.random.default_rng(seed)
    block = max(1, _CELLS // max(items, len(values)))
    found = [
        _alpha(values, units, level, _draw(rng, items, min(block, draws - done))) for done in range(0, draws, block)
    ]
    low, high = percentile_limits(np.concatenate(found))
    if not np.isfinite([low, high]).all():
        return Measure(value=value)
    return Measure(value=value, low=low, high=high, method=_ITEMS)


def icc(
    ratings: ArrayLike, kind: Literal["ICC1,1", "ICC2,1", "ICC3,1", "ICC1,k", "ICC2,k", "ICC3,k"] = "ICC2,1"
) -> Measure:
    """Intraclass correlation: the share of the spread of numbers that lies between items.

    Parameters
    ----------
    ratings : array-like of float, shape (raters, items)
        Complete: leave out items that somebody did not rate, and say how many.
    kind : {"ICC1,1", "ICC2,1", "ICC3,1", "ICC1,k", "ICC2,k", "ICC3,k"}, default="ICC2,1"
        1: other raters for each item; 2: the same raters, drawn from many, whose levels must
        agree; 3: these raters only, whose levels may differ. ``,1`` speaks of one rater,
        ``,k`` of the mean of all.

    Returns
    -------
    Measure
        With limits from the F distribution. Undefined where all numbers are the same;
        without limits where raters agree exactly.

    Raises
    ------
    InvalidInputError
        If there are fewer than two raters or items, or a number is missing.

    References
    ----------
    Shrout, P. E. and Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater
    reliability. Psychological Bulletin 86, 420-428.

    Examples
    --------
    >>> icc([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]).text(2)
    '0.29 [0.02, 0.76]'
    """
    check_option("kind", kind, _KINDS)
    table = _numbers(ratings).T
    items, raters = table.shape
    if items < 2 or raters < 2 or not np.isfinite(table).all():
        raise InvalidInputError(
            f"ratings: got shape {(raters, items)} with {int((~np.isfinite(table)).sum())} missing; at least two "
            "raters and two items are needed, all rated: leave out items with a missing number"
        )
    parts = _variance_parts(table)
    if max(parts.items, parts.error, parts.raters) <= _SAME * float(np.square(table).mean()):
        return Measure(value=None)
    value, low, high = _single(parts, items, raters, kind[3])
    if kind.endswith("k"):
        value, low, high = (raters * one / (1 + (raters - 1) * one) for one in (value, low, high))
    if not np.isfinite([low, high]).all() or low > high:
        return Measure(value=value)
    return Measure(value=value, low=low, high=high, method="F distribution")


def _levels(first: Sequence[Any], second: Sequence[Any], levels: Sequence[Any] | None) -> list[Any]:
    """Return the levels in order, refusing raters that cannot be compared."""
    if len(first) != len(second) or not len(first):
        raise InvalidInputError(
            f"first, second: got {len(first)} and {len(second)} items; the same items are needed, at least one"
        )
    if bool(pd.isna(pd.Series([*first, *second], dtype=object)).any()):
        raise InvalidInputError("first, second: an item is missing (None or NaN); leave it out for both raters")
    found = {*first, *second}
    if levels is None:
        return sorted(found)
    strange = len(found - {*levels})
    if strange:
        raise InvalidInputError(f"levels: {strange} values are not among the {len(levels)} levels; add them")
    return list(levels)


def _kappa_error(shares: Floats, weights: str | None) -> float:
    """Return the standard error of kappa times the root of the number of items, not assuming chance."""
    apart = np.abs(np.subtract.outer(*[np.arange(len(shares), dtype=float)] * 2))
    loss = (apart > 0).astype(float) if weights is None else apart ** (1 if weights == "linear" else 2)
    agree = 1 - loss / loss.max()
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float((agree * shares).sum()), float(rows @ agree @ columns)
    margins = np.add.outer(agree @ columns, rows @ agree)
    spread = (shares * (agree * (1 - expected) - margins * (1 - observed)) ** 2).sum()
    spread -= (observed * expected - 2 * expected + observed) ** 2
    return float(np.sqrt(max(spread, 0.0)) / (1 - expected) ** 2)


def _units(ratings: ArrayLike, level: str) -> tuple[Floats, "csr_array[Any, Any]"]:
    """Return the distinct values, and how often each was given to each item that was rated twice."""
    if level == "nominal":
        table = _table(ratings)
        codes: NDArray[Any] = pd.factorize(table.ravel(), sort=False)[0].reshape(table.shape)
        values: Floats = np.arange(codes.max(initial=-1) + 1, dtype=float)
    else:
        numbers = _numbers(ratings)
        if level == "ratio" and bool((numbers < 0).any()):
            raise InvalidInputError("ratings: a number is below 0; level 'ratio' takes numbers of at least 0")
        given = ~np.isnan(numbers)
        values = np.unique(numbers[given])
        codes = np.where(given, np.searchsorted(values, numbers), -1)
    codes = codes[:, (codes >= 0).sum(axis=0) >= 2]
    rater, item = np.nonzero(codes >= 0)
    counts = csr_array((np.ones(len(item)), (item, codes[rater, item])), shape=(codes.shape[1], len(values)))
    counts.sum_duplicates()
    return values, counts


def _alpha(values: Floats, units: "csr_array[Any, Any]", level: str, weights: Floats) -> Floats:
    """Return alpha per column of weights (items, draws); NaN where all values of a draw are the same."""
    rated = np.asarray(units.sum(axis=1)).ravel()
    totals: Floats = units.T @ weights
    everything = totals.sum(axis=0)
    if level == "nominal":
        within = _pairs_apart(rated, np.asarray(units.multiply(units).sum(axis=1)).ravel())
        expected = _pairs_apart(everything, np.square(totals).sum(axis=0))
        observed = (within / (rated - 1)) @ weights
    elif level == "ratio":
        observed = (_ratio_within(values, units) / (rated - 1)) @ weights
        expected = (totals * _ratio_apart(values, totals)).sum(axis=0) / 2
    else:
        placed = values[:, None] - values.mean() if level == "interval" else np.cumsum(totals, axis=0) - totals / 2
        squares = rated[:, None] * (units @ np.square(placed)) - np.square(units @ placed)
        observed = (squares / (rated - 1)[:, None] * weights).sum(axis=0)
        expected = everything * (totals * np.square(placed)).sum(axis=0) - np.square((totals * placed).sum(axis=0))
    several = (totals > 0).sum(axis=0) > 1
    return 1 - (everything - 1) * observed / np.where(several, expected, np.nan)


def _pairs_apart(size: Floats, squares: Floats) -> Floats:
    """Count pairs of unlike values, from how many there are and the squared counts' sum."""
    return (size**2 - squares) / 2


def _ratio_within(values: Floats, units: "csr_array[Any, Any]") -> Floats:
    """Sum the squared ratio distances of the pairs of values within each item."""
    found = np.zeros(units.shape[0])
    for item in range(units.shape[0]):
        cells = slice(units.indptr[item], units.indptr[item + 1])
        here, counts = values[units.indices[cells]], units.data[cells]
        found[item] = counts @ _ratio_apart(here, counts[:, None])[:, 0] / 2
    return found


def _ratio_apart(values: Floats, totals: Floats) -> Floats:
    """Sum, for each value, the squared ratio distances to all values, counted by `totals` (values, draws)."""
    found = np.empty_like(totals)
    for start in range(0, len(values), 512):
        here = values[start : start + 512, None]
        sums = here + values
        apart = np.square((here - values) / np.where(sums > 0, sums, 1.0))
        found[start : start + 512] = apart @ totals
    return found


def _draw(rng: np.random.Generator, items: int, draws: int) -> Floats:
    """Draw items with replacement; how often each was drawn, (items, draws)."""
    drawn: Floats = rng.multinomial(items, np.full(items, 1 / items), size=draws).T.astype(float)
    return drawn


class _VarianceParts(NamedTuple):
    """Mean squares of a table of items by raters."""

    items: float
    raters: float
    error: float
    within: float


def _variance_parts(table: Floats) -> _VarianceParts:
    items, raters = table.shape
    centre = table.mean()
    between = raters * float(np.square(table.mean(axis=1) - centre).sum())
    levels = items * float(np.square(table.mean(axis=0) - centre).sum())
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + centre
    error = float(np.square(left).sum())
    free = (items - 1) * (raters - 1)
    return _VarianceParts(
        between / (items - 1), levels / (raters - 1), error / free, (levels + error) / (items * (raters - 1))
    )


def _single(parts: _VarianceParts, items: int, raters: int, model: str) -> tuple[float, float, float]:
    """Return one rater's correlation and its limits; NaN limits where there is no error to set them by."""
    n, k = items, raters
    if model == "2":
        return _absolute(parts, n, k)
    error, free = (parts.within, n * (k - 1)) if model == "1" else (parts.error, (n - 1) * (k - 1))
    value = (parts.items - error) / (parts.items + (k - 1) * error)
    if error <= _SAME * parts.items:
        return value, np.nan, np.nan
    ratio = parts.items / error
    lowest = ratio / float(f_distribution.ppf(_UPPER, n - 1, free))
    highest = ratio * float(f_distribution.ppf(_UPPER, free, n - 1))
    return value, (lowest - 1) / (lowest + k - 1), (highest - 1) / (highest + k - 1)


def _absolute(parts: _VarianceParts, n: int, k: int) -> tuple[float, float, float]:
    """Return the correlation that also counts the raters' levels, with Satterthwaite's limits."""
    value = (parts.items - parts.error) / (parts.items + (k - 1) * parts.error + k * (parts.raters - parts.error) / n)
    if parts.error <= _SAME * parts.items:
        return value, np.nan, np.nan
    levels = k * value * parts.raters / parts.error
    rest = n * (1 + (k - 1) * value) - k * value
    free = (k - 1) * (n - 1) * (levels + rest) ** 2 / ((n - 1) * levels**2 + rest**2)
    upper, lower = (float(f_distribution.ppf(_UPPER, *two)) for two in ((n - 1, free), (free, n - 1)))
    spread = k * parts.raters + (k * n - k - n) * parts.error
    low = n * (parts.items - upper * parts.error) / (upper * spread + n * parts.items)
    high = n * (lower * parts.items - parts.error) / (spread + n * lower * parts.items)
    return value, low, high


def _table(ratings: ArrayLike) -> NDArray[Any]:
    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise InvalidInputError(f"ratings: got shape {table.shape}; (raters, items) is expected")
    return table


def _numbers(ratings: ArrayLike) -> Floats:
    """Return ratings as numbers, None as NaN."""
    table = _table(ratings)
    known = ~pd.isna(table)
    numbers = np.full(table.shape, np.nan)
    if not all(isinstance(one, int | float | np.number) for one in table[known]):
        raise InvalidInputError("ratings: there is something that is no number; only level 'nominal' takes strings")
    numbers[known] = table[known].astype(float)
    if np.isinf(numbers).any():
        raise InvalidInputError("ratings: a number is infinite; finite numbers are expected")
    return numbers
