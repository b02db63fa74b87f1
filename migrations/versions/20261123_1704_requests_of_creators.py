"""Creators ask to be paid: shops may allow it, and say why not."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1704"
down_revision = "20261123_1710"
branch_labels = None
depends_on = None

REQUEST = sa.text("origin = 'request' and state = 'planned'")


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "payout_settings",
        sa.Column("takes_requests", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("payout_settings", "takes_requests", server_default=None)
    op.add_column("payout_runs", sa.Column("declined_because", sa.Text(), nullable=True))
    op.create_index(
        "uq_payout_runs_request",
        "payout_runs",
        ["shop_id", "only_creator_id"],
        unique=True,
        postgresql_where=REQUEST,
    )
