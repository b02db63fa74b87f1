"""What our discounts gave when we wrote them, what they give now, and what the merchant wants so."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261123_0516"
down_revision = "20261123_0513"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("discount_nodes", sa.Column("left_as", JSONB()))
    op.add_column("discount_nodes", sa.Column("left_digest", sa.Text()))
    op.add_column("discount_nodes", sa.Column("seen", JSONB()))
    op.add_column("discount_nodes", sa.Column("seen_at", sa.DateTime(timezone=True)))
    op.add_column("discount_nodes", sa.Column("kept", JSONB()))
