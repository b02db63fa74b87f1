"""The hold is over: what was pending becomes payable. Idempotent, and catches up after any pause."""

from datetime import datetime

from app.commissions import store as credits_store
from app.db.session import BatchSession
from app.flows.evaluate import evaluate
from app.orders import store as orders
from app.shops.store import ShopContext

CHUNK = 500


def mature(session: BatchSession, shop: ShopContext, as_of: datetime) -> int:
    """Mature one chunk of the shop's commissions whose hold is over by then, and commit.

    Returns how many orders it took; 0 when nothing is due. Call it until then.
    """
    with session.begin():
        session.admit([shop.id])
        due = credits_store.due(session, shop.id, as_of, CHUNK)
        held = orders.lock(session, [(shop.id, order_id) for order_id in due])
        evaluate(session, orders.with_refunds(session, held), {shop.id: shop}, as_of)
    return len(due)
