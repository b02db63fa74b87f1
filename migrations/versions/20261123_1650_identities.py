"""People who sign in to the portal: sessions, links that are mailed, passkeys."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1650"
down_revision = "20261123_1550"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BYTES = sa.LargeBinary()


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "identities",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _text("email"),
        sa.Column("language", sa.Text(), nullable=True),
        _at("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("email", name=op.f("uq_identities_email")),
    )
    op.create_table(
        "identity_memberships",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        _at("since"),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_identity_memberships_shop_id")),
        _of_identity("identity_memberships"),
        sa.PrimaryKeyConstraint("shop_id", "creator_id", name=op.f("pk_identity_memberships")),
    )
    _signing_in()
    _passkeys()
    for table in ("identity_memberships", "sign_in_links", "portal_sessions", "passkeys"):
        op.create_index(f"ix_{table}_identity_id", table, ["identity_id"])
    # Who a person is, is asked by their address, in every shop at once.
    op.create_index("ix_creators_lower_email", "creators", [sa.text("lower(email)")])


def _signing_in() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        _text("to_path"),
        _at("made_at"),
        _at("expires_at"),
        sa.Column("used_at", AT, nullable=True),
        _of_identity("sign_in_links"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_links")),
    )
    op.create_table(
        "portal_sessions",
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        _text("agent"),
        _at("signed_in_at"),
        _at("seen_at"),
        _at("expires_at"),
        _of_identity("portal_sessions"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_portal_sessions")),
    )


def _passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("credential_id", BYTES, nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("public_key", BYTES, nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        _text("name"),
        _at("added_at"),
        sa.Column("used_at", AT, nullable=True),
        _of_identity("passkeys"),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_passkeys")),
    )
    op.create_table(
        "passkey_challenges",
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("challenge", BYTES, nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        _at("expires_at"),
        _of_identity("passkey_challenges"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_passkey_challenges")),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, AT, nullable=False)


def _of_identity(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name=op.f(f"fk_{table}_identity_id"))
