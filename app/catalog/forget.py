"""Forgetting what a shop sold. flows/redact calls this; rules that went by it are not worked out again."""

from sqlalchemy import text

from app.db.session import Fenced
from app.kernel.ids import ShopId

TABLES = ("product_versions", "listed_collections")


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Every version of every product goes, and when collections were read."""
    for table in TABLES:
        session.execute(text(f"delete from {table} where shop_id = :shop"), {"shop": shop_id})  # noqa: S608 - our own names
