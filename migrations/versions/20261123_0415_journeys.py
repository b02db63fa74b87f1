"""The visits before an order as Shopify tells them later, and how far it was asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.rls import fence

revision = "20261123_0415"
down_revision = "20261123_0150"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "journeys",
        *_key("journeys", "order_id"),
        sa.Column("version", sa.LargeBinary(), nullable=False),
        sa.Column("visits", JSONB(), nullable=False),
    )
    op.create_table(
        "journey_cursors",
        *_key("journey_cursors"),
        sa.Column("placed_at", AT, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "journeys_awaited",
        *_key("journeys_awaited", "order_id"),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_journeys_awaited_due", "journeys_awaited", ["shop_id", "due_at"])
    op.create_index("ix_orders_placed", "orders", ["shop_id", "placed_at", "id"])
    for table in ("journeys", "journey_cursors", "journeys_awaited"):
        for statement in fence(table):
            op.execute(statement)


def _key(table: str, *more: str) -> list[sa.schema.SchemaItem]:
    columns = ["shop_id", *more]
    return [
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in columns),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f(f"fk_{table}_shop_id")),
        sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}")),
    ]
