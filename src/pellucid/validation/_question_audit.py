"""Everything that is known of each question: how it was answered, how reliably, how rightly, and what it weighs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pellucid.exceptions import InvalidInputError
from pellucid.measures import Floats, wilson
from pellucid.schema import (
    Answer,
    Finding,
    FindingKind,
    Measure,
    Question,
    QuestionAudit,
    Questionnaire,
    QuestionType,
    Reading,
)
from pellucid.validation._audit import audit_reading, is_silent, is_stated
from pellucid.validation._reliability import ALPHA, FLIPS, aligned, reliability

PAIR = " × "
"""Stands between the two questions in the name of a pair's term."""

MOST_FLIPS, LEAST_ALPHA, LEAST_RIGHT = 0.10, 0.667, 0.90
"""A question is named where it is surely flipping more, agreeing less, or right less often than this."""

_NOTHING = 1e-12
_OVER_FOLDS = "range over folds"


class QuestionFindings(NamedTuple):
    """Questions that cannot be relied on.

    Attributes
    ----------
    findings : tuple of Finding
    looked_for : str
        One sentence: what was tested, with which thresholds.
    """

    findings: tuple[Finding, ...]
    looked_for: str


def audit_questions(
    readings: Sequence[Reading],
    questionnaire: Questionnaire,
    *,
    facts: pd.DataFrame | None = None,
    repeats: Sequence[Sequence[Reading]] = (),
    checked: Sequence[Reading] = (),
    contributions: Sequence[pd.DataFrame] = (),
    alone: Mapping[str, Measure] | None = None,
    tokens: Mapping[str, float] | None = None,
) -> tuple[QuestionAudit, ...]:
    """Put together what is known of every question.

    Parameters
    ----------
    readings : sequence of Reading
        What the figures are of; every document once.
    questionnaire : Questionnaire
        That they were read through.
    facts : DataFrame, index: document id, columns: question ids, or None, default=None
        Known facts of every document; None in a cell where the document is silent.
    repeats : sequence of sequences of Reading, default=()
        Further readings of all or some of the documents, each of the same ones: again, or
        through paraphrased questions. They are held against `readings` and each other.
    checked : sequence of Reading, default=()
        Answers that a person gave or confirmed, for some of the documents and any of the
        questions.
    contributions : sequence of DataFrame, default=()
        Points by term, one table per fold, as a glass box's `contributions` gives them for
        the documents of the fold. The points of a pair are shared equally between its two
        questions; terms that are no question's count in the total only.
    alone : mapping of str to Measure, or None, default=None
        AUROC of each question's answer by itself, out of fold.
    tokens : mapping of str to float, or None, default=None
        Prompt tokens per document, by question.

    Returns
    -------
    tuple of QuestionAudit
        In the order of the questionnaire.

    Raises
    ------
    InvalidInputError
        If readings, repeats or checked answers are of other documents or questions.

    Examples
    --------
    >>> from pellucid.schema import Source
    >>> answer = Answer(question="age", value=41, status="answered", source=Source(model="m"))
    >>> asked = Questionnaire(name="demo", questions=[Question(id="age", ask="How old?", type="number")])
    >>> points = pd.DataFrame({"age": [0.4]})
    >>> audit = audit_questions([Reading(document="a", answers=(answer,))], asked, contributions=[points])[0]
    >>> audit.quartiles, audit.importance.value, audit.kept
    ((41.0, 41.0, 41.0), 1.0, 1.0)
    """
    answers = aligned([readings], questionnaire)[0]
    places = {reading.document: place for place, reading in enumerate(readings)}
    right = {} if facts is None else {row.question: row.accuracy for row in audit_reading(readings, facts)}
    again = _further(answers, places, repeats, questionnaire)
    by_person = _checked(checked, places, questionnaire)
    shares = [_shares(table, questionnaire.ids) for table in contributions]
    audits = []
    for place, question in enumerate(questionnaire.questions):
        given = [row[place] for row in answers]
        importance, kept = _weight(question.id, shares)
        audits.append(
            QuestionAudit(
                question=question.id,
                answered=wilson(sum(map(is_stated, given)), len(given)),
                values=_counts(question, given),
                quartiles=_quartiles(question, given),
                alone=(alone or {}).get(question.id, Measure(value=None)),
                importance=importance,
                kept=kept,
                reliability=reliability(question, [[row[place] for row in read] for read in again]) if again else {},
                accuracy=right.get(question.id, Measure(value=None)),
                checked=_agreement([(given[row], said) for row, said in by_person.get(question.id, ())]),
                prompt_tokens=(tokens or {}).get(question.id),
            )
        )
    return tuple(audits)


