"""What was spent on creators, added up by the database."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "20261122_1515"
branch_labels = None
depends_on = None

SPEND = "commission_minor + fees_minor + gifts_minor"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    for table in ("rollup_creator_day", "rollup_shop_day"):
        op.add_column(
            table,
            sa.Column("spend_minor", sa.BigInteger(), sa.Computed(SPEND, persisted=True), nullable=False),
        )
