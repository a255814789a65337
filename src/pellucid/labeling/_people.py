"""Labels that people gave: a table, or a file of it, of person, document and label."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import pandas as pd

from pellucid._checks import MAX_CHARACTERS, check_texts
from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.labeling._label_classes import check_classes, plain
from pellucid.schema import PERSON, Label, Source, read_json_lines, read_text

_COLUMNS = ("person", "document", "label")


class PeopleLabels:
    """Labels that one or several people gave to documents, each person a labeler.

    Parameters
    ----------
    table : DataFrame
        Columns person, document and label; a missing label is none. Others are not read.
    classes : sequence or None, default=None
        What a label may be. A text that reads like one of them counts as it, so that the
        ``"1"`` of a file is the class 1; None takes every label as it stands.
    name : str, default="people"
    text_column : str or None, default=None
        Column of a DataFrame that holds the text; needed where it has several.
    max_characters : int, default=400_000

    Raises
    ------
    InvalidInputError
        If a column is missing, a cell is, a label is not of the classes, or one person
        labels a document twice.

    Examples
    --------
    >>> table = pd.DataFrame({"person": ["Ada", "Bo"], "document": ["a-1", "a-1"], "label": ["1", "0"]})
    >>> people = PeopleLabels(table, classes=(0, 1))
    >>> [(one.labeler, one.label) for one in people.label(pd.Series(["Rain.", "Sun."], index=["a-1", "a-2"]))]
    [('Ada', 1), ('Bo', 0)]
    """

    def __init__(
        self,
        table: pd.DataFrame,
        *,
        classes: Sequence[Any] | None = None,
        name: str = "people",
        text_column: str | None = None,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self.table = table
        self.classes = classes
        self.name = name
        self.text_column = text_column
        self.max_characters = max_characters
        self._given = _by_document(table, None if classes is None else check_classes(classes))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, classes: Sequence[Any] | None = None) -> Self:
        """Read a CSV file, or JSON Lines where its name ends in ``.jsonl``.

        Parameters
        ----------
        path : str or os.PathLike
        classes : sequence or None, default=None
            Needed for a CSV file whose labels are no texts.

        Returns
        -------
        PeopleLabels

        Raises
        ------
        FileFormatError
        """
        if Path(path).suffix == ".jsonl":
            table = pd.DataFrame([row for _, row in read_json_lines(path)], columns=list(_COLUMNS), dtype=object)
        else:
            table = _read_csv(path)
        try:
            return cls(table, classes=classes)
        except InvalidInputError as error:
            raise FileFormatError(path, str(error)) from None

    def __repr__(self) -> str:
        people = {label.labeler for several in self._given.values() for label in several}
        return f"PeopleLabels({len(people)} people, {len(self._given)} documents, name={self.name!r})"

    def label(self, X: Any) -> tuple[Label, ...]:
        """Return the labels of documents.

        Parameters
        ----------
        X : Series or DataFrame
            Its index holds the ids that the labels go by.

        Returns
        -------
        tuple of Label
            In the order of the documents; none where nobody labelled one.

        Raises
        ------
        InvalidInputError
            If the documents carry no ids, or none of them was labelled.
        """
        if not isinstance(X, pd.Series | pd.DataFrame):
            raise InvalidInputError(f"X: got {type(X).__name__}; a Series with document ids as index is expected")
        documents = check_texts(X, column=self.text_column, max_characters=self.max_characters)
        found = tuple(label for name in documents.names for label in self._given.get(name, ()))
        if not found:
            first = next(iter(self._given), None)
            raise InvalidInputError(
                f"X: nobody labelled any of the {len(documents.names)} documents; their ids are such as "
                f"{documents.names[0]!r}, those of the labels such as {first!r}"
            )
        return found


def _by_document(table: Any, classes: tuple[Any, ...] | None) -> dict[str, list[Label]]:
    """Make labels of a table's rows."""
    if not isinstance(table, pd.DataFrame) or not set(_COLUMNS) <= set(table.columns):
        had = ", ".join(map(str, table.columns)) if isinstance(table, pd.DataFrame) else type(table).__name__
        raise InvalidInputError(f"table: the columns {', '.join(_COLUMNS)} are expected; got {had}")
    found: dict[str, list[Label]] = {}
    seen: set[tuple[str, str]] = set()
    rows = table[list(_COLUMNS)].astype(object).itertuples(index=False, name=None)
    for number, (person, document, label) in enumerate(rows, start=1):
        if any(pd.isna(cell) or not str(cell).strip() for cell in (person, document)):
            raise InvalidInputError(f"table: row {number} lacks its person or document")
        if pd.isna(label) or label == "":
            continue
        key = (str(person), str(document))
        if key in seen:
            raise InvalidInputError(f"table: {key[0]!r} labels {key[1]!r} twice (row {number}); keep one of them")
        seen.add(key)
        made = Label(document=key[1], labeler=key[0], label=_class_of(label, classes, number), source=_BY_PERSON)
        found.setdefault(key[1], []).append(made)
    return found


_BY_PERSON = Source(model=PERSON)


def _class_of(label: Any, classes: tuple[Any, ...] | None, number: int) -> Any:
    """Return the class a cell stands for."""
    if classes is None:
        return plain(label)
    for one in classes:
        if plain(label) == one or (isinstance(label, str) and label.strip() == str(one)):
            return one
    raise InvalidInputError(
        f"table: row {number} has the label {str(label)!r:.40}; allowed are {', '.join(map(repr, classes))}"
    )


def _read_csv(path: str | os.PathLike[str]) -> pd.DataFrame:
    read_text(path)  # says clearly what is wrong with a missing or garbled file
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except ValueError as error:  # pandas' EmptyDataError and ParserError
        raise FileFormatError(path, f"is not a table: {str(error).splitlines()[0]}") from None
