"""Forgetting a shop's creators as people. flows/redact calls this; their accounts stay in the books."""

from datetime import datetime

from sqlalchemy import text

from app.db.session import Fenced, ShopSession
from app.kernel.ids import ShopId


def forget_shop(session: Fenced, shop_id: ShopId, now: datetime) -> None:
    """Names, addresses and handles of every creator go; the id that postings name stays."""
    session.execute(
        text(
            "update creators set handle = 'erased-' || id, name = 'Erased creator ' || id, email = null, "
            "email_key = null, customer_key = null, payout_key = null, profile = '{}', archived_at = coalesce(archived_at, :now) where shop_id = :shop"
        ),
        {"shop": shop_id, "now": now},
    )
    session.execute(text("delete from creator_profiles where shop_id = :shop"), {"shop": shop_id})


def forget_creator(session: ShopSession, creator_id: int) -> None:
    """Name, address and profile of one creator. The keyed pseudonyms stay: old orders are judged by them."""
    facts = {"shop": session.shop_id, "id": creator_id}
    session.execute(
        text(
            "update creators set name = 'Erased creator ' || id, email = null, profile = '{}' "
            "where shop_id = :shop and id = :id"
        ),
        facts,
    )
    session.execute(text("delete from creator_profiles where shop_id = :shop and creator_id = :id"), facts)
