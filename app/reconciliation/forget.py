"""Forgetting what was found about a shop's orders. flows/redact calls this."""

from sqlalchemy import text

from app.db.session import Fenced
from app.kernel.ids import ShopId


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """The differences go, with the names of orders; when checks ran and how many orders they read stays."""
    session.execute(text("delete from reconciliation_differences where shop_id = :shop"), {"shop": shop_id})
