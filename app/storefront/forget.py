"""Forgetting what a shop showed and was sent in its store. flows/redact calls this."""

from sqlalchemy import delete

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.storefront.tables import LandingPage


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Every landing page goes."""
    session.execute(delete(LandingPage).where(LandingPage.shop_id == shop_id))
