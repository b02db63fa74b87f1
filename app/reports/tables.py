"""What pages read: one coarse rollup per question, wide in measures, re-derived and never added to."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Computed, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigId, ShopOwned


class Measures:
    """The measures of every rollup, in the same units everywhere."""

    orders: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    """Credited orders; a shared order counts by its weight."""
    gmv_minor: Mapped[int]
    gross_minor: Mapped[int]
    net_minor: Mapped[int]
    commission_minor: Mapped[int]
    """Of orders, and bonuses: what the ledger's commission_expense says."""
    fees_minor: Mapped[int] = mapped_column(server_default="0")
    """Fixed fees."""
    gifts_minor: Mapped[int] = mapped_column(server_default="0")
    """What gifts cost."""
    spend_minor: Mapped[int] = mapped_column(
        Computed("commission_minor + fees_minor + gifts_minor", persisted=True)
    )
    """All of it; the database adds it up."""


class CreatorDay(ShopOwned, Measures, Base):
    """One creator in one program on one shop-local day (the day the order was placed)."""

    __tablename__ = "rollup_creator_day"
    __table_args__ = (Index("ix_rollup_creator_day_day", "shop_id", "day"),)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(primary_key=True)
    """Of the credited enrollment: a creator of two programs is counted once in each, never twice."""
    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)


class ShopDay(ShopOwned, Measures, Base):
    """The whole shop on one day: the sum of its creators."""

    __tablename__ = "rollup_shop_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)


class DirtyDay(Base):
    """A cell that must be derived again. A queue of ids like the jobs': global, added to, then emptied."""

    __tablename__ = "rollup_dirty"
    id: Mapped[BigId]
    shop_id: Mapped[int]
    creator_id: Mapped[int]
    day: Mapped[date]
    marked_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
