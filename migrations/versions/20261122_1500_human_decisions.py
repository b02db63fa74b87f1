"""Where an order came from, what people decided about it, what must be judged again, what stands in the books."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    _orders()
    _credits()
    _decisions()
    for table in ("assignments", "verdicts"):
        for statement in fence(table):
            op.execute(statement)


def _orders() -> None:
    op.add_column("orders", sa.Column("origin", JSONB, server_default=sa.text("'{}'"), nullable=False))
    op.add_column("orders", sa.Column("origin_version", sa.LargeBinary(), nullable=True))
    op.drop_index("ix_orders_customer", "orders")
    op.create_index(
        "ix_orders_customer",
        "orders",
        ["shop_id", "customer_key", "placed_at", "id"],
        postgresql_where=sa.text("customer_key is not null"),
    )
    op.create_table(
        "rejudge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "marked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejudge")),
    )


def _credits() -> None:
    columns = (
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("earned_minor", sa.BigInteger(), nullable=False),
        sa.Column("denied", sa.Boolean(), nullable=False),
        sa.Column("flags", JSONB, nullable=False),
    )
    for column in columns:
        op.add_column("credits", column)
    op.create_index(
        "ix_credits_flagged",
        "credits",
        ["shop_id", "placed_at", "order_id"],
        postgresql_where=sa.text("flagged"),
    )


def _decisions() -> None:
    op.create_table(
        "assignments",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("shares", JSONB, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_assignments_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", name=op.f("pk_assignments")),
    )
    op.create_table(
        "verdicts",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("cleared", JSONB, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ruling in ('approved', 'denied', 'held')", name=op.f("ck_verdicts_ruling")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_verdicts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "creator_id", name=op.f("pk_verdicts")),
    )
