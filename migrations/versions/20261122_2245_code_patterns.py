"""A program says by which pattern codes are made."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_2245"
down_revision = "20261122_2235"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "programs",
        sa.Column("code_pattern", sa.Text(), server_default=sa.text("'{NAME}{PERCENT}'"), nullable=False),
    )
