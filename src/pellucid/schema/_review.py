"""The review queue: which labels a person should look at first, why, and what the person said."""

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import Field, ValidationError, field_validator, model_validator

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.schema._answer import Probability
from pellucid.schema._files import read_json_lines, to_json, write_files
from pellucid.schema._label import ClassLabel
from pellucid.schema._record import Record

_FORMAT = "review queue/1"


class ReviewAction(StrEnum):
    """What becomes of one label; every document has exactly one."""

    KEEP = "keep"
    LOWER = "lower"
    REVIEW = "review"


class ReviewItem(Record):
    """One document whose label a person may look at. It holds nothing of the document's text.

    Attributes
    ----------
    document : str
        Id of the document.
    action : ReviewAction
    label : bool, int, float, str or None
        The label it has; None where the labeler gave none.
    stated : float or None
        Probability that the labeler itself gives this label; None where it gave none.
    proposed : bool, int, float or str
        The likeliest label after curation.
    probability : float
        Of the proposed label.
    wrong : float
        Chance that the label is wrong, 0 to 1.
    gain : float
        Expected drop in the log loss of this label if a person answers, in nats, 0 or more.
    reasons : tuple of str
        Why it stands where it stands, in sentences.
    alike : tuple of str
        Ids of documents that are copies or near copies of it.
    verdict : bool, int, float, str or None
        The person's label; None until there is one.
    undecided : bool
        True where a person looked and cannot tell; then there is no verdict.
    person, note : str
        Who answered, and what they want to say about it.

    Examples
    --------
    >>> item = ReviewItem(document="a-1", action="review", label=1, stated=0.9, proposed=0, probability=0.8,
    ...                   wrong=0.75, gain=1.6)
    >>> item.is_answered
    False
    """

    document: Annotated[str, Field(min_length=1)]
    action: ReviewAction
    label: ClassLabel | None
    stated: Probability | None = None
    proposed: ClassLabel
    probability: Probability
    wrong: Probability
    gain: Annotated[float, Field(ge=0.0)]
    reasons: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    verdict: ClassLabel | None = None
    undecided: bool = False
    person: str = ""
    note: str = Field(default="", repr=False)

    @field_validator("label", "proposed", "verdict", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        """Take a class out of an array as the plain value it is."""
        return value.item() if hasattr(value, "item") and hasattr(value, "dtype") else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.undecided and self.verdict is not None:
            raise ValueError("undecided: there is a verdict as well; give one of the two")
        return self

    @property
    def is_answered(self) -> bool:
        """Whether a person looked at it and said so."""
        return self.verdict is not None or self.undecided


class ReviewQueue(Record):
    """The labels of a set of documents, those first for which a person's answer is worth most.

    Attributes
    ----------
    classes : tuple of label
        What a verdict may be.
    items : tuple of ReviewItem
        Each document once; the order is that of the expected gain.
    about : str
        How the order was made, in a sentence.

    Notes
    -----
    The file form is JSON Lines: one line that says what the file is, with the classes, then
    one line per item. A person, or a program, may fill in ``verdict`` (or set ``undecided``
    to true), ``person`` and ``note`` there; nothing else is meant to be changed. The file
    names documents and holds no text of theirs, except what a person writes into ``note``.

    Examples
    --------
    >>> item = ReviewItem(document="a-1", action="review", label=1, stated=0.9, proposed=0, probability=0.8,
    ...                   wrong=0.75, gain=1.6, reasons=("The answers of other documents speak for 0.",))
    >>> queue = ReviewQueue(classes=(0, 1), items=(item,)).answer("a-1", 0, person="R. M.")
    >>> queue.answered()
    a-1    0
    Name: gold, dtype: object
    """

    classes: Annotated[tuple[ClassLabel, ...], Field(min_length=2)]
    items: tuple[ReviewItem, ...]
    about: str = ""

    @field_validator("classes", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        """Take classes out of an array as plain values."""
        return tuple(value.tolist()) if hasattr(value, "tolist") else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = {_key(label) for label in self.classes}
        if len(known) != len(self.classes):
            raise ValueError("classes: one stands there twice")
        seen: set[str] = set()
        for item in self.items:
            if item.document in seen:
                raise ValueError(f"items: document {item.document!r} stands there twice")
            seen.add(item.document)
            for name in ("label", "proposed", "verdict"):
                said = getattr(item, name)
                if said is not None and _key(said) not in known:
                    raise ValueError(f"items: {name} {said!r:.40} of document {item.document!r} is none of the classes")
        return self

    def first(self, count: int) -> Self:
        """Return a queue of the first items only.

        Parameters
        ----------
        count : int
            More than there are is all of them.

        Returns
        -------
        ReviewQueue

        Raises
        ------
        InvalidInputError
            If it is negative or no whole number.
        """
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise InvalidInputError(f"count: got {count!r}; a whole number of at least 0 is expected")
        return self.model_copy(update={"items": self.items[:count]})

    def waiting(self) -> Self:
        """Return a queue of the items that nobody has answered.

        Returns
        -------
        ReviewQueue
        """
        return self.model_copy(update={"items": tuple(item for item in self.items if not item.is_answered)})

    def answer(self, document: str, verdict: Any, *, person: str = "", note: str = "") -> Self:
        """Return the queue with a person's verdict on one document.

        Parameters
        ----------
        document : str
        verdict : label or None
            One of the classes; None where the person looked and cannot tell.
        person, note : str, default=""

        Returns
        -------
        ReviewQueue

        Raises
        ------
        InvalidInputError
            If there is no such document in the queue, or the verdict is none of the classes.
        """
        at = next((place for place, item in enumerate(self.items) if item.document == document), None)
        if at is None:
            raise InvalidInputError(f"document: {document!r:.60} is not in this queue of {len(self.items):,} documents")
        said = next((label for label in self.classes if _key(label) == _key(verdict)), None)
        if verdict is not None and said is None:
            allowed = ", ".join(map(repr, self.classes))
            raise InvalidInputError(f"verdict: got {verdict!r:.40}; allowed are {allowed}, or None for “cannot tell”")
        new = self.items[at].model_copy(
            update={"verdict": said, "undecided": said is None, "person": person, "note": note}
        )
        return self.model_copy(update={"items": (*self.items[:at], new, *self.items[at + 1 :])})

    def answered(self) -> "pd.Series[Any]":
        """Return the verdicts that are in, as gold labels.

        Returns
        -------
        Series of object, index: document id
            In the order of the queue, named ``"gold"``; a document that was left open, or on
            which the person could not decide, is not in it. ``reindex`` gives the partly
            missing ``y`` that the estimators take.
        """
        found = {item.document: item.verdict for item in self.items if item.verdict is not None}
        return pd.Series(list(found.values()), index=pd.Index(list(found), dtype=object), dtype=object, name="gold")

    def to_frame(self) -> pd.DataFrame:
        """Return the queue as a table, for a screen or a spreadsheet.

        Returns
        -------
        DataFrame, index: document id
            One row per item, in order; `reasons` and `alike` as text.
        """
        columns = [name for name in ReviewItem.model_fields if name != "document"]
        rows = [
            {
                **{name: getattr(item, name) for name in columns},
                "action": item.action.value,
                "reasons": " ".join(item.reasons),
                "alike": ", ".join(item.alike),
            }
            for item in self.items
        ]
        index = pd.Index([item.document for item in self.items], name="document", dtype=object)
        return pd.DataFrame(rows, index=index, columns=columns)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the queue; a file that stands there is replaced as a whole or not at all.

        Parameters
        ----------
        path : str or os.PathLike

        Raises
        ------
        FileFormatError
            If the file cannot be written.
        """
        head = {"format": _FORMAT, "classes": list(self.classes), "about": self.about}
        lines = [to_json(row) for row in (head, *(item.model_dump(mode="json") for item in self.items))]
        try:
            write_files({Path(path): "".join(f"{line}\n" for line in lines)})
        except OSError as error:
            raise FileFormatError(path, f"cannot be written ({error.strerror})") from None

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read a queue, with whatever was filled in.

        Parameters
        ----------
        path : str or os.PathLike

        Returns
        -------
        ReviewQueue

        Raises
        ------
        FileFormatError
            With the line, if it is no review queue, an item is not of its form, or a verdict
            is none of the classes.
        """
        rows = read_json_lines(path)
        number, head = next(rows, (None, {}))
        if head.get("format") != _FORMAT:
            raise FileFormatError(path, f'is no review queue; its first line says "format": "{_FORMAT}"', number)
        try:
            start = _Head.model_validate(head)
            empty = cls(classes=start.classes, items=(), about=start.about)
        except ValidationError as error:
            raise FileFormatError(path, _first(error), number) from None
        return empty.model_copy(update={"items": tuple(_items(path, rows, empty))})


class _Head(Record):
    """The first line of the file."""

    format: Literal["review queue/1"]
    classes: tuple[ClassLabel, ...]
    about: str = ""


def _items(
    path: str | os.PathLike[str], rows: Iterable[tuple[int, dict[str, Any]]], empty: ReviewQueue
) -> Iterable[ReviewItem]:
    """Read items one by one, each held against the classes and those before it."""
    seen: set[str] = set()
    for number, row in rows:
        try:
            item = ReviewItem.model_validate(row)
            ReviewQueue(classes=empty.classes, items=(item,))
        except ValidationError as error:
            allowed = ", ".join(map(repr, empty.classes))
            raise FileFormatError(path, f"{_first(error)}; classes are {allowed}", number) from None
        if item.document in seen:
            raise FileFormatError(path, f"document {item.document!r} stands there twice", number)
        seen.add(item.document)
        yield item


def _first(error: ValidationError) -> str:
    """Say what is wrong first, without the input."""
    found = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in found["loc"] if isinstance(part, str) and part.isidentifier())
    said = str(found["msg"]).removeprefix("Value error, ")
    return f"{where}: {said}" if where else said


def _key(label: Any) -> tuple[bool, Any]:
    """Tell a truth value from a number, and nothing else apart: 1 and 1.0 are one class."""
    plain = label.item() if hasattr(label, "item") and hasattr(label, "dtype") else label
    return isinstance(plain, bool), plain
