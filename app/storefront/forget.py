"""Forgetting what a shop showed and was sent in its store. flows/redact calls this."""

from sqlalchemy import delete

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.storefront.tables import ApplicationRow, LandingPage, SignupForm


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Every landing page, form and application goes."""
    for table in (LandingPage, SignupForm, ApplicationRow):
        session.execute(delete(table).where(table.shop_id == shop_id))
