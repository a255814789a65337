"""Questions whose wording names the outcome, and quotes that state it or speak of a day after the index date."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pellucid.exceptions import InvalidInputError
from pellucid.measures import wilson
from pellucid.schema import Answer, Finding, FindingKind, Question, Reading
from pellucid.validation._looked import Looked, alarms_first
from pellucid.validation._shingles import words

_NAMED = 20  # documents named in one finding
_ENDINGS = ("ings", "ing", "ed", "es", "s", "e")
_STEM = 3  # letters that must be left when an ending is taken off
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        "a about above after again against all also an and any are as at be been before being below between both "
        "but by did do does down during each else for from had has have he her his how if in into is it its least "
        "less more most no none not of off on one only or other out over own per same she should since so some "
        "such than that the their them then there these they this those through to two three four five under "
        "until up very was were what when where whether which while who whom whose why will with within without "
        "yes year years month months week weeks day days new many much known unknown stated",
    )
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)")
_DIGITS = re.compile(r"(?<![\d./-])(?P<d>\d{1,2})(?P<s>[-/.])\s?(?P<m>\d{1,2})(?P=s)\s?(?P<y>\d{4})(?!\d)")
_WORDED = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?[\s-]+(?:of\s+)?(?P<m>{_MONTH})\b\.?,?[\s-]+(?P<y>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<m>{_MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE
)
_BREAK = re.compile(rf"[.!?](?=\s)(?!\s+(?:{_MONTH})\b|\s+\d{{4}}\b)|\n", re.IGNORECASE)  # "1. Jun. 2024" is no break


def wording_leaks(questions: Sequence[Question], outcomes: Sequence[str], *, terms: Sequence[str] = ()) -> Looked:
    """Compare the words of every question and its options with those of the outcome.

    Words that carry no matter (articles, numbers up to five, spans of time, "new") are
    left out, and English endings are taken off. It is an alarm when a question has every
    word left of one outcome, or a term that was handed in; when it shares some of the
    words, that is named without alarm, since an earlier event may be asked for by the same
    word. Meaning is not understood: a paraphrase is not seen.

    Parameters
    ----------
    questions : sequence of Question
    outcomes : sequence of str
        How the outcomes are called.
    terms : sequence of str, default=()
        More words or phrases that no question may hold.

    Returns
    -------
    Looked

    Raises
    ------
    InvalidInputError
        If there is neither an outcome nor a term with a word in it.

    Examples
    --------
    >>> asked = [Question(id="rain", ask="Did rain follow?", type="yes/no"),
    ...          Question(id="wind", ask="Was there wind?", type="yes/no")]
    >>> [(found.subject, found.alarm) for found in wording_leaks(asked, ["dry", "rain"]).findings]
    [('rain', True)]
    """
    named = [stems for stems in (_stems(outcome) for outcome in outcomes) if stems]
    phrases = [term for term in terms if words(term)]
    if not named and not phrases:
        raise InvalidInputError("outcomes: none holds a word to look for; give the names of the outcomes, or terms")
    findings = [found for question in questions if (found := _wording(question, named, phrases)) is not None]
    sentence = (
        f"The wording and options of {len(questions)} questions were searched for the words of "
        f"{len(outcomes)} outcomes and {len(phrases)} given terms; all words of an outcome, or a term, are an alarm."
    )
    return Looked(alarms_first(findings), sentence)


def quote_leaks(
    readings: Sequence[Reading],
    texts: Mapping[str, str],
    *,
    terms: Sequence[str] = (),
    index_dates: Mapping[str, date] | None = None,
    day_first: bool = True,
) -> Looked:
    """Search the sentences of all quotes for terms that state the outcome, and for days after the index date.

    The sentence is the one noted with the answer, else that around the quote. Days are
    read as 2024-05-31, as 31.5.2024 and with / or - (day first, or month first by
    `day_first`), 31 May 2024 and May 31, 2024; a year of two digits, a day without year
    and one that does not exist are not read.

    Parameters
    ----------
    readings : sequence of Reading
    texts : mapping of str to str
        The documents by name.
    terms : sequence of str, default=()
        Words or phrases that state the outcome, found as whole words in any case.
    index_dates : mapping of str to date, or None, default=None
        For each document the day on which the prediction is made; a document without one
        is not searched for days.
    day_first : bool, default=True
        Whether 3/5/2024 is the third of May.

    Returns
    -------
    Looked
        Alarms, one for each question and kind, with the share of its quotes; the texts are
        not repeated.

    Raises
    ------
    InvalidInputError
        If a document has no text, or there is nothing to look for.

    References
    ----------
    Kaufman, S., Rosset, S., Perlich, C. and Stitelman, O. (2012). Leakage in data mining:
    formulation, detection, and avoidance. ACM Transactions on Knowledge Discovery from
    Data 6(4), 15.

    Examples
    --------
    >>> from pellucid.schema import Source
    >>> answer = Answer(question="seen", value="yes", status="answered", start=0, end=4, source=Source(model="m"))
    >>> read = [Reading(document="a", answers=(answer,))]
    >>> found = quote_leaks(read, {"a": "Seen on 3 June 2024."}, index_dates={"a": date(2024, 5, 31)})
    >>> found.findings[0].kind.value, found.findings[0].documents
    ('quote after the index date', ('a',))
    """
    phrases = [tuple(words(term)) for term in terms if words(term)]
    if not phrases and not index_dates:
        raise InvalidInputError("terms, index_dates: give at least one of them; there is nothing to look for")
    missing = [reading.document for reading in readings if reading.document not in texts]
    if missing:
        raise InvalidInputError(f"texts: {len(missing)} documents have none, the first is {missing[0]!r}")
    sentences = [
        _Sentence(answer.question, reading.document, _sentence(answer, texts[reading.document]))
        for reading in readings
        for answer in reading.answers
        if answer.is_evidence
    ]
    days = index_dates or {}
    findings = _by_question(sentences, FindingKind.LEAK, lambda one: _states(one.text, phrases))
    findings += _by_question(
        sentences,
        FindingKind.LATE_QUOTE,
        lambda one: one.document in days and any(day > days[one.document] for day in _days(one.text, day_first)),
    )
    dated = sum(reading.document in days for reading in readings)
    sentence = (
        f"The sentences of {len(sentences):,} quotes were searched for {len(phrases)} given terms that state the "
        f"outcome, and in {dated:,} of {len(readings):,} documents for days after their index date; one is an alarm."
    )
    return Looked(tuple(findings), sentence)


class _Sentence(NamedTuple):
    """The sentence of a quote."""

    question: str
    document: str
    text: str


def _stems(text: str) -> frozenset[str]:
    """Return the words that carry matter, without English endings."""
    return frozenset(_stem(word) for word in words(text) if word not in _PLAIN and not word.isdigit() and len(word) > 1)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word


def _wording(question: Question, outcomes: Sequence[frozenset[str]], terms: Sequence[str]) -> Finding | None:
    """Judge one question."""
    asked = " ".join([question.ask, *question.options])
    given = [term for term in terms if _states(asked, [tuple(words(term))])]
    shared = [outcome & _stems(asked) for outcome in outcomes]
    best = max([*shared, frozenset[str]()], key=lambda stems: len(stems))
    whole = [outcome for outcome, both in zip(outcomes, shared, strict=True) if both == outcome]
    if not given and not best:
        return None
    found = ", ".join(f"“{word}”" for word in (given or sorted(whole[0] if whole else best)))
    said = f"The wording of “{question.id}” holds {found}"
    if given:
        said += ", which was given as a term that states the outcome."
    elif whole:
        said += ": every word by which an outcome is called. It may ask for the outcome itself."
    else:
        said += ", also in the name of an outcome. That is right where it asks for something earlier."
    return Finding(kind=FindingKind.WORDING, subject=question.id, alarm=bool(given or whole), said=said)


def _states(text: str, phrases: Sequence[tuple[str, ...]]) -> bool:
    """Whether one of the phrases stands in a text, word by word."""
    spoken = words(text)
    return any(
        tuple(spoken[start : start + len(phrase)]) == phrase
        for phrase in phrases
        for start in range(len(spoken) - len(phrase) + 1)
    )


def _sentence(answer: Answer, text: str) -> str:
    """Return the sentence an answer's quote stands in."""
    if answer.context is not None:
        return text[answer.context.start : answer.context.end]
    start, end = answer.start or 0, answer.end or 0
    before = [found.end() for found in _BREAK.finditer(text, 0, start)]
    after = _BREAK.search(text, end)
    return text[before[-1] if before else 0 : after.end() if after else len(text)]


