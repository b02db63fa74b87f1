"""Where codes were seen, what that makes suspicious, what merchants set and creators answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.rls import fence

revision = "20261122_1550"
down_revision = "20261122_1615"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
FENCED = ("sightings", "suspicions", "fraud_settings", "flag_answers")


def upgrade() -> None:
    op.add_column("creators", sa.Column("customer_key", sa.LargeBinary(), nullable=True))
    op.add_column("creators", sa.Column("payout_key", sa.LargeBinary(), nullable=True))
    op.drop_constraint(op.f("ck_verdicts_ruling"), "verdicts")
    op.create_check_constraint(
        op.f("ck_verdicts_ruling"), "verdicts", "ruling in ('approved', 'denied', 'held', 'undone')"
    )
    _sightings()
    _suspicions()
    _words()
    for table in FENCED:
        for statement in fence(table):
            op.execute(statement)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _of_shop(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f(f"fk_{table}_shop_id"))


def _sightings() -> None:
    digests = ("customer_key", "email_key", "ip", "address", "phone", "email_domain")
    op.create_table(
        "sightings",
        _big("shop_id"),
        _text("folded"),
        _big("order_id"),
        _at("placed_at"),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in digests),
        sa.Column("clicked", sa.Boolean(), nullable=False),
        sa.Column("coupon", sa.Boolean(), nullable=True),
        sa.Column("bought_before", sa.Boolean(), nullable=True),
        _big("tried"),
        _of_shop("sightings"),
        sa.PrimaryKeyConstraint("shop_id", "folded", "order_id", name=op.f("pk_sightings")),
    )
    op.create_index("ix_sightings_placed", "sightings", ["shop_id", "folded", "placed_at", "order_id"])
    op.create_index("ix_sightings_order", "sightings", ["shop_id", "order_id"])
    op.create_table(
        "fraud_dirty",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _big("shop_id"),
        _text("folded"),
        _at("placed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fraud_dirty")),
    )


def _suspicions() -> None:
    op.create_table(
        "suspicions",
        _big("shop_id"),
        _big("order_id"),
        _text("folded"),
        sa.Column("facts", JSONB, nullable=False),
        _of_shop("suspicions"),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "folded", name=op.f("pk_suspicions")),
    )


def _words() -> None:
    op.create_table(
        "fraud_settings",
        _big("shop_id"),
        _at("effective_from"),
        sa.Column("content", JSONB, nullable=False),
        _text("actor"),
        _of_shop("fraud_settings"),
        sa.PrimaryKeyConstraint("shop_id", "effective_from", name=op.f("pk_fraud_settings")),
    )
    op.create_table(
        "flag_answers",
        _big("shop_id"),
        _big("order_id"),
        _big("creator_id"),
        _text("answer"),
        _text("actor"),
        _at("answered_at"),
        _of_shop("flag_answers"),
        sa.PrimaryKeyConstraint("shop_id", "order_id", "creator_id", name=op.f("pk_flag_answers")),
    )
