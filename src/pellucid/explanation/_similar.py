"""Similar cases: documents whose terms carry nearly the same points, which is what the model means by alike."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid.exceptions import InvalidInputError
from pellucid.explanation._reasons import quote_of, term_questions
from pellucid.schema import Contribution, Decision, SharedTerm, SimilarCase

_MOST_TERMS = 3


class SimilarCases:
    """Finds the documents that a model treats most alike, term by term.

    Parameters
    ----------
    terms : DataFrame of shape (n_documents, n_terms), index: document id
        Points of known documents by the model whose decisions are asked about, as from
        its `contributions`.
    decisions : sequence of Decision
        What is shown of the known documents, as held out from training.
    observed : mapping of str to str
        What really happened, by document, in words.

    Raises
    ------
    InvalidInputError
        If a document has no decision or nothing is known of what happened.

    Examples
    --------
    >>> def decided(name, points):
    ...     return Decision(document=name, model="EBMClassifier", outcome="rain", predicted="rain", probability=0.6,
    ...                     probabilities={"rain": 0.6}, score=points, intercept=0.0,
    ...                     contributions=[Contribution(questions=("cloud",), said="many", points=points)])
    >>> known = SimilarCases(pd.DataFrame({"cloud": [0.5, 2.0]}, index=["mon", "tue"]),
    ...                      [decided("mon", 0.5), decided("tue", 2.0)], {"mon": "rain", "tue": "sun"})
    >>> [(one.document, one.distance, one.observed) for one in known.of(decided("wed", 0.75), count=1)]
    [('mon', 0.25, 'rain')]
    """

    def __init__(self, terms: pd.DataFrame, decisions: Sequence[Decision], observed: Mapping[str, str]) -> None:
        self._questions = term_questions(terms)
        self._documents = [str(name) for name in terms.index]
        self._points = terms.to_numpy(dtype=np.float64)
        self._decisions = {decision.document: decision for decision in decisions}
        self._observed = {str(name): str(said) for name, said in observed.items()}
        for name in self._documents:
            if name not in self._decisions or name not in self._observed:
                what = "decision" if name not in self._decisions else "outcome"
                raise InvalidInputError(f"terms: document {name!r} has no {what}; leave it out, or give one")

    def of(self, decision: Decision, *, count: int = 5, without: Collection[str] = ()) -> tuple[SimilarCase, ...]:
        """Find the nearest documents.

        Parameters
        ----------
        decision : Decision
            By the same model. The document itself is left out.
        count : int, default=5
        without : collection of str, default=()
            Documents that are left out, too.

        Returns
        -------
        tuple of SimilarCase
            Nearest first; documents equally near keep their order.
        """
        own = {term.questions: term for term in decision.contributions}
        here = np.array([own[term].points if term in own else 0.0 for term in self._questions])
        distances = np.abs(self._points - here).sum(axis=1)
        left_out = {decision.document, *without}
        order = [at for at in np.argsort(distances, kind="stable").tolist() if self._documents[at] not in left_out]
        return tuple(self._told(at, float(distances[at]), here, own) for at in order[:count])

    def _told(
        self, at: int, distance: float, here: NDArray[np.float64], own: Mapping[tuple[str, ...], Contribution]
    ) -> SimilarCase:
        """Say what one document shares with the one at hand."""
        name = self._documents[at]
        decision = self._decisions[name]
        theirs = {term.questions: term for term in decision.contributions}
        points = self._points[at]
        shared = np.where(points * here > 0, np.minimum(np.abs(points), np.abs(here)), 0.0)
        best = [place for place in np.argsort(-shared, kind="stable").tolist()[:_MOST_TERMS] if shared[place] > 0]
        terms = []
        for place in best:
            questions = self._questions[place]
            if questions in theirs and questions in own:
                terms.append(
                    SharedTerm(
                        questions=questions,
                        said=theirs[questions].said,
                        said_here=own[questions].said,
                        points=float(points[place]),
                        points_here=float(here[place]),
                        quote=quote_of(theirs[questions]),
                    )
                )
        return SimilarCase(
            document=name,
            distance=distance,
            probability=decision.probability,
            predicted=decision.predicted,
            observed=self._observed[name],
            terms=tuple(terms),
        )
