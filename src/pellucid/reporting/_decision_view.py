"""A decision laid out row by row: numbered questions, answers with their status, points in words."""

from dataclasses import dataclass

from pellucid.reporting._wording import (
    direction,
    label,
    number,
    odds,
    percent,
    points_text,
    question_label,
)
from pellucid.schema import DRAFT, Answer, Contribution, Decision, Questionnaire, Status

_REMARKS = {
    Status.NOT_STATED: "The document does not say.",
    Status.UNSUPPORTED: "Not found in the document.",
    Status.UNREADABLE: "The reply could not be read.",
}


@dataclass(frozen=True)
class AnswerRow:
    """One answer of a term.

    Attributes
    ----------
    number : int
        Number of its question in this decision.
    question : str
    name, ask : str
        Short name, and how it is asked (empty where unknown).
    status : str
    quote : str
        The words given as evidence; empty where there are none.
    remark : str
        What to know about the quote or the status; empty for a plain quote.
    located : bool
        Whether the quote stands in the document, so that there is a mark to go to.
    certainty : str
        The model's probability of the value in percent; empty where it gave none.
    home : bool
        Whether the mark in the document leads back to this row.
    """

    number: int
    question: str
    name: str
    ask: str
    status: str
    quote: str
    remark: str
    located: bool
    certainty: str
    home: bool


@dataclass(frozen=True)
class TermRow:
    """One term of a decision.

    Attributes
    ----------
    name : str
    said : str
        The answers in words.
    points : str
        Direction in words and signed points, such as ``"raises +0.52"``.
    kind : str
        ``"raises"``, ``"lowers"`` or ``"no effect"``.
    odds : str
        What that does to the odds.
    spread : str
        Spread of the points over the model's bags; empty without bags.
    whole : str
        The same in whole points of a risk score's card; empty for other models.
    answers : tuple of AnswerRow
    """

    name: str
    said: str
    points: str
    kind: str
    odds: str
    spread: str
    whole: str
    answers: tuple[AnswerRow, ...]


def term_rows(decision: Decision, questionnaire: Questionnaire | None = None) -> tuple[TermRow, ...]:
    """Lay out the terms of a decision, largest first.

    A question is numbered where it first appears in that order; a pair shows the
    numbers of its two questions.

    Parameters
    ----------
    decision : Decision
    questionnaire : Questionnaire or None, default=None
        For the wording of the questions.

    Returns
    -------
    tuple of TermRow
        One per contribution; none is left out.
    """
    numbers = question_numbers(decision)
    homes = home_terms(decision)
    asks = {} if questionnaire is None else {question.id: question.ask for question in questionnaire.questions}
    return tuple(
        TermRow(
            name=question_label(term.questions),
            said=term.said,
            points=points_text(term.points),
            kind=direction(term.points),
            odds=odds(term.points) if term.points else "odds unchanged",
            spread="" if term.spread is None else f"± {number(term.spread)}",
            whole=whole_words(term.whole_points),
            answers=tuple(
                _answer_row(one, numbers[one.question], asks.get(one.question, ""), homes[one.question] is term)
                for one in term.answers
            ),
        )
        for term in decision.ranked()
    )


def question_numbers(decision: Decision) -> dict[str, int]:
    """Give the questions of a decision numbers in the order of its ranked terms, from 1.

    Parameters
    ----------
    decision : Decision

    Returns
    -------
    dict of str to int
        Also holds questions that appear in an answer only.
    """
    numbers: dict[str, int] = {}
    for term in decision.ranked():
        for question in (*term.questions, *(answer.question for answer in term.answers)):
            numbers.setdefault(question, len(numbers) + 1)
    return numbers


def home_terms(decision: Decision) -> dict[str, Contribution]:
    """Find the term that stands for a question: its own, else the largest pair it is in.

    Parameters
    ----------
    decision : Decision

    Returns
    -------
    dict of str to Contribution
        By question; only terms that hold an answer to it.
    """
    homes: dict[str, Contribution] = {}
    for term in sorted(decision.ranked(), key=lambda term: len(term.questions)):
        for answer in term.answers:
            homes.setdefault(answer.question, term)
    return homes


def outcome_words(decision: Decision, outcomes: tuple[str, str] | None) -> tuple[str, str]:
    """Return outcome and decided class in words.

    Parameters
    ----------
    decision : Decision
    outcomes : tuple of two str or None
        Words for the first and the second class; None keeps the class names.

    Returns
    -------
    tuple of two str
        Wording of ``decision.outcome`` (the second of two classes) and of ``decision.predicted``.
    """
    if outcomes is None or decision.outcome in outcomes:
        return decision.outcome, decision.predicted
    return outcomes[1], outcomes[1] if decision.predicted == decision.outcome else outcomes[0]


def whole_words(points: int | None) -> str:
    """Write whole points of a card.

    Examples
    --------
    >>> whole_words(1), whole_words(4), whole_words(None)
    ('1 point', '4 points', '')
    """
    if points is None:
        return ""
    return f"{number(points, 0)} point{'' if abs(points) == 1 else 's'}"


def gap_words(probability: float, direct: float) -> str:
    """Say how far the language model's own probability is from the glass box's.

    Examples
    --------
    >>> gap_words(0.57, 0.93), gap_words(0.574, 0.57)
    ('36 percentage points higher', 'less than one percentage point apart')
    """
    gap = (direct - probability) * 100
    if abs(gap) < 1:
        return "less than one percentage point apart"
    points = "point" if f"{abs(gap):.0f}" == "1" else "points"
    return f"{abs(gap):.0f} percentage {points} {'higher' if gap > 0 else 'lower'}"


def _answer_row(answer: Answer, number_: int, ask: str, home: bool) -> AnswerRow:
    """Lay out one answer; what is odd about it is said."""
    return AnswerRow(
        number=number_,
        question=answer.question,
        name=label(answer.question),
        ask=ask,
        status=answer.status.value,
        quote=answer.quote,
        remark=_remark(answer),
        located=answer.is_evidence,
        certainty="" if answer.probability is None else percent(answer.probability),
        home=home,
    )


def _remark(answer: Answer) -> str:
    """Say what a reader should know about an answer's evidence."""
    parts = []
    if answer.status in _REMARKS:
        parts.append(_REMARKS[answer.status])
    elif not answer.quote and not answer.is_evidence:
        parts += ["No quote given."] if answer.status is not Status.CORRECTED else []
    elif not answer.is_evidence:
        parts.append("The quote was not found in the document.")
    if answer.cause:
        parts.append(f"Cause: {answer.cause}.".replace("..", "."))
    if answer.context and answer.context.cues:
        parts.append(f"Read its whole sentence: {', '.join(answer.context.cues)}.")
    if answer.source.corrected_by == DRAFT:
        parts.append("Tried out; nobody has signed it.")
    elif answer.source.corrected_by:
        parts.append(f"Changed by {answer.source.corrected_by}.")
    return " ".join(parts)
