"""How each program credits orders, when a code is evidence, and the clicks before an order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "0060"
down_revision = "20261122_1545"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    for table, column in (("programs", "crediting"), ("codes", "policies")):
        op.add_column(table, sa.Column(column, JSONB, server_default=sa.text("'[]'"), nullable=False))
    op.create_index(
        "ix_orders_attributes",
        "orders",
        ["origin"],
        postgresql_using="gin",
        postgresql_ops={"origin": "jsonb_path_ops"},
        postgresql_where=sa.text("origin ? 'attributes'"),
    )
    op.create_index("ix_decisions_subject", "decisions", ["shop_id", "subject", "id"])
    _clicks()
    for statement in fence("clicks"):
        op.execute(statement)


def _clicks() -> None:
    op.create_table(
        "clicks",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("landing", sa.Text(), nullable=True),
        sa.Column("referrer", sa.Text(), nullable=True),
        sa.Column("recorded_at", AT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("verdict in ('billable', 'duplicate', 'bot')", name=op.f("ck_clicks_verdict")),
        sa.CheckConstraint("consent in ('granted', 'denied', 'unknown')", name=op.f("ck_clicks_consent")),
        sa.ForeignKeyConstraint(
            ["shop_id", "link_id"],
            ["links.shop_id", "links.id"],
            name=op.f("fk_clicks_shop_id_link_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_clicks_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", "at", name=op.f("pk_clicks")),
    )
    op.create_index(
        "ix_clicks_visitor",
        "clicks",
        ["shop_id", "visitor", "at"],
        postgresql_where=sa.text("visitor is not null"),
    )
    op.create_index("ix_clicks_link", "clicks", ["shop_id", "link_id", "at"])
