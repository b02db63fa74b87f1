"""Where links lead, and whether that page was there when it was last looked at."""

from datetime import datetime

from sqlalchemy import text

from app.db.session import ShopSession

_PATHS = text("""
    select to_path from links where shop_id = :shop group by to_path
    order by min(coalesce(checked_at, '-infinity')), to_path limit :most
""")
_NOTE = text("update links set checked_at = :now, answer = :status where shop_id = :shop and to_path = :path")


def paths(session: ShopSession, most: int) -> list[str]:
    """Different pages that links of the shop lead to, those not looked at for longest first."""
    return list(session.execute(_PATHS, {"shop": session.shop_id, "most": most}).scalars())


def note(session: ShopSession, path: str, status: int | None, now: datetime) -> None:
    """Keep what the page answered; None: it could not be told."""
    session.execute(_NOTE, {"shop": session.shop_id, "path": path, "status": status, "now": now})
