"""Mails that wait, and those that were sent lately."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopRow


class Mail(ShopRow, Base):
    """One mail to one address."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        Index("ix_mails_due", "shop_id", "try_at", postgresql_where=text("state = 'queued'")),
        Index("ix_mails_to", "shop_id", "to_address"),
    )
    key: Mapped[str]
    kind: Mapped[str]
    to_address: Mapped[str]
    reply_to: Mapped[str | None]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    state: Mapped[str]
    """queued, sent, failed (mail.model.State)."""
    put_at: Mapped[datetime]
    try_at: Mapped[datetime]
    """Not before."""
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    """What the mail server said, where it was not sent."""
