"""Destroying messages: people speak in them."""

from sqlalchemy import delete

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.messages.tables import Message


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """All of a shop."""
    session.execute(delete(Message).where(Message.shop_id == shop_id))


def forget_creator(session: Fenced, shop_id: int, creator_id: int) -> None:
    """All of one creator's, and what was written to them."""
    session.execute(delete(Message).where(Message.shop_id == shop_id, Message.creator_id == creator_id))
