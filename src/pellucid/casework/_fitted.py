"""Glass boxes fitted for one domain: one per fold, for the documents it has not seen, and one on all for new texts."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone

from pellucid.extraction import LLMFeatureExtractor
from pellucid.glassbox import RowExplainer
from pellucid.schema import Decision, to_json
from pellucid.study import GLASS_BOXES, TEXT, ReadDomain, stratified_folds
from pellucid.text_classifier import GlassBoxTextClassifier


class FittedModel(NamedTuple):
    """One fitted glass box, with what it was fitted on.

    Attributes
    ----------
    classifier : GlassBoxTextClassifier
    quick : RowExplainer or None
        The glass box for single rows; None where it cannot be compiled.
    digest : str
        SHA-256 of the glass box laid open.
    rows : ndarray of int
        Positions of the documents it was fitted on.
    """

    classifier: GlassBoxTextClassifier
    quick: RowExplainer | None
    digest: str
    rows: Any


class FittedDomain(NamedTuple):
    """Every model of a domain, and the decisions on its documents.

    Attributes
    ----------
    folds : tuple of FittedModel
    whole : FittedModel
        Fitted on all documents.
    fold_of : tuple of int
        By document, the fold whose model has not seen it.
    decisions : tuple of Decision
        By document, each by that model.
    """

    folds: tuple[FittedModel, ...]
    whole: FittedModel
    fold_of: tuple[int, ...]
    decisions: tuple[Decision, ...]

    def unseen_by(self, place: int) -> FittedModel:
        """Return the model that has not seen the document at a place.

        Parameters
        ----------
        place : int

        Returns
        -------
        FittedModel
        """
        return self.folds[self.fold_of[place]]


class _Job(NamedTuple):
    """What one process fits and explains."""

    model: FittedModel
    decisions: list[Decision]


def fit_domain(
    read: ReadDomain, glass_box: str, *, splits: int, seed: int, n_jobs: int | None, step: Callable[[], None]
) -> FittedDomain:
    """Fit a glass box without each fold in turn, then on all documents, and decide every document.

    The folds are those of `pellucid.study.held_out_decisions`, and so are the decisions.

    Parameters
    ----------
    read : ReadDomain
    glass_box : str
        One of `pellucid.study.GLASS_BOXES`.
    splits, seed : int
        Folds of one stratified cross-validation.
    n_jobs : int or None
        Processes. Starting one takes longer than fitting a few hundred documents, so more
        than one pays for larger domains only.
    step : callable
        Called after each fit.

    Returns
    -------
    FittedDomain
    """
    everything = np.arange(len(read.table))
    folds = stratified_folds(read, splits, seed)
    parts = [*folds, (everything, everything[:0])]
    jobs = (delayed(_fit)(read, glass_box, train, test) for train, test in parts)
    made = []
    for job in Parallel(n_jobs=n_jobs, return_as="generator")(jobs):
        made.append(job)
        step()
    fold_of = np.zeros(len(read.table), dtype=int)
    decisions: dict[int, Decision] = {}
    for number, ((_, test), job) in enumerate(zip(folds, made, strict=False)):
        fold_of[test] = number
        decisions.update(zip(test.tolist(), job.decisions, strict=True))
    return FittedDomain(
        tuple(job.model for job in made[:-1]),
        made[-1].model,
        tuple(fold_of.tolist()),
        tuple(decisions[place] for place in everything.tolist()),
    )


def names_of(read: ReadDomain) -> dict[int, str]:
    """Return the words for each class.

    Parameters
    ----------
    read : ReadDomain

    Returns
    -------
    dict of int to str
    """
    return dict(enumerate(read.domain.outcomes))


def _fit(read: ReadDomain, glass_box: str, train: Any, test: Sequence[int]) -> _Job:
    features = read.table[read.questions].iloc[train]
    extractor = LLMFeatureExtractor(read.domain.questionnaire, read.recording).fit(read.table[TEXT].iloc[:1])
    box = clone(GLASS_BOXES[glass_box]).fit(features, read.outcome.iloc[train])
    classifier = GlassBoxTextClassifier.around(extractor, box, features)
    decisions = classifier.explain_readings([read.readings[place] for place in test], names=names_of(read))
    laid_open = to_json(classifier.view().model_dump(mode="json")).encode("utf-8")
    return _Job(FittedModel(classifier, classifier.compiled(), hashlib.sha256(laid_open).hexdigest(), train), decisions)
