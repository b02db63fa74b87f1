"""Cancel an order, before or after it was paid."""

from datetime import datetime
from decimal import Decimal

from devstore.model import Refused, Shop
from devstore.order_model import Order, Refund
from devstore.payloads.order import order_body
from devstore.payloads.refund import refund_body
from devstore.state import State
from devstore.totals import Totals
from devstore.verbs.move_money import transaction
from devstore.verbs.refund_order import commit, make_refund, pay_back, worth_of
from devstore.verbs.versions import touch


def cancel_order(
    state: State,
    shop: Shop,
    order: Order,
    *,
    reason: str = "customer",
    refund: bool = True,
    at: datetime | None = None,
) -> Order:
    """Cancel what is left.

    Paid and `refund`: the money goes back. Unpaid: a refund without transactions lists the lines (T8). Paid without
    `refund`: the units go, the money stays.
    Emits orders/cancelled, orders/updated and, with a refund, refunds/create. Refused: cancelled already, or sent.
    """
    with state.acting():
        _may(order)
        when = at or state.now
        totals = Totals(order)
        made = None
        if refund or totals.captured == 0:
            made = _give_back(state, order, totals, when)
        else:
            for line in order.lines:
                line.removed += line.current_quantity
        order.cancelled_at = when
        order.cancel_reason = reason
        order.closed_at = when
        _void(state, order, totals, when)
        if made is not None:
            given_back = made
            commit(order, given_back)
            state.emit(shop, "refunds/create", lambda: refund_body(shop, order, given_back))
        else:
            touch(order, when)
        state.emit(shop, "orders/cancelled", lambda: order_body(state, shop, order))
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return order


def _may(order: Order) -> None:
    if order.cancelled_at is not None:
        raise Refused(f"{order.name} was cancelled on {order.cancelled_at:%Y-%m-%d} already.")
    if any(one.status == "success" for one in order.fulfillments):
        raise Refused(f"{order.name} was sent; it cannot be cancelled, only returned.")


def _give_back(state: State, order: Order, totals: Totals, when: datetime) -> Refund | None:
    left = {line.id: line.current_quantity for line in order.lines if line.current_quantity}
    shipping = totals.current_shipping if totals.captured else Decimal(0)
    if not left and not shipping:
        return None
    made = make_refund(state, order, lines=left, shipping=shipping, restock_type="cancel", at=when)
    made.note = "Order canceled"
    if totals.captured:
        held = totals.captured - totals.refunded - totals.refunding
        tip_and_tax = order.tip + (Decimal(0) if order.taxes_included else totals.shipping_tax)
        pay_back(state, order, made, min(held, worth_of(order, made) + tip_and_tax), pending=False)
    return made


def _void(state: State, order: Order, totals: Totals, when: datetime) -> None:
    if totals.captured == 0 and totals.authorized > 0:
        order.transactions.append(transaction(state, order, "void", "success", totals.authorized, at=when))
