"""What is shown in the store and what is sent from there."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned


class LandingPage(ShopOwned, Base):
    """A creator's page in the store. The decision log has every state of it."""

    __tablename__ = "landing_pages"
    __table_args__ = (ForeignKeyConstraint(["shop_id", "creator_id"], ["creators.shop_id", "creators.id"]),)
    creator_id: Mapped[int] = mapped_column(primary_key=True)
    is_live: Mapped[bool]
    picture: Mapped[str]
    words: Mapped[str]
    products: Mapped[list[Any]]
    """Handles of products, in the order in which they are shown."""
    changed_at: Mapped[datetime]
