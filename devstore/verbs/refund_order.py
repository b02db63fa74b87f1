"""Refund lines, shipping or goodwill; whole or in part. Never more units or money than there are."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from devstore.model import Refused, Shop
from devstore.money import portion, rounded
from devstore.order_model import Adjustment, Order, OrderLine, Refund, RefundLine, RefundShipping, Transaction
from devstore.payloads.order import order_body
from devstore.payloads.refund import refund_body
from devstore.state import State
from devstore.totals import MONEY_IN, Totals
from devstore.verbs.move_money import transaction
from devstore.verbs.versions import touch


def refund_order(
    state: State,
    shop: Shop,
    order: Order,
    *,
    lines: Mapping[int, int] | None = None,
    shipping: Decimal | None = None,
    paid: Decimal | None = None,
    pending: bool = False,
    restock_type: str = "return",
    note: str | None = None,
    at: datetime | None = None,
) -> Refund:
    """Refund units of lines {line id: units} and shipping; pay what they are worth, or `paid` instead.

    A difference between worth and `paid`, or a payment still pending, is written as refund_discrepancy (T4).
    Emits refunds/create and orders/updated. Refused: nothing to refund, more units than are left, more money than came.
    """
    with state.acting():
        refund = make_refund(state, order, lines=lines, shipping=shipping, restock_type=restock_type, at=at)
        refund.note = note
        worth = worth_of(order, refund)
        amount = worth if paid is None else rounded(paid, order.currency)
        if not refund.lines and not refund.shipping and amount == 0:
            raise Refused(f"{order.name}: name lines, shipping or an amount to refund.")
        pay_back(state, order, refund, amount, pending=pending)
        _discrepancy(state, refund, worth if pending else worth - amount)
        commit(order, refund)
        state.emit(shop, "refunds/create", lambda: refund_body(shop, order, refund))
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return refund


def settle_refund(state: State, shop: Shop, order: Order, refund: Refund) -> Refund:
    """The pending transactions of a refund succeed; its discrepancy goes. Emits orders/updated."""
    with state.acting():
        for one in refund.transactions:
            if one.status == "pending":
                one.status = "success"
                one.processed_at = state.now
        refund.adjustments = [a for a in refund.adjustments if a.kind != "refund_discrepancy"]
        touch(order, state.now)
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return refund


def fail_refund(state: State, shop: Shop, order: Order, refund: Refund) -> Refund:
    """The pending transactions of a refund fail; its lines stay, and so does what is owed. Emits orders/updated."""
    with state.acting():
        waiting = [one for one in refund.transactions if one.status == "pending"]
        if not waiting:
            raise Refused(f"Refund {refund.id} has no pending payment that could fail.")
        for one in waiting:
            one.status = "failure"
            one.processed_at = state.now
        touch(order, state.now)
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return refund


def make_refund(
    state: State,
    order: Order,
    *,
    lines: Mapping[int, int] | None = None,
    shipping: Decimal | None = None,
    restock_type: str = "return",
    at: datetime | None = None,
) -> Refund:
    """The refund with its lines and shipping, checked; not yet on the order, no money moved."""
    known = {line.id: line for line in order.lines}
    for line_id, units in (lines or {}).items():
        if line_id not in known:
            raise Refused(f"{order.name} has no line {line_id}.", "NOT_FOUND")
        if not 0 < units <= known[line_id].current_quantity:
            left = known[line_id].current_quantity
            raise Refused(f"{known[line_id].title}: {units} units cannot be refunded; {left} are left.")
    refund = Refund(state.next_id("Refund"), at or state.now, None, restock_type != "no_restock")
    for line_id, units in (lines or {}).items():
        refund.lines.append(_refund_line(state, order, known[line_id], units, restock_type))
    if shipping:
        _refund_shipping(state, order, refund, rounded(shipping, order.currency))
    return refund


def _refund_line(state: State, order: Order, line: OrderLine, units: int, restock_type: str) -> RefundLine:
    before = line.quantity - line.current_quantity
    after = before + units
    return RefundLine(
        id=state.next_id("RefundLineItem"),
        line_id=line.id,
        quantity=units,
        restock_type=restock_type,
        subtotal=portion(line.discounted, before, after, line.quantity, order.currency),
        total_tax=portion(line.tax, before, after, line.quantity, order.currency),
    )


def _refund_shipping(state: State, order: Order, refund: Refund, amount: Decimal) -> None:
    parcel = order.shipping_lines[0] if order.shipping_lines else None
    left = parcel.discounted_price - parcel.refunded if parcel else Decimal(0)
    if parcel is None or not 0 < amount <= left:
        raise Refused(f"{order.name}: shipping of {amount} cannot be refunded; {left} is left.")
    refund.shipping.append(RefundShipping(state.next_id("RefundShippingLine"), parcel.id, amount))
    adjustment_id = state.next_id("OrderAdjustment")
    refund.adjustments.append(Adjustment(adjustment_id, "shipping_refund", "Shipping refund", -amount))


def worth_of(order: Order, refund: Refund) -> Decimal:
    """What the lines and shipping of a refund are worth to the shopper, taxes included."""
    lines = sum((one.subtotal for one in refund.lines), Decimal(0))
    tax = sum((one.total_tax for one in refund.lines), Decimal(0))
    shipping = sum((one.subtotal for one in refund.shipping), Decimal(0))
    return lines + shipping + (Decimal(0) if order.taxes_included else tax)


def pay_back(state: State, order: Order, refund: Refund, amount: Decimal, *, pending: bool) -> None:
    """Add the refund's transaction. Refused when more would go back than came in."""
    totals = Totals(order)
    held = totals.captured - totals.refunded - totals.refunding
    if amount > held or amount < 0:
        raise Refused(f"{order.name}: {amount} cannot be paid back; {held} {order.currency} is held.")
    if amount == 0:
        return
    sale: Transaction = next(t for t in order.transactions if t.kind in MONEY_IN and t.status == "success")
    status = "pending" if pending else "success"
    made = transaction(state, order, "refund", status, amount, at=refund.created_at, parent_id=sale.id)
    refund.transactions.append(made)


def _discrepancy(state: State, refund: Refund, difference: Decimal) -> None:
    if difference:
        adjustment_id = state.next_id("OrderAdjustment")
        refund.adjustments.append(
            Adjustment(adjustment_id, "refund_discrepancy", "Refund discrepancy", difference)
        )


def commit(order: Order, refund: Refund) -> None:
    """Put the refund on the order: units and shipping leave, the order gets a newer version."""
    for one in refund.lines:
        order.line(one.line_id).refunded += one.quantity
    for part in refund.shipping:
        parcel = next(p for p in order.shipping_lines if p.id == part.shipping_line_id)
        parcel.refunded += part.subtotal
    order.refunds.append(refund)
    touch(order, refund.created_at)
