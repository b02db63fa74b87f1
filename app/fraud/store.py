"""Every query of the fraud room. The batch path is set-based: one statement for all orders of a batch."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

import msgspec
from sqlalchemy import text

from app.db.arrays import blobs, plain, texts, times
from app.db.session import BatchSession, Fenced
from app.fraud.count import WINDOW, Seen
from app.fraud.model import Case

OrderKey = tuple[int, int]
"""(shop id, order id)."""
CodeKey = tuple[int, str]
"""(shop id, folded code)."""


class Sighted(msgspec.Struct, frozen=True):
    """A creator's code on an order of a batch."""

    shop_id: int
    folded: str
    seen: Seen


class Dirty(msgspec.Struct, frozen=True):
    """A code whose orders from one moment to another must be compared again."""

    shop_id: int
    folded: str
    since: datetime
    until: datetime


class Person(msgspec.Struct, frozen=True):
    """Who has a code."""

    creator: str
    code: str
    created_at: datetime
    first_at: datetime | None
    """The first order with the code."""
    email: str | None
    email_key: bytes | None
    customer_key: bytes | None


_SIGHT = text("""
    with held as (
        insert into sightings as s (shop_id, folded, order_id, placed_at, customer_key, email_key, ip, address, phone,
                                    email_domain, clicked, coupon, bought_before, tried)
        select * from unnest(
            cast(:shop_ids as bigint[]), cast(:codes as text[]), cast(:orders as bigint[]), cast(:placed as timestamptz[]),
            cast(:customers as bytea[]), cast(:emails as bytea[]), cast(:ips as bytea[]), cast(:addresses as bytea[]),
            cast(:phones as bytea[]), cast(:domains as bytea[]), cast(:clicked as boolean[]), cast(:coupon as boolean[]),
            cast(:returning as boolean[]), cast(:tried as bigint[]))
        on conflict (shop_id, folded, order_id) do update set
            placed_at = excluded.placed_at, customer_key = excluded.customer_key, email_key = excluded.email_key,
            ip = excluded.ip, address = excluded.address, phone = excluded.phone, email_domain = excluded.email_domain,
            clicked = excluded.clicked, coupon = excluded.coupon, bought_before = excluded.bought_before, tried = excluded.tried
        where (s.placed_at, s.customer_key, s.email_key, s.ip, s.address, s.phone, s.email_domain, s.clicked, s.coupon,
               s.bought_before, s.tried)
            is distinct from
              (excluded.placed_at, excluded.customer_key, excluded.email_key, excluded.ip, excluded.address,
               excluded.phone, excluded.email_domain, excluded.clicked, excluded.coupon, excluded.bought_before, excluded.tried)
        returning s.shop_id, s.folded, s.placed_at)
    insert into fraud_dirty (shop_id, folded, placed_at)
    select shop_id, folded, at from (
        select shop_id, folded, min(placed_at) as low, max(placed_at) as high from held group by 1, 2) r
    cross join lateral (select low as at union select high) as ends
""")

_UNSIGHT = text("""
    with gone as (
        delete from sightings s
        using unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
        where s.shop_id = k.shop_id and s.order_id = k.order_id and not exists (
            select from unnest(cast(:held_shops as bigint[]), cast(:held_orders as bigint[]), cast(:held_codes as text[]))
                as h(shop_id, order_id, folded)
            where h.shop_id = s.shop_id and h.order_id = s.order_id and h.folded = s.folded)
        returning s.shop_id, s.folded, s.order_id, s.placed_at),
    cleared as (
        delete from suspicions p using gone g
        where p.shop_id = g.shop_id and p.order_id = g.order_id and p.folded = g.folded)
    insert into fraud_dirty (shop_id, folded, placed_at) select shop_id, folded, placed_at from gone
""")

_LOCK = text("""
    select k.shop_id, k.folded
    from (select distinct shop_id, folded from (select shop_id, folded from fraud_dirty order by id limit :most) m
          order by 1, 2) k
    where pg_try_advisory_xact_lock(hashtextextended(k.shop_id || '/' || k.folded, 9))
""")

