"""The queue of orders that must be judged again, because something they depend on changed."""

from collections.abc import Iterable

from sqlalchemy import text

from app.db.arrays import plain
from app.db.session import BatchSession, ShopSession

Key = tuple[int, int]
"""(shop id, order id)."""

_MARK = text("""
    insert into rejudge (shop_id, order_id)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]))
""")

# The lowest shop and order first: two workers that meet lock rows of orders in one order.
_TAKE = text("""
    delete from rejudge where id in (
        select id from rejudge order by shop_id, order_id, id limit :most for update skip locked)
    returning shop_id, order_id
""")


def mark(session: BatchSession | ShopSession, keys: Iterable[Key]) -> None:
    """Say that these orders must be judged again, in the transaction that changed what is under them."""
    rows = sorted(set(keys))
    if rows:
        columns = {"shop_ids": plain(r[0] for r in rows), "orders": plain(r[1] for r in rows)}
        session.execute(_MARK, columns)


def take(session: BatchSession, most: int) -> list[Key]:
    """Take marks off the queue, each order once, sorted; gone for good when the transaction commits."""
    return sorted({(r.shop_id, r.order_id) for r in session.execute(_TAKE, {"most": most})})
