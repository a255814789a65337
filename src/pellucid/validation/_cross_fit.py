"""Out-of-fold probabilities of every contender on the same folds; all that learns is inside the fold."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from pellucid._checks import check_option
from pellucid.exceptions import InvalidInputError, PellucidError
from pellucid.measures import Floats
from pellucid.schema import Cost, Measure
from pellucid.validation._checkpoint import Checkpoint, Fits
from pellucid.validation._design import NO_ROWS, Part, Plan, Rows

# What an estimator that is not ours may raise; the words of these can hold the text of a document.
_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


_UNDEFINED = Measure(value=None)
_LEARNS_FROM = ("gold", "train", "all", "unlabelled")
_TRANSDUCTIVE = (
    "It also learnt from the documents it was tested on, never from their outcomes: its figures are for documents that "
    "are at hand when it is fitted, not for those that come later."
)


@dataclass(frozen=True)
class Contender:
    """One method that takes part in a comparison.

    Parameters
    ----------
    estimator : scikit-learn classifier
        With `predict_proba`; cloned for every fold, never fitted itself.
    columns : None, str or list of str, default=None
        What it sees of the table: all of it, one column as a Series, or some as a DataFrame.
    about : str, default=""
        One sentence: what it is and what it sees.
    glass_box : bool, default=False
        Whether its decisions are readable sums of terms.
    uses_answers : bool, default=False
        Whether it is trained on a language model's answers.
    caveats : tuple of str, default=()
        What to know before trusting its row.
    cost : Cost or None, default=None
        What it spent on the documents, as far as it was recorded.
    completed : Measure, default=undefined
        Share of documents it gave a usable prediction for.
    learns_from : {"gold", "train", "all", "unlabelled"}, default="gold"
        Which rows it is fitted on: those of the fold's training part that have a gold
        label; all of the training part, its labels then None where no gold label is
        known; the tested rows too, their labels always None; or all of the training
        part with every label None.

    Raises
    ------
    InvalidInputError
        If `learns_from` is none of these.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> Contender(DecisionTreeClassifier(max_depth=2), columns=["age"], glass_box=True).columns
    ['age']
    """

    estimator: Any
    columns: str | list[str] | None = None
    about: str = ""
    glass_box: bool = False
    uses_answers: bool = False
    caveats: tuple[str, ...] = ()
    cost: Cost | None = None
    completed: Measure = _UNDEFINED
    learns_from: str = "gold"

    def __post_init__(self) -> None:
        check_option("learns_from", self.learns_from, _LEARNS_FROM)

    @property
    def said(self) -> tuple[str, ...]:
        """Its caveats, and what follows from the rows it learns from."""
        return (*self.caveats, *((_TRANSDUCTIVE,) if self.learns_from == "all" else ()))

    def sees(self, X: pd.DataFrame) -> pd.DataFrame | pd.Series:
        """Return its part of the table."""
        return X if self.columns is None else X[self.columns]

    def rows(self, part: Part) -> Rows:
        """Return the rows it is fitted on: those with a gold label first, then those without."""
        without = () if self.learns_from == "gold" else (part.unlabelled,)
        return np.concatenate([part.train, *without, *((part.test,) if self.learns_from == "all" else ())])


class _Task(NamedTuple):
    """One fit: a contender in a fold."""

    name: str
    contender: Contender
    part: Part
    seed: int


def one_thread() -> AbstractContextManager[Any]:
    """Hold libraries to one thread: a sum over several depends, in its last digit, on how many there are.

    Returns
    -------
    context manager
    """
    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits


def cross_fit(
    contenders: Mapping[str, Contender],
    X: pd.DataFrame,
    y: NDArray[Any],
    plan: Plan,
    *,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    checkpoint: Checkpoint | None = None,
) -> dict[str, Floats]:
    """Predict every tested document by models that were fitted without it.

    Parameters
    ----------
    contenders : mapping of str to Contender
    X : DataFrame of shape (n, n_columns)
    y : ndarray of shape (n,)
        Labels as given; None or NaN where no gold label is known.
    plan : Plan
        A training row without a gold label counts among the `unlabelled` of its part.
    seed : int, default=0
        For every `random_state` that a contender leaves open.
    n_jobs : int or None, default=None
        Processes; None is one. A fit uses one thread whatever it is, so that results are the same.
    progress : callable or None, default=None
        Called with (fits done, fits in all).
    checkpoint : Checkpoint or None, default=None
        Where finished fits are kept, and found by the next run.

    Returns
    -------
    dict of str to ndarray of shape (repeats, n) or (repeats, n, n_classes)
        Probability of the second class, or of every class; NaN for documents that the
        plan never tests.

    Raises
    ------
    InvalidInputError
        If a contender fails or gives no probabilities; the message names it and the fold.
        Errors of our own tree pass as they are, with a note of both.
    """
    known = ~np.asarray(pd.isna(y))
    y = y if known.all() else _filled(y, known)
    classes = np.unique(y)
    found = {name: np.full((plan.repeats, len(y), len(classes)), np.nan) for name in contenders}
    tasks = [
        _Task(name, contender, _parted(part, known, contender), seed + number)
        for number, part in enumerate(plan.parts)
        for name, contender in contenders.items()
    ]
    seen = {name: contender.sees(X) for name, contender in contenders.items()}
    kept = (
        {
            name: checkpoint.of(contender.estimator, seen[name], y, contender.learns_from)
            for name, contender in contenders.items()
        }
        if checkpoint
        else {}
    )
    results = Parallel(n_jobs=n_jobs or 1, return_as="generator")(
        delayed(_kept_or_fitted)(task, seen[task.name], y, classes, kept.get(task.name)) for task in tasks
    )
    for done, (task, chances) in enumerate(zip(tasks, results, strict=True), start=1):
        found[task.name][task.part.repeat, task.part.test] = chances
        if progress is not None:
            progress(done, len(tasks))
    return {name: chances[..., 1] if len(classes) == 2 else chances for name, chances in found.items()}


def level_constant(predictions: Mapping[str, Floats], plan: Plan) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """Give a contender that says the same to all documents of a fold one figure for all folds.

    The training share of a class differs a little between folds, and always against the
    outcome: a fold with more of a class leaves fewer for training. Ranked over folds, a
    prevalence that tells no documents apart would fall below chance.

    Parameters
    ----------
    predictions : mapping of str to ndarray
        As returned by `cross_fit`.
    plan : Plan

    Returns
    -------
    tuple of (dict of str to ndarray, tuple of str)
        The predictions, and the names of those contenders.
    """
    several = [part for part in plan.parts if len(part.test) > 1]  # one document alone is always constant
    levelled = tuple(
        name
        for name, found in predictions.items()
        if several and all(_is_constant(found[part.repeat, part.test]) for part in several)
    )
    means = {name: np.nanmean(predictions[name], axis=1, keepdims=True) for name in levelled}
    return {
        name: np.where(np.isnan(found), np.nan, means[name]) if name in means else found
        for name, found in predictions.items()
    }, levelled


def _is_constant(chances: Floats) -> bool:
    return bool(np.ptp(chances, axis=0).max() < 1e-9)


def _parted(part: Part, known: NDArray[np.bool_], contender: Contender) -> Part:
    """Put training rows without a gold label among the unlabelled, which matter to those only who learn from them."""
    gold = known[part.train] if contender.learns_from != "unlabelled" else np.zeros(len(part.train), dtype=bool)
    if contender.learns_from == "gold":
        return part._replace(train=part.train[gold], unlabelled=NO_ROWS)
    return part._replace(train=part.train[gold], unlabelled=np.concatenate([part.train[~gold], part.unlabelled]))


def _shown(y: NDArray[Any], gold: Rows, rows: int) -> NDArray[Any]:
    """Return the labels of as many rows: the gold ones first, as they are, then None."""
    if len(gold) == rows:
        return y[gold]
    shown = np.full(rows, None, dtype=object)
    shown[: len(gold)] = y[gold]
    return shown


def _filled(y: NDArray[Any], known: NDArray[np.bool_]) -> NDArray[Any]:
    """Return labels as an array of their own kind; what stands where one is missing is never shown to a fit."""
    there = np.asarray(y[known].tolist())
    return there[np.maximum(np.cumsum(known) - 1, 0)]


def _kept_or_fitted(
    task: _Task, table: pd.DataFrame | pd.Series, y: NDArray[Any], classes: NDArray[Any], kept: Fits | None
) -> Floats:
    """Take what was kept of a fit, or fit and keep it."""
    found = kept.get(task.part, task.seed, len(classes)) if kept else None
    if found is None:
        found = _fit_and_predict(task, table, y, classes)
        if kept:
            kept.put(task.part, task.seed, found)
    return found


def _fit_and_predict(
    task: _Task,
    table: pd.DataFrame | pd.Series,
    y: NDArray[Any],
    classes: NDArray[Any],
) -> Floats:
    """Fit one contender without a fold and predict the fold; columns in the order of `classes`."""
    test, rows = task.part.test, task.contender.rows(task.part)
    try:
        with one_thread():
            model = _seeded(clone(task.contender.estimator), task.seed)
            model.fit(table.iloc[rows], _shown(y, task.part.train, len(rows)))
            chances = np.asarray(model.predict_proba(table.iloc[test]), dtype=float)
            labels = list(model.classes_)
    except PellucidError as error:
        error.add_note(f"contender {task.name!r}, {task.part.place}")
        raise
    except _FAILURES as error:
        raise InvalidInputError(
            f"contenders: {task.name!r} failed in {task.part.place} with {type(error).__name__} (its own words are "
            "in the cause); fit it by itself on these documents, or leave it out"
        ) from error
    return _aligned(task, chances, labels, len(test), classes)


def _seeded(estimator: Any, seed: int) -> Any:
    """Set every random_state that was left open, so that a run can be repeated."""
    left_open = [
        name
        for name, value in estimator.get_params(deep=True).items()
        if name.split("__")[-1] == "random_state" and value is None
    ]
    return estimator.set_params(**dict.fromkeys(left_open, seed))


def _aligned(task: _Task, chances: Floats, labels: list[Any], rows: int, classes: NDArray[Any]) -> Floats:
    """Hold the contender's probabilities against what they should be, and put them in the order of `classes`."""
    said = f"contenders: {task.name!r} in {task.part.place}"
    if chances.shape != (rows, len(labels)):
        raise InvalidInputError(
            f"{said}: predict_proba gave shape {chances.shape}; {(rows, len(labels))} is expected, "
            "one row per document and one column per class"
        )
    if not (np.isfinite(chances).all() and chances.min() >= 0 and np.allclose(chances.sum(axis=1), 1, atol=1e-4)):
        raise InvalidInputError(f"{said}: predict_proba gave values that are not probabilities which add up to 1")
    places = {label: place for place, label in enumerate(classes.tolist())}
    unknown = [label for label in labels if label not in places]
    if unknown:
        raise InvalidInputError(f"{said}: its classes_ hold {unknown[0]!r}, which is not among the labels")
    aligned = np.zeros((rows, len(classes)))
    aligned[:, [places[label] for label in labels]] = chances
    return aligned
