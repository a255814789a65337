"""Trees and risk scores that learn from probabilities in place of labels, and count each document once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import clone

from pellucid.exceptions import InvalidTypeError
from pellucid.glassbox._base import GlassBox
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._risk_score import RiskScoreClassifier
from pellucid.glassbox._shallow_tree import ShallowTreeClassifier

__all__ = ["fit_soft", "with_classes"]

Counted = ShallowTreeClassifier | RiskScoreClassifier


def fit_soft(box: GlassBox, X: pd.DataFrame, chances: ArrayLike) -> Counted:
    """Fit a copy of a shallow tree or a risk score on probabilities.

    It learns from every document with both labels, each weighted by its probability.
    Limits such as `min_samples_leaf`, and all that `view` counts, are of documents
    nevertheless; events are expected ones: sums of probabilities, rounded.

    Parameters
    ----------
    box : ShallowTreeClassifier or RiskScoreClassifier
        Its parameters are taken.
    X : DataFrame of shape (n, n_questions)
    chances : array-like of shape (n,)
        Probability of the second class, between 0 and 1.

    Returns
    -------
    ShallowTreeClassifier or RiskScoreClassifier
        With the classes 0 and 1.

    Raises
    ------
    InvalidTypeError
        If the model is of another form: one that adds up learns log-odds by a regressor.

    Examples
    --------
    >>> table = pd.DataFrame({"pain": ["no", "yes"] * 20})
    >>> fit_soft(ShallowTreeClassifier(), table, [0.2, 0.8] * 20).view().rules
    ('pain is no: probability 0.26 (4 of 20)', 'pain is yes: probability 0.74 (16 of 20)')
    """
    box = _counted(box)
    share = np.asarray(chances, dtype=np.float64)
    least = "min_samples_leaf" if isinstance(box, ShallowTreeClassifier) else "min_documents"
    fewest = getattr(box, least)
    fitted = clone(box).set_params(**{least: 2 * fewest})
    fitted.fit(pd.concat([X, X]), np.repeat([1, 0], len(X)), sample_weight=np.concatenate([share, 1 - share]))
    fitted.set_params(**{least: fewest})
    codes = fitted._read(X)[1]
    if isinstance(fitted, ShallowTreeClassifier):
        _count_leaves(fitted, codes, share)
    else:
        _count_lines(fitted, codes, share)
    return fitted


def with_classes(box: GlassBox, classes: Sequence[Any]) -> Counted:
    """Name the two classes of a tree or risk score that was fitted on 0 and 1.

    Parameters
    ----------
    box : ShallowTreeClassifier or RiskScoreClassifier
        Fitted; it is changed.
    classes : sequence of two labels
        In order: the score speaks for the second.

    Returns
    -------
    ShallowTreeClassifier or RiskScoreClassifier
        The same.

    Raises
    ------
    InvalidTypeError
        If the model is of another form.

    Examples
    --------
    >>> table = pd.DataFrame({"pain": ["no", "yes"] * 20})
    >>> with_classes(ShallowTreeClassifier().fit(table, [0, 1] * 20), ("well", "ill")).view().outcome
    'ill'
    """
    box = _counted(box)
    box.classes_ = np.asarray(classes)
    if isinstance(box, RiskScoreClassifier):
        box.points_ = box.points_.assign(outcome=[box.classes_[1]] * len(box.points_))
    return box


def _counted(box: GlassBox) -> Counted:
    """Refuse other forms."""
    if not isinstance(box, ShallowTreeClassifier | RiskScoreClassifier):
        raise InvalidTypeError(
            f"box: got {type(box).__name__}; a ShallowTreeClassifier or RiskScoreClassifier is expected"
        )
    return box


def _count_leaves(tree: ShallowTreeClassifier, codes: Floats, share: Floats) -> None:
    """Count documents, and expect events, at every node."""
    path = tree._model.decision_path(tree._asked(codes)).T
    tree._rows = np.asarray(path.sum(axis=1)).ravel().astype(int)
    events = np.rint(path @ share).astype(int)
    tree._counts = np.column_stack([tree._rows - events, events])


def _count_lines(score: RiskScoreClassifier, codes: Floats, share: Floats) -> None:
    """Count documents, and expect events, on every line and at every total."""
    (card,) = score._cards
    totals = card.points(codes).sum(axis=1)
    terms = tuple(
        term._replace(
            steps=tuple(step.model_copy(update={"documents": step.documents // 2}) for step in term.steps),
        )
        for term in card.terms
    )
    documents = np.bincount(totals)
    score._cards = [
        card._replace(terms=terms, documents=documents, events=np.rint(np.bincount(totals, share)).astype(np.int64))
    ]
    score.points_ = score.points_.assign(documents=score.points_["documents"] // 2)
