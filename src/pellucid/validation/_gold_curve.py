"""How many gold labels are worth it? Contenders refitted with more and more of the gold labels of each fold."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pellucid._checks import check_number, check_option, check_outcome
from pellucid.exceptions import InvalidInputError
from pellucid.measures import Codes, Floats, MeasureKind, measures_for, percentile_limits, stratified_draws
from pellucid.schema import Crossing, Curve, CurveKind, GoldCurves
from pellucid.validation._checkpoint import Checkpoint
from pellucid.validation._cross_fit import Contender
from pellucid.validation._crossing import Traced, crossing
from pellucid.validation._design import Plan
from pellucid.validation._gold_fits import ALL, checked_sizes, gold_folds, predicted_at
from pellucid.validation._validator import check_contender
from pellucid.validation._versions import library_versions

_MEASURES: dict[str, Literal["higher", "lower"]] = {
    "auroc": "higher",
    "average_precision": "higher",
    "brier": "lower",
    "log_loss": "lower",
    "accuracy": "higher",
}
"""Measures that are defined in every draw, and which way is better."""


@dataclass(frozen=True)
class GoldRules:
    """What is fixed before any number is seen.

    Parameters
    ----------
    sizes : sequence of int or "all", default=(0, 10, 25, 50, 100, 200, "all")
        Gold labels in a fold, rising; ``"all"`` is as many as the smallest fold learns from.
    measures : sequence of str, default=("auroc", "brier", "log_loss")
        Of these three, ``"average_precision"`` and ``"accuracy"``.
    reference : str or None, default=None
        Every other contender's crossing with this one is looked for.
    pairs : sequence of (str, str), default=()
        Contender and rival of further crossings.
    draws : int, default=1000
        Bootstrap draws behind bands and intervals.
    seed : int, default=0
        Of the order, the draws, and every `random_state` that a contender leaves open.

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> GoldRules(sizes=(0, 50), reference="direct LLM").measures
    ('auroc', 'brier', 'log_loss')
    """

    sizes: Sequence[int | str] = (0, 10, 25, 50, 100, 200, ALL)
    measures: Sequence[str] = ("auroc", "brier", "log_loss")
    reference: str | None = None
    pairs: Sequence[tuple[str, str]] = ()
    draws: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        check_number("draws", self.draws, low=40, whole=True)
        check_number("seed", self.seed, low=0, high=2**31, whole=True)
        if isinstance(self.sizes, str) or not self.sizes:
            raise InvalidInputError(f"sizes: got {self.sizes!r}; a tuple such as (0, 25, 100, 'all') is expected")
        if isinstance(self.measures, str) or not self.measures:
            raise InvalidInputError(f"measures: got {self.measures!r}; a tuple such as ('auroc', 'brier') is expected")
        for measure in self.measures:
            check_option("measures", measure, tuple(_MEASURES))

    def wanted(self, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Return the pairs of which crossings are looked for.

        Parameters
        ----------
        names : sequence of str
            Contenders.

        Returns
        -------
        tuple of (str, str)

        Raises
        ------
        InvalidInputError
            If a name is none of them.
        """
        for name in (*((self.reference,) if self.reference else ()), *(name for pair in self.pairs for name in pair)):
            check_option("reference, pairs", name, tuple(names))
        against = [(name, self.reference) for name in names if self.reference and name != self.reference]
        return tuple(dict.fromkeys([*against, *((one, other) for one, other in self.pairs)]))


class _Held(NamedTuple):
    """What is computed of predictions, and in which draws."""

    codes: Codes
    weights: tuple[Floats, ...]  # blocks of draws; the first is a column of ones
    repeats: Floats  # (repeats, 1 + draws): what each counts for
    kinds: Mapping[str, MeasureKind]


