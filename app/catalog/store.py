"""Every query over products."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import text

from app.catalog.model import ProductVersion
from app.db.arrays import plain, texts, times
from app.db.session import Fenced

Key = tuple[int, int]
"""(shop id, product id)."""

# Of two words about one instant the one that tells collections wins, then the greater: whatever came first.
_KEEP = text("""
    insert into product_versions as held (shop_id, product_id, since, tags, collections)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:products as bigint[]), cast(:since as timestamptz[]),
                         cast(:tags as jsonb[]), cast(:collections as jsonb[]))
    on conflict (shop_id, product_id, since) do update set tags = excluded.tags, collections = excluded.collections
    where (excluded.collections is not null, excluded.collections, excluded.tags)
        > (held.collections is not null, held.collections, held.tags)
       or (held.collections is null and excluded.collections is null and excluded.tags > held.tags)
       or (held.collections is null and excluded.collections is not null)
""")

_VERSIONS = text("""
    select v.shop_id, v.product_id, v.since, v.tags::text as tags, v.collections::text as collections
    from unnest(cast(:shop_ids as bigint[]), cast(:products as bigint[])) as k(shop_id, product_id)
    join product_versions v on v.shop_id = k.shop_id and v.product_id = k.product_id
    order by 1, 2, 3
""")

_MARK = text("""
    insert into rejudge (shop_id, order_id)
    select o.shop_id, o.id from orders o
    where o.shop_id = :shop and o.placed_at >= coalesce(cast(:since as timestamptz), '-infinity')
      and exists (select from credits c where c.shop_id = o.shop_id and c.order_id = o.id)
      and exists (select from jsonb_array_elements(o.facts -> 'lines') as line
                  where line ->> 2 = any(cast(:products as text[])))
      and not exists (select from rejudge r where r.shop_id = o.shop_id and r.order_id = o.id)
""")

_list = msgspec.json.Decoder(tuple[str, ...])


def turn(shop_id: int) -> str:
    """The name of the lock under which a shop's products are read for pricing, and changed."""
    return f"catalogue {shop_id}"


def keep(session: Fenced, shop_id: int, versions: Sequence[ProductVersion]) -> None:
    """Keep what was said; said twice, nothing happens the second time."""
    ordered = sorted(
        {(v.product_id, v.since): v for v in versions}.values(), key=lambda v: (v.product_id, v.since)
    )
    if ordered:
        session.execute(
            _KEEP,
            {
                "shop_ids": plain(shop_id for _ in ordered),
                "products": plain(v.product_id for v in ordered),
                "since": times(v.since for v in ordered),
                "tags": texts(msgspec.json.encode(v.tags).decode() for v in ordered),
                "collections": texts(
                    None if v.collections is None else msgspec.json.encode(v.collections).decode()
                    for v in ordered
                ),
            },
        )


def versions(session: Fenced, keys: Collection[Key]) -> dict[Key, list[ProductVersion]]:
    """Everything that is known of each product, oldest first; products nobody knows are left out."""
    found: defaultdict[Key, list[ProductVersion]] = defaultdict(list)
    if keys:
        wanted = sorted(keys)
        rows = session.execute(
            _VERSIONS, {"shop_ids": plain(k[0] for k in wanted), "products": plain(k[1] for k in wanted)}
        )
        for r in rows:
            collections = None if r.collections is None else _list.decode(r.collections)
            version = ProductVersion(r.product_id, r.since, _list.decode(r.tags), collections)
            found[r.shop_id, r.product_id].append(version)
    return dict(found)


def mark_orders(session: Fenced, shop_id: int, changed: Sequence[ProductVersion], *, is_first: bool) -> None:
    """Have credited orders with these products judged again: those since the change, or all, when nothing was known."""
    if changed:
        session.execute(
            _MARK,
            {
                "shop": shop_id,
                "since": None if is_first else min(v.since for v in changed),
                "products": texts(str(v.product_id) for v in changed),
            },
        )
