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
from sklearn.model_selection import RepeatedStratifiedKFold
from threadpoolctl import threadpool_limits

from pellucid.exceptions import InvalidInputError, PellucidError
from pellucid.validation._measures import Codes, Floats

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

    def sees(self, X: pd.DataFrame) -> pd.DataFrame | pd.Series:
        """Return its part of the table."""
        return X if self.columns is None else X[self.columns]


class Folds(NamedTuple):
    """How documents are split, the same for every contender.

    Attributes
    ----------
    splits, repeats, seed : int
    """

    splits: int
    repeats: int
    seed: int

    def parts(self, y: Codes) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Return (train, test) row numbers, the folds of the first repeat first."""
        folds = RepeatedStratifiedKFold(n_splits=self.splits, n_repeats=self.repeats, random_state=self.seed)
        return list(folds.split(np.zeros((len(y), 1)), y))


class _Task(NamedTuple):
    """One fit: a contender in a fold."""

    name: str
    contender: Contender
    part: int  # number of the fold, counted over all repeats
    where: str
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
    folds: Folds,
    *,
    n_jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Floats]:
    """Predict every document by models that were fitted without it.

    Parameters
    ----------
    contenders : mapping of str to Contender
    X : DataFrame of shape (n, n_columns)
    y : ndarray of shape (n,)
        Labels as given.
    folds : Folds
    n_jobs : int or None, default=None
        Processes; None is one. A fit uses one thread whatever it is, so that results are the same.
    progress : callable or None, default=None
        Called with (fits done, fits in all).

    Returns
    -------
    dict of str to ndarray of shape (repeats, n) or (repeats, n, n_classes)
        Probability of the second class, or of every class.

    Raises
    ------
    InvalidInputError
        If a contender fails or gives no probabilities; the message names it and the fold.
        Errors of our own tree pass as they are, with a note of both.
    """
    classes, codes = np.unique(y, return_inverse=True)
    parts = folds.parts(codes)
    found = {name: np.full((folds.repeats, len(y), len(classes)), np.nan) for name in contenders}
    tasks = [
        _Task(name, contender, part, _place(part, folds), folds.seed + part)
        for part in range(len(parts))
        for name, contender in contenders.items()
    ]
    seen = {name: contender.sees(X) for name, contender in contenders.items()}
    results = Parallel(n_jobs=n_jobs or 1, return_as="generator")(
        delayed(_fit_and_predict)(task, seen[task.name], y, parts[task.part], classes) for task in tasks
    )
    for done, (task, chances) in enumerate(zip(tasks, results, strict=True), start=1):
        found[task.name][task.part // folds.splits, parts[task.part][1]] = chances
        if progress is not None:
            progress(done, len(tasks))
    return {name: chances[..., 1] if len(classes) == 2 else chances for name, chances in found.items()}


def level_constant(
    predictions: Mapping[str, Floats], y: Codes, folds: Folds
) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """Give a contender that says the same to all documents of a fold one figure for all folds.

    The training share of a class differs a little between folds, and always against the
    outcome: a fold with more of a class leaves fewer for training. Ranked over folds, a
    prevalence that tells no documents apart would fall below chance.

    Parameters
    ----------
    predictions : mapping of str to ndarray
        As returned by `cross_fit`.
    y : ndarray of int, shape (n,)
    folds : Folds

    Returns
    -------
    tuple of (dict of str to ndarray, tuple of str)
        The predictions, and the names of those contenders.
    """
    tests = [(part // folds.splits, test) for part, (_, test) in enumerate(folds.parts(y))]
    levelled = tuple(
        name for name, found in predictions.items() if all(_is_constant(found[repeat, test]) for repeat, test in tests)
    )
    means = {name: predictions[name].mean(axis=1, keepdims=True) for name in levelled}
    return {
        name: np.broadcast_to(means[name], found.shape).copy() if name in means else found
        for name, found in predictions.items()
    }, levelled


def _is_constant(chances: Floats) -> bool:
    return bool(np.ptp(chances, axis=0).max() < 1e-9)


def _place(part: int, folds: Folds) -> str:
    repeat, fold = divmod(part, folds.splits)
    return f"repeat {repeat + 1} of {folds.repeats}, fold {fold + 1} of {folds.splits}"


def _fit_and_predict(
    task: _Task,
    table: pd.DataFrame | pd.Series,
    y: NDArray[Any],
    part: tuple[NDArray[np.intp], NDArray[np.intp]],
    classes: NDArray[Any],
) -> Floats:
    """Fit one contender without a fold and predict the fold; columns in the order of `classes`."""
    train, test = part
    try:
        with one_thread():
            model = _seeded(clone(task.contender.estimator), task.seed)
            model.fit(table.iloc[train], y[train])
            chances = np.asarray(model.predict_proba(table.iloc[test]), dtype=float)
            labels = list(model.classes_)
    except PellucidError as error:
        error.add_note(f"contender {task.name!r}, {task.where}")
        raise
    except _FAILURES as error:
        raise InvalidInputError(
            f"contenders: {task.name!r} failed in {task.where} with {type(error).__name__} (its own words are "
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
    said = f"contenders: {task.name!r} in {task.where}"
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
