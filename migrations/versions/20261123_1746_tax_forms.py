"""Signed tax forms of creators, sealed, with what the merchant said of each."""

import sqlalchemy as sa
from alembic import op

from app.db.rls import fence

revision = "20261123_1746"
down_revision = "20261123_1745"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "tax_forms",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_kind", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_tax_forms_shop_id")),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f("fk_tax_forms_shop_id_creator_id"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_tax_forms")),
        sa.UniqueConstraint(
            "shop_id", "creator_id", "version", name=op.f("uq_tax_forms_shop_id_creator_id_version")
        ),
    )
    op.create_index(
        "ix_tax_forms_waiting",
        "tax_forms",
        ["shop_id", "id"],
        postgresql_where=sa.text("status = 'received'"),
    )
    for statement in fence("tax_forms"):
        op.execute(statement)
