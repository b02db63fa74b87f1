"""Judge again the orders that were marked because something they depend on changed. Idempotent."""

from datetime import datetime

from app.db.session import BatchSession
from app.flows.evaluate_apart import evaluate_apart, set_aside
from app.orders import store as orders
from app.orders.store import rejudge as queue
from app.shops import store as shops

CHUNK = 500


def rejudge(session: BatchSession, as_of: datetime) -> int:
    """Take one portion of marks, post what follows, and commit. Returns how many orders; 0 when none waits."""
    with session.begin():
        session.admit(())
        keys = queue.take(session, CHUNK)
        if not keys:
            return 0
        by_id = shops.contexts_by_id(session, sorted({shop_id for shop_id, _ in keys}))
        session.admit(by_id)
        held = orders.lock(session, [key for key in keys if key[0] in by_id])
        refused = evaluate_apart(session, orders.with_refunds(session, held), by_id, as_of)
        set_aside(session, refused, as_of)
    return len(keys)
