"""What a question is, what answers it allows, and the questionnaire's file form."""

import os
import re
from enum import StrEnum
from typing import Annotated, Any, Self, TypeGuard, TypeVar

from pydantic import Field, StrictFloat, StrictInt, StrictStr, ValidationError, model_validator

from pellucid.exceptions import FileFormatError
from pellucid.schema._files import read_text, read_toml
from pellucid.schema._record import Record

Value = StrictInt | StrictFloat | StrictStr
"""The value of one answer: a number, or one of the question's options."""

_LARGEST = 1e300

R = TypeVar("R", bound=Record)

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
"""Lower-case letters, digits and underscores; becomes a column name."""


NOT_STATED = "not stated"
"""What a missing answer is called wherever it is shown."""


class QuestionType(StrEnum):
    """The four kinds of question; each decides which values are allowed."""

    NUMBER = "number"
    YES_NO = "yes/no"
    CHOICE = "choice"
    ORDINAL = "ordinal"


class Question(Record):
    """One thing to find out from a document.

    Attributes
    ----------
    id : str
        Name of the question and of the feature made from it.
    ask : str
        The wording, as a person would ask it.
    type : QuestionType
        ``"number"``, ``"yes/no"``, ``"choice"`` or ``"ordinal"`` (options from low to high).
    options : tuple of str
        At least two for ``choice`` and ``ordinal``; none otherwise.
    unit : str
        Unit of a number, such as ``"mg/dl"``; empty where it has none.
    minimum, maximum : float or None
        Inclusive range a number must lie in.

    Examples
    --------
    >>> q = Question(id="age", ask="How old?", type="number", unit="years", minimum=0)
    >>> q.accepts(41), q.accepts(-1), q.accepts("41")
    (True, False, False)
    >>> q.describe(41)
    '41 years'
    """

    id: Identifier
    ask: Annotated[str, Field(min_length=1)]
    type: QuestionType
    options: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        listed = self.type in (QuestionType.CHOICE, QuestionType.ORDINAL)
        if listed and len(self.options) < 2:
            raise ValueError(f"options: a question of type {self.type.value!r} needs at least two options")
        if not listed and self.options:
            raise ValueError(f"options: a question of type {self.type.value!r} takes none")
        if len(set(self.options)) != len(self.options):
            raise ValueError("options: each option may be given once")
        ranged = self.minimum is not None or self.maximum is not None
        if any(option.casefold() == NOT_STATED for option in self.options):
            raise ValueError(f"options: {NOT_STATED!r} is what a missing answer is called; no option may be")
        if self.type is not QuestionType.NUMBER and (ranged or self.unit):
            raise ValueError("minimum, maximum, unit: only a question of type 'number' has them")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum: {self.minimum:g} is above maximum {self.maximum:g}")
        return self

    @property
    def levels(self) -> tuple[str, ...]:
        """Allowed values in order; empty for a number, ``("no", "yes")`` for yes/no."""
        return ("no", "yes") if self.type is QuestionType.YES_NO else self.options

    def accepts(self, value: object) -> bool:
        """Whether a value is allowed as an answer; nothing is coerced.

        Parameters
        ----------
        value : object

        Returns
        -------
        bool
        """
        if self.type is not QuestionType.NUMBER:
            return isinstance(value, str) and value in self.levels
        if not _is_number(value):
            return False
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)

    def fault(self, value: object) -> str:
        """Say what is wrong with a value that is not allowed; the value itself is not repeated.

        Parameters
        ----------
        value : object

        Returns
        -------
        str

        Examples
        --------
        >>> Question(id="age", ask="How old?", type="number", maximum=120).fault("41")
        'is text, a number is expected'
        """
        if self.type is not QuestionType.NUMBER:
            alike = isinstance(value, str) and value.strip().casefold() in {one.casefold() for one in self.levels}
            return "is spelled otherwise than its option" if alike else "is not one of the options"
        if isinstance(value, str):
            return "is text, a number is expected"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "is not a number"
        if not _is_number(value):
            return "is not a number of ordinary size"
        below = self.minimum is not None and value < self.minimum
        return f"is below the minimum of {self.minimum:g}" if below else f"is above the maximum of {self.maximum:g}"

    def describe(self, value: Value | None) -> str:
        """Write a value for people, with its unit.

        Parameters
        ----------
        value : int, float, str or None

        Returns
        -------
        str
            ``"not stated"`` for None.
        """
        if value is None:
            return NOT_STATED
        if isinstance(value, str):
            return value
        return f"{value:.10g} {self.unit}".rstrip()


