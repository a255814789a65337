"""`pellucid record`: a domain's answers and direct predictions, by a live model, as recordings that can be replayed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import pellucid
from pellucid.cli._models import open_model
from pellucid.cli._options import LimitOptions, ModelOptions, refuse
from pellucid.cli._reading_view import summary_text, watched
from pellucid.cli._shared import DomainName, Json, grouped
from pellucid.exceptions import InvalidInputError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.domains
    import pellucid.llm
    import pellucid.reporting
    import pellucid.schema
    import pellucid.study


@dataclass(frozen=True)
class RecordOptions:
    """Where a recording goes.

    Attributes
    ----------
    store : Path
    out : Path or None
    force : bool
    """

    store: Annotated[Path, typer.Option(help="File that keeps every answer (SQLite); made where it is missing.")]
    out: Annotated[
        Path | None, typer.Option(help="Folder that becomes, or is, the domain; its own where left out.")
    ] = None
    force: Annotated[bool, typer.Option("--force", help="Replace recordings that are there.")] = False


@grouped
def record(
    domain: DomainName,
    model: ModelOptions,
    keep: RecordOptions,
    limits: LimitOptions,
    as_json: Json = False,
) -> None:
    """Record a live model on a domain, so that it can be replayed and validated without it."""
    model.check()
    limits.check(model.url)
    opened = pellucid.domains.load(domain)
    if keep.out is None and domain in pellucid.domains.names():
        refuse("out", "is needed: a domain that ships with Pellucid is not written to")
    folder = keep.out or opened.folder
    if folder.is_file():
        raise InvalidInputError(f"--out: {folder} is a file; name a folder")
    with open_model(model, limits) as asked, pellucid.llm.AnswerStore(keep.store) as store:
        found = watched(
            f"{opened.name}: recording",
            len(opened.documents()),
            lambda watch: pellucid.study.record_domain(
                opened, asked, folder, store=store, force=keep.force, watch=watch
            ),
        )
    if as_json:
        typer.echo(pellucid.schema.to_json(found.model_dump(mode="json"), indent=2))
    else:
        typer.echo(summary_text(found.reading, str(keep.store)))
        typer.echo(_recorded_text(found))


def _recorded_text(found: "pellucid.study.RecordedDomain") -> str:
    """Say where the recordings are and what they are good for."""
    lines = [
        f"recorded in {found.answers}",
        f"            {found.direct}",
        f"outcome     {found.predictions:,} direct predictions, {len(found.unreadable):,} unreadable",
    ]
    if found.unreadable:
        lines.append(f"A comparison needs every direct prediction; without one are {', '.join(found.unreadable[:5])}.")
    else:
        lines.append(f"Next: pellucid validate {found.folder}")
    if found.note:
        lines.append(f"Note: {found.note}")
    return "\n".join(map(pellucid.reporting.one_line, lines))
