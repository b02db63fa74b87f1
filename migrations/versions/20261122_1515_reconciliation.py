"""Runs of the comparison with Shopify's orders, how far each shop is compared, and what differed."""

import sqlalchemy as sa
from alembic import op

from app.db.rls import fence

revision = "0015"
down_revision = "0060"
branch_labels = None
depends_on = None

FENCED = ("reconciliation_cursors", "reconciliation_differences", "reconciliation_runs")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "reconciliation_runs",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.Column("begun_at", instant, nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("reached_at", instant, nullable=True),
        sa.Column("bulk_gid", sa.Text(), nullable=True),
        sa.Column("bulk_tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("file_offset", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("missing", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('sweep', 'nightly', 'install', 'asked')", name=op.f("ck_reconciliation_runs_kind")
        ),
        sa.CheckConstraint("method in ('pages', 'bulk')", name=op.f("ck_reconciliation_runs_method")),
        sa.CheckConstraint(
            "state in ('running', 'done', 'failed')", name=op.f("ck_reconciliation_runs_state")
        ),
        sa.CheckConstraint(
            "(state = 'running') = (ended_at is null)", name=op.f("ck_reconciliation_runs_ended")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_reconciliation_runs_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_reconciliation_runs")),
    )
    op.create_index(
        "uq_reconciliation_under_way",
        "reconciliation_runs",
        ["shop_id", "method"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index("ix_reconciliation_runs_begun", "reconciliation_runs", ["shop_id", "begun_at"])
    op.create_table(
        "reconciliation_cursors",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("swept_to", instant, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_reconciliation_cursors_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_reconciliation_cursors")),
    )
    op.create_table(
        "reconciliation_differences",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("found_at", instant, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("order_name", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("ours_at", instant, nullable=True),
        sa.Column("theirs_at", instant, nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "run_id"],
            ["reconciliation_runs.shop_id", "reconciliation_runs.id"],
            name=op.f("fk_reconciliation_differences_shop_id_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_reconciliation_differences_shop_id")
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_reconciliation_differences")),
    )
    op.create_index("ix_reconciliation_differences_run", "reconciliation_differences", ["shop_id", "run_id"])
    for table in FENCED:
        for statement in fence(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("reconciliation_differences")
    op.drop_table("reconciliation_cursors")
    op.drop_table("reconciliation_runs")
