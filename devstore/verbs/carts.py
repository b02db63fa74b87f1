"""The storefront's cart, and checkout, which turns it into an order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from devstore.discount_model import Discount
from devstore.model import Cart, CartLine, Refused, Shop
from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.state import State
from devstore.verbs.place_order import place_order, usable
from devstore.visit_model import Visit


def start_cart(
    state: State,
    shop: Shop,
    *,
    landing_site: str | None = None,
    referring_site: str | None = None,
    browser: str | None = None,
) -> Cart:
    """A new, empty cart; landing and referring site are those of the shopper's first page."""
    with state.acting():
        cart = Cart(
            state.next_token("cart"),
            state.now,
            landing_site=landing_site,
            referring_site=referring_site,
            browser=browser,
        )
        shop.carts[cart.token] = cart
        return cart


def set_cart_line(
    state: State,
    shop: Shop,
    cart: Cart,
    variant_id: int,
    quantity: int,
    *,
    properties: Mapping[str, str] | None = None,
) -> Cart:
    """This many of a variant in the cart; 0 takes it out. Refused: unknown variant, negative quantity."""
    with state.acting():
        shop.variant(variant_id)
        if quantity < 0:
            raise Refused(f"A cart cannot hold {quantity} of a thing.")
        cart.lines = [line for line in cart.lines if line.variant_id != variant_id]
        if quantity:
            cart.lines.append(CartLine(variant_id, quantity, dict(properties or {})))
        return cart


def set_cart(
    state: State,
    shop: Shop,
    cart: Cart,
    *,
    attributes: Mapping[str, str] | None = None,
    discount_codes: Sequence[str] | None = None,
    note: str | None = None,
) -> Cart:
    """Replace the attributes, the discount codes or the note (each only when given), as /cart/update.js does."""
    with state.acting():
        if cart.token not in shop.carts:
            raise Refused(f"{shop.domain} has no cart {cart.token}.", "NOT_FOUND")
        if attributes is not None:
            cart.attributes = dict(attributes)
        if discount_codes is not None:
            cart.discount_codes = [code for code in discount_codes if code.strip()]
        if note is not None:
            cart.note = note
        return cart


def checkout_token(state: State, cart: Cart) -> str:
    """What the checkout is called from its first page to the order's webhook."""
    with state.acting():
        if cart.checkout_token is None:
            cart.checkout_token = state.next_token("checkout")
        return cart.checkout_token


def cart_subtotal(shop: Shop, cart: Cart) -> Decimal:
    """The cart before discounts."""
    return sum((shop.variant(line.variant_id)[1].price * line.quantity for line in cart.lines), Decimal(0))


def codes_that_apply(state: State, shop: Shop, cart: Cart) -> tuple[list[str], dict[str, str]]:
    """The codes of the cart that work together here, and the others with the sentence that says why not.

    The first valid code wins; a further one joins only when both discounts say that they combine.
    """
    kept: list[tuple[str, Discount]] = []
    refused: dict[str, str] = {}
    for code in cart.discount_codes:
        try:
            discount, shown = usable(state, shop, code, basket=cart.lines, customer_id=cart.customer_id)
        except Refused as refusal:
            refused[code] = refusal.message
            continue
        if all(_together(discount, other) for _, other in kept):
            kept.append((shown, discount))
        else:
            refused[code] = f"The code {code!r} can't be combined with {kept[0][0]!r}."
    return [code for code, _ in kept], refused


def _together(one: Discount, other: Discount) -> bool:
    """Two discounts stand beside each other only when both name the other's class."""
    return one.id != other.id and other.of_class in one.combines and one.of_class in other.combines


def checkout(
    state: State,
    shop: Shop,
    cart: Cart,
    *,
    email: str | None,
    payment: str = "paid",
    **further: Any,
) -> Order:
    """Order the cart: its attributes become note_attributes, codes that don't apply are left out, the cart is gone.

    `further` are other fields of OrderRequest (tip, shipping, presentment_currency, ...). Refused: empty cart.
    """
    with state.acting():
        codes, _ = codes_that_apply(state, shop, cart)
        visit = Visit(
            landing_site=cart.landing_site,
            referring_site=cart.referring_site,
            browser_ip="203.0.113.10",
            user_agent=further.pop("user_agent", None),
            cart_token=cart.token,
            checkout_token=checkout_token(state, cart),
            journey=tuple(shop.browsers.get(cart.browser or "", ())),
        )
        request = OrderRequest(
            lines=[LineRequest(line.variant_id, line.quantity, None, line.properties) for line in cart.lines],
            codes=codes,
            customer_id=cart.customer_id,
            email=email,
            payment=payment,
            visit=visit,
            note=cart.note,
            note_attributes=cart.attributes,
            **further,
        )
        order = place_order(state, shop, request)
        shop.carts.pop(cart.token, None)
        return order
