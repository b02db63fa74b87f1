"""Edit an order after it was placed: other quantities, new lines, discounts. What was ordered stays written down."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from devstore.model import Refused, Shop
from devstore.money import rounded
from devstore.order_model import Allocation, DiscountApplication, LineRequest, Order, OrderLine
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
    discounts: Mapping[int, Decimal] | None = None,
    at: datetime | None = None,
) -> Order:
    """Set lines to a quantity (0 removes them), add lines, discount lines by a fixed amount {line id: amount}.

    No discount of the order reaches an added line; a discount of an edit is a manual one of its own.

    Fewer units: `quantity` stays, current_quantity falls. More: `quantity` rises, the discount stays as it was.
    Emits orders/edited and orders/updated. Refused: cancelled order, unknown line, more units after a refund, no change.
    """
    with state.acting():
        if order.cancelled_at is not None:
            raise Refused(f"{order.name} is cancelled; it cannot be edited.")
        deltas = {i: _set(shop, order, _line(order, i), units) for i, units in (set_quantity or {}).items()}
        deltas |= dict(_add(state, shop, order, wanted) for wanted in add)
        changed = {line_id: delta for line_id, delta in deltas.items() if delta}
        for line_id, amount in (discounts or {}).items():
            _discount(shop, order, _line(order, line_id), rounded(amount, order.currency))
        if not changed and not discounts:
            raise Refused(f"{order.name} would not change.")
        order.edited = True
        touch(order, at or state.now)
        edit_id = state.next_id("OrderEdit")
        when = at or order.updated_at
        state.emit(
            shop,
            "orders/edited",
            lambda: edit_body(shop, order, edit_id, changed, discounted=discounts or {}, at=when),
        )
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return order


def _line(order: Order, line_id: int) -> OrderLine:
    for line in order.lines:
        if line.id == line_id:
            return line
    raise Refused(f"{order.name} has no line {line_id}.", "NOT_FOUND")


def _add(state: State, shop: Shop, order: Order, wanted: LineRequest) -> tuple[int, int]:
    """(id, units) of the new line."""
    line = order_line(state, shop, wanted, order.currency)
    tax_line(shop, line, order.currency)
    order.lines.append(line)
    return line.id, line.quantity


def _discount(shop: Shop, order: Order, line: OrderLine, amount: Decimal) -> None:
    if line.refunded or not 0 < amount <= line.discounted:
        raise Refused(
            f"{line.title}: {amount} cannot be taken off; nothing refunded and {line.discounted} at most."
        )
    order.discount_applications.append(
        DiscountApplication("manual", "Staff discount", amount, "fixed_amount", "each", "explicit")
    )
    line.allocations.append(Allocation(len(order.discount_applications) - 1, amount))
    tax_line(shop, line, order.currency)


def _set(shop: Shop, order: Order, line: OrderLine, quantity: int) -> int:
    """Make the line's current quantity this; answers by how much it changed."""
    delta = quantity - line.current_quantity
    if quantity < 0:
        raise Refused(f"{line.title}: a quantity of {quantity} cannot be.")
    if delta > 0 and line.refunded:
        raise Refused(f"{line.title}: units were refunded; add a new line instead of raising this one.")
    if delta > line.removed:
        line.quantity += delta - line.removed
        line.removed = 0
        tax_line(shop, line, order.currency)
    else:
        line.removed -= delta
    return delta
