"""The storefront's cart: the Ajax API that themes and apps call, and the forms that work without scripts."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from devstore.model import Cart, Refused, Shop
from devstore.pages_cart_json import PricedCart, cart_json, item_json
from devstore.pages_format import shop_named
from devstore.pages_visit import Visit, current_visit, inside, root
from devstore.state import State
from devstore.verbs.carts import set_cart, set_cart_line, start_cart

NESTED = re.compile(r"^(attributes|properties|updates)\[(.*)\]$")


def blueprint(state: State) -> Blueprint:
    """/shop/<handle>/cart..., /discount/<code>."""
    pages = Blueprint("cart", __name__, url_prefix="/shop/<handle>")
    _read_routes(pages, state)
    _write_routes(pages, state)
    _form_routes(pages, state)
    pages.register_error_handler(Refused, _refused)
    return pages


def _refused(refusal: Refused) -> tuple[Response, int]:
    return jsonify(status=422, message="Cart Error", description=refusal.message), 422


def body_of_request() -> dict[str, Any]:
    """JSON, or a form whose attributes[x] and updates[y] fields are nested as Shopify reads them."""
    if request.is_json:
        given = request.get_json()
        if not isinstance(given, dict):
            raise Refused(f"The cart takes an object, not {given!r}.")
        return given
    body: dict[str, Any] = {}
    for name, value in request.form.items():
        nested = NESTED.match(name)
        if nested:
            body.setdefault(nested[1], {})[nested[2]] = value
        else:
            body[name] = value
    return body


def _read_routes(pages: Blueprint, state: State) -> None:
    @pages.get("/cart.js")
    @pages.get("/cart.json")
    def read(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        visit = current_visit(state, shop)
        with state.lock:
            answer = jsonify(cart_json(state, shop, visit.need_cart(state)))
        return visit.remember(answer)


def _write_routes(pages: Blueprint, state: State) -> None:
    def change(handle: str, apply: Callable[[Shop, Cart, dict[str, Any]], object]) -> BaseResponse:
        shop = shop_named(state, handle)
        visit = current_visit(state, shop)
        with state.acting():
            answer = apply(shop, visit.need_cart(state), body_of_request())
        return visit.remember(jsonify(answer))

    @pages.post("/cart/add.js")
    def add(handle: str) -> BaseResponse:
        return change(handle, lambda shop, cart, body: _add(state, shop, cart, body))

    @pages.post("/cart/update.js")
    def update(handle: str) -> BaseResponse:
        return change(handle, lambda shop, cart, body: _update(state, shop, cart, body))

    @pages.post("/cart/change.js")
    def change_line(handle: str) -> BaseResponse:
        def apply(shop: Shop, cart: Cart, body: dict[str, Any]) -> object:
            set_cart_line(state, shop, cart, whole(body.get("id")), whole(body.get("quantity", 0)))
            return cart_json(state, shop, cart)

        return change(handle, apply)

    @pages.post("/cart/clear.js")
    def clear(handle: str) -> BaseResponse:
        def apply(shop: Shop, cart: Cart, _body: dict[str, Any]) -> object:
            for line in list(cart.lines):
                set_cart_line(state, shop, cart, line.variant_id, 0)
            return cart_json(state, shop, cart)

        return change(handle, apply)


def whole(text: object) -> int:
    """A whole number of a request. Refused names what came instead."""
    try:
        return int(str(text).split(":", maxsplit=1)[0])
    except ValueError:
        raise Refused(f"{text!r} is no whole number.") from None


def add_to_cart(state: State, shop: Shop, cart: Cart, item: Mapping[str, Any]) -> int:
    """More of a variant; answers its id. Refused: unknown variant, nothing wanted."""
    variant_id, wanted = whole(item.get("id")), whole(item.get("quantity") or 1)
    if wanted < 1:
        raise Refused(f"Add at least one, not {wanted}.")
    held = next((line for line in cart.lines if line.variant_id == variant_id), None)
    properties = {**(held.properties if held else {}), **(item.get("properties") or {})}
    already = held.quantity if held else 0
    set_cart_line(state, shop, cart, variant_id, already + wanted, properties=properties)
    return variant_id


def merge_attributes(state: State, shop: Shop, cart: Cart, given: Mapping[str, str]) -> None:
    """Ajax attributes join those there are; an empty one goes."""
    merged = {**cart.attributes, **{name: str(value) for name, value in given.items()}}
    set_cart(state, shop, cart, attributes={name: value for name, value in merged.items() if value != ""})


def _add(state: State, shop: Shop, cart: Cart, body: dict[str, Any]) -> object:
    items = body.get("items")
    added = [add_to_cart(state, shop, cart, item) for item in (items if items is not None else [body])]
    if body.get("attributes"):
        merge_attributes(state, shop, cart, body["attributes"])
    lines = {one.priced.variant_id: item_json(shop, one) for one in PricedCart(state, shop, cart).lines}
    answers = [lines[variant_id] for variant_id in added]
    return {"items": answers} if items is not None else answers[0]


def _update(state: State, shop: Shop, cart: Cart, body: dict[str, Any]) -> object:
    updates = body.get("updates") or {}
    if isinstance(updates, list):
        updates = dict(zip([line.variant_id for line in cart.lines], updates, strict=False))
    for variant_id, quantity in updates.items():
        set_cart_line(state, shop, cart, whole(variant_id), whole(quantity))
    if body.get("attributes") is not None:
        merge_attributes(state, shop, cart, body["attributes"])
    if "discount" in body:
        codes = [code.strip() for code in str(body["discount"]).split(",")]
        set_cart(state, shop, cart, discount_codes=codes)
    if "note" in body:
        set_cart(state, shop, cart, note=str(body["note"]))
    return cart_json(state, shop, cart)


def _form_routes(pages: Blueprint, state: State) -> None:
    @pages.post("/cart/add")
    def add_form(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        visit = current_visit(state, shop)
        with state.acting():
            _add(state, shop, visit.need_cart(state), body_of_request())
        return visit.remember(redirect(f"{root(shop)}cart", code=303))

    @pages.post("/cart")
    def update_form(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        visit = current_visit(state, shop)
        with state.acting():
            _update(state, shop, visit.need_cart(state), body_of_request())
        return visit.remember(redirect(f"{root(shop)}cart", code=303))

    @pages.post("/cart/buy-now")
    def buy_now(handle: str) -> BaseResponse:
        shop = shop_named(state, handle)
        visit = current_visit(state, shop)
        with state.acting():
            cart = _cart_of_its_own(state, visit)
            _add(state, shop, cart, body_of_request())
        return visit.remember(redirect(f"{root(shop)}checkouts/{cart.token}", code=303))

    @pages.get("/discount/<code>")
    def discount(handle: str, code: str) -> BaseResponse:
        shop = shop_named(state, handle)
        visit = current_visit(state, shop)
        set_cart(state, shop, visit.need_cart(state), discount_codes=[code])
        further = request.args.copy()
        wanted = inside(shop, further.pop("redirect", "/"))
        # Parameters for the page behind the link (utm, ref) travel on; its landing page is where they end up.
        joint = "&" if "?" in wanted else "?"
        address = f"{wanted}{joint}{_query(further)}" if further else wanted
        response = redirect(address)
        response.set_cookie("cart", visit.need_cart(state).token, path=root(shop), samesite="Lax")
        return response


def _query(args: Mapping[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(dict(args))


def _cart_of_its_own(state: State, visit: Visit) -> Cart:
    """Buy it now orders one thing only: a new cart, without the attributes of the other, but with the codes."""
    cart = start_cart(
        state,
        visit.shop,
        landing_site=visit.landing_site,
        referring_site=visit.referring_site or None,
        browser=visit.browser,
    )
    codes = visit.cart.discount_codes if visit.cart else []
    return set_cart(state, visit.shop, cart, discount_codes=codes)
