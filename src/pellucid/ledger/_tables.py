"""The tables of the decision log and of the accounts, as they are after the last migration."""

from typing import TYPE_CHECKING

from pellucid._optional import import_extra

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = import_extra("sqlalchemy", extra="ledger", purpose="the decision log")

METADATA = sa.MetaData()

# In SQLite only a column of type INTEGER is the row's own number.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ENTRIES = sa.Table(
    "pellucid_entries",
    METADATA,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
    *(
        sa.Column(name, sa.Text, nullable=False)
        for name in ("at", "kind", "domain", "document", "person", "role", "body", "previous", "digest")
    ),
    sa.Index("pellucid_entries_document", "domain", "document"),
    sa.Index("pellucid_entries_kind", "domain", "kind"),
)
"""The log. `body` is JSON text and no JSON column, because a database may write JSON anew."""

HEAD = sa.Table(
    "pellucid_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entries", _NUMBER, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
"""One row: how many entries there are, and the digest of the last."""

PEOPLE = sa.Table(
    "pellucid_people",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
)
"""`id` is the name with case and variants of characters folded, so that no two people look alike."""

SIGN_INS = sa.Table(
    "pellucid_sign_ins",
    METADATA,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("since", sa.Double, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),
)
"""`token` is the SHA-256 of what the browser holds."""

FAILURES = sa.Table(
    "pellucid_failures",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last", sa.Double, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)
"""Wrong passwords by SHA-256 of the folded name, whether or not there is such a person."""

INVITATIONS = sa.Table(
    "pellucid_invitations",
    METADATA,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("since", sa.Double, nullable=False),
)
