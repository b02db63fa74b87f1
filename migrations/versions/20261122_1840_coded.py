"""Which orders carry a code, and which decisions are empty: so that an order without a decision is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1840"
down_revision = "20261122_1800"
branch_labels = None
depends_on = None

HAS_CODE = """coalesce(jsonb_path_exists(facts, 'strict $.discounts[*] ? (@[0] == "discount_code")', '{}', true), false)"""


def upgrade() -> None:
    op.execute("set lock_timeout = '4s'")
    op.add_column(
        "orders", sa.Column("coded", sa.Boolean(), sa.Computed(HAS_CODE, persisted=True), nullable=False)
    )
    op.create_index("ix_orders_coded", "orders", ["shop_id", "id"], postgresql_where=sa.text("coded"))
    op.create_index(
        "ix_conversions_empty",
        "conversions",
        ["shop_id", "order_id"],
        postgresql_where=sa.text("candidates = '[]'"),
    )


def downgrade() -> None:
    op.drop_index("ix_conversions_empty", table_name="conversions")
    op.drop_index("ix_orders_coded", table_name="orders")
    op.drop_column("orders", "coded")
