"""What is known of the customers of orders: their earlier orders, by pseudonym."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import blobs, plain, times
from app.db.session import Fenced
from app.orders.store import Key, StoredOrder

_EARLIER = text("""
    select k.shop_id, k.id, count(*) as orders,
           count(*) filter (where cast(o.facts ->> 'renewal' as boolean)) as renewals,
           min(o.placed_at) as first_at
    from unnest(cast(:shop_ids as bigint[]), cast(:ids as bigint[]), cast(:customers as bytea[]),
                cast(:placed as timestamptz[])) as k(shop_id, id, customer_key, placed_at)
    join orders o on o.shop_id = k.shop_id and o.customer_key = k.customer_key
                 and (o.placed_at, o.id) < (k.placed_at, k.id)
    where not cast(o.facts ->> 'test' as boolean)
    group by 1, 2
""")

_MARK = text("""
    insert into rejudge (shop_id, order_id)
    select distinct o.shop_id, o.id
    from unnest(cast(:shop_ids as bigint[]), cast(:ids as bigint[]), cast(:customers as bytea[]),
                cast(:placed as timestamptz[])) as k(shop_id, id, customer_key, placed_at)
    join orders o on o.shop_id = k.shop_id and o.customer_key = k.customer_key
                 and (o.placed_at, o.id) > (k.placed_at, k.id)
    where (o.shop_id, o.id) not in (select * from unnest(cast(:shop_ids as bigint[]), cast(:ids as bigint[])))
      and exists (select from credits c where c.shop_id = o.shop_id and c.order_id = o.id)
      and not exists (select from rejudge r where r.shop_id = o.shop_id and r.order_id = o.id)
""")


class Earlier(msgspec.Struct, frozen=True):
    """A customer's orders before one of them, test orders left out."""

    orders: int
    renewals: int
    first_at: datetime


def earlier(session: Fenced, orders: Sequence[StoredOrder]) -> Mapping[Key, Earlier]:
    """The earlier orders of each order's customer, by (placed_at, order id); those without any are left out."""
    known = [order for order in orders if order.customer_key is not None]
    if not known:
        return {}
    return {
        (r.shop_id, r.id): Earlier(r.orders, r.renewals, r.first_at)
        for r in session.execute(_EARLIER, _columns(known))
    }


def mark_later(session: Fenced, orders: Collection[StoredOrder]) -> None:
    """Have the credited orders that these customers placed later judged again, but for these orders themselves."""
    known = [order for order in orders if order.customer_key is not None]
    if known:
        session.execute(_MARK, _columns(known))


def _columns(orders: Collection[StoredOrder]) -> dict[str, str]:
    return {
        "shop_ids": plain(o.shop_id for o in orders),
        "ids": plain(o.facts.id for o in orders),
        "customers": blobs(o.customer_key for o in orders),
        "placed": times(o.facts.placed_at for o in orders),
    }
