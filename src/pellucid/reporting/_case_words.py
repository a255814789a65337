"""What a case's panels and letters say in the same words: shares of a hundred, moments, plurals, changed answers."""

import re
from dataclasses import dataclass

from pellucid.reporting._wording import label, percent
from pellucid.schema import PERSON, Answer, BagSpread, CaseFile, Correction, Questionnaire, Status

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)")
_MOST_DECIMALS = 17
_IRREGULAR = {"person": "people", "child": "children"}


@dataclass(frozen=True)
class ChangedAnswer:
    """One answer that a person changed, in words.

    Attributes
    ----------
    question, name : str
    before, before_status, after : str
    who, when, why, note : str
        Empty where nobody has signed it.
    entry : str
        Number of its entry in the decision log; empty where it stands in none.
    number : int or None
        The same as a number.
    draft : bool
        Whether it is only tried out, and signed by nobody.
    stands : bool
        Whether it is what the question's answer now is; a later one replaces an earlier.
    """

    question: str
    name: str
    before: str
    before_status: str
    after: str
    who: str
    when: str
    why: str
    note: str
    entry: str
    number: int | None
    draft: bool
    stands: bool


def hundred_words(probability: float) -> str:
    """Say how many of a hundred a probability is.

    Examples
    --------
    >>> hundred_words(0.574), hundred_words(0.004), hundred_words(0.999)
    ('about 57', 'fewer than 1', 'more than 99')
    """
    if 0 < probability < 0.01:
        return "fewer than 1"
    return "more than 99" if 0.99 < probability < 1 else f"about {probability * 100:.0f}"


def range_words(bags: BagSpread) -> str:
    """Write the range over a model's bags.

    Examples
    --------
    >>> range_words(BagSpread(low=0.512, high=0.63, bags=14)), range_words(BagSpread(low=0.5, high=0.5, bags=2))
    ('51% to 63%', '50%')
    """
    low, high = percent(bags.low), percent(bags.high)
    return low if low == high else f"{low} to {high}"


def plural(unit: str) -> str:
    """Write a noun in the plural.

    Examples
    --------
    >>> plural("case"), plural("story"), plural("person"), plural("box")
    ('cases', 'stories', 'people', 'boxes')
    """
    *before, last = unit.split(" ")
    if last in _IRREGULAR:
        last = _IRREGULAR[last]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = f"{last[:-1]}ies"
    else:
        last = f"{last}{'es' if last.endswith(('s', 'x', 'ch', 'sh')) else 's'}"
    return " ".join((*before, last))