def _days(text: str, day_first: bool) -> list[date]:
    """Read the days that a text names in full."""
    found = []
    for form in (_ISO, _DIGITS, _WORDED, _MONTH_FIRST):
        for match in form.finditer(text):
            day, month = match["d"], match["m"]
            if form is _DIGITS and not day_first:
                day, month = month, day
            number = _MONTHS.get(month.casefold()) or int(month)
            if _exists(int(match["y"]), number, int(day)):
                found.append(date(int(match["y"]), number, int(day)))
    return found


def _exists(year: int, month: int, day: int) -> bool:
    if not (year >= 1 and 1 <= month <= 12 and day >= 1):
        return False
    following = (date(year, 12, 31).toordinal() + 1) if month == 12 else date(year, month + 1, 1).toordinal()
    return day <= following - date(year, month, 1).toordinal()


def _by_question(
    sentences: Sequence[_Sentence], kind: FindingKind, holds: Callable[[_Sentence], bool]
) -> list[Finding]:
    """Make one finding for every question with a sentence that holds it."""
    what = "state the outcome by a given term" if kind is FindingKind.LEAK else "name a day after the index date"
    findings = []
    for question in dict.fromkeys(one.question for one in sentences):
        own = [one for one in sentences if one.question == question]
        hits = [one.document for one in own if holds(one)]
        if hits:
            share = wilson(len(hits), len(own))
            findings.append(
                Finding(
                    kind=kind,
                    subject=question,
                    alarm=True,
                    said=f"The sentences of {len(hits):,} of {len(own):,} quotes of “{question}” {what}.",
                    figure=share,
                    documents=tuple(dict.fromkeys(hits))[:_NAMED],
                )
            )
    return findings
