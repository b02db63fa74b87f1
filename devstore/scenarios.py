"""The sixteen traps of real order and refund bodies, each to be played by name. They answer with what they made.

`codes` names the code to use (a creator's, for instance); without one a code of the scenario's own is used, which needs
no discount in the shop. Called under the state's lock.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from devstore.model import Shop
from devstore.order_model import DiscountRequest, LineRequest, Order, OrderRequest
from devstore.seed import KAZE
from devstore.state import Event, State
from devstore.verbs.cancel_order import cancel_order
from devstore.verbs.create_shop import add_product
from devstore.verbs.move_money import pay_order
from devstore.verbs.notify import send_test_notification
from devstore.verbs.place_order import place_order
from devstore.verbs.refund_order import refund_order
from devstore.verbs.test_order import TEST_ORDER_ID
from devstore.visit_model import Visit

Made = dict[str, Any]
Scenario = Callable[[State, Shop, Sequence[str]], Made]
WEB = Visit(
    "/products/serum?ref=anna", "https://www.instagram.com/", "203.0.113.10", None, "cart", "checkout"
)


def t01_manual_discount_as_code(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """A draft order's manual 9 % stands in discount_codes under a code's name."""
    manual = DiscountRequest("manual", _code(codes, "SPRING9"), Decimal(9))
    lines = lines_of(shop, "200.00")
    return _made(shop, place(state, shop, lines, [manual], source_name="shopify_draft_order", visit=Visit()))


def t02_several_applications(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """Code 12.00 across all three lines, automatic 4.00 on the first."""
    lines = lines_of(shop, "80.00", "60.00", "60.00")
    code = DiscountRequest("discount_code", _code(codes), Decimal(12), "fixed_amount")
    first = frozenset({lines[0].variant_id})
    automatic = DiscountRequest("automatic", "Autumn gift", Decimal(4), "fixed_amount", first)
    return _made(shop, place(state, shop, lines, [code, automatic]))


def t03_shipping_refund_twice(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """7.00 of shipping goes back: once as an adjustment of -7.00, once as a shipping line of 7.00."""
    order = place(state, shop, lines_of(shop, "50.00"), [percent(codes)], shipping=Decimal(7))
    refund = refund_order(state, shop, order, shipping=Decimal(7))
    return _made(shop, order, refund=refund.id)


def t04_refund_discrepancy(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """Two of three units come back (90.00 and tax 9.00); the money is pending and the adjustment says as much."""
    with settings(shop, taxes_included=False, tax_rate=Decimal("0.1")):
        order = place(state, shop, lines_of(shop, "50.00", quantity=3), [percent(codes)])
        refund = refund_order(state, shop, order, lines={order.lines[0].id: 2}, pending=True)
    return _made(shop, order, refund=refund.id)


def t05_numbers_not_strings(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """A refund whose subtotals are JSON numbers: one with decimals, one whole."""
    order = place(state, shop, lines_of(shop, "24.35", "24.00"), [_none(codes)])
    refund = refund_order(state, shop, order, lines={line.id: 1 for line in order.lines})
    return _made(shop, order, refund=refund.id)


def t06_zero_decimals(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """JPY: "45000" without a point, refund 45000. Played at kaze.myshopify.com when the shop has decimals."""
    place_of_it = shop if shop.currency in {"JPY", "VND"} else state.shop(KAZE)
    order = place(state, place_of_it, lines_of(place_of_it, "45000", quantity=2), [percent(codes)])
    refund = refund_order(state, place_of_it, order, lines={order.lines[0].id: 1})
    return _made(place_of_it, order, refund=refund.id)


def t07_two_currencies(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """130.00 in the shop's money, 97.50 in the shopper's; half is paid, part goes back, transactions only in theirs."""
    other = "USD" if shop.currency != "USD" else "CAD"
    with settings(shop, presentment_rates={other: Decimal("0.75")}, taxes_included=True):
        lines = lines_of(shop, "65.00", quantity=2)
        order = place(
            state,
            shop,
            lines,
            [_none(codes)],
            payment="partially_paid",
            presentment_currency=other,
            shipping=Decimal(0),
        )
        refund = refund_order(state, shop, order, lines={order.lines[0].id: 1})
    return _made(shop, order, refund=refund.id)


def t08_cancelled_before_payment(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """640.00 never paid: the refund lists the lines and has no transaction, the status stays pending."""
    order = place(
        state, shop, lines_of(shop, "640.00"), [_none(codes)], payment="pending", shipping=Decimal(0)
    )
    cancel_order(state, shop, order)
    return _made(shop, order, refund=order.refunds[0].id)


def t09_taxes_included(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """120.00 with 20.00 of tax in it: the base is 100.00."""
    with settings(shop, taxes_included=True, tax_rate=Decimal("0.2")):
        order = place(state, shop, lines_of(shop, "120.00"), [_none(codes)], shipping=Decimal(0))
    return _made(shop, order)


def t10_gift_card_sold(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """A gift card beside an ordinary line; the code reaches the ordinary one only."""
    cards = [p for p in shop.products.values() if p.gift_card]
    card = cards[0] if cards else add_product(state, shop, "Gift Card", Decimal(50), gift_card=True)
    lines = [*lines_of(shop, "40.00"), LineRequest(card.variants[0].id)]
    return _made(shop, place(state, shop, lines, [percent(codes)]))


def t11_test_bodies(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """A test order, and the store's own test notification, whose signature the app cannot know."""
    order = place(state, shop, lines_of(shop, "30.00"), [percent(codes)], test=True)
    send_test_notification(state, shop)
    return _made(shop, order, notified=TEST_ORDER_ID)


