"""Why a label stands where it stands in the review queue, in sentences."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid.labeling._neighbours import Neighbours
from pellucid.measures import Floats

_MOST = 3
"""Questions named in one sentence."""
_LITTLE = 0.1
"""Log-odds below which a question is not worth naming."""


class Grounds(NamedTuple):
    """Everything a reason can be drawn from.

    Attributes
    ----------
    names : sequence of str
    classes : sequence of label
    codes : ndarray of int, shape (n,)
        Label as the number of its class; -1 where there is none.
    answers, words : ndarray of shape (n, n_classes), or None
        What the other documents' answers, and words, make of it; probabilities.
    terms : list of DataFrame
        What each question added; one table per class, or one where there are two.
    twins : list of list of int
        Copies and near copies of each document.
    neighbours : Neighbours
    spread : ndarray of shape (n,) or None
    """

    names: Sequence[str]
    classes: Sequence[Any]
    codes: NDArray[np.intp]
    answers: Floats
    words: Floats | None
    terms: list[pd.DataFrame]
    twins: list[list[int]]
    neighbours: Neighbours
    spread: Floats | None

    def reasons(self, at: int, proposed: int) -> tuple[str, ...]:
        """Say why one label is doubted, or is not.

        Parameters
        ----------
        at : int
            Document.
        proposed : int
            Class that curation finds likeliest.

        Returns
        -------
        tuple of str
        """
        said = [self._models(at), self._questions(at, proposed), self._near(at), self._copies(at), self._apart(at)]
        if self.spread is not None and self.spread[at] >= 1:
            said.append(f"The labeler's own answers to this document vary (spread {self.spread[at]:.1f} log-odds).")
        return tuple(one for one in said if one)

    def _models(self, at: int) -> str:
        """Say what the models expect that never saw the document."""
        code = self.codes[at]
        shown = int(self.answers[at].argmax()) if code < 0 else code
        text = f"Learnt from other documents, its answers give “{self.classes[shown]}” {self.answers[at, shown]:.0%}"
        if self.words is not None:
            text += f" and its words {self.words[at, shown]:.0%}"
        return f"The labeler gave no label. {text}." if code < 0 else f"{text}."

    def _questions(self, at: int, proposed: int) -> str:
        """Name the questions that speak most for the proposed class and against the label."""
        code = int(self.codes[at])
        if code in (-1, proposed):
            return ""
        points = self._pull(at, code, proposed)
        strongest = points[points > _LITTLE].sort_values(ascending=False)[:_MOST]
        if strongest.empty:
            return ""
        named = ", ".join(f"{name} (+{value:.1f})" for name, value in strongest.items())
        return f"Most for “{self.classes[proposed]}”, in log-odds: {named}."

    def _pull(self, at: int, code: int, proposed: int) -> "pd.Series[float]":
        """Give what each question adds to the log-odds of the proposed class against the label."""
        if len(self.terms) == 1:
            return self.terms[0].iloc[at] * (1.0 if proposed == 1 else -1.0)
        return self.terms[proposed].iloc[at].sub(self.terms[code].iloc[at], fill_value=0.0)

    def _near(self, at: int) -> str:
        """Count the labels of the nearest documents."""
        code, places = self.codes[at], self.neighbours.places[at]
        known = places[self.codes[places] >= 0]
        other = int((self.codes[known] != code).sum())
        if code < 0 or 2 * other <= len(known):
            return ""
        return f"Of the {len(known)} documents with the most similar answers, {other} have another label."

    def _copies(self, at: int) -> str:
        """Name a copy that has another label."""
        apart = [twin for twin in self.twins[at] if self.codes[twin] >= 0 and self.codes[twin] != self.codes[at]]
        if not apart or self.codes[at] < 0:
            return ""
        twin = apart[0]
        return f"Its near copy “{self.names[twin]}” is labelled “{self.classes[self.codes[twin]]}”."

    def _apart(self, at: int) -> str:
        if not self.neighbours.outlying[at]:
            return ""
        return "Its answers are like no other document's, so what others teach counts for less."
