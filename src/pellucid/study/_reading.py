"""Any number of documents read through a questionnaire, into a store and a file, with a count of what came of it."""

import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field

from pellucid.extraction import Redact, read_stream
from pellucid.llm import AnswerStore, LanguageModel, Recording
from pellucid.schema import Domain, Questionnaire, Reading, Record, Status
from pellucid.study._answer_files import check_answers_file, write_readings
from pellucid.study._tables import count_documents, open_documents

Count = Annotated[int, Field(ge=0)]

_CAUSES = 50
"""Different causes that are told apart; a model could make up any number."""

_OTHER = "other causes"


class Documents(NamedTuple):
    """Documents to read, and how many there are.

    Attributes
    ----------
    pairs : iterable of (str, str)
        Id and text; taken one at a time.
    total : int or None
    """

    pairs: Iterable[tuple[str, str]]
    total: int | None = None

    @classmethod
    def of_file(
        cls, path: str | os.PathLike[str], *, text_column: str | None = None, id_column: str | None = None
    ) -> Self:
        """Take the documents of a file or folder; all are checked before the first is read.

        Parameters
        ----------
        path, text_column, id_column
            As in `open_documents`.

        Returns
        -------
        Documents
        """
        total = count_documents(path, text_column=text_column, id_column=id_column)
        return cls(open_documents(path, text_column=text_column, id_column=id_column), total)

    @classmethod
    def of_domain(cls, domain: Domain) -> Self:
        """Take the documents of a domain.

        Parameters
        ----------
        domain : Domain

        Returns
        -------
        Documents
        """
        texts = domain.documents()
        return cls(((str(name), text) for name, text in texts.items()), len(texts))


class QuestionTally(Record):
    """What became of one question, in documents by status of the answer.

    Attributes
    ----------
    question : str
    answered, not_stated, unsupported, unreadable : int
    """

    question: str
    answered: Count = 0
    not_stated: Count = 0
    unsupported: Count = 0
    unreadable: Count = 0


class ReadingTally(Record):
    """How far a reading has come, and what came of it.

    Attributes
    ----------
    documents : int
        Read so far.
    total : int or None
        Documents there are, where that is known.
    from_store : int
        Of those read, documents for which nothing had to be asked.
    flagged : int
        Of those read, documents with words that read like an order to the reader.
    answered, not_stated, unsupported, unreadable : int
        Answers so far.
    requests, retries, probes, prompt_tokens, reply_tokens : int
        Sent and received in this run, where the model counts them; else 0. Probes are the
        requests that found out about the server.
    cost : float or None
        In the currency of the prices given; None where none were.
    seconds : float
    """

    documents: Count = 0
    total: Count | None = None
    from_store: Count = 0
    flagged: Count = 0
    answered: Count = 0
    not_stated: Count = 0
    unsupported: Count = 0
    unreadable: Count = 0
    requests: Count = 0
    retries: Count = 0
    probes: Count = 0
    prompt_tokens: Count = 0
    reply_tokens: Count = 0
    cost: float | None = None
    seconds: float = 0.0


class ReadingSummary(ReadingTally):
    """What came of a reading that reached its end.

    Attributes
    ----------
    model : str
    form : str
        What a server was held to in the end, such as ``"json_schema"``; empty where nothing
        was asked of one.
    out : str or None
        The file the readings stand in.
    causes : dict of str to int
        Why answers are unsupported or unreadable, the most frequent first.
    questions : tuple of QuestionTally
        In the order of the questionnaire.
    """

    model: str
    form: str = ""
    out: str | None = None
    causes: dict[str, int]
    questions: tuple[QuestionTally, ...]


Watch = Callable[[ReadingTally], None]
"""Called after each document."""


def read_into(
    documents: Documents,
    questionnaire: Questionnaire,
    model: Recording | LanguageModel,
    *,
    store: AnswerStore | None = None,
    out: str | os.PathLike[str] | None = None,
    redact: Redact | None = None,
    evidence: str = "quote",
    watch: Watch | None = None,
) -> ReadingSummary:
    """Read documents one after another, keep every answer, and count what came of them.

    Memory stays the same however many documents there are. Where the reading stops before
    its end, the answers are in the store, and the same call goes on from there.

    Parameters
    ----------
    documents : Documents
    questionnaire : Questionnaire
    model : Recording or LanguageModel
    store : AnswerStore or None, default=None
    out : str, os.PathLike or None, default=None
        File for the readings, see `write_readings`; None writes none.
    redact, evidence
        As in `pellucid.extraction.read_stream`.
    watch : callable or None, default=None
        Called with a `ReadingTally` after each document.

    Returns
    -------
    ReadingSummary

    Raises
    ------
    ModelAccessError, BudgetExceeded, DeadlineExceeded
        If the model cannot go on.
    FileFormatError, InvalidInputError
        If a document or `out` cannot be used.

    Examples
    --------
    >>> from pellucid.llm import ScriptedModel
    >>> from pellucid.schema import Question
    >>> pain = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
    >>> model = ScriptedModel({"a-1": '{"pain": {"value": "no", "quote": "no pain"}}'})
    >>> found = read_into(Documents([("a-1", "Today no pain.")]), pain, model)
    >>> found.documents, found.answered, found.unreadable
    (1, 1, 0)
    """
    if out is not None:
        check_answers_file(out, questionnaire)
    counted = CountedReadings(
        documents, questionnaire, model, store=store, redact=redact, evidence=evidence, watch=watch
    )
    # Closed at once, not when it is collected: whatever is under way is given up before an error is told.
    with closing(iter(counted)) as readings:
        if out is not None:
            write_readings(out, readings, questionnaire)
        else:
            for _ in readings:
                pass
    return counted.summary(None if out is None else str(Path(out)))


