"""Answers as people give them: checked against the question; only a quote gives them a place in the document."""

from collections.abc import Mapping, Sequence

from pellucid.exceptions import InvalidInputError
from pellucid.extraction import Sent
from pellucid.schema import (
    NOT_STATED,
    PERSON,
    Answer,
    CaseFile,
    Question,
    Questionnaire,
    QuestionType,
    Source,
    Status,
    Value,
)


def value_of(answer: Answer) -> Value | None:
    """Return the value that the glass box got: none where the quote is not in the document.

    Parameters
    ----------
    answer : Answer

    Returns
    -------
    int, float, str or None

    Examples
    --------
    >>> said = Answer(question="pain", value="yes", status="unsupported", source={"model": "demo"})
    >>> value_of(said) is None, value_of(said.model_copy(update={"status": Status.ANSWERED}))
    (True, 'yes')
    """
    return None if answer.status is Status.UNSUPPORTED else answer.value


def values_of(case: CaseFile) -> dict[str, Value | None]:
    """Return what the glass box got for each question of a case.

    Parameters
    ----------
    case : CaseFile

    Returns
    -------
    dict of str to int, float, str or None
        In the questionnaire's order; None where nothing is stated, and where the quote is
        not in the document.
    """
    return {answer.question: value_of(answer) for answer in case.answers()}


def check_values(
    questionnaire: Questionnaire, values: Mapping[str, object], parameter: str = "values"
) -> dict[str, Value | None]:
    """Take answers by question, each allowed by its question; None is "not stated".

    Parameters
    ----------
    questionnaire : Questionnaire
    values : mapping of str to object
    parameter : str, default="values"
        Name of the parameter, for messages.

    Returns
    -------
    dict of str to int, float, str or None

    Raises
    ------
    InvalidInputError
        If there is no such question, or a value is not allowed; the value is not repeated.

    Examples
    --------
    >>> pain = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
    >>> check_values(pain, {"pain": "yes"})
    {'pain': 'yes'}
    """
    if not isinstance(values, Mapping):
        raise InvalidInputError(
            f"{parameter}: got {type(values).__name__}; a mapping from question to value is expected"
        )
    asked = {question.id: question for question in questionnaire.questions}
    found: dict[str, Value | None] = {}
    for name, value in values.items():
        if name not in asked:
            raise InvalidInputError(f"{parameter}: got {name!r:.80}; questions are {', '.join(asked)}")
        question = asked[name]
        if value is not None and not question.accepts(value):
            fault = question.fault(value)
            raise InvalidInputError(
                f"{parameter}: question {name!r}: the value {fault}; allowed are {allowed(question)}, or None for "
                f"{NOT_STATED!r}"
            )
        found[name] = value  # type: ignore[assignment]  # accepted just now
    return found


def check_quotes(quotes: Mapping[str, object] | None, values: Mapping[str, Value | None]) -> dict[str, str]:
    """Take the words of a document behind new answers.

    Parameters
    ----------
    quotes : mapping of str to str, or None
        By question; empty ones are left out.
    values : mapping of str to int, float, str or None
        The answers they belong to.

    Returns
    -------
    dict of str to str

    Raises
    ------
    InvalidInputError
        If one is no text, or belongs to no answer, or to one that is not stated.

    Examples
    --------
    >>> check_quotes({"pain": "some pain", "age": " "}, {"pain": "yes"})
    {'pain': 'some pain'}
    """
    found: dict[str, str] = {}
    for name, quote in (quotes or {}).items():
        if not isinstance(quote, str):
            raise InvalidInputError(
                f"quotes: got {type(quote).__name__} for {name!r:.80}; words of the text are expected"
            )
        if not quote.strip():
            continue
        if values.get(name) is None:
            raise InvalidInputError(f"quotes: got one for {name!r:.80}, which has no value; give the value, too")
        found[name] = quote
    return found


