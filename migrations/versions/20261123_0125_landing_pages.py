"""Creators have a page in the store."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.rls import fence

revision = "20261123_0125"
down_revision = "20261123_0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "landing_pages",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("products", JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f("fk_landing_pages_shop_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_landing_pages_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "creator_id", name=op.f("pk_landing_pages")),
    )
    for statement in fence("landing_pages"):
        op.execute(statement)
