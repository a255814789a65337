"""Intervals by a bootstrap over documents, paired: the same draws for every contender.

Models are not refitted in a draw. The intervals say how far a figure depends on which
documents were tested; how far it depends on which documents a model was trained on
they do not say.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pellucid._checks import check_number, check_option
from pellucid.exceptions import InvalidInputError
from pellucid.measures._bca import LEVEL, Limits, Resampled, percentile_limits
from pellucid.measures._draws import Sizes, blocks, jackknife, stratified_draws
from pellucid.measures._kinds import Evaluator, Floats, MeasureKind
from pellucid.measures._measures import MEASURES
from pellucid.schema import Difference

WORTH_SHARING = 20_000_000
"""Documents × draws × contenders from which several processes are quicker than one."""

__all__ = [
    "LEVEL",
    "Limits",
    "Resampled",
    "interval_words",
    "paired_difference",
    "percentile_limits",
    "resample",
    "stratified_draws",
]


def resample(
    y: NDArray[Any],
    predictions: Mapping[str, Floats],
    measures: Mapping[str, MeasureKind] = MEASURES,
    *,
    draws: int,
    seed: int,
    clusters: NDArray[Any] | None = None,
    class_sizes: Sizes = "drawn",
    n_jobs: int | None = None,
) -> dict[str, dict[str, Resampled]]:
    """Compute every measure of every contender, on the documents and in every draw.

    A figure is the mean over the repeats of the measure on that repeat's pooled
    out-of-fold predictions. Sorting, knots and the fit to all documents are done once for
    each contender; the result does not depend on `n_jobs` or on the number of cores.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class numbers from 0 (int), or numbers (float).
    predictions : mapping of str to ndarray of shape (repeats, n) or (repeats, n, n_classes)
        Out-of-fold predictions by contender.
    measures : mapping of str to MeasureKind, default=MEASURES
        See `measures_for`.
    draws : int
    seed : int
    clusters : ndarray of shape (n,) or None, default=None
        Which documents belong together; whole clusters are then drawn.
    class_sizes : {"drawn", "kept"}, default="drawn"
        See `stratified_draws`.
    n_jobs : int or None, default=None
        Processes; None is one, -1 as many as there are cores. Small jobs take one.

    Returns
    -------
    dict of str to dict of str to Resampled
        By contender, then by measure.

    Raises
    ------
    InvalidInputError
        If predictions or clusters do not fit the outcome, or are not finite.

    Examples
    --------
    >>> y = np.arange(60) % 2
    >>> figures = resample(y, {"a": (0.3 + 0.2 * y + 0.3 * np.sin(np.arange(60)))[None]}, draws=200, seed=0)
    >>> figures["a"]["brier"].measure().method
    'stratified BCa bootstrap'
    """
    check_number("draws", draws, low=1, whole=True)
    check_option("class_sizes", class_sizes, ("drawn", "kept"))
    _check(y, predictions, clusters)
    with threadpool_limits(1):  # sums must not depend on how many threads share them
        plans = [_Plan(y, predicted, measures) for predicted in predictions.values()]
        plain = _figures(plans, np.ones((len(y), 1)))
        without = jackknife(y, seed, clusters=clusters, class_sizes=class_sizes)
        left_out = np.concatenate([_figures(plans, part) for part in _parts(without)], axis=2)
        weights = stratified_draws(y, draws, seed, clusters=clusters, class_sizes=class_sizes)
        found = _spread(plans, weights, n_jobs if len(y) * draws * len(plans) >= WORTH_SHARING else 1)
    drawn = np.concatenate(found, axis=2)
    numbers = np.issubdtype(y.dtype, np.floating)
    scheme = "cluster" if clusters is not None else "" if numbers else "stratified"
    most = len(y) if clusters is None else len(np.unique(clusters))
    return {
        name: {
            measure: Resampled(
                float(plain[i, j, 0]), drawn[i, j], left_out[i, j], scheme, _trials(kind, y, predicted, most)
            )
            for j, (measure, kind) in enumerate(measures.items())
        }
        for i, (name, predicted) in enumerate(predictions.items())
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
        contender=contender,
        reference=reference,
        measure=measure,
        value=found.value,
        low=found.low,
        high=found.high,
        method=found.method,
    )


def interval_words(draws: int, *, clusters: int | None = None) -> str:
    """Say how the intervals were made and what they cover.

    Parameters
    ----------
    draws : int
    clusters : int or None, default=None
        How many clusters were drawn as wholes; None where documents were drawn.

    Returns
    -------
    str
    """
    drawn = "documents within each class" if clusters is None else f"the {clusters:,} clusters of documents"
    return (
        f"{LEVEL:.0%} intervals: after DeLong for AUROC and its differences; for other figures BCa from {draws:,} "
        f"bootstrap draws of {drawn}, for their differences normal limits from the same draws, which are the same for "
        "every contender; how many there are of each class varies between draws as in a new sample. They cover the "
        "luck of which documents were tested. Models are not refitted in a draw, so the luck of which documents a "
        "model was trained on is not covered: for contenders that learn, the intervals are somewhat too narrow. No "
        "interval is given where a draw is undefined or the draws are biased by more than their spread."
    )


class _Job(NamedTuple):
    """One evaluator and where its rows go."""

    evaluator: Evaluator
    rows: list[int]
    places: list[int]


def _spread(plans: list["_Plan"], weights: Iterator[Floats], n_jobs: int | None) -> list[Floats]:
    """Compute all draws, on several processes where that is worth it: threads would wait for each other."""
    jobs = effective_n_jobs(n_jobs)
    if jobs == 1:
        return [_figures(plans, part) for part in weights]
    parts = [_packed(part) for part in weights]
    shares = [parts[len(parts) * job // jobs : len(parts) * (job + 1) // jobs] for job in range(jobs)]
    return list(chain.from_iterable(Parallel(n_jobs=jobs)(delayed(_share)(plans, share) for share in shares)))


def _packed(weights: Floats) -> NDArray[Any]:
    """Take a byte per count where that holds them: an eighth to hand over."""
    return weights.astype(np.uint8) if weights.max() <= 255 else weights


def _share(plans: list["_Plan"], parts: list[NDArray[Any]]) -> list[Floats]:
    with threadpool_limits(1):
        return [_figures(plans, part.astype(float)) for part in parts]


class _Plan:
    """What is computed for one contender: every evaluator once per repeat, whoever shares it."""

    def __init__(self, y: NDArray[Any], predicted: Floats, measures: Mapping[str, MeasureKind]) -> None:
        self.count, self.repeats = len(measures), len(predicted)
        shared: dict[Any, list[int]] = {}
        kinds = list(measures.values())
        for place, kind in enumerate(kinds):
            shared.setdefault(kind.prepare or kind.values, []).append(place)
        self.jobs = [
            _Job(_evaluator(kinds[places[0]], y, repeat), [kinds[place].row for place in places], places)
            for repeat in predicted
            for places in shared.values()
        ]

    def figures(self, weights: Floats) -> Floats:
        """Return the mean over repeats of every measure; (measures, draws)."""
        found = np.zeros((self.count, weights.shape[1]))
        for job in self.jobs:
            found[job.places] += job.evaluator(weights)[job.rows]
        return found / self.repeats


def _evaluator(kind: MeasureKind, y: NDArray[Any], predicted: Floats) -> Evaluator:
    return kind.prepare(y, predicted) if kind.prepare else lambda weights: kind.values(y, predicted, weights)[None]


def _figures(plans: list[_Plan], weights: Floats) -> Floats:
    with np.errstate(invalid="ignore"):  # infinite in one repeat and minus infinite in another is undefined
        return np.stack([plan.figures(weights) for plan in plans])


def _parts(weights: Floats) -> Iterator[Floats]:
    done = 0
    for width in blocks(weights.shape[1], len(weights)):
        yield weights[:, done : done + width]
        done += width


def _trials(kind: MeasureKind, y: NDArray[Any], predicted: Floats, most: int) -> int | None:
    if kind.trials is None:
        return None
    return min(most, *(kind.trials(y, repeat) for repeat in predicted))


def _check(y: NDArray[Any], predictions: Mapping[str, Floats], clusters: NDArray[Any] | None) -> None:
    if not predictions:
        raise InvalidInputError("predictions: got none; at least one contender is expected")
    for name, predicted in predictions.items():
        if predicted.ndim not in (2, 3) or not len(predicted) or predicted.shape[1] != len(y):
            raise InvalidInputError(
                f"predictions: {name!r} has shape {predicted.shape}; (repeats, {len(y)}) or "
                f"(repeats, {len(y)}, n_classes) is expected"
            )
        if not np.isfinite(predicted).all():
            raise InvalidInputError(f"predictions: {name!r} has values that are missing or infinite; leave those out")
    if clusters is not None and clusters.shape != y.shape:
        raise InvalidInputError(f"clusters: got shape {clusters.shape}; one per document, {y.shape}, is expected")
