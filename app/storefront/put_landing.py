"""Change a creator's page in the store."""

from datetime import datetime

import msgspec

from app.audit.store import record
from app.creators.model import Creator
from app.db.session import ShopSession
from app.kernel.change import Change
from app.storefront.model import Landing, check_address
from app.storefront.store import landings


def put_landing(
    session: ShopSession, creator: Creator, page: Landing, *, actor: str, now: datetime
) -> Change:
    """Let the page be this. Asked twice, nothing happens the second time. Raises Invalid for a reserved address."""
    check_address(creator.handle)
    if landings.landing(session, creator.id) == page:
        return Change.UNCHANGED
    landings.put(session, creator.id, page, now)
    facts = msgspec.to_builtins(page)
    record(session, "landing.changed", subject=creator.handle, actor=actor, facts=facts, now=now)
    return Change.CHANGED
