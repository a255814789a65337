"""`pellucid labels`: labels from language models, rules and people, and what a glass box learns from them."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import pellucid
from pellucid.cli._shared import Jobs, Json, Seed, Splits, grouped, progress_bar
from pellucid.exceptions import InvalidInputError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.domains
    import pellucid.schema
    import pellucid.study

labels = typer.Typer(no_args_is_help=True, help="Labels of language models, rules and people, and what they are worth.")


@dataclass(frozen=True)
class BenchOptions:
    """How labels are compared.

    Attributes
    ----------
    splits, repeats, seed, jobs : int
    curves : bool
    curve_repeats : int
    checkpoint : Path or None
    out : Path or None
    """

    splits: Splits = 5
    repeats: Annotated[int, typer.Option(help="Repeats of the cross-validation.", min=1)] = 10
    seed: Seed = 0
    jobs: Jobs = 0
    curves: Annotated[bool, typer.Option(help="Also trace 0, 10, 25, 50, 100 and 200 gold labels.")] = False
    curve_repeats: Annotated[int, typer.Option(help="Repeats for the curves.", min=1)] = 2
    checkpoint: Annotated[
        Path | None, typer.Option(help="Folder for finished fits; the same command goes on from there.")
    ] = None
    out: Annotated[Path | None, typer.Option(help="Also write one comparison per domain to this folder.")] = None


@labels.command()
@grouped
def bench(
    options: BenchOptions,
    domains: Annotated[
        list[str] | None, typer.Argument(help="Domains, or folders of domains; all of ours if none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare glass boxes taught by gold labels, by the language model and by both, with the model asked directly."""
    opened = [pellucid.domains.load(name) for name in domains or pellucid.domains.names()]
    if len({domain.name for domain in opened}) < len(opened):
        raise InvalidInputError("DOMAINS: one is named twice; name each once")
    if options.out is not None:
        if options.out.is_file():
            raise InvalidInputError(f"--out: {options.out} is a file; name a folder")
        pellucid.schema.check_writable(options.out)
    found = {domain.name: _compared(domain, options) for domain in opened}
    curves = {domain.name: _traced(domain, options) for domain in opened} if options.curves else {}
    for name, traced in curves.items():
        found[name] = traced.onto(found[name])
    written = {name: comparison.model_dump(mode="json") for name, comparison in found.items()}
    if options.out is not None:
        files = {
            options.out / f"{name}.json": pellucid.schema.to_json(one, indent=2) + "\n" for name, one in written.items()
        }
        pellucid.schema.write_files(files)
    if as_json:
        typer.echo(pellucid.schema.to_json(written, indent=2))
        return
    typer.echo(pellucid.study.bench_text(pellucid.study.LabelBench(found)))
    for name, traced in curves.items():
        typer.echo(f"\n{pellucid.study.curves_text(name, traced)}")


def _compared(domain: "pellucid.schema.Domain", options: BenchOptions) -> "pellucid.schema.Comparison":
    with progress_bar(f"{domain.name}: comparing") as progress:
        return pellucid.study.bench_labels(
            domain,
            splits=options.splits,
            repeats=options.repeats,
            seed=options.seed,
            n_jobs=options.jobs or os.cpu_count() or 1,
            checkpoint=options.checkpoint,
            progress=progress,
            command=f"pellucid labels bench {domain.name} --splits {options.splits} --repeats {options.repeats} "
            f"--seed {options.seed}",
        )


def _traced(domain: "pellucid.schema.Domain", options: BenchOptions) -> "pellucid.schema.GoldCurves":
    with progress_bar(f"{domain.name}: learning curves") as progress:
        return pellucid.study.trace_labels(
            domain,
            splits=options.splits,
            repeats=options.curve_repeats,
            seed=options.seed,
            n_jobs=options.jobs or os.cpu_count() or 1,
            checkpoint=options.checkpoint,
            progress=progress,
        )


@labels.command()
def review(
    domain: Annotated[str, typer.Argument(help="Name of a domain, or a domain's folder, with recorded label prompts.")],
    out: Annotated[Path, typer.Option(help="File for the queue (JSON Lines); verdicts are filled in there.")],
    first: Annotated[int, typer.Option(help="How many to print.", min=1)] = 5,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Queue the language model's recorded labels for review, those first that an answer is worth most."""
    opened = pellucid.domains.load(domain)
    if out.exists():
        raise InvalidInputError(f"--out: {out} exists, and may hold a person's verdicts; name another file")
    pellucid.schema.check_writable(out.parent)
    with progress_bar(f"{opened.name}: curating"):
        queue = pellucid.study.review_labels(opened, seed=seed)
    queue.write(out)
    if as_json:
        typer.echo(pellucid.schema.to_json(queue.model_dump(mode="json"), indent=2))
        return
    typer.echo(f"{opened.name}: {len(queue.items)} labels. {queue.about}\n")
    for item in queue.items[:first]:
        typer.echo(f"  {item.document}: label {item.label}, proposed {item.proposed} ({item.probability:.0%})")
        typer.echo("".join(f"    {reason}\n" for reason in item.reasons).rstrip("\n"))
    typer.echo(f"\n  queue      {out}")
