"""The hold is over: what was pending becomes payable. Idempotent, and catches up after any pause."""

from collections.abc import Sequence
from datetime import datetime

from app.commissions import award_store
from app.commissions import store as credits_store
from app.db.session import BatchSession
from app.flows.awards_to_ledger import settle
from app.flows.evaluate import evaluate
from app.orders import store as orders
from app.shops.store import ShopContext

CHUNK = 500


def mature(session: BatchSession, shops: Sequence[ShopContext], as_of: datetime) -> int:
    """Mature one chunk of these shops' commissions whose hold is over by then, and commit.

    Returns how many orders and awards it took; 0 when nothing is due. Call it until then.
    """
    by_id = {shop.id: shop for shop in shops}
    with session.begin():
        session.admit(by_id)
        due = credits_store.due(session, sorted(by_id), as_of, CHUNK)
        held = orders.lock(session, due)
        evaluate(session, orders.with_refunds(session, held), by_id, as_of)
        awards = award_store.due(session, sorted(by_id), as_of, CHUNK)
        settle(session, awards, as_of)
    return len(due) + len(awards)
