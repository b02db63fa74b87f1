"""What each creator should earn for each order."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned


class Credit(ShopOwned, Base):
    """One creator's part in one order, priced. Re-derived whenever a fact changes."""

    __tablename__ = "credits"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "order_id"], ["orders.shop_id", "orders.id"]),
        ForeignKeyConstraint(["shop_id", "enrollment_id"], ["enrollments.shop_id", "enrollments.id"]),
        Index("ix_credits_creator_day", "shop_id", "creator_id", "placed_on"),
        Index(
            "ix_credits_lane",
            "shop_id",
            "program_id",
            "creator_id",
            "placed_at",
            "order_id",
            postgresql_include=["weight", "currency", "gross_minor", "placed_commission_minor"],
        ),
        Index("ix_credits_flagged", "shop_id", "placed_at", "order_id", postgresql_where=text("flagged")),
        Index(
            "ix_credits_maturing",
            "shop_id",
            "matures_at",
            postgresql_where=text("matures_at is not null and not matured and not flagged"),
        ),
        CheckConstraint("weight between 0 and 1", name="weight"),
    )
    order_id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int]
    program_id: Mapped[int]
    """Of the enrollment: reports ask by program."""
    offer_id: Mapped[int | None]
    """The version that priced it; null: the program had no offer when the order was placed."""
    weight: Mapped[Decimal] = mapped_column(Numeric(7, 6))
    placed_on: Mapped[date]
    currency: Mapped[str]
    gmv_minor: Mapped[int]
    """This creator's share of line prices x quantity, as placed."""
    net_minor: Mapped[int]
    """This creator's share of net sales, after refunds."""
    gross_minor: Mapped[int]
    """The same as placed, before refunds."""
    placed_at: Mapped[datetime]
    """When the order was placed: counters run over (placed_at, order id)."""
    commission_minor: Mapped[int]
    """On what still stands, paid for or not."""
    earned_minor: Mapped[int]
    """What of it should stand in the books: equals what is posted, pending and payable together."""
    placed_commission_minor: Mapped[int]
    """As placed, after caps: what counters count. Neither a refund nor a denial changes it."""
    paid_at: Mapped[datetime | None]
    matures_at: Mapped[datetime | None]
    """When the hold ends; null until the order is paid."""
    matured: Mapped[bool]
    """Whether the hold was over when this was last derived."""
    flagged: Mapped[bool]
    """Whether a flag that nobody has cleared stops it."""
    denied: Mapped[bool]
    flags: Mapped[list[Any]]
    """Open flags, by name."""
    lines: Mapped[list[Any]]
    """The arithmetic, a LineEarning for each line."""


class Verdict(ShopOwned, Base):
    """What a human said about one credit. The newest decision of the log stands here; an undo is one too."""

    __tablename__ = "verdicts"
    __table_args__ = (CheckConstraint("ruling in ('approved', 'denied', 'held', 'undone')", name="ruling"),)
    order_id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    ruling: Mapped[str]
    cleared: Mapped[list[Any]]
    """The flags that were looked at."""
    reason: Mapped[str]
    actor: Mapped[str]
    decided_at: Mapped[datetime]


class Award(ShopOwned, Base):
    """What stands in the books without an order: a fee, a bonus, a gift, a write-off, an opening balance."""

    __tablename__ = "awards"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),
        ForeignKeyConstraint(["shop_id", "program_id"], ["programs.shop_id", "programs.id"]),
        Index("ix_awards_creator_day", "shop_id", "creator_id", "earned_on"),
        Index(
            "ix_awards_maturing",
            "shop_id",
            "matures_at",
            postgresql_where=text("not matured and revoked_at is null"),
        ),
        Index(
            "ix_awards_import", "shop_id", "import_digest", postgresql_where=text("import_digest is not null")
        ),
        CheckConstraint("amount_minor >= 0 or kind = 'imported'", name="amount"),
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    """Natural: `fixed_fee/<program>/<creator>/2026-03`. What the postings name."""
    creator_id: Mapped[int]
    program_id: Mapped[int | None]
    """Where reports count it; null: nowhere."""
    kind: Mapped[str]
    """commissions.awards.AwardKind, or a rule's kind."""
    amount_minor: Mapped[int]
    """0: the terms owe it no longer."""
    currency: Mapped[str]
    earned_at: Mapped[datetime]
    earned_on: Mapped[date]
    """The same as a day of the shop."""
    matures_at: Mapped[datetime]
    matured: Mapped[bool]
    """Whether the hold was over when it was last brought to the books."""
    offer_id: Mapped[int | None]
    """The version that owes it; null: a person decided."""
    reason: Mapped[str]
    """A sentence for the creator's statement."""
    actor: Mapped[str]
    """Who gave it; `system` for what an offer owes."""
    changed_at: Mapped[datetime]
    """When what should stand last changed: given, revoked, restored, owed differently."""
    revoked_at: Mapped[datetime | None]
    """Since when a person has taken it back."""
    import_digest: Mapped[str | None]
    """The file that brought it, when one did."""


class HistoryImport(ShopOwned, Base):
    """A file of what creators earned in another app: uploaded, looked at, taken over, undone."""

    __tablename__ = "history_imports"
    digest: Mapped[str] = mapped_column(primary_key=True)
    """Hex sha256 of the file and of how it was to be read: the same file twice is one import."""
    format: Mapped[str]
    file_name: Mapped[str]
    options: Mapped[dict[str, Any]]
    content: Mapped[bytes | None]
    """The file until it is taken over; from then on the decision log holds its rows."""
    rows: Mapped[int]
    """How many awards came of it."""
    actor: Mapped[str]
    uploaded_at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
