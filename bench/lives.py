"""A year in a shop's inbox: orders that were all acted on, four events each, to replay from.

Only the bodies are made, from a few patterns: a million of them take a minute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

import psycopg

from app.db.migrate import migrate
from app.inbox.packing import pack
from bench.database import Database
from bench.orders import Line, Order, body, refund
from bench.stage import CREATORS, populate

STEPS = ("orders/create", "orders/paid", "orders/updated", "orders/updated")
SIDE_BY_SIDE = 40
"""Orders whose lives run at the same time."""
FIRST, DAYS = datetime(2026, 1, 2, tzinfo=UTC), 270
UNPACKED_DAYS = 30
"""The youngest bodies are as they came; older ones are packed, as the nightly job leaves them."""
COLUMNS = (
    "id, shop_domain, topic, webhook_id, event_id, source, api_version, triggered_at, received_at, "
    "handled_at, state, order_id, body, packing, body_sha256"
)

# What stands in the patterns in place of an order's own.
_ID, _LINE, _CUSTOMER, _CODE = 999_123_456, 8_888_000, 66_666_000, "PATTERN-CODE"
_AT = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Lives:
    """A database with a shop whose orders were all acted on: an inbox to replay from, and nothing else."""

    database: Database
    domain: str


def lives(database: Database, name: str, *, events: int) -> Lives:
    """Orders over nine months, as Shopify tells of them: created, paid, sent, and refunded or touched."""
    database.run(f"create database {name}")
    there = replace(database, url=database.url.set(database=name))
    migrate(there.url)
    database.run(f"alter database {name} set synchronous_commit = off")  # Setting the stage is not measured.
    ((domain, codes),) = populate(there.url, 1, codes=CREATORS)
    with (
        psycopg.connect(there.address) as connection,
        connection.cursor().copy(f"copy inbox ({COLUMNS}) from stdin".encode()) as copy,
    ):
        for row in _rows(domain, codes, events):
            copy.write_row(row)
    there.run(
        "select setval(pg_get_serial_sequence('inbox', 'id'), (select max(id) from inbox))",
        "vacuum analyze",
        "checkpoint",
    )
    return Lives(there, domain)


def _rows(domain: str, codes: Sequence[str], events: int) -> Iterator[tuple[object, ...]]:
    orders = events // len(STEPS)
    apart, people = timedelta(days=DAYS) / orders, orders * 2 // 5
    young = FIRST + timedelta(days=DAYS - UNPACKED_DAYS)
    block = SIDE_BY_SIDE * len(STEPS)
    for n in range(events):
        step, place = divmod(n % block, SIDE_BY_SIDE)
        number = n // block * SIDE_BY_SIDE + place
        placed = (FIRST + number * apart).replace(microsecond=0)
        at = placed + timedelta(minutes=step)
        customer = 7_000_000 + number * 7919 % people
        raw = _body(number, step, placed, codes[number % len(codes)], customer)
        packed = at < young
        yield (
            n + 1, domain, STEPS[step], f"w-{n}", f"e-{n}", "webhook", "2026-10", at, at, at, "done", 5_000_000 + number,
            pack(raw) if packed else raw, "zstd" if packed else None, sha256(raw).digest(),
        )  # fmt: skip


def _body(number: int, step: int, placed: datetime, code: str, customer: int) -> bytes:
    """The order as it was at that step, from its pattern. Every fifth has a line sent back."""
    returns = number % 5 == 0 and step == len(STEPS) - 1
    own = {
        _ID: 5_000_000 + number,
        f"#{_ID % 1_000_000}": f"#{number}",
        _LINE: number + 1_000_000,
        _CUSTOMER: customer,
        _CODE: code,
        "Canal 12": f"Canal {12 if number % 50 == 0 else customer}",
        _day(_AT): _day(placed),
        _day(_AT + timedelta(minutes=step)): _day(placed + timedelta(minutes=step)),
        _day(_AT + timedelta(days=1, minutes=1)): _day(placed + timedelta(days=1, minutes=1)),
    }
    text = _pattern(number % 97, step, returns=returns)
    for theirs, ours in own.items():
        text = text.replace(str(theirs), str(ours))
    return text.encode()


@cache
def _pattern(price: int, step: int, *, returns: bool) -> str:
    items = [Line(id=_LINE * 10 + n, quantity=1 + n, price_minor=1999 + price) for n in range(2)]
    order = Order(
        id=_ID,
        lines=items,
        code=_CODE,
        customer=_CUSTOMER,
        version=step,
        placed_at=_AT,
        status=("pending", "paid", "paid", "partially_refunded" if returns else "paid")[step],
    )
    if returns:
        items[1].refunded = 1
        order.refunds = [refund(order, items[1], 1, 1)]
    return body(order).decode()


def _day(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
