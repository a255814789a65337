"""A domain's recordings made by a live model: answers and direct predictions, in a folder that can be replayed."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from pellucid.exceptions import InvalidInputError, PellucidError
from pellucid.labeling import DirectLLMClassifier
from pellucid.llm import AnswerStore, Finish, LanguageModel, Recording
from pellucid.schema import (
    Answer,
    DirectPrediction,
    Domain,
    Record,
    Status,
    check_writable,
    read_text,
    to_json,
    write_files,
)
from pellucid.study._reading import CountedReadings, Documents, ReadingSummary, Watch

_COPIED = (
    "questions.toml",
    "labels.toml",
    "card.md",
    "documents.jsonl",
    "outcomes.csv",
    "facts.jsonl",
    "protected.csv",
)
_RECORDED_MODEL = re.compile(r"^recorded_model\s*=.*$", re.MULTILINE)
_DIRECT = "direct/"


class RecordedDomain(Record):
    """What was recorded, and where it stands.

    Attributes
    ----------
    folder : str
        A domain that `pellucid validate` takes.
    answers, direct : str
        The two recordings.
    reading : ReadingSummary
    predictions : int
        Direct predictions that could be read.
    unreadable : tuple of str
        Documents whose direct prediction could not be read; a comparison needs every one.
    note : str
        What a person should change by hand; empty where there is nothing.
    """

    folder: str
    answers: str
    direct: str
    reading: ReadingSummary
    predictions: int
    unreadable: tuple[str, ...] = ()
    note: str = ""


class _Paths(NamedTuple):
    answers: Path
    direct: Path


def record_domain(
    domain: Domain,
    model: LanguageModel,
    folder: Path,
    *,
    store: AnswerStore | None = None,
    force: bool = False,
    watch: Watch | None = None,
) -> RecordedDomain:
    """Ask a live model all of a domain's questions, and the outcome itself, and write the recordings.

    A folder that is no domain yet becomes one: the domain's files are copied into it, and
    its ``recorded_model`` names this model.

    Parameters
    ----------
    domain : Domain
    model : LanguageModel
    folder : Path
        The domain's own folder, or another.
    store : AnswerStore or None, default=None
        Where everything is kept as it comes; the same call goes on from there.
    force : bool, default=False
        Replace recordings that are there.
    watch : callable or None, default=None
        Called with a `ReadingTally` after each document that was read.

    Returns
    -------
    RecordedDomain

    Raises
    ------
    InvalidInputError
        If recordings are there already, or the folder holds another domain.
    PellucidError
        If answers did not come because of a server's faults; those that came are in the store.
    """
    paths = _Paths(folder / "recordings" / "answers.jsonl", folder / "recordings" / "direct.jsonl")
    _check_folder(domain, folder, paths, force=force)
    texts = domain.documents()
    counted = CountedReadings(Documents.of_domain(domain), domain.questionnaire, model, store=store, watch=watch)
    readings = list(counted)
    asked = DirectLLMClassifier(model, task=domain.task, store=store).fit(texts, domain.outcome())
    predictions = asked.read(texts)
    _check_complete([*(answer for reading in readings for answer in reading.answers), *predictions])
    answers = [
        (reading.document, text, {answer.question: _said(answer) for answer in reading.answers})
        for reading, text in zip(readings, texts, strict=True)
    ]
    outcomes = [
        (one.document, text, {"outcome": _predicted(one)}) for one, text in zip(predictions, texts, strict=True)
    ]
    note = _make_domain(domain, folder, model.name)
    Recording.of(model.name, f"answers/{domain.questionnaire.version}", answers).to_file(paths.answers)
    Recording.of(model.name, predictions[0].source.prompt, outcomes).to_file(paths.direct)
    unreadable = tuple(one.document for one in predictions if one.probability is None)
    return RecordedDomain(
        folder=str(folder),
        answers=str(paths.answers),
        direct=str(paths.direct),
        reading=counted.summary(),
        predictions=len(predictions) - len(unreadable),
        unreadable=unreadable,
        note=note,
    )


def _check_folder(domain: Domain, folder: Path, paths: _Paths, *, force: bool) -> None:
    """Refuse a folder in which the new recordings would replace, or stand beside, what they must not."""
    check_writable(paths.answers.parent)
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise InvalidInputError(f"folder: {there[0]} is there already; force its replacement, or name another folder")
    others = [path for path in sorted(paths.answers.parent.glob("*.jsonl")) if path not in paths]
    wanted = f"answers/{domain.questionnaire.version}"
    for path in others:
        clash = [name for name in Recording.from_file(path).prompts if name == wanted or name.startswith(_DIRECT)]
        if clash:
            raise InvalidInputError(f"folder: {path} holds {clash[0]!r} too; a domain has one recording of each kind")
    if (folder / "domain.toml").exists() and not Domain.from_folder(folder).documents().equals(domain.documents()):
        raise InvalidInputError(f"folder: {folder} holds a domain with other documents; name another folder")


def _check_complete(said: Iterable[Answer | DirectPrediction]) -> None:
    """Refuse to record a server's faults: they say nothing of the documents, and asking again may help."""
    passing = (Finish.TRANSPORT.value, Finish.PROTOCOL.value)
    lost = [one for one in said if one.cause.split(":")[0] in passing]
    if lost:
        raise PellucidError(f"{len(lost):,} replies did not come ({lost[0].cause}); nothing was recorded yet")


def _said(answer: Answer) -> dict[str, Any]:
    """Write an answer as a recording holds it, so that its replay gives the same answer."""
    if answer.status is Status.UNREADABLE:
        return {"unreadable": answer.cause}
    said: dict[str, Any] = {"value": answer.value, "quote": answer.quote}
    return said if answer.probability is None else {**said, "probability": answer.probability}


def _predicted(one: DirectPrediction) -> dict[str, Any]:
    if one.probability is None:
        return {"unreadable": one.cause}
    if one.kind == "logprob":
        return {"probability": one.probability, "kind": one.kind}
    return {"probability": one.probability, "rationale": one.rationale}


def _make_domain(domain: Domain, folder: Path, model: str) -> str:
    """Copy a domain's files into a folder that is none yet; say what the folder itself has wrong."""
    target = folder / "domain.toml"
    if target.exists():
        named = Domain.from_folder(folder).recorded_model
        return f"{target} names {named!r} as recorded_model; it is {model!r} now" if named not in ("", model) else ""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        if (domain.folder / name).exists():
            shutil.copyfile(domain.folder / name, folder / name)
    line = f"recorded_model = {to_json(model)}"  # a JSON string is a TOML string
    written = _RECORDED_MODEL.sub(lambda _: line, read_text(domain.folder / "domain.toml"))
    write_files({target: written})  # last: a folder with it is a domain
    return ""
