"""Find the codes that Shopify has not without reading those that it has."""

from alembic import op
from sqlalchemy import text

revision = "20261123_1150"
down_revision = "20261123_1125"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_index(
        "ix_codes_failed", "codes", ["shop_id", "enrollment_id"], postgresql_where=text("state = 'failed'")
    )
