"""The books. Rows are only ever added; the database refuses everything else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned, ShopRow


class JournalEntry(ShopRow, Base):
    """Why money moved: one cause, at one time, with the postings that belong to it."""

    __tablename__ = "journal_entries"
    __table_args__ = (UniqueConstraint("shop_id", "idempotency_key"),)
    kind: Mapped[str]
    """accrue, mature, reverse, ... (ledger.chart.EntryKind)."""
    effective_at: Mapped[datetime]
    """When it was true, by the clock of whoever caused it."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    """When we learnt it."""
    idempotency_key: Mapped[str]
    event_id: Mapped[int | None]
    """Inbox row that caused it; null when time or a person did."""


class Posting(ShopRow, Base):
    """A positive amount from one account to another: it balances by construction."""

    __tablename__ = "postings"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "entry_id"], ["journal_entries.shop_id", "journal_entries.id"]),
        Index("ix_postings_order", "shop_id", "order_id", postgresql_where=text("order_id is not null")),
        Index("ix_postings_award", "shop_id", "award", postgresql_where=text("award is not null")),
        Index("ix_postings_entry", "shop_id", "entry_id"),
        Index("ix_postings_creator", "shop_id", "creator_id", "entry_id"),
        CheckConstraint("order_id is null or award is null", name="one_subject"),
        CheckConstraint("amount_minor > 0", name="positive"),
        CheckConstraint("debit <> credit", name="two_accounts"),
    )
    entry_id: Mapped[int]
    debit: Mapped[str]
    """Kind of the account that is debited (ledger.chart.Account)."""
    credit: Mapped[str]
    """Kind of the account that is credited."""
    creator_id: Mapped[int]
    """Whose accounts these are: an account is (kind, creator, currency)."""
    currency: Mapped[str]
    amount_minor: Mapped[int]
    order_id: Mapped[int | None]
    """The order it is about, when it is about one."""
    award: Mapped[str | None]
    """Key of what it is about when there is no order: a fee, a bonus, a gift, a write-off, an opening balance."""


class Balance(ShopOwned, Base):
    """Debits and credits of one account so far; moved in the same transaction as the postings."""

    __tablename__ = "balances"
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    debit_minor: Mapped[int]
    credit_minor: Mapped[int]
