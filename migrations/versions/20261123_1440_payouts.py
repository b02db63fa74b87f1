"""Payouts: settings, details, runs, what each pays for, files for banks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.rls import fence

revision = "20261123_1440"
down_revision = "20261123_1235"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BIG = sa.BigInteger()
TEXT = sa.Text()


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    _settings()
    _details()
    _runs()
    _payouts()
    _ways_to_payouts()
    _parts_and_files()
    _providers()
    for table in (
        "payout_settings", "payout_details", "payout_pauses", "payout_runs", "payouts", "payout_parts", "payout_files",
        "provider_settings",
    ):  # fmt: skip
        for statement in fence(table):
            op.execute(statement)


def _settings() -> None:
    op.create_table(
        "payout_settings",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("cadence", TEXT, nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("minimum", BIG, nullable=False),
        sa.Column("second_approver_from", BIG, nullable=True),
        sa.Column("tax_form_demanded", sa.Boolean(), nullable=False),
        sa.Column("blocked_countries", JSONB(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_settings_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_payout_settings")),
    )


def _details() -> None:
    op.create_table(
        "payout_details",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("creator_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("way", TEXT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("masked", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=False),
        sa.Column("bank_name", TEXT, nullable=True),
        sa.Column("blind_index", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("added_by", TEXT, nullable=False),
        sa.Column("usable_from", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f("fk_payout_details_shop_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_details_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_payout_details")),
        sa.UniqueConstraint(
            "shop_id", "creator_id", "version", name=op.f("uq_payout_details_shop_id_creator_id_version")
        ),
    )
    op.create_index("ix_payout_details_index", "payout_details", ["shop_id", "blind_index"], unique=False)
    op.create_table(
        "payout_pauses",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("creator_id", BIG, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("paused_at", AT, nullable=False),
        sa.Column("paused_by", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f("fk_payout_pauses_shop_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_pauses_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "creator_id", name=op.f("pk_payout_pauses")),
    )


def _runs() -> None:
    op.create_table(
        "payout_runs",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("cut_off", AT, nullable=False),
        sa.Column("pay_at", AT, nullable=False),
        sa.Column("only_creator_id", BIG, nullable=True),
        sa.Column("planned_at", AT, nullable=False),
        sa.Column("planned_by", TEXT, nullable=False),
        sa.Column("previewed_at", AT, nullable=True),
        sa.Column("approved_at", AT, nullable=True),
        sa.Column("approved_by", TEXT, nullable=True),
        sa.Column("second_at", AT, nullable=True),
        sa.Column("second_by", TEXT, nullable=True),
        sa.Column("reserved_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_runs_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_payout_runs")),
        sa.UniqueConstraint("shop_id", "key", name=op.f("uq_payout_runs_shop_id_key")),
    )
    op.create_index(
        "ix_payout_runs_planned",
        "payout_runs",
        ["shop_id", "pay_at"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "uq_payout_runs_calendar",
        "payout_runs",
        ["shop_id", "pay_at"],
        unique=True,
        postgresql_where=sa.text("origin = 'calendar'"),
    )


def _payouts() -> None:
    op.create_table(
        "payouts",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("creator_id", BIG, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("details_id", BIG, nullable=False),
        sa.Column("reserved_at", AT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", BIG, server_default=sa.text("0"), nullable=False),
        sa.Column("first_sent_at", AT, nullable=True),
        sa.Column("sent_at", AT, nullable=True),
        sa.Column("looked_at", AT, nullable=True),
        sa.Column("missing_since", AT, nullable=True),
        sa.Column("refusal_code", TEXT, nullable=True),
        sa.Column("refusal", TEXT, nullable=True),
        sa.Column("provider_id", TEXT, nullable=True),
        sa.Column("fee_minor", BIG, server_default=sa.text("0"), nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("moves", BIG, server_default=sa.text("0"), nullable=False),
        sa.Column("moved_at", AT, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payouts_positive")),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f("fk_payouts_shop_id_creator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "details_id"],
            ["payout_details.shop_id", "payout_details.id"],
            name=op.f("fk_payouts_shop_id_details_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "run_id"],
            ["payout_runs.shop_id", "payout_runs.id"],
            name=op.f("fk_payouts_shop_id_run_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payouts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("shop_id", "key", name=op.f("uq_payouts_shop_id_key")),
    )


def _ways_to_payouts() -> None:
    op.create_index("ix_payouts_creator", "payouts", ["shop_id", "creator_id"], unique=False)
    op.create_index("ix_payouts_run", "payouts", ["shop_id", "run_id"], unique=False)
    op.create_index(
        "ix_payouts_under_way",
        "payouts",
        ["shop_id", "state"],
        unique=False,
        postgresql_where=sa.text("state in ('reserved', 'submitting', 'unknown', 'in_transit', 'unclaimed')"),
    )
    op.create_index(
        "uq_payouts_open",
        "payouts",
        ["shop_id", "creator_id", "currency"],
        unique=True,
        postgresql_where=sa.text("state in ('reserved', 'submitting', 'unknown')"),
    )
    op.create_index(
        "uq_payouts_provider_id",
        "payouts",
        ["shop_id", "provider", "provider_id"],
        unique=True,
        postgresql_where=sa.text("provider_id is not null"),
    )


def _parts_and_files() -> None:
    op.create_table(
        "payout_parts",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("payout_id", BIG, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "payout_id"],
            ["payouts.shop_id", "payouts.id"],
            name=op.f("fk_payout_parts_shop_id_payout_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_parts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "payout_id", "subject", name=op.f("pk_payout_parts")),
    )
    op.create_table(
        "payout_files",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("payouts", JSONB(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "run_id"],
            ["payout_runs.shop_id", "payout_runs.id"],
            name=op.f("fk_payout_files_shop_id_run_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payout_files_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_payout_files")),
        sa.UniqueConstraint("shop_id", "batch", name=op.f("uq_payout_files_shop_id_batch")),
    )
    op.create_index("ix_payout_files_run", "payout_files", ["shop_id", "run_id"])


def _providers() -> None:
    op.create_table(
        "provider_settings",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("shown", JSONB(), nullable=False),
        sa.Column("put_at", AT, nullable=False),
        sa.Column("put_by", TEXT, nullable=False),
        sa.Column("checked_at", AT, nullable=True),
        sa.Column("complaint", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_provider_settings_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "provider", name=op.f("pk_provider_settings")),
    )
