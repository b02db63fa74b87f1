"""A past too large to be kept in memory: thousands of orders that are copies of a few, made while a bulk query runs.

For load only. The copies are seen by bulk queries of orders and by nothing else.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from devstore.bulk_model import History
from devstore.clock import rfc3339
from devstore.model import Refused, Shop
from devstore.order_model import Order

FIRST_ORDER = 5_500_000_000_000
FIRST_PART = 14_000_000_000_000
"""Copies count from here: above every id that the state gives out."""
MOST_SAMPLES = 40
PARTS = 10
"""Room for the lines and parcels of one copy."""


def make_history(shop: Shop, *, orders: int, days: int, until: datetime) -> History:
    """Give the shop a past of copies of its own orders. Raises Refused when it has none that can be copied."""
    fit = [one.id for one in shop.orders.values() if _can_be_copied(one)]
    if not fit:
        raise Refused(f"{shop.domain} has no order that was never changed, so there is nothing to copy.")
    return History(orders, days, until, tuple(fit[:MOST_SAMPLES]))


def repeated(shop: Shop, history: History, lines_of: Callable[[Order], bytes]) -> Iterator[bytes]:
    """The lines of every copy, oldest first. `lines_of` gives those of an order of the shop."""
    samples = [shop.orders[number] for number in history.samples]
    texts = [lines_of(order) for order in samples]
    step = timedelta(days=history.days) / max(1, history.orders)
    for number in range(history.orders):
        which = number % len(samples)
        at = history.until - step * (history.orders - number)
        yield _copy(texts[which], samples[which], number, at)


def _can_be_copied(order: Order) -> bool:
    parts = len(order.lines) + len(order.shipping_lines)
    return not order.refunds and order.updated_at == order.created_at and parts < PARTS


def _copy(text: bytes, order: Order, number: int, at: datetime) -> bytes:
    text = text.replace(b"/%d" % order.id, b"/%d" % (FIRST_ORDER + number))
    parts = [line.id for line in order.lines] + [parcel.id for parcel in order.shipping_lines]
    for place, part in enumerate(parts):
        text = text.replace(b"/%d" % part, b"/%d" % (FIRST_PART + number * PARTS + place))
    text = text.replace(f'"{order.name}"'.encode(), f'"#H{number}"'.encode())
    return text.replace(rfc3339(order.created_at).encode(), rfc3339(at).encode())
