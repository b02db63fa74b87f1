"""Place, pay, edit, refund, cancel: one order or thousands."""

from decimal import Decimal
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from devstore import seed
from devstore.clock import parse_instant
from devstore.control.body import amount, body, instant
from devstore.model import Refused, Shop
from devstore.order_model import DiscountRequest, LineRequest, Order, OrderRequest, Refund
from devstore.payloads.order import order_body
from devstore.payloads.refund import refund_body
from devstore.state import State
from devstore.verbs.cancel_order import cancel_order
from devstore.verbs.edit_order import edit_order
from devstore.verbs.move_money import pay_order
from devstore.verbs.place_order import place_order
from devstore.verbs.refund_order import refund_order, settle_refund
from devstore.visit_model import PageVisit, Visit

ORDER_KEYS = {
    "lines", "codes", "discounts", "email", "customer_id", "placed_at", "payment", "paid_amount", "gateway",
    "source_name", "landing_site", "referring_site", "browser_ip", "user_agent", "cart_token", "checkout_token", "note",
    "journey", "attributes", "tags", "currency", "shipping", "tip", "test", "app_id",
}  # fmt: skip
VISIT_KEYS = ("landing_site", "referring_site", "browser_ip", "user_agent", "cart_token", "checkout_token")
PLAIN_KEYS = (
    "codes", "email", "customer_id", "payment", "gateway", "source_name", "note", "tags", "test", "app_id",
)  # fmt: skip


