"""What changes when documents are read again: answers, the final probability, and the decision."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError
from pellucid.measures import Floats, cohen_kappa, icc, krippendorff_alpha, percentile_limits, wilson
from pellucid.schema import NOT_STATED, Answer, Measure, Question, Questionnaire, QuestionType, Reading, Record, Value
from pellucid.validation._audit import is_silent, is_stated

FLIPS, KAPPA, ALPHA, ICC = "flip rate", "kappa", "alpha", "icc"
"""Keys of a question's reliability."""

_DRAWS = 1000
_BY_DOCUMENT = "percentile bootstrap of documents"


class Repeatability(Record):
    """What came out differently when the same documents were read several times.

    Attributes
    ----------
    documents, readings : int
    changed : Measure
        Share of documents with at least one answer that was not the same in all readings.
    answers_changed : Measure
        Share of all answers that were not the same in all readings.
    questions : dict of str to dict of str to Measure
        By question: ``"flip rate"``, ``"kappa"``, ``"alpha"``, ``"icc"``, as far as they apply.
    probability_sd : Measure
        Standard deviation of the final probability between readings of one document, pooled
        over documents; undefined where no probabilities were given.
    decisions_changed : Measure
        Share of documents decided one way in one reading and the other way in another.
    said : str
        All of it in a sentence or two.
    """

    documents: int
    readings: int
    changed: Measure
    answers_changed: Measure
    questions: dict[str, dict[str, Measure]] = Field(default_factory=dict)
    probability_sd: Measure = Measure(value=None)
    decisions_changed: Measure = Measure(value=None)
    said: str


def repeatability(
    repeats: Sequence[Sequence[Reading]],
    questionnaire: Questionnaire,
    *,
    probabilities: ArrayLike | None = None,
    threshold: float = 0.5,
    seed: int = 0,
) -> Repeatability:
    """Hold several readings of the same documents against each other.

    Parameters
    ----------
    repeats : sequence of sequences of Reading
        At least two readings of the same documents, in any order: again, or through
        paraphrased questions of the same ids. Five of a hundred documents serve well.
    questionnaire : Questionnaire
    probabilities : array-like of shape (readings, documents), or None, default=None
        The final probability after each reading, by one and the same model, in the order of
        the first reading.
    threshold : float, default=0.5
        Probability from which a document is decided for.
    seed : int, default=0
        Of the bootstrap.

    Returns
    -------
    Repeatability

    Raises
    ------
    InvalidInputError
        If there are fewer than two readings, they are of different documents or
        questions, or probabilities do not fit them.

    Examples
    --------
    >>> from pellucid.schema import Source
    >>> def read(name, value):
    ...     answer = Answer(question="pain", value=value, status="answered", source=Source(model="m"))
    ...     return Reading(document=name, answers=(answer,))
    >>> once = [read("a", "yes"), read("b", "no"), read("c", "no")]
    >>> again = [read("a", "yes"), read("b", "yes"), read("c", "no")]
    >>> asked = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
    >>> repeatability([once, again], asked, probabilities=[[0.9, 0.2, 0.1], [0.9, 0.7, 0.1]]).said
    'In 1 of 3 documents, read 2 times, an answer changed; 1 decisions changed; the probability has a \
standard deviation of 0.204.'
    """
    check_number("threshold", threshold, low=0, high=1)
    answers = aligned(repeats, questionnaire)
    if len(answers) < 2:
        raise InvalidInputError(f"repeats: got {len(answers)} readings; at least two of the same documents are needed")
    documents = len(answers[0])
    places = range(len(questionnaire.ids))
    flips = np.array(
        [[_differs([one[place] for one in row]) for place in places] for row in zip(*answers, strict=True)]
    )
    changed = int(flips.any(axis=1).sum())
    spread, decided = _final(probabilities, threshold, len(answers), documents, seed)
    return Repeatability(
        documents=documents,
        readings=len(answers),
        changed=wilson(changed, documents),
        answers_changed=_drawn(flips.mean(axis=1), seed),
        questions={
            question.id: reliability(question, [[row[place] for row in read] for read in answers], seed=seed)
            for place, question in enumerate(questionnaire.questions)
        },
        probability_sd=spread,
        decisions_changed=decided,
        said=_said(changed, documents, len(answers), spread, decided),
    )


def reliability(question: Question, answers: Sequence[Sequence[Answer]], *, seed: int = 0) -> dict[str, Measure]:
    """Say how far several readings agree on one question.

    The flip rate counts documents in which not all readings came to the same: the same
    value, or the same status where there is none. Kappa and alpha take ``"not stated"`` for
    one more level of yes/no and choice, and leave out replies that were lost (unsupported
    or unreadable); for ordinal questions and numbers alpha, and the intraclass correlation
    ICC(2,1), take stated values only. Kappa of more than two readings is the mean over pairs.

    Parameters
    ----------
    question : Question
    answers : sequence (readings) of sequences (documents) of Answer
        At least two readings of the same documents, in the same order.
    seed : int, default=0
        Of the bootstrap behind alpha's interval.

    Returns
    -------
    dict of str to Measure
        ``"flip rate"`` and ``"alpha"``; ``"icc"`` for a number, else ``"kappa"``.

    References
    ----------
    Light, R. J. (1971). Measures of response agreement for qualitative data: some
    generalizations and alternatives. Psychological Bulletin 76, 365-377.

    Examples
    --------
    >>> from pellucid.schema import Source
    >>> said = [[Answer(question="age", value=value, status="answered", source=Source(model="m")) for value in read]
    ...         for read in ((30, 41, 52), (30, 41, 53))]
    >>> found = reliability(Question(id="age", ask="How old?", type="number"), said)
    >>> {name: round(one.value, 4) for name, one in found.items()}
    {'flip rate': 0.3333, 'alpha': 0.9984, 'icc': 0.9987}
    """
    documents = len(answers[0])
    flipped = sum(_differs([read[row] for read in answers]) for row in range(documents))
    found = {FLIPS: wilson(flipped, documents)}
    if question.type is QuestionType.NUMBER:
        numbers = np.array([[float(one.value) if is_stated(one) else np.nan for one in read] for read in answers])  # type: ignore[arg-type]
        complete = numbers[:, ~np.isnan(numbers).any(axis=0)]
        found[ALPHA] = krippendorff_alpha(numbers, "interval", draws=_DRAWS, seed=seed)
        found[ICC] = icc(complete) if complete.shape[1] >= 2 else Measure(value=None)
        return found
    levels = [*question.levels, NOT_STATED]
    codes = np.array([[_code(one, levels) for one in read] for read in answers])
    found[KAPPA] = _kappa(codes)
    if question.type is QuestionType.ORDINAL:
        codes = np.where(codes == len(levels) - 1, np.nan, codes)
        found[ALPHA] = krippendorff_alpha(codes, "ordinal", draws=_DRAWS, seed=seed)
    else:
        found[ALPHA] = krippendorff_alpha(codes, draws=_DRAWS, seed=seed)
    return found


