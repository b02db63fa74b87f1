"""Tell creators of new terms: who was told of which version, and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.audit.store import record
from app.campaigns import store
from app.campaigns.model import NOTICE, OfferVersion, Program
from app.db.session import ShopSession
from app.kernel.period import day_of, start_of


def first_day_after(now: datetime, timezone: str) -> datetime:
    """The beginning of the first day of the shop on which terms announced now may hold."""
    return start_of(day_of(now + NOTICE, timezone) + timedelta(days=1), timezone)


def announce(
    session: ShopSession,
    program: Program,
    offer: OfferVersion,
    *,
    enrolled: Sequence[tuple[int, str]],
    actor: str,
    now: datetime,
) -> None:
    """Note that these (enrollment id, creator's handle) are told of the version now. Nobody there: nothing happens."""
    if not enrolled:
        return
    store.add_notices(session, offer.id, [enrollment_id for enrollment_id, _ in enrolled], now)
    facts = {
        "version": offer.version,
        "effective_from": offer.effective_from.isoformat(),
        "creators": sorted(handle for _, handle in enrolled),
    }
    record(session, "offer.announced", subject=program.handle, actor=actor, facts=facts, now=now)
