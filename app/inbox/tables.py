"""Every outside event, as it came."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BigId


class InboxEvent(Base):
    """One delivery, stored before anything thinks about it. Global: the shop may be unknown."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("shop_domain", "topic", "webhook_id"),
        Index(
            "uq_inbox_event",
            "shop_domain",
            "topic",
            "event_id",
            unique=True,
            postgresql_where=text("event_id is not null"),
        ),
        Index("ix_inbox_waiting", "id", postgresql_where=text("state = 'new'")),
        Index("ix_inbox_parked", "shop_domain", "id", postgresql_where=text("state = 'parked'")),
        Index("ix_inbox_order", "shop_domain", "order_id", postgresql_where=text("order_id is not null")),
        # What was packed last: the next look goes on from there, and intake maintains no index for it.
        Index("ix_inbox_packed", "id", postgresql_where=text("packing is not null")),
        CheckConstraint("packing = 'zstd'", name="packing"),
        CheckConstraint("state in ('new', 'done', 'ignored', 'parked')", name="state"),
    )
    id: Mapped[BigId]
    shop_domain: Mapped[str]
    topic: Mapped[str]
    webhook_id: Mapped[str]
    """One delivery's identity across Shopify's retries; ours for what we fed in ourselves."""
    event_id: Mapped[str | None]
    """The same business event across several subscriptions."""
    source: Mapped[str]
    """webhook, reread (one order asked for again) or reconciled (found missing by the sweep)."""
    api_version: Mapped[str | None]
    triggered_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    body: Mapped[bytes]
    packing: Mapped[str | None]
    """zstd: the body is kept compressed; null: as it came."""
    body_sha256: Mapped[bytes]
    """Of the raw body at receipt; never recomputed, also when the body is redacted."""
    state: Mapped[str] = mapped_column(server_default="new")
    attempts: Mapped[int] = mapped_column(server_default="0")
    retry_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it is parked or ignored, in a sentence."""
    order_id: Mapped[int | None]
    """The order it spoke of, set when it was handled."""
    handled_at: Mapped[datetime | None]
    redacted_at: Mapped[datetime | None]