def aligned(repeats: Sequence[Sequence[Reading]], questionnaire: Questionnaire) -> list[list[tuple[Answer, ...]]]:
    """Return the answers of every reading, documents in the order of the first.

    Parameters
    ----------
    repeats : sequence of sequences of Reading
    questionnaire : Questionnaire

    Returns
    -------
    list of list of tuple of Answer

    Raises
    ------
    InvalidInputError
        If a reading lacks a document of another or has one twice, or answers other questions.
    """
    found = []
    for number, read in enumerate(repeats):
        answers = {reading.document: reading.answers for reading in read}
        wrong = [one.document for one in read if tuple(a.question for a in one.answers) != questionnaire.ids]
        if wrong:
            raise InvalidInputError(
                f"readings: {wrong[0]!r} does not answer the questions of questionnaire {questionnaire.name!r}, in "
                "order; hand in the questionnaire it was read through"
            )
        if not read or len(answers) != len(read) or answers.keys() != {one.document for one in repeats[0]}:
            raise InvalidInputError(
                f"repeats: reading {number + 1} has {len(answers)} different documents among {len(read)}, the first "
                f"has {len(repeats[0])}; all must be of the same documents, each once, at least one"
            )
        found.append([answers[one.document] for one in repeats[0]])
    return found


def _outcome(answer: Answer) -> Value:
    """Return what an answer comes to: its value, or its status where it has no usable one."""
    if is_stated(answer) and answer.value is not None:
        return answer.value
    return NOT_STATED if is_silent(answer) else answer.status.value


def _differs(answers: Sequence[Answer]) -> bool:
    return len({_outcome(answer) for answer in answers}) > 1


def _code(answer: Answer, levels: Sequence[str]) -> float:
    """Return the place of an answer among the levels; NaN for a reply that was lost."""
    outcome = _outcome(answer)
    return float(levels.index(outcome)) if isinstance(outcome, str) and outcome in levels else np.nan


def _kappa(codes: Floats) -> Measure:
    """Return Cohen's kappa of two readings, or the mean over pairs of more, which has no interval here."""
    pairs = []
    for one, two in combinations(codes, 2):
        both = ~np.isnan(one) & ~np.isnan(two)
        pairs.append(cohen_kappa(one[both].tolist(), two[both].tolist()) if both.any() else Measure(value=None))
    values = [pair.value for pair in pairs if pair.value is not None]
    if len(pairs) == 1:
        return pairs[0]
    if len(values) < len(pairs):
        return Measure(value=None)
    return Measure(value=float(np.mean(values)), method="mean over pairs of readings")


def _final(
    probabilities: ArrayLike | None, threshold: float, readings: int, documents: int, seed: int
) -> tuple[Measure, Measure]:
    """Return the pooled standard deviation of the probability and the share of decisions that change."""
    if probabilities is None:
        return Measure(value=None), Measure(value=None)
    chances = np.asarray(probabilities, dtype=float)
    if chances.shape != (readings, documents) or not ((chances >= 0) & (chances <= 1)).all():
        raise InvalidInputError(
            f"probabilities: got shape {chances.shape}; probabilities of shape {(readings, documents)} are expected"
        )
    decided = (chances >= threshold).sum(axis=0)
    changed = int(((decided > 0) & (decided < readings)).sum())
    variance = _drawn(chances.var(axis=0, ddof=1), seed)
    roots = [None if one is None else float(np.sqrt(one)) for one in (variance.value, variance.low, variance.high)]
    spread = Measure(value=roots[0], low=roots[1], high=roots[2], method=variance.method)
    return spread, wilson(changed, documents)


def _drawn(figures: Floats, seed: int) -> Measure:
    """Return the mean of one figure per document, with an interval by drawing documents."""
    n = len(figures)
    value = float(figures.mean())
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=_DRAWS)
    low, high = percentile_limits(drawn @ figures / n)
    if low == high:  # no draw differs: that is no certainty
        return Measure(value=value)
    return Measure(value=value, low=low, high=high, method=_BY_DOCUMENT)


def _said(changed: int, documents: int, readings: int, spread: Measure, decided: Measure) -> str:
    said = f"In {changed} of {documents} documents, read {readings} times, an answer changed"
    if spread.value is None or decided.value is None:
        return f"{said}."
    return (
        f"{said}; {round(decided.value * documents)} decisions changed; the probability has a standard deviation of "
        f"{spread.value:.3f}."
    )