def register(app: Flask, state: State) -> None:
    """Routes about orders."""
    root = "/_control/shops/<domain>/orders"

    @app.post(root)
    def place(domain: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        with state.lock:
            order = place_order(state, shop, read_order(shop, body(ORDER_KEYS)))
            return jsonify(order_body(state, shop, order)), 201

    @app.get(root)
    def order_list(domain: str) -> ResponseReturnValue:
        shop = state.shop(domain)
        with state.lock:
            return jsonify([{"id": o.id, "name": o.name} for o in shop.orders.values()])

    @app.get(f"{root}/<int:number>")
    def see_order(domain: str, number: int) -> ResponseReturnValue:
        shop = state.shop(domain)
        with state.lock:
            return jsonify(order_body(state, shop, find(shop, number)))

    @app.post("/_control/shops/<domain>/seed")
    def many(domain: str) -> ResponseReturnValue:
        given = body({"codes", "orders", "days", "seed", "deliver"})
        made = seed.year_of_orders(state, state.shop(domain), **given)
        return jsonify(made), 201

    _change_routes(app, state, f"{root}/<int:number>")
    _refund_routes(app, state, f"{root}/<int:number>")


def _change_routes(app: Flask, state: State, root: str) -> None:
    @app.post(f"{root}/pay")
    def pay(domain: str, number: int) -> ResponseReturnValue:
        given, shop = body({"amount", "at"}), state.shop(domain)
        with state.lock:
            paid = pay_order(
                state, shop, find(shop, number), amount=amount(given, "amount"), at=instant(given, "at")
            )
            return jsonify(order_body(state, shop, paid))

    @app.post(f"{root}/edit")
    def edit(domain: str, number: int) -> ResponseReturnValue:
        given, shop = body({"set_quantity", "add", "discounts", "at"}), state.shop(domain)
        quantities = {int(key): int(value) for key, value in given.get("set_quantity", {}).items()}
        off = {int(key): amount(given["discounts"], key) or Decimal(0) for key in given.get("discounts", {})}
        added = [read_line(shop, one) for one in given.get("add", [])]
        with state.lock:
            order = find(shop, number)
            edit_order(
                state, shop, order, set_quantity=quantities, add=added, discounts=off, at=instant(given, "at")
            )
            return jsonify(order_body(state, shop, order))

    @app.post(f"{root}/cancel")
    def cancel(domain: str, number: int) -> ResponseReturnValue:
        given, shop = body({"reason", "refund", "at"}), state.shop(domain)
        with state.lock:
            order = find(shop, number)
            reason, refund = given.get("reason", "customer"), given.get("refund", True)
            cancel_order(state, shop, order, reason=reason, refund=refund, at=instant(given, "at"))
            return jsonify(order_body(state, shop, order))


def _refund_routes(app: Flask, state: State, root: str) -> None:
    @app.post(f"{root}/refund")
    def refund(domain: str, number: int) -> ResponseReturnValue:
        given = body({"lines", "shipping", "paid", "pending", "restock_type", "note", "at", "all"})
        shop = state.shop(domain)
        with state.lock:
            order = find(shop, number)
            lines = {int(key): int(value) for key, value in given.get("lines", {}).items()}
            shipping = amount(given, "shipping")
            if given.get("all"):
                lines = {one.id: one.current_quantity for one in order.lines if one.current_quantity}
                shipping = sum((p.discounted_price - p.refunded for p in order.shipping_lines), Decimal(0))
            made = refund_order(
                state,
                shop,
                order,
                lines=lines,
                shipping=shipping,
                paid=amount(given, "paid"),
                pending=bool(given.get("pending")),
                restock_type=given.get("restock_type", "return"),
                note=given.get("note"),
                at=instant(given, "at"),
            )
            return jsonify(refund_body(shop, order, made)), 201

    @app.post(f"{root}/refunds/<int:refund_id>/settle")
    def settle(domain: str, number: int, refund_id: int) -> ResponseReturnValue:
        shop = state.shop(domain)
        with state.lock:
            order = find(shop, number)
            found: list[Refund] = [one for one in order.refunds if one.id == refund_id]
            if not found:
                raise Refused(f"{order.name} has no refund {refund_id}.", "NOT_FOUND")
            return jsonify(refund_body(shop, order, settle_refund(state, shop, order, found[0])))


def find(shop: Shop, number: int) -> Order:
    """The order with this id. Raises Refused (404)."""
    if number not in shop.orders:
        raise Refused(f"{shop.domain} has no order {number}.", "NOT_FOUND")
    return shop.orders[number]


def read_order(shop: Shop, given: dict[str, Any]) -> OrderRequest:
    """An OrderRequest from JSON; lines name a product handle or a variant id."""
    if not given.get("lines"):
        raise Refused('Missing: lines, as in [{"handle": "serum", "quantity": 1}].')
    plain = {key: given[key] for key in PLAIN_KEYS if key in given}
    return OrderRequest(
        lines=[read_line(shop, one) for one in given["lines"]],
        discounts=[_discount(one) for one in given.get("discounts", [])],
        at=instant(given, "placed_at"),
        paid_amount=amount(given, "paid_amount"),
        visit=Visit(**{key: given.get(key) for key in VISIT_KEYS}, journey=_journey(given.get("journey"))),
        note_attributes=dict(given.get("attributes", {})),
        presentment_currency=given.get("currency"),
        shipping=amount(given, "shipping"),
        tip=amount(given, "tip") or Decimal(0),
        **plain,
    )


def read_line(shop: Shop, one: dict[str, Any]) -> LineRequest:
    """A line to order; an unknown key is refused by name."""
    unknown = set(one) - {"handle", "variant_id", "quantity", "price", "properties", "selling_plan_id"}
    if unknown:
        raise Refused(f"A line has no {', '.join(sorted(unknown))}.")
    variant = one.get("variant_id") or shop.product_by_handle(one.get("handle", "")).variants[0].id
    quantity, plan = int(one.get("quantity", 1)), one.get("selling_plan_id")
    return LineRequest(variant, quantity, amount(one, "price"), one.get("properties", {}), plan)


def _discount(one: dict[str, Any]) -> DiscountRequest:
    chosen = one.get("variant_ids")
    return DiscountRequest(
        type=one.get("type", "discount_code"),
        title=one["title"],
        value=amount(one, "value") or Decimal(0),
        value_type=one.get("value_type", "percentage"),
        variant_ids=None if chosen is None else frozenset(chosen),
    )


def _journey(given: list[list[str]] | None) -> tuple[PageVisit, ...]:
    """[[when, page], ...], oldest first."""
    try:
        return tuple(PageVisit(parse_instant(at), str(page)) for at, page in given or ())
    except (ValueError, TypeError) as problem:
        raise Refused(f"journey: {problem}") from problem
