"""Destroying mails: they name people and say what they earn."""

from sqlalchemy import delete, func

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.mail.tables import Mail


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """All of a shop, also those that wait."""
    session.execute(delete(Mail).where(Mail.shop_id == shop_id))


def forget_address(session: Fenced, shop_id: int, address: str) -> None:
    """All to one address, also those that wait."""
    session.execute(
        delete(Mail).where(Mail.shop_id == shop_id, func.lower(Mail.to_address) == address.lower())
    )
