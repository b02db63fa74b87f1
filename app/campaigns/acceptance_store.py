"""Every query of who accepted which terms."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.campaigns.tables import OfferNotice, TermAcceptance
from app.db.session import ShopSession


def accept(session: ShopSession, creator_id: int, offer_id: int, now: datetime) -> bool:
    """Note it; False: they had accepted this version before, and the first time stays."""
    made = insert(TermAcceptance).values(
        shop_id=session.shop_id, creator_id=creator_id, offer_id=offer_id, accepted_at=now
    )
    return (
        session.execute(made.on_conflict_do_nothing().returning(TermAcceptance.offer_id)).one_or_none()
        is not None
    )


def accepted(session: ShopSession, creator_id: int) -> dict[int, datetime]:
    """When the creator accepted which version (its id)."""
    query = select(TermAcceptance.offer_id, TermAcceptance.accepted_at).where(
        TermAcceptance.creator_id == creator_id
    )
    return {row.offer_id: row.accepted_at for row in session.execute(query)}


def announced(session: ShopSession, enrollment_ids: list[int]) -> dict[int, datetime]:
    """When these enrollments were told of which version (its id)."""
    query = select(OfferNotice.offer_id, OfferNotice.announced_at).where(
        OfferNotice.enrollment_id.in_(enrollment_ids)
    )
    return {row.offer_id: row.announced_at for row in session.execute(query)}
