"""Put an order away, and take it out again. Neither undoes a cancellation: nothing does, at Shopify."""

from datetime import datetime

from devstore.model import Refused, Shop
from devstore.order_model import Order
from devstore.payloads.order import order_body
from devstore.state import State
from devstore.verbs.versions import touch


def archive_order(state: State, shop: Shop, order: Order, *, at: datetime | None = None) -> Order:
    """Set closed_at. Emits orders/updated. Refused: archived already."""
    if order.closed_at is not None:
        raise Refused(f"{order.name} is archived already.")
    return _move(state, shop, order, at or state.now, closed=True)


def reopen_order(state: State, shop: Shop, order: Order, *, at: datetime | None = None) -> Order:
    """Clear closed_at; cancelled_at stays where it is. Emits orders/updated. Refused: not archived."""
    if order.closed_at is None:
        raise Refused(f"{order.name} is not archived.")
    return _move(state, shop, order, at or state.now, closed=False)


def _move(state: State, shop: Shop, order: Order, when: datetime, *, closed: bool) -> Order:
    with state.acting():
        order.closed_at = when if closed else None
        touch(order, when)
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return order
