"""Programs, and the terms they had at each time."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned, ShopRow


class Program(ShopRow, Base):
    """Standing terms of one shop."""

    __tablename__ = "programs"
    __table_args__ = (
        UniqueConstraint("shop_id", "handle"),
        CheckConstraint("window_days between 1 and 365", name="window"),
        CheckConstraint("hold_days between 0 and 120", name="hold"),
    )
    handle: Mapped[str]
    name: Mapped[str]
    window_days: Mapped[int]
    """How old a click may be to count."""
    hold_days: Mapped[int]
    """Days from payment to maturity."""
    crediting: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """How orders are credited: every state of the settings with the time from which it holds, oldest first."""
    links: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """LinkTerms: what differs from the usual."""
    code_pattern: Mapped[str] = mapped_column(server_default=text("'{NAME}{PERCENT}'"))
    """What codes are made by for creators who are added without one."""
    created_at: Mapped[datetime]


class Offer(ShopRow, Base):
    """One version of a program's terms. Never edited: a change is the next version."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("shop_id", "program_id", "version"),
        Index("ix_offers_from", "shop_id", "program_id", "effective_from"),
        Index(
            "ix_offers_customer",
            "shop_id",
            postgresql_where=text(
                'content @? \'$.rules[*] ? (@.kind == "renewals" || @.when[*].kind == "customer")\''
            ),
        ),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
    )
    program_id: Mapped[int]
    version: Mapped[int]
    """1, 2, 3 ... within its program."""
    effective_from: Mapped[datetime]
    """Prices orders placed from then on, until a later version; of two on one instant the higher wins."""
    content: Mapped[dict[str, Any]]
    """Discount, hold and rules, validated: what OfferTerms reads."""
    content_digest: Mapped[str]
    """sha256 of the canonical content: publishing the same twice does nothing. Not unique: a reprice that
    is taken back publishes the earlier content again."""
    published_at: Mapped[datetime]
    published_by: Mapped[str]


class OfferDraft(ShopRow, Base):
    """The terms that a program shall have next, as long as nobody has published them. One for each program."""

    __tablename__ = "offer_drafts"
    __table_args__ = (
        UniqueConstraint("shop_id", "program_id"),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
    )
    program_id: Mapped[int]
    content: Mapped[dict[str, Any]]
    """Validated as that of an offer is."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class OfferNotice(ShopOwned, Base):
    """That one enrollment was told of a version. Mail and portal read it; the log has the decision."""

    __tablename__ = "offer_notices"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "offer_id"], ["offers.shop_id", "offers.id"]),
        ForeignKeyConstraint(["shop_id", "enrollment_id"], ["enrollments.shop_id", "enrollments.id"]),
    )
    offer_id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(primary_key=True)
    announced_at: Mapped[datetime]


class TermAcceptance(ShopOwned, Base):
    """That a creator accepted a version of a program's terms."""

    __tablename__ = "term_acceptances"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),
        ForeignKeyConstraint(["shop_id", "offer_id"], ["offers.shop_id", "offers.id"]),
    )
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(primary_key=True)
    accepted_at: Mapped[datetime]
