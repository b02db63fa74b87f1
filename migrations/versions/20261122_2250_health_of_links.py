"""Whether the page that a link leads to was there when it was last looked at."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_2250"
down_revision = "20261122_2245"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("links", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("links", sa.Column("answer", sa.BigInteger(), nullable=True))
