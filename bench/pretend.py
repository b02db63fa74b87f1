"""The soak's orders and their changes, and what each creator must end with, worked out without the product.

Shares no code with it: fractions and integers only, straight from the rules of semantics.md and
precision.md 1 and 2 (percent of net sales, the code's creator, refunds by remaining units).
"""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from bench.orders import EPOCH, Line, Order, body, refund

RATE = Fraction(12, 100)
CURRENCIES = ("EUR", "USD", "JPY", "KWD")
UNKNOWN_CODE = "NOBODY"


@dataclass
class Event:
    """One delivery, before it is shuffled and repeated."""

    shop: int
    topic: str
    webhook_id: str
    body: bytes


@dataclass
class Story:
    """Every event of a soak, and the (shop, creator) balances it must end at."""

    events: list[Event] = field(default_factory=list)
    owed: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """(shop, code, currency) to the commission in minor units."""


def write(shops: int, codes: list[str], least_events: int, seed: int) -> Story:
    """Orders of every kind until there are events enough. The same seed tells the same story."""
    dice = random.Random(seed)
    story = Story()
    number = 0
    while len(story.events) < least_events:
        number += 1
        shop = number % shops
        _one_order(story, dice, shop, number, codes)
    return story


def _one_order(story: Story, dice: random.Random, shop: int, number: int, codes: list[str]) -> None:
    order = Order(
        id=8_000_000_000 + number,
        lines=[_line(dice, number, n) for n in range(dice.randint(1, 3))],
        currency=CURRENCIES[shop % len(CURRENCIES)],
        code=dice.choice([*codes, UNKNOWN_CODE, None]),
        taxes_included=dice.random() < 0.3,
        test=dice.random() < 0.05,
        placed_at=EPOCH + timedelta(minutes=dice.randrange(80_000)),
        status="pending" if dice.random() < 0.2 else "paid",
    )
    _tell(story, shop, order, "orders/create")
    if order.status == "pending" and dice.random() < 0.8:
        order.status = "paid"
        _change(story, shop, order, "orders/paid")
    for _ in range(dice.choice((0, 0, 1, 2))):
        _give_back(story, dice, shop, order)
    if dice.random() < 0.1:
        order.cancelled = True
        _change(story, shop, order, "orders/cancelled")
    if order.code in codes:
        story.owed[shop, str(order.code), order.currency] += commission(order)


def _line(dice: random.Random, number: int, n: int) -> Line:
    quantity, price = dice.randint(1, 4), dice.randint(100, 50_000)
    total = quantity * price
    discount = dice.choice((0, total // 10, total // 3))
    tax = dice.choice((0, (total - discount) // 6))
    gift_card = dice.random() < 0.05
    return Line(number * 10 + n, quantity, price, discount, tax, gift_card=gift_card)


def _give_back(story: Story, dice: random.Random, shop: int, order: Order) -> None:
    line = dice.choice(order.lines)
    left = line.quantity - line.refunded
    if not left:
        return
    units = dice.randint(1, left)
    line.refunded += units
    given_back = refund(order, line, units, len(order.refunds) + 1)
    order.refunds.append(given_back)
    raw = json.dumps(given_back).encode()
    story.events.append(Event(shop, "refunds/create", f"w-refund-{given_back['id']}", raw))
    order.status = "partially_refunded"
    _change(story, shop, order, "orders/updated")


def _change(story: Story, shop: int, order: Order, topic: str) -> None:
    order.version += 1
    _tell(story, shop, order, topic)


def _tell(story: Story, shop: int, order: Order, topic: str) -> None:
    story.events.append(Event(shop, topic, f"w-{order.id}-{order.version}", body(order)))


def commission(order: Order) -> int:
    """What the order's creator should have earned in the end, whatever came when."""
    if order.test or order.cancelled or order.status == "pending":
        return 0
    return sum(_of_line(order, line) for line in order.lines if not line.gift_card)


def _of_line(order: Order, line: Line) -> int:
    tax = line.tax_minor if order.taxes_included else 0
    as_placed = line.price_minor * line.quantity - line.discount_minor - tax
    left = Fraction(line.quantity - line.refunded, line.quantity)
    return round(round(as_placed * left) * RATE)  # round() of a Fraction is half to even, and exact
