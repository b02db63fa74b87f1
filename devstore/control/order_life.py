"""What befalls an order after it was placed: parcels, returns, disputes, failed money, the archive, renewals."""

from typing import Any, TypeVar

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from devstore.control.body import amount, body, instant
from devstore.control.orders import find, read_line
from devstore.model import Refused
from devstore.payloads.dispute import dispute_body
from devstore.payloads.fulfillment import fulfillment_body
from devstore.payloads.order import order_body
from devstore.payloads.refund import refund_body
from devstore.payloads.returns import return_body
from devstore.state import State
from devstore.verbs.archive_order import archive_order, reopen_order
from devstore.verbs.dispute_order import move_dispute, open_dispute
from devstore.verbs.fulfil_order import cancel_fulfillment, fulfil_order
from devstore.verbs.move_money import fail_payment, release_authorization
from devstore.verbs.refund_order import fail_refund
from devstore.verbs.renew_subscription import renew_subscription
from devstore.verbs.return_order import cancel_return, close_return, open_return, process_return

T = TypeVar("T")
ROOT = "/_control/shops/<domain>/orders/<int:number>"


def register(app: Flask, state: State) -> None:
    """Routes about the life of an order."""
    _money_routes(app, state)
    _parcel_routes(app, state)
    _return_routes(app, state)
    _dispute_routes(app, state)


def _money_routes(app: Flask, state: State) -> None:
    simple = {
        "fail_payment": fail_payment,
        "void": release_authorization,
        "expire": lambda *a, **k: release_authorization(*a, expire=True, **k),
        "archive": archive_order,
        "reopen": reopen_order,
    }

    for name, verb in simple.items():

        @app.post(f"{ROOT}/{name}", endpoint=f"order_{name}")
        def act(domain: str, number: int, verb: Any = verb) -> ResponseReturnValue:
            given, shop = body({"at"}), state.shop(domain)
            with state.lock:
                changed = verb(state, shop, find(shop, number), at=instant(given, "at"))
                return jsonify(order_body(state, shop, changed))

    @app.post(f"{ROOT}/refunds/<int:refund_id>/fail")
    def fail(domain: str, number: int, refund_id: int) -> ResponseReturnValue:
        shop = state.shop(domain)
        with state.lock:
            order = find(shop, number)
            refund = named(order.refunds, refund_id, f"{order.name} has no refund")
            return jsonify(refund_body(shop, order, fail_refund(state, shop, order, refund)))

    @app.post(f"{ROOT}/renew")
    def renew(domain: str, number: int) -> ResponseReturnValue:
        given, shop = body({"at", "source_name"}), state.shop(domain)
        named_source = {"source_name": given["source_name"]} if "source_name" in given else {}
        with state.lock:
            made = renew_subscription(
                state, shop, find(shop, number), at=instant(given, "at"), **named_source
            )
            return jsonify(order_body(state, shop, made)), 201


def _parcel_routes(app: Flask, state: State) -> None:
    @app.post(f"{ROOT}/fulfil")
    def fulfil(domain: str, number: int) -> ResponseReturnValue:
        given, shop = body({"lines", "at"}), state.shop(domain)
        with state.lock:
            order = find(shop, number)
            made = fulfil_order(state, shop, order, lines=units(given), at=instant(given, "at"))
            return jsonify(fulfillment_body(shop, order, made)), 201

    @app.post(f"{ROOT}/fulfillments/<int:parcel>/cancel")
    def call_back(domain: str, number: int, parcel: int) -> ResponseReturnValue:
        shop = state.shop(domain)
        with state.lock:
            order = find(shop, number)
            return jsonify(fulfillment_body(shop, order, cancel_fulfillment(state, shop, order, parcel)))


def _return_routes(app: Flask, state: State) -> None:
    @app.post(f"{ROOT}/returns")
    def open_one(domain: str, number: int) -> ResponseReturnValue:
        given, shop = body({"lines", "at"}), state.shop(domain)
        with state.lock:
            order = find(shop, number)
            made = open_return(state, shop, order, units(given) or {}, at=instant(given, "at"))
            return jsonify(return_body(shop, order, made)), 201

    @app.post(f"{ROOT}/returns/<int:return_id>/<verb>")
    def move_return(domain: str, number: int, return_id: int, verb: str) -> ResponseReturnValue:
        given, shop = body({"exchange", "paid", "at"}), state.shop(domain)
        at = instant(given, "at")
        with state.lock:
            order = find(shop, number)
            one = named(order.returns, return_id, f"{order.name} has no return")
            if verb == "process":
                swap = [read_line(shop, line) for line in given.get("exchange", [])]
                made = process_return(
                    state, shop, order, one, exchange=swap, paid=amount(given, "paid"), at=at
                )
                return jsonify(refund_body(shop, order, made)), 201
            if verb not in {"close", "cancel"}:
                raise Refused(f"A return can be processed, closed or cancelled; not {verb!r}.", "NOT_FOUND")
            end = close_return if verb == "close" else cancel_return
            return jsonify(return_body(shop, order, end(state, shop, order, one, at=at)))


def _dispute_routes(app: Flask, state: State) -> None:
    @app.post(f"{ROOT}/disputes")
    def begin(domain: str, number: int) -> ResponseReturnValue:
        given, shop = body({"type", "amount", "reason", "at"}), state.shop(domain)
        words = {key: given[key] for key in ("type", "reason") if key in given}
        with state.lock:
            order = find(shop, number)
            asked = amount(given, "amount")
            made = open_dispute(state, shop, order, amount=asked, at=instant(given, "at"), **words)
            return jsonify(dispute_body(shop, order, made)), 201

    @app.post(f"{ROOT}/disputes/<int:dispute_id>")
    def move_on(domain: str, number: int, dispute_id: int) -> ResponseReturnValue:
        given, shop = body({"status", "at"}), state.shop(domain)
        with state.lock:
            order = find(shop, number)
            one = named(order.disputes, dispute_id, f"{order.name} has no dispute")
            moved = move_dispute(state, shop, order, one, given.get("status", ""), at=instant(given, "at"))
            return jsonify(dispute_body(shop, order, moved))


def units(given: dict[str, Any]) -> dict[int, int] | None:
    """Lines as {line id: units}; None when the call names none."""
    lines = given.get("lines")
    return None if lines is None else {int(key): int(value) for key, value in lines.items()}


def named(things: list[T], number: int, missing: str) -> T:
    """The one of this id. Raises Refused (404)."""
    for one in things:
        if getattr(one, "id", None) == number:
            return one
    raise Refused(f"{missing} {number}.", "NOT_FOUND")