_TAKE = text("""
    with taken as (
        delete from fraud_dirty d
        using unnest(cast(:shop_ids as bigint[]), cast(:codes as text[])) as k(shop_id, folded)
        where d.shop_id = k.shop_id and d.folded = k.folded
        returning d.shop_id, d.folded, d.placed_at)
    select shop_id, folded, min(placed_at) as since, max(placed_at) as until from taken group by 1, 2 order by 1, 2
""")

_AROUND = text("""
    select s.shop_id, s.folded, s.order_id, s.placed_at, s.customer_key, s.email_key, s.ip, s.address, s.phone,
           s.email_domain, s.clicked, s.coupon, s.bought_before, s.tried
    from unnest(cast(:shop_ids as bigint[]), cast(:codes as text[]), cast(:since as timestamptz[]),
                cast(:until as timestamptz[])) as k(shop_id, folded, since, until)
    join sightings s on s.shop_id = k.shop_id and s.folded = k.folded
        and s.placed_at > k.since and s.placed_at <= k.until
    order by s.shop_id, s.folded, s.placed_at, s.order_id
""")

_PEOPLE = text("""
    select c.shop_id, c.folded, r.handle, c.code, c.created_at, r.email, r.email_key, r.customer_key,
           (select min(s.placed_at) from sightings s where s.shop_id = c.shop_id and s.folded = c.folded) as first_at
    from unnest(cast(:shop_ids as bigint[]), cast(:codes as text[])) as k(shop_id, folded)
    join codes c on c.shop_id = k.shop_id and c.folded = k.folded
    join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
    join creators r on r.shop_id = e.shop_id and r.id = e.creator_id
""")

_RESIGHT = text("""
    insert into fraud_dirty (shop_id, folded, placed_at)
    select r.shop_id, r.folded, ends.at from (
        select s.shop_id, s.folded, min(s.placed_at) as low, max(s.placed_at) as high
        from enrollments e
        join codes c on c.shop_id = e.shop_id and c.enrollment_id = e.id
        join sightings s on s.shop_id = c.shop_id and s.folded = c.folded
        where e.shop_id = :shop and e.creator_id = :creator group by 1, 2) r
    cross join lateral (select r.low as at union select r.high) as ends
""")

_SUSPICIONS = text("""
    select p.shop_id, p.order_id, p.folded, p.facts::text as facts
    from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
    join suspicions p on p.shop_id = k.shop_id and p.order_id = k.order_id
""")

_SUSPECT = text("""
    insert into suspicions (shop_id, order_id, folded, facts)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:codes as text[]),
                         cast(:facts as jsonb[]))
    on conflict (shop_id, order_id, folded) do update set facts = excluded.facts
""")

_CLEAR = text("""
    delete from suspicions p
    using unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[]), cast(:codes as text[]))
        as k(shop_id, order_id, folded)
    where p.shop_id = k.shop_id and p.order_id = k.order_id and p.folded = k.folded
""")

_facts = msgspec.json.Decoder(Case)
AT_ONCE = 2000
"""Rows that are fetched together."""

Suspicions = dict[OrderKey, dict[str, Case]]
"""By order, then by folded code."""


def sight(session: BatchSession, sighted: Sequence[Sighted]) -> None:
    """Keep where codes were seen, and mark each code from the first order that is new or changed."""
    if not sighted:
        return
    seen = [s.seen for s in sighted]
    session.execute(
        _SIGHT,
        {
            "shop_ids": plain(s.shop_id for s in sighted),
            "codes": texts(s.folded for s in sighted),
            "orders": plain(s.order_id for s in seen),
            "placed": times(s.placed_at for s in seen),
            "customers": blobs(s.customer_key for s in seen),
            "emails": blobs(s.email_key for s in seen),
            "ips": blobs(s.ip for s in seen),
            "addresses": blobs(s.address for s in seen),
            "phones": blobs(s.phone for s in seen),
            "domains": blobs(s.email_domain for s in seen),
            "clicked": plain(s.clicked for s in seen),
            "coupon": plain(s.coupon for s in seen),
            "returning": plain(s.returning for s in seen),
            "tried": plain(s.tried for s in seen),
        },
    )


