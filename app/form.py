"""The questionnaire as a form: what each control offers, shows and gives back."""

from collections.abc import Mapping, Sequence

from pellucid.casework import values_of
from pellucid.exceptions import InvalidInputError
from pellucid.reporting import question_label
from pellucid.schema import NOT_STATED, CaseFile, Question, Questionnaire, QuestionType, Value

FEW = 5
"""Options that still stand side by side; more go into a list."""


def offered(question: Question) -> list[str]:
    """Return what a control offers; empty for a number.

    Parameters
    ----------
    question : Question

    Returns
    -------
    list of str
    """
    return [*question.levels, NOT_STATED] if question.levels else []


def label(question: Question) -> str:
    """Return a short name for a control, with the unit and range of a number.

    Parameters
    ----------
    question : Question

    Returns
    -------
    str

    Examples
    --------
    >>> label(Question(id="air_pressure", ask="?", type="number", unit="hPa", minimum=900, maximum=1100))
    'Air pressure (hPa, 900 to 1100)'
    """
    words = question_label((question.id,))
    if question.type is not QuestionType.NUMBER:
        return words
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        span = f"{low:,.10g} to {high:,.10g}"
    elif low is not None:
        span = f"from {low:,.10g}"
    else:
        span = "" if high is None else f"up to {high:,.10g}"
    inside = ", ".join(filter(None, (question.unit, span)))
    return f"{words} ({inside})" if inside else words


def shown(case: CaseFile) -> dict[str, Value | None]:
    """Return what every control of a case shows.

    Parameters
    ----------
    case : CaseFile

    Returns
    -------
    dict of str to int, float, str or None
    """
    values = values_of(case)
    found: dict[str, Value | None] = {}
    for question in case.questionnaire.questions:
        value = values.get(question.id)
        found[question.id] = NOT_STATED if value is None and question.levels else value
    return found


def read(questionnaire: Questionnaire, given: Sequence[object]) -> dict[str, Value | None]:
    """Return values by question from what the controls gave.

    Parameters
    ----------
    questionnaire : Questionnaire
    given : sequence of object
        In the questionnaire's order.

    Returns
    -------
    dict of str to int, float, str or None

    Raises
    ------
    InvalidInputError
        If a value is not allowed; the value is not repeated.
    """
    pairs = zip(questionnaire.questions, given, strict=True)
    return {question.id: read_one(question, value) for question, value in pairs}


def read_one(question: Question, value: object) -> Value | None:
    """Return the value of one control.

    Parameters
    ----------
    question : Question
    value : object
        What the control gave; a number may come as text.

    Returns
    -------
    int, float, str or None

    Raises
    ------
    InvalidInputError
        If it is not allowed; the value is not repeated.
    """
    if value is None or value in ("", NOT_STATED):
        return None
    if isinstance(value, str) and not question.levels:
        try:
            value = float(value)
        except ValueError:
            raise InvalidInputError(f"{label(question)}: is text, a number is expected") from None
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    if not question.accepts(whole):
        raise InvalidInputError(f"{label(question)}: {question.fault(whole)}")
    return whole  # type: ignore[return-value] # accepted above


def changed(case: CaseFile, values: Mapping[str, Value | None]) -> tuple[str, ...]:
    """Return the questions whose value differs from the case's.

    Parameters
    ----------
    case : CaseFile
    values : mapping of str to int, float, str or None

    Returns
    -------
    tuple of str
        In the questionnaire's order.
    """
    now = values_of(case)
    return tuple(name for name in case.questionnaire.ids if name in values and values[name] != now.get(name))
