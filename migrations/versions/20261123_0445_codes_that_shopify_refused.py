"""A code that Shopify never made is no evidence."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_0445"
down_revision = "20261123_0415"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("codes", sa.Column("refused_at", sa.DateTime(timezone=True)))
