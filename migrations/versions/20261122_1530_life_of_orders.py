"""What befalls an order: disputes, money that came in parts, shipping that went back, the day it was sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "0052"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("received_minor", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("fulfilled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("refunds", sa.Column("shipping_minor", sa.BigInteger(), nullable=True))
    op.create_table(
        "disputes",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.LargeBinary(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("amount_version", sa.LargeBinary(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_disputes_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "id", name=op.f("pk_disputes")),
    )
    for statement in fence("disputes"):
        op.execute(statement)
