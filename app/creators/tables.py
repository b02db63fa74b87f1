"""The people who are paid, and the programs they are in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned, ShopRow


class Creator(ShopRow, Base):
    """A person or brand paid for results."""

    __tablename__ = "creators"
    __table_args__ = (
        UniqueConstraint("shop_id", "handle"),
        Index("ix_creators_email_key", "shop_id", "email_key"),
        Index("ix_creators_lower_email", text("lower(email)")),
    )
    handle: Mapped[str]
    """Lower case, unique in the shop, never changed: the natural key in exports and replay."""
    name: Mapped[str]
    email: Mapped[str | None]
    email_key: Mapped[bytes | None]
    """Keyed pseudonym of the normalised e-mail: what self-referral compares."""
    customer_key: Mapped[bytes | None]
    """Keyed pseudonym of the creator's own customer record in Shopify: an order of theirs never earns."""
    payout_key: Mapped[bytes | None]
    """Keyed pseudonym of the account that is paid; two people with one account are one."""
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Social handles by channel, as typed."""
    moves: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """From which enrollment to which, and since when (`Move`), in the order in which they hold."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class Enrollment(ShopRow, Base):
    """One creator in one program."""

    __tablename__ = "enrollments"
    __table_args__ = (
        UniqueConstraint("shop_id", "creator_id", "program_id"),
        ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
        ForeignKeyConstraint(["shop_id", "recruiter_id"], ["enrollments.shop_id", "enrollments.id"]),
        Index("ix_enrollments_program", "shop_id", "program_id"),
    )
    creator_id: Mapped[int]
    program_id: Mapped[int]
    active: Mapped[list[Range[datetime]]] = mapped_column(
        TSTZMULTIRANGE(), server_default=text("'{(,)}'::tstzmultirange")
    )
    """When it could earn: an order outside these periods stays unqualified. A pause cuts a hole."""
    recruiter_id: Mapped[int | None]
    """Enrollment in the same program of the creator who recruited this one."""
    created_at: Mapped[datetime]


class CreatorProfile(ShopOwned, Base):
    """What a creator says of themselves and their audience. Nothing is earned by it."""

    __tablename__ = "creator_profiles"
    __table_args__ = (ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str]
    country: Mapped[str]
    """Where most of the audience is: two capital letters, or empty."""
    followers: Mapped[dict[str, Any]]
    """How many, by channel, as they say."""
    interests: Mapped[list[Any]]
    changed_at: Mapped[datetime]
