"""The commands on recorded domains: `pellucid demo`, `explain`, `domains`, `schema`."""

import os
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import pellucid
from pellucid.cli._shared import DomainName, Jobs, Json, Repeats, Seed, Splits, progress_bar
from pellucid.exceptions import PellucidError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.domains
    import pellucid.reporting
    import pellucid.schema
    import pellucid.study


class GlassBoxName(StrEnum):
    """The glass boxes a decision can be explained by."""

    EBM = "EBM"
    SPARSE_LINEAR = "sparse linear"
    SHALLOW_TREE = "shallow tree"
    RISK_SCORE = "risk score"


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the reports, one subfolder per domain.")] = Path("runs"),
    domain: Annotated[list[str] | None, typer.Option(help="Only this domain; may be given again.")] = None,
    splits: Splits = 5,
    repeats: Repeats = 5,
    seed: Seed = 0,
    jobs: Jobs = 0,
    as_json: Json = False,
) -> None:
    """Run the whole chain on every domain, offline, from recorded answers."""
    began = time.monotonic()
    found = {}
    chosen = [pellucid.domains.load(name) for name in domain or pellucid.domains.names()]
    if len({opened.name for opened in chosen}) < len(chosen):
        raise PellucidError("--domain: two of the domains have the same name; their reports would overwrite each other")
    for opened in chosen:
        pellucid.schema.check_writable(out / opened.name)
    for opened in chosen:
        with progress_bar(f"{opened.name}: fitting") as progress:
            result = pellucid.study.run_study(
                opened,
                splits=splits,
                repeats=repeats,
                seed=seed,
                n_jobs=jobs or os.cpu_count() or 1,
                progress=progress,
                command=f"pellucid demo --domain {opened.name} --splits {splits} --repeats {repeats} --seed {seed}",
            )
        paths = pellucid.study.write_study(result, out / opened.name)
        found[opened.name] = {name: str(path) for name, path in paths.items()}
        if not as_json:
            typer.echo(f"\n{pellucid.reporting.one_line(opened.title)}\n")
            typer.echo(pellucid.reporting.comparison_text(result.study.comparison))
            typer.echo("".join(f"\n  {name:<11}{path}" for name, path in paths.items()))
    if as_json:
        typer.echo(pellucid.schema.to_json(found, indent=2))
    else:
        typer.echo(f"\nDone in {time.monotonic() - began:.0f} s. Open a report.html in a browser; it needs no network.")


def explain(
    domain: DomainName,
    document: Annotated[str, typer.Option(help="Id of the document.")],
    glass_box: Annotated[GlassBoxName, typer.Option(help="What decides.", case_sensitive=False)] = GlassBoxName.EBM,
    as_json: Json = False,
) -> None:
    """Explain one decision, by a glass box that was fitted on all the other documents."""
    opened = pellucid.domains.load(domain)
    with progress_bar(f"{opened.name}: fitting on all the other documents"):
        explained = pellucid.study.explain_document(opened, document, glass_box=glass_box.value)
    if as_json:
        typer.echo(pellucid.schema.to_json(explained.model_dump(mode="json"), indent=2))
    else:
        typer.echo(pellucid.reporting.decision_text(explained))


def domains(as_json: Json = False) -> None:
    """List the domains that ship with Pellucid."""
    rows = []
    for opened in map(pellucid.domains.load, pellucid.domains.names()):
        outcome = opened.outcome()
        rows.append(
            {
                "name": opened.name,
                "title": opened.title,
                "documents": len(outcome),
                "with_outcome": int(outcome.sum()),
                "questions": len(opened.questionnaire.questions),
                "recorded_model": opened.recorded_model,
            }
        )
    if as_json:
        typer.echo(pellucid.schema.to_json(rows, indent=2))
        return
    for row in rows:
        typer.echo(
            f"{row['name']:<12}{row['documents']:>5} documents, {row['with_outcome']:>3} with the outcome, "
            f"{row['questions']:>2} questions   {pellucid.reporting.one_line(str(row['title']))}"
        )


def schema(
    name: Annotated[str | None, typer.Argument(help="One record, such as Questionnaire; all where left out.")] = None,
) -> None:
    """Print the JSON Schema of Pellucid's records."""
    schemas = pellucid.schema.json_schemas()
    if name is not None and name not in schemas:
        raise PellucidError(f"schema: got {name!r}; there are {', '.join(schemas)}")
    typer.echo(pellucid.schema.to_json(schemas if name is None else schemas[name], indent=2))
