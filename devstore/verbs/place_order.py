"""Place an order: price the basket, take the money, tell the app. Used by checkout, draft orders, POS and tests."""

from collections.abc import Sequence
from decimal import Decimal

from devstore.discount_model import Discount
from devstore.eligible import Bought, why_not
from devstore.model import Customer, Refused, Shop
from devstore.money import rounded
from devstore.order_model import (
    DiscountRequest,
    LineRequest,
    Order,
    OrderLine,
    OrderRequest,
    ShippingLine,
)
from devstore.payloads.order import order_body
from devstore.pricing import Basket
from devstore.state import State
from devstore.totals import Totals
from devstore.verbs.customers import add_customer, find_customer
from devstore.verbs.move_money import charge

CHANNEL_APPS = {"web": 580_111, "pos": 129_785, "shopify_draft_order": 1_354_745}
"""Shopify's own apps, as app_id of real orders shows them."""


def place_order(state: State, shop: Shop, request: OrderRequest) -> Order:
    """A new order, placed at request.at (now when None), with totals that close.

    Emits orders/create, and orders/paid when money came at once. Refused: nothing ordered, unknown variant, a code that
    is unknown, expired, used up or below its minimum. A code's dates are looked at by the clock, not by request.at, so
    that past orders can be made up with a code created today.
    """
    with state.acting():
        if not request.lines:
            raise Refused(f"An order at {shop.domain} needs at least one line.", "BLANK")
        order = _new_order(state, shop, request)
        discounts, titles = _discounts(state, shop, request, order)
        basket = Basket(shop, order.lines, order.shipping_lines)
        basket.price(discounts, titles)
        order.discount_applications = basket.applications
        shop.orders[order.id] = order
        _count_uses(shop, discounts, titles)
        charge(state, order, request)
        state.emit(shop, "orders/create", lambda: order_body(state, shop, order))
        if Totals(order).financial_status == "paid":
            state.emit(shop, "orders/paid", lambda: order_body(state, shop, order))
        return order


def order_line(state: State, shop: Shop, wanted: LineRequest, currency: str | None = None) -> OrderLine:
    """A line of an order, from the shelf, in the order's currency; not yet discounted or taxed."""
    product, variant = shop.variant(wanted.variant_id)
    if wanted.quantity < 1:
        raise Refused(f"{product.title} x {wanted.quantity}: order at least one.", "GREATER_THAN")
    return OrderLine(
        id=state.next_id("LineItem"),
        product_id=product.id,
        variant_id=variant.id,
        title=product.title,
        variant_title="" if variant.title == "Default Title" else variant.title,
        sku=variant.sku,
        vendor=product.vendor,
        price=rounded(variant.price if wanted.price is None else wanted.price, currency or shop.currency),
        quantity=wanted.quantity,
        grams=variant.grams,
        gift_card=product.gift_card,
        taxable=variant.taxable,
        requires_shipping=variant.requires_shipping,
        properties=dict(wanted.properties),
        selling_plan_id=wanted.selling_plan_id,
    )


def _new_order(state: State, shop: Shop, request: OrderRequest) -> Order:
    at = request.at or state.now
    currency = request.presentment_currency or shop.currency
    if currency != shop.currency and currency not in shop.presentment_rates:
        raise Refused(f"{shop.domain} does not sell in {currency}; add it to presentment_rates.")
    lines = [order_line(state, shop, wanted) for wanted in request.lines]
    customer = _customer(state, shop, request)
    shop.order_count += 1
    token = state.next_token("order")
    return Order(
        id=state.next_id("Order"),
        number=shop.order_count,
        created_at=at,
        updated_at=at,
        currency=shop.currency,
        presentment_currency=currency,
        presentment_rate=Decimal(1) if currency == shop.currency else shop.presentment_rates[currency],
        taxes_included=shop.taxes_included,
        source_name=request.source_name,
        token=token,
        lines=lines,
        visit=request.visit,
        confirmation_number=token[:9].upper(),
        customer_id=customer.id if customer else None,
        email=request.email or (customer.email if customer else None),
        address=customer.address if customer else None,
        shipping_lines=_shipping(state, shop, request, lines),
        note=request.note,
        note_attributes=dict(request.note_attributes),
        tags=list(request.tags),
        tip=rounded(request.tip, shop.currency),
        test=request.test,
        app_id=request.app_id or CHANNEL_APPS.get(request.source_name),
        location_id=shop.location_id if request.source_name == "pos" else None,
    )


def _customer(state: State, shop: Shop, request: OrderRequest) -> Customer | None:
    if request.customer_id is not None:
        if request.customer_id not in shop.customers:
            raise Refused(f"{shop.domain} has no customer {request.customer_id}.", "NOT_FOUND")
        return shop.customers[request.customer_id]
    if request.email is None:
        return None
    return find_customer(shop, request.email) or add_customer(state, shop, request.email, at=request.at)


def _shipping(state: State, shop: Shop, request: OrderRequest, lines: list[OrderLine]) -> list[ShippingLine]:
    if not any(line.requires_shipping for line in lines):
        return []
    price = rounded(shop.shipping_price if request.shipping is None else request.shipping, shop.currency)
    return [ShippingLine(state.next_id("ShippingLine"), shop.shipping_title, price, price)]


def _discounts(
    state: State, shop: Shop, request: OrderRequest, order: Order
) -> tuple[list[DiscountRequest | Discount], list[str]]:
    wanted: list[DiscountRequest | Discount] = []
    titles: list[str] = []
    for code in request.codes:
        discount, shown = usable(state, shop, code, basket=order.lines, customer_id=order.customer_id)
        wanted.append(discount)
        titles.append(shown)
    wanted += request.discounts
    titles += [given.title for given in request.discounts]
    automatic = [d for d in shop.discounts.values() if d.automatic and d.status_at(state.now) == "ACTIVE"]
    return [*wanted, *automatic], [*titles, *(d.title for d in automatic)]


def usable(
    state: State, shop: Shop, code: str, *, basket: Sequence[Bought], customer_id: int | None = None
) -> tuple[Discount, str]:
    """The discount a code unlocks for this basket and the code as the merchant wrote it. Refused says why not."""
    found = shop.redeem_code(code)
    if found is None:
        raise Refused(f"The code {code!r} is not valid at {shop.domain}.", "NOT_FOUND")
    discount, redeem = found
    status = discount.status_at(state.now)
    if status != "ACTIVE":
        raise Refused(f"The code {code!r} is {status.lower()}.", status)
    lacks = why_not(shop, discount, basket)
    if lacks is not None:
        raise Refused(f"The code {code!r} {lacks}.")
    if discount.usage_limit is not None and redeem.uses >= discount.usage_limit:
        raise Refused(f"The code {code!r} is used up ({discount.usage_limit} times).", "USAGE_LIMIT")
    if discount.once_per_customer and _used_before(shop, discount, customer_id):
        raise Refused(f"The code {code!r} can be used once per customer.", "USAGE_LIMIT")
    return discount, redeem.code


def _used_before(shop: Shop, discount: Discount, customer_id: int | None) -> bool:
    codes = {redeem.code for redeem in discount.codes}
    return customer_id is not None and any(
        order.customer_id == customer_id and any(a.title in codes for a in order.discount_applications)
        for order in shop.orders.values()
    )


def _count_uses(shop: Shop, discounts: list[DiscountRequest | Discount], titles: list[str]) -> None:
    for discount, title in zip(discounts, titles, strict=True):
        found = shop.redeem_code(title) if isinstance(discount, Discount) and not discount.automatic else None
        if found:
            found[1].uses += 1