def unsight(session: BatchSession, keys: Sequence[OrderKey], sighted: Sequence[Sighted]) -> None:
    """Forget codes that stand on these orders no longer, or are no creator's any more."""
    if keys:
        held = {
            "held_shops": plain(s.shop_id for s in sighted),
            "held_orders": plain(s.seen.order_id for s in sighted),
            "held_codes": texts(s.folded for s in sighted),
        }
        session.execute(_UNSIGHT, _columns(keys) | held)


def resight(session: Fenced, shop_id: int, creator_id: int) -> None:
    """Mark every code of the creator from its first order to its last: who they are has changed."""
    session.execute(_RESIGHT, {"shop": shop_id, "creator": creator_id})


def take(session: BatchSession, most: int) -> list[Dirty]:
    """Take up to so many marks with all others of their codes; nobody else compares these codes until commit.

    The locks come first: what another worker wrote about a code is then committed and seen.
    """
    locked = session.execute(_LOCK, {"most": most}).all()
    if not locked:
        return []
    columns = {"shop_ids": plain(r.shop_id for r in locked), "codes": texts(r.folded for r in locked)}
    return [Dirty(r.shop_id, r.folded, r.since, r.until) for r in session.execute(_TAKE, columns)]


def around(session: Fenced, dirty: Sequence[Dirty]) -> Iterator[tuple[CodeKey, Iterator[Seen]]]:
    """The orders of each of these codes, sorted, from a window before to a window after.

    Streamed: a code's orders are read when they are asked for, and memory does not grow with them.
    """
    columns = {
        "shop_ids": plain(d.shop_id for d in dirty),
        "codes": texts(d.folded for d in dirty),
        "since": times(d.since - WINDOW for d in dirty),
        "until": times(d.until + WINDOW for d in dirty),
    }
    rows = session.execute(_AROUND, columns, execution_options={"stream_results": True, "yield_per": AT_ONCE})
    for (shop_id, folded), orders in groupby(rows, key=itemgetter(0, 1)):
        yield (shop_id, folded), (Seen(*order[2:]) for order in orders)


def people(session: Fenced, keys: Sequence[CodeKey]) -> dict[CodeKey, Person]:
    """Who has each of these codes."""
    columns = {"shop_ids": plain(k[0] for k in keys), "codes": texts(k[1] for k in keys)}
    return {
        (r.shop_id, r.folded): Person(
            r.handle, r.code, r.created_at, r.first_at, r.email, r.email_key, r.customer_key
        )
        for r in session.execute(_PEOPLE, columns)
    }


def suspicions(session: Fenced, keys: Sequence[OrderKey]) -> Suspicions:
    """What other orders say about these, where it is anything."""
    found: Suspicions = {}
    if keys:
        for r in session.execute(_SUSPICIONS, _columns(keys)):
            found.setdefault((r.shop_id, r.order_id), {})[r.folded] = _facts.decode(r.facts)
    return found


def suspect(session: BatchSession, changed: Mapping[tuple[int, int, str], Case | None]) -> None:
    """Keep what is suspicious about (shop id, order id, folded code); None: nothing any more."""
    kept = [(key, case) for key, case in sorted(changed.items(), key=_key) if case is not None]
    gone = [key for key, case in sorted(changed.items(), key=_key) if case is None]
    if kept:
        facts = texts(msgspec.json.encode(case).decode() for _, case in kept)
        session.execute(_SUSPECT, _triples([key for key, _ in kept]) | {"facts": facts})
    if gone:
        session.execute(_CLEAR, _triples(gone))


def _key(item: tuple[tuple[int, int, str], Case | None]) -> tuple[int, int, str]:
    return item[0]


def _columns(keys: Sequence[OrderKey]) -> dict[str, str]:
    return {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)}


def _triples(keys: Sequence[tuple[int, int, str]]) -> dict[str, str]:
    return _columns([(shop, order) for shop, order, _ in keys]) | {"codes": texts(k[2] for k in keys)}
