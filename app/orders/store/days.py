"""The shop-local days of orders, and moving them when the shop moves to another time zone."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import plain, times
from app.db.session import Fenced


class Placed(msgspec.Struct, frozen=True):
    """When an order was placed, and the day that it counts on."""

    order_id: int
    at: datetime
    on: date


# Locked in the order in which deliveries lock them.
_AFTER = text("""
    select id, placed_at, placed_on from orders where shop_id = :shop and id > :after
    order by id limit :most for update
""")

_MOVE = text("""
    update orders o set placed_on = k.day
    from unnest(cast(:orders as bigint[]), cast(:days as date[])) as k(id, day)
    where o.shop_id = :shop and o.id = k.id
""")


def after(session: Fenced, shop_id: int, order_id: int, most: int) -> list[Placed]:
    """The next orders by number, locked until commit."""
    rows = session.execute(_AFTER, {"shop": shop_id, "after": order_id, "most": most})
    return [Placed(r.id, r.placed_at, r.placed_on) for r in rows]


def move(session: Fenced, shop_id: int, days: Mapping[int, date]) -> None:
    """Have these orders count on these days."""
    ordered = sorted(days.items())
    columns = {"orders": plain(k for k, _ in ordered), "days": times(day for _, day in ordered)}
    session.execute(_MOVE, {"shop": shop_id, **columns})