class CountedReadings:
    """Readings as they come, counted on their way; iterate once.

    Parameters
    ----------
    documents, questionnaire, model, store, redact, evidence, watch
        As in `read_into`.
    """

    def __init__(
        self,
        documents: Documents,
        questionnaire: Questionnaire,
        model: Recording | LanguageModel,
        *,
        store: AnswerStore | None = None,
        redact: Redact | None = None,
        evidence: str = "quote",
        watch: Watch | None = None,
    ) -> None:
        self._counter = _Counter(questionnaire, model, documents.total)
        self._watch = watch
        self._stream = read_stream(documents.pairs, questionnaire, model, store=store, redact=redact, evidence=evidence)

    def __iter__(self) -> Generator[Reading, None, None]:
        with closing(self._stream) as readings:
            for reading in readings:
                self._counter.add(reading)
                if self._watch:
                    self._watch(self._counter.tally())
                yield reading

    def summary(self, out: str | None = None) -> ReadingSummary:
        """Return what was counted.

        Parameters
        ----------
        out : str or None, default=None
            File the readings stand in.

        Returns
        -------
        ReadingSummary
        """
        return self._counter.summary(out)


class _Counter:
    """Counts of one run; of the model's own counter, only what this run adds."""

    def __init__(self, questionnaire: Questionnaire, model: Recording | LanguageModel, total: int | None) -> None:
        self._asked = questionnaire.ids
        self._model = model
        self._name = "recording" if isinstance(model, Recording) else model.name
        self._total = total
        self._began = time.monotonic()
        self._usage = getattr(model, "usage", None)
        self._before = self._counts()
        self._documents = self._from_store = self._flagged = 0
        self._statuses: Counter[Status] = Counter()
        self._by_question: Counter[tuple[str, Status]] = Counter()
        self._causes: Counter[str] = Counter()

    def add(self, reading: Reading) -> None:
        """Count one document."""
        self._documents += 1
        self._flagged += bool(reading.flags)
        self._from_store += all(answer.source.recorded for answer in reading.answers)
        for answer in reading.answers:
            self._statuses[answer.status] += 1
            self._by_question[answer.question, answer.status] += 1
            if answer.cause:
                known = answer.cause in self._causes or len(self._causes) < _CAUSES
                self._causes[answer.cause if known else _OTHER] += 1

    def tally(self) -> ReadingTally:
        """Return what was counted so far."""
        return ReadingTally(**self._fields())

    def summary(self, out: str | None) -> ReadingSummary:
        """Return what was counted, per question and cause too."""
        rows = tuple(QuestionTally(question=name, **self._row(name)) for name in self._asked)
        causes = dict(self._causes.most_common())
        return ReadingSummary(
            **self._fields(), model=self._name, form=self._form(), out=out, causes=causes, questions=rows
        )

    def _fields(self) -> dict[str, Any]:
        now = self._counts()
        return {
            "documents": self._documents,
            "total": self._total,
            "from_store": self._from_store,
            "flagged": self._flagged,
            **{field: self._statuses[status] for field, status in _FIELDS.items()},
            **{name: now[name] - self._before[name] for name in now},
            "seconds": time.monotonic() - self._began,
        }

    def _form(self) -> str:
        """Return what a server was held to, where this run asked it anything."""
        asked = self._counts().get("requests", 0) > self._before.get("requests", 0)
        return str(getattr(self._model, "form", "")) if asked else ""

    def _row(self, question: str) -> dict[str, int]:
        return {field: self._by_question[question, status] for field, status in _FIELDS.items()}

    def _counts(self) -> dict[str, Any]:
        """Look at the model's own counter, as far as it keeps one."""
        found = {name: getattr(self._usage, name, None) for name in _COUNTED}
        return {name: value for name, value in found.items() if value is not None}


_COUNTED = ("requests", "retries", "probes", "prompt_tokens", "reply_tokens", "cost")

_FIELDS = {
    "answered": Status.ANSWERED,
    "not_stated": Status.NOT_STATED,
    "unsupported": Status.UNSUPPORTED,
    "unreadable": Status.UNREADABLE,
}
