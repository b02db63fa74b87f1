"""The evidence of each order."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned


class Conversion(ShopOwned, Base):
    """What spoke for whom on one order, and why it won or lost. Kept for good."""

    __tablename__ = "conversions"
    __table_args__ = (
        Index("ix_conversions_empty", "shop_id", "order_id", postgresql_where=text("candidates = '[]'")),
    )
    order_id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    """The attribution model that pays."""
    reason_code: Mapped[str | None]
    """Why nobody was credited; null when somebody was."""
    flags: Mapped[list[Any]]
    """Reasons for a human to look before anything matures."""
    candidates: Mapped[list[Any]]
    """Every Candidate, in rank order."""
    decided_at: Mapped[datetime]
    """Shopify's time of the version that was judged."""


class Assignment(ShopOwned, Base):
    """Who a human credited an order to. The newest decision of the log stands here; an undo takes it away."""

    __tablename__ = "assignments"
    order_id: Mapped[int] = mapped_column(primary_key=True)
    shares: Mapped[list[Any]]
    """[enrollment id, weight as text] each; empty: nobody."""
    actor: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
