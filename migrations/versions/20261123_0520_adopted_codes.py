"""Codes that stand in a discount of the merchant's own."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_0520"
down_revision = "20261123_0516"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "codes", sa.Column("adopted", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
