"""A report: a study with what is said of it, item by item, each sentence tied to the rows it stands on."""

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.schema._files import read_text, to_json
from pellucid.schema._record import Record
from pellucid.schema._study import Study

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STEP = re.compile(r'\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\d{1,9})\]|\["((?:[^"\\]|\\.)*)"\]')


class ItemState(StrEnum):
    """Whether an item has been answered; none is ever blank."""

    FILLED = "filled"
    """By the run, by a person, or by both."""
    ASKED = "asked"
    """A person has to say it; what the run knows may stand beside the question."""
    NOT_APPLICABLE = "not applicable"
    """With the reason."""


class Statement(Record):
    """One sentence or more, and the rows of the report they stand on.

    Attributes
    ----------
    said : str
    rows : tuple of str
        Paths into the report, such as ``study.comparison.contenders[2].measures.auroc``;
        they are paths of jq too. Every number in `said` stands in one of them.
    by : str
        ``"run"``, or ``"person"`` for an answer that was handed in.
    """

    said: Annotated[str, Field(min_length=1, pattern=r"\S")]
    rows: tuple[str, ...] = ()
    by: Annotated[str, Field(pattern="^(run|person)$")] = "run"


class ReportItem(Record):
    """One point that a standard or a card asks for.

    Attributes
    ----------
    key : str
        Such as ``"tripod.23a"``: what an answer to it is filed under.
    section, title, asks : str
        Where it belongs, what it is called, and what it asks for.
    state : ItemState
    statements : tuple of Statement
        Needed where it is filled or not applicable (then they give the reason).
    wanted : str
        What a person is asked to say; needed where the state is ``"asked"``.
    where : tuple of str
        Anchors of the study report where more of it stands.
    """

    key: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")]
    section: str
    title: str
    asks: str
    state: ItemState
    statements: tuple[Statement, ...] = ()
    wanted: str = ""
    where: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The key without the list it belongs to, such as ``"23a"``."""
        return self.key.split(".", 1)[1]

    @model_validator(mode="after")
    def _never_blank(self) -> Self:
        if self.state is ItemState.ASKED and not self.wanted.strip():
            raise ValueError("wanted: an item that is asked says what is wanted of a person")
        if self.state is not ItemState.ASKED and not self.statements:
            raise ValueError(f"statements: an item that is {self.state.value!r} says something")
        return self


class Card(Record):
    """A model card or a data card.

    Attributes
    ----------
    kind : str
        ``"model"`` or ``"data"``.
    title : str
    items : tuple of ReportItem
    format : int
        Version of this form.
    """

    kind: Annotated[str, Field(pattern="^(model|data)$")]
    title: str
    items: Annotated[tuple[ReportItem, ...], Field(min_length=1)]
    format: Annotated[int, Field(ge=1, le=1)] = 1


class Report(Record):
    """Everything that pages, cards and summary are drawn from.

    Attributes
    ----------
    study : Study
    model : str
        Name of the contender that summary and model card speak of; empty where the study
        holds no glass box.
    answers : dict of str to str
        What a person said, by item, such as ``"tripod.17"``.
    tripod : tuple of ReportItem
        The items of TRIPOD+AI, in their order.
    annex : tuple of ReportItem
        The points of Annex IV of the EU AI Act.
    model_card, data_card : Card
    format : int
        Version of this form.
    """

    study: Study
    model: str = ""
    answers: dict[str, str] = Field(default_factory=dict)
    tripod: Annotated[tuple[ReportItem, ...], Field(min_length=1)]
    annex: Annotated[tuple[ReportItem, ...], Field(min_length=1)]
    model_card: Card
    data_card: Card
    format: Annotated[int, Field(ge=1, le=1)] = 1

    @model_validator(mode="after")
    def _traceable(self) -> Self:
        keys = [item.key for item in self.items()]
        if len(set(keys)) != len(keys):
            raise ValueError("items: every key may stand once")
        if self.model and self.model not in {one.name for one in self.study.comparison.contenders}:
            raise ValueError("model: is not among the contenders of the study")
        for item in self.items():
            for path in (path for statement in item.statements for path in statement.rows):
                try:
                    self.row(path)
                except InvalidInputError as error:
                    raise ValueError(f"{item.key}: {error}") from None
        return self

    def items(self) -> Iterator[ReportItem]:
        """Go through the items of both standards and both cards.

        Yields
        ------
        ReportItem
        """
        yield from self.tripod
        yield from self.annex
        yield from self.model_card.items
        yield from self.data_card.items

    def row(self, path: str) -> Any:
        """Return what stands at a path.

        Parameters
        ----------
        path : str
            Such as ``study.comparison.contenders[2].measures.auroc``.

        Returns
        -------
        object
            A record, a tuple, a dictionary, or a plain value.

        Raises
        ------
        InvalidInputError
            If nothing stands there, or it is no path.
        """
        found: Any = self
        for step in _steps(path):
            try:
                found = _enter(found, step)
            except (KeyError, IndexError):
                raise InvalidInputError(
                    f"path: got {path!r}; nothing stands there; a path begins with 'study', 'answers' or another "
                    "field of the report and goes on as the JSON does"
                ) from None
        return found

    def to_json(self) -> str:
        """Write the report; the same report gives the same bytes.

        Returns
        -------
        str
            JSON with a line end, to be written as UTF-8 with line ends unchanged.
        """
        return to_json(self.model_dump(mode="json"), indent=2) + "\n"

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read a report written with `to_json`.

        Parameters
        ----------
        path : str or Path

        Returns
        -------
        Report

        Raises
        ------
        FileFormatError
            If the file cannot be read, is not such a report, or is of another version.
        """
        try:
            return cls.model_validate_json(read_text(path))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            key = ".".join(str(part) for part in first["loc"])
            reason = f"is not a report of form 1: {key or 'the file'}: {first['msg']}"
            raise FileFormatError(path, f"{reason}; write it again from the study") from None


def row_path(*parts: str | int) -> str:
    """Write a path into a report from its steps.

    Parameters
    ----------
    *parts : str or int
        The first may be a path itself; later ones are field names, keys and positions.

    Returns
    -------
    str

    Examples
    --------
    >>> row_path("study.comparison", "contenders", 2, "measures", "in the large")
    'study.comparison.contenders[2].measures["in the large"]'
    """
    first, *rest = parts
    return str(first) + "".join(_written(part) for part in rest)


def _written(part: str | int) -> str:
    """Write one step: a position, a plain name, or a quoted key."""
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _PLAIN.fullmatch(part) else f"[{to_json(part)}]"


def _steps(path: str) -> Iterator[str | int]:
    """Take a path apart; refuses what is not one."""
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            raise InvalidInputError(f"path: got {path!r}; it cannot be read from character {at}")
        name, position, key = found.groups()
        if position is not None:
            yield int(position)
        else:
            yield name if name is not None else _unquoted(path, key)
        at = found.end()


def _unquoted(path: str, key: str) -> str:
    """Read a quoted key back."""
    try:
        return str(json.loads(f'"{key}"'))
    except json.JSONDecodeError:
        raise InvalidInputError(f"path: got {path!r}; a key in it is not a string of JSON") from None


def _enter(found: Any, step: str | int) -> Any:
    """Go one step into a record, a dictionary or a tuple; KeyError or IndexError where there is none."""
    if isinstance(found, Record) and isinstance(step, str):
        if step not in type(found).model_fields:
            raise KeyError(step)
        return getattr(found, step)
    if isinstance(found, Mapping) and isinstance(step, str):
        return found[step]
    if isinstance(found, tuple) and isinstance(step, int):
        return found[step]
    raise KeyError(step)
