"""shop/update: another name, currency or time zone."""

from datetime import datetime

import msgspec

from app.db.session import BatchSession
from app.flows import follow_zone
from app.flows.desk import Desk
from app.inbox.model import StoredEvent
from app.kernel.currency import exponent
from app.kernel.errors import Invalid
from app.kernel.ids import ShopId
from app.kernel.period import zone
from app.shops import store
from app.shops.store import ShopContext


class _Body(msgspec.Struct):
    name: str
    currency: str
    iana_timezone: str


def update_shop(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, _now: datetime
) -> str | None:
    """Store them for what comes; what is booked keeps its currency. Days follow another time zone (a job).

    An older body than the one stored is ignored. Raises Invalid for a currency or zone nobody knows.
    """
    try:
        said = msgspec.json.decode(event.body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Invalid(f"This shop/update does not describe a shop: {error}") from None
    exponent(said.currency)
    zone(said.iana_timezone)
    shop_id = ShopId(shop.id)
    record = store.get_locked(session, shop_id)
    if store.heard_later(record, "shop", event.triggered_at):
        return "Something newer about the shop was stored already."
    store.change(session, shop_id, name=said.name[:255], currency=said.currency, timezone=said.iana_timezone)
    if said.iana_timezone != record.timezone:
        follow_zone.request(session, desk.queue, shop_id)
    store.note_setup(session, shop_id, {"shop_at": event.triggered_at.isoformat()})
    return None
