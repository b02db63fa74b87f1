"""Messages of creators and the shop."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from app.db.base import Base, ShopRow


class Message(ShopRow, Base):
    """One message."""

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),
        Index("ix_messages_creator", "shop_id", "creator_id", "id"),
        Index(
            "ix_messages_unread",
            "shop_id",
            "id",
            postgresql_where=text("read_at is null and is_from_creator"),
        ),
    )
    creator_id: Mapped[int]
    is_from_creator: Mapped[bool]
    order_id: Mapped[int | None]
    """That it is about."""
    body: Mapped[str]
    actor: Mapped[str]
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    """By the other side."""
    file_name: Mapped[str | None]
    file_kind: Mapped[str | None]
    file_key: Mapped[UUID | None]
    file_sealed: Mapped[bytes | None]
