"""`pellucid read`: a questionnaire put to a domain or a file of documents, by a live model, into a store."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

import pellucid
from pellucid.cli._models import open_model
from pellucid.cli._options import Evidence, EvidenceName, LimitOptions, ModelOptions, refuse
from pellucid.cli._reading_view import estimate_text, summary_text, watched
from pellucid.cli._shared import Json, grouped
from pellucid.exceptions import PellucidError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.domains
    import pellucid.extraction
    import pellucid.llm
    import pellucid.schema
    import pellucid.study


@dataclass(frozen=True)
class SourceOptions:
    """Which documents are read, and how they are put.

    Attributes
    ----------
    questions : Path or None
    text_column, id_column : str or None
    redact : bool
    evidence : EvidenceName
    """

    questions: Annotated[Path | None, typer.Option(help="Questionnaire (TOML) for a FILE; a domain has its own.")] = (
        None
    )
    text_column: Annotated[
        str | None, typer.Option(help="Column of the text in a FILE; text or document where left out.")
    ] = None
    id_column: Annotated[
        str | None, typer.Option(help="Column of the ids in a FILE; id where left out, else rows are numbered.")
    ] = None
    redact: Annotated[
        bool, typer.Option("--redact", help="Take out what looks like an address, a number or a date before sending.")
    ] = False
    evidence: Evidence = EvidenceName.QUOTE


@dataclass(frozen=True)
class KeepOptions:
    """Where answers go.

    Attributes
    ----------
    store, out : Path or None
    again, estimate : bool
    """

    store: Annotated[
        Path | None, typer.Option(help="File that keeps every answer (SQLite); made where it is missing.")
    ] = None
    out: Annotated[Path | None, typer.Option(help="Also write a table of all answers: .csv, .jsonl or .parquet.")] = (
        None
    )
    again: Annotated[bool, typer.Option("--again", help="Ask again what the store holds as unreadable.")] = False
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only say what it would take; nothing is sent or written.")
    ] = False


class Asked(NamedTuple):
    """What is to be read, and what is asked of it."""

    name: str
    documents: "pellucid.study.Documents"
    questionnaire: "pellucid.schema.Questionnaire"


@grouped
def read(
    what: Annotated[
        str,
        typer.Argument(
            metavar="DOMAIN|FILE", help="A domain, or documents: .csv, .jsonl, .parquet, .txt, a folder of .txt."
        ),
    ],
    model: ModelOptions,
    keep: KeepOptions,
    source: SourceOptions,
    limits: LimitOptions,
    as_json: Json = False,
) -> None:
    """Read documents with a live model; stop it at any time, and the same command goes on."""
    model.check()
    limits.check(model.url)
    if keep.store is None and not keep.estimate:
        refuse("store", "is needed: the file that keeps every answer, so that nothing is asked twice")
    asked = _asked(what, source)
    if keep.out is not None:
        _check_out(keep.out, [Path(what), *filter(None, (keep.store, source.questions))], asked)
    with open_model(model, limits) as opened, _opened_store(keep) as store:
        if keep.estimate:
            found = pellucid.extraction.estimate(
                asked.documents.pairs,
                asked.questionnaire,
                opened,
                store=store,
                redact=_redact(source),
                evidence=source.evidence.value,
            )
            typer.echo(_json(found) if as_json else estimate_text(found))
            return
        if keep.again and store is not None:
            _forget_unreadable(store, asked, opened.name)
        summary = _read(asked, opened, store, keep, source)
    typer.echo(_json(summary) if as_json else summary_text(summary, str(keep.store)))


def _opened_store(keep: KeepOptions) -> AbstractContextManager["pellucid.llm.AnswerStore | None"]:
    """Open the store; for an estimate none is made."""
    if keep.store is None or (keep.estimate and not keep.store.exists()):
        return nullcontext()
    return pellucid.llm.AnswerStore(keep.store)


def _forget_unreadable(store: "pellucid.llm.AnswerStore", asked: Asked, model: str) -> None:
    """Take out what could not be read of this model's answers to this version of a questionnaire."""
    wanted = f"answers/{asked.questionnaire.version}"
    for prompt in store.prompts:
        if prompt.split(",")[0] == wanted:
            store.forget(prompt=prompt, model=model, unreadable=True)


def _read(
    asked: Asked,
    model: "pellucid.llm.LanguageModel",
    store: "pellucid.llm.AnswerStore | None",
    keep: KeepOptions,
    source: SourceOptions,
) -> "pellucid.study.ReadingSummary":
    return watched(
        f"{asked.name}: reading",
        asked.documents.total,
        lambda watch: pellucid.study.read_into(
            asked.documents,
            asked.questionnaire,
            model,
            store=store,
            out=keep.out,
            redact=_redact(source),
            evidence=source.evidence.value,
            watch=watch,
        ),
    )


def _redact(source: SourceOptions) -> "pellucid.extraction.PatternRedactor | None":
    return pellucid.extraction.PatternRedactor() if source.redact else None


def _asked(what: str, source: SourceOptions) -> Asked:
    """Open a domain, or a file of documents with the questionnaire that is named."""
    if what in pellucid.domains.names() or (Path(what) / "domain.toml").is_file():
        for name in ("questions", "text_column", "id_column"):
            if getattr(source, name) is not None:
                refuse(name, f"is for a file of documents; the domain {what} has its own")
        domain = pellucid.domains.load(what)
        return Asked(domain.name, pellucid.study.Documents.of_domain(domain), domain.questionnaire)
    file = Path(what)
    if not file.exists():
        known = ", ".join(pellucid.domains.names())
        raise PellucidError(
            f"DOMAIN|FILE: {what!r} does not exist; give one of {known}, a domain's folder, or a file of documents"
        )
    if source.questions is None:
        refuse("questions", "is needed for a file of documents: a questionnaire in TOML")
    questionnaire = pellucid.schema.Questionnaire.from_file(source.questions)
    documents = pellucid.study.Documents.of_file(file, text_column=source.text_column, id_column=source.id_column)
    return Asked(file.name, documents, questionnaire)


def _check_out(out: Path, others: Sequence[Path], asked: Asked) -> None:
    """Refuse a table that cannot be written, or that would replace a file the reading needs."""
    if out.resolve() in {path.resolve() for path in others}:
        refuse("out", f"would replace {out}, which is read here; name another file")
    pellucid.study.check_answers_file(out, asked.questionnaire)


def _json(record: "pellucid.schema.Record") -> str:
    return pellucid.schema.to_json(record.model_dump(mode="json"), indent=2)
