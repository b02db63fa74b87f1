"""app/scopes_update: the merchant granted or took away access; Home says what is missing."""

from datetime import datetime

import msgspec

from app.db.session import BatchSession
from app.flows.desk import Desk
from app.flows.listen_to_topics import JOB as LISTEN
from app.inbox.model import StoredEvent
from app.kernel.errors import Invalid
from app.kernel.ids import ShopId
from app.shopify.optional_topics import open_topics
from app.shops import store
from app.shops.store import ShopContext

REQUIRED = frozenset(
    {
        "read_orders",
        "write_discounts",
        "read_products",
        "write_pixels",
        "read_customer_events",
        "write_app_proxy",
    }
)
"""What shopify.app.toml asks for at install; a test compares the two."""


class _Body(msgspec.Struct):
    current: list[str]


def update_scopes(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, _now: datetime
) -> str | None:
    """Store what is granted now, unless something newer was stored; hear of what that opens.

    Raises Invalid for a body that says nothing.
    """
    try:
        said = msgspec.json.decode(event.body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"This app/scopes_update does not say what is granted: {error}") from None
    shop_id = ShopId(shop.id)
    record = store.get_locked(session, shop_id)
    if store.heard_later(record, "scopes", event.triggered_at):
        return "Newer scopes were stored already."
    store.change(session, shop_id, scopes=",".join(sorted(said.current)))
    store.note_setup(session, shop_id, {"scopes_at": event.triggered_at.isoformat()})
    if open_topics(said.current) and not shop.offline:
        desk.queue.defer(
            session, LISTEN, {"shop_id": shop.id}, lock=f"shop/{shop.id}", once=f"{LISTEN}/{shop.id}"
        )
    return None


def missing_scopes(granted: frozenset[str]) -> frozenset[str]:
    """Required scopes that were not granted; a write scope implies its read scope."""
    return frozenset(
        scope
        for scope in REQUIRED
        if scope not in granted and scope.replace("read_", "write_", 1) not in granted
    )
