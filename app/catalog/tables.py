"""What was true of each product, and since when."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, ShopOwned


class ProductVersion(ShopOwned, Base):
    """What one event said of a product. Older versions stay: orders go by what held when they were placed."""

    __tablename__ = "product_versions"
    product_id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    """Shopify's time of the change; of a re-read, when it was read."""
    tags: Mapped[list[Any] | None]
    """Folded and sorted; null: nobody told them."""
    collections: Mapped[list[Any] | None]
    """Shopify's numbers, sorted; null: a webhook does not tell."""


class ListedCollection(ShopOwned, Base):
    """When all products of a collection were last read: whoever joins later was not in it then."""

    __tablename__ = "listed_collections"
    collection: Mapped[str] = mapped_column(primary_key=True)
    """Shopify's number."""
    listed_at: Mapped[datetime]
