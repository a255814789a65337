"""`pellucid users`: who may sign in to the app, and as what."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

import pellucid
from pellucid.cli._shared import DEFAULT_DB, Db, Json

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.ledger
    import pellucid.reporting
    import pellucid.schema

users = typer.Typer(no_args_is_help=True, help="Who may sign in to the app: viewers, reviewers and administrators.")

UserName = Annotated[str, typer.Argument(help="Name they sign in with; case does not matter.")]
RoleName = Annotated[str, typer.Argument(help="viewer, reviewer or admin.")]
FromInput = Annotated[
    bool, typer.Option("--stdin", help="Read the password from the first line of standard input; do not ask for it.")
]


@users.command()
def add(
    name: UserName,
    db: Db = DEFAULT_DB,
    role: Annotated[str, typer.Option(help="viewer, reviewer or admin.")] = "viewer",
    stdin: FromInput = False,
) -> None:
    """Add somebody; the password is asked for, twice."""
    with pellucid.ledger.Accounts.open(db) as accounts:
        person = accounts.add(name, _password(stdin), role)
    _say(f"added {person.name} as {person.role.value}")


@users.command("list")
def list_(db: Db = DEFAULT_DB, as_json: Json = False) -> None:
    """Print who there is."""
    with pellucid.ledger.Accounts.open(db, create=False) as accounts:
        people = accounts.people()
    if as_json:
        typer.echo(pellucid.schema.to_json([one.model_dump(mode="json") for one in people], indent=2))
        return
    if not people:
        typer.echo("nobody; add somebody with `pellucid users add NAME --role admin`")
    width = max((len(one.name) for one in people), default=0)
    for one in people:
        _say(f"{one.name:<{width}}  {one.role.value}{'  (disabled)' if one.disabled else ''}")


@users.command()
def password(name: UserName, db: Db = DEFAULT_DB, stdin: FromInput = False) -> None:
    """Give somebody a new password; it ends their sign-ins, and a lock after wrong passwords."""
    with pellucid.ledger.Accounts.open(db, create=False) as accounts:
        accounts.change_password(name, _password(stdin))
    _say(f"new password for {name}; whoever was signed in by that name no longer is")


@users.command()
def role(name: UserName, role: RoleName, db: Db = DEFAULT_DB) -> None:
    """Give somebody another role."""
    with pellucid.ledger.Accounts.open(db, create=False) as accounts:
        person = accounts.set_role(name, role)
    _say(f"{person.name} is {person.role.value}")


@users.command()
def disable(
    name: UserName,
    db: Db = DEFAULT_DB,
    undo: Annotated[bool, typer.Option("--undo", help="Let them sign in again.")] = False,
) -> None:
    """Take away somebody's right to sign in; what they signed stays."""
    with pellucid.ledger.Accounts.open(db, create=False) as accounts:
        accounts.disable(name, disabled=not undo)
    _say(f"{name} may sign in again" if undo else f"{name} may no longer sign in")


def _say(line: str) -> None:
    typer.echo(pellucid.reporting.one_line(line))


def _password(stdin: bool) -> str:
    """Return a password that nobody sees: not on the screen, not in the list of processes."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
