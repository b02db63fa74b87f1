"""Which orders a browser placed: a click that is learnt late changes who brought them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from app.db.arrays import plain, texts, times
from app.db.session import BatchSession, ShopSession
from app.orders.tables import CLICK_OF, HAS_CLICK

_AFTER = text("""
    select distinct o.shop_id, o.id
    from unnest(cast(:shops as bigint[]), cast(:names as text[]), cast(:values as text[]), cast(:times as timestamptz[]))
        as k(shop_id, name, value, at)
    join orders o on o.shop_id = k.shop_id and o.placed_at >= k.at
        and o.origin ? 'attributes'
        and o.origin @> jsonb_build_object('attributes', jsonb_build_array(jsonb_build_array(k.name, k.value)))
    order by 1, 2
""")

_CLICKED = text(f"""
    select distinct o.shop_id, o.id
    from unnest(cast(:shops as bigint[]), cast(:parts as text[]), cast(:times as timestamptz[])) as k(shop_id, part, at)
    join orders o on o.shop_id = k.shop_id and {CLICK_OF} = k.part and {HAS_CLICK} and o.placed_at >= k.at
    order by 1, 2
""")  # noqa: S608 - constants of ours


_CHECKED_OUT = text("""
    select distinct o.shop_id, o.id
    from unnest(cast(:shops as bigint[]), cast(:checkouts as text[])) as k(shop_id, checkout)
    join orders o on o.shop_id = k.shop_id and o.origin ? 'checkout' and o.origin ->> 'checkout' = k.checkout
    order by 1, 2
""")


def with_checkout(
    session: BatchSession | ShopSession, wanted: Sequence[tuple[int, str]]
) -> list[tuple[int, int]]:
    """(shop id, order id) of the orders that these (shop id, checkout token) became."""
    if not wanted:
        return []
    columns = {"shops": plain(shop for shop, _ in wanted), "checkouts": texts(token for _, token in wanted)}
    return [(r.shop_id, r.id) for r in session.execute(_CHECKED_OUT, columns)]


def with_click(
    session: BatchSession | ShopSession, wanted: Sequence[tuple[int, str, datetime]]
) -> list[tuple[int, int]]:
    """(shop id, order id) of orders placed from an instant on whose cart or landing page carries a click's token.

    `wanted`: (shop id, `token.middle` of the click, instant).
    """
    if not wanted:
        return []
    columns = {
        "shops": plain(w[0] for w in wanted),
        "parts": texts(w[1] for w in wanted),
        "times": times(w[2] for w in wanted),
    }
    return [(r.shop_id, r.id) for r in session.execute(_CLICKED, columns)]


def with_attribute(
    session: BatchSession | ShopSession, wanted: Sequence[tuple[int, str, str, datetime]]
) -> list[tuple[int, int]]:
    """(shop id, order id) of orders placed from an instant on that carry a cart attribute.

    `wanted`: (shop id, name, value, instant).
    """
    if not wanted:
        return []
    columns = {
        "shops": plain(w[0] for w in wanted),
        "names": texts(w[1] for w in wanted),
        "values": texts(w[2] for w in wanted),
        "times": times(w[3] for w in wanted),
    }
    return [(r.shop_id, r.id) for r in session.execute(_AFTER, columns)]
