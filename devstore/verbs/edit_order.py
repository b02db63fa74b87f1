"""Edit an order after it was placed: other quantities, new lines. What was ordered stays written down."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from devstore.model import Refused, Shop
from devstore.order_model import LineRequest, Order, OrderLine
from devstore.payloads.edit import edit_body
from devstore.payloads.order import order_body
from devstore.pricing import tax_line
from devstore.state import State
from devstore.verbs.place_order import order_line
from devstore.verbs.versions import touch


def edit_order(
    state: State,
    shop: Shop,
    order: Order,
    *,
    set_quantity: Mapping[int, int] | None = None,
    add: Sequence[LineRequest] = (),
    at: datetime | None = None,
) -> Order:
    """Set lines to a quantity (0 removes them) and add lines, which no discount of the order reaches.

    Fewer units: `quantity` stays, current_quantity falls. More: `quantity` rises, the discount stays as it was.
    Emits orders/edited and orders/updated. Refused: cancelled order, unknown line, more units after a refund, no change.
    """
    with state.acting():
        if order.cancelled_at is not None:
            raise Refused(f"{order.name} is cancelled; it cannot be edited.")
        deltas: dict[int, int] = {}
        for line_id, quantity in (set_quantity or {}).items():
            deltas[line_id] = _set(shop, _line(order, line_id), quantity)
        for wanted in add:
            line = order_line(state, shop, wanted)
            tax_line(shop, line)
            order.lines.append(line)
            deltas[line.id] = line.quantity
        changed = {line_id: delta for line_id, delta in deltas.items() if delta}
        if not changed:
            raise Refused(f"{order.name} would not change.")
        order.edited = True
        touch(order, at or state.now)
        edit_id = state.next_id("OrderEdit")
        when = at or order.updated_at
        state.emit(shop, "orders/edited", lambda: edit_body(shop, order, edit_id, changed, when))
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return order


def _line(order: Order, line_id: int) -> OrderLine:
    for line in order.lines:
        if line.id == line_id:
            return line
    raise Refused(f"{order.name} has no line {line_id}.", "NOT_FOUND")


def _set(shop: Shop, line: OrderLine, quantity: int) -> int:
    """Make the line's current quantity this; answers by how much it changed."""
    delta = quantity - line.current_quantity
    if quantity < 0:
        raise Refused(f"{line.title}: a quantity of {quantity} cannot be.")
    if delta > 0 and line.refunded:
        raise Refused(f"{line.title}: units were refunded; add a new line instead of raising this one.")
    if delta > line.removed:
        line.quantity += delta - line.removed
        line.removed = 0
        tax_line(shop, line)
    else:
        line.removed -= delta
    return delta
