"""A domain read from a folder: task, questionnaire, label prompts, card, data, recordings."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from pellucid.exceptions import FileFormatError
from pellucid.schema._change import ChangeRules
from pellucid.schema._files import has_surrogate, read_json_lines, read_text
from pellucid.schema._letter import LetterWording
from pellucid.schema._question import Identifier, Questionnaire, line_of, read_record
from pellucid.schema._record import Record


class Licence(Record):
    """Where the records come from and on what terms.

    Attributes
    ----------
    title, creators, terms : str
    note : str
    """

    title: str
    creators: str
    terms: str
    note: str = ""


class PromptKind(StrEnum):
    """How a label prompt goes about it; decides the form of the reply."""

    ZERO_SHOT = "zero-shot"
    """A probability and a rationale."""
    CHECKLIST = "checklist"
    """The strongest fact for and against, then a probability and a label."""
    FEW_SHOT = "few-shot"
    """As zero-shot, after examples whose gold labels are known."""


class LabelPrompt(Record):
    """One way of asking a language model for the outcome itself.

    Attributes
    ----------
    id : str
        Also the name of its recording.
    version : int
    ask : str
        The prompt, in short; the domain's task goes before it.
    probability : str
        ``"verbalised"`` (said in words) or ``"logprob"``.
    kind : PromptKind
        ``"zero-shot"``, ``"checklist"`` or ``"few-shot"``.
    wordings : tuple of str
        Other wordings of `ask`: each is asked as a prompt of its own, see `each`.

    Examples
    --------
    >>> prompt = LabelPrompt(id="direct", ask="How likely?", probability="verbalised", wordings=["What odds?"])
    >>> [(one.name, one.ask) for one in prompt.each()]
    [('direct/1', 'How likely?'), ('direct_2/1', 'What odds?')]
    """

    id: Identifier
    version: Annotated[int, Field(ge=1)] = 1
    ask: str
    probability: Annotated[str, Field(pattern="^(verbalised|logprob)$")]
    kind: PromptKind = PromptKind.ZERO_SHOT
    wordings: tuple[Annotated[str, Field(min_length=1)], ...] = ()

    @model_validator(mode="after")
    def _written(self) -> Self:
        if self.kind is PromptKind.CHECKLIST and self.probability == "logprob":
            raise ValueError("probability: a checklist is written out; only 'verbalised' goes with it")
        return self

    @property
    def name(self) -> str:
        """Id and version, as recordings carry it."""
        return f"{self.id}/{self.version}"

    def each(self) -> "tuple[LabelPrompt, ...]":
        """Return one prompt per wording: this one, then ``<id>_2``, ``<id>_3`` and so on.

        Returns
        -------
        tuple of LabelPrompt
        """
        others = (
            self.model_copy(update={"id": f"{self.id}_{number}", "ask": ask, "wordings": ()})
            for number, ask in enumerate(self.wordings, start=2)
        )
        return (self.model_copy(update={"wordings": ()}), *others)


class Labels(Record):
    """The file form of a domain's label prompts.

    Attributes
    ----------
    prompts : tuple of LabelPrompt
    """

    prompts: tuple[LabelPrompt, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        seen: set[str] = set()
        for position, prompt in enumerate(self.prompts):
            ids = [one.id for one in prompt.each()]
            twice = sorted(seen.intersection(ids))
            if twice:
                raise ValueError(
                    f"prompts.{position}.id: {twice[0]!r} stands twice; wordings are called <id>_2, <id>_3"
                )
            seen.update(ids)
        return self


class Domain(Record):
    """A task on documents, with everything needed to replay it.

    A domain is a folder: ``domain.toml``, ``questions.toml``, ``labels.toml``,
    ``card.md``, ``documents.jsonl`` (id, text), ``outcomes.csv`` (id, outcome),
    ``recordings/*.jsonl`` and, where known, ``facts.jsonl`` and ``protected.csv``
    for audits, ``rules.toml`` for what may change, ``letters.toml`` for
    what letters say. Ours and a user's own are read by the same code.

    Attributes
    ----------
    name, title, task : str
        `task` is the wording of the outcome put to the language model.
    unit : str
        What one document speaks of, such as ``"case"``.
    outcomes : tuple of two str
        Names of outcome 0 and 1, in words.
    recorded_model : str
        Name of the language model in the recordings.
    contamination : str
        Why the recorded model may have known the records or outcomes; empty where
        nothing speaks for it. Said wherever its direct predictions are shown.
    caution : str
        What else must be said before any number.
    uses : str
        What the domain may and may not be used for.
    licences : tuple of Licence
    questionnaire : Questionnaire
    label_prompts : tuple of LabelPrompt
    folder : Path
    """

    name: Identifier
    title: str
    task: str
    unit: str
    outcomes: tuple[str, str]
    recorded_model: str = ""
    contamination: str = ""
    caution: str = ""
    uses: str = ""
    licences: tuple[Licence, ...] = ()
    questionnaire: Questionnaire
    label_prompts: tuple[LabelPrompt, ...] = ()
    folder: Path

    @model_validator(mode="after")
    def _two_names(self) -> Self:
        if self.outcomes[0] == self.outcomes[1]:
            raise ValueError("outcomes: the two outcomes need different names")
        return self

    @classmethod
    def from_folder(cls, folder: str | os.PathLike[str]) -> Self:
        """Read a domain; data files are read when asked for.

        Parameters
        ----------
        folder : str or os.PathLike

        Returns
        -------
        Domain

        Raises
        ------
        FileFormatError
            If a file is missing or wrong.
        """
        home = Path(folder)
        labels = home / "labels.toml"
        return read_record(
            cls,
            home / "domain.toml",
            folder=home,
            questionnaire=Questionnaire.from_file(home / "questions.toml"),
            label_prompts=read_record(Labels, labels).prompts if labels.exists() else (),
        )

    def documents(self) -> "pd.Series[str]":
        """Return the texts by document id.

        Returns
        -------
        pandas.Series of str, index ``id``

        Raises
        ------
        FileFormatError
            If a row lacks id or text, or an id stands twice.
        """
        texts: dict[str, str] = {}
        path = self.folder / "documents.jsonl"
        for line, row in read_json_lines(path):
            if set(row) != {"id", "text"} or not all(isinstance(part, str) for part in row.values()):
                raise FileFormatError(path, "a document has exactly the keys 'id' and 'text', both strings", line)
            if has_surrogate(row["text"]) or has_surrogate(row["id"]):
                raise FileFormatError(path, "holds half a character (a lone surrogate), which no file can keep", line)
            if row["id"] in texts:
                raise FileFormatError(path, f"id {row['id']!r} stands twice", line)
            texts[row["id"]] = row["text"]
        return pd.Series(texts, name="text", dtype=object).rename_axis("id")

    def outcome(self) -> "pd.Series[int]":
        """Return outcomes (0 or 1) in the order of the documents.

        Returns
        -------
        pandas.Series of int, index ``id``

        Raises
        ------
        FileFormatError
            If a document has no outcome, or an outcome is not 0 or 1.
        """
        path = self.folder / "outcomes.csv"
        table = _read_csv(path)
        if list(table.columns) != ["outcome"]:
            raise FileFormatError(path, "expected the columns id,outcome", 1)
        wrong = np.flatnonzero(~table["outcome"].isin(["0", "1"]))
        if len(wrong):
            name, said = table.index[wrong[0]], table["outcome"].iloc[wrong[0]]
            raise FileFormatError(path, f"outcome of {name!r} is {said!r}; 0 or 1 is expected", int(wrong[0]) + 2)
        return self._aligned(table, path)["outcome"].astype(int)

    def facts(self) -> pd.DataFrame:
        """Return the facts each document states, for measuring extraction; None where it is silent.

        Returns
        -------
        pandas.DataFrame of object, index ``id``, one column per question that copies a fact
            Empty columns where the domain has no ``facts.jsonl``.
        """
        path = self.folder / "facts.jsonl"
        if not path.exists():
            return pd.DataFrame(index=self.documents().index)
        rows: dict[str, dict[str, Any]] = {}
        for line, row in read_json_lines(path):
            unknown = set(row) - {"id"} - set(self.questionnaire.ids)
            if unknown or not isinstance(row.get("id"), str):
                raise FileFormatError(path, f"expected 'id' and question ids, got {sorted(unknown)}", line)
            if row["id"] in rows:
                raise FileFormatError(path, f"id {row['id']!r} stands twice", line)
            rows[row.pop("id")] = row
        table = pd.DataFrame.from_dict(rows, orient="index", dtype=object)
        return self._aligned(table.rename_axis("id"), path)

    def protected(self) -> pd.DataFrame:
        """Return protected attributes, for audits only, never features.

        Returns
        -------
        pandas.DataFrame of str, index ``id``
            Empty columns where the domain has no ``protected.csv``.
        """
        path = self.folder / "protected.csv"
        if not path.exists():
            return pd.DataFrame(index=self.documents().index)
        return self._aligned(_read_csv(path), path)

    def card(self) -> str:
        """Return the domain's card, as Markdown.

        Returns
        -------
        str
        """
        return read_text(self.folder / "card.md")

    def change_rules(self) -> ChangeRules:
        """Return which answers may change, how, and which go together, from ``rules.toml``.

        Returns
        -------
        ChangeRules
            Without the file: every answer may change within its training range, and the
            note says so.

        Raises
        ------
        FileFormatError
            If a rule names a question or an option that there is not.
        """
        path = self.folder / "rules.toml"
        if not path.exists():
            return ChangeRules(note="No rules are given: every answer may change within its training range.")
        rules = read_record(ChangeRules, path)
        if fault := rules.fault(self.questionnaire):
            key, said = fault.split(": ", 1)
            raise FileFormatError(path, f"key {key!r}: {said}", line_of(read_text(path), key.split(".")))
        return rules

    def letter_wording(self) -> LetterWording:
        """Return what letters say in the domain's own words, from ``letters.toml``.

        Returns
        -------
        LetterWording
            Empty without the file: letters then use general words.

        Raises
        ------
        FileFormatError
            If a reason names a question or an option that there is not.
        """
        path = self.folder / "letters.toml"
        if not path.exists():
            return LetterWording()
        wording = read_record(LetterWording, path)
        if fault := wording.fault(self.questionnaire):
            raise FileFormatError(path, f"key {fault.split(': ')[0]!r}: {fault.split(': ', 1)[1]}")
        return wording

    def recordings(self) -> tuple[Path, ...]:
        """Return paths of the recordings, sorted by name.

        Returns
        -------
        tuple of Path
        """
        return tuple(sorted((self.folder / "recordings").glob("*.jsonl")))

    def _aligned(self, table: pd.DataFrame, path: Path) -> pd.DataFrame:
        """Put a table into the documents' order, refusing one that lacks a document."""
        ids = self.documents().index
        missing = ids.difference(table.index)
        if len(missing):
            raise FileFormatError(path, f"has no row for {len(missing)} document(s), the first is {missing[0]!r}")
        strange = table.index.difference(ids)
        if len(strange):
            raise FileFormatError(path, f"has {len(strange)} id(s) that are no document, the first is {strange[0]!r}")
        return table.loc[ids]


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV with an ``id`` column as strings, empty cells as None."""
    read_text(path)  # says clearly what is wrong with a missing or garbled file
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except ValueError as error:  # pandas' EmptyDataError and ParserError
        raise FileFormatError(path, f"is not a table: {str(error).splitlines()[0]}") from None
    if "id" not in table.columns or table["id"].duplicated().any():
        raise FileFormatError(path, f"needs a column 'id' with unique values; it has {', '.join(table.columns)}")
    return table.set_index("id")
