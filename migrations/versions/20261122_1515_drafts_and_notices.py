"""Drafts of offers, and who was told of which version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "20261122_1515"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '4s'")
    op.create_table(
        "offer_drafts",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f("fk_offer_drafts_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_offer_drafts_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_offer_drafts")),
        sa.UniqueConstraint("shop_id", "program_id", name=op.f("uq_offer_drafts_shop_id_program_id")),
    )
    op.create_table(
        "offer_notices",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "offer_id"],
            ["offers.shop_id", "offers.id"],
            name=op.f("fk_offer_notices_shop_id_offer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "enrollment_id"],
            ["enrollments.shop_id", "enrollments.id"],
            name=op.f("fk_offer_notices_shop_id_enrollment_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_offer_notices_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "offer_id", "enrollment_id", name=op.f("pk_offer_notices")),
    )
    for table in ("offer_drafts", "offer_notices"):
        for statement in fence(table):
            op.execute(statement)
