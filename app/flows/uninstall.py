"""app/uninstalled: the tokens are dead already; keep the books and the facts, so that a reinstall resumes them."""

from datetime import datetime

from app.db.session import BatchSession
from app.flows.desk import Desk
from app.inbox.model import StoredEvent
from app.kernel.ids import ShopId
from app.shops import store
from app.shops.model import Status, uninstall_is_stale
from app.shops.store import ShopContext


def uninstall(
    session: BatchSession, event: StoredEvent, shop: ShopContext, _desk: Desk, _now: datetime
) -> str | None:
    """Forget the tokens: jobs that wait then say that the app is not installed. Safe to run again."""
    shop_id = ShopId(shop.id)
    # Lock first: an install of the same shop may be committing right now.
    record = store.get_locked(session, shop_id)
    if uninstall_is_stale(record, event.triggered_at):
        return "The app was installed again after this."
    store.delete_tokens(session, shop_id)
    store.change(session, shop_id, status=Status.UNINSTALLED, uninstalled_at=event.triggered_at)
    return None
