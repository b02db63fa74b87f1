"""Statements read the postings of one creator."""

from alembic import op

revision = "0042"
down_revision = "20261122_1535"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_index("ix_postings_creator", "postings", ["shop_id", "creator_id", "entry_id"])
