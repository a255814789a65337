"""Would more documents help? Contenders refitted on nested parts of what each fold learns from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pellucid._checks import check_number, check_outcome
from pellucid.exceptions import InvalidInputError
from pellucid.measures import MEASURES, Codes, Floats, percentile_limits, stratified_draws
from pellucid.schema import Curve, CurveKind
from pellucid.validation._cross_fit import Contender, cross_fit, level_constant
from pellucid.validation._design import Part, Plan, Rows

_SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)
_DRAWS = 1000


def learning_curves(
    contenders: Mapping[str, Contender],
    X: pd.DataFrame,
    y: ArrayLike,
    plan: Plan,
    *,
    sizes: Sequence[int] = (),
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Curve, ...]:
    """Trace AUROC over the number of documents learnt from.

    The documents that a fold learns from are put in one order, in which each class keeps
    its share; a part is the first so many of them, so that a larger part holds every
    smaller one. All parts of a fold are tested on the same documents.

    Parameters
    ----------
    contenders : mapping of str to Contender
    X : DataFrame of shape (n, n_columns)
    y : array-like of shape (n,)
        Labels.
    plan : Plan
        The folds of the comparison, or fewer repeats of them.
    sizes : sequence of int, default=()
        Documents to learn from, rising; empty for a tenth, a fifth, two fifths, seven
        tenths and all of the smallest fold's, a tenth being at least 20.
    seed : int, default=0
        Of the order, the draws, and every `random_state` that a contender leaves open.
    n_jobs : int or None, default=None
        Processes; does not change results.
    progress : callable or None, default=None
        Called with (fits done, fits in all).

    Returns
    -------
    tuple of Curve
        One per contender; x and `counts` are documents learnt from. With more than two
        classes the AUROC is the mean of each class against the rest.

    Raises
    ------
    InvalidInputError
        If a size is larger than the smallest fold learns from or leaves out a class, no
        document of some class is tested, or a contender fails; the message names it and
        the size.

    Notes
    -----
    The band covers the luck of which documents were tested, not of which were learnt
    from. The AUROC is that of the pooled out-of-fold predictions, averaged over repeats.

    Examples
    --------
    >>> from pellucid.validation import Contender
    >>> from pellucid.validation._design import CrossValidation
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X = pd.DataFrame({"size": range(60)})
    >>> y = np.array([0, 1, 0, 0] * 5 + [0, 1] * 10 + [1, 1, 0, 1] * 5)
    >>> plan = CrossValidation(5, 1).plan(y, groups=None, times=None, seed=0)
    >>> curve, = learning_curves({"tree": Contender(DecisionTreeClassifier(max_depth=1))}, X, y, plan, sizes=(10, 40))
    >>> curve.x, len(curve.low)
    ((10.0, 40.0), 2)
    """
    check_number("seed", seed, low=0, high=2**31, whole=True)
    labels = check_outcome(y, n=len(X))
    codes = np.unique(labels, return_inverse=True)[1]
    tested = plan.tested(len(codes))
    if len(np.unique(codes[tested])) < len(np.unique(codes)):
        raise InvalidInputError("plan: it tests no document of some class, so there is no AUROC; test more documents")
    orders = [nested_order(part.train, codes, np.random.default_rng((seed, at))) for at, part in enumerate(plan.parts)]
    wanted = _sizes(tuple(sizes), orders, codes)
    nested = [_plan(plan, orders, size) for size in wanted]
    every = tuple(
        part._replace(repeat=place * plan.repeats + part.repeat)
        for place, one in enumerate(nested)
        for part in one.parts
    )
    whole = plan._replace(parts=every, repeats=plan.repeats * len(wanted))
    found = cross_fit(contenders, X, labels, whole, seed=seed, n_jobs=n_jobs, progress=progress)
    made = []
    for name, chances in found.items():
        by_size = chances.reshape(len(wanted), plan.repeats, *chances.shape[1:])
        level = [
            level_constant({name: one}, smaller)[0][name][:, tested]
            for one, smaller in zip(by_size, nested, strict=True)
        ]
        made.append(_curve(name, wanted, codes[tested], level, seed))
    return tuple(made)


def nested_order(train: Rows, codes: Codes, rng: np.random.Generator) -> Rows:
    """Order documents so that every beginning holds the classes in their shares."""
    shuffled = rng.permutation(train)
    place = np.empty(len(shuffled))
    for code in np.unique(codes):
        members = np.flatnonzero(codes[shuffled] == code)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return np.asarray(shuffled[np.argsort(place, kind="stable")])


def _sizes(sizes: tuple[int, ...], orders: list[Rows], codes: Codes) -> tuple[int, ...]:
    """Return the sizes, or refuse those that a fold cannot give."""
    most = min(map(len, orders))
    found = sizes or tuple(sorted({min(most, max(20, round(share * most))) for share in _SHARES}))
    for size in found:
        check_number("sizes", size, low=2, high=most, whole=True)
    if list(found) != sorted(set(found)):
        raise InvalidInputError(f"sizes: got {found}; rising numbers are expected")
    classes = len(np.unique(codes))
    if any(len(np.unique(codes[order[: found[0]]])) < classes for order in orders):
        raise InvalidInputError(f"sizes: the first {found[0]} documents of a fold lack a class; begin with more")
    return found


def _plan(plan: Plan, orders: list[Rows], size: int) -> Plan:
    """Let every fit of the plan learn from the first documents of its order only."""
    parts = tuple(
        Part(order[:size], part.test, part.repeat, f"{part.place}, {size} documents to learn from")
        for part, order in zip(plan.parts, orders, strict=True)
    )
    return plan._replace(parts=parts)


def _curve(name: str, sizes: tuple[int, ...], codes: Codes, level: list[Floats], seed: int) -> Curve:
    """Take AUROC per size, on the documents and in every draw."""
    line = _aurocs(codes, level, np.ones((len(codes), 1)))[:, 0]
    drawn = np.hstack([_aurocs(codes, level, weights) for weights in stratified_draws(codes, _DRAWS, seed)])
    low, high = zip(*(percentile_limits(point) for point in drawn), strict=True)
    method = (
        "refitted on nested parts of what each fold learns from; pointwise 95% percentile band from "
        f"{_DRAWS:,} bootstrap draws of tested documents, models not refitted in a draw"
    )
    return Curve(
        kind=CurveKind.LEARNING,
        contender=name,
        x=tuple(map(float, sizes)),
        y=tuple(line.tolist()),
        low=low,
        high=high,
        counts=sizes,
        method=method,
    )


def _aurocs(codes: Codes, level: list[Floats], weights: Floats) -> Floats:
    """Return AUROC of shape (sizes, draws), averaged over repeats."""
    value: Any = MEASURES["auroc"].values
    held: NDArray[Any] = np.array(
        [np.mean([value(codes, repeat, weights) for repeat in size], axis=0) for size in level]
    )
    return held
