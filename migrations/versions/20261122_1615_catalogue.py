"""What was true of each product, and since when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "20261122_1615"
down_revision = "0015"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.execute("set lock_timeout = '4s'")
    op.create_table(
        "product_versions",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("collections", JSONB, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_product_versions_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "product_id", "since", name=op.f("pk_product_versions")),
    )
    for statement in fence("product_versions"):
        op.execute(statement)
