"""Keys by which merchants' servers speak for their shops."""

import sqlalchemy as sa
from alembic import op

from app.db.rls import fence

revision = "20261123_0525"
down_revision = "20261123_0520"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "api_keys",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", AT, nullable=True),
        sa.Column("last_used_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_api_keys_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("shop_id", "digest", name=op.f("uq_api_keys_shop_id_digest")),
    )
    for statement in fence("api_keys"):
        op.execute(statement)
