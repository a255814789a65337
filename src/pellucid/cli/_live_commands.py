"""The commands that try a live model: `pellucid probe` and `pellucid attack`."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import pellucid
from pellucid.cli._models import open_model
from pellucid.cli._options import Evidence, EvidenceName, LimitOptions, ModelOptions
from pellucid.cli._shared import Json, grouped, progress_bar

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.llm
    import pellucid.reporting
    import pellucid.schema
    import pellucid.study


def probe(
    url: Annotated[str, typer.Argument(metavar="URL", help="Base URL, such as http://127.0.0.1:8000/v1.")],
    model: Annotated[
        str | None, typer.Option(help="Name of the model; the first the server lists where left out.")
    ] = None,
    key_env: Annotated[
        str | None, typer.Option(help="Name of the environment variable that holds the server's key.")
    ] = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let the probe's requests leave this machine.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find out what a server really does with what it is asked."""
    found = pellucid.llm.probe_server(url, model=model, key_env=key_env, allow_remote=allow_remote)
    if as_json:
        typer.echo(pellucid.schema.to_json(found.model_dump(mode="json"), indent=2))
    else:
        typer.echo("\n".join(map(pellucid.reporting.one_line, found.to_lines())))


@grouped
def attack(
    model: ModelOptions,
    limits: LimitOptions,
    store: Annotated[
        Path | None, typer.Option(help="File that keeps every answer (SQLite); a second run then asks nothing twice.")
    ] = None,
    evidence: Evidence = EvidenceName.QUOTE,
    as_json: Json = False,
) -> None:
    """Put the shipped adversarial texts to a live model and score what it makes of them."""
    model.check()
    limits.check(model.url)
    with (
        open_model(model, limits) as opened,
        nullcontext() if store is None else pellucid.llm.AnswerStore(store) as kept,
        progress_bar("attack") as progress,
    ):
        found = pellucid.study.run_attack(opened, progress=progress, store=kept, evidence=evidence.value)
    if as_json:
        typer.echo(pellucid.schema.to_json(found.model_dump(mode="json"), indent=2))
    else:
        typer.echo("\n".join(map(pellucid.reporting.one_line, found.to_lines())))
