"""Curves of stored out-of-fold probabilities with pointwise bands: ROC and net benefit."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError
from pellucid.measures import Codes, Floats, percentile_limits, stratified_draws
from pellucid.schema import Curve, CurveKind

FALSE_POSITIVE_RATES: Floats = np.arange(101) / 100
"""Where ROC curves are evaluated."""

THRESHOLDS: Floats = np.arange(5, 51) / 100
"""Where net benefit is evaluated by default."""

TREAT_ALL, TREAT_NONE = "treat all", "treat none"

Trace = Callable[[Floats], Floats]
"""Weights of shape (n, draws) to heights of shape (points, draws)."""


def roc_curves(
    y: ArrayLike,
    predictions: Mapping[str, Floats],
    *,
    draws: int = 1000,
    seed: int = 0,
    clusters: ArrayLike | None = None,
) -> tuple[Curve, ...]:
    """Trace the ROC curve of every contender, with a pointwise 95% band.

    Curves are averaged vertically: sensitivity at each of 101 fixed false positive
    rates, first over repeats, and in each bootstrap draw alike. Between two thresholds
    the curve is straight, so that a tie counts one half as it does in the AUROC; at a
    vertical step the upper end is taken.

    Parameters
    ----------
    y : array-like of int, shape (n,)
        1 where the outcome was observed, else 0.
    predictions : mapping of str to ndarray of shape (repeats, n)
        Probability of the outcome by contender.
    draws : int, default=1000
        Bootstrap draws behind a band; the same for every contender.
    seed : int, default=0
    clusters : array-like of shape (n,) or None, default=None
        What belongs together; then whole clusters are drawn.

    Returns
    -------
    tuple of Curve
        In the order of `predictions`. Without a band where a draw holds one class only,
        which can happen with few clusters.

    Raises
    ------
    InvalidInputError
        If y has other values than 0 and 1 or only one of them, or predictions do not fit it.

    Notes
    -----
    The band is pointwise: 95% at each rate, not of the whole line at once. Percentile
    limits are too narrow where the sensitivity is near 1.

    References
    ----------
    Fawcett, T. (2006). An introduction to ROC analysis. Pattern Recognition Letters 27,
    861-874 (vertical averaging).

    Examples
    --------
    >>> curve, = roc_curves([0, 1, 0, 1], {"a": np.array([[0.1, 0.4, 0.4, 0.8]])}, draws=40)
    >>> curve.y[0], curve.y[25], curve.y[50]
    (0.5, 0.75, 1.0)
    """
    codes, held, together = _checked(y, predictions, draws, seed, clusters)
    traces = {name: [_roc_trace(codes == 1, repeat) for repeat in found] for name, found in held.items()}
    found = _traced(codes, traces, draws, seed, together)
    rates = tuple(FALSE_POSITIVE_RATES.tolist())
    method = f"vertical averaging at {len(rates)} false positive rates; {_band_words(draws, together)}"
    return tuple(
        Curve(kind=CurveKind.ROC, contender=name, x=rates, y=line, low=low, high=high, method=method)
        for name, (line, low, high) in found.items()
    )


def net_benefit_curves(
    y: ArrayLike,
    predictions: Mapping[str, Floats],
    *,
    thresholds: ArrayLike = THRESHOLDS,
    draws: int = 1000,
    seed: int = 0,
    clusters: ArrayLike | None = None,
) -> tuple[Curve, ...]:
    """Trace the net benefit of every contender, of treating all and of treating none.

    At threshold t, those with a probability of at least t are treated; the net benefit
    is the share of true positives less t / (1 - t) times the share of false positives:
    true positives per document, at the exchange rate that the threshold stands for.

    Parameters
    ----------
    y, predictions, draws, seed, clusters
        As in `roc_curves`.
    thresholds : array-like of float, shape (points,), default=0.05 to 0.50 by 0.01
        Rising, above 0 and below 1.

    Returns
    -------
    tuple of Curve
        Contenders in the order of `predictions`, then ``"treat all"`` and ``"treat none"``.

    Raises
    ------
    InvalidInputError
        As in `roc_curves`, or if a threshold does not lie between 0 and 1.

    Notes
    -----
    The share of the outcome is drawn too, so the band covers how well it is known here;
    where it was chosen, as in a case-control set, net benefit says nothing.

    References
    ----------
    Vickers, A. J. and Elkin, E. B. (2006). Decision curve analysis: a novel method for
    evaluating prediction models. Medical Decision Making 26, 565-574.

    Examples
    --------
    >>> stated = {"a": np.array([[0.1, 0.1, 0.3, 0.6]])}
    >>> made = net_benefit_curves([0, 0, 0, 1], stated, thresholds=[0.2, 0.5], draws=40)
    >>> [(curve.contender, curve.y) for curve in made]
    [('a', (0.1875, 0.25)), ('treat all', (0.0625, -0.5)), ('treat none', (0.0, 0.0))]
    """
    codes, held, together = _checked(y, predictions, draws, seed, clusters)
    at = _checked_thresholds(thresholds)
    for name in (TREAT_ALL, TREAT_NONE):
        if name in held:
            raise InvalidInputError(f"predictions: {name!r} is the name of a line of every decision curve; rename it")
    held[TREAT_ALL] = np.ones((1, len(codes)))
    traces = {name: [_benefit_trace(codes == 1, repeat, at) for repeat in found] for name, found in held.items()}
    found = _traced(codes, traces, draws, seed, together)
    places = tuple(at.tolist())
    method = f"treated at or above the threshold; {_band_words(draws, together)}"
    kind = CurveKind.NET_BENEFIT
    return (
        *(
            Curve(kind=kind, contender=name, x=places, y=line, low=low, high=high, method=method)
            for name, (line, low, high) in found.items()
        ),
        Curve(kind=kind, contender=TREAT_NONE, x=places, y=(0.0,) * len(places), method="zero by definition"),
    )


def check_predictions(y: ArrayLike, predictions: Mapping[str, Floats]) -> tuple[Codes, dict[str, Floats]]:
    """Refuse outcomes of other than two classes, and predictions that do not fit them.

    Parameters
    ----------
    y : array-like of int, shape (n,)
    predictions : mapping of str to ndarray of shape (repeats, n)

    Returns
    -------
    tuple of (ndarray of int, dict of str to ndarray)

    Raises
    ------
    InvalidInputError
    """
    codes = np.asarray(y)
    if codes.ndim != 1 or not len(codes) or not np.isin(codes, (0, 1)).all() or len(np.unique(codes)) < 2:
        raise InvalidInputError(
            f"y: got shape {codes.shape} with {len(np.unique(codes))} distinct values; curves need one 0 or 1 per "
            "document, and both among them: code the outcome as 1"
        )
    if not isinstance(predictions, Mapping) or not predictions:
        raise InvalidInputError("predictions: got none; a mapping of names to arrays of shape (repeats, n) is expected")
    held = {name: np.asarray(found, dtype=float) for name, found in predictions.items()}
    for name, found in held.items():
        if found.ndim != 2 or found.shape[1] != len(codes) or not len(found):
            raise InvalidInputError(
                f"predictions: {name!r} has shape {found.shape}; (repeats, {len(codes)}) is expected, the "
                "probability of class 1"
            )
        if not (np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1):
            raise InvalidInputError(f"predictions: {name!r} holds values that are no probabilities; 0 to 1 is allowed")
    return codes.astype(np.int64), held


def check_clusters(clusters: ArrayLike | None, n: int) -> Codes | None:
    """Give clusters numbers from 0, or refuse what does not fit the documents.

    Parameters
    ----------
    clusters : array-like of shape (n,) or None
    n : int

    Returns
    -------
    ndarray of int, shape (n,), or None

    Raises
    ------
    InvalidInputError
    """
    if clusters is None:
        return None
    given = np.asarray(clusters)
    if given.shape != (n,):
        raise InvalidInputError(f"clusters: got shape {given.shape}; ({n},) is expected, one per document")
    return np.unique(given, return_inverse=True)[1].astype(np.int64)


def _checked(
    y: ArrayLike, predictions: Mapping[str, Floats], draws: int, seed: int, clusters: ArrayLike | None
) -> tuple[Codes, dict[str, Floats], Codes | None]:
    # Below 40 draws the limits would be the extremes and cover less than they say.
    check_number("draws", draws, low=40, whole=True)
    check_number("seed", seed, low=0, high=2**31, whole=True)
    codes, held = check_predictions(y, predictions)
    return codes, held, check_clusters(clusters, len(codes))


def _checked_thresholds(thresholds: ArrayLike) -> Floats:
    at = np.asarray(thresholds, dtype=float)
    if at.ndim != 1 or not len(at) or not (at > 0).all() or not (at < 1).all() or not (np.diff(at) > 0).all():
        raise InvalidInputError(
            f"thresholds: got {at.size} values of shape {at.shape}; rising numbers above 0 and below 1 are expected"
        )
    return at


def _band_words(draws: int, together: Codes | None) -> str:
    what = "documents" if together is None else "whole clusters"
    return f"pointwise 95% percentile band from {draws:,} bootstrap draws of {what}, models not refitted"


def _roc_trace(positive: np.ndarray, score: Floats) -> Trace:
    """Sort once; return what reads sensitivities off for any weights."""
    order = np.argsort(-score, kind="stable")
    last_of_ties = np.flatnonzero(np.r_[np.diff(score[order]) != 0, True])
    ranked = positive[order, None]

    def heights(weights: Floats) -> Floats:
        counted = weights[order]
        hits = np.cumsum(counted * ranked, axis=0)[last_of_ties]
        misses = np.cumsum(counted * ~ranked, axis=0)[last_of_ties]
        made = np.full((len(FALSE_POSITIVE_RATES), weights.shape[1]), np.nan)
        for column in np.flatnonzero((hits[-1] > 0) & (misses[-1] > 0)):
            across = np.r_[0.0, misses[:, column] / misses[-1, column]]
            made[:, column] = np.interp(FALSE_POSITIVE_RATES, across, np.r_[0.0, hits[:, column] / hits[-1, column]])
        return made

    return heights


def _benefit_trace(positive: np.ndarray, score: Floats, thresholds: Floats) -> Trace:
    """Put down what each document adds at each threshold; return what averages it for any weights."""
    treated = score[None, :] >= thresholds[:, None]
    rate = (thresholds / (1 - thresholds))[:, None]
    gain = np.where(treated, np.where(positive[None, :], 1.0, -rate), 0.0)
    return lambda weights: (gain @ weights) / weights.sum(axis=0)


def _traced(
    codes: Codes, traces: Mapping[str, list[Trace]], draws: int, seed: int, together: Codes | None
) -> dict[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]]:
    """Return line, lower and upper limit of every contender; empty limits where a draw is undefined."""
    plain = np.ones((len(codes), 1))
    lines = {name: _mean(repeats, plain)[:, 0] for name, repeats in traces.items()}
    drawn: dict[str, list[Floats]] = {name: [] for name in traces}
    for weights in stratified_draws(codes, draws, seed, clusters=together):
        for name, repeats in traces.items():
            drawn[name].append(_mean(repeats, weights))
    made = {}
    for name, blocks in drawn.items():
        limits = np.array([percentile_limits(point) for point in np.hstack(blocks)])
        sure = bool(np.isfinite(limits).all())
        low, high = (tuple(side.tolist()) if sure else () for side in limits.T)
        made[name] = (tuple(lines[name].tolist()), low, high)
    return made


def _mean(repeats: list[Trace], weights: Floats) -> Floats:
    return np.mean([trace(weights) for trace in repeats], axis=0)
