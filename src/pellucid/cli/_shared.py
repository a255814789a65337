"""What several commands share: options with their help, groups of options, progress, the line of an error."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import pellucid

# The package loads its parts when they are first used, so `pellucid --help` answers before pandas
# would have loaded; the imports below are for the type checker and for readers.
if TYPE_CHECKING:
    import pellucid.reporting

DomainName = Annotated[str, typer.Argument(help="Name of a domain (see `pellucid domains`), or a domain's folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to standard output, and nothing else there.")]
Seed = Annotated[int, typer.Option(help="Seed of folds and bootstrap.", min=0)]
Splits = Annotated[int, typer.Option(help="Folds per repeat.", min=2)]
Repeats = Annotated[int, typer.Option(help="Repeats of the cross-validation.", min=1)]
Db = Annotated[
    str,
    typer.Option(
        "--db",
        envvar="PELLUCID_DB",
        help="Database of the decision log: a SQLite file, or postgresql+psycopg://USER@HOST/DATABASE.",
    ),
]
Jobs = Annotated[int, typer.Option(help="Processes; 0 takes one per core.", min=0)]

DEFAULT_DB = "runs/app/pellucid.db"
"""Where the app keeps its log unless told otherwise."""

_AS_OPTIONS = {
    "allow_remote=True": "--allow-remote",
    "(text_column)": "(--text-column)",
    "(id_column)": "(--id-column)",
}
"""What an error says in Python, and how the command line says it."""

_PARAMETER = re.compile("^(max_requests|max_tokens|max_cost|deadline|key_env|url|db)(_s)?(?=: )")
"""The parameter that an error begins with, where it is an option too."""


def error_line(reason: str) -> str:
    """Say why something could not be done, in one line that cannot steer the terminal.

    Parameters
    ----------
    reason : str

    Returns
    -------
    str
    """
    for said, option in _AS_OPTIONS.items():
        reason = reason.replace(said, option)
    reason = _PARAMETER.sub(lambda found: "--" + found[1].replace("_", "-"), reason)
    return f"error: {pellucid.reporting.one_line(reason)}"


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take a dataclass of options as one parameter.

    Every field becomes an option of its own, with the field's annotation and default.

    Parameters
    ----------
    command : callable
        Parameters annotated with a dataclass are groups; all others stay as they are.

    Returns
    -------
    callable
        With the signature that typer reads.
    """
    groups: dict[str, Any] = {}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        group: Any = parameter.annotation
        if isinstance(group, type) and dataclasses.is_dataclass(group):
            groups[name] = group
            parameters += inspect.signature(group).parameters.values()
        else:
            parameters.append(parameter)

    def run(**given: Any) -> None:
        for name, group in groups.items():
            fields = [field.name for field in dataclasses.fields(group)]
            given[name] = group(**{field: given.pop(field) for field in fields})
        command(**given)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    named = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]
    run.__signature__ = inspect.Signature(named)  # type: ignore[attr-defined]
    return run


@contextmanager
def progress_bar(said: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on standard error while something long runs.

    Parameters
    ----------
    said : str
        What is going on.

    Yields
    ------
    callable
        To be called with (done, in all).
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(said, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
