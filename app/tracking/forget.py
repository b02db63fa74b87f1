"""Forgetting a shop's codes and links: they are often a creator's name. flows/redact calls this."""

from sqlalchemy import delete, text

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.tracking.tables import Click, ClickLoss, LinkDay, LinkSlug, PixelEvent


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Every code is disabled under another name, every click goes, every short link leads nowhere and is free again."""
    session.execute(delete(PixelEvent).where(PixelEvent.shop_id == shop_id))
    session.execute(delete(Click).where(Click.shop_id == shop_id))
    session.execute(delete(LinkDay).where(LinkDay.shop_id == shop_id))
    session.execute(delete(ClickLoss).where(ClickLoss.shop_id == shop_id))
    session.execute(delete(LinkSlug).where(LinkSlug.shop_id == shop_id))
    session.execute(
        text(
            "update codes set code = 'ERASED-' || id, folded = 'ERASED-' || id, state = 'disabled', failure = null "
            "where shop_id = :shop"
        ),
        {"shop": shop_id},
    )
    session.execute(
        text("update links set slug = 'erased-' || id, to_path = '/' where shop_id = :shop"),
        {"shop": shop_id},
    )
