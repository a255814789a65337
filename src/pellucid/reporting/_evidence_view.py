"""A document with its evidence marked: the text is cut where any quote begins or ends."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from re import Match

from markupsafe import Markup, escape

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._decision_view import home_terms, question_numbers
from pellucid.reporting._templates import render
from pellucid.reporting._wording import (
    UNPRINTABLE,
    direction,
    hidden_characters,
    label,
    points_text,
    stand_in,
)
from pellucid.schema import Decision

_ARROWS = {"raises": "↑", "lowers": "↓"}


@dataclass(frozen=True)
class Mark:
    """The evidence for one question.

    Attributes
    ----------
    number : int
        Number of the question in the decision.
    start, end : int
        Characters of the text, end exclusive.
    words : str
        Question, answer and points.
    kind : str
        ``"raises"``, ``"lowers"`` or ``"no effect"``.
    sign : str
        Number and arrow, as drawn before the evidence.
    """

    number: int
    start: int
    end: int
    words: str
    kind: str
    sign: str


@dataclass(frozen=True)
class Segment:
    """Text between two cuts.

    Attributes
    ----------
    text : str
    begins : tuple of Mark
        Evidence that begins here.
    over : tuple of Mark
        All evidence over this text, the innermost last.
    words : str
        What all evidence over this text says; empty where there is none.
    kind : str
        ``"raises"``, ``"lowers"``, ``"no effect"``, ``"both"`` or empty.
    """

    text: str
    begins: tuple[Mark, ...]
    over: tuple[Mark, ...]
    words: str
    kind: str

    @property
    def drawn(self) -> Markup:
        """The text as markup, with stand-ins for what a page cannot hold."""
        return drawn(self.text)


def highlight(text: str, decision: Decision, *, prefix: str = "document", linked: bool = False) -> Markup:
    r"""Draw a document with the evidence of a decision marked, as a piece of HTML.

    Overlapping and nested quotes are handled by cutting the text where any of them
    begins or ends. With tags removed and references resolved the piece is the text,
    character for character, except for control characters, which are drawn as
    stand-ins of one character each (``U+0000`` as ``U+2400``; `evidence_note` says
    which). Line ends stay as they are, also ``\r\n``. Numbers
    and arrows come from the style sheet, so they are not part of the text.

    Parameters
    ----------
    text : str
        The document, unchanged.
    decision : Decision
        Its answers say where the quotes stand.
    prefix : str, default="document"
        Begins the ids of the anchors: ``<prefix>-mark-<n>`` here, leading back to
        ``<prefix>-row-<n>`` in the table of terms. Unique on a page.
    linked : bool, default=False
        Whether the marked words themselves lead to their row too, for a pointer; a
        keyboard has the numbers.

    Returns
    -------
    markupsafe.Markup

    Raises
    ------
    InvalidInputError
        If an answer's offsets lie outside the text.

    Examples
    --------
    >>> from pellucid.schema import Answer, Contribution, Source
    >>> answer = Answer(question="colour", value="red", status="answered", quote="red", start=2, end=5,
    ...                 source=Source(model="demo"))
    >>> term = Contribution(questions=["colour"], said="red", points=0.5, answers=[answer])
    >>> decision = Decision(document="d", model="m", outcome="yes", predicted="yes", probability=0.6,
    ...                     probabilities={}, score=0.5, intercept=0.0, contributions=[term])
    >>> highlight("A red < B", decision).striptags()
    'A red < B'
    """
    segments = cut(text, marks(text, decision))
    return render("evidence.html.j2", segments=segments, prefix=prefix, linked=linked)


def drawn(text: str) -> Markup:
    r"""Write a text as markup that a browser reads back character for character.

    Parameters
    ----------
    text : str

    Returns
    -------
    markupsafe.Markup
        Escaped; ``\r`` as a reference, because a page would lose it; stand-ins for what a
        page cannot hold.

    Examples
    --------
    >>> print(drawn("a < b" + chr(13)))
    a &lt; b&#13;
    """
    escaped = str(escape(text)).replace("\r", "&#13;")
    return Markup(UNPRINTABLE.sub(_replaced, escaped))  # noqa: S704 - escaped above


def evidence_note(text: str) -> str:
    """Say which characters of a document do not show; empty where all do.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    names = hidden_characters(text)
    return f"Characters that do not show in this document: {'; '.join(names)}." if names else ""


def marks(text: str, decision: Decision) -> tuple[Mark, ...]:
    """Collect the evidence of a decision, one mark per question, in order of the text.

    Parameters
    ----------
    text : str
    decision : Decision

    Returns
    -------
    tuple of Mark

    Raises
    ------
    InvalidInputError
        If an answer's offsets lie outside the text.
    """
    numbers = question_numbers(decision)
    found = []
    for question, term in home_terms(decision).items():
        answer = next(one for one in term.answers if one.question == question)
        if answer.start is None or answer.end is None:
            continue
        if answer.end > len(text):
            raise InvalidInputError(
                f"text: the evidence for {question!r} stands at {answer.start} to {answer.end}, the text has "
                f"{len(text)} characters; pass the document the decision was made on, unchanged"
            )
        kind = direction(term.points)
        words = f"{numbers[question]}. {_name(term.questions, question)}: {term.said}; {points_text(term.points)}"
        sign = f"{numbers[question]}{_ARROWS.get(kind, '')}"
        found.append(Mark(numbers[question], answer.start, answer.end, words, kind, sign))
    return tuple(sorted(found, key=lambda mark: (mark.start, -mark.end, mark.number)))


def cut(text: str, found: tuple[Mark, ...]) -> tuple[Segment, ...]:
    """Cut a text at every place where a mark begins or ends.

    Parameters
    ----------
    text : str
    found : tuple of Mark
        Within the text; they may overlap and nest.

    Returns
    -------
    tuple of Segment
        Together they are the text.
    """
    places = sorted({0, len(text), *(mark.start for mark in found), *(mark.end for mark in found)})
    segments = []
    for start, end in pairwise(places):
        over = tuple(mark for mark in found if mark.start <= start and end <= mark.end)
        begins = tuple(mark for mark in over if mark.start == start)
        words = " | ".join(mark.words for mark in over)
        segments.append(Segment(text[start:end], begins, over, words, _kind(over)))
    return tuple(segments)


def _name(questions: tuple[str, ...], question: str) -> str:
    """Name a question; one that counts only in a pair is named with its partner."""
    partners = " and ".join(label(other) for other in questions if other != question)
    return f"{label(question)} (with {partners})" if partners else label(question)


def _kind(over: tuple[Mark, ...]) -> str:
    """Say which way the evidence over a piece of text pushes."""
    kinds = {mark.kind for mark in over}
    pushing = kinds - {"no effect"}
    if len(pushing) > 1:
        return "both"
    return next(iter(pushing or kinds), "")


@cache
def _stand_in(letter: str) -> Markup:
    """Draw one character that a page cannot hold."""
    return render("stand_in.html.j2", shown=stand_in(letter), name=f"U+{ord(letter):04X}")


def _replaced(found: Match[str]) -> str:
    return str(_stand_in(found[0]))
