"""Evaluate orders, where one that cannot be judged costs only itself.

Terms may change under an order that is in the books: a fixed amount in another currency, say. Its books
stay as they were, its newest event is parked with the reason, as it would have been on arrival, and a
person sees it on Health and tries it again once the terms can price it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.db.session import BatchSession
from app.flows.evaluate import evaluate
from app.inbox import claim
from app.inbox.model import Outcome, State
from app.kernel.errors import RefusedError
from app.orders.store import StoredOrder
from app.shops.store import ShopContext

Refusal = tuple[StoredOrder, RefusedError]


def evaluate_apart(
    session: BatchSession, orders: Sequence[StoredOrder], shops: Mapping[int, ShopContext], as_of: datetime
) -> list[Refusal]:
    """As evaluate; returns the orders that were refused, each with why, and has changed nothing of theirs."""
    if not orders:
        return []
    savepoint = session.begin_nested()
    try:
        evaluate(session, orders, shops, as_of)
    except RefusedError as refusal:
        savepoint.rollback()
        if len(orders) == 1:
            return [(orders[0], refusal)]
        middle = len(orders) // 2
        return evaluate_apart(session, orders[:middle], shops, as_of) + evaluate_apart(
            session, orders[middle:], shops, as_of
        )
    savepoint.commit()
    return []


def set_aside(session: BatchSession, refused: Sequence[Refusal], now: datetime) -> None:
    """Park the newest event of each, for a person to look at."""
    outcomes = [Outcome(order.event_id, State.PARKED, str(why), order.facts.id) for order, why in refused]
    claim.settle(session, outcomes, now)
