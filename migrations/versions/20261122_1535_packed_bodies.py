"""Bodies of the inbox may be kept compressed."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1535"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("packing", sa.Text(), nullable=True))
    op.create_index("ix_inbox_packed", "inbox", ["id"], postgresql_where=sa.text("packing is not null"))
    op.create_check_constraint(op.f("ck_inbox_packing"), "inbox", "packing = 'zstd'")
