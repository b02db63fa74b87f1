"""What web pixels saw of visits that creators sent, and orders by the checkout that both name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "20261123_0105"
down_revision = "20261122_2250"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "pixel_events",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("client", postgresql.BYTEA(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("click_id", sa.BigInteger(), nullable=True),
        sa.Column("arrived", sa.Boolean(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("checkout", sa.Text(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("recorded_at", AT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "step in ('page', 'product', 'cart', 'checkout', 'order')", name=op.f("ck_pixel_events_step")
        ),
        sa.CheckConstraint("consent in ('granted', 'unknown')", name=op.f("ck_pixel_events_consent")),
        sa.ForeignKeyConstraint(
            ["shop_id", "link_id"],
            ["links.shop_id", "links.id"],
            name=op.f("fk_pixel_events_shop_id_link_id"),
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_pixel_events_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_pixel_events")),
    )
    for name, columns, where in _INDEXES:
        op.create_index(name, "pixel_events", columns, postgresql_where=sa.text(where) if where else None)
    for statement in fence("pixel_events"):
        op.execute(statement)
    op.create_index(
        "ix_orders_checkout",
        "orders",
        ["shop_id", sa.text("(origin ->> 'checkout')")],
        postgresql_where=sa.text("origin ? 'checkout'"),
    )


_INDEXES = (
    ("ix_pixel_events_client", ["shop_id", "client"], None),
    ("ix_pixel_events_checkout", ["shop_id", "checkout"], "checkout is not null"),
    ("ix_pixel_events_click", ["shop_id", "click_id"], "click_id is not null"),
    ("ix_pixel_events_link", ["shop_id", "link_id", "at"], None),
)
