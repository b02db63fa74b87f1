"""When each collection was last read whole; and a version of a product that tells no tags."""

import sqlalchemy as sa
from alembic import op

from app.db.rls import fence

revision = "20261122_1801"
down_revision = "20261122_1550"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '4s'")
    op.alter_column("product_versions", "tags", nullable=True)
    op.create_table(
        "listed_collections",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_listed_collections_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "collection", name=op.f("pk_listed_collections")),
    )
    for statement in fence("listed_collections"):
        op.execute(statement)
