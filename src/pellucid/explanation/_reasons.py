"""Principal reasons: the terms that cost most against a stated reference, out of those that were scored."""

from collections.abc import Callable, Mapping

import pandas as pd

from pellucid._checks import check_number
from pellucid.schema import Contribution, Decision, PrincipalReason, ReasonMethod

Wording = Mapping[tuple[str, ...], str] | Callable[[Contribution], str]
"""Words of a reason, by the term's questions, or made from the term."""

_PAIR = " × "
_LEAST = 1e-9
_MOST_REASONS = 5


def term_questions(terms: pd.DataFrame) -> list[tuple[str, ...]]:
    """Read the questions of each term off the columns of a table of points.

    Parameters
    ----------
    terms : DataFrame
        As from a glass box's `contributions`.

    Returns
    -------
    list of tuple of str

    Examples
    --------
    >>> term_questions(pd.DataFrame(columns=["age", "age × pain"]))
    [('age',), ('age', 'pain')]
    """
    return [tuple(str(name).split(_PAIR)) for name in terms.columns]


def reference_points(
    terms: pd.DataFrame, method: ReasonMethod, adverse_high: bool = True
) -> dict[tuple[str, ...], float]:
    """Say against which points of each term a document's are held.

    Parameters
    ----------
    terms : DataFrame of shape (n_documents, n_terms)
        Points of the training documents in log-odds, as from a glass box's `contributions`.
    method : ReasonMethod
        ``"against average"``: the mean of the training documents. ``"against best"``: the
        most favourable points that any of them reached.
    adverse_high : bool, default=True
        Whether a high score is the unfavourable one.

    Returns
    -------
    dict of tuple of str to float
        By the term's questions.

    Examples
    --------
    >>> terms = pd.DataFrame({"age": [-1.0, 0.0, 4.0]})
    >>> reference_points(terms, ReasonMethod.AVERAGE), reference_points(terms, ReasonMethod.BEST)
    ({('age',): 1.0}, {('age',): -1.0})
    """
    if ReasonMethod(method) is ReasonMethod.AVERAGE:
        found = terms.mean()
    else:
        found = terms.min() if adverse_high else terms.max()
    return dict(zip(term_questions(terms), map(float, found.to_numpy()), strict=True))


def principal_reasons(
    decision: Decision,
    references: Mapping[tuple[str, ...], float],
    *,
    count: int = 4,
    wording: Wording | None = None,
    adverse_high: bool = True,
) -> tuple[PrincipalReason, ...]:
    """Name the terms that cost most against their references.

    Only terms that entered the score are looked at, and none that costs nothing. Terms
    that cost the same keep the questionnaire's order, so the same document always gets
    the same reasons. More than four reasons help nobody; a fifth is given where asked
    for, as where a rule wants one key factor named beside the four.

    Parameters
    ----------
    decision : Decision
    references : mapping of tuple of str to float
        As from `reference_points`, of the model that decided; a term without one is held
        against 0.
    count : int, default=4
        Most reasons, 1 to 5.
    wording : mapping or callable, optional
        Words of each reason; where there are none, the question's id and the answer.
    adverse_high : bool, default=True
        Whether a high score is the unfavourable one.

    Returns
    -------
    tuple of PrincipalReason
        Weightiest first; empty where nothing speaks against the document.

    Raises
    ------
    InvalidInputError
        If `count` is not 1 to 5.

    Examples
    --------
    >>> terms = [Contribution(questions=("age",), said="24 years", points=0.7),
    ...          Contribution(questions=("savings",), said="none", points=0.4)]
    >>> decision = Decision(document="a", model="EBMClassifier", outcome="bad", predicted="bad", probability=0.75,
    ...                     probabilities={"bad": 0.75}, score=1.1, intercept=0.0, contributions=terms)
    >>> [(one.rank, one.wording, one.lost) for one in principal_reasons(decision, {("age",): 0.5, ("savings",): -0.1})]
    [(1, 'savings: none', 0.5), (2, 'age: 24 years', 0.2)]
    """
    check_number("count", count, low=1, high=_MOST_REASONS, whole=True)
    sign = 1.0 if adverse_high else -1.0
    lost = [
        (round(sign * (term.points - references.get(term.questions, 0.0)), 12), term) for term in decision.contributions
    ]
    worst = sorted((pair for pair in lost if pair[0] > _LEAST), key=lambda pair: -round(pair[0], 9))
    return tuple(
        PrincipalReason(
            rank=rank,
            questions=term.questions,
            said=term.said,
            points=term.points,
            lost=costs,
            wording=_words(term, wording),
            quote=quote_of(term),
        )
        for rank, (costs, term) in enumerate(worst[:count], start=1)
    )


def quote_of(term: Contribution) -> str:
    """Give the document's words behind a term; those of a pair with an ellipsis between.

    Parameters
    ----------
    term : Contribution

    Returns
    -------
    str
        Empty where no quote was found in the document.
    """
    return " … ".join(answer.quote for answer in term.answers if answer.is_evidence)


def _words(term: Contribution, wording: Wording | None) -> str:
    """Write one reason."""
    found = wording(term) if callable(wording) else (wording or {}).get(term.questions, "")
    return found or f"{' and '.join(term.questions)}: {term.said}"
