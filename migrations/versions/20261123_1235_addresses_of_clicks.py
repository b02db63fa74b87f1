"""How many browsers came from one address: a digest of it beside each click."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_1235"
down_revision = "20261123_1150"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("clicks", sa.Column("network", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_clicks_network",
        "clicks",
        ["shop_id", "link_id", "network"],
        postgresql_where=sa.text("verdict = 'billable' and network is not null"),
    )
