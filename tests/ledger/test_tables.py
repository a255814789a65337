"""The tables the code asks for are those that the migrations make."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pellucid.ledger._database import Database
from pellucid.ledger._tables import METADATA


def test_migrations_make_the_tables_the_code_asks_for(tmp_path):
    database = Database(tmp_path / "log.db")
    with database.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "pellucid_version", "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []
    database.close()
