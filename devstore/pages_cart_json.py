"""A cart as the Ajax API shows it: amounts are hundredths, whatever the currency."""

from decimal import Decimal
from typing import Any

from devstore.model import Cart, CartLine, Shop
from devstore.money import rounded
from devstore.order_model import OrderLine, ShippingLine
from devstore.pricing import Basket
from devstore.state import State
from devstore.verbs.carts import codes_that_apply
from devstore.verbs.place_order import order_line, usable

NOTHING = Decimal(0)


class PricedCart:
    """A cart with what its codes take off. Nothing is ordered by looking."""

    def __init__(self, state: State, shop: Shop, cart: Cart) -> None:
        self.cart = cart
        self.shop = shop
        self.codes, self.refused = codes_that_apply(state, shop, cart)
        wanted = [LineOf(line, order_line_of(state, shop, line)) for line in cart.lines]
        needed = any(one.priced.requires_shipping for one in wanted)
        price = rounded(shop.shipping_price, shop.currency) if needed else NOTHING
        self.parcel = ShippingLine(0, shop.shipping_title, price, price)
        basket = Basket(shop, [one.priced for one in wanted], [self.parcel])
        before = sum((one.priced.gross for one in wanted), NOTHING)
        found = [
            usable(state, shop, code, basket=cart.lines, customer_id=cart.customer_id) for code in self.codes
        ]
        basket.price([discount for discount, _ in found], self.codes)
        self.lines = wanted
        self.subtotal = before
        self.total = sum((one.priced.discounted for one in wanted), NOTHING)
        self.discount = before - self.total

    @property
    def tax_on_top(self) -> Decimal:
        """Tax that the prices do not contain; zero where they do."""
        return NOTHING if self.shop.taxes_included else sum((one.priced.tax for one in self.lines), NOTHING)

    @property
    def count(self) -> int:
        """Things in the cart."""
        return sum(line.quantity for line in self.cart.lines)

    @property
    def shipping(self) -> Decimal:
        """What the parcel would cost."""
        return self.parcel.discounted_price


class LineOf:
    """A cart line beside the order line it would become."""

    def __init__(self, line: CartLine, priced: OrderLine) -> None:
        self.line = line
        self.priced = priced


def order_line_of(state: State, shop: Shop, line: CartLine) -> OrderLine:
    """The order line a cart line would become."""
    from devstore.order_model import LineRequest

    return order_line(state, shop, LineRequest(line.variant_id, line.quantity, None, dict(line.properties)))


def hundredths(amount: Decimal) -> int:
    """Ajax writes 12.50 EUR as 1250 and 500 JPY as 50000."""
    return int(amount * 100)


def cart_json(state: State, shop: Shop, cart: Cart) -> dict[str, Any]:
    """The answer of /cart.js."""
    priced = PricedCart(state, shop, cart)
    return {
        "token": cart.token,
        "note": cart.note or "",
        "attributes": dict(cart.attributes),
        "original_total_price": hundredths(priced.subtotal),
        "total_price": hundredths(priced.total),
        "total_discount": hundredths(priced.discount),
        "item_count": priced.count,
        "items": [item_json(shop, one) for one in priced.lines],
        "requires_shipping": any(one.priced.requires_shipping for one in priced.lines),
        "currency": shop.currency,
        "discount_codes": [
            {"code": code, "applicable": any(code.casefold() == kept.casefold() for kept in priced.codes)}
            for code in cart.discount_codes
        ],
    }


def item_json(shop: Shop, one: LineOf) -> dict[str, Any]:
    """One entry of items[]."""
    line = one.priced
    product, variant = shop.variant(line.variant_id)
    return {
        "id": line.variant_id,
        "key": f"{line.variant_id}:{one.line.quantity}",
        "variant_id": line.variant_id,
        "product_id": line.product_id,
        "quantity": line.quantity,
        "title": line.title if variant.title == "Default Title" else f"{line.title} - {variant.title}",
        "product_title": line.title,
        "handle": product.handle,
        "sku": line.sku,
        "price": hundredths(line.price),
        "original_line_price": hundredths(line.gross),
        "line_price": hundredths(line.gross),
        "final_line_price": hundredths(line.discounted),
        "properties": dict(line.properties),
        "gift_card": line.gift_card,
        "requires_shipping": line.requires_shipping,
        "url": f"/products/{product.handle}?variant={line.variant_id}",
    }
