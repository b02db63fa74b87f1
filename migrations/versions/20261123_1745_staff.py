"""Who of a merchant's staff may do what."""

import sqlalchemy as sa
from alembic import op

from app.db.rls import fence

revision = "20261123_1745"
down_revision = "20261123_1704"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "staff",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('owner', 'manager', 'viewer')", name=op.f("ck_staff_role")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_staff_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "user_id", name=op.f("pk_staff")),
    )
    for statement in fence("staff"):
        op.execute(statement)
