"""Change a creator's page in the store."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from app.audit.store import record_all
from app.creators.model import Creator
from app.db.session import ShopSession
from app.kernel.change import Change
from app.storefront.model import Landing, check_address
from app.storefront.store import landings


def put_landing(
    session: ShopSession, creator: Creator, page: Landing, *, actor: str, now: datetime
) -> Change:
    """Let the page be this. Asked twice, nothing happens the second time. Raises Invalid for a reserved address."""
    changed = put_landings(session, [(creator, page)], actor=actor, now=now)
    return Change.CHANGED if changed else Change.UNCHANGED


def put_landings(
    session: ShopSession, pages: Sequence[tuple[Creator, Landing]], *, actor: str, now: datetime
) -> set[str]:
    """Many at once. Returns the handles of those whose page was another. Raises as put_landing does, for the first."""
    for creator, _ in pages:
        check_address(creator.handle)
    standing = landings.landings(session, [creator.id for creator, _ in pages])
    changed = [(creator, page) for creator, page in pages if standing.get(creator.id, Landing()) != page]
    landings.put(session, {creator.id: page for creator, page in changed}, now)
    decided = [(creator.handle, msgspec.to_builtins(page)) for creator, page in changed]
    record_all(session, "landing.changed", decided, actor=actor, now=now)
    return {creator.handle for creator, _ in changed}
