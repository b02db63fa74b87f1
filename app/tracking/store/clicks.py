"""Every query of clicks, and of whose links they went through."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, text

from app.db.arrays import blobs, plain, texts, times
from app.db.session import BatchSession, Fenced, ShopSession
from app.tracking.click import Click, Consent, FoundBy, LinkOwner, Verdict, Visit
from app.tracking.model import Owner
from app.tracking.store import owned

MOST_VISITS = 200
"""Newest clicks of a visitor that one order looks at."""

_LINKS = text(f"""
    select l.shop_id, l.slug, l.created_at, {owned.COLUMNS}
    from unnest(cast(:shops as bigint[]), cast(:slugs as text[])) as k(shop_id, slug)
    join link_slugs s on s.slug = k.slug and s.shop_id = k.shop_id
    join links l on l.shop_id = s.shop_id and l.id = s.link_id
    join enrollments e on e.shop_id = l.shop_id and e.id = l.enrollment_id
    {owned.JOINS}
""")  # noqa: S608 - constants of ours

_PEOPLE = text(f"""
    select e.shop_id, {owned.COLUMNS}
    from unnest(cast(:shops as bigint[]), cast(:ids as bigint[])) as k(shop_id, id)
    join enrollments e on e.shop_id = k.shop_id and e.id = k.id
    {owned.JOINS}
""")  # noqa: S608 - constants of ours

_VISITS = text(f"""
    select k.shop_id, k.order_id, c.at, c.verdict, c.consent, l.slug, l.created_at, {owned.COLUMNS}
    from unnest(cast(:shops as bigint[]), cast(:orders as bigint[]), cast(:visitors as text[]),
                cast(:clicks as bigint[]), cast(:placed as timestamptz[])) as k(shop_id, order_id, visitor, click_id, placed_at)
    cross join lateral (
        (select id, at, link_id, verdict, consent from clicks
         where shop_id = k.shop_id and visitor = k.visitor and at <= k.placed_at order by at desc, id desc limit :most)
        union
        (select id, at, link_id, verdict, consent from clicks
         where shop_id = k.shop_id and id = k.click_id and at <= k.placed_at)
    ) c
    join links l on l.shop_id = k.shop_id and l.id = c.link_id
    join enrollments e on e.shop_id = l.shop_id and e.id = l.enrollment_id
    {owned.JOINS}
    order by k.shop_id, k.order_id, c.at, c.id
""")  # noqa: S608 - constants of ours

_KEEP = text("""
    with kept as (
    insert into clicks (shop_id, id, at, link_id, visitor, verdict, consent, landing, referrer, print, device, country, network)
    select c.* from unnest(cast(:shops as bigint[]), cast(:ids as bigint[]), cast(:times as timestamptz[]),
                           cast(:links as bigint[]), cast(:visitors as text[]), cast(:verdicts as text[]),
                           cast(:consents as text[]), cast(:landings as text[]), cast(:referrers as text[]),
                           cast(:prints as bytea[]), cast(:devices as text[]), cast(:countries as text[]),
                           cast(:networks as bytea[]))
        as c (shop_id, id, at, link_id, visitor, verdict, consent, landing, referrer, print, device, country, network)
    join links l on l.shop_id = c.shop_id and l.id = c.link_id
    join link_slugs s on s.slug = l.slug and s.shop_id = l.shop_id
    on conflict do nothing
    returning clicks.shop_id, clicks.link_id, clicks.at, clicks.verdict
    )
    insert into link_days as held (shop_id, link_id, day, clicks, duplicates, bots)
    select k.shop_id, k.link_id, cast(k.at at time zone s.timezone as date), count(*) filter (where k.verdict = 'billable'),
           count(*) filter (where k.verdict = 'duplicate'), count(*) filter (where k.verdict = 'bot')
    from kept k join shops s on s.id = k.shop_id
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (shop_id, link_id, day) do update set clicks = held.clicks + excluded.clicks,
        duplicates = held.duplicates + excluded.duplicates, bots = held.bots + excluded.bots
""")

_ONE_AT_A_TIME = text(
    "select pg_advisory_xact_lock(hashtextextended('clicks', shop)) from unnest(cast(:shops as bigint[])) as shop"
)

_COUNTED = text("""
    select k.n from unnest(cast(:ns as int[]), cast(:shops as bigint[]), cast(:links as bigint[]),
                           cast(:prints as bytea[]), cast(:times as timestamptz[])) as k(n, shop_id, link_id, print, at)
    where exists (
        select from clicks c
        where c.shop_id = k.shop_id and c.link_id = k.link_id and c.print = k.print and c.verdict = 'billable'
          and c.at > k.at - cast(:within as interval) and c.at < k.at + cast(:within as interval))
""")

_CROWDS = text("""
    select k.n, f.held
    from unnest(cast(:ns as int[]), cast(:shops as bigint[]), cast(:links as bigint[]), cast(:networks as bytea[]))
        as k(n, shop_id, link_id, network)
    cross join lateral (select count(*) as held from (
        select from clicks c where c.shop_id = k.shop_id and c.link_id = k.link_id and c.network = k.network
          and c.verdict = 'billable' limit :most) as few) as f
    where f.held > 0
