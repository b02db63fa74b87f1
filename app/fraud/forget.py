"""Forgetting whom a shop's codes were used by. flows/redact calls this."""

from sqlalchemy import text

from app.db.session import Fenced
from app.kernel.ids import ShopId

TABLES = ("sightings", "suspicions", "flag_answers", "fraud_settings")


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Everything that compares people goes; what was flagged stands beside the credits."""
    for table in TABLES:
        session.execute(text(f"delete from {table} where shop_id = :shop"), {"shop": shop_id})  # noqa: S608 - our own names
