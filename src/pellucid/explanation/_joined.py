"""Points joined to the answers they were made from, which makes a decision that can be checked."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pellucid.explanation._warnings import spread_warnings
from pellucid.schema import Answer, Contribution, Decision, Questionnaire, Reading, Status

Warn = Callable[[Mapping[str, Answer]], Sequence[str]]
"""Says what a person should look at in the answers."""


class Scored(NamedTuple):
    """What a glass box says of one document, before the evidence is joined to it.

    Attributes
    ----------
    model : str
        Class of the glass box.
    outcome, predicted : str
        In words: what the score speaks of, and what was decided for.
    probability : float
        Of `outcome`.
    probabilities : dict of str to float
    score, intercept : float
    worth : float or None
        Log-odds of a whole point, for a risk score.
    terms : sequence of tuple of str
    points : sequence of float
        One per term.
    spread : sequence of float or None
        One per term, where the model has bags.
    """

    model: str
    outcome: str
    predicted: str
    probability: float
    probabilities: dict[str, float]
    score: float
    intercept: float
    worth: float | None
    terms: Sequence[tuple[str, ...]]
    points: Sequence[float]
    spread: Sequence[float] | None


def join_evidence(reading: Reading, scored: Scored, questionnaire: Questionnaire, warn: Warn) -> Decision:
    """Join every term of one document with the answers it was made from.

    Parameters
    ----------
    reading : Reading
    scored : Scored
        What the glass box made of its answers.
    questionnaire : Questionnaire
    warn : callable
        Called with the answers by question; what it gives stands before the warnings of
        terms on which the model's bags disagree.

    Returns
    -------
    Decision

    Raises
    ------
    AdditivityError
        If points and intercept do not add up to the score within 1e-9.

    Examples
    --------
    >>> from pellucid.schema import Question
    >>> age = Questionnaire(name="demo", questions=[Question(id="age", ask="Age?", type="number", unit="years")])
    >>> said = Answer(question="age", value=70, status="answered", source={"model": "demo"})
    >>> scored = Scored("EBM", "ill", "ill", 0.75, {"well": 0.25, "ill": 0.75}, 1.1, 0.3, None, [("age",)], [0.8], None)
    >>> decision = join_evidence(Reading(document="a-1", answers=[said]), scored, age, lambda answers: ())
    >>> decision.contributions[0].said, decision.contributions[0].points
    ('70 years', 0.8)
    """
    questions = {question.id: question for question in questionnaire.questions}
    answers = dict(zip(questions, reading.answers, strict=True))
    words = {name: _said(answer, questions[name].describe(answer.value)) for name, answer in answers.items()}
    points_of = dict(zip(scored.terms, scored.points, strict=True))
    spread_of = {} if scored.spread is None else dict(zip(scored.terms, scored.spread, strict=True))
    # Every question is shown, also one that the glass box makes nothing of; pairs come last.
    shown = [(name,) for name in questions] + [term for term in scored.terms if len(term) > 1]
    contributions = tuple(
        Contribution(
            questions=term,
            said=" and ".join(words[name] for name in term),
            points=points_of.get(term, 0.0),
            spread=spread_of.get(term),
            whole_points=None if scored.worth is None else round(points_of.get(term, 0.0) / scored.worth),
            answers=tuple(answers[name] for name in term),
        )
        for term in shown
    )
    return Decision(
        document=reading.document,
        model=scored.model,
        contributions=contributions,
        warnings=(*warn(answers), *spread_warnings(contributions)),
        outcome=scored.outcome,
        predicted=scored.predicted,
        probability=scored.probability,
        probabilities=scored.probabilities,
        score=scored.score,
        intercept=scored.intercept,
    )


def _said(answer: Answer, value: str) -> str:
    """Write an answer for people; what the glass box did not get is named as such."""
    if answer.status is Status.UNREADABLE:
        return "unreadable"
    return f"{value} (unsupported)" if answer.status is Status.UNSUPPORTED else value
