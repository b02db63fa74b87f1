"""Payouts: who is to be paid by which run, what it pays for, and where it is."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned, ShopRow


class PayoutSettings(ShopOwned, Base):
    """How a shop pays. No row: by hand only, from 20 of the currency on."""

    __tablename__ = "payout_settings"
    cadence: Mapped[str]
    """never, monthly, twice_monthly, weekly (payouts.calendar.Cadence)."""
    is_automatic: Mapped[bool]
    """Runs of the calendar need no approval."""
    takes_requests: Mapped[bool]
    """Creators may ask to be paid."""
    minimum: Mapped[int]
    """Whole units of each currency; a smaller balance is carried."""
    second_approver_from: Mapped[int | None]
    """Whole units of a currency: a run that pays more needs two people."""
    tax_form_demanded: Mapped[bool]
    blocked_countries: Mapped[list[Any]]
    """ISO 3166 codes of two capital letters, sorted."""
    mail_to: Mapped[str | None]
    """Who is told of runs that come."""
    changed_at: Mapped[datetime]
    """The calendar has no runs before it."""


class PayoutDetails(ShopRow, Base):
    """Where a creator wants to be paid, from one change to the next. The newest version holds."""

    __tablename__ = "payout_details"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),
        UniqueConstraint("shop_id", "creator_id", "version"),
        Index("ix_payout_details_index", "shop_id", "blind_index"),
    )
    creator_id: Mapped[int]
    version: Mapped[int]
    """From 1."""
    way: Mapped[str]
    """payouts.ways.Way."""
    sealed: Mapped[bytes | None]
    """All of it, encrypted for this row; null once the creator was erased."""
    masked: Mapped[str]
    """How pages name it."""
    country: Mapped[str]
    bank_name: Mapped[str | None]
    blind_index: Mapped[bytes | None]
    """Keyed digest of the account: two creators with one are seen without opening either."""
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    usable_from: Mapped[datetime]
    """Not paid to before."""


class TaxFormFile(ShopRow, Base):
    """A signed tax form as it was uploaded. Every one is kept; the newest that was accepted holds."""

    __tablename__ = "tax_forms"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),
        UniqueConstraint("shop_id", "creator_id", "version"),
        Index("ix_tax_forms_waiting", "shop_id", "id", postgresql_where=text("status = 'received'")),
    )
    creator_id: Mapped[int]
    version: Mapped[int]
    """From 1."""
    kind: Mapped[str]
    """payouts.tax.TaxForm: a W-9 is a US person's, the others say that one is none."""
    signed_on: Mapped[date]
    valid_until: Mapped[date | None]
    """The last day; null: until what it says changes."""
    file_name: Mapped[str]
    file_kind: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    sealed: Mapped[bytes]
    """The file, encrypted for this row."""
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    status: Mapped[str]
    """payouts.tax.FormStatus."""
    reason: Mapped[str | None]
    """Why it was rejected, told to the creator."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]


class PayoutPause(ShopOwned, Base):
    """A creator who is not to be paid for now."""

    __tablename__ = "payout_pauses"
    __table_args__ = (ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    paused_at: Mapped[datetime]
    paused_by: Mapped[str]


class PayoutRun(ShopRow, Base):
    """One time of paying."""

    __tablename__ = "payout_runs"
    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        Index(
            "uq_payout_runs_calendar", "shop_id", "pay_at", unique=True,
            postgresql_where=text("origin = 'calendar'"),
        ),
        Index(
            "uq_payout_runs_request", "shop_id", "only_creator_id", unique=True,
            postgresql_where=text("origin = 'request' and state = 'planned'"),
        ),
        Index("ix_payout_runs_planned", "shop_id", "pay_at", postgresql_where=text("state = 'planned'")),
    )  # fmt: skip
    key: Mapped[UUID]
    """From which ids of batches are made."""
    origin: Mapped[str]
    """calendar, person, request (of a creator)."""
    state: Mapped[str]
    """planned, reserved, cancelled."""
    cut_off: Mapped[datetime]
    """What was payable before this instant is paid."""
    pay_at: Mapped[datetime]
    only_creator_id: Mapped[int | None]
    """A run for one creator, such as one who asked."""
    planned_at: Mapped[datetime]
    planned_by: Mapped[str]
    previewed_at: Mapped[datetime | None]
    """When the merchant was told of it."""
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    second_at: Mapped[datetime | None]
    second_by: Mapped[str | None]
    reserved_at: Mapped[datetime | None]
    """When its payouts were made."""
    declined_because: Mapped[str | None]
    """What a creator who asked reads instead."""


class Payout(ShopRow, Base):
    """What one creator gets of a run in one currency, one way."""

    __tablename__ = "payouts"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "run_id"], ["payout_runs.shop_id", "payout_runs.id"]),
        ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),
        ForeignKeyConstraint(["shop_id", "details_id"], ["payout_details.shop_id", "payout_details.id"]),
        UniqueConstraint("shop_id", "key"),
        CheckConstraint("amount_minor > 0", name="positive"),
        Index(
            "uq_payouts_open", "shop_id", "creator_id", "currency", unique=True,
            postgresql_where=text("state in ('reserved', 'submitting', 'unknown')"),
        ),
        Index(
            "uq_payouts_provider_id", "shop_id", "provider", "provider_id", unique=True,
            postgresql_where=text("provider_id is not null"),
        ),
        Index(
            "ix_payouts_under_way", "shop_id", "state",
            postgresql_where=text("state in ('reserved', 'submitting', 'unknown', 'in_transit', 'unclaimed')"),
        ),
        Index("ix_payouts_run", "shop_id", "run_id"),
        Index("ix_payouts_creator", "shop_id", "creator_id"),
    )  # fmt: skip
    run_id: Mapped[int]
    creator_id: Mapped[int]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    key: Mapped[UUID]
    """The provider's idempotency key: the same at each attempt."""
    batch: Mapped[UUID]
    """Of what goes out in one call."""
    provider: Mapped[str]
    """payouts.provider.Provider.name."""
    details_id: Mapped[int]
    """The version it is paid to, whatever the creator changes later."""
    reserved_at: Mapped[datetime]
    state: Mapped[str]
    """payouts.protocol.State."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    first_sent_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]
    refusal_code: Mapped[str | None]
    refusal: Mapped[str | None]
    provider_id: Mapped[str | None]
    fee_minor: Mapped[int] = mapped_column(server_default=text("0"))
    reason: Mapped[str | None]
    """A sentence, where it is not simply paid."""
    moves: Mapped[int] = mapped_column(server_default=text("0"))
    """Entries in the books so far: each has a key of its own."""
    moved_at: Mapped[datetime]
    """When its state last changed."""


class PayoutPart(ShopOwned, Base):
    """What a payout pays for: an order or an award. They sum to its amount; what was refunded is negative."""

    __tablename__ = "payout_parts"
    __table_args__ = (ForeignKeyConstraint(["shop_id", "payout_id"], ["payouts.shop_id", "payouts.id"]),)
    payout_id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    """`order:<number>` or `award:<key>`."""
    amount_minor: Mapped[int]


class PayoutFile(ShopRow, Base):
    """A file for a bank, as it was first downloaded: every download is the same bytes."""

    __tablename__ = "payout_files"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "run_id"], ["payout_runs.shop_id", "payout_runs.id"]),
        UniqueConstraint("shop_id", "batch"),
        Index("ix_payout_files_run", "shop_id", "run_id"),
    )
    run_id: Mapped[int]
    batch: Mapped[UUID]
    """Of the payouts in it."""
    payouts: Mapped[list[Any]]
    """Their ids: those of the batch that no file can carry are not."""
    name: Mapped[str]
    sealed: Mapped[bytes]
    """It holds account numbers: encrypted for this row."""
    sha256: Mapped[str]
    written_at: Mapped[datetime]


class ProviderSettings(ShopOwned, Base):
    """How a shop is connected to one provider."""

    __tablename__ = "provider_settings"
    provider: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    """Keys and accounts, encrypted for this cell."""
    shown: Mapped[dict[str, Any]]
    """What pages may show of it: a mode, the last four of a key."""
    put_at: Mapped[datetime]
    put_by: Mapped[str]
    checked_at: Mapped[datetime | None]
    complaint: Mapped[str | None]
    """What the latest try of the connection said; null: all was well."""


class ProviderEndpoint(Base):
    """Whose webhooks come to an address of ours. Global: a webhook names no shop."""

    __tablename__ = "provider_endpoints"
    __table_args__ = (UniqueConstraint("shop_id", "provider"),)
    token: Mapped[str] = mapped_column(primary_key=True)
    """The end of the address. Knowing it proves nothing: webhooks are signed."""
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    provider: Mapped[str]
