"""Ask for products and collections to be read from Shopify: the jobs of flows/reread_catalogue, by name."""

from datetime import datetime

from app.db.session import Fenced
from app.jobs.queue import Queue

COLLECTIONS, PRODUCT = "catalog.reread", "catalog.reread_product"


def collections(
    session: Fenced, queue: Queue, shop_id: int, collection: str | None = None, *, at: datetime | None = None
) -> None:
    """Have one collection read if an offer names it; None: all that offers name. Asked twice, it waits once."""
    args = {"shop_id": shop_id, "collection": collection}
    queue.defer(session, COLLECTIONS, args, once=f"{COLLECTIONS} {shop_id} {collection or 'all'}", at=at)


def product(
    session: Fenced, queue: Queue, shop_id: int, product_id: int, *, at: datetime | None = None
) -> None:
    """Have one product read. Asked again while it waits, nothing more happens."""
    args = {"shop_id": shop_id, "product_id": product_id}
    queue.defer(session, PRODUCT, args, once=f"{PRODUCT} {shop_id} {product_id}", at=at)
