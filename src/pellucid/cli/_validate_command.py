"""`pellucid validate`: is the glass box as good as asking the language model, on one domain; with a report to sign."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import pellucid
from pellucid.cli._shared import DomainName, Jobs, Json, Repeats, Seed, Splits, grouped, progress_bar
from pellucid.exceptions import InvalidInputError, PellucidError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.domains
    import pellucid.reporting
    import pellucid.schema
    import pellucid.study


@dataclass(frozen=True)
class DesignOptions:
    """How documents are divided, and who does the work.

    Attributes
    ----------
    splits, repeats, seed, jobs : int
    checkpoint : Path or None
    gold_curves : bool
    """

    splits: Splits = 5
    repeats: Repeats = 5
    seed: Seed = 0
    jobs: Jobs = 0
    checkpoint: Annotated[
        Path | None, typer.Option(help="Folder for finished fits; the same command goes on from there.")
    ] = None
    gold_curves: Annotated[
        bool,
        typer.Option(
            "--gold-curves", help="Also trace 0 to 200 gold labels, with and without the LLM's; takes longer."
        ),
    ] = False


@dataclass(frozen=True)
class ReportOptions:
    """What is written beside the terminal.

    Attributes
    ----------
    out, report, answers : Path or None
    """

    out: Annotated[Path | None, typer.Option(help="Also write the comparison to this JSON file.")] = None
    report: Annotated[
        Path | None,
        typer.Option(help="Also audit questions and groups, and write report, summary, cards and JSON to this folder."),
    ] = None
    answers: Annotated[
        Path | None,
        typer.Option(
            help="TOML file with what a person says to items no run can fill; see to-answer.toml in a report."
        ),
    ] = None


@grouped
def validate(domain: DomainName, design: DesignOptions, write: ReportOptions, as_json: Json = False) -> None:
    """Compare glass boxes, the direct LLM and baselines on the same folds; report what a reader must know."""
    opened = pellucid.domains.load(domain)
    _check(write)
    answers = pellucid.reporting.read_answers(write.answers) if write.answers else {}
    paths: dict[str, Path] = {}
    command = (
        f"pellucid validate {opened.name} --splits {design.splits} --repeats {design.repeats} --seed {design.seed}"
    )
    with progress_bar(f"{opened.name}: fitting") as progress:
        if write.report is None:
            comparison = _run(pellucid.study.compare_domain, opened, design, progress, command)
            if design.gold_curves:
                comparison = _traced(opened, design).onto(comparison)
        else:
            result = _run(pellucid.study.run_study, opened, design, progress, f"{command} --report FOLDER")
            if design.gold_curves:
                result = result.with_gold_curves(_traced(opened, design))
            comparison = result.study.comparison
            paths = pellucid.study.write_report(result, write.report, answers=answers)
    written = pellucid.schema.to_json(comparison.model_dump(mode="json"), indent=2)
    if write.out is not None:
        pellucid.schema.write_files({write.out: written + "\n"})
    typer.echo(written if as_json else pellucid.reporting.comparison_text(comparison))
    if paths and not as_json:
        typer.echo("".join(f"  {name:<11}{path}\n" for name, path in paths.items()).rstrip("\n"))


def _run(
    study: Callable[..., Any],
    opened: "pellucid.schema.Domain",
    design: DesignOptions,
    progress: Callable[[int, int], None],
    command: str,
) -> Any:
    return study(
        opened,
        splits=design.splits,
        repeats=design.repeats,
        seed=design.seed,
        n_jobs=design.jobs or os.cpu_count() or 1,
        checkpoint=design.checkpoint,
        progress=progress,
        command=command,
    )


def _traced(opened: "pellucid.schema.Domain", design: DesignOptions) -> "pellucid.schema.GoldCurves":
    """Trace learning curves over gold labels, on fewer repeats, since each is many fits."""
    with progress_bar(f"{opened.name}: gold labels") as progress:
        return pellucid.study.trace_labels(
            opened,
            splits=design.splits,
            repeats=min(2, design.repeats),
            seed=design.seed,
            n_jobs=design.jobs or os.cpu_count() or 1,
            checkpoint=design.checkpoint,
            progress=progress,
        )


def _check(write: ReportOptions) -> None:
    """Refuse places that cannot be written to before anything is fitted."""
    if write.out is not None:
        if write.out.is_dir():
            raise PellucidError(f"--out: {write.out} is a folder; name a file")
        pellucid.schema.check_writable(write.out.parent)
    if write.answers is not None and write.report is None:
        raise InvalidInputError("--answers: goes into a report; name its folder with --report")
    if write.report is not None:
        if write.report.is_file():
            raise InvalidInputError(f"--report: {write.report} is a file; name a folder")
        pellucid.schema.check_writable(write.report)
