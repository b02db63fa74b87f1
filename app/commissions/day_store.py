"""The shop-local days that commissions and awards count on, and moving them with the shop's time zone."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import text

from app.db.arrays import plain, texts, times
from app.db.session import Fenced

Cell = tuple[int, int, date]
"""(shop id, creator id, day) of the figures."""

_MOVE_CREDITS = text("""
    with k as (
        select c.shop_id, c.order_id, c.creator_id, c.placed_on as was, k.day
        from unnest(cast(:orders as bigint[]), cast(:days as date[])) as k(order_id, day)
        join credits c on c.shop_id = :shop and c.order_id = k.order_id
        order by c.order_id, c.creator_id for update of c),
    moved as (
        update credits c set placed_on = k.day from k
        where c.shop_id = k.shop_id and c.order_id = k.order_id and c.creator_id = k.creator_id)
    select distinct k.creator_id, day.at from k cross join lateral (select k.was as at union select k.day) as day
""")

_AWARDS = text(
    "select key, creator_id, earned_at, earned_on from awards where shop_id = :shop order by key for update"
)

_MOVE_AWARDS = text("""
    update awards a set earned_on = k.day
    from unnest(cast(:keys as text[]), cast(:days as date[])) as k(key, day)
    where a.shop_id = :shop and a.key = k.key
""")


def move_credits(session: Fenced, shop_id: int, days: Mapping[int, date]) -> list[Cell]:
    """Have the credits of these orders count on these days. Returns the figures that change: of both days."""
    ordered = sorted(days.items())
    columns = {"orders": plain(k for k, _ in ordered), "days": times(day for _, day in ordered)}
    return [
        (shop_id, r.creator_id, r.at) for r in session.execute(_MOVE_CREDITS, {"shop": shop_id, **columns})
    ]


def award_days(session: Fenced, shop_id: int) -> dict[str, tuple[int, datetime, date]]:
    """Each award's creator, when it was earned, and the day that it counts on; locked until commit."""
    rows = session.execute(_AWARDS, {"shop": shop_id})
    return {r.key: (r.creator_id, r.earned_at, r.earned_on) for r in rows}


def move_awards(session: Fenced, shop_id: int, days: Mapping[str, date]) -> None:
    """Have these awards count on these days."""
    ordered = sorted(days.items())
    columns = {"keys": texts(k for k, _ in ordered), "days": times(day for _, day in ordered)}
    session.execute(_MOVE_AWARDS, {"shop": shop_id, **columns})
