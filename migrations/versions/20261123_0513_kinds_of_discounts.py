"""A discount in Shopify remembers its kind, what it is about, and whether it is of one code alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261123_0513"
down_revision = "20261123_0505"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "discount_nodes", sa.Column("form", sa.Text, server_default=sa.text("'basic'"), nullable=False)
    )
    op.add_column("discount_nodes", sa.Column("named", JSONB, server_default=sa.text("'{}'"), nullable=False))
    op.add_column("discount_nodes", sa.Column("refusal", sa.Text))
    op.add_column("discount_nodes", sa.Column("spare", sa.Text))
    op.add_column("discount_nodes", sa.Column("code_id", sa.BigInteger))
    op.create_foreign_key(
        op.f("fk_discount_nodes_shop_id_code_id"),
        "discount_nodes",
        "codes",
        ["shop_id", "code_id"],
        ["shop_id", "id"],
    )
    op.drop_constraint(op.f("uq_discount_nodes_shop_id_program_id"), "discount_nodes", type_="unique")
    op.create_unique_constraint(
        op.f("uq_discount_nodes_shop_id_program_id_code_id"),
        "discount_nodes",
        ["shop_id", "program_id", "code_id"],
        postgresql_nulls_not_distinct=True,
    )
