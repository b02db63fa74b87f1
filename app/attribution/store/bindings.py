"""Customers who stay with the creator of their first credited order, in shops that want that."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from app.attribution.candidates import Bound
from app.db.arrays import blobs, plain, times
from app.db.session import Fenced
from app.tracking.model import Owner
from app.tracking.store import owned

_SHOPS = text("""
    select distinct shop_id from programs where shop_id = any(cast(:shops as bigint[]))
    and crediting @? '$[*][1].binding_days ? (@ == null || @ > 0)'
""")

# By (placed_at, order id), never by arrival, and a tie by handle, never by a number of ours: the first credited order of this customer that lies before.
_BOUND = text(f"""
    select distinct on (k.shop_id, k.order_id) k.shop_id, k.order_id, o.name, o.placed_at, {owned.COLUMNS}
    from unnest(cast(:shops as bigint[]), cast(:orders as bigint[]), cast(:customers as bytea[]),
                cast(:placed as timestamptz[])) as k(shop_id, order_id, customer_key, placed_at)
    join orders o on o.shop_id = k.shop_id and o.customer_key = k.customer_key
        and (o.placed_at, o.id) < (k.placed_at, k.order_id)
    join credits c on c.shop_id = o.shop_id and c.order_id = o.id and c.weight > 0
    join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
    {owned.JOINS}
    order by k.shop_id, k.order_id, o.placed_at, o.id, c.weight desc, r.handle collate "C"
""")  # noqa: S608 - constants of ours

_LATER = text("""
    select distinct o.shop_id, o.id
    from unnest(cast(:shops as bigint[]), cast(:orders as bigint[]), cast(:customers as bytea[]),
                cast(:placed as timestamptz[])) as k(shop_id, order_id, customer_key, placed_at)
    join orders o on o.shop_id = k.shop_id and o.customer_key = k.customer_key
        and (o.placed_at, o.id) > (k.placed_at, k.order_id)
    order by 1, 2
""")


class Bought(msgspec.Struct, frozen=True):
    """An order and whose it is."""

    shop_id: int
    order_id: int
    customer_key: bytes
    placed_at: datetime


def binding_shops(session: Fenced, shop_ids: Collection[int]) -> frozenset[int]:
    """Those of these shops with a program that binds customers, or once did."""
    rows = session.execute(_SHOPS, {"shops": plain(sorted(shop_ids))})
    return frozenset(row.shop_id for row in rows)


def bound(session: Fenced, bought: Sequence[Bought]) -> dict[tuple[int, int], Bound]:
    """The first credited order of the same customer before each order, by (shop id, order id)."""
    if not bought:
        return {}
    return {
        (row.shop_id, row.order_id): Bound(_owner(row), row.name, row.placed_at)
        for row in session.execute(_BOUND, _columns(bought))
    }


def _owner(row: Row[Any]) -> Owner:
    """The enrollment that was credited then, and whatever became of it since."""
    return Owner(**owned.owner(row, known_at=row.placed_at))


def later(session: Fenced, bought: Sequence[Bought]) -> list[tuple[int, int]]:
    """(shop id, order id) of all later orders of the same customers."""
    if not bought:
        return []
    return [(row.shop_id, row.id) for row in session.execute(_LATER, _columns(bought))]


def _columns(bought: Sequence[Bought]) -> dict[str, str]:
    return {
        "shops": plain(b.shop_id for b in bought),
        "orders": plain(b.order_id for b in bought),
        "customers": blobs(b.customer_key for b in bought),
        "placed": times(b.placed_at for b in bought),
    }
