"""Where codes were seen, what that makes suspicious, what a merchant set, what creators said."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigId, ShopOwned


class Sighting(ShopOwned, Base):
    """One creator's code on one order: what the detectors compare. A function of the order's own facts."""

    __tablename__ = "sightings"
    __table_args__ = (
        Index("ix_sightings_placed", "shop_id", "folded", "placed_at", "order_id"),
        Index("ix_sightings_order", "shop_id", "order_id"),
    )
    folded: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(primary_key=True)
    placed_at: Mapped[datetime]
    customer_key: Mapped[bytes | None]
    email_key: Mapped[bytes | None]
    ip: Mapped[bytes | None]
    address: Mapped[bytes | None]
    phone: Mapped[bytes | None]
    email_domain: Mapped[bytes | None]
    """These six: keyed pseudonyms."""
    clicked: Mapped[bool]
    """Whether a click of the code's creator stands on the order too."""
    coupon: Mapped[bool | None]
    """Whether it came by a coupon site; null when no referrer is known."""
    bought_before: Mapped[bool | None]
    tried: Mapped[int]
    """Codes that the shopper tried."""


class FraudDirty(Base):
    """A code whose orders must be compared again from a moment on. A queue of ids like rejudge: global."""

    __tablename__ = "fraud_dirty"
    id: Mapped[BigId]
    shop_id: Mapped[int]
    folded: Mapped[str]
    placed_at: Mapped[datetime]


class Suspicion(ShopOwned, Base):
    """What other orders say about one order and code, where a detector speaks of it. Derived, never added to."""

    __tablename__ = "suspicions"
    order_id: Mapped[int] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(primary_key=True)
    facts: Mapped[dict[str, Any]]
    """Case: the part of it that is about other orders."""


class FraudSetting(ShopOwned, Base):
    """A version of what the merchant set about detectors; it judges the orders placed from then on."""

    __tablename__ = "fraud_settings"
    effective_from: Mapped[datetime] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    actor: Mapped[str]


class FlagAnswer(ShopOwned, Base):
    """What a creator said about a flag of one order. The newest answer; all of them are in the decision log."""

    __tablename__ = "flag_answers"
    order_id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str]
    actor: Mapped[str]
    answered_at: Mapped[datetime]
