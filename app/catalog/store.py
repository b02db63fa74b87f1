"""Every query over products."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.catalog.model import ProductVersion
from app.db.arrays import plain, texts, times
from app.db.session import Fenced

Key = tuple[int, int]
"""(shop id, product id)."""

# Of two words about one instant the greater counts, for tags and for collections apart: whatever came first.
_KEEP = text("""
    insert into product_versions as held (shop_id, product_id, since, tags, collections)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:products as bigint[]), cast(:since as timestamptz[]),
                         cast(:tags as jsonb[]), cast(:collections as jsonb[]))
    on conflict (shop_id, product_id, since) do update set
        tags = greatest(held.tags, excluded.tags), collections = greatest(held.collections, excluded.collections)
    where (held.tags, held.collections) is distinct from
          (greatest(held.tags, excluded.tags), greatest(held.collections, excluded.collections))
""")

_NEWEST = text("""
    select k.product_id,
           (select v.tags::text from product_versions v where v.shop_id = :shop and v.product_id = k.product_id
            and v.tags is not null order by v.since desc limit 1) as tags,
           (select v.collections::text from product_versions v where v.shop_id = :shop and v.product_id = k.product_id
            and v.collections is not null order by v.since desc limit 1) as collections
    from unnest(cast(:products as bigint[])) as k(product_id)
""")

_HELD_IN = text("""
    select product_id from (
        select distinct on (v.product_id) v.product_id, v.collections from product_versions v
        where v.shop_id = :shop and v.collections is not null order by v.product_id, v.since desc) newest
    where collections ? cast(:collection as text) order by 1
""")

_LISTED = text("""
    insert into listed_collections as held (shop_id, collection, listed_at) values (:shop, :collection, :at)
    on conflict (shop_id, collection) do update set listed_at = greatest(held.listed_at, excluded.listed_at)
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
                "tags": texts(_spelt(v.tags) for v in ordered),
                "collections": texts(_spelt(v.collections) for v in ordered),
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
            version = ProductVersion(r.product_id, r.since, _read(r.tags), _read(r.collections))
            found[r.shop_id, r.product_id].append(version)
    return dict(found)


class Newest(msgspec.Struct, frozen=True):
    """What was said last of a product; None: nobody told."""

    tags: tuple[str, ...] | None
    collections: tuple[str, ...] | None


def newest(session: Fenced, shop_id: int, products: Collection[int]) -> dict[int, Newest]:
    """What was said last of each of these products, also of those of which nothing was."""
    rows = session.execute(_NEWEST, {"shop": shop_id, "products": plain(sorted(products))})
    return {r.product_id: Newest(_read(r.tags), _read(r.collections)) for r in rows}


def held_in(session: Fenced, shop_id: int, collection: str) -> list[int]:
    """The products that are in the collection by what was said last."""
    return list(session.scalars(_HELD_IN, {"shop": shop_id, "collection": collection}))


def listed(session: Fenced, shop_id: int) -> dict[str, datetime]:
    """When each collection was last read whole."""
    rows = session.execute(
        text("select collection, listed_at from listed_collections where shop_id = :shop"), {"shop": shop_id}
    )
    return {r.collection: r.listed_at for r in rows}


def note_listed(session: Fenced, shop_id: int, collection: str, at: datetime) -> None:
    """Say that all products of the collection were read then."""
    session.execute(_LISTED, {"shop": shop_id, "collection": collection, "at": at})


def _read(stored: str | None) -> tuple[str, ...] | None:
    return None if stored is None else _list.decode(stored)


def _spelt(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else msgspec.json.encode(words).decode()


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
