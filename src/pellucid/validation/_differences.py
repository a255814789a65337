"""Every contender against another on the same documents: difference, interval, tests, and what follows for a margin."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri
from scipy.stats import t

from pellucid.measures import (
    Areas,
    Codes,
    Floats,
    PairedDifference,
    Resampled,
    bootstrap_difference,
    conclude,
    corrected_resampled_t,
    equivalence_p,
    holm,
    mcnemar,
    non_inferiority_p,
    paired_share_difference,
    power_non_inferior,
)
from pellucid.schema import Difference, Measure

FOLD_MEASURES = ("auroc", "brier")
"""Measures whose differences are also taken fold by fold."""

FEWEST_FOLDS = 5
"""Folds from which the spread over folds is known well enough to count."""

_REACH_90 = float(ndtri(0.95))
_SHRUNK = _REACH_90 / float(ndtri(0.975))


class Figures(NamedTuple):
    """All that differences are taken from.

    Attributes
    ----------
    y : ndarray of int, shape (n,)
    right : dict of str to ndarray of bool, shape (n,)
        Whether a contender decided for the right class; empty where there are several
        repeats or clusters.
    resampled : dict of str to dict of str to Resampled
        By contender, then measure.
    areas : Areas or None
        Of those in `ranked`; None where there are none.
    ranked : tuple of str
        Contenders that gave probabilities.
    folds : dict of str to dict of str to ndarray of shape (J,)
        Measures fold by fold; empty where there are no overlapping folds.
    test_to_train : float
        Documents tested in a fold over those trained on.
    judged : str
        Measure that margins are stated for.
    margin : float
        0 where none was stated.
    """

    y: Codes
    right: Mapping[str, Floats]
    resampled: Mapping[str, Mapping[str, Resampled]]
    areas: Areas | None
    ranked: tuple[str, ...]
    folds: Mapping[str, Mapping[str, Floats]]
    test_to_train: float
    judged: str
    margin: float


class _Found(NamedTuple):
    """A difference with its test; `widened` also covers the luck of training, where folds overlap."""

    pair: PairedDifference
    test: str = ""
    folds: Measure | None = None
    widened: PairedDifference | None = None

    @property
    def deciding(self) -> PairedDifference:
        """What p-values and conclusions are taken from."""
        return self.widened or self.pair


def differences(figures: Figures, pairs: Sequence[tuple[str, str]], measures: Sequence[str]) -> tuple[Difference, ...]:
    """Compare contenders pair by pair; p-values are adjusted over the pairs of a measure.

    Parameters
    ----------
    figures : Figures
    pairs : sequence of (contender, reference)
    measures : sequence of str

    Returns
    -------
    tuple of Difference
        Measure by measure within each pair.
    """
    found = {(pair, measure): _whole(figures, *pair, measure) for pair in pairs for measure in measures}
    adjusted: dict[tuple[tuple[str, str], str], float | None] = {}
    for measure in measures:
        family = holm([found[pair, measure].deciding.p for pair in pairs])
        adjusted.update({(pair, measure): p for pair, p in zip(pairs, family, strict=True)})
    return tuple(
        _difference(figures, pair, measure, one, adjusted[pair, measure]) for (pair, measure), one in found.items()
    )


def half_reach(figures: Figures, contender: str, reference: str) -> float | None:
    """Return half the width of the interval that decides between two contenders; None where there is none.

    Parameters
    ----------
    figures : Figures
    contender, reference : str

    Returns
    -------
    float or None
    """
    measure = _whole(figures, contender, reference, figures.judged).deciding.measure
    return None if measure.low is None or measure.high is None else (measure.high - measure.low) / 2


def _whole(figures: Figures, contender: str, reference: str, measure: str) -> _Found:
    """Find a difference over documents, and over folds where they overlap."""
    found = _found(figures, contender, reference, measure)
    if measure not in FOLD_MEASURES or not figures.folds:
        return found
    apart = figures.folds[contender][measure] - figures.folds[reference][measure]
    folds = corrected_resampled_t(apart, figures.test_to_train)
    return found._replace(folds=folds, widened=_widened(found.pair, folds, len(apart)))


def _widened(pair: PairedDifference, folds: Measure, count: int) -> PairedDifference | None:
    """Take the outer limits of both intervals and the larger p: what is claimed has to hold for both."""
    over = (pair.measure.value, pair.measure.low, pair.measure.high, pair.low90, pair.high90, pair.p, pair.se)
    value, low, high, low90, high90, p, se = over
    if count < FEWEST_FOLDS or folds.value is None or folds.low is None or folds.high is None or value is None:
        return None
    if low is None or high is None or low90 is None or high90 is None:
        return None
    middle, reach = folds.value, (folds.high - folds.low) / 2
    error = reach / float(t.ppf(0.975, count - 1))
    near = error * float(t.ppf(0.95, count - 1))
    by_folds = 2 * float(t.sf(abs(middle) / error, count - 1)) if error else 1.0
    return PairedDifference(
        pair.measure.model_copy(update={"low": min(low, folds.low), "high": max(high, folds.high)}),
        None,
        None if p is None else max(p, by_folds),
        None if se is None else max(se, error),
        min(low90, middle - near),
        max(high90, middle + near),
    )


def _found(figures: Figures, contender: str, reference: str, measure: str) -> _Found:
    if measure == "auroc" and figures.areas is not None and {contender, reference} <= set(figures.ranked):
        area = figures.areas.difference(figures.ranked.index(contender), figures.ranked.index(reference))
        return _Found(area, "DeLong" if area.p is not None else "")
    if measure == "accuracy" and figures.right:
        return _shares(figures.right[contender], figures.right[reference])
    if measure not in figures.resampled[contender] or measure not in figures.resampled[reference]:
        return _Found(PairedDifference(Measure(value=None)))
    drawn = figures.resampled[contender][measure].minus(figures.resampled[reference][measure])
    pair = bootstrap_difference(drawn.draws, drawn.value)
    return _Found(pair, "bootstrap" if pair.p is not None else "")


def _shares(mine: Floats, theirs: Floats) -> _Found:
    """Compare shares of right decisions on the same documents."""
    n, only_mine, only_theirs = len(mine), int((mine > theirs).sum()), int((theirs > mine).sum())
    measure = paired_share_difference(only_mine, only_theirs, n)
    if measure.value is None or measure.low is None or measure.high is None:
        return _Found(PairedDifference(measure))
    # The 90% limits stand at the same share of the way as those of a normal interval.
    middle, reach = (measure.low + measure.high) / 2, (measure.high - measure.low) / 2 * _SHRUNK
    test = mcnemar(only_mine, only_theirs, "mid-p")
    se = reach / _REACH_90
    return _Found(PairedDifference(measure, None, test.p, se, middle - reach, middle + reach), "McNemar, mid-p")


def _difference(
    figures: Figures, pair: tuple[str, str], measure: str, found: _Found, adjusted: float | None
) -> Difference:
    contender, reference = pair
    figure = found.pair.measure
    made = Difference(
        contender=contender,
        reference=reference,
        measure=measure,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        method=figure.method,
        folds=found.folds,
        test=f"{found.test} and Nadeau-Bengio, the larger" if found.widened and found.test else found.test,
        p=found.deciding.p,
        p_holm=adjusted,
    )
    if measure != figures.judged or not figures.margin:
        return made
    return made.model_copy(update={"margin": figures.margin, **_judged(found.deciding, figures)})


def _judged(found: PairedDifference, figures: Figures) -> dict[str, object]:
    """Hold a difference against the margin; p-values go with the middle of the limits."""
    value, low, high, margin = found.measure.value, found.measure.low, found.measure.high, figures.margin
    if value is None or low is None or high is None or found.low90 is None or found.high90 is None:
        return {}
    said: dict[str, object] = {"conclusion": conclude(value, low, high, found.low90, found.high90, margin)}
    if found.se is None:
        return said
    degrees = figures.areas.degrees if figures.areas is not None else np.inf
    middle = (low + high) / 2
    return said | {
        "p_non_inferior": non_inferiority_p(middle, found.se, margin, degrees),
        "p_equivalent": equivalence_p(middle, found.se, margin, degrees),
        "power": power_non_inferior(found.se, margin),
    }
