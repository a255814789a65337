"""Ways for a glass box to learn from a language model's log-odds, from gold labels, or from both."""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.base import clone

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    GlassBox,
    GlassBoxClassifier,
    RiskScoreClassifier,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SparseLinearRegressor,
    fit_soft,
)
from pellucid.measures import Floats

GOLD_PULL = 1.5
"""Log-odds that a gold label moves its document's soft label by."""

CORRECTION = 0.6
"""Share of a correction that is taken."""

LEAST_GOLD = 10
"""Fewest gold labels, with at least three of each class, that a glass box is fitted on."""

TRUST = {"distilled": 1.0, "soft": 1 / (1 + GOLD_PULL), "corrected": 1 - CORRECTION, "gold": 0.0}
"""How much of each way is the language model's word where every document has a gold label.

All, its share of a soft label, what is left uncorrected, none. See `trust_in`.
"""


class Student(NamedTuple):
    """A fitted way of learning.

    Attributes
    ----------
    parts : tuple of (float, GlassBox)
        Their weighted scores are its score, in log-odds.
    """

    parts: tuple[tuple[float, GlassBox], ...]

    def score(self, X: pd.DataFrame) -> Floats:
        """Return the log-odds of every row."""
        return np.asarray(sum(weight * score_of(box, X) for weight, box in self.parts))


class Boxes(NamedTuple):
    """The glass boxes that learn: one from log-odds, where it can, and one from labels.

    Attributes
    ----------
    from_odds : GlassBox or None
        A regressor; None where the form has none, and labels are softened by weights instead.
    from_labels : GlassBox
        A classifier.
    """

    from_odds: GlassBox | None
    from_labels: GlassBox

    @property
    def adds_up(self) -> bool:
        """Whether several fitted ones can be added into one of the same form."""
        return self.from_odds is not None

    @property
    def ways(self) -> tuple[str, ...]:
        """Names of the ways it can learn in."""
        corrects = isinstance(self.from_labels, EBMClassifier)
        return ("distilled", "soft", *(("corrected",) if corrects else ()), "gold")

    def lighter(self) -> "Boxes":
        """Return boxes with fewer bags, good enough to choose by."""
        return Boxes(*(_lighter(box) for box in self))


def boxes_of(glass_box: Any) -> Boxes:
    """Find the boxes for a glass box that was asked for.

    Parameters
    ----------
    glass_box : GlassBox or None
        None: an EBM. Log-odds of a language model hold little noise, so that larger and
        fewer steps serve as well there, in a third of the time.

    Returns
    -------
    Boxes

    Raises
    ------
    InvalidTypeError
        If it is none of `pellucid.glassbox`.
    """
    if glass_box is None:
        return Boxes(EBMRegressor(learning_rate=0.3, max_rounds=40), EBMClassifier())
    if isinstance(glass_box, RiskScoreClassifier | ShallowTreeClassifier):
        return Boxes(None, glass_box)
    for classifier, regressor in ((EBMClassifier, EBMRegressor), (SparseLinearClassifier, SparseLinearRegressor)):
        if isinstance(glass_box, classifier | regressor):
            shared = set(classifier().get_params()) & set(regressor().get_params())
            settings = {name: value for name, value in glass_box.get_params().items() if name in shared}
            return Boxes(regressor(**settings), classifier(**settings))
    raise InvalidTypeError(
        f"glass_box: got {type(glass_box).__name__}; a glass box of pellucid.glassbox is expected, "
        "such as EBMClassifier()"
    )


def enough_gold(codes: Floats) -> bool:
    """Say whether there are gold labels enough to fit a glass box on them."""
    known = codes[~np.isnan(codes)]
    return len(known) >= LEAST_GOLD and min(int((known == 0).sum()), int((known == 1).sum())) >= 3