def counted(number: int, noun: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> counted(1, "answer"), counted(1200, "answer")
    ('1 answer', '1,200 answers')
    """
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def moment(at: str) -> str:
    """Write a moment for people, to the minute; what is no moment stays as it is.

    Examples
    --------
    >>> moment("2026-01-31T09:30:00.000000Z"), moment("yesterday")
    ('2026-01-31 09:30 UTC', 'yesterday')
    """
    found = _MOMENT.fullmatch(at)
    return f"{found[1]} {found[2]} UTC" if found else at


def said(questionnaire: Questionnaire, answer: Answer) -> str:
    """Write an answer's value for people.

    Parameters
    ----------
    questionnaire : Questionnaire
    answer : Answer

    Returns
    -------
    str
        With its unit; ``"not stated"`` or ``"unreadable"`` where there is none.
    """
    if answer.status is Status.UNREADABLE:
        return "unreadable"
    if answer.question in questionnaire.ids:
        return questionnaire[answer.question].describe(answer.value)
    return "not stated" if answer.value is None else str(answer.value)


def worded(text: str, questionnaire: Questionnaire) -> str:
    """Write the ids of questions in a sentence as words.

    Parameters
    ----------
    text : str
    questionnaire : Questionnaire

    Returns
    -------
    str
        Only ids with an underscore are changed; others are words already.

    Examples
    --------
    >>> asked = {"name": "d", "questions": [{"id": "rain_gauge", "ask": "How much?", "type": "number"}]}
    >>> worded("Fixed: rain_gauge.", Questionnaire.model_validate(asked))
    'Fixed: rain gauge.'
    """
    ids = sorted((name for name in questionnaire.ids if "_" in name), key=len, reverse=True)
    if not ids:
        return text
    return re.sub(rf"\b({'|'.join(ids)})\b", lambda found: label(found[0]).lower(), text)


def risk_words(probability: float, threshold: float) -> tuple[str, str]:
    """Write a probability and the threshold so that they differ where they do.

    Parameters
    ----------
    probability, threshold : float

    Returns
    -------
    tuple of (str, str)
        In whole percent; with decimals where that would make two different ones equal.

    Examples
    --------
    >>> risk_words(0.574, 0.5), risk_words(0.4983, 0.5), risk_words(0.5, 0.5)
    (('57%', '50%'), ('49.8%', '50%'), ('50%', '50%'))
    """
    whole = percent(probability), percent(threshold)
    if probability == threshold or whole[0] != whole[1]:
        return whole
    for digits in range(1, _MOST_DECIMALS):
        risk, other = (f"{value * 100:.{digits}f}" for value in (probability, threshold))
        if risk != other:
            return f"{risk}%", f"{other.rstrip('0').rstrip('.')}%"
    return whole


def by_person(answer: Answer) -> bool:
    """Whether a person gave an answer, rather than a language model that read the document."""
    return answer.status is Status.CORRECTED or answer.source.model == PERSON


def read_by_person(case: CaseFile) -> bool:
    """Whether a person, and no language model, read a case's document; corrections do not count."""
    return all(answer.source.model == PERSON for answer in case.answers())


def case_warnings(case: CaseFile) -> tuple[str, ...]:
    """List what a person should look at, the decision's own warnings among it, each once and in words.

    Parameters
    ----------
    case : CaseFile

    Returns
    -------
    tuple of str
    """
    found = dict.fromkeys((*case.warnings, *case.decision.warnings))
    return tuple(worded(one, case.questionnaire) for one in found)


def changed_answers(case: CaseFile) -> tuple[ChangedAnswer, ...]:
    """List what people changed in a case: what was signed, in order, then what is only tried out.

    Parameters
    ----------
    case : CaseFile

    Returns
    -------
    tuple of ChangedAnswer
    """
    now = {answer.question: answer for answer in case.answers()}
    last = {one.question: place for place, one in enumerate(case.corrections)}
    signed = [
        _signed(case, one, stands=last[one.question] == place and _same(now.get(one.question), one.after))
        for place, one in enumerate(case.corrections)
    ]
    first = {answer.question: answer for term in case.original.contributions for answer in term.answers}
    after = {one.question: one.after for one in case.corrections}
    tried = [
        _tried(case, after.get(question, first.get(question, answer)), answer)
        for question, answer in now.items()
        if answer.status is Status.CORRECTED and not _same(answer, after.get(question, first.get(question)))
    ]
    return (*signed, *tried)


def _same(one: Answer | None, other: Answer | None) -> bool:
    """Whether two answers say the same; who says it does not matter."""
    return one is not None and other is not None and (one.value, one.status) == (other.value, other.status)


def _signed(case: CaseFile, one: Correction, *, stands: bool) -> ChangedAnswer:
    """Write a correction."""
    return ChangedAnswer(
        question=one.question,
        name=label(one.question),
        before=said(case.questionnaire, one.before),
        before_status=one.before.status.value,
        after=said(case.questionnaire, one.after),
        who=one.person,
        when=moment(one.at),
        why=one.why,
        note=one.note,
        entry="" if one.number is None else f"{one.number:,}",
        number=one.number,
        draft=False,
        stands=stands,
    )


def _tried(case: CaseFile, before: Answer, after: Answer) -> ChangedAnswer:
    """Write a change that nobody has signed."""
    return ChangedAnswer(
        question=after.question,
        name=label(after.question),
        before=said(case.questionnaire, before),
        before_status=before.status.value,
        after=said(case.questionnaire, after),
        who="",
        when="",
        why="",
        note="",
        entry="",
        number=None,
        draft=True,
        stands=True,
    )
