"""When a creator changed from one program to another."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_1800"
down_revision = "20261122_1801"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.execute("set lock_timeout = '4s'")
    op.add_column("creators", sa.Column("moves", JSONB, server_default=sa.text("'[]'"), nullable=False))
