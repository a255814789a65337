"""Which answers training documents had together: made once, asked in microseconds."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid.schema import Question, Questionnaire, QuestionType, Value

TOP = 6
"""Questions that are looked at in pairs, by the weight of their terms."""

_MOST_NAMED = 3


class _Parts(NamedTuple):
    """How the answers to one question are told apart: thirds of numbers, or options."""

    question: Question
    cuts: tuple[float, ...]

    def place(self, value: Value | None) -> int | None:
        """Return the part an answer falls into; None where it is missing or no allowed value."""
        if value is None or isinstance(value, str):
            levels = self.question.levels
            return levels.index(value) if isinstance(value, str) and value in levels else None
        if self.question.type is not QuestionType.NUMBER:
            return None
        return int(np.searchsorted(self.cuts, value, side="right"))

    def said(self, place: int) -> str:
        """Say a part in words."""
        if self.question.type is not QuestionType.NUMBER:
            return self.question.levels[place]
        if not self.cuts:
            return "any number"
        low = "" if place == 0 else self.question.describe(self.cuts[place - 1])
        high = "" if place == len(self.cuts) else self.question.describe(self.cuts[place])
        return f"below {high}" if not low else f"{low} or more" if not high else f"{low} to below {high}"


class Combinations:
    """Knows which pairs of answers training documents had, for the pairs that matter most.

    Numbers are told apart by thirds of the training values. Looked at are the pairs the
    model has terms of, and all pairs of the questions whose terms weigh most. A pair of
    answers counts as unseen where no training document had both although, had the two
    questions nothing to do with one another, several would have: that rare answers never
    met says nothing.

    Parameters
    ----------
    features : DataFrame of shape (n_documents, n_questions)
        What the glass box was fitted on.
    questionnaire : Questionnaire
    weights : mapping of tuple of str to float
        How much each term of the model weighs, by its questions, such as the mean of its
        points without sign.
    top : int, default=6
        How many questions are looked at in pairs.
    expected : float, default=3.0
        Documents that should have had both.

    Examples
    --------
    >>> from pellucid.schema import Question
    >>> sky = Questionnaire(name="sky", questions=[Question(id="cloud", ask="Cloud?", type="yes/no"),
    ...                                            Question(id="rain", ask="Rain?", type="yes/no")])
    >>> seen = pd.DataFrame({"cloud": ["yes", "yes", "no"] * 10, "rain": ["yes", "no", "no"] * 10})
    >>> Combinations(seen, sky, {("cloud",): 1.0, ("rain",): 0.5}).unseen({"cloud": "no", "rain": "yes"})
    ('cloud no with rain yes',)
    """

    def __init__(
        self,
        features: pd.DataFrame,
        questionnaire: Questionnaire,
        weights: Mapping[tuple[str, ...], float],
        *,
        top: int = TOP,
        expected: float = 3.0,
    ) -> None:
        self._parts = {name: _parts(questionnaire[name], features[name]) for name in map(str, features.columns)}
        places = {name: _places(parts, features[name]) for name, parts in self._parts.items()}
        alone = sorted((term for term in weights if len(term) == 1), key=lambda term: -weights[term])
        order = {name: place for place, name in enumerate(questionnaire.ids)}
        leading = sorted((term[0] for term in alone[:top] if weights[term] > 0), key=order.__getitem__)
        pairs = dict.fromkeys([term for term in weights if len(term) == 2] + list(combinations(leading, 2)))
        self._odd = {(one, two): _odd(places[one], places[two], expected) for one, two in pairs}

    def unseen(self, values: Mapping[str, Value | None]) -> tuple[str, ...]:
        """Say which pairs of a document's answers no training document had.

        Parameters
        ----------
        values : mapping of str to int, float, str or None
            By question, as the glass box got them.

        Returns
        -------
        tuple of str
        """
        places = {name: parts.place(values.get(name)) for name, parts in self._parts.items()}
        found = []
        for (one, two), odd in self._odd.items():
            here, there = places[one], places[two]
            if here is None or there is None or here >= odd.shape[0] or there >= odd.shape[1]:
                continue  # missing, or an option training never met, of which other warnings speak
            if odd[here, there]:
                found.append(f"{one} {self._parts[one].said(here)} with {two} {self._parts[two].said(there)}")
        return tuple(found)

    def warnings(self, values: Mapping[str, Value | None]) -> tuple[str, ...]:
        """Warn of pairs of answers that no training document had, at most three by name.

        Parameters
        ----------
        values : mapping of str to int, float, str or None

        Returns
        -------
        tuple of str
            One or none.
        """
        found = self.unseen(values)
        if not found:
            return ()
        more = f", and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        return (f"no training document had together: {'; '.join(found[:_MOST_NAMED])}{more}",)


def _parts(question: Question, column: "pd.Series[float]") -> _Parts:
    """Say how the answers to one question are told apart."""
    if question.type is not QuestionType.NUMBER or not column.notna().any():
        return _Parts(question, ())
    numbers = column.dropna().to_numpy(dtype=np.float64)
    cuts = np.unique(np.quantile(numbers, [1 / 3, 2 / 3], method="higher"))
    return _Parts(question, tuple(cuts[cuts > numbers.min()].tolist()))


def _places(parts: _Parts, column: "pd.Series[float]") -> NDArray[np.intp]:
    """Find the part of every training answer, -1 where it is missing."""
    found: Sequence[int | None] = [None if pd.isna(value) else parts.place(value) for value in column]
    return np.array([-1 if place is None else place for place in found], dtype=np.intp)


def _odd(one: NDArray[np.intp], two: NDArray[np.intp], expected: float) -> NDArray[np.bool_]:
    """Say which pairs of parts were never met although several would be expected."""
    stated = (one >= 0) & (two >= 0)
    one, two = one[stated], two[stated]
    if not len(one):
        return np.zeros((0, 0), dtype=bool)
    met = np.zeros((int(one.max()) + 1, int(two.max()) + 1))
    np.add.at(met, (one, two), 1)
    awaited = met.sum(axis=1, keepdims=True) * met.sum(axis=0, keepdims=True) / len(one)
    odd: NDArray[np.bool_] = (met == 0) & (awaited >= expected)
    return odd
