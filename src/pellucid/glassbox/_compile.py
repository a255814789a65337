"""From a fitted glass box to its score card: the model itself is asked what every part of its terms is worth."""

from typing import Any

import numpy as np

from pellucid.exceptions import InvalidTypeError
from pellucid.glassbox._base import GlassBox, GlassBoxRegressor
from pellucid.glassbox._card_parts import LinePart, SlopedPart, TablePart, TreePart
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._ebm import _EBM
from pellucid.glassbox._probe import axis_of, probe_table
from pellucid.glassbox._risk_score import RiskScoreClassifier
from pellucid.glassbox._scorecard import Link, ScoreCard
from pellucid.glassbox._shallow_tree import ShallowTreeClassifier
from pellucid.glassbox._sparse_linear import _SparseLinear
from pellucid.glassbox._summed import SummedClassifier

__all__ = ["score_card"]


def score_card(model: GlassBox) -> ScoreCard:
    """Compile a fitted glass box.

    The points of intervals, levels and missing answers are read off the model by giving
    it one row for each; lines and trees are copied.

    Parameters
    ----------
    model : GlassBox
        An EBM (classifier or regressor, with or without pairs), a sparse linear model, a
        shallow tree, a risk score, or a sum of EBMs and sparse linear models.

    Returns
    -------
    ScoreCard

    Raises
    ------
    NotFittedError
        If it is not fitted.
    InvalidTypeError
        If it is no glass box of these kinds.

    Examples
    --------
    >>> import numpy as np
    >>> from pellucid.glassbox import SparseLinearRegressor
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]] * 5)
    >>> card = score_card(SparseLinearRegressor().fit(X, 2 * X[:, 0]))
    >>> round(card.explain_row({"x0": 2.5}).score, 1)
    5.0
    """
    if not isinstance(model, _EBM | _SparseLinear | RiskScoreClassifier | ShallowTreeClassifier | SummedClassifier):
        raise InvalidTypeError(
            f"model: got {type(model).__name__}; a fitted glass box of pellucid.glassbox is expected, "
            "such as an EBMClassifier"
        )
    model._check_fitted()
    names = model._table.names
    terms = tuple(tuple(names.index(name) for name in term) for term in model.terms_)
    parts: Any
    if isinstance(model, ShallowTreeClassifier):
        parts = _tree(model, tuple(question for (question,) in terms))
    else:
        parts = tuple(_part(model, place, term) for place, term in enumerate(terms))
    classes = () if isinstance(model, GlassBoxRegressor) else tuple(model.classes_.tolist())
    intercept = np.atleast_1d(np.asarray(model.intercept_, dtype=np.float64)).copy()
    return ScoreCard(type(model).__name__, model._table, classes, _link(model, classes), intercept, terms, parts)


def _link(model: GlassBox, classes: tuple[Any, ...]) -> Link:
    """Say how the model turns scores into probabilities."""
    if not classes:
        return Link.IDENTITY
    if len(classes) == 2:
        return Link.LOGIT
    return Link.ONE_AGAINST_REST if isinstance(model, RiskScoreClassifier) else Link.SOFTMAX


def _part(model: Any, place: int, term: tuple[int, ...]) -> TablePart | LinePart | SlopedPart:
    """Compile one term: a line is copied, a table is asked of the model."""
    if isinstance(model, SummedClassifier):
        return model._part(place)
    if isinstance(model, RiskScoreClassifier):
        return probe_table(model, place, [axis_of(model._table, term[0], _risk_cuts(model, term[0]))])
    if isinstance(model, _SparseLinear) and model._table.columns[term[0]].numeric:
        return model._line(term[0])
    return probe_table(model, place, model._axes(term))


def _risk_cuts(model: Any, question: int) -> Floats:
    """Give the cuts of a number over the cards of all classes."""
    found = [term.cuts for card in model._cards for term in card.terms if term.question == question]
    return np.unique(np.concatenate([np.array([]), *(cuts for cuts in found if cuts is not None)]))


def _tree(model: Any, asked: tuple[int, ...]) -> TreePart:
    """Copy the tree, with thresholds in the questions' own units."""
    tree = model._model.tree_
    nodes = np.zeros((tree.node_count, 5), dtype=np.int64)
    cuts = np.zeros(tree.node_count)
    for node in np.flatnonzero(tree.children_left >= 0).tolist():
        test, threshold = model._tests[tree.feature[node]], float(tree.threshold[node])
        cut = test.level
        if test.cuts:
            # The library counts how many cuts are reached, and asks whether that is at most the threshold.
            cut = np.inf if np.isinf(threshold) else test.cuts[int(threshold)]
        stated = np.isinf(threshold) or np.isinf(cut)
        kind = TreePart.STATED if stated else TreePart.BELOW if test.cuts else TreePart.OTHER
        children = tree.children_left[node], tree.children_right[node]
        nodes[node] = kind, test.question, *children, bool(tree.missing_go_to_left[node])
        cuts[node] = 0.0 if stated else cut
    points = model._node_points
    return TreePart(nodes, cuts, points.reshape(*points.shape[:2], -1).copy(), asked)