""")

_BRING_OVER = text("""
    insert into clicks (shop_id, id, at, link_id, visitor, verdict, consent, landing, referrer, recorded_at, print, device, country, network)
    select c.shop_id, c.id, c.at, l.id, c.visitor, c.verdict, c.consent, c.landing, c.referrer, c.recorded_at, c.print, c.device, c.country, c.network
    from public.clicks c
    join public.links held on held.shop_id = c.shop_id and held.id = c.link_id
    join links l on l.shop_id = held.shop_id and l.slug = held.slug
    where c.shop_id = :shop
""")


class Asked(msgspec.Struct, frozen=True):
    """An order whose visits are asked for."""

    shop_id: int
    order_id: int
    visitor: str | None
    click_id: int | None
    placed_at: datetime
    found_by: FoundBy = FoundBy.CART


def keep(session: BatchSession | ShopSession, clicks: Sequence[tuple[int, Click]]) -> None:
    """Store clicks as (shop id, click) and count them to their days; one that is there already is left as it is.

    Left out: clicks on links that are no more, because their shop was erased while the clicks waited.
    """
    if not clicks:
        return
    found = [click for _, click in clicks]
    session.execute(
        _KEEP,
        {
            "shops": plain(shop for shop, _ in clicks),
            "ids": plain(c.id for c in found),
            "times": times(c.at for c in found),
            "links": plain(c.link_id for c in found),
            "visitors": texts(c.visitor for c in found),
            "verdicts": texts(c.verdict for c in found),
            "consents": texts(c.consent for c in found),
            "landings": texts(c.landing for c in found),
            "referrers": texts(c.referrer for c in found),
            "prints": blobs(c.print for c in found),
            "devices": texts(c.device for c in found),
            "countries": texts(c.country for c in found),
            "networks": blobs(c.network for c in found),
        },
    )


class Met(msgspec.Struct, frozen=True):
    """A browser at a link, of which is asked whether it was counted there shortly before."""

    shop_id: int
    link_id: int
    print: bytes
    at: datetime


def counted(session: BatchSession, met: Sequence[Met], within: timedelta) -> set[int]:
    """Indexes of those that have a billable click of the same browser and link nearer than that, before or after.

    After: two machines bring their clicks when they can, so an older one may come later.

    Until the end of the transaction nobody else counts clicks of these shops: two loaders would else both
    take a click for the first.
    """
    if not met:
        return set()
    session.execute(_ONE_AT_A_TIME, {"shops": plain(sorted({m.shop_id for m in met}))})
    columns = {
        "ns": plain(range(len(met))),
        "shops": plain(m.shop_id for m in met),
        "links": plain(m.link_id for m in met),
        "prints": blobs(m.print for m in met),
        "times": times(m.at for m in met),
        "within": within,
    }
    return set(session.execute(_COUNTED, columns).scalars())


Crowd = tuple[int, int, bytes]
"""(shop id, link id, digest of an address under the key of a day)."""


def crowds(session: BatchSession, asked: Collection[Crowd], most: int) -> dict[Crowd, int]:
    """How many billable clicks each has, counted up to `most`; those without any are left out."""
    if not asked:
        return {}
    found = sorted(asked)
    columns = {
        "ns": plain(range(len(found))),
        "shops": plain(shop for shop, _, _ in found),
        "links": plain(link for _, link, _ in found),
        "networks": blobs(network for _, _, network in found),
        "most": most,
    }
    return {found[row.n]: row.held for row in session.execute(_CROWDS, columns)}


def bring_over(session: Fenced, shop_id: int) -> None:
    """Copy the shop's clicks into the fresh schema that the session works in, each to the link of its slug."""
    session.execute(_BRING_OVER, {"shop": shop_id})


def visits(session: Fenced, asked: Sequence[Asked]) -> dict[tuple[int, int], list[Visit]]:
    """The recorded clicks before each order, oldest first, by (shop id, order id)."""
    found: dict[tuple[int, int], list[Visit]] = {}
    if asked:
        columns = {
            "shops": plain(a.shop_id for a in asked),
            "orders": plain(a.order_id for a in asked),
            "visitors": texts(a.visitor for a in asked),
            "clicks": plain(a.click_id for a in asked),
            "placed": times(a.placed_at for a in asked),
            "most": MOST_VISITS,
        }
        named = {(a.shop_id, a.order_id): a.found_by for a in asked}
        for row in session.execute(_VISITS, columns):
            by = named[row.shop_id, row.order_id]
            visit = Visit(_owner(row), row.at, Verdict(row.verdict), Consent(row.consent), found_by=by)
            found.setdefault((row.shop_id, row.order_id), []).append(visit)
    return found


def people(session: Fenced, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Owner]:
    """Who each (shop id, enrollment id) is, for decisions that name them."""
    if not keys:
        return {}
    wanted = {"shops": plain(shop for shop, _ in keys), "ids": plain(number for _, number in keys)}
    return {
        (row.shop_id, row.enrollment_id): Owner(**owned.owner(row))
        for row in session.execute(_PEOPLE, wanted)
    }


def links(session: Fenced, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], LinkOwner]:
    """Whose link each (shop id, slug) is; slugs that lead nowhere in that shop are left out."""
    if not keys:
        return {}
    wanted = {"shops": plain(shop for shop, _ in keys), "slugs": texts(slug for _, slug in keys)}
    return {(row.shop_id, row.slug): _owner(row) for row in session.execute(_LINKS, wanted)}


def _owner(row: Row[Any]) -> LinkOwner:
    return LinkOwner(slug=row.slug, **owned.owner(row, made_at=row.created_at))
