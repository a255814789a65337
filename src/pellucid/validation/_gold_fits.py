"""Predictions of every contender at every number of gold labels, all else in the folds being the same."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError
from pellucid.measures import Codes, Floats
from pellucid.validation._checkpoint import Checkpoint
from pellucid.validation._cross_fit import Contender, cross_fit, level_constant
from pellucid.validation._design import Plan, Rows
from pellucid.validation._learning_curve import nested_order

ALL = "all"


class GoldFolds(NamedTuple):
    """The documents, and in which order each fold shows its gold labels.

    Attributes
    ----------
    X : DataFrame of shape (n, n_columns)
    labels : ndarray of shape (n,)
        None or NaN where no gold label is known.
    codes : ndarray of int, shape (n,)
        Class numbers; -1 where no gold label is known.
    plan : Plan
    orders : tuple of ndarray of int
        Per part: the training rows with a gold label.
    """

    X: pd.DataFrame
    labels: NDArray[Any]
    codes: Codes
    plan: Plan
    orders: tuple[Rows, ...]

    def at(self, size: int) -> Plan:
        """Return the plan in which every fold shows as many gold labels."""
        return self.plan._replace(
            parts=tuple(
                part._replace(
                    train=order[:size],
                    place=f"{part.place}, {size} gold labels",
                    unlabelled=np.concatenate([order[size:], np.setdiff1d(part.train, order), part.unlabelled]),
                )
                for part, order in zip(self.plan.parts, self.orders, strict=True)
            )
        )


def gold_folds(X: pd.DataFrame, labels: NDArray[Any], codes: Codes, plan: Plan, seed: int) -> GoldFolds:
    """Put the gold labels of each fold in an order in which every beginning holds the classes in their shares.

    Parameters
    ----------
    X : DataFrame of shape (n, n_columns)
    labels : ndarray of shape (n,)
    codes : ndarray of int, shape (n,)
    plan : Plan
    seed : int

    Returns
    -------
    GoldFolds
    """
    orders = tuple(
        nested_order(part.train[codes[part.train] >= 0], codes, np.random.default_rng((seed, at)))
        for at, part in enumerate(plan.parts)
    )
    return GoldFolds(X, labels, codes, plan, orders)


def checked_sizes(sizes: Sequence[int | str], folds: GoldFolds) -> tuple[int, ...]:
    """Return the numbers of gold labels, or refuse those that a fold cannot give.

    Parameters
    ----------
    sizes : sequence of int or "all"
    folds : GoldFolds

    Returns
    -------
    tuple of int

    Raises
    ------
    InvalidInputError
    """
    most = min(map(len, folds.orders))
    found = [most if size == ALL else size for size in sizes]
    for size in found:
        check_number("sizes", size, low=0, whole=True)
        if int(size) > most:
            raise InvalidInputError(
                f"sizes: got {size}, but the smallest fold learns from {most} gold labels; leave out what is more, "
                f"{ALL!r} takes as many as there are"
            )
    numbers = [int(size) for size in found]
    if numbers != sorted(numbers) or len(set(numbers[:-1])) < len(numbers[:-1]):
        raise InvalidInputError(f"sizes: got {tuple(sizes)}; rising numbers are expected")
    kept = tuple(dict.fromkeys(numbers))
    first = next((size for size in kept if size), 0)
    classes = len(np.unique(folds.codes[folds.codes >= 0]))
    if first and any(len(np.unique(folds.codes[order[:first]])) < classes for order in folds.orders):
        raise InvalidInputError(f"sizes: the first {first} gold labels of a fold lack a class; take more, or none")
    return kept


def predicted_at(
    contenders: Mapping[str, Contender],
    folds: GoldFolds,
    sizes: Sequence[int],
    *,
    seed: int,
    n_jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    checkpoint: Checkpoint | None = None,
) -> dict[str, dict[int, Floats]]:
    """Predict the tested documents at every size at which a contender can be fitted.

    Seeds go by fold and not by size, so that a contender moves for its labels only.

    Parameters
    ----------
    contenders : mapping of str to Contender
    folds : GoldFolds
    sizes : sequence of int
    seed, n_jobs, progress, checkpoint
        As in `cross_fit`.

    Returns
    -------
    dict of str to dict of int to ndarray of shape (repeats, tested) or (repeats, tested, n_classes)
        By contender and size. One that is shown no label is fitted once and holds the
        same array at every size.

    Raises
    ------
    InvalidInputError
        If a contender fails; the message names it, the fold and the size.
    """
    tested = folds.plan.tested(len(folds.codes))
    fitted = {size: _fitted_at(contenders, size, first=size == sizes[0]) for size in sizes}
    whole, done = sum(map(len, fitted.values())) * len(folds.plan.parts), 0
    found: dict[str, dict[int, Floats]] = {name: {} for name in contenders}
    for size, some in fitted.items():
        plan = folds.at(size)
        told = None if progress is None else _further(progress, done, whole)
        chances = cross_fit(
            some, folds.X, folds.labels, plan, seed=seed, n_jobs=n_jobs, progress=told, checkpoint=checkpoint
        )
        done += len(some) * len(plan.parts)
        for name, one in level_constant(chances, plan)[0].items():
            found[name][size] = one[:, tested]
    for name, contender in contenders.items():
        if contender.learns_from == "unlabelled":
            found[name] = dict.fromkeys(sizes, found[name][sizes[0]])
        if not found[name]:
            raise InvalidInputError(f"sizes: {name!r} learns from gold labels only, and 0 are none; add a larger size")
    return found


def _fitted_at(contenders: Mapping[str, Contender], size: int, *, first: bool) -> dict[str, Contender]:
    """Return those that are fitted at a size: all that can be, and once those whom it does not concern."""
    concerned = {"gold": size > 0, "unlabelled": first}
    return {name: one for name, one in contenders.items() if concerned.get(one.learns_from, True)}


def _further(progress: Callable[[int, int], None], before: int, whole: int) -> Callable[[int, int], None]:
    """Tell progress of one size as progress of all."""
    return lambda done, _: progress(before + done, whole)
