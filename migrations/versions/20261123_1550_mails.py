"""Mails that wait and were sent; who is told of payout runs."""

import sqlalchemy as sa
from alembic import op

from app.db.rls import fence

revision = "20261123_1550"
down_revision = "20261123_1529"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("payout_settings", sa.Column("mail_to", sa.Text(), nullable=True))
    op.create_table(
        "mails",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("key", "kind", "to_address")),
        sa.Column("reply_to", sa.Text(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("subject", "body_text", "body_html", "state")
        ),
        sa.Column("put_at", AT, nullable=False),
        sa.Column("try_at", AT, nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("sent_at", AT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_mails_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_mails")),
        sa.UniqueConstraint("shop_id", "key", name=op.f("uq_mails_shop_id_key")),
    )
    due = sa.text("state = 'queued'")
    op.create_index("ix_mails_due", "mails", ["shop_id", "try_at"], postgresql_where=due)
    op.create_index("ix_mails_to", "mails", ["shop_id", "to_address"])
    for statement in fence("mails"):
        op.execute(statement)