def t12_tip(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """5.00 for the packers: in total_price, not in subtotal_price."""
    return _made(shop, place(state, shop, lines_of(shop, "30.00"), [percent(codes)], tip=Decimal(5)))


def t13_sums_that_do_not_close(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """Staff pays back 9.00 for a line worth more: lines, adjustment and transaction disagree."""
    order = place(state, shop, lines_of(shop, "50.00", quantity=2), [percent(codes)])
    refund = refund_order(state, shop, order, lines={order.lines[0].id: 1}, paid=Decimal(9))
    return _made(shop, order, refund=refund.id)


def t14_refund_before_its_order(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """Placed unpaid, paid, refunded; the webhooks leave in reverse, the oldest body twice."""
    with held_back(state) as events:
        order = place(state, shop, lines_of(shop, "50.00", quantity=2), [percent(codes)], payment="pending")
        pay_order(state, shop, order)
        refund = refund_order(state, shop, order, lines={order.lines[0].id: 1})
    of_people = [event for event in events if event.topic.startswith("customers/")]
    bodies = [event for event in events if event not in of_people]
    for event in [*of_people, *reversed(bodies), *bodies[:1]]:
        if state.listener is not None:
            state.listener(event)
    return _made(shop, order, refund=refund.id, sent=[event.topic for event in reversed(bodies)])


def t15_missing_people(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """A guest without an e-mail, and an order whose app has no approval for protected data."""
    guest = place(state, shop, lines_of(shop, "30.00"), [percent(codes)], email=None)
    before, state.switches.protected_data = state.switches.protected_data, False
    try:
        hidden = place(state, shop, lines_of(shop, "30.00"), [percent(codes)])
    finally:
        state.switches.protected_data = before
    return _made(shop, guest, hidden=hidden.id)


def t16_no_landing_page(state: State, shop: Shop, codes: Sequence[str]) -> Made:
    """A sale at the till with a code: no page, no address, no tokens."""
    return _made(
        shop, place(state, shop, lines_of(shop, "30.00"), [percent(codes)], source_name="pos", visit=Visit())
    )


SCENARIOS: dict[str, Scenario] = {
    name: value for name, value in sorted(globals().items()) if name.startswith("t") and name[1:3].isdigit()
}


def place(
    state: State,
    shop: Shop,
    lines: list[LineRequest],
    discounts: list[DiscountRequest | None],
    **further: Any,
) -> Order:
    """An order with these lines and discounts by an invented shopper, paid unless `further` says otherwise."""
    settled: Made = {"email": "jane.doe@example.com", "visit": WEB} | further
    given = [one for one in discounts if one is not None]
    return place_order(state, shop, OrderRequest(lines=lines, discounts=given, **settled))


def lines_of(shop: Shop, *prices: str, quantity: int = 1) -> list[LineRequest]:
    """One line a price, on the first things of the shelf."""
    shelf = [p.variants[0].id for p in shop.products.values() if not p.gift_card]
    return [LineRequest(shelf[i], quantity, Decimal(price)) for i, price in enumerate(prices)]


def percent(codes: Sequence[str]) -> DiscountRequest:
    """10 % by code."""
    return DiscountRequest("discount_code", _code(codes), Decimal(10))


@contextmanager
def settings(shop: Shop, **values: Any) -> Iterator[None]:
    """The shop with other settings, for the length of a scenario."""
    before = {key: getattr(shop, key) for key in values}
    for key, value in values.items():
        setattr(shop, key, value)
    try:
        yield
    finally:
        for key, value in before.items():
            setattr(shop, key, value)


@contextmanager
def held_back(state: State) -> Iterator[list[Event]]:
    """Collect the events instead of sending them."""
    events: list[Event] = []
    before, state.listener = state.listener, events.append
    try:
        yield events
    finally:
        state.listener = before


def _code(codes: Sequence[str], otherwise: str = "ANNA10") -> str:
    return codes[0] if codes else otherwise


def _none(codes: Sequence[str]) -> DiscountRequest | None:
    """A code that takes nothing off would change the trap's numbers: only used when one is named."""
    return percent(codes) if codes else None


def _made(shop: Shop, order: Order, **further: Any) -> Made:
    return {"shop": shop.domain, "order": order.id, "name": order.name} | further
