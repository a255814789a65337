"""`pellucid memorised`: does a live model know a data set by heart? A domain, a table, or a file of texts."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

import pellucid
from pellucid.cli._models import open_model
from pellucid.cli._options import LimitOptions, ModelOptions, refuse
from pellucid.cli._shared import Json, grouped, progress_bar
from pellucid.exceptions import PellucidError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pandas as pd

    import pellucid.domains
    import pellucid.labeling
    import pellucid.llm
    import pellucid.memorisation
    import pellucid.reporting
    import pellucid.schema
    import pellucid.study


@dataclass(frozen=True)
class TrialOptions:
    """What is asked, and how often.

    Attributes
    ----------
    trials, perturbed, seed : int
    outside : Path or None
    text_column : str or None
    """

    trials: Annotated[int, typer.Option(help="Rows or texts that are asked for.", min=1)] = 25
    perturbed: Annotated[
        int,
        typer.Option(
            help="Documents of a domain whose outcome is asked for twice, the second time with its facts moved a "
            "little; 0 leaves that out.",
            min=0,
        ),
    ] = 50
    outside: Annotated[
        Path | None, typer.Option(help="Texts of the same kind that the model cannot know, to compare with.")
    ] = None
    text_column: Annotated[
        str | None, typer.Option(help="Column of the text in a FILE; without it a .csv or .tsv is tested as a table.")
    ] = None
    seed: Annotated[int, typer.Option(help="Draws rows and texts.", min=0)] = 0


@dataclass(frozen=True)
class MemoryKeepOptions:
    """Where replies go.

    Attributes
    ----------
    store : Path or None
    estimate : bool
    """

    store: Annotated[
        Path | None, typer.Option(help="File that keeps every reply (SQLite); a second run then asks nothing twice.")
    ] = None
    estimate: Annotated[bool, typer.Option("--estimate", help="Only say what it would take; nothing is sent.")] = False


class Planned(NamedTuple):
    """What is tested, and with what.

    Attributes
    ----------
    name : str
    tests : sequence of MemoryTest
    domain : Domain or None
        Where direct predictions of its outcome are asked for too.
    """

    name: str
    tests: "Sequence[pellucid.memorisation.MemoryTest]"
    domain: "pellucid.schema.Domain | None" = None


@grouped
def memorised(
    what: Annotated[
        str,
        typer.Argument(metavar="DOMAIN|FILE", help="A domain, a table (.csv, .tsv) as it was published, or texts."),
    ],
    model: ModelOptions,
    asked: TrialOptions,
    keep: MemoryKeepOptions,
    limits: LimitOptions,
    as_json: Json = False,
) -> None:
    """Test whether a live model knows a data set by heart, so that its predictions prove nothing there."""
    model.check()
    limits.check(model.url)
    planned = _planned(what, asked)
    with open_model(model, limits) as opened, _opened_store(keep) as store:
        if keep.estimate:
            found = pellucid.memorisation.estimate_tests(planned.tests, opened, store=store)
            typer.echo(_json(found) if as_json else _estimate_text(found, planned, asked))
            return
        with progress_bar(f"{planned.name}: asking") as progress:
            report = _run(planned, opened, asked, store, progress)
    typer.echo(_json(report) if as_json else "\n".join(map(pellucid.reporting.one_line, report.to_lines())))


def _planned(what: str, asked: TrialOptions) -> Planned:
    """Open a domain or a file, and plan what to ask."""
    if what in pellucid.domains.names() or (Path(what) / "domain.toml").is_file():
        if asked.text_column is not None:
            refuse("text_column", f"is for a file of texts; the domain {what} has its own")
        domain = pellucid.domains.load(what)
        texts = domain.documents()
        return Planned(domain.name, [_continuation(texts, asked)], domain if asked.perturbed else None)
    file = Path(what)
    if not file.exists():
        known = ", ".join(pellucid.domains.names())
        raise PellucidError(f"DOMAIN|FILE: {what!r} does not exist; give one of {known}, a domain's folder, or a file")
    if file.suffix.lower() in (".csv", ".tsv") and asked.text_column is None:
        if asked.outside is not None:
            refuse("outside", "is for texts; name their column with --text-column")
        table = pellucid.memorisation.RawTable.of_file(file)
        return Planned(file.name, pellucid.memorisation.table_tests(table, trials=asked.trials, seed=asked.seed))
    return Planned(file.name, [_continuation(_texts(file, asked.text_column), asked)])


def _continuation(texts: "Sequence[str] | pd.Series[str]", asked: TrialOptions) -> "pellucid.memorisation.MemoryTest":
    outside = [] if asked.outside is None else _texts(asked.outside, asked.text_column)
    return pellucid.memorisation.continuation_test(texts, outside=outside, trials=asked.trials, seed=asked.seed)


def _texts(file: Path, column: str | None) -> list[str]:
    return [text for _, text in pellucid.study.open_documents(file, text_column=column)]


def _opened_store(keep: MemoryKeepOptions) -> AbstractContextManager["pellucid.llm.AnswerStore | None"]:
    """Open the store; for an estimate none is made."""
    if keep.store is None or (keep.estimate and not keep.store.exists()):
        return nullcontext()
    return pellucid.llm.AnswerStore(keep.store)


def _run(
    planned: Planned,
    model: "pellucid.llm.LanguageModel",
    asked: TrialOptions,
    store: "pellucid.llm.AnswerStore | None",
    progress: Callable[[int, int], None],
) -> "pellucid.memorisation.MemorisationReport":
    """Ask for outcomes where there are any, then put the planned tests."""
    also = [] if planned.domain is None else [_perturbed(planned.domain, model, asked, store)]
    return pellucid.memorisation.run_tests(
        planned.tests, model, subject=planned.name, also=also, seed=asked.seed, store=store, progress=progress
    )


def _perturbed(
    domain: "pellucid.schema.Domain",
    model: "pellucid.llm.LanguageModel",
    asked: TrialOptions,
    store: "pellucid.llm.AnswerStore | None",
) -> "pellucid.memorisation.MemorisationTest":
    """Ask for the outcome of documents as they are and with their facts moved."""
    texts, outcome = domain.documents(), domain.outcome()
    direct = pellucid.labeling.DirectLLMClassifier(model, task=domain.task, store=store).fit(texts, outcome)

    def predict(documents: Sequence[str]) -> list[float | None]:
        return [one.probability for one in direct.read(list(documents))]

    return pellucid.memorisation.perturbed_test(texts, outcome, predict, trials=asked.perturbed, seed=asked.seed)


def _estimate_text(found: "pellucid.memorisation.MemorisationEstimate", planned: Planned, asked: TrialOptions) -> str:
    """Say what it would take."""
    tokens = f"about {found.prompt_tokens:,} tokens sent and {found.reply_tokens:,} received"
    lines = [f"{planned.name}: {found.requests:,} requests ({found.stored:,} replies are stored), {tokens}"]
    if found.cost is not None:
        lines.append(f"cost        about {found.cost:.4g}")
    if planned.domain is not None:
        lines.append(f"and up to {2 * asked.perturbed:,} requests for outcomes, each with one document")
    return "\n".join(map(pellucid.reporting.one_line, lines))


def _json(record: "pellucid.schema.Record") -> str:
    return pellucid.schema.to_json(record.model_dump(mode="json"), indent=2)
