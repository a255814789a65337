"""The validator: every contender on the same folds, with paired intervals and a verdict by rules fixed beforehand."""

import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid._checks import check_number, check_option, check_outcome, own_errors
from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.schema import Comparison, ContenderResult, Design, Difference
from pellucid.validation._cross_fit import Contender, Folds, cross_fit, level_constant, one_thread
from pellucid.validation._intervals import Resampled, interval_words, paired_difference, resample
from pellucid.validation._measures import MEASURES, Codes, Floats
from pellucid.validation._verdict import verdict, verdict_rules

_LIBRARIES = ("interpret-core", "numpy", "pandas", "pellucid", "scikit-learn", "xgboost")

_SAME_FOR_ALL = "It says the same of every document, so it ranks none; its figures are averaged over the folds."


class Validator:
    """Say whether a glass box is as good as asking the language model directly.

    All contenders are fitted and tested on the same folds of a repeated stratified
    cross-validation, with everything that learns inside the fold.

    Parameters
    ----------
    contenders : mapping of str to Contender
        By the name they have in tables and in the verdict.
    reference : str
        Name of the contender that all others are compared with.
    splits : int, default=5
        Folds per repeat.
    repeats : int, default=5
        Repeats of the whole cross-validation.
    draws : int, default=2000
        Bootstrap draws per interval.
    seed : int, default=0
        Of folds and draws, and for every `random_state` that a contender leaves open.
    n_jobs : int or None, default=None
        Processes; None is one, -1 as many as there are cores. Does not change results.
    margin : float, default=0.02
        By how much AUROC may be lower for a contender to count as just as good.
    progress : callable or None, default=None
        Called with (fits done, fits in all).

    Attributes
    ----------
    predictions_ : dict of str to ndarray of shape (repeats, n) or (repeats, n, n_classes)
        After `run`: out-of-fold probabilities of the second class in sorted order (with
        more than two classes: of each) that the figures were computed from. A contender
        that says the same of every document of a fold has one value for all folds.
    classes_ : ndarray of shape (n_classes,)
        After `run`: labels, sorted.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X = pd.DataFrame({"size": range(40)})
    >>> y = [0] * 20 + [1] * 20
    >>> contenders = {"tree": Contender(DecisionTreeClassifier(max_depth=1), glass_box=True),
    ...               "prevalence": Contender(DummyClassifier())}
    >>> found = Validator(contenders, reference="prevalence", repeats=1, draws=100).run(X, y)
    >>> found["prevalence"].measures["auroc"].value
    0.5
    """

    predictions_: dict[str, Floats]
    classes_: NDArray[Any]

    def __init__(
        self,
        contenders: Mapping[str, Contender],
        *,
        reference: str,
        splits: int = 5,
        repeats: int = 5,
        draws: int = 2000,
        seed: int = 0,
        n_jobs: int | None = None,
        margin: float = 0.02,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.contenders = contenders
        self.reference = reference
        self.splits = splits
        self.repeats = repeats
        self.draws = draws
        self.seed = seed
        self.n_jobs = n_jobs
        self.margin = margin
        self.progress = progress

    def run(self, X: pd.DataFrame, y: Any, *, subject: str = "", caveats: Sequence[str] = ()) -> Comparison:
        """Compare the contenders.

        Parameters
        ----------
        X : DataFrame of shape (n, n_columns), index: document ids
            All that any contender sees.
        y : array-like of shape (n,)
            Labels; a Series must have the index of X.
        subject : str, default=""
            What is compared on.
        caveats : sequence of str, default=()
            What limits the whole comparison.

        Returns
        -------
        Comparison

        Raises
        ------
        InvalidInputError
            If a parameter, the table, the labels or a contender cannot be used.
        """
        self._check_parameters()
        _check_sentences("caveats", caveats)
        labels = _check_documents(X, y, self.splits)
        self._check_contenders(X)
        folds = Folds(self.splits, self.repeats, self.seed)
        found = cross_fit(self.contenders, X, labels, folds, n_jobs=self.n_jobs, progress=self.progress)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        self.predictions_, levelled = level_constant(found, codes, folds)
        with one_thread():
            figures = resample(codes, self.predictions_, draws=self.draws, seed=self.seed)
        rows = tuple(
            _row(name, contender, figures[name], level=name in levelled) for name, contender in self.contenders.items()
        )
        return Comparison(
            subject=subject,
            design=self._design(codes),
            contenders=rows,
            differences=self._differences(figures, MEASURES, (self.reference,)),
            reference=self.reference,
            margin=self.margin or None,
            verdict=verdict(
                rows,
                self._differences(figures, ("auroc", "brier"), tuple(self.contenders)),
                reference=self.reference,
                margin=self.margin,
                documents=len(codes),
            ),
            rules=verdict_rules(self.margin),
            caveats=tuple(caveats),
            versions=library_versions(),
        )

    def _check_parameters(self) -> None:
        check_number("splits", self.splits, low=2, whole=True)
        check_number("repeats", self.repeats, low=1, whole=True)
        # Below 40 draws the limits would be the extremes and cover less than they say.
        check_number("draws", self.draws, low=40, whole=True)
        check_number("seed", self.seed, low=0, high=2**31, whole=True)
        check_number("margin", self.margin, low=0, high=0.5)
        if self.n_jobs not in (None, -1):
            check_number("n_jobs", self.n_jobs, low=1, whole=True)

    def _check_contenders(self, X: pd.DataFrame) -> None:
        if not isinstance(self.contenders, Mapping) or not self.contenders:
            raise InvalidInputError("contenders: got none; a mapping of names to Contender is expected")
        check_option("reference", self.reference, tuple(self.contenders))
        for name, contender in self.contenders.items():
            _check_contender(name, contender, X)

    def _design(self, codes: Codes) -> Design:
        counts = np.bincount(codes)
        return Design(
            documents=len(codes),
            classes={str(label): int(count) for label, count in zip(self.classes_, counts, strict=True)},
            splits=self.splits,
            repeats=self.repeats,
            seed=self.seed,
            draws=self.draws,
            interval=interval_words(self.draws),
        )

    def _differences(
        self, figures: dict[str, dict[str, Resampled]], measures: Any, references: tuple[str, ...]
    ) -> tuple[Difference, ...]:
        """Take each contender less each reference, for each measure."""
        return tuple(
            paired_difference(figures, contender, reference, measure)
            for reference in references
            for contender in self.contenders
            if contender != reference
            for measure in measures
        )


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that shape the numbers.

    Returns
    -------
    dict of str to str
        By name; a library that is not installed is left out.
    """
    found = {"python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:  # an extra that is not there shaped nothing
            continue
    return found


def _row(name: str, contender: Contender, figures: dict[str, Resampled], *, level: bool) -> ContenderResult:
    return ContenderResult(
        name=name,
        about=contender.about,
        glass_box=contender.glass_box,
        uses_answers=contender.uses_answers,
        measures={measure: figure.measure() for measure, figure in figures.items()},
        caveats=(*contender.caveats, *((_SAME_FOR_ALL,) if level else ())),
    )


def _check_documents(X: pd.DataFrame, y: Any, splits: int) -> NDArray[Any]:
    """Refuse documents and labels that cannot be split into folds; return the labels."""
    if not isinstance(X, pd.DataFrame):
        raise InvalidTypeError(f"X: got {type(X).__name__}; a DataFrame with one row per document is expected")
    if X.empty:
        raise InvalidInputError(f"X: got a table of shape {X.shape}; at least one row and one column are needed")
    for kind, names in (("document", X.index), ("column", X.columns)):
        if not names.is_unique:
            twice = names[names.duplicated()][0]
            raise InvalidInputError(f"X: {kind} {twice!r} is there twice; each may be there once")
    if isinstance(y, pd.Series) and not y.index.equals(X.index):
        raise InvalidInputError("y: its index is not that of X; pass y.loc[X.index], or an array in the order of X")
    labels = check_outcome(y, n=len(X))
    with own_errors():  # labels of mixed kinds cannot be sorted
        classes, counts = np.unique(labels, return_counts=True)
    fewest = int(counts.argmin())
    if counts[fewest] < splits:
        raise InvalidInputError(
            f"y: class {classes[fewest]!s} has {counts[fewest]} documents, fewer than splits={splits}; "
            "lower splits, or add documents of that class"
        )
    return labels


def _check_sentences(name: str, said: Any) -> None:
    """Refuse one string where several are expected: it would be taken letter by letter."""
    if isinstance(said, str) or not all(isinstance(one, str) for one in said):
        raise InvalidTypeError(f"{name}: a tuple or list of sentences is expected, such as ('Seen before.',)")


def _check_contender(name: str, contender: Contender, X: pd.DataFrame) -> None:
    if not isinstance(name, str):
        raise InvalidTypeError(f"contenders: got the name {name!r}; a string is expected")
    if not isinstance(contender, Contender):
        raise InvalidTypeError(f"contenders: {name!r} is a {type(contender).__name__}; a Contender is expected")
    _check_sentences(f"contenders: caveats of {name!r}", contender.caveats)
    if not hasattr(contender.estimator, "predict_proba"):
        kind = type(contender.estimator).__name__
        raise InvalidInputError(
            f"contenders: {name!r} ({kind}) has no predict_proba; wrap it in a calibrated classifier"
        )
    columns = () if contender.columns is None else contender.columns
    wanted = [columns] if isinstance(columns, str) else list(columns)
    missing = [column for column in wanted if column not in X.columns]
    if missing:
        there = ", ".join(repr(column) for column in list(X.columns)[:20])
        raise InvalidInputError(f"contenders: {name!r} wants column {missing[0]!r}; the table has {there}")
