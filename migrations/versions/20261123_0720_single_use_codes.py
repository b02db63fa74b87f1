"""Codes that work once, each handed out to one visit of a creator's link."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.rls import fence

revision = "20261123_0720"
down_revision = "20261123_0525"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BIG = sa.BigInteger()


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "single_discounts",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("program_id", BIG, nullable=False),
        sa.Column("gid", sa.Text(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("named", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("retired_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_single_discounts_shop_id")),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_single_discounts_shop_id_program_id"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_single_discounts")),
        sa.UniqueConstraint("shop_id", "gid", name=op.f("uq_single_discounts_shop_id_gid")),
    )
    op.create_index(
        "ix_single_discounts_program",
        "single_discounts",
        ["shop_id", "program_id"],
        unique=True,
        postgresql_where=sa.text("retired_at is null"),
    )
    _codes()
    for table in ("single_discounts", "single_codes"):
        for statement in fence(table):
            op.execute(statement)


def _codes() -> None:
    op.create_table(
        "single_codes",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("program_id", BIG, nullable=False),
        sa.Column("discount_id", BIG, nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("redeem_code_gid", sa.Text(), nullable=True),
        sa.Column("bulk_gid", sa.Text(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("enrollment_id", BIG, nullable=True),
        sa.Column("link_id", BIG, nullable=True),
        sa.Column("click_id", BIG, nullable=True),
        sa.Column("visitor", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("handed_at", AT, nullable=True),
        sa.Column("expires_at", AT, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.CheckConstraint(
            "state in ('made', 'asked', 'ready', 'handed', 'gone')", name=op.f("ck_single_codes_state")
        ),
        sa.CheckConstraint(
            "state <> 'handed' or (enrollment_id is not null and click_id is not null and handed_at is not null)",
            name=op.f("ck_single_codes_handed"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_single_codes_shop_id")),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_single_codes_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "discount_id"],
            ["single_discounts.shop_id", "single_discounts.id"],
            name=op.f("fk_single_codes_shop_id_discount_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "enrollment_id"],
            ["enrollments.shop_id", "enrollments.id"],
            name=op.f("fk_single_codes_shop_id_enrollment_id"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_single_codes")),
        sa.UniqueConstraint("shop_id", "folded", name=op.f("uq_single_codes_shop_id_folded")),
    )
    _indexes()


def _indexes() -> None:
    for name, columns, where in (
        ("ready", ["shop_id", "program_id", "id"], "state = 'ready'"),
        ("way", ["shop_id", "program_id", "id"], "state in ('made', 'asked')"),
        ("visitor", ["shop_id", "enrollment_id", "visitor"], "visitor is not null"),
        ("sender", ["shop_id", "program_id", "sender"], "sender is not null"),
        ("expiring", ["shop_id", "expires_at"], "state = 'handed'"),
        ("program", ["shop_id", "program_id"], None),
    ):
        op.create_index(
            f"ix_single_codes_{name}",
            "single_codes",
            columns,
            postgresql_where=sa.text(where) if where else None,
        )
    op.create_index(
        "ix_single_codes_click",
        "single_codes",
        ["shop_id", "click_id"],
        unique=True,
        postgresql_where=sa.text("click_id is not null"),
    )
