"""`pellucid compare`: methods compared by what they predicted, from one file; no model is run."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import pellucid
from pellucid.cli._shared import Json, grouped
from pellucid.exceptions import InvalidInputError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.reporting
    import pellucid.schema
    import pellucid.study
    import pellucid.validation


@dataclass(frozen=True)
class ColumnOptions:
    """Which column holds what.

    Attributes
    ----------
    outcome : str
    contender, labels : list of str or None
    reference, group : str or None
    """

    outcome: Annotated[str, typer.Option(help="Column of what really happened.")]
    contender: Annotated[
        list[str] | None,
        typer.Option(help="Column of probabilities, of the second label in sorted order; may be given again."),
    ] = None
    labels: Annotated[
        list[str] | None, typer.Option(help="Column of labels, without probabilities; may be given again.")
    ] = None
    reference: Annotated[
        str | None, typer.Option(help="The contender that others are compared with; the first where left out.")
    ] = None
    group: Annotated[str | None, typer.Option(help="Column of persons, or whatever rows share.")] = None


@dataclass(frozen=True)
class TestOptions:
    """What was fixed beforehand.

    Attributes
    ----------
    all_pairs : bool
    margin, threshold : float
    draws, seed : int
    """

    all_pairs: Annotated[bool, typer.Option("--all-pairs", help="Compare every contender with every other.")] = False
    margin: Annotated[float, typer.Option(help="How much lower still counts as good.", min=0, max=0.5)] = 0.02
    threshold: Annotated[float, typer.Option(help="Probability that counts as positive.", min=0, max=1)] = 0.5
    draws: Annotated[int, typer.Option(help="Bootstrap draws per interval.", min=40)] = 2000
    seed: Annotated[int, typer.Option(help="Seed of the draws.", min=0)] = 0


@grouped
def compare(
    file: Annotated[Path, typer.Argument(help="CSV file with a header, one row per document.")],
    columns: ColumnOptions,
    test: TestOptions,
    out: Annotated[Path | None, typer.Option(help="Also write the comparison to this JSON file.")] = None,
    as_json: Json = False,
) -> None:
    """Compare methods by their stored predictions: intervals, paired tests, and what follows."""
    names = [*(columns.contender or ()), *(columns.labels or ())]
    if not names:
        raise InvalidInputError("--contender or --labels: name at least one column of predictions")
    if len(set(names)) < len(names):
        raise InvalidInputError("--contender, --labels: a column is named twice")
    if out is not None:
        pellucid.schema.check_writable(out.parent)
    found = pellucid.study.read_predictions(
        file,
        columns.outcome,
        probabilities=columns.contender or (),
        labels=columns.labels or (),
        group=columns.group,
    )
    analysis = pellucid.validation.Analysis(
        columns.reference or names[0], test.margin, test.threshold, test.draws, test.seed, test.all_pairs, n_jobs=-1
    )
    comparison = pellucid.validation.compare_predictions(
        found.y,
        found.predictions,
        analysis,
        groups=found.groups,
        subject=file.name,
        provenance=found.provenance,
    )
    written = pellucid.schema.to_json(comparison.model_dump(mode="json"), indent=2)
    if out is not None:
        pellucid.schema.write_files({out: written + "\n"})
    typer.echo(written if as_json else pellucid.reporting.comparison_text(comparison))
