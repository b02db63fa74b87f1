"""The merchant's lists of orders, products and discounts, and the page of one order with what can be done to it."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from devstore.model import Refused, Shop
from devstore.order_model import Order
from devstore.pages_format import shop_named
from devstore.pages_timeline import timeline
from devstore.sent import order_status, sent
from devstore.state import State
from devstore.totals import Totals, payments
from devstore.verbs.archive_order import archive_order, reopen_order
from devstore.verbs.cancel_order import cancel_order
from devstore.verbs.dispute_order import move_dispute, open_dispute
from devstore.verbs.edit_order import edit_order
from devstore.verbs.fulfil_order import fulfil_order
from devstore.verbs.move_money import pay_order
from devstore.verbs.refund_order import refund_order
from devstore.verbs.renew_subscription import renew_subscription
from devstore.verbs.return_order import close_return, open_return, process_return

PAGE_SIZE = 50
TONES = {
    "paid": "success", "pending": "warning", "authorized": "info", "partially_paid": "warning", "voided": "",
    "partially_refunded": "", "refunded": "", "expired": "", "ACTIVE": "success", "SCHEDULED": "info", "EXPIRED": "",
}  # fmt: skip


def blueprint(state: State) -> Blueprint:
    """/store/<handle>/orders, /orders/<id>, /products, /discounts."""
    pages = Blueprint("orders", __name__, url_prefix="/store/<handle>")
    pages.app_context_processor(lambda: {"TONES": TONES})

    @pages.get("/orders")
    def orders(handle: str) -> str:
        shop = shop_named(state, handle)
        number = max(1, request.args.get("page", 1, type=int))
        with state.lock:
            newest = sorted(shop.orders.values(), key=lambda order: -order.id)
            shown = newest[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
            rows = [(order, Totals(order), shop.customers.get(order.customer_id or 0)) for order in shown]
            more = len(newest) > number * PAGE_SIZE
            return render_template(
                "admin/orders.html", shop=shop, here="orders", rows=rows, number=number, more=more
            )

    @pages.get("/products")
    def products(handle: str) -> str:
        shop = shop_named(state, handle)
        return render_template("admin/products.html", shop=shop, here="products")

    @pages.get("/discounts")
    def discounts(handle: str) -> str:
        shop = shop_named(state, handle)
        newest = sorted(shop.discounts.values(), key=lambda one: -one.id)
        return render_template(
            "admin/discounts.html", shop=shop, here="discounts", discounts=newest, now=state.now
        )

    _order_routes(pages, state)
    return pages


def _order_of(state: State, handle: str, order_id: int) -> tuple[Shop, Order]:
    shop = shop_named(state, handle)
    order = shop.orders.get(order_id)
    if order is None:
        abort(404, f"{shop.domain} has no order {order_id}.")
    return shop, order


def _order_routes(pages: Blueprint, state: State) -> None:
    @pages.get("/orders/<int:order_id>")
    def order_page(handle: str, order_id: int) -> str:
        shop, order = _order_of(state, handle, order_id)
        with state.lock:
            return render_template(
                "admin/order.html",
                shop=shop,
                here="orders",
                order=order,
                totals=Totals(order),
                payments=payments(order),
                sending=order_status(order),
                events=timeline(order),
                customer=shop.customers.get(order.customer_id or 0),
            )

    @pages.post("/orders/<int:order_id>/<deed>")
    def act(handle: str, order_id: int, deed: str) -> BaseResponse:
        shop, order = _order_of(state, handle, order_id)
        if deed not in DEEDS:
            abort(404, f"Nothing called {deed!r} can be done to an order.")
        try:
            flash(DEEDS[deed](state, shop, order))
        except Refused as refusal:
            flash(refusal.message)
        return redirect(f"/store/{shop.handle}/orders/{order.id}", code=303)


def _pay(state: State, shop: Shop, order: Order) -> str:
    pay_order(state, shop, order, amount=_amount("amount"))
    return f"{order.name} was paid."


def _edit(state: State, shop: Shop, order: Order) -> str:
    wanted = _quantities("quantity")
    changed = {i: units for i, units in wanted.items() if order.line(i).current_quantity != units}
    edit_order(state, shop, order, set_quantity=changed)
    return f"{order.name} was edited."


def _refund(state: State, shop: Shop, order: Order) -> str:
    lines = {line_id: units for line_id, units in _quantities("refund").items() if units}
    refund = refund_order(
        state,
        shop,
        order,
        lines=lines,
        shipping=_amount("shipping"),
        paid=_amount("paid"),
        pending="pending" in request.form,
    )
    return f"Refund {refund.id} was made."


def _refund_all(state: State, shop: Shop, order: Order) -> str:
    left = Totals(order).current_shipping
    lines = {line.id: line.current_quantity for line in order.lines if line.current_quantity}
    refund_order(state, shop, order, lines=lines, shipping=left or None)
    return f"All of {order.name} was refunded."


def _cancel(state: State, shop: Shop, order: Order) -> str:
    cancel_order(state, shop, order, refund="keep_money" not in request.form)
    return f"{order.name} was cancelled."


def _fulfil(state: State, shop: Shop, order: Order) -> str:
    fulfil_order(state, shop, order)
    return f"{order.name} was sent."


def _return_all(state: State, shop: Shop, order: Order) -> str:
    open_return(state, shop, order, {line.id: units for line in order.lines if (units := sent(order, line))})
    return f"A return of {order.name} was opened; nothing moves until it is processed."


def _process_return(state: State, shop: Shop, order: Order) -> str:
    waiting = [one for one in order.returns if one.status == "open" and not one.processed]
    if not waiting:
        raise Refused(f"{order.name} has no open return.")
    process_return(state, shop, order, waiting[0])
    close_return(state, shop, order, waiting[0])
    return f"Return {order.name}-R{waiting[0].number} was processed and paid back."


def _dispute(state: State, shop: Shop, order: Order) -> str:
    dispute = open_dispute(state, shop, order, amount=_amount("disputed"))
    return f"The shopper disputes {dispute.amount} {dispute.currency}."


def _settle_dispute(state: State, shop: Shop, order: Order) -> str:
    undecided = [one for one in order.disputes if one.finalized_on is None]
    if not undecided:
        raise Refused(f"{order.name} has no open dispute.")
    moved = move_dispute(state, shop, order, undecided[0], request.form.get("status", ""))
    return f"The dispute is {moved.status}."


def _archive(state: State, shop: Shop, order: Order) -> str:
    archive_order(state, shop, order)
    return f"{order.name} was archived."


def _reopen(state: State, shop: Shop, order: Order) -> str:
    reopen_order(state, shop, order)
    return f"{order.name} is open again."


def _renew(state: State, shop: Shop, order: Order) -> str:
    return f"{renew_subscription(state, shop, order).name} renews the subscription."


DEEDS: dict[str, Callable[[State, Shop, Order], str]] = {
    "pay": _pay,
    "edit": _edit,
    "refund": _refund,
    "refund-all": _refund_all,
    "cancel": _cancel,
    "fulfil": _fulfil,
    "return": _return_all,
    "process-return": _process_return,
    "dispute": _dispute,
    "settle-dispute": _settle_dispute,
    "archive": _archive,
    "reopen": _reopen,
    "renew": _renew,
}


def _amount(name: str) -> Decimal | None:
    """An amount of the form; None when it was left empty. Refused names what came instead."""
    text = request.form.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise Refused(f"{text!r} is no amount; write 12.50.")
    return amount


def _quantities(prefix: str) -> dict[int, int]:
    """Fields like quantity-13300000000001=2."""
    wanted: dict[int, int] = {}
    for name, text in _fields(prefix):
        if not text.isdecimal():
            raise Refused(f"{text!r} is no quantity; write 0, 1, 2 ...")
        wanted[int(name)] = int(text)
    return wanted


def _fields(prefix: str) -> list[tuple[str, Any]]:
    start = f"{prefix}-"
    found = [
        (name.removeprefix(start), text) for name, text in request.form.items() if name.startswith(start)
    ]
    return [(name, text.strip()) for name, text in found if name.isdecimal()]
