"""What counters count, who recruited whom, and which offers ask for a customer's past."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1545"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '4s'")
    op.add_column("credits", sa.Column("placed_commission_minor", sa.BigInteger(), nullable=True))
    # The fence holds for the owner too; what was earned so far knew no caps.
    op.execute("alter table credits no force row level security")
    op.execute("update credits set placed_commission_minor = commission_minor")
    op.execute("alter table credits force row level security")
    op.alter_column("credits", "placed_commission_minor", nullable=False)
    op.create_index(
        "ix_credits_lane",
        "credits",
        ["shop_id", "program_id", "creator_id", "placed_at", "order_id"],
        postgresql_include=["weight", "currency", "gross_minor", "placed_commission_minor"],
    )
    op.create_index("ix_rejudge_order", "rejudge", ["shop_id", "order_id"])
    op.create_index(
        "ix_offers_customer",
        "offers",
        ["shop_id"],
        postgresql_where=sa.text(
            'content @? \'$.rules[*] ? (@.kind == "renewals" || @.when[*].kind == "customer")\''
        ),
    )
    op.add_column("enrollments", sa.Column("recruiter_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_enrollments_shop_id_recruiter_id"),
        "enrollments",
        "enrollments",
        ["shop_id", "recruiter_id"],
        ["shop_id", "id"],
    )
