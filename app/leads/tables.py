"""Leads, in one table: facts that are never changed, a person's word, and what follows from both."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopRow


class OpenedAccount(ShopRow, Base):
    """Two halves of a lead that come by two ways, in either order: Shopify's word and the shopper's own browser."""

    __tablename__ = "opened_accounts"
    __table_args__ = (
        UniqueConstraint("shop_id", "customer"),
        Index("ix_opened_accounts_told", "shop_id", "told_at"),
    )
    customer: Mapped[bytes]
    """Keyed digest of Shopify's number of the customer."""
    told_at: Mapped[datetime]
    """Of the first half."""
    opened_at: Mapped[datetime | None]
    """Null until Shopify has told of the account."""
    person: Mapped[bytes | None]
    """Keyed digest of the e-mail address."""
    click_id: Mapped[int | None]
    """Null until a browser told, after consent, by which click its shopper had come."""
    clicked_at: Mapped[datetime | None]


class LeadEvent(ShopRow, Base):
    """One lead. Told twice, it is one."""

    __tablename__ = "lead_events"
    __table_args__ = (
        UniqueConstraint("shop_id", "source", "key"),
        UniqueConstraint("shop_id", "ref"),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
        ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),
        CheckConstraint("source in ('form', 'api', 'customer')", name="source"),
        CheckConstraint("ruling in ('approved', 'rejected')", name="ruling"),
        CheckConstraint(
            "state in ('pending', 'approved', 'rejected', 'duplicate', 'unqualified')", name="state"
        ),
        Index("ix_lead_events_state", "shop_id", "state", "at"),
        Index("ix_lead_events_creator", "shop_id", "creator_id", "at"),
        Index("ix_lead_events_person", "shop_id", "person"),
        Index("ix_lead_events_visitor", "shop_id", "visitor"),
        Index("ix_lead_events_click", "shop_id", "click_id"),
    )
    ref: Mapped[str]
    """Digest of source and key: the same in every database."""
    source: Mapped[str]
    key: Mapped[str]
    action: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    person: Mapped[bytes | None]
    """Keyed digest of the e-mail address or the device."""
    visitor: Mapped[str | None]
    click_id: Mapped[int | None]
    slug: Mapped[str | None]
    code: Mapped[str | None]
    contact: Mapped[dict[str, Any]]
    """In the clear; empty once it was forgotten."""
    ruling: Mapped[str | None]
    """A person's word; null: none stands."""
    ruling_reason: Mapped[str] = mapped_column(server_default=text("''"))
    ruled_by: Mapped[str | None]
    ruled_at: Mapped[datetime | None]
    state: Mapped[str | None]
    """Derived, like all that follows; null until the worker has looked."""
    program_id: Mapped[int | None]
    creator_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(server_default=text("''"))
    amount: Mapped[str] = mapped_column(server_default=text("''"))
