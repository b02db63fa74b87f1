"""Transactions of an order: the first charge, later payments, captures. Amounts leave in the shopper's currency."""

from datetime import datetime
from decimal import Decimal

from devstore.model import Refused, Shop
from devstore.money import rounded
from devstore.order_model import Order, OrderRequest, Transaction
from devstore.payloads.order import order_body
from devstore.state import State
from devstore.totals import Totals, in_presentment
from devstore.verbs.versions import touch

KINDS = {
    "paid": ("sale", "success"),
    "partially_paid": ("sale", "success"),
    "pending": ("sale", "pending"),
    "authorized": ("authorization", "success"),
}


def charge(state: State, order: Order, request: OrderRequest) -> None:
    """The transaction that comes with placing the order. Refused: a payment state nobody knows."""
    if request.payment not in KINDS:
        raise Refused(f"payment {request.payment!r} is none of {', '.join(KINDS)}.")
    kind, status = KINDS[request.payment]
    total = Totals(order).price
    if request.payment == "partially_paid":
        total = rounded(total / 2 if request.paid_amount is None else request.paid_amount, order.currency)
    if total:
        made = transaction(state, order, kind, status, total, at=order.created_at, gateway=request.gateway)
        order.transactions.append(made)


def pay_order(
    state: State, shop: Shop, order: Order, *, amount: Decimal | None = None, at: datetime | None = None
) -> Order:
    """Pay what is outstanding, or a part of it; an authorization is captured, a pending sale succeeds.

    Emits orders/updated, and orders/paid once nothing is outstanding. Refused: nothing is owed, or more than is owed.
    """
    with state.acting():
        owed = Totals(order).outstanding
        paid = rounded(owed if amount is None else amount, order.currency)
        if not 0 < paid <= owed:
            raise Refused(f"{order.name}: {paid} {order.currency} cannot be paid; {owed} is owed.")
        pending = [t for t in order.transactions if t.status == "pending"]
        if pending and paid == owed == pending[0].shop_amount:
            pending[0].status = "success"
            pending[0].processed_at = at or state.now
        else:
            held = [t for t in order.transactions if t.kind == "authorization"]
            if held and (order.expired or Totals(order).voided):
                held = []  # Nothing is left to capture: it is paid anew.
            kind, parent = ("capture", held[0].id) if held else ("sale", None)
            made = transaction(state, order, kind, "success", paid, at=at or state.now, parent_id=parent)
            order.transactions.append(made)
        touch(order, at or state.now)
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        if Totals(order).financial_status == "paid":
            state.emit(shop, "orders/paid", lambda: order_body(state, shop, order))
        return order


def fail_payment(state: State, shop: Shop, order: Order, *, at: datetime | None = None) -> Order:
    """A try to pay what is outstanding fails; a pending sale becomes the failure. Emits orders/updated."""
    with state.acting():
        owed = Totals(order).outstanding
        if owed <= 0:
            raise Refused(f"{order.name}: nothing is owed that could fail to be paid.")
        when = at or state.now
        pending = next((t for t in order.transactions if t.status == "pending"), None)
        failed = pending or transaction(state, order, "sale", "failure", owed, at=when)
        failed.status, failed.processed_at = "failure", when
        if pending is None:
            order.transactions.append(failed)
        touch(order, when)
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return order


def release_authorization(
    state: State, shop: Shop, order: Order, *, expire: bool = False, at: datetime | None = None
) -> Order:
    """Void what is authorized and not captured, or let it expire. Emits orders/updated. Refused: nothing authorized."""
    with state.acting():
        totals = Totals(order)
        if totals.voided or order.expired or totals.authorized <= totals.captured:
            raise Refused(f"{order.name}: nothing is authorized that could be released.")
        when = at or state.now
        if expire:
            order.expired = True
        else:
            left = totals.authorized - totals.captured
            order.transactions.append(transaction(state, order, "void", "success", left, at=when))
        touch(order, when)
        state.emit(shop, "orders/updated", lambda: order_body(state, shop, order))
        return order


def transaction(
    state: State,
    order: Order,
    kind: str,
    status: str,
    shop_amount: Decimal,
    *,
    at: datetime,
    gateway: str | None = None,
    parent_id: int | None = None,
) -> Transaction:
    """A new transaction, not yet on the order. T7: it is in the presentment currency only."""
    first = order.transactions[0].gateway if order.transactions else "bogus"
    return Transaction(
        id=state.next_id("OrderTransaction"),
        kind=kind,
        status=status,
        gateway=gateway or first,
        amount=in_presentment(order, shop_amount),
        currency=order.presentment_currency,
        shop_amount=shop_amount,
        created_at=at,
        processed_at=at,
        parent_id=parent_id,
        test=order.test,
    )
