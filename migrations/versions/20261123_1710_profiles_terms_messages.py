"""What creators say of themselves, which terms they accepted, and what they and the shop write to each other."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "20261123_1710"
down_revision = "20261123_1650"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
JSONB = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "creator_profiles",
        *_of_creator(),
        _text("about"),
        _text("country"),
        sa.Column("followers", JSONB, nullable=False),
        sa.Column("interests", JSONB, nullable=False),
        _at("changed_at"),
        *_keys("creator_profiles"),
        sa.PrimaryKeyConstraint("shop_id", "creator_id", name=op.f("pk_creator_profiles")),
    )
    op.create_table(
        "term_acceptances",
        *_of_creator(),
        sa.Column("offer_id", sa.BigInteger(), nullable=False),
        _at("accepted_at"),
        *_keys("term_acceptances"),
        sa.ForeignKeyConstraint(
            ["shop_id", "offer_id"],
            ["offers.shop_id", "offers.id"],
            name=op.f("fk_term_acceptances_shop_id_offer_id"),
        ),
        sa.PrimaryKeyConstraint("shop_id", "creator_id", "offer_id", name=op.f("pk_term_acceptances")),
    )
    _messages()
    for table in ("creator_profiles", "term_acceptances", "messages"):
        for statement in fence(table):
            op.execute(statement)


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("is_from_creator", sa.Boolean(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        _text("body"),
        _text("actor"),
        _at("written_at"),
        sa.Column("read_at", AT, nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_kind", sa.Text(), nullable=True),
        sa.Column("file_key", sa.Uuid(), nullable=True),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        *_keys("messages"),
        sa.PrimaryKeyConstraint("shop_id", "id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_creator", "messages", ["shop_id", "creator_id", "id"])
    op.create_index(
        "ix_messages_unread",
        "messages",
        ["shop_id", "id"],
        postgresql_where=sa.text("read_at is null and is_from_creator"),
    )


def _of_creator() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, AT, nullable=False)


def _keys(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f(f"fk_{table}_shop_id")),
        sa.ForeignKeyConstraint(
            ["shop_id", "creator_id"],
            ["creators.shop_id", "creators.id"],
            name=op.f(f"fk_{table}_shop_id_creator_id"),
        ),
    )
