"""Emptying the decision log of a shop that was erased. flows/redact calls this; see decision 0013."""

from sqlalchemy import text

from app.db.session import Fenced
from app.kernel.ids import ShopId


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """What was decided about whom goes; that and when something was decided stays.

    The database does it only for a shop whose status is `redacted` already.
    """
    session.execute(text("select erase_decisions(:shop)"), {"shop": shop_id})
