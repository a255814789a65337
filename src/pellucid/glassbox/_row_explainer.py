"""A fitted glass box made quick for one row at a time: points, their spread, and what each bag by itself would say."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from pellucid.exceptions import InvalidTypeError
from pellucid.glassbox._base import GlassBox
from pellucid.glassbox._card_parts import LinePart, Part, Points, SlopedPart, TablePart, TreePart
from pellucid.glassbox._card_row import Row
from pellucid.glassbox._compile import score_card
from pellucid.glassbox._cuts import Floats
from pellucid.glassbox._ebm import EBMClassifier
from pellucid.glassbox._probe import probe_codes
from pellucid.glassbox._scorecard import ScoreCard
from pellucid.schema import TOLERANCE

__all__ = ["RowExplainer", "RowPoints"]


class RowPoints(NamedTuple):
    """What a glass box says of one row.

    Attributes
    ----------
    score : float or tuple of float
        Log-odds of the second class; one per class where there are more than two.
    probability : float or tuple of float
        Of the second class, or of each.
    points : tuple of float or of tuple of float
        One per term.
    spread : tuple of float or of tuple of float, or None
        Standard deviation of the points over the model's bags; None where it has none.
    """

    score: Points
    probability: Points
    points: tuple[Points, ...]
    spread: tuple[Points, ...] | None


class RowExplainer:
    """A fitted classifier compiled for one row at a time, some thousand times as quick as a table of one row.

    What it says equals what the model says of a table to 1e-9; `agrees` holds both
    against each other.

    Parameters
    ----------
    model : GlassBox
        As for `score_card`.

    Attributes
    ----------
    card : ScoreCard

    Raises
    ------
    InvalidTypeError
        If it cannot be compiled, or is no classifier.
    NotFittedError

    Examples
    --------
    >>> import pandas as pd
    >>> from pellucid.glassbox import EBMClassifier
    >>> table = pd.DataFrame({"age": [30, 35, 40, 60, 65, 70] * 10})
    >>> model = EBMClassifier(outer_bags=2).fit(table, [0, 0, 0, 1, 1, 1] * 10)
    >>> quick = RowExplainer(model)
    >>> quick.agrees(table), quick.explain({"age": 68}).probability > 0.9, len(quick.bags({"age": 68}))
    (True, True, 2)
    """

    def __init__(self, model: GlassBox) -> None:
        self.card = score_card(model)
        if not self.card.classes:
            raise InvalidTypeError(f"model: got {type(model).__name__}; a classifier is expected")
        self._model = model

    def explain(self, row: Row) -> RowPoints:
        """Score and explain one row.

        Parameters
        ----------
        row : mapping of str to number, str, bool or None
            As for `ScoreCard.explain_row`.

        Returns
        -------
        RowPoints
        """
        found = self.card.explain_row(row)
        probability: Any = found.probability  # only a regressor has none
        spread = self._spread_card
        return RowPoints(
            found.score,
            probability,
            tuple(points for _, points in found.terms),
            None if spread is None else tuple(points for _, points in spread.explain_row(row).terms),
        )

    def bags(self, row: Row) -> tuple[float, ...]:
        """Say what each bag by itself scores a row; their mean is the model's score.

        Parameters
        ----------
        row : mapping
            As for `explain`.

        Returns
        -------
        tuple of float
            Log-odds of the second class; empty for a model without bags, or with more
            than two classes.
        """
        return tuple(float(card.explain_row(row).score) for card in self._bag_cards)  # type: ignore[arg-type]

    def sways(self, row: Row, tried: Mapping[str, Sequence[Any]]) -> dict[str, float]:
        """Say by how much changing one answer alone moves the score at most.

        Parameters
        ----------
        row : mapping
            As for `explain`.
        tried : mapping of str to sequence
            What might be answered instead, by question.

        Returns
        -------
        dict of str to float
            Largest change by question, of any class's score, without sign.
        """
        before = np.atleast_1d(self.card.explain_row(row).score)
        found = {}
        for name, values in tried.items():
            scores = [self.card.explain_row({**row, name: value}).score for value in values]
            after = np.array(scores).reshape(len(scores), len(before))
            found[name] = float(np.abs(after - before).max(initial=0.0))
        return found

    def agrees(self, X: Any) -> bool:
        """Whether score, terms and spread of a table equal the model's own.

        Parameters
        ----------
        X : DataFrame of shape (n, n_questions)

        Returns
        -------
        bool
            To 1e-9, absolute and relative.
        """
        model, spread = self._model, self._model.spread(X)
        pairs: list[tuple[Any, Any]] = [
            (self.card.score(X), model.decision_function(X)),
            (self.card.contributions(X), model.contributions(X)),
        ]
        if spread is not None and self._spread_card is not None:
            pairs += [(self._spread_card.contributions(X), spread)]
        return (spread is None) == (self._spread_card is None) and all(
            np.allclose(mine, own, rtol=TOLERANCE, atol=TOLERANCE) for mine, own in pairs
        )

    @cached_property
    def _spread_card(self) -> ScoreCard | None:
        """The same card with the spread of each cell in place of its points."""
        blank = np.full((1, len(self.card.questions)), np.nan)
        if isinstance(self.card.parts, TreePart) or self._model._spread_codes(blank) is None:
            return None
        return self._with_points(self._model._spread_codes, np.zeros_like(self.card.intercept))

    @cached_property
    def _bag_cards(self) -> tuple[ScoreCard, ...]:
        """One card per bag."""
        if not isinstance(self._model, EBMClassifier) or len(self.card.classes) != 2:
            return ()
        library = self._model._model
        intercepts = np.asarray(library.bagged_intercept_, dtype=np.float64).reshape(-1, 1)
        cards = []
        for bag, intercept in enumerate(intercepts):
            one = copy.copy(library)
            # What the library reads out of bins may as well be the points of one bag.
            one.term_scores_ = [points[bag] for points in library.bagged_scores_]
            cards.append(self._with_points(one.eval_terms, intercept))
        return tuple(cards)

    def _with_points(self, read: Callable[[Floats], Any], intercept: Floats) -> ScoreCard:
        """Make a card with other points in the same cells, all of them read at once; a straight line has none."""
        parts: Any = self.card.parts
        tables: list[Any] = [part.table if isinstance(part, SlopedPart) else part for part in parts]
        width = len(self.card.questions)
        probes = [probe_codes(table.axes, width) if isinstance(table, TablePart) else None for table in tables]
        stacked = [probe for probe in probes if probe is not None]
        found = read(np.vstack(stacked)) if stacked else np.empty((0, 0))
        made: list[Part] = []
        first = 0
        for place, (table, probe) in enumerate(zip(tables, probes, strict=True)):
            if probe is None:
                nothing = np.zeros_like(table.slope)
                made.append(LinePart(table.question, table.centre, nothing, nothing, nothing))
                continue
            points = found[first : first + len(probe), place].reshape(table.points.shape)
            made.append(TablePart(table.axes, points.copy()))
            first += len(probe)
        return replace(self.card, parts=tuple(made), intercept=intercept)
