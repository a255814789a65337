"""`pellucid log`: verify, show and export the decision log."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import pellucid
from pellucid.cli._shared import DEFAULT_DB, Db, Json, progress_bar
from pellucid.exceptions import InvalidInputError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.ledger
    import pellucid.reporting
    import pellucid.schema

log = typer.Typer(no_args_is_help=True, help="The decision log: what people signed, and whether it still stands so.")

_EXPECTED = re.compile(r"(\d+):([0-9a-f]{64})")


@log.command()
def verify(
    db: Db = DEFAULT_DB,
    expect: Annotated[
        str | None, typer.Option(help="NUMBER:DIGEST, the head that an earlier verification printed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find every entry that was altered, taken out, put elsewhere or cut off; exit code 1 if there is any."""
    with pellucid.ledger.DecisionLog.open(db, create=False) as opened, progress_bar("verifying") as progress:
        check = opened.verify(progress=progress, expect=_expected(expect))
    if as_json:
        typer.echo(pellucid.schema.to_json(check.model_dump(mode="json"), indent=2))
    elif check.intact:
        typer.echo(f"intact: {check.entries:,} entries\n  head  {check.entries}:{check.head}")
        typer.echo(
            "  Note the head down elsewhere; `pellucid log verify --expect HEAD` then finds a rewritten log too."
        )
    else:
        typer.echo(f"NOT INTACT: {check.entries:,} entries read, {len(check.problems):,} problems")
        for problem in check.problems:
            where = "the log" if problem.number is None else f"entry {problem.number}"
            typer.echo(f"  {where}: {pellucid.reporting.one_line(problem.what)}")
    if not check.intact:
        raise typer.Exit(1)


@log.command()
def show(
    db: Db = DEFAULT_DB,
    domain: Annotated[str | None, typer.Option(help="Only entries of this domain.")] = None,
    document: Annotated[str | None, typer.Option(help="Only entries about this document.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only entries of this kind, such as overridden.")] = None,
    last: Annotated[int, typer.Option(help="How many of the newest to print.", min=1)] = 20,
    as_json: Json = False,
) -> None:
    """Print the newest entries, oldest of them first."""
    with pellucid.ledger.DecisionLog.open(db, create=False) as opened:
        found = opened.entries(domain=domain, document=document, kind=kind, limit=last, newest_first=True)[::-1]
    if as_json:
        typer.echo(pellucid.schema.to_json([entry.model_dump(mode="json") for entry in found], indent=2))
        return
    if not found:
        typer.echo("no entries")
    for entry in found:
        about = "/".join(filter(None, (entry.domain, entry.document)))
        who = f"{entry.person} ({entry.role.value})"
        line = f"{entry.number:>6}  {entry.at[:10]} {entry.at[11:19]}Z  {entry.kind.value:<10}  {about}  {who}"
        typer.echo(pellucid.reporting.one_line(line))
        typer.echo(f"        {pellucid.reporting.one_line(_said(entry))}")


@log.command()
def export(
    db: Db = DEFAULT_DB,
    out: Annotated[Path | None, typer.Option(help="File (JSON Lines); standard output where left out.")] = None,
    domain: Annotated[str | None, typer.Option(help="Only entries of this domain.")] = None,
) -> None:
    """Write entries as JSON Lines with their digests; each digest is SHA-256 of the others, keys sorted, no spaces."""
    if out is not None and out.exists():
        raise InvalidInputError(f"--out: {out} exists; name another file")
    with pellucid.ledger.DecisionLog.open(db, create=False) as opened:
        found = opened.entries(domain=domain)
    lines = "".join(pellucid.schema.canonical_json(entry.model_dump(mode="json")) + "\n" for entry in found)
    if out is None:
        typer.echo(lines, nl=False)
        return
    pellucid.schema.write_files({out: lines})
    typer.echo(f"{len(found):,} entries  {out}")


def _expected(said: str | None) -> tuple[int, str] | None:
    if said is None:
        return None
    found = _EXPECTED.fullmatch(said)
    if found is None:
        raise InvalidInputError(
            f"--expect: got {said!r:.90}; NUMBER:DIGEST is expected, as `pellucid log verify` prints"
        )
    return int(found[1]), found[2]


def _said(entry: "pellucid.schema.Entry") -> str:
    """Say in a line what was signed; empty fields and long digests are left out."""
    try:
        body = entry.signed().model_dump(mode="json")  # in the record's order
    except InvalidInputError:
        body = entry.body
    shown = []
    for name, value in body.items():
        if value == "" or name.endswith("digest"):
            continue
        if isinstance(value, float):
            value = f"{value:.6g}"
        shown.append(f"{name.replace('_', ' ')}: {'not stated' if value is None else value}")
    return "; ".join(shown)
