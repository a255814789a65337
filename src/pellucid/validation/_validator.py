"""The validator: every contender on the same folds, with paired intervals and a verdict by rules fixed beforehand."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pellucid._checks import check_option
from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.measures import Codes, Floats, interval_words
from pellucid.schema import Comparison, Design, Provenance
from pellucid.validation._checkpoint import Checkpoint, table_digest
from pellucid.validation._comparing import Analysis, Entry, Predicted, compare
from pellucid.validation._cross_fit import Contender, cross_fit, level_constant, one_thread
from pellucid.validation._design import CrossValidation, External, Plan, StudyDesign
from pellucid.validation._documents import Documents, gathered
from pellucid.validation._twins import find_twins, grouped_by_twins
from pellucid.validation._versions import library_versions

_SAME_FOR_ALL = "It says the same of every document, so it ranks none; its figures are averaged over the folds."
_TWINS = ("group", "ignore", "refuse")


class Validator:
    """Say whether a glass box is as good as asking the language model directly.

    All contenders are fitted and tested on the same documents, with everything that
    learns inside the fold: encoding, calibration, choosing a strength. What does not
    learn from outcomes, such as reading with a language model, may stand before it.

    Parameters
    ----------
    contenders : mapping of str to Contender
        By the name they have in tables and in the verdict.
    design : StudyDesign, default=CrossValidation()
        `CrossValidation`, `Temporal` or `External`.
    reference : str
        Name of the contender that all others are compared with.
    margin : float, default=0.02
        By how much AUROC may be lower for a contender to count as just as good; 0 states none.
    threshold : float, default=0.5
        Probability from which a document counts as positive.
    draws : int, default=2000
        Bootstrap draws per interval.
    seed : int, default=0
        Of folds and draws, and for every `random_state` that a contender leaves open.
    all_pairs : bool, default=False
        Whether every contender is compared with every other, not with the reference alone.
    twins : {"refuse", "group", "ignore"}, default="refuse"
        What happens to texts that repeat one another (see `run`): an error, one fold for
        all, or nothing.
    checkpoint : str, os.PathLike or None, default=None
        Folder where finished fits are kept; the next run of the same job goes on from there.
    n_jobs : int or None, default=None
        Processes; None is one, -1 as many as there are cores. Does not change results.
    progress : callable or None, default=None
        Called with (fits done, fits in all).

    Attributes
    ----------
    predictions_ : dict of str to ndarray of shape (repeats, n) or (repeats, n, n_classes)
        After `run`: out-of-fold probabilities of the second class in sorted order (with
        more than two classes: of each) that the figures were computed from. A contender
        that says the same of every document of a fold has one value for all folds.
    documents_ : Index of shape (n,)
        After `run`: ids of the documents that were tested.
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
    >>> validator = Validator(contenders, CrossValidation(splits=5, repeats=1), reference="prevalence", draws=100)
    >>> validator.run(X, y)["prevalence"].measures["auroc"].value
    0.5
    """

    predictions_: dict[str, Floats]
    documents_: pd.Index
    classes_: NDArray[Any]

    def __init__(
        self,
        contenders: Mapping[str, Contender],
        design: StudyDesign | None = None,
        *,
        reference: str,
        margin: float = 0.02,
        threshold: float = 0.5,
        draws: int = 2000,
        seed: int = 0,
        all_pairs: bool = False,
        twins: str = "refuse",
        checkpoint: str | os.PathLike[str] | None = None,
        n_jobs: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.contenders = contenders
        self.design = design
        self.reference = reference
        self.margin = margin
        self.threshold = threshold
        self.draws = draws
        self.seed = seed
        self.all_pairs = all_pairs
        self.twins = twins
        self.checkpoint = checkpoint
        self.n_jobs = n_jobs
        self.progress = progress

    def run(
        self,
        X: pd.DataFrame,
        y: ArrayLike,
        *,
        groups: ArrayLike | None = None,
        times: ArrayLike | None = None,
        text_column: str | None = None,
        subject: str = "",
        caveats: Sequence[str] = (),
        provenance: Provenance | None = None,
    ) -> Comparison:
        """Compare the contenders.

        Parameters
        ----------
        X : DataFrame of shape (n, n_columns), index: document ids
            All that any contender sees.
        y : array-like of shape (n,)
            Labels; a Series must have the index of X.
        groups : array-like of shape (n,) or None, default=None
            Persons, or whatever documents may share: one group never stands on both
            sides of a fold, and intervals draw whole groups.
        times : array-like of shape (n,) or None, default=None
            Times or dates, for `Temporal`.
        text_column : str or None, default=None
            Column of texts in which twins are looked for.
        subject : str, default=""
            What is compared on.
        caveats : sequence of str, default=()
            What limits the whole comparison.
        provenance : Provenance or None, default=None
            Digests of what the table was made from; documents and outcomes are added
            where they are missing.

        Returns
        -------
        Comparison

        Raises
        ------
        InvalidInputError
            If a parameter, the table, the labels or a contender cannot be used, or
            documents repeat one another and `twins` is ``"refuse"``.
        """
        analysis = self._analysis
        self._check_parameters()
        _check_sentences("caveats", caveats)
        documents = gathered(X, y, groups=groups, times=times, external=self._external)
        if text_column is not None and self.twins != "ignore":
            documents = self._apart(documents, text_column)
        self._check_contenders(documents.X)
        self.classes_, codes = np.unique(documents.labels, return_inverse=True)
        plan = self._design.plan(documents.labels, groups=documents.groups, times=documents.times, seed=self.seed)
        tested = plan.tested(len(codes))
        self._check_tested(documents, tested, plan)
        levelled, same_for_all = level_constant(self._fitted(documents, plan), plan)
        self.predictions_ = {name: one[:, tested] for name, one in levelled.items()}
        self.documents_ = documents.X.index[tested]
        with one_thread():
            return compare(
                _predicted(self.predictions_, codes, tested, documents.groups, plan),
                {name: _entry(one, level=name in same_for_all) for name, one in self.contenders.items()},
                self._design_record(codes[tested], documents, tested, plan),
                analysis,
                subject=subject,
                caveats=(*caveats, *documents.caveats),
                provenance=_traced(provenance, documents),
            )

    def _fitted(self, documents: Documents, plan: Plan) -> dict[str, Floats]:
        return cross_fit(
            self.contenders,
            documents.X,
            documents.labels,
            plan,
            seed=self.seed,
            n_jobs=self.n_jobs,
            progress=self.progress,
            checkpoint=None if self.checkpoint is None else Checkpoint(self.checkpoint, library_versions()),
        )

    @property
    def _design(self) -> StudyDesign:
        return CrossValidation() if self.design is None else self.design

    @property
    def _external(self) -> External | None:
        return self._design if isinstance(self._design, External) else None

    @property
    def _analysis(self) -> Analysis:
        return Analysis(self.reference, self.margin, self.threshold, self.draws, self.seed, self.all_pairs, self.n_jobs)

    def _check_parameters(self) -> None:
        if self.design is not None and (isinstance(self.design, type) or not hasattr(self.design, "plan")):
            kind = self.design.__name__ if isinstance(self.design, type) else type(self.design).__name__
            raise InvalidTypeError(f"design: got {kind}; CrossValidation(), Temporal() or External(...) is expected")
        check_option("twins", self.twins, _TWINS)

    def _check_tested(self, documents: Documents, tested: NDArray[np.bool_], plan: Plan) -> None:
        """Refuse, before any fit, documents on which nothing could be told apart."""
        there = np.unique(documents.labels[tested])
        if len(there) < len(self.classes_):
            missing = next(one for one in self.classes_ if one not in there)
            raise InvalidInputError(
                f"y: none of the {int(tested.sum())} documents that are tested ({plan.kind}) has the label "
                f"{str(missing)!r:.40}; every class has to be tested"
            )

    def _check_contenders(self, X: pd.DataFrame) -> None:
        if not isinstance(self.contenders, Mapping) or not self.contenders:
            raise InvalidInputError("contenders: got none; a mapping of names to Contender is expected")
        check_option("reference", self.reference, tuple(self.contenders))
        for name, contender in self.contenders.items():
            check_contender(name, contender, X)

    def _apart(self, documents: Documents, text_column: str) -> Documents:
        """Refuse texts that repeat one another, or keep them in one fold."""
        if text_column not in documents.X.columns:
            raise InvalidInputError(f"text_column: the table has no column {text_column!r}")
        twins = find_twins(documents.X[text_column].tolist())
        pairs = [*twins.exact, *twins.near]
        if not pairs:
            return documents
        one, other = documents.X.index[[pairs[0].first, pairs[0].second]]
        said = f"{len(pairs)} pairs of documents have the same text or nearly the same, such as {one!r} and {other!r}"
        if self.twins == "refuse":
            raise InvalidInputError(
                f"X: {said}; on both sides of a fold they would flatter whatever remembers texts. Leave out the "
                'copies, or pass twins="group" to keep them in one fold'
            )
        groups = grouped_by_twins(twins.components, documents.groups)
        return documents._replace(groups=groups, caveats=(f"{said}; they were kept in one fold.",))

    def _design_record(self, codes: Codes, documents: Documents, tested: NDArray[np.bool_], plan: Plan) -> Design:
        counts = np.bincount(codes, minlength=len(self.classes_))
        groups = None if documents.groups is None else len(np.unique(documents.groups[tested]))
        return Design(
            kind=plan.kind,
            documents=len(codes),
            trained_on=min(len(part.train) for part in plan.parts),
            classes={str(label): int(count) for label, count in zip(self.classes_, counts, strict=True)},
            splits=plan.splits,
            repeats=plan.repeats,
            seed=self.seed,
            draws=self.draws,
            interval=interval_words(self.draws, clusters=groups),
            groups=groups,
            threshold=self.threshold,
            folds=plan.digest(documents.X.index),
        )


def _predicted(
    predictions: Mapping[str, Floats], codes: Codes, tested: NDArray[np.bool_], groups: Codes | None, plan: Plan
) -> Predicted:
    place = np.cumsum(tested) - 1
    overlapping = plan.kind.startswith("repeated")
    sizes = [len(part.test) / len(part.train) for part in plan.parts]
    return Predicted(
        y=codes[tested],
        predictions=predictions,
        clusters=None if groups is None else groups[tested],
        folds=tuple((part.repeat, place[part.test]) for part in plan.parts) if overlapping else (),
        test_to_train=float(np.mean(sizes)),
    )


def _entry(contender: Contender, *, level: bool) -> Entry:
    return Entry(
        about=contender.about,
        glass_box=contender.glass_box,
        uses_answers=contender.uses_answers,
        caveats=(*contender.said, *((_SAME_FOR_ALL,) if level else ())),
        cost=contender.cost,
        completed=contender.completed,
    )


def _traced(given: Provenance | None, documents: Documents) -> Provenance:
    found = given or Provenance()
    labels = pd.Series(documents.labels, index=documents.X.index)
    return found.model_copy(
        update={
            "documents": found.documents or table_digest(documents.X),
            "outcomes": found.outcomes or table_digest(labels),
        }
    )


def _check_sentences(name: str, said: Any) -> None:
    """Refuse one string where several are expected: it would be taken letter by letter."""
    if isinstance(said, str) or not all(isinstance(one, str) for one in said):
        raise InvalidTypeError(f"{name}: a tuple or list of sentences is expected, such as ('Seen before.',)")


def check_contender(name: str, contender: Contender, X: pd.DataFrame) -> None:
    """Refuse a contender that cannot take part.

    Parameters
    ----------
    name : str
    contender : Contender
    X : DataFrame of shape (n, n_columns)

    Raises
    ------
    InvalidInputError
    """
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
