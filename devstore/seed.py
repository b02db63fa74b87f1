"""Made-up shops and a made-up year of orders; the same for the same seed. The year ends at the devstore's now."""

import random
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from typing import Any

from devstore.model import Customer, Product, Refused, Shop
from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.state import State
from devstore.verbs.cancel_order import cancel_order
from devstore.verbs.create_shop import add_product, create_shop
from devstore.verbs.customers import add_customer
from devstore.verbs.discounts import create_discount
from devstore.verbs.edit_order import edit_order
from devstore.verbs.move_money import pay_order
from devstore.verbs.place_order import place_order
from devstore.verbs.refund_order import refund_order
from devstore.visit_model import Visit

LUMEN, KAZE, DUNE = "lumen.myshopify.com", "kaze.myshopify.com", "dune.myshopify.com"
MERCHANTS_OWN = "WELCOME5"

SHELF = (
    ("Radiance Serum", "serum", "48.00", "Serums"), ("Night Repair Serum", "night-serum", "56.00", "Serums"),
    ("Vitamin C Drops", "vitamin-c", "39.00", "Serums"), ("Hyaluron Drops", "hyaluron", "34.50", "Serums"),
    ("Day Cream SPF 30", "day-cream", "42.00", "Creams"), ("Night Cream", "night-cream", "45.00", "Creams"),
    ("Eye Cream", "eye-cream", "29.90", "Creams"), ("Hand Cream", "hand-cream", "12.50", "Creams"),
    ("Gentle Cleanser", "cleanser", "22.00", "Cleansing"), ("Micellar Water", "micellar-water", "16.90", "Cleansing"),
    ("Oil Cleanser", "oil-cleanser", "27.00", "Cleansing"), ("Clay Mask", "clay-mask", "24.50", "Masks"),
    ("Sheet Mask Set", "sheet-masks", "19.90", "Masks"), ("Sleeping Mask", "sleeping-mask", "31.00", "Masks"),
    ("Toner", "toner", "21.00", "Toners"), ("Exfoliating Pads", "pads", "25.90", "Toners"),
    ("Lip Balm", "lip-balm", "8.90", "Lips"), ("Sun Stick SPF 50", "sun-stick", "18.50", "Sun"),
    ("Discovery Set", "discovery-set", "59.00", "Sets"),
)  # fmt: skip
FIRST_NAMES = (
    "Noor",
    "Emma",
    "Tess",
    "Sara",
    "Lotte",
    "Fleur",
    "Iris",
    "Jana",
    "Mila",
    "Sofie",
    "Daan",
    "Bram",
)
LAST_NAMES = ("Visser", "Bakker", "Smit", "Mulder", "Bos", "Vos", "Kuiper", "Prins", "Blom", "Kok")
WEEK = (0.90, 0.85, 0.95, 1.0, 1.15, 1.30, 1.25)
"""Monday to Sunday."""
PENDING, OWN_CODE, NO_CODE, RETURNING, FROM_LINK, WHOLE = 0.015, 0.05, 0.33, 0.32, 0.5, 0.5
"""Shares: of orders unpaid at first, with the merchant's own code, without any; of shoppers who come back; of coded
orders that came by a link; of refunds that give all lines back."""
FATE = (("refund", 0.045, (3, 25)), ("edit", 0.015, (0, 1)), ("cancel", 0.015, (0, 2)))
"""What becomes of paid orders: share, and within how many days."""
UNPAID_GIVEN_UP = 0.3
HOURS = (1, 1, 1, 1, 1, 1, 2, 3, 5, 6, 7, 7, 8, 7, 6, 6, 6, 7, 8, 10, 11, 10, 7, 3)


def demo_shops(state: State) -> None:
    """Lumen (EUR, Amsterdam), Kaze (JPY, Tokyo) and Dune (KWD, Kuwait), each with a shelf."""
    lumen = create_shop(
        state, LUMEN, name="Lumen Skincare", currency="EUR", timezone="Europe/Amsterdam", country="NL",
        shipping_price=Decimal("4.95"), presentment_rates={"USD": Decimal("1.08"), "GBP": Decimal("0.86")},
    )  # fmt: skip
    for title, handle, price, kind in SHELF:
        add_product(state, lumen, title, Decimal(price), handle=handle, product_type=kind)
    add_product(state, lumen, "Gift Card", Decimal("50.00"), handle="gift-card", gift_card=True)
    kaze = create_shop(
        state, KAZE, name="Kaze", currency="JPY", timezone="Asia/Tokyo", country="JP",
        tax_rate=Decimal("0.1"), tax_title="CT", shipping_price=Decimal(600),
    )  # fmt: skip
    dune = create_shop(
        state, DUNE, name="Dune", currency="KWD", timezone="Asia/Kuwait", country="KW",
        tax_rate=Decimal(0), shipping_price=Decimal("1.500"),
    )  # fmt: skip
    for shop, prices in ((kaze, ("4500", "6200", "1800")), (dune, ("14.500", "9.250", "4.750"))):
        for (title, handle, _, kind), price in zip(SHELF, prices, strict=False):
            add_product(state, shop, title, Decimal(price), handle=handle, product_type=kind)


@dataclass
class Plan:
    """A year being made up: the die, what is yet to happen, what happened."""

    state: State
    shop: Shop
    codes: Mapping[str, float]
    die: random.Random
    end: datetime
    later: list[tuple[datetime, int, str, Order]] = field(default_factory=list)
    tally: dict[str, int] = field(default_factory=dict)
    turn: "count[int]" = field(default_factory=count)
    people: list[Customer] = field(default_factory=list)

    def note(self, what: str) -> None:
        """Count what happened."""
        self.tally[what] = self.tally.get(what, 0) + 1


