"""What a person should look at before relying on a decision, in words."""

from collections.abc import Collection, Mapping, Sequence

from pellucid.explanation._combinations import Combinations
from pellucid.explanation._sway import Sway
from pellucid.schema import Answer, Contribution, Decision, Questionnaire, Status

_MUCH_SPREAD = 0.7
"""Log-odds, about a doubling of the odds; bags that differ by less are not worth a warning."""

_ROUNDING = 1e-9

_UNUSABLE = (
    (Status.UNSUPPORTED, "quote not found in the document"),
    (Status.UNREADABLE, "reply could not be read"),
)


def answer_warnings(
    answers: Mapping[str, Answer],
    questionnaire: Questionnaire,
    *,
    left_open: Collection[str] = (),
    ranges: Mapping[str, tuple[float, float]],
    combinations: Combinations | None = None,
) -> tuple[str, ...]:
    """Warn of answers that a glass box got no value of, or none like it in training.

    Parameters
    ----------
    answers : mapping of str to Answer
        By question.
    questionnaire : Questionnaire
    left_open : collection of str, default=()
        Questions without a value that every training document answered.
    ranges : mapping of str to (float, float)
        Lowest and highest training value of every number.
    combinations : Combinations or None, default=None
        Knows which answers training documents had together.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> from pellucid.schema import Question
    >>> age = Questionnaire(name="demo", questions=[Question(id="age", ask="Age?", type="number", unit="years")])
    >>> said = Answer(question="age", value=90, status="answered", source={"model": "demo", "prompt": "answers/1"},
    ...               quote="aged 90", start=0, end=7)
    >>> answer_warnings({"age": said}, age, ranges={"age": (30, 70)})
    ('age: 90 years lies outside the training range 30 to 70',)
    """
    warnings = []
    for status, words in _UNUSABLE:
        found = [name for name, answer in answers.items() if answer.status is status]
        if found:
            warnings.append(f"{words}: {', '.join(found)}")
    if left_open:
        warnings.append(f"every training document answered what this one leaves open: {', '.join(left_open)}")
    silent = sum(answer.value is None for answer in answers.values())
    if 2 * silent > len(answers):
        warnings.append(f"{silent} of {len(answers)} questions have no answer")
    for name, (low, high) in ranges.items():
        value = answers[name].value
        if isinstance(value, int | float) and not low <= value <= high:
            told = questionnaire[name].describe(value)
            warnings.append(f"{name}: {told} lies outside the training range {low:g} to {high:g}")
    if combinations is not None:
        got = {name: None if answer.status is Status.UNSUPPORTED else answer.value for name, answer in answers.items()}
        warnings.extend(combinations.warnings(got))
    return tuple(warnings)


def order_warnings(sway: Sway | None) -> tuple[str, ...]:
    """Warn of a document that talks to its reader, and say how much harm one wrong answer could do.

    Parameters
    ----------
    sway : Sway or None
        None: it does not.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> order_warnings(None)
    ()
    """
    if sway is None:
        return ()
    return (
        "words in the document read like an order to whoever reads it: check every quote; one answer alone "
        f"moves this score by at most {sway.change:.2f} ({sway.question})",
    )


def spread_warnings(contributions: Sequence[Contribution]) -> tuple[str, ...]:
    """Name the terms on which the model's bags disagree by more than the points themselves, and by much.

    Parameters
    ----------
    contributions : sequence of Contribution

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> spread_warnings([Contribution(questions=["age"], said="90", points=0.2, spread=0.9)])
    ('the model is unsure of these points: age (+0.2 ± 0.9)',)
    """
    told = [
        f"{' × '.join(term.questions)} ({term.points:+.1f} ± {term.spread:.1f})"
        for term in contributions
        if term.spread is not None and term.spread >= max(abs(term.points), _MUCH_SPREAD)
    ]
    return (f"the model is unsure of these points: {', '.join(told)}",) if told else ()


def disagreement_warnings(decision: Decision, direct: float | None, *, gap: float = 0.25) -> tuple[str, ...]:
    """Warn where the language model, asked directly, says something else than the glass box.

    Parameters
    ----------
    decision : Decision
    direct : float or None
        The language model's own probability of the decision's outcome; None where there is none.
    gap : float, default=0.25
        From how far apart on.

    Returns
    -------
    tuple of str
        One or none.

    Examples
    --------
    >>> decision = Decision(document="a", model="EBMClassifier", outcome="rain", predicted="rain", probability=0.6,
    ...                     probabilities={"rain": 0.6}, score=0.4, intercept=0.4, contributions=())
    >>> disagreement_warnings(decision, 0.25)  # doctest: +ELLIPSIS
    ('the language model, asked directly, gives 25% where the glass box gives 60%: 35 points apart, ...of 50%',)
    >>> disagreement_warnings(decision, 0.7)
    ()
    """
    if direct is None:
        return ()
    apart = abs(direct - decision.probability)
    crossed = (direct >= 0.5) != (decision.probability >= 0.5)  # 50% itself is on the upper side, as in a case
    if not crossed and apart < gap - _ROUNDING:
        return ()
    side = ", on the other side of 50%" if crossed else ""
    return (
        f"the language model, asked directly, gives {direct:.0%} where the glass box gives "
        f"{decision.probability:.0%}: {100 * apart:.0f} points apart{side}",
    )
