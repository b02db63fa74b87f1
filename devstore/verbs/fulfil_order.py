"""Send an order, whole or in parts; call a parcel back."""

from collections.abc import Mapping
from datetime import datetime

from devstore.life_model import Fulfillment
from devstore.model import Refused, Shop
from devstore.order_model import Order
from devstore.payloads.order import order_body
from devstore.sent import unsent
from devstore.state import State
from devstore.verbs.versions import touch


def fulfil_order(
    state: State,
    shop: Shop,
    order: Order,
    *,
    lines: Mapping[int, int] | None = None,
    at: datetime | None = None,
) -> Fulfillment:
    """Send units of lines {line id: units}; None: all that is left.

    Emits orders/updated, and orders/fulfilled or orders/partially_fulfilled. Refused: cancelled, or nothing left to send.
    """
    with state.acting():
        if order.cancelled_at is not None:
            raise Refused(f"{order.name} is cancelled; nothing of it can be sent.")
        left = {line.id: unsent(order, line) for line in order.lines}
        wanted = {i: n for i, n in left.items() if n} if lines is None else dict(lines)
        if not wanted:
            raise Refused(f"{order.name}: nothing is left to send.")
        for line_id, units in wanted.items():
            if not 0 < units <= left.get(line_id, 0):
                raise Refused(f"{order.name}: {units} of line {line_id}; {left.get(line_id, 0)} can be sent.")
        when = at or state.now
        made = Fulfillment(state.next_id("Fulfillment"), when, when, wanted)
        order.fulfillments.append(made)
        touch(order, when)
        whole = not any(unsent(order, line) for line in order.lines)
        topic = "orders/fulfilled" if whole else "orders/partially_fulfilled"
        state.emit(shop, topic, lambda: order_body(state, shop, order))
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return made


def cancel_fulfillment(state: State, shop: Shop, order: Order, fulfillment_id: int) -> Fulfillment:
    """The parcel never left. Emits orders/updated. Refused: no such parcel, or cancelled already."""
    with state.acting():
        found = [one for one in order.fulfillments if one.id == fulfillment_id and one.status == "success"]
        if not found:
            raise Refused(
                f"{order.name} has no fulfillment {fulfillment_id} that could be cancelled.", "NOT_FOUND"
            )
        found[0].status = "cancelled"
        found[0].updated_at = state.now
        touch(order, state.now)
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return found[0]