def question_findings(
    audits: Sequence[QuestionAudit],
    *,
    most_flips: float = MOST_FLIPS,
    least_alpha: float = LEAST_ALPHA,
    least_right: float = LEAST_RIGHT,
) -> QuestionFindings:
    """Name questions that cannot be relied on, where the whole interval says so.

    Parameters
    ----------
    audits : sequence of QuestionAudit
    most_flips : float, default=0.10
        Named where the lower limit of the flip rate lies above.
    least_alpha : float, default=0.667
        Named where the upper limit of Krippendorff's alpha lies below.
    least_right : float, default=0.90
        Named where the upper limit of agreement with known facts, or with answers a person
        checked, lies below.

    Returns
    -------
    QuestionFindings

    References
    ----------
    Krippendorff, K. (2004). Reliability in content analysis: some common misconceptions
    and recommendations. Human Communication Research 30, 411-433 (for 0.667).

    Examples
    --------
    >>> audit = QuestionAudit(question="age", answered=wilson(90, 100), accuracy=wilson(60, 100))
    >>> question_findings([audit]).findings[0].said
    'Answers to “age” agree with known facts in 0.600 [0.502, 0.691]; at least 0.9 is asked for.'
    """
    found = []
    for audit in audits:
        flips, alpha = (audit.reliability.get(name, Measure(value=None)) for name in (FLIPS, ALPHA))
        name = f"“{audit.question}”"
        if flips.low is not None and flips.low > most_flips:
            said = f"Answers to {name} changed between readings in {flips.text()} of documents; at most {most_flips:g}"
            found.append(_finding(audit, f"{said} is allowed.", flips))
        if alpha.high is not None and alpha.high < least_alpha:
            said = f"Readings of {name} agree beyond chance by alpha {alpha.text()}; at least {least_alpha:g}"
            found.append(_finding(audit, f"{said} is asked for.", alpha))
        for figure, with_what in ((audit.accuracy, "known facts"), (audit.checked, "answers a person checked")):
            if figure.high is not None and figure.high < least_right:
                said = f"Answers to {name} agree with {with_what} in {figure.text()}; at least {least_right:g}"
                found.append(_finding(audit, f"{said} is asked for.", figure))
    return QuestionFindings(
        tuple(found),
        f"Questions of which the 95% interval says that answers change between readings in more than {most_flips:.0%} "
        f"of documents ({sum(bool(one.reliability) for one in audits)} of {len(audits)} questions were read more than "
        f"once), that Krippendorff's alpha is below {least_alpha:g}, or that fewer than {least_right:.0%} agree with "
        f"known facts ({sum(one.accuracy.value is not None for one in audits)} questions) or with answers a person "
        f"checked ({sum(one.checked.value is not None for one in audits)} questions).",
    )


def _finding(audit: QuestionAudit, said: str, figure: Measure) -> Finding:
    return Finding(kind=FindingKind.UNRELIABLE, subject=audit.question, alarm=True, said=said, figure=figure)


def _further(
    answers: list[tuple[Answer, ...]],
    places: Mapping[str, int],
    repeats: Sequence[Sequence[Reading]],
    questionnaire: Questionnaire,
) -> list[list[tuple[Answer, ...]]]:
    """Return the first reading of the repeated documents, then the further ones; empty without repeats."""
    if not repeats:
        return []
    more = aligned(repeats, questionnaire)
    strange = [one.document for one in repeats[0] if one.document not in places]
    if strange:
        raise InvalidInputError(f"repeats: document {strange[0]!r} is not among the readings")
    return [[answers[places[one.document]] for one in repeats[0]], *more]


def _checked(
    checked: Sequence[Reading], places: Mapping[str, int], questionnaire: Questionnaire
) -> dict[str, list[tuple[int, Answer]]]:
    """Return what a person said, by question, each with the row of the document."""
    found: dict[str, list[tuple[int, Answer]]] = {}
    for reading in checked:
        if reading.document not in places:
            raise InvalidInputError(f"checked: document {reading.document!r} is not among the readings")
        for answer in reading.answers:
            if answer.question not in questionnaire.ids or not (is_stated(answer) or is_silent(answer)):
                raise InvalidInputError(
                    f"checked: the answer to {answer.question!r} of {reading.document!r} is "
                    f"{answer.status.value!r}, or no question of the questionnaire; a person's answer has a value "
                    "or is 'not stated'"
                )
            found.setdefault(answer.question, []).append((places[reading.document], answer))
    return found


def _agreement(pairs: Sequence[tuple[Answer, Answer]]) -> Measure:
    """Return the share of answers that are what a person said."""
    same = sum(
        (is_silent(one) and is_silent(two)) or (is_stated(one) and is_stated(two) and one.value == two.value)
        for one, two in pairs
    )
    return wilson(same, len(pairs))


def _counts(question: Question, answers: Sequence[Answer]) -> dict[str, int]:
    """Count every level, also those nobody gave; nothing for a number."""
    given = [answer.value for answer in answers if is_stated(answer)]
    return {level: given.count(level) for level in question.levels}


def _quartiles(question: Question, answers: Sequence[Answer]) -> tuple[float, ...]:
    if question.type is not QuestionType.NUMBER:
        return ()
    given = [float(answer.value) for answer in answers if is_stated(answer) and answer.value is not None]
    return tuple(np.quantile(given, [0.25, 0.5, 0.75]).tolist()) if given else ()


def _shares(table: pd.DataFrame, ids: Sequence[str]) -> dict[str, float] | None:
    """Return each question's share of all points of a fold; None where the model gave no points at all."""
    names = [str(name) for name in table.columns.get_level_values(-1)]
    points: Floats = np.abs(table.to_numpy(dtype=float))
    mean = points.mean(axis=0) if len(points) else np.zeros(len(names))
    mean = np.where(mean > _NOTHING, mean, 0.0)
    total = float(mean.sum())
    if not total:
        return None
    shares = dict.fromkeys(ids, 0.0)
    for name, size in zip(names, mean.tolist(), strict=True):
        parts = name.split(PAIR)
        for part in parts:
            if part in shares:
                shares[part] += size / len(parts) / total
    return shares


def _weight(question: str, shares: Sequence[dict[str, float] | None]) -> tuple[Measure, float | None]:
    """Return a question's mean share of the points with its range over folds, and in how many folds it has any."""
    if not shares:
        return Measure(value=None), None
    found = [share[question] for share in shares if share is not None]
    kept = sum(one > 0 for one in found) / len(shares)
    if not found:
        return Measure(value=None), kept
    return Measure(value=float(np.mean(found)), low=min(found), high=max(found), method=_OVER_FOLDS), kept
