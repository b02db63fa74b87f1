"""Runs of the comparison with Shopify, how far each shop is compared, and what differed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned, ShopRow


class ReconciliationRun(ShopRow, Base):
    """One comparison. At most one of a method is under way; who finds it unfinished goes on with it."""

    __tablename__ = "reconciliation_runs"
    __table_args__ = (
        Index(
            "uq_reconciliation_under_way",
            "shop_id",
            "method",
            unique=True,
            postgresql_where=text("state = 'running'"),
        ),
        Index("ix_reconciliation_runs_begun", "shop_id", "begun_at"),
        CheckConstraint("kind in ('sweep', 'nightly', 'install', 'asked')", name="kind"),
        CheckConstraint("method in ('pages', 'bulk')", name="method"),
        CheckConstraint("state in ('running', 'done', 'failed')", name="state"),
        CheckConstraint("(state = 'running') = (ended_at is null)", name="ended"),
    )
    kind: Mapped[str]
    method: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="running")
    reached_at: Mapped[datetime | None]
    """Up to which updated_at its pages are compared and fed."""
    bulk_gid: Mapped[str | None]
    """The bulk query in Shopify that this run waits for or reads."""
    bulk_tries: Mapped[int] = mapped_column(server_default="0")
    file_offset: Mapped[int] = mapped_column(server_default="0")
    """Bytes of the bulk file that are compared and fed: a killed run goes on from here."""
    read: Mapped[int] = mapped_column(server_default="0")
    missing: Mapped[int] = mapped_column(server_default="0")
    fed: Mapped[int] = mapped_column(server_default="0")
    failure: Mapped[str | None]


class ReconciliationCursor(ShopOwned, Base):
    """Up to which updated_at everything of a shop was compared and fed. Only ever moves forward."""

    __tablename__ = "reconciliation_cursors"
    swept_to: Mapped[datetime]


class ReconciliationDifference(ShopRow, Base):
    """One difference. Kept for the merchant to see; no money depends on it."""

    __tablename__ = "reconciliation_differences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shop_id", "run_id"],
            ["reconciliation_runs.shop_id", "reconciliation_runs.id"],
            ondelete="CASCADE",
        ),
        Index("ix_reconciliation_differences_run", "shop_id", "run_id"),
    )
    run_id: Mapped[int]
    found_at: Mapped[datetime]
    order_id: Mapped[int]
    order_name: Mapped[str]
    what: Mapped[str]
    """missing, older, refunds or state."""
    ours_at: Mapped[datetime | None]
    theirs_at: Mapped[datetime]
    webhook_id: Mapped[str | None]
    """Of the inbox event that was fed."""
