"""Destroying mails: they name people and say what they earn."""

from sqlalchemy import delete

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.mail.tables import Mail


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """All of a shop, also those that wait."""
    session.execute(delete(Mail).where(Mail.shop_id == shop_id))
