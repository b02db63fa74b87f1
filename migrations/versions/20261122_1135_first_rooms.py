"""The first rooms: shops, inbox, programs, creators, codes, orders, credits, ledger, rollups, jobs."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

from app.db.rls import ERASE_DECISIONS, REFUSE_CHANGE, ROLE, append_only, fence

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


FENCED = (
    "balances",
    "codes",
    "conversions",
    "creators",
    "credits",
    "decisions",
    "discount_nodes",
    "enrollments",
    "journal_entries",
    "links",
    "offers",
    "orders",
    "postings",
    "privacy_requests",
    "programs",
    "refunds",
    "rollup_creator_day",
    "rollup_shop_day",
    "shop_tokens",
)
APPEND_ONLY = ("journal_entries", "postings", "decisions", "offers")

ROLE_IF_MISSING = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{ROLE}') then create role {ROLE} nologin; end if;
  execute format('grant {ROLE} to %I', current_user);
end $$
"""

GRANTS = (
    f"grant usage on schema public to {ROLE}",
    f"grant select, insert, update, delete on all tables in schema public to {ROLE}",
    f"grant usage, select on all sequences in schema public to {ROLE}",
    f"grant execute on all functions in schema public to {ROLE}",
    f"alter default privileges in schema public grant select, insert, update, delete on tables to {ROLE}",
    f"alter default privileges in schema public grant usage, select on sequences to {ROLE}",
    f"alter default privileges in schema public grant execute on functions to {ROLE}",
)

# lz4 made a body of 8 KB into 3.7 KB at no cost; a server built without it stores bodies as they are,
# because the older method takes longer than everything else on the intake path.
BODY_STORAGE = (
    """
do $$ begin
  if (select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression') then
    alter table inbox alter column body set compression lz4;
  else
    alter table inbox alter column body set storage external;
  end if;
end $$
""",
)


def upgrade() -> None:
    op.execute(ROLE_IF_MISSING)
    op.create_table(
        "job_failures",
        sa.Column("job_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_failures")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_domain", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("api_version", sa.Text(), nullable=True),
        sa.Column("triggered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('new', 'done', 'ignored', 'parked')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint(
            "shop_domain", "topic", "webhook_id", name=op.f("uq_inbox_shop_domain_topic_webhook_id")
        ),
    )
    op.create_index(
        "ix_inbox_order",
        "inbox",
        ["shop_domain", "order_id"],
        unique=False,
        postgresql_where=sa.text("order_id is not null"),
    )
    op.create_index(
        "ix_inbox_parked",
        "inbox",
        ["shop_domain", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_index(
        "ix_inbox_waiting", "inbox", ["id"], unique=False, postgresql_where=sa.text("state = 'new'")
    )
    op.create_index(
        "uq_inbox_event",
        "inbox",
        ["shop_domain", "topic", "event_id"],
        unique=True,
        postgresql_where=sa.text("event_id is not null"),
    )
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
        "shops",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authorized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uninstalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("shop_key", sa.LargeBinary(), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("creator_word", sa.Text(), nullable=False),
        sa.Column("setup", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("last_reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('installed', 'needs_reauth', 'uninstalled', 'redacted')", name=op.f("ck_shops_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shops")),
        sa.UniqueConstraint("domain", name=op.f("uq_shops_domain")),
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
        "creators",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.LargeBinary(), nullable=True),
        sa.Column("profile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_creators_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_creators")),
        sa.UniqueConstraint("shop_id", "handle", name=op.f("uq_creators_shop_id_handle")),
    )
    op.create_index("ix_creators_email_key", "creators", ["shop_id", "email_key"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_decisions_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_kind", "decisions", ["shop_id", "kind", "id"], unique=False)
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
        "link_slugs",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_link_slugs_shop_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_link_slugs")),
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
        "privacy_requests",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_privacy_requests_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_privacy_requests")),
        sa.UniqueConstraint(
            "shop_id", "kind", "request_key", name=op.f("uq_privacy_requests_shop_id_kind_request_key")
        ),
    )
    op.create_table(
        "programs",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("window_days", sa.BigInteger(), nullable=False),
        sa.Column("hold_days", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hold_days between 0 and 120", name=op.f("ck_programs_hold")),
        sa.CheckConstraint("window_days between 1 and 365", name=op.f("ck_programs_window")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_programs_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_programs")),
        sa.UniqueConstraint("shop_id", "handle", name=op.f("uq_programs_shop_id_handle")),
    )
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
        "shop_tokens",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("access_token", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_shop_tokens_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop_tokens")),
    )
    op.create_table(
        "discount_nodes",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("gid", sa.Text(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_discount_nodes_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_discount_nodes_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_discount_nodes")),
        sa.UniqueConstraint("shop_id", "program_id", name=op.f("uq_discount_nodes_shop_id_program_id")),
    )
    op.create_table(
        "enrollments",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "active",
            postgresql.TSTZMULTIRANGE(),
            server_default=sa.text("'{(,)}'::tstzmultirange"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f("fk_enrollments_shop_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_enrollments_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_enrollments_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_enrollments")),
        sa.UniqueConstraint(
            "shop_id", "creator_id", "program_id", name=op.f("uq_enrollments_shop_id_creator_id_program_id")
        ),
    )
    op.create_index("ix_enrollments_program", "enrollments", ["shop_id", "program_id"], unique=False)
    op.create_table(
        "offers",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_offers_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_offers_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_offers")),
        sa.UniqueConstraint(
            "shop_id", "program_id", "version", name=op.f("uq_offers_shop_id_program_id_version")
        ),
    )
    op.create_index("ix_offers_from", "offers", ["shop_id", "program_id", "effective_from"], unique=False)
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
        "codes",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("redeem_code_gid", sa.Text(), nullable=True),
        sa.Column("bulk_gid", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'issuing', 'active', 'failed', 'disabled')", name=op.f("ck_codes_state")
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "enrollment_id"],
            ["enrollments.shop_id", "enrollments.id"],
            name=op.f("fk_codes_shop_id_enrollment_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_codes_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_codes")),
        sa.UniqueConstraint("shop_id", "folded", name=op.f("uq_codes_shop_id_folded")),
    )
    op.create_index("ix_codes_enrollment", "codes", ["shop_id", "enrollment_id"], unique=False)
    op.create_index(
        "ix_codes_waiting",
        "codes",
        ["shop_id", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('waiting', 'issuing')"),
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
    op.create_table(
        "links",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("to_path", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "enrollment_id"],
            ["enrollments.shop_id", "enrollments.id"],
            name=op.f("fk_links_shop_id_enrollment_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_links_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_links")),
    )
    op.create_index("ix_links_enrollment", "links", ["shop_id", "enrollment_id"], unique=False)
    op.execute(REFUSE_CHANGE)
    op.execute(ERASE_DECISIONS)
    connection = op.get_bind()
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    for statement in (*GRANTS, *BODY_STORAGE):
        op.execute(statement)
    for table in FENCED:
        for statement in fence(table):
            op.execute(statement)
    for table in APPEND_ONLY:
        for statement in append_only(table):
            op.execute(statement)
