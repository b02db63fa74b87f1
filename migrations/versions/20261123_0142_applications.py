"""Creators apply in the store, by a form that each program may have."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.rls import fence

revision = "20261123_0142"
down_revision = "20261123_0125"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "signup_forms",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("questions", JSONB(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        *_keys("signup_forms"),
        sa.PrimaryKeyConstraint("shop_id", "program_id", name=op.f("pk_signup_forms")),
    )
    op.create_table(
        "applications",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("program_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("applied_at", AT, nullable=False),
        *_keys("applications"),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_applications")),
        sa.UniqueConstraint(
            "shop_id", "program_id", "email", name=op.f("uq_applications_shop_id_program_id_email")
        ),
    )
    for table in ("signup_forms", "applications"):
        for statement in fence(table):
            op.execute(statement)


def _keys(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(
            ["shop_id", "program_id"],
            ["programs.shop_id", "programs.id"],
            name=op.f(f"fk_{table}_shop_id_program_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f(f"fk_{table}_shop_id")),
    )
