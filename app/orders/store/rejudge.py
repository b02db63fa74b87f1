"""The queue of orders that must be judged again, because something they depend on changed."""

from collections.abc import Collection, Iterable

from sqlalchemy import text

from app.db.arrays import blobs, plain
from app.db.session import BatchSession, Fenced, ShopSession

Key = tuple[int, int]
"""(shop id, order id)."""

_MARK = text("""
    insert into rejudge (shop_id, order_id)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]))
""")

_MARK_BOUGHT = text("""
    insert into rejudge (shop_id, order_id)
    select o.shop_id, o.id from orders o
    where o.shop_id = :shop
      and (o.customer_key = any(cast(:keys as bytea[])) or o.email_key = any(cast(:keys as bytea[])))
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


def mark_bought_by(session: Fenced, shop_id: int, keys: Collection[bytes]) -> None:
    """Mark every order of the shop whose shopper has one of these pseudonyms."""
    if keys:
        session.execute(_MARK_BOUGHT, {"shop": shop_id, "keys": blobs(sorted(keys))})


def take(session: BatchSession, most: int) -> list[Key]:
    """Take marks off the queue, each order once, sorted; gone for good when the transaction commits."""
    return sorted({(r.shop_id, r.order_id) for r in session.execute(_TAKE, {"most": most})})