def gold_curves(
    contenders: Mapping[str, Contender],
    X: pd.DataFrame,
    y: ArrayLike,
    plan: Plan,
    rules: GoldRules | None = None,
    *,
    n_jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> GoldCurves:
    """Trace measures over the number of gold labels, while the documents stay the same.

    The documents that a fold learns from are put in one order, in which each class keeps
    its share. The first so many of them show their gold label, so that more labels hold
    every fewer; the others are unlabelled. What a contender makes of those is told by its
    `learns_from`: ``"gold"`` never sees them and has no point at 0; ``"train"`` and
    ``"all"`` are fitted on them too, at 0 on nothing else; ``"unlabelled"`` is shown no
    label at any size, so it is fitted once and its line is level.

    Parameters
    ----------
    contenders : mapping of str to Contender
    X : DataFrame of shape (n, n_columns)
    y : array-like of shape (n,)
        Labels; None or NaN where no gold label is known, in rows that are never tested.
    plan : Plan
        The folds of the comparison; see `Plan.among` for documents without gold labels.
        Its groups, if any, are drawn as wholes.
    rules : GoldRules or None, default=None
        None are the default ones.
    n_jobs : int or None, default=None
        Processes; does not change results.
    progress : callable or None, default=None
        Called with (fits done, fits in all).
    checkpoint : str, os.PathLike or None, default=None
        Folder where finished fits are kept, and found by the next run.

    Returns
    -------
    GoldCurves
        A curve per contender and measure, and the crossings of the named pairs.

    Raises
    ------
    InvalidInputError
        If a size is larger than the smallest fold's gold labels or leaves out a class, a
        tested document has no label, a measure or name is unknown, or a contender fails;
        the message names it and the size.

    Notes
    -----
    A figure is that of the pooled out-of-fold predictions, averaged over repeats. A draw
    takes documents anew, stratified, and one repeat fewer than there are, with
    replacement, which gives the mean over repeats its true variance. So bands and
    intervals cover which documents were tested and, on average over as many repeats as
    there are, which gold labels were shown; they do not cover another set of documents
    to choose gold labels from, nor how far one single set of gold labels falls from the
    average: for that see the spread.

    References
    ----------
    Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey data.
    Journal of the American Statistical Association 83, 231-241.

    Examples
    --------
    >>> from pellucid.validation import Contender, CrossValidation
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X = pd.DataFrame({"size": range(60)})
    >>> y = np.array([0, 1, 0, 0] * 5 + [0, 1] * 10 + [1, 1, 0, 1] * 5)
    >>> plan = CrossValidation(5, 2).plan(y, groups=None, times=None, seed=0)
    >>> one = {"tree": Contender(DecisionTreeClassifier(max_depth=1))}
    >>> found = gold_curves(one, X, y, plan, GoldRules(sizes=(0, 10, "all"), measures=("auroc",), draws=100))
    >>> found.curves[0].x, len(found.curves[0].spread)
    ((10.0, 48.0), 2)
    """
    rules = rules or GoldRules()
    pairs = rules.wanted(tuple(contenders))
    for name, contender in contenders.items():
        check_contender(name, contender, X)
    labels, codes = _labels(X, y, plan)
    folds = gold_folds(X, labels, codes, plan, rules.seed)
    kept = None if checkpoint is None else Checkpoint(checkpoint, library_versions())
    levels = predicted_at(
        contenders,
        folds,
        checked_sizes(rules.sizes, folds),
        seed=rules.seed,
        n_jobs=n_jobs,
        progress=progress,
        checkpoint=kept,
    )
    held = _held(codes, plan, rules)
    traced = {name: _traced(found, held) for name, found in levels.items()}
    method = _method(rules.draws, plan)
    curves = [
        _curve(name, contenders[name], measure, traced[name][measure], method)
        for measure in held.kinds
        for name in contenders
    ]
    return GoldCurves(curves=tuple(curves), crossings=_crossings(traced, pairs, held))


def _crossings(
    traced: Mapping[str, Mapping[str, Traced]], pairs: Sequence[tuple[str, str]], held: _Held
) -> tuple[Crossing, ...]:
    """Find where the pairs cross, in every measure."""
    return tuple(
        crossing((one, other), measure, (traced[one][measure], traced[other][measure]), _MEASURES[measure])
        for measure in held.kinds
        for one, other in pairs
    )


def _labels(X: pd.DataFrame, y: Any, plan: Plan) -> tuple[NDArray[Any], Codes]:
    """Return labels, missing ones as None, and class numbers, those of missing ones -1."""
    if isinstance(y, pd.Series) and not y.index.equals(X.index):
        raise InvalidInputError("y: its index is not that of X; pass y.loc[X.index], or an array in the order of X")
    found = np.array(y, dtype=object)
    known = ~np.asarray(pd.isna(found)) if found.shape == (len(X),) else np.ones(len(X), dtype=bool)
    labels = check_outcome(y, n=len(X)) if known.all() else check_outcome(found[known].tolist())
    codes = np.full(len(X), -1)
    codes[known] = np.unique(labels, return_inverse=True)[1]
    tested = codes[plan.tested(len(X))]
    if (tested < 0).any():
        raise InvalidInputError(
            f"y: {int((tested < 0).sum())} documents that the plan tests have no label; see Plan.among for documents "
            "that only serve to learn from"
        )
    if len(np.unique(tested)) < codes.max() + 1:
        raise InvalidInputError("plan: it tests no document of some class; test more documents")
    if known.all():
        return labels, codes
    found[~known] = None
    return found, codes


def _held(codes: Codes, plan: Plan, rules: GoldRules) -> _Held:
    """Draw documents and repeats, the same for every contender, size and measure."""
    tested = plan.tested(len(codes))
    clusters = None if plan.groups is None else plan.groups[tested]
    drawn = stratified_draws(codes[tested], rules.draws, rules.seed, clusters=clusters)
    least = max(plan.repeats - 1, 1)
    shares = np.random.default_rng((rules.seed, plan.repeats)).multinomial(
        least, np.full(plan.repeats, 1 / plan.repeats), size=rules.draws
    )
    kinds = measures_for("binary" if codes.max() == 1 else "multiclass")
    return _Held(
        codes[tested],
        (np.ones((int(tested.sum()), 1)), *drawn),
        np.column_stack([np.full(plan.repeats, 1 / plan.repeats), shares.T / least]),
        {measure: kinds[measure] for measure in rules.measures},
    )


def _traced(levels: Mapping[int, Floats], held: _Held) -> dict[str, Traced]:
    """Compute every measure of one contender at every size, on the documents and in every draw."""
    done: dict[int, dict[str, Floats]] = {}
    for level in levels.values():
        if id(level) not in done:  # one that is shown no label is the same at every size
            done[id(level)] = {measure: _values(kind, level, held) for measure, kind in held.kinds.items()}
    several = len(held.repeats) > 1
    made = {}
    for measure in held.kinds:
        values = np.array([done[id(level)][measure] for level in levels.values()])  # (sizes, repeats, 1 + draws)
        spread = tuple(values[:, :, 0].std(axis=1, ddof=1).tolist()) if several else ()
        made[measure] = Traced(tuple(levels), (values * held.repeats).sum(axis=1), spread)
    return made


def _values(kind: MeasureKind, level: Floats, held: _Held) -> Floats:
    """Return a measure of every repeat; (repeats, 1 + draws)."""
    return np.array(
        [np.concatenate([kind.values(held.codes, repeat, block) for block in held.weights]) for repeat in level]
    )


def _curve(name: str, contender: Contender, measure: str, traced: Traced, method: str) -> Curve:
    """Put a line with its band and spread."""
    low, high = zip(*(percentile_limits(point[1:]) for point in traced.values), strict=True)
    return Curve(
        kind=CurveKind.GOLD,
        contender=name,
        x=tuple(map(float, traced.sizes)),
        y=tuple(traced.values[:, 0].tolist()),
        low=low,
        high=high,
        counts=traced.sizes,
        method=method,
        measure=measure,
        spread=traced.spread,
        about=" ".join(filter(None, (contender.about, *contender.said))),
        glass_box=contender.glass_box,
    )


def _method(draws: int, plan: Plan) -> str:
    """Say how lines and bands were made, and what the bands cover."""
    whole = "tested documents" if plan.groups is None else "whole groups of tested documents"
    begun = "refitted with more and more of the gold labels of each fold, on the same documents; "
    if plan.repeats == 1:
        return (
            f"{begun}pointwise 95% percentile band from {draws:,} bootstrap draws of {whole}, models not refitted in a "
            "draw: it does not cover which gold labels were shown"
        )
    return (
        f"{begun}mean over {plan.repeats} repeats with other folds and other gold labels; pointwise 95% percentile "
        f"band from {draws:,} bootstrap draws of {whole} and of repeats, models not refitted in a draw: it covers "
        "which documents were tested and, for the mean, which gold labels were shown, not how far one set of gold "
        "labels falls from that mean"
    )
