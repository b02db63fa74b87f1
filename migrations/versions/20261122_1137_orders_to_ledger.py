"""Orders, evidence, credits, the books and the rollups."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rollup_dirty",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "marked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_dirty")),
    )
    op.create_table(
        "balances",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("debit_minor", sa.BigInteger(), nullable=False),
        sa.Column("credit_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_balances_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "creator_id", "currency", "account", name=op.f("pk_balances")),
    )
    op.create_table(
        "conversions",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("flags", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("candidates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_conversions_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", name=op.f("pk_conversions")),
    )
    op.create_table(
        "journal_entries",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_journal_entries_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_journal_entries")),
        sa.UniqueConstraint(
            "shop_id", "idempotency_key", name=op.f("uq_journal_entries_shop_id_idempotency_key")
        ),
    )
    op.create_table(
        "orders",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("customer_key", sa.LargeBinary(), nullable=True),
        sa.Column("email_key", sa.LargeBinary(), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("event_digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_orders_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_orders")),
    )
    op.create_index(
        "ix_orders_customer",
        "orders",
        ["shop_id", "customer_key"],
        unique=False,
        postgresql_where=sa.text("customer_key is not null"),
    )
    op.create_index("ix_orders_name", "orders", ["shop_id", "name"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_refunds_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "id", name=op.f("pk_refunds")),
    )
    op.create_table(
        "rollup_creator_day",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("orders", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("gmv_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("commission_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_rollup_creator_day_shop_id")),
        sa.PrimaryKeyConstraint(
            "shop_id", "creator_id", "program_id", "day", "currency", name=op.f("pk_rollup_creator_day")
        ),
    )
    op.create_index("ix_rollup_creator_day_day", "rollup_creator_day", ["shop_id", "day"], unique=False)
    op.create_table(
        "rollup_shop_day",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("orders", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("gmv_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("commission_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_rollup_shop_day_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "day", "currency", name=op.f("pk_rollup_shop_day")),
    )
    op.create_table(
        "postings",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("debit", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_postings_positive")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_postings_two_accounts")),
        sa.ForeignKeyConstraint(
            ["shop_id", "entry_id"],
            ["journal_entries.shop_id", "journal_entries.id"],
            name=op.f("fk_postings_shop_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_postings_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_postings")),
    )
    op.create_index(
        "ix_postings_order",
        "postings",
        ["shop_id", "order_id"],
        unique=False,
        postgresql_where=sa.text("order_id is not null"),
    )
    op.create_table(
        "credits",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=True),
        sa.Column("weight", sa.Numeric(precision=7, scale=6), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("gmv_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("commission_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matures_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matured", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("weight between 0 and 1", name=op.f("ck_credits_weight")),
        sa.ForeignKeyConstraint(
            ["shop_id", "enrollment_id"],
            ["enrollments.shop_id", "enrollments.id"],
            name=op.f("fk_credits_shop_id_enrollment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "order_id"], ["orders.shop_id", "orders.id"], name=op.f("fk_credits_shop_id_order_id")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_credits_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "creator_id", name=op.f("pk_credits")),
    )
    op.create_index("ix_credits_creator_day", "credits", ["shop_id", "creator_id", "placed_on"], unique=False)
    op.create_index(
        "ix_credits_maturing",
        "credits",
        ["shop_id", "matures_at"],
        unique=False,
        postgresql_where=sa.text("matures_at is not null and not matured and not flagged"),
    )
