"""A tree of a few questions whose rules can be read aloud, and whose splits add up to its score."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from pellucid._checks import check_number, check_option
from pellucid.glassbox._base import GlassBoxClassifier
from pellucid.glassbox._cuts import Floats, number_words, readable_cuts
from pellucid.glassbox._lesson import Lesson
from pellucid.glassbox._table import NOT_STATED, Column
from pellucid.schema import Shape, Step


class _Test(NamedTuple):
    """One column the tree may ask: a question's cuts, or one of its levels."""

    question: int
    cuts: tuple[float, ...] = ()
    level: float = 0.0

    def column(self, codes: Floats) -> Floats:
        """Give the number of cuts reached, or whether it is the level; NaN where nothing is stated."""
        values = codes[:, self.question]
        if not self.cuts:
            return np.where(np.isnan(values), np.nan, values == self.level)
        return np.where(np.isnan(values), np.nan, np.searchsorted(self.cuts, values, side="right"))


class _Branch(NamedTuple):
    """One child of a split: what it asks, in words, and all that holds there.

    Conditions are kept by question and sign, so that of two like ones the later, which
    is the tighter, takes the place of the earlier.
    """

    node: int
    parent: int
    question: int
    said: str
    before: dict[tuple[int, str], str]
    holds: dict[tuple[int, str], str]


