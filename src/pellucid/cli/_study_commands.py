"""The commands on recorded domains: `pellucid demo`, `explain`, `domains`, `schema`."""

import os
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import pellucid
from pellucid.cli._shared import DomainName, Jobs, Json, Repeats, Seed, Splits, progress_bar
from pellucid.exceptions import PellucidError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.casework
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


class MethodName(StrEnum):
    """How the principal reasons of a letter are found."""

    AVERAGE = "against average"
    BEST = "against best"


def explain(
    domain: DomainName,
    document: Annotated[str, typer.Option(help="Id of the document.")],
    glass_box: Annotated[GlassBoxName, typer.Option(help="What decides.", case_sensitive=False)] = GlassBoxName.EBM,
    html: Annotated[Path | None, typer.Option(help="Write everything about the decision to this HTML file.")] = None,
    letter: Annotated[Path | None, typer.Option(help="Write the letter of principal reasons to this file.")] = None,
    method: Annotated[
        MethodName, typer.Option(help="How the letter's reasons are found.", case_sensitive=False)
    ] = MethodName.AVERAGE,
    as_json: Json = False,
) -> None:
    """Explain one decision, by a glass box that has not seen the document."""
    opened = pellucid.domains.load(domain)
    wanted = {name: path for name, path in (("--html", html), ("--letter", letter)) if path is not None}
    _check_files(wanted)
    if wanted:
        explained = _write_pages(opened, document, glass_box.value, wanted, method.value)
    else:
        with progress_bar(f"{opened.name}: fitting on all the other documents"):
            explained = pellucid.study.explain_document(opened, document, glass_box=glass_box.value)
    if as_json:
        typer.echo(pellucid.schema.to_json(explained.model_dump(mode="json"), indent=2))
    else:
        typer.echo(pellucid.reporting.decision_text(explained))
        typer.echo("".join(f"  {path}\n" for path in wanted.values()), nl=False)


def _check_files(wanted: Mapping[str, Path]) -> None:
    """Refuse, before anything is fitted, two outputs of one name and a place that cannot be written."""
    if len({path.absolute() for path in wanted.values()}) < len(wanted):
        raise PellucidError("--html, --letter: both name the same file; give each its own")
    for name, path in wanted.items():
        if path.is_dir():
            raise PellucidError(f"{name}: {path} is a folder; name a file")
        pellucid.schema.check_writable(path.parent)


def _write_pages(
    opened: "pellucid.schema.Domain", document: str, glass_box: str, wanted: Mapping[str, Path], method: str
) -> "pellucid.schema.ExplainedDocument":
    """Write report and letter of one case, both or neither, and return what the terminal shows of it."""
    with progress_bar(f"{opened.name}: fitting") as progress:
        work = pellucid.casework.Casework.open(opened, glass_box=glass_box, progress=progress)
    case = work.case(document)
    pages = {}
    if "--html" in wanted:
        pages[wanted["--html"]] = pellucid.reporting.decision_report(case, work.similar(case), work.changes(case))
    if "--letter" in wanted:
        reasons = work.reasons(case, pellucid.schema.ReasonMethod(method))
        pages[wanted["--letter"]] = pellucid.reporting.reason_letter(
            case, reasons, method=method, wording=opened.letter_wording()
        )
    pellucid.schema.write_files(pages)
    return pellucid.schema.ExplainedDocument(
        text=case.text,
        decision=case.decision,
        observed=case.observed or "not known",
        direct=case.direct,
        trained_on=case.trained_on,
    )


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
