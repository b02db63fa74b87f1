"""Which orders Shopify is to be asked about, for the visits before them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import plain, times
from app.db.session import ShopSession

# The cart carries the click: every visit of that browser is known here already. Only a storefront has visits.
_NEXT = text("""
    select o.id, o.placed_at from orders o
    where o.shop_id = :shop and (o.placed_at, o.id) > (:placed_at, :order_id) and o.placed_at <= :until
      and coalesce(o.facts ->> 'source_name', '') = 'web'
      and strpos(coalesce(cast(o.origin -> 'attributes' as text), ''), 'tribute_click') = 0
    order by o.placed_at, o.id limit :most
""")

_DUE = text("""
    select order_id, tries from journeys_awaited where shop_id = :shop and due_at <= :now
    order by due_at, order_id limit :most
""")

_AWAIT = text("""
    insert into journeys_awaited (shop_id, order_id, due_at, tries)
    select :shop, * from unnest(cast(:orders as bigint[]), cast(:due as timestamptz[]), cast(:tries as int[]))
    on conflict (shop_id, order_id) do update set due_at = excluded.due_at, tries = excluded.tries
""")


class Reached(msgspec.Struct, frozen=True):
    """How far orders were asked about: all placed before, and of those placed then up to this id."""

    placed_at: datetime
    order_id: int = 0


def has_links(session: ShopSession) -> bool:
    """Whether a visit could lead to anybody in this shop."""
    found = session.execute(
        text("select exists (select from links where shop_id = :shop)"), {"shop": session.shop_id}
    )
    return bool(found.scalar_one())


def reached(session: ShopSession) -> Reached | None:
    """Where the last look ended; None: there was none."""
    row = session.execute(
        text("select placed_at, order_id from journey_cursors where shop_id = :shop"),
        {"shop": session.shop_id},
    ).one_or_none()
    return Reached(row.placed_at, row.order_id) if row else None


def reach(session: ShopSession, to: Reached) -> None:
    """The next look begins behind it."""
    session.execute(
        text(
            "insert into journey_cursors as held (shop_id, placed_at, order_id) values (:shop, :placed_at, :order_id) "
            "on conflict (shop_id) do update set placed_at = excluded.placed_at, order_id = excluded.order_id "
            "where (excluded.placed_at, excluded.order_id) > (held.placed_at, held.order_id)"
        ),
        {"shop": session.shop_id, "placed_at": to.placed_at, "order_id": to.order_id},
    )


def next_orders(session: ShopSession, after: Reached, *, until: datetime, most: int) -> list[Reached]:
    """The next orders of the storefront whose cart carries no click, by the time they were placed."""
    rows = session.execute(
        _NEXT,
        {
            "shop": session.shop_id,
            "placed_at": after.placed_at,
            "order_id": after.order_id,
            "until": until,
            "most": most,
        },
    )
    return [Reached(row.placed_at, row.id) for row in rows]


def due(session: ShopSession, now: datetime, most: int) -> dict[int, int]:
    """Orders whose visits were not gathered yet, with how often they were asked for."""
    rows = session.execute(_DUE, {"shop": session.shop_id, "now": now, "most": most})
    return {row.order_id: row.tries for row in rows}


def wait_for(session: ShopSession, again: Mapping[int, tuple[datetime, int]]) -> None:
    """Ask for these again then; (due at, tries) by order."""
    if not again:
        return
    ordered = sorted(again.items())
    session.execute(
        _AWAIT,
        {
            "shop": session.shop_id,
            "orders": plain(k for k, _ in ordered),
            "due": times(at for _, (at, _) in ordered),
            "tries": plain(tries for _, (_, tries) in ordered),
        },
    )


def settle(session: ShopSession, order_ids: Collection[int] | Sequence[int]) -> None:
    """These need not be asked for again."""
    session.execute(
        text(
            "delete from journeys_awaited where shop_id = :shop and order_id = any(cast(:orders as bigint[]))"
        ),
        {"shop": session.shop_id, "orders": plain(sorted(order_ids))},
    )
