"""Accounts that shoppers opened, waiting for the click that led to them, or the other way round."""

import sqlalchemy as sa
from alembic import op

from app.db.rls import fence

revision = "20261123_1125"
down_revision = "20261123_0720"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "opened_accounts",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("customer", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", AT, nullable=False),
        sa.Column("opened_at", AT, nullable=True),
        sa.Column("person", sa.LargeBinary(), nullable=True),
        sa.Column("click_id", sa.BigInteger(), nullable=True),
        sa.Column("clicked_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_opened_accounts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_opened_accounts")),
        sa.UniqueConstraint("shop_id", "customer", name=op.f("uq_opened_accounts_shop_id_customer")),
    )
    op.create_index("ix_opened_accounts_told", "opened_accounts", ["shop_id", "told_at"])
    for statement in fence("opened_accounts"):
        op.execute(statement)