def trust_in(way: str, codes: Floats) -> float:
    """Say how much of a way is the language model's word.

    Parameters
    ----------
    way : str
    codes : ndarray of shape (n,)
        Gold labels; NaN where unknown. What they can change is in proportion to how many there are.

    Returns
    -------
    float
        0 to 1.

    Examples
    --------
    >>> trust_in("soft", np.array([0.0, 1.0, np.nan, np.nan]))
    0.7
    """
    share = float(np.mean(~np.isnan(codes))) if len(codes) else 0.0
    return 1 - share * (1 - TRUST[way]) if TRUST[way] else 0.0


def teaches(said: Floats) -> bool:
    """Say whether the language model spoke of enough documents, and not the same of all."""
    there = said[~np.isnan(said)]
    return len(there) >= LEAST_GOLD and bool(np.ptp(there) > 0)


def check_teaches(said: Floats) -> None:
    """Refuse a teacher that cannot teach.

    Parameters
    ----------
    said : ndarray of shape (n,)

    Raises
    ------
    InvalidInputError
    """
    there = said[~np.isnan(said)]
    if len(there) < LEAST_GOLD:
        raise InvalidInputError(
            f"teacher: has probabilities for {len(there)} document(s); at least {LEAST_GOLD} are needed to learn from"
        )
    if np.ptp(there) == 0:
        raise InvalidInputError(
            "teacher: says the same of every document, so there is nothing to learn from it; take strategy='gold'"
        )


def fit_students(
    ways: Collection[str], boxes: Boxes, X: pd.DataFrame, said: Floats, codes: Floats
) -> dict[str, Student]:
    """Fit one student for every way.

    Parameters
    ----------
    ways : collection of str
        Out of ``Boxes.ways``.
    boxes : Boxes
    X : DataFrame of shape (n, n_questions)
    said : ndarray of shape (n,)
        The language model's log-odds; NaN where it said nothing.
    codes : ndarray of shape (n,)
        Gold labels, 0 or 1; NaN where unknown.

    Returns
    -------
    dict of str to Student

    Raises
    ------
    InvalidInputError
        If the language model said the same of all documents, or of too few.
    """
    found: dict[str, Student] = {}
    gold = np.flatnonzero(~np.isnan(codes))
    if set(ways) - {"gold"}:
        check_teaches(said)
    if {"distilled", "corrected"} & set(ways):
        found["distilled"] = _from_odds(boxes, X, said)
    if "soft" in ways:
        there = np.where(np.isnan(said) & ~np.isnan(codes), np.nanmean(said), said)
        pulled = there + GOLD_PULL * np.nan_to_num(2 * codes - 1, nan=0.0)
        found["soft"] = _from_odds(boxes, X, pulled)
    if "corrected" in ways:
        rows = X.iloc[gold]
        first = found["distilled"]
        correction = clone(boxes.from_labels).fit(rows, codes[gold].astype(int), init_score=first.score(rows))
        found["corrected"] = Student((*first.parts, (CORRECTION, correction)))
    if "gold" in ways:
        found["gold"] = Student(((1.0, clone(boxes.from_labels).fit(X.iloc[gold], codes[gold].astype(int))),))
    return {way: found[way] for way in ways}


def score_of(box: GlassBox, X: pd.DataFrame) -> Floats:
    """Return a fitted box's score in log-odds; a regressor's estimates are log-odds."""
    score = box.decision_function(X) if isinstance(box, GlassBoxClassifier) else box.predict(X)
    return np.asarray(score)


def _from_odds(boxes: Boxes, X: pd.DataFrame, odds: Floats) -> Student:
    """Fit on log-odds, or on both labels of every document, each weighted by its probability."""
    rows = np.flatnonzero(~np.isnan(odds))
    seen, target = X.iloc[rows], odds[rows]
    if boxes.from_odds is not None:
        return Student(((1.0, clone(boxes.from_odds).fit(seen, target)),))
    return Student(((1.0, fit_soft(boxes.from_labels, seen, expit(target))),))


def _lighter(box: Any) -> Any:
    bags = getattr(box, "outer_bags", 0)
    return clone(box).set_params(outer_bags=max(2, bags // 2)) if bags > 2 else box
