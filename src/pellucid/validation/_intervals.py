"""Intervals by a bootstrap over documents, paired: the same draws for every contender.

Models are not refitted in a draw. The intervals say how far a figure depends on which
documents were tested; how far it depends on which documents a model was trained on
they do not say.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from pellucid.schema import Difference, Measure
from pellucid.validation._measures import MEASURES, Codes, Floats

LEVEL = 0.95
"""Share of draws between the limits."""

_CELLS = 50_000  # documents × draws held at once; small enough for a processor's cache
_LEAST_BLOCK = 64  # draws; every block sorts the documents anew


class Resampled(NamedTuple):
    """One figure, and what it was in every draw.

    Attributes
    ----------
    value : float
        On the documents as they are; NaN where undefined.
    draws : ndarray of shape (draws,)
    """

    value: float
    draws: Floats

    def minus(self, other: "Resampled") -> "Resampled":
        """Take the paired difference, draw by draw."""
        with np.errstate(invalid="ignore"):  # infinite less infinite is undefined
            return Resampled(self.value - other.value, self.draws - other.draws)

    def measure(self) -> Measure:
        """Return the figure with its percentile interval.

        Returns
        -------
        Measure
            Without value where it is undefined or infinite; without limits where a draw
            is undefined or a limit infinite.
        """
        if not np.isfinite(self.value):
            return Measure(value=None)
        low, high = percentile_limits(self.draws)
        if not np.isfinite([low, high]).all():
            return Measure(value=self.value)
        return Measure(value=self.value, low=low, high=high)


def percentile_limits(draws: Floats) -> tuple[float, float]:
    """Return the limits between which `LEVEL` of the draws lie; NaN where a draw is undefined.

    With B draws these are the k-th smallest and the k-th largest, k the whole part of
    (B + 1) × 2.5%, and at least 1.

    Parameters
    ----------
    draws : ndarray of shape (draws,)
        May hold infinities.

    Returns
    -------
    tuple of two float

    References
    ----------
    Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman and
    Hall, chapter 13.

    Examples
    --------
    >>> percentile_limits(np.arange(1.0, 2000.0))
    (50.0, 1950.0)
    """
    if np.isnan(draws).any():
        return float("nan"), float("nan")
    # The small number keeps 2000 × 0.025 from falling below 50 in binary arithmetic.
    place = max(int((len(draws) + 1) * (1 - LEVEL) / 2 + 1e-9), 1)
    ranked = np.sort(draws)
    return float(ranked[place - 1]), float(ranked[-place])


def stratified_draws(y: Codes, draws: int, seed: int) -> Iterator[Floats]:
    """Draw documents with replacement, within each class as many as it has.

    Class sizes are those of the data in every draw, so that no draw lacks a class.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Class numbers.
    draws : int
    seed : int

    Yields
    ------
    ndarray of shape (n, some draws)
        How often each document was drawn; together `draws` columns.

    Examples
    --------
    >>> weights = np.hstack(list(stratified_draws(np.array([0, 0, 0, 1, 1]), 100, seed=0)))
    >>> weights.shape, set(weights[:3].sum(axis=0).tolist()), set(weights[3:].sum(axis=0).tolist())
    ((5, 100), {3.0}, {2.0})
    """
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(y == code) for code in np.unique(y)]
    block = max(_LEAST_BLOCK, _CELLS // len(y))
    for done in range(0, draws, block):
        weights = np.zeros((len(y), min(block, draws - done)))
        for rows in members:
            size = len(rows)
            weights[rows] = rng.multinomial(size, np.full(size, 1 / size), size=weights.shape[1]).T
        yield weights


def resample(y: Codes, predictions: Mapping[str, Floats], *, draws: int, seed: int) -> dict[str, dict[str, Resampled]]:
    """Compute every measure of every contender, on the documents and in every draw.

    A figure is the mean over the repeats of the measure on that repeat's pooled
    out-of-fold predictions.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Class numbers from 0.
    predictions : mapping of str to ndarray of shape (repeats, n) or (repeats, n, n_classes)
        Out-of-fold probabilities by contender.
    draws : int
    seed : int

    Returns
    -------
    dict of str to dict of str to Resampled
        By contender, then by measure.
    """
    plain = np.ones((len(y), 1))
    blocks: dict[tuple[str, str], list[Floats]] = {
        (name, measure): [_mean_over_repeats(y, predicted, measure, plain)]
        for name, predicted in predictions.items()
        for measure in MEASURES
    }
    for weights in stratified_draws(y, draws, seed):
        for (name, measure), found in blocks.items():
            found.append(_mean_over_repeats(y, predictions[name], measure, weights))
    return {
        name: {
            measure: Resampled(float(blocks[name, measure][0][0]), np.concatenate(blocks[name, measure][1:]))
            for measure in MEASURES
        }
        for name in predictions
    }


def paired_difference(
    figures: Mapping[str, Mapping[str, Resampled]], contender: str, reference: str, measure: str
) -> Difference:
    """Return contender minus reference with the interval of the paired draws.

    Parameters
    ----------
    figures : mapping
        As returned by `resample`.
    contender, reference, measure : str

    Returns
    -------
    Difference
    """
    found = figures[contender][measure].minus(figures[reference][measure]).measure()
    return Difference(
        contender=contender, reference=reference, measure=measure, value=found.value, low=found.low, high=found.high
    )


def interval_words(draws: int) -> str:
    """Say how the intervals were made and what they cover.

    Parameters
    ----------
    draws : int

    Returns
    -------
    str
    """
    return (
        f"{LEVEL:.0%} percentile intervals from {draws:,} bootstrap draws of documents within each class, the same "
        "draws for every contender and for differences. They cover the luck of which documents were tested. Models "
        "are not refitted in a draw, so the luck of which documents a model was trained on is not covered: for "
        "contenders that learn, the intervals are somewhat too narrow."
    )


def _mean_over_repeats(y: Codes, predicted: Floats, measure: str, weights: Floats) -> Floats:
    values = MEASURES[measure].values
    return np.mean([values(y, repeat, weights) for repeat in predicted], axis=0)
