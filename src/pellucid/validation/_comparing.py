"""From predictions to a comparison: figures, differences, curves and the verdict; no model is fitted here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid._checks import check_number
from pellucid.measures import (
    Codes,
    Floats,
    MeasureKind,
    Resampled,
    decided,
    delong,
    half_width,
    measures_for,
    power_words,
    resample,
)
from pellucid.schema import Comparison, ContenderResult, Cost, Curve, Design, Measure, Provenance
from pellucid.validation._calibration_curve import calibration_curves
from pellucid.validation._curves import net_benefit_curves, roc_curves
from pellucid.validation._differences import FOLD_MEASURES, Figures, differences, half_reach
from pellucid.validation._rules import Judged, verdict_rules
from pellucid.validation._verdict import verdict
from pellucid.validation._versions import library_versions

CURVE_DRAWS = 400
"""Bootstrap draws behind the bands of curves: they are looked at, not reported to three decimals."""


OF_DECISIONS = frozenset(
    {"accuracy", "balanced_accuracy", "kappa", "macro_f1", "npv", "ppv", "sensitivity", "specificity"}
)
"""Measures of labels alone: what a contender without probabilities can be judged by."""

_UNDEFINED = Measure(value=None)


@dataclass(frozen=True)
class Entry:
    """What is known of a contender beside its predictions.

    Parameters
    ----------
    about : str, default=""
    glass_box, uses_answers : bool, default=False
    caveats : tuple of str, default=()
    cost : Cost or None, default=None
    completed : Measure, default=undefined
        Share of documents it gave a prediction for.
    decides_only : bool, default=False
        Whether it gives labels and no probabilities.
    """

    about: str = ""
    glass_box: bool = False
    uses_answers: bool = False
    caveats: tuple[str, ...] = ()
    cost: Cost | None = None
    completed: Measure = _UNDEFINED
    decides_only: bool = False


class Predicted(NamedTuple):
    """Predictions of all contenders for the same documents.

    Attributes
    ----------
    y : ndarray of int, shape (n,)
        Class numbers.
    predictions : dict of str to ndarray of shape (repeats, n) or (repeats, n, n_classes)
    clusters : ndarray of int, shape (n,), or None
    folds : tuple of (int, ndarray of int)
        Repeat and rows of each fold that was tested; empty without overlapping folds.
    test_to_train : float
    """

    y: Codes
    predictions: Mapping[str, Floats]
    clusters: Codes | None = None
    folds: tuple[tuple[int, NDArray[np.intp]], ...] = ()
    test_to_train: float = 0.0


@dataclass(frozen=True)
class Analysis:
    """What is fixed before any number is seen.

    Parameters
    ----------
    reference : str
        Name of the contender that all others are compared with.
    margin : float, default=0.02
        By how much AUROC (accuracy, where some give labels only) may be lower for a
        contender to count as just as good; 0 states none.
    threshold : float, default=0.5
        Probability from which a document counts as positive.
    draws : int, default=2000
        Bootstrap draws per interval.
    seed : int, default=0
        Of the draws.
    all_pairs : bool, default=False
        Whether every contender is compared with every other, not with the reference alone.
    n_jobs : int or None, default=None
        Threads of the bootstrap; None is one, -1 as many as there are cores. Does not change results.

    Raises
    ------
    InvalidInputError
        If a value is out of its range.
    """

    reference: str
    margin: float = 0.02
    threshold: float = 0.5
    draws: int = 2000
    seed: int = 0
    all_pairs: bool = False
    n_jobs: int | None = None

    def __post_init__(self) -> None:
        # Below 40 draws the limits would be the extremes and cover less than they say.
        check_number("draws", self.draws, low=40, whole=True)
        check_number("seed", self.seed, low=0, high=2**31, whole=True)
        check_number("margin", self.margin, low=0, high=0.5)
        check_number("threshold", self.threshold, low=0, high=1)
        if self.n_jobs not in (None, -1):
            check_number("n_jobs", self.n_jobs, low=1, whole=True)


def compare(
    found: Predicted,
    entries: Mapping[str, Entry],
    design: Design,
    analysis: Analysis,
    *,
    subject: str = "",
    caveats: Sequence[str] = (),
    provenance: Provenance | None = None,
) -> Comparison:
    """Compute every figure and difference, and say what follows.

    Parameters
    ----------
    found : Predicted
    entries : mapping of str to Entry
        By name, as in `found`.
    design : Design
    analysis : Analysis
    subject : str, default=""
    caveats : sequence of str, default=()
    provenance : Provenance or None, default=None

    Returns
    -------
    Comparison
    """
    decides_only = any(entry.decides_only for entry in entries.values())
    kinds = _kinds(found, analysis.threshold)
    figures = _figures(found, entries, kinds, analysis, judged="accuracy" if decides_only else "auroc")
    rows = tuple(_row(name, entries[name], figures, kinds) for name in found.predictions)
    judged = _judged(figures, found)
    return Comparison(
        subject=subject,
        design=design,
        contenders=rows,
        differences=differences(figures, _pairs(found, analysis), tuple(kinds)),
        reference=analysis.reference,
        judged=judged.measure,
        margin=analysis.margin or None,
        verdict=_verdict(rows, figures, found, analysis, judged),
        rules=verdict_rules(analysis.margin, judged),
        caveats=tuple(caveats),
        versions=library_versions(),
        curves=_curves(found, entries, analysis),
        power=_power(figures, found, analysis, rows),
        provenance=(provenance or Provenance()).model_copy(update={"predictions": _digest(found)}),
    )


def _pairs(found: Predicted, analysis: Analysis) -> list[tuple[str, str]]:
    others = [name for name in found.predictions if name != analysis.reference]
    pairs = [(name, analysis.reference) for name in others]
    return [*pairs, *combinations(others, 2)] if analysis.all_pairs else pairs


def _verdict(
    rows: Sequence[ContenderResult], figures: Figures, found: Predicted, analysis: Analysis, judged: Judged
) -> str:
    every = list(permutations(found.predictions, 2))
    return verdict(
        rows,
        differences(figures, every, judged.measures),
        reference=analysis.reference,
        margin=analysis.margin,
        documents=len(found.y),
        judged=judged,
    )


def _kinds(found: Predicted, threshold: float) -> Mapping[str, MeasureKind]:
    binary = all(one.ndim == 2 for one in found.predictions.values())
    return measures_for("binary" if binary else "multiclass", threshold=threshold)


def _figures(
    found: Predicted, entries: Mapping[str, Entry], kinds: Mapping[str, MeasureKind], analysis: Analysis, judged: str
) -> Figures:
    resampled = _resampled(found, entries, kinds, analysis)
    ranked = tuple(name for name in found.predictions if not entries[name].decides_only)
    areas = delong(found.y, np.stack([found.predictions[name] for name in ranked]), found.clusters) if ranked else None
    single = found.clusters is None and all(len(one) == 1 for one in found.predictions.values())
    right = {
        name: _right(found.y, one[0], 0.5 if entries[name].decides_only else analysis.threshold)
        for name, one in found.predictions.items()
    }
    return Figures(
        y=found.y,
        right=right if single else {},
        resampled=resampled,
        areas=areas,
        ranked=ranked,
        folds=_fold_values(found, kinds) if judged == "auroc" else {},
        test_to_train=found.test_to_train,
        judged=judged,
        margin=analysis.margin,
    )


def _resampled(
    found: Predicted, entries: Mapping[str, Entry], kinds: Mapping[str, MeasureKind], analysis: Analysis
) -> dict[str, dict[str, Resampled]]:
    """Draw documents, the same for all; who gives labels only has measures of decisions only."""
    made: dict[str, dict[str, Resampled]] = {}
    for decides_only in (False, True):
        names = [name for name in found.predictions if entries[name].decides_only is decides_only]
        wanted = {key: kind for key, kind in kinds.items() if not decides_only}
        if decides_only:  # a label is a label at any threshold
            wanted = {key: kind for key, kind in _kinds(found, 0.5).items() if key in OF_DECISIONS}
        if names:
            made |= resample(
                found.y,
                {name: found.predictions[name] for name in names},
                wanted,
                draws=analysis.draws,
                seed=analysis.seed,
                clusters=found.clusters,
                n_jobs=analysis.n_jobs,
            )
    return {name: made[name] for name in found.predictions}


def _right(y: Codes, predicted: Floats, threshold: float) -> Floats:
    """Say for each document whether the decision was right."""
    return (decided(predicted, threshold) == y).astype(float)


def _fold_values(found: Predicted, kinds: Mapping[str, MeasureKind]) -> dict[str, dict[str, Floats]]:
    """Compute measures in each fold by itself."""
    if len(found.folds) < 2 or any(len(np.unique(found.y[rows])) < 2 for _, rows in found.folds):
        return {}
    return {
        name: {
            measure: np.array(
                [
                    kinds[measure].values(found.y[rows], predicted[repeat][rows], np.ones((len(rows), 1)))[0]
                    for repeat, rows in found.folds
                ]
            )
            for measure in FOLD_MEASURES
        }
        for name, predicted in found.predictions.items()
    }


def _row(name: str, entry: Entry, figures: Figures, kinds: Mapping[str, MeasureKind]) -> ContenderResult:
    drawn: Mapping[str, Resampled] = figures.resampled[name]
    measures = {key: drawn[key].measure() if key in drawn else Measure(value=None) for key in kinds}
    if figures.areas is not None and name in figures.ranked:
        measures["auroc"] = figures.areas.measure(figures.ranked.index(name))
    by_fold = figures.folds.get(name, {}).get("auroc", np.array([]))
    return ContenderResult(
        name=name,
        about=entry.about,
        glass_box=entry.glass_box,
        uses_answers=entry.uses_answers,
        measures=measures,
        caveats=entry.caveats,
        completed=entry.completed,
        cost=entry.cost,
        folds=tuple(by_fold.tolist()) if np.isfinite(by_fold).all() else (),
    )


def _judged(figures: Figures, found: Predicted) -> Judged:
    if figures.judged == "auroc":
        return Judged("auroc", "AUROC", 0.5, "brier")
    return Judged("accuracy", "accuracy", float(np.bincount(found.y).max() / len(found.y)), "")


def _power(figures: Figures, found: Predicted, analysis: Analysis, rows: Sequence[ContenderResult]) -> str:
    """Say what so many documents can show, for the best of the others against the reference."""
    others = [one for one in rows if one.name != analysis.reference]
    known = [one for one in others if one.measures[figures.judged].value is not None]
    if not known or not analysis.margin:
        return ""
    best = max(known, key=lambda one: one.measures[figures.judged].value or 0.0)
    reach = half_reach(figures, best.name, analysis.reference)
    if reach is None:
        return ""
    events = int((found.y == 1).sum()) if found.y.max() == 1 else int(np.bincount(found.y).min())
    label = "AUROC" if figures.judged == "auroc" else figures.judged
    said = power_words(len(found.y), events, reach / half_width(1.0), analysis.margin, label)
    return f"{best.name} against {analysis.reference}: {said[:1].lower()}{said[1:]}" if len(others) > 1 else said


def _curves(found: Predicted, entries: Mapping[str, Entry], analysis: Analysis) -> tuple[Curve, ...]:
    chances = {name: one for name, one in found.predictions.items() if not entries[name].decides_only}
    if not chances or any(one.ndim != 2 for one in chances.values()):
        return ()
    draws = min(analysis.draws, CURVE_DRAWS)
    how: dict[str, Any] = {"draws": draws, "seed": analysis.seed, "clusters": found.clusters}
    return (
        *roc_curves(found.y, chances, **how),
        *calibration_curves(found.y, chances, clusters=found.clusters),
        *net_benefit_curves(found.y, chances, **how),
    )


def _digest(found: Predicted) -> str:
    """Return the SHA-256 of all predictions, names and outcomes."""
    made = hashlib.sha256(np.asarray(found.y, dtype="<i8").tobytes())
    for name, predicted in found.predictions.items():
        made.update(f"{name}\0{predicted.shape}".encode())
        made.update(np.asarray(predicted, dtype="<f8").tobytes())
    return made.hexdigest()
