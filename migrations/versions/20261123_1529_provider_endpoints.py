"""Addresses of providers' webhooks: whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1529"
down_revision = "20261123_1440"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "provider_endpoints",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_provider_endpoints_shop_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_provider_endpoints")),
        sa.UniqueConstraint("shop_id", "provider", name=op.f("uq_provider_endpoints_shop_id_provider")),
    )