def _is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a finite number that a table of floats can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST


class Questionnaire(Record):
    """An ordered, versioned set of questions.

    Attributes
    ----------
    name : str
    version : int
        Raised whenever wording, options or order change.
    questions : tuple of Question

    Examples
    --------
    >>> q = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
    >>> q.ids, q["pain"].levels
    (('pain',), ('no', 'yes'))
    """

    name: Annotated[str, Field(min_length=1)]
    version: Annotated[int, Field(ge=1)] = 1
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        seen: set[str] = set()
        for position, question in enumerate(self.questions):
            if question.id in seen:
                raise ValueError(f"questions.{position}.id: {question.id!r} stands twice; ids are unique")
            seen.add(question.id)
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """Question ids, in order."""
        return tuple(question.id for question in self.questions)

    def __getitem__(self, question_id: str) -> Question:
        """Return the question of that id; KeyError names the ids there are."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(f"no question {question_id!r}; there are {', '.join(self.ids)}")

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read a questionnaire from TOML: ``name``, ``version`` and ``[[questions]]`` tables.

        Parameters
        ----------
        path : str or os.PathLike

        Returns
        -------
        Questionnaire

        Raises
        ------
        FileFormatError
            Naming the file, the line and key, and what is allowed.
        """
        return read_record(cls, path)


_PLAINER = {
    "extra_forbidden": "is unknown; compare its spelling with the documented keys",
    "missing": "is missing",
    "string_pattern_mismatch": "should be lower-case letters, digits and underscores, beginning with a letter",
}
"""What pydantic says in a programmer's words, said for whoever writes the file."""


def read_record(kind: type[R], path: str | os.PathLike[str], **more: Any) -> R:
    """Read one record from a TOML file, refusing it with file, line and key.

    Parameters
    ----------
    kind : type of Record
    path : str or os.PathLike
    **more
        Fields that do not stand in the file.

    Returns
    -------
    Record

    Raises
    ------
    FileFormatError
    """
    data = read_toml(path)
    try:
        return kind.model_validate({**data, **more})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        reason = _PLAINER.get(first["type"], reason)
        key = ".".join(str(part) for part in first["loc"])
        named = re.match(r"(\w+(?:\.\d+)?(?:\.\w+)?): ", reason)
        if named:  # our own checks name the key themselves
            key = f"{key}.{named[1]}".strip(".")
            reason = reason[named.end() :]
        line = line_of(read_text(path), key.split("."))
        raise FileFormatError(path, f"key {key!r}: {reason}", line) from None


def line_of(text: str, key: list[str]) -> int | None:
    """Find the line of a key in TOML: `questions`, `2`, `options` is in the third [[questions]].

    Parameters
    ----------
    text : str
    key : list of str

    Returns
    -------
    int or None
    """
    lines = text.split("\n")
    first, last = 0, len(lines)
    if len(key) >= 2 and key[1].isdigit():
        header = re.compile(rf"^\s*\[\[\s*{re.escape(key[0])}\s*\]\]")
        starts = [number for number, line in enumerate(lines) if header.match(line)]
        wanted = int(key[1])
        if wanted >= len(starts):
            return None
        first = starts[wanted]
        last = starts[wanted + 1] if wanted + 1 < len(starts) else len(lines)
        key = key[2:]
    leaf = re.compile(rf"^\s*{re.escape(key[0])}\s*=") if key else None
    for number in range(first, last):
        if leaf is not None and leaf.match(lines[number]):
            return number + 1
    return first + 1 if first else None
