"""Bring a database to the tables of this version, or say why that cannot be."""

from pathlib import Path
from typing import TYPE_CHECKING

from pellucid._optional import import_extra
from pellucid.exceptions import LedgerError

if TYPE_CHECKING:
    import sqlalchemy as sa
    from alembic import migration as alembic_migration
    from alembic import operations as alembic_operations
    from alembic import script as alembic_script
else:
    alembic_migration = import_extra("alembic.migration", extra="ledger", purpose="the decision log")
    alembic_operations = import_extra("alembic.operations", extra="ledger", purpose="the decision log")
    alembic_script = import_extra("alembic.script", extra="ledger", purpose="the decision log")

VERSION_TABLE = "pellucid_version"
"""Its own name, so that other programs may use alembic in the same database."""

_FOLDER = Path(__file__).parent / "migrations"


def steps_to_go(connection: "sa.Connection") -> list[str]:
    """Return the migrations that a database lacks.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Inside a transaction.

    Returns
    -------
    list of str
        Revisions, in the order in which they are to be made.

    Raises
    ------
    LedgerError
        If the database was written by a newer version.
    """
    known = [revision.revision for revision in _script().walk_revisions()]
    has = _context(connection).get_current_revision()
    if has is None:
        return known[::-1]
    if has not in known:
        raise LedgerError(
            f"db: its tables have revision {has:.40}, and this version of Pellucid knows them up to {known[0]}; "
            "a newer Pellucid wrote it, so update this one"
        )
    return known[: known.index(has)][::-1]


def migrate(connection: "sa.Connection") -> None:
    """Make the migrations that a database lacks.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Inside a transaction that excludes every other writer, so that of two processes that
        open a fresh database at once one makes the tables and the other finds them made.
    """
    script = _script()
    for revision in steps_to_go(connection):
        context = _context(connection)
        with alembic_operations.Operations.context(context):
            script.get_revision(revision).module.upgrade()
        context.stamp(script, revision)


def _script() -> "alembic_script.ScriptDirectory":
    return alembic_script.ScriptDirectory(str(_FOLDER))


def _context(connection: "sa.Connection") -> "alembic_migration.MigrationContext":
    return alembic_migration.MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
