"""From a fitted glass box to its score card: the model itself is asked what every part of its terms is worth."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from pellucid.exceptions import InvalidTypeError
from pellucid.glassbox._base import GlassBox, GlassBoxRegressor
from pellucid.glassbox._card_parts import Axis, LinePart, TablePart, TreePart
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._ebm import _EBM
from pellucid.glassbox._risk_score import RiskScoreClassifier
from pellucid.glassbox._scorecard import Link, ScoreCard
from pellucid.glassbox._shallow_tree import ShallowTreeClassifier
from pellucid.glassbox._sparse_linear import _SparseLinear

__all__ = ["score_card"]


def score_card(model: GlassBox) -> ScoreCard:
    """Compile a fitted glass box.

    The points of intervals, levels and missing answers are read off the model by giving
    it one row for each; lines and trees are copied.

    Parameters
    ----------
    model : GlassBox
        An EBM (classifier or regressor, with or without pairs), a sparse linear model, a
        shallow tree or a risk score.

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
    if not isinstance(model, _EBM | _SparseLinear | RiskScoreClassifier | ShallowTreeClassifier):
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
    elif isinstance(model, _SparseLinear):
        parts = tuple(
            _line(model, question)
            if model._table.columns[question].numeric
            else _table(model, place, [question], [None])
            for place, (question,) in enumerate(terms)
        )
    else:
        cuts = _risk_cuts if isinstance(model, RiskScoreClassifier) else _ebm_cuts
        parts = tuple(
            _table(model, place, term, [cuts(model, question, len(term)) for question in term])
            for place, term in enumerate(terms)
        )
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


def _table(model: GlassBox, place: int, questions: Sequence[int], cuts: Sequence[Floats | None]) -> TablePart:
    """Ask the model for the points of every interval or level, and of those of pairs."""
    axes, probes = [], []
    for question, ends in zip(questions, cuts, strict=True):
        levels = model._table.columns[question].levels
        if levels is None:
            own = np.array([]) if ends is None else np.asarray(ends, dtype=np.float64)
            # Each interval holds its lower end; the first has none, so a number just below its upper end stands in.
            lowest = np.nextafter(own[:1], -np.inf) if len(own) else np.zeros(1)
            axes.append(Axis(question, len(own) + 1, own))
            probes.append([*lowest, *own, np.nan])
        else:
            axes.append(Axis(question, len(levels)))
            probes.append([*map(float, range(len(levels))), np.nan])
    cells = np.array(list(product(*probes)))
    codes = np.full((len(cells), len(model._table.columns)), np.nan)
    codes[:, list(questions)] = cells
    points = np.asarray(model._points_codes(codes)[:, place], dtype=np.float64)
    return TablePart(tuple(axes), points.reshape(*(axis.parts + 1 for axis in axes), -1).copy())


def _ebm_cuts(model: Any, question: int, width: int) -> Floats | None:
    """Give the cuts of a number in a term of one question, or of two."""
    bins = model._model.bins_[question]
    own = bins[min(width, len(bins)) - 1]
    # Of a number never answered in training the library keeps levels, of which there are none.
    return None if isinstance(own, dict) else np.asarray(own, dtype=np.float64)


def _risk_cuts(model: Any, question: int, width: int) -> Floats | None:  # noqa: ARG001
    """Give the cuts of a number over the cards of all classes."""
    found = [term.cuts for card in model._cards for term in card.terms if term.question == question]
    return np.unique(np.concatenate([np.array([]), *(cuts for cuts in found if cuts is not None)]))


def _line(model: Any, question: int) -> LinePart:
    """Copy the straight line of a number, with what a missing one adds."""
    own = [place for place, piece in enumerate(model._pieces) if piece.question == question]
    number = next(place for place in own if model._pieces[place].kind == "number")
    missing = [place for place in own if place != number]
    weights, centre, fill = model._weights, model._centre, model._fill
    stated = -centre[missing] @ weights[missing]
    absent = (fill[number] - centre[number]) * weights[number] + (1.0 - centre[missing]) @ weights[missing]
    return LinePart(question, float(centre[number]), weights[number].copy(), stated, absent)


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
