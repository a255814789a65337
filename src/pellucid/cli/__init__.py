"""The command line: studies of recorded domains, and reading with live models."""

import sys
from typing import Annotated, NoReturn

import typer

import pellucid
from pellucid.cli._app_command import app as app_command
from pellucid.cli._compare_command import compare
from pellucid.cli._labels_command import labels
from pellucid.cli._live_commands import attack, probe
from pellucid.cli._log_command import log
from pellucid.cli._memorised_command import memorised
from pellucid.cli._reading_command import read
from pellucid.cli._record_command import record
from pellucid.cli._shared import error_line
from pellucid.cli._study_commands import demo, domains, explain, schema
from pellucid.cli._users_command import users
from pellucid.cli._validate_command import validate
from pellucid.exceptions import PellucidError

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Decisions people can check: an LLM reads, a glass box decides, a person can verify every step. "
        "Exit codes: 0 done, 1 it could not be done (the reason stands on standard error), 2 wrong usage, "
        "130 stopped by Ctrl-C."
    ),
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pellucid {pellucid.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


for command in (demo, validate, compare, explain, domains, schema, read, record, probe, attack, memorised):
    app.command()(command)

app.command("app")(app_command)
app.add_typer(labels, name="labels")
app.add_typer(log, name="log")
app.add_typer(users, name="users")


def main() -> None:
    """Run the command line; errors of our own tree become one line and exit code 1."""
    try:
        app()
    except PellucidError as error:
        _fail(": ".join([*getattr(error, "__notes__", ()), str(error)]))
    except OSError as error:
        _fail(f"{error.filename or 'output'}: {error.strerror or type(error).__name__}")


def _fail(reason: str) -> NoReturn:
    """Say why it could not be done, in one line that cannot steer the terminal, and stop."""
    typer.echo(error_line(reason), err=True)
    sys.exit(1)