def year_of_orders(
    state: State,
    shop: Shop,
    *,
    codes: Mapping[str, float],
    orders: int = 4000,
    days: int = 365,
    seed: int = 1,
    deliver: bool = False,
) -> dict[str, int]:
    """Place about `orders` orders over the `days` before now, with refunds, edits and cancellations, oldest first.

    `codes` are weights of codes that exist in the shop. Answers how much of each happened. Without `deliver` no
    webhook is sent, as for a shop that had its past before it installed the app.
    """
    plan = Plan(state, shop, codes, random.Random(seed), state.now)
    if shop.redeem_code(MERCHANTS_OWN) is None:
        create_discount(state, shop, title="Newsletter welcome", value=Decimal(5), code=MERCHANTS_OWN)
    with nullcontext() if deliver else state.quiet():
        for at in _moments(plan, orders, days):
            _happen_until(plan, at)
            _one_order(plan, at)
        _happen_until(plan, plan.end)
    return plan.tally


def _moments(plan: Plan, orders: int, days: int) -> list[datetime]:
    """When orders come: more towards the weekend, more in the evening, a fifth more at the end than at the start."""
    midnight = plan.end.replace(hour=0, minute=0, second=0)
    starts = [midnight - timedelta(days=back) for back in range(days, -1, -1)]
    weights = [WEEK[day.weekday()] * (0.9 + 0.2 * i / len(starts)) for i, day in enumerate(starts)]
    chosen = plan.die.choices(starts, weights, k=orders)
    hours = plan.die.choices(range(24), HOURS, k=orders)
    made = [
        day + timedelta(hours=hour, seconds=plan.die.randrange(3600))
        for day, hour in zip(chosen, hours, strict=True)
    ]
    return sorted(at for at in made if at < plan.end)


def _one_order(plan: Plan, at: datetime) -> None:
    die = plan.die
    code = _code(plan)
    customer = _customer(plan, at)
    pending = die.random() < PENDING
    token = plan.state.next_token("cart")
    page = f"/products/serum?ref={code.lower()}" if code and die.random() < FROM_LINK else "/"
    request = OrderRequest(
        lines=_lines(plan),
        codes=[code] if code else [],
        customer_id=customer.id,
        at=at,
        payment="pending" if pending else "paid",
        visit=Visit(
            page, "https://www.instagram.com/" if code else None, _address_of(customer), None, token, token
        ),
    )
    order = place_order(plan.state, plan.shop, request)
    plan.note("orders")
    plan.note("with_code" if code else "without_code")
    _plan_the_rest(plan, order, at, pending=pending)


def _code(plan: Plan) -> str | None:
    dice = plan.die.random()
    if dice < OWN_CODE:
        return MERCHANTS_OWN
    if dice < OWN_CODE + NO_CODE or not plan.codes:
        return None
    return plan.die.choices(list(plan.codes), list(plan.codes.values()))[0]


def _customer(plan: Plan, at: datetime) -> Customer:
    if plan.people and plan.die.random() < RETURNING:
        return plan.die.choice(plan.people)
    first, last = plan.die.choice(FIRST_NAMES), plan.die.choice(LAST_NAMES)
    email = f"{first}.{last}{len(plan.people)}@example.com".lower()
    made = add_customer(plan.state, plan.shop, email, first_name=first, last_name=last, at=at)
    plan.people.append(made)
    return made


def _address_of(customer: Customer) -> str:
    """An internet address of the customer's own, from the range that documentation may use."""
    return f"2001:db8::{customer.id % 0x10000:x}:1"


def _lines(plan: Plan) -> list[LineRequest]:
    shelf: list[Product] = list(plan.shop.products.values())
    wanted = plan.die.sample(shelf, k=min(len(shelf), plan.die.choices((1, 2, 3), (55, 30, 15))[0]))
    return [
        LineRequest(one.variants[0].id, 1 if one.gift_card else plan.die.choices((1, 2, 3), (80, 16, 4))[0])
        for one in wanted
    ]


def _plan_the_rest(plan: Plan, order: Order, at: datetime, *, pending: bool) -> None:
    dice = plan.die.random()
    if pending:
        _later(plan, at, (1, 6), "cancel" if dice < UNPAID_GIVEN_UP else "pay", order)
        return
    for what, share, days in FATE:
        if dice < share:
            _later(plan, at, days, what, order)
            return
        dice -= share


def _later(plan: Plan, at: datetime, days: tuple[int, int], what: str, order: Order) -> None:
    when = at + timedelta(days=plan.die.randint(*days), seconds=plan.die.randrange(600, 80000))
    heappush(plan.later, (when, next(plan.turn), what, order))


def _happen_until(plan: Plan, until: datetime) -> None:
    while plan.later and plan.later[0][0] <= until:
        at, _, what, order = heappop(plan.later)
        try:
            _happen(plan, at, what, order)
        except Refused as refusal:
            raise RuntimeError(f"the made-up year cannot {what} {order.name}: {refusal}") from refusal
        plan.note(what)


def _happen(plan: Plan, at: datetime, what: str, order: Order) -> None:
    line = plan.die.choice(order.lines)
    todo: dict[str, Any] = {"at": at}
    if what == "pay":
        pay_order(plan.state, plan.shop, order, **todo)
    elif what == "cancel":
        cancel_order(plan.state, plan.shop, order, **todo)
    elif what == "edit":
        edit_order(plan.state, plan.shop, order, add=[LineRequest(line.variant_id)], **todo)
    else:
        whole = {one.id: one.quantity for one in order.lines}
        lines = whole if plan.die.random() < WHOLE else {line.id: plan.die.randint(1, line.quantity)}
        refund_order(plan.state, plan.shop, order, lines=lines, **todo)