class ShallowTreeClassifier(GlassBoxClassifier):
    """Decision tree of at most four levels, told as rules.

    The score of a leaf is the log-odds of its class frequencies, drawn towards those of
    the whole training table; with more than two classes, the logarithm of the
    frequency. Each split adds the difference between child and parent to the question
    it asks, so the terms along a path add up to the leaf's score and the intercept is
    the score of the root [1]_.

    Numbers are cut at short decimals and rules say exactly what the tree does:
    ``age < 54.5`` is tested as such. Ordered levels are cut in their order, other levels
    are told apart one at a time. Where training has missing answers, each split learns
    the side they go to, or asks for nothing else; the rule then says "not stated". A
    question that always was answered in training sends a missing answer, which it has
    never met, to the larger side.

    Parameters
    ----------
    max_depth : int, default=3
        Most questions asked of one row, 1 to 4.
    min_samples_leaf : int, default=15
        Fewest training rows in a leaf, whatever their weights.
    smoothing : float, default=5.0
        Rows of weight 1, distributed like the whole training table, that are added to each leaf;
        above zero, so that no score is infinite.
    criterion : {"gini", "entropy"}, default="gini"
        What a split makes small.
    random_state : int, default=0
        Decides between splits that are equally good.

    Attributes
    ----------
    terms_ : tuple of tuple of str
        The questions the tree asks, in the order of the table.
    intercept_ : float or ndarray of shape (n_classes,)
        Score of the root.
    classes_, feature_names_in_, n_features_in_
        See `GlassBox`.

    References
    ----------
    .. [1] A. Saabas, "Interpreting random forests", 2014; the method is known as the
       decision path decomposition of a tree's prediction.
    .. [2] L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression
       Trees", Wadsworth, 1984.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"vessels": [0, 0, 0, 1, 2, 3] * 5})
    >>> tree = ShallowTreeClassifier().fit(table, ["no", "no", "no", "yes", "yes", "yes"] * 5)
    >>> for rule in tree.view().rules:
    ...     print(rule)
    vessels < 1: probability 0.13 (0 of 15)
    vessels ≥ 1: probability 0.88 (15 of 15)
    """

    def __init__(
        self,
        max_depth: int = 3,
        *,
        min_samples_leaf: int = 15,
        smoothing: float = 5.0,
        criterion: str = "gini",
        random_state: int = 0,
    ) -> None:
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.smoothing = smoothing
        self.criterion = criterion
        self.random_state = random_state

    def _check_parameters(self) -> None:
        check_number("max_depth", self.max_depth, low=1, high=4, whole=True)
        check_number("min_samples_leaf", self.min_samples_leaf, low=1, whole=True)
        check_number("smoothing", self.smoothing, low=1e-6)
        check_number("random_state", self.random_state, low=0, whole=True)
        check_option("criterion", self.criterion, ("gini", "entropy"))

    def _fit_codes(self, codes: Floats, lesson: Lesson) -> None:
        self._tests = [
            test for place, column in enumerate(self._table.columns) for test in _tests(column, place, codes)
        ]
        self._model = DecisionTreeClassifier(
            criterion=self.criterion,
            max_depth=self.max_depth,
            min_samples_leaf=self.min_samples_leaf,
            random_state=self.random_state,
        ).fit(self._asked(codes), lesson.target, sample_weight=lesson.weights)
        tree = self._model.tree_
        self._rows = tree.n_node_samples.astype(int)
        if lesson.weights is None:
            self._counts = np.rint(tree.value[:, 0, :] * self._rows[:, None]).astype(int)
            held, whole = self._counts, self._rows
        else:
            one_of_each = np.eye(len(self.classes_))[lesson.target]
            self._counts = (self._model.decision_path(self._asked(codes)).T @ one_of_each).astype(int)
            held, whole = tree.value[:, 0, :] * tree.weighted_n_node_samples[:, None], tree.weighted_n_node_samples
        prior = held[0] / whole[0]
        share = (held + self.smoothing * prior) / (whole[:, None] + self.smoothing)
        logs = np.log(share)
        self._values = logs[:, 1] - logs[:, 0] if len(prior) == 2 else logs
        self.intercept_ = float(self._values[0]) if len(prior) == 2 else self._values[0].copy()
        self._branches = self._grow_branches()
        self._node_points = self._sum_paths()

    def _asked(self, codes: Floats) -> NDArray[np.float32]:
        """Make the columns the tree asks; small whole numbers, which float32 holds exactly."""
        return np.column_stack([test.column(codes) for test in self._tests]).astype(np.float32)

    def _grow_branches(self) -> list[_Branch]:
        """Walk the tree from the root, putting each branch into words."""
        tree = self._model.tree_
        branches: list[_Branch] = []
        paths: dict[int, dict[tuple[int, str], str]] = {0: {}}
        # A question's missing answers are gone from a branch once a split sent them elsewhere.
        absent = {0: frozenset(q for q, column in enumerate(self._table.columns) if column.missing)}
        for node in np.flatnonzero(tree.children_left >= 0).tolist():  # parents come before children
            test = self._tests[tree.feature[node]]
            for left, child in ((True, tree.children_left[node]), (False, tree.children_right[node])):
                here = bool(tree.missing_go_to_left[node]) == left
                sign, words = self._words(test, float(tree.threshold[node]), left)
                unstated = here and test.question in absent[node] and NOT_STATED not in sign
                said = f"{sign} {words}".rstrip() + (f" (or {NOT_STATED})" if unstated else "")
                absent[child] = absent[node] if here else absent[node] - {test.question}
                key = (test.question, sign if sign in ("<", "≥") else f"{sign} {words}")
                paths[child] = {**paths[node], key: f"{self._table.names[test.question]} {said}"}
                branches.append(_Branch(int(child), node, test.question, said, paths[node], paths[child]))
        return branches

    def _words(self, test: _Test, threshold: float, left: bool) -> tuple[str, str]:
        """Say one side of a split: sign and value."""
        levels = self._table.columns[test.question].levels or ()
        if np.isinf(threshold) or (test.cuts and np.isinf(test.cuts[int(threshold)])):
            return ("is stated" if left else f"is {NOT_STATED}"), ""
        if test.cuts:
            cut = test.cuts[int(threshold)]
            return "<" if left else "≥", _level_words(levels[int(cut)]) if levels else number_words(cut)
        place = int(test.level)
        if len(levels) == 2 and left:
            return "is", _level_words(levels[1 - place])
        return "is not" if left else "is", _level_words(levels[place])

    def _sum_paths(self) -> Floats:
        """Sum each question's steps from the root to every node; keep the questions asked."""
        asked = sorted({branch.question for branch in self._branches})
        self.terms_ = tuple((self._table.names[question],) for question in asked)
        points = np.zeros((len(self._rows), len(asked), *self._values.shape[1:]))
        for branch in self._branches:
            step = self._values[branch.node] - self._values[branch.parent]
            points[branch.node] = points[branch.parent]
            points[branch.node, asked.index(branch.question)] += step
        return points

    def _score_codes(self, codes: Floats) -> Floats:
        return self._values[self._model.apply(self._asked(codes))]

    def _points_codes(self, codes: Floats) -> Floats:
        return self._node_points[self._model.apply(self._asked(codes))]

    def _leaves(self) -> NDArray[np.intp]:
        """Give the nodes that have no children."""
        return np.flatnonzero(self._model.tree_.children_left < 0)

    def _shapes(self, place: int) -> list[Shape]:
        leaves = self._leaves()
        values, points = self._values, self._node_points[leaves]
        if values.ndim == 2:
            values, points = values[:, place], points[:, :, place]
        importance = np.average(np.abs(points), axis=0, weights=self._rows[leaves])
        shapes = []
        for term, (name,) in enumerate(self.terms_):
            steps = [
                Step(
                    said=_where(branch),
                    points=float(values[branch.node] - values[branch.parent]),
                    documents=int(self._rows[branch.node]),
                )
                for branch in self._branches
                if self._table.names[branch.question] == name
            ]
            shapes.append(
                Shape(questions=(name,), numeric=False, importance=float(importance[term]), steps=tuple(steps))
            )
        return shapes

    def _rules(self, place: int) -> tuple[str, ...]:
        holds = {branch.node: branch.holds for branch in self._branches}
        klass = 1 if len(self.classes_) == 2 else place
        score = np.reshape(self._values, (len(self._rows), -1))[:, place]
        chance = 1 / (1 + np.exp(-score)) if len(self.classes_) == 2 else np.exp(score)
        return tuple(
            f"{_joined(holds.get(leaf, {}))}: probability {chance[leaf]:.2f} "
            f"({self._counts[leaf, klass]} of {self._rows[leaf]})"
            for leaf in self._leaves().tolist()
        )


def _tests(column: Column, place: int, codes: Floats) -> list[_Test]:
    """List what a tree may ask about one question."""
    if column.levels is None:
        # A lone value still needs a test, by which missing answers can be told apart.
        return [_Test(place, tuple(readable_cuts(codes[:, place]).tolist()) or (np.inf,))]
    count = len(column.levels)
    if column.ordered and count > 1:
        return [_Test(place, tuple(range(1, count)))]
    return [_Test(place, level=float(level)) for level in (range(count) if count > 2 else [max(count - 1, 0)])]


def _level_words(level: Any) -> str:
    """Write a level, in quotes where its own words could be taken for the rule's."""
    words = str(level)
    return repr(words) if any(part in words for part in (",", " and ", " or ", ":")) else words


def _joined(conditions: dict[tuple[int, str], str]) -> str:
    """Join conditions into one sentence."""
    return " and ".join(conditions.values()) or "always"


def _where(branch: _Branch) -> str:
    """Say a branch, with the conditions under which it is asked."""
    return f"{branch.said}, where {_joined(branch.before)}" if branch.before else branch.said