def allowed(question: Question) -> str:
    """Say which values a question takes.

    Parameters
    ----------
    question : Question

    Returns
    -------
    str

    Examples
    --------
    >>> allowed(Question(id="age", ask="Age?", type="number", minimum=18, unit="years"))
    'numbers from 18 years'
    """
    if question.type is not QuestionType.NUMBER:
        return ", ".join(map(repr, question.levels))
    low = "" if question.minimum is None else f" from {question.describe(question.minimum)}"
    high = "" if question.maximum is None else f" to {question.describe(question.maximum)}"
    return f"numbers{low}{high}"


def corrected(before: Answer, value: Value | None, person: str, *, quote: str = "", text: str = "") -> Answer:
    """Make the answer that stands in place of another.

    The words quoted for the answer before are not evidence for the new one, so it has a
    place in the document only where it comes with a quote of its own.

    Parameters
    ----------
    before : Answer
    value : int, float, str or None
        Checked already.
    person : str
        Who changed it, or ``"draft"``.
    quote : str, default=""
        Words of the document behind the new value.
    text : str, default=""
        The document; needed where there is a quote.

    Returns
    -------
    Answer
        With status ``"corrected"``.

    Raises
    ------
    InvalidInputError
        If the quote is not in the document, or stands in words that read like an order.

    Examples
    --------
    >>> before = Answer(question="pain", value="no", status="answered", source={"model": "demo"})
    >>> after = corrected(before, "yes", "ann", quote="some pain", text="Has some pain.")
    >>> after.status.value, after.start, after.source.corrected_by
    ('corrected', 4, 'ann')
    """
    answer = Answer(
        question=before.question,
        value=value,
        status=Status.CORRECTED,
        source=before.source.model_copy(update={"corrected_by": person}),
    )
    return located(answer, quote, Sent(text)) if quote.strip() else answer


def answered_by(
    person: str,
    questionnaire: Questionnaire,
    values: Mapping[str, Value | None],
    quotes: Mapping[str, str],
    text: str,
) -> tuple[Answer, ...]:
    """Make the answers of a person who read a document; what is not given is not stated.

    Parameters
    ----------
    person : str
        Empty where nobody is named.
    questionnaire : Questionnaire
    values : mapping of str to int, float, str or None
        Checked already.
    quotes : mapping of str to str
        Words of the document behind them, by question; checked already.
    text : str
        The document.

    Returns
    -------
    tuple of Answer
        One per question. Those with a value have status ``"corrected"``, which says that
        a person stands for them, with or without a quote.

    Raises
    ------
    InvalidInputError
        If a quote cannot be used.
    """
    source = Source(model=PERSON, corrected_by=person or PERSON)
    sent = Sent(text)
    answers: list[Answer] = []
    for name in questionnaire.ids:
        value = values.get(name)
        status = Status.NOT_STATED if value is None else Status.CORRECTED
        answer = Answer(question=name, value=value, status=status, source=source)
        quote = quotes.get(name, "")
        answers.append(located(answer, quote, sent) if quote.strip() else answer)
    return tuple(answers)


def located(answer: Answer, quote: str, sent: Sent) -> Answer:
    """Give an answer the place of its quote.

    Parameters
    ----------
    answer : Answer
    quote : str
    sent : Sent
        The document.

    Returns
    -------
    Answer
        With quote, offsets and the sentence around it.

    Raises
    ------
    InvalidInputError
        If the quote is not in the document, or stands in words that read like an order.
    """
    span = sent.locate(quote)
    if span is None:
        raise InvalidInputError(
            f"quote: the words given for {answer.question!r} are not in the document; copy them from it, or give none"
        )
    found = sent.weighed(answer.model_copy(update={"quote": quote, "start": span.start, "end": span.end}))
    if found.status is Status.UNSUPPORTED:
        raise InvalidInputError(
            f"quote: the words given for {answer.question!r} read like an order to the reader; take others, or none"
        )
    return found


def changed(answers: Sequence[Answer], replaced: Mapping[str, Answer]) -> tuple[Answer, ...]:
    """Put new answers in place of old ones, in the same order.

    Parameters
    ----------
    answers : sequence of Answer
    replaced : mapping of str to Answer
        By question.

    Returns
    -------
    tuple of Answer
    """
    return tuple(replaced.get(answer.question, answer) for answer in answers)
