"""Forgetting what a shop showed and was sent in its store, and what a person sent. The flows of privacy call this."""

from typing import Any

from sqlalchemy import delete, select

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.storefront.tables import ApplicationRow, LandingPage, SignupForm


def held(session: Fenced, shop_id: ShopId, email: str | None) -> list[dict[str, Any]]:
    """Applications that wait under that address, oldest first, for the merchant's file."""
    wanted = (
        select(ApplicationRow)
        .where(ApplicationRow.shop_id == shop_id, ApplicationRow.email == email)
        .order_by(ApplicationRow.id)
    )
    return [
        {
            "applied_at": row.applied_at.isoformat(),
            "name": row.name,
            "email": row.email,
            "channels": row.channels,
            "country": row.country,
            "answers": row.answers,
        }
        for row in session.scalars(wanted)
    ]


def forget_person(session: Fenced, shop_id: ShopId, email: str | None) -> None:
    """Applications that wait under that address go."""
    session.execute(
        delete(ApplicationRow).where(ApplicationRow.shop_id == shop_id, ApplicationRow.email == email)
    )


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Every landing page, form and application goes."""
    for table in (LandingPage, SignupForm, ApplicationRow):
        session.execute(delete(table).where(table.shop_id == shop_id))
