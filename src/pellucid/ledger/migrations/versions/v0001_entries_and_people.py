"""The log with its guards and the head that follows it; people, sign-ins, failures, invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXTS = ("at", "kind", "domain", "document", "person", "role", "body", "previous", "digest")

_SQLITE = (
    """CREATE TRIGGER pellucid_entries_update BEFORE UPDATE ON pellucid_entries
    BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END""",
    """CREATE TRIGGER pellucid_entries_delete BEFORE DELETE ON pellucid_entries
    BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END""",
    # INSERT OR REPLACE deletes without a DELETE trigger; this one comes before it.
    """CREATE TRIGGER pellucid_entries_insert BEFORE INSERT ON pellucid_entries
    WHEN NEW.number IS NOT (SELECT entries + 1 FROM pellucid_head WHERE id = 1)
      OR NEW.previous IS NOT (SELECT digest FROM pellucid_head WHERE id = 1)
    BEGIN SELECT RAISE(ABORT, 'an entry continues the last one'); END""",
    """CREATE TRIGGER pellucid_entries_follow AFTER INSERT ON pellucid_entries
    BEGIN UPDATE pellucid_head SET entries = NEW.number, digest = NEW.digest WHERE id = 1; END""",
    """CREATE TRIGGER pellucid_head_delete BEFORE DELETE ON pellucid_head
    BEGIN SELECT RAISE(ABORT, 'the head of the decision log stays'); END""",
    """CREATE TRIGGER pellucid_head_insert BEFORE INSERT ON pellucid_head
    BEGIN SELECT RAISE(ABORT, 'the decision log has one head'); END""",
    """CREATE TRIGGER pellucid_head_update BEFORE UPDATE ON pellucid_head
    WHEN NEW.id IS NOT 1 OR NEW.entries IS NOT OLD.entries + 1
      OR NEW.digest IS NOT (SELECT digest FROM pellucid_entries WHERE number = NEW.entries)
    BEGIN SELECT RAISE(ABORT, 'the head of the decision log follows its entries'); END""",
)

_POSTGRESQL = (
    """CREATE FUNCTION pellucid_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN RAISE EXCEPTION 'the decision log is append-only'; END $$""",
    """CREATE FUNCTION pellucid_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF NEW.number IS DISTINCT FROM (SELECT entries + 1 FROM pellucid_head WHERE id = 1)
            OR NEW.previous IS DISTINCT FROM (SELECT digest FROM pellucid_head WHERE id = 1)
        THEN RAISE EXCEPTION 'an entry continues the last one'; END IF;
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION pellucid_forward() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF NEW.id <> 1 OR NEW.entries <> OLD.entries + 1
            OR NEW.digest IS DISTINCT FROM (SELECT digest FROM pellucid_entries WHERE number = NEW.entries)
        THEN RAISE EXCEPTION 'the head of the decision log follows its entries'; END IF;
        RETURN NEW;
    END $$""",
    """CREATE FUNCTION pellucid_follow() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        UPDATE pellucid_head SET entries = NEW.number, digest = NEW.digest WHERE id = 1;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER pellucid_entries_change BEFORE UPDATE OR DELETE OR TRUNCATE ON pellucid_entries
    FOR EACH STATEMENT EXECUTE FUNCTION pellucid_refuse()""",
    """CREATE TRIGGER pellucid_entries_insert BEFORE INSERT ON pellucid_entries
    FOR EACH ROW EXECUTE FUNCTION pellucid_in_order()""",
    """CREATE TRIGGER pellucid_entries_follow AFTER INSERT ON pellucid_entries
    FOR EACH ROW EXECUTE FUNCTION pellucid_follow()""",
    """CREATE TRIGGER pellucid_head_change BEFORE INSERT OR DELETE OR TRUNCATE ON pellucid_head
    FOR EACH STATEMENT EXECUTE FUNCTION pellucid_refuse()""",
    """CREATE TRIGGER pellucid_head_update BEFORE UPDATE ON pellucid_head
    FOR EACH ROW EXECUTE FUNCTION pellucid_forward()""",
    # ALWAYS: also where a session says that it replays a replica's changes.
    *(
        f"ALTER TABLE pellucid_{table} ENABLE ALWAYS TRIGGER pellucid_{trigger}"
        for table, trigger in (
            ("entries", "entries_change"),
            ("entries", "entries_insert"),
            ("entries", "entries_follow"),
            ("head", "head_change"),
            ("head", "head_update"),
        )
    ),
)


def upgrade() -> None:
    """Make everything, guards last."""
    _make_log()
    _make_accounts()
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(sa.text(statement))


def _make_log() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "pellucid_entries",
        sa.Column("number", number, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
    )
    op.create_index("pellucid_entries_document", "pellucid_entries", ["domain", "document"])
    op.create_index("pellucid_entries_kind", "pellucid_entries", ["domain", "kind"])
    head = op.create_table(
        "pellucid_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entries", number, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "entries": 0, "digest": "0" * 64}])


def _make_accounts() -> None:
    op.create_table(
        "pellucid_people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
    )
    op.create_table(
        "pellucid_sign_ins",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("seen", sa.Double, nullable=False),
    )
    op.create_table(
        "pellucid_failures",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last", sa.Double, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )
    op.create_table(
        "pellucid_invitations",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("since", sa.Double, nullable=False),
    )
