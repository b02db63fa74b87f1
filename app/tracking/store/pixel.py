"""Every query of what web pixels saw: kept, joined to orders by the checkout, and counted as a funnel."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import blobs, plain, texts, times
from app.db.session import BatchSession, Fenced, ShopSession
from app.tracking.click import Consent, FoundBy, LinkOwner, Verdict, Visit
from app.tracking.spool.record import Seen
from app.tracking.store import owned
from app.tracking.store.clicks import MOST_VISITS

Client = tuple[int, bytes]
"""(shop id, digest of the browser's id there)."""

_KEEP = text("""
    with kept as (
    insert into pixel_events (shop_id, id, at, step, client, link_id, click_id, arrived, product_id, checkout, order_id, consent)
    select k.shop_id, k.id, k.at, k.step, k.client, l.id, k.click_id, k.arrived, k.product_id, k.checkout, k.order_id, k.consent
    from unnest(cast(:shops as bigint[]), cast(:ids as bigint[]), cast(:times as timestamptz[]), cast(:steps as text[]),
                cast(:clients as bytea[]), cast(:links as bigint[]), cast(:slugs as text[]), cast(:clicks as bigint[]),
                cast(:arrivals as bool[]), cast(:products as bigint[]), cast(:checkouts as text[]), cast(:orders as bigint[]),
                cast(:consents as text[]))
        as k (shop_id, id, at, step, client, link_id, slug, click_id, arrived, product_id, checkout, order_id, consent)
    left join link_slugs named on named.slug = k.slug and named.shop_id = k.shop_id
    join links l on l.shop_id = k.shop_id and l.id = coalesce(k.link_id, named.link_id)
    join link_slugs s on s.slug = l.slug and s.shop_id = l.shop_id
    on conflict do nothing
    returning shop_id, client
    )
    select distinct shop_id, client from kept
""")

_CHECKOUTS = text("""
    select distinct e.shop_id, e.checkout
    from unnest(cast(:shops as bigint[]), cast(:clients as bytea[])) as k(shop_id, client)
    join pixel_events e on e.shop_id = k.shop_id and e.client = k.client and e.checkout is not null
    order by 1, 2
""")

_CLICKED = text("""
    select distinct e.shop_id, e.client
    from unnest(cast(:shops as bigint[]), cast(:clicks as bigint[])) as k(shop_id, click_id)
    join pixel_events e on e.shop_id = k.shop_id and e.click_id = k.click_id
""")

# Of a click its own time counts, of a name in an address the time at which it was opened.
_VISITS = text(f"""
    select k.shop_id, k.order_id, coalesce(c.at, seen.at) as at, coalesce(c.verdict, 'billable') as verdict,
           coalesce(c.consent, seen.consent) as consent, c.id is not null as recorded, l.slug, l.created_at, {owned.COLUMNS}
    from unnest(cast(:shops as bigint[]), cast(:orders as bigint[]), cast(:checkouts as text[]),
                cast(:placed as timestamptz[])) as k(shop_id, order_id, checkout, placed_at)
    cross join lateral (
        select distinct on (s.link_id, s.click_id) s.link_id, s.click_id, s.at, s.consent from (
            select e.link_id, e.click_id, e.at, e.consent from pixel_events e
            where e.shop_id = k.shop_id
              and e.client in (select w.client from pixel_events w where w.shop_id = k.shop_id and w.checkout = k.checkout)
              and (e.click_id is not null or (e.arrived and e.at <= k.placed_at))
            order by e.at desc, e.id desc limit :most
        ) s order by s.link_id, s.click_id, s.at desc
    ) seen
    left join clicks c on c.shop_id = k.shop_id and c.id = seen.click_id and c.at <= k.placed_at
    join links l on l.shop_id = k.shop_id and l.id = coalesce(c.link_id, seen.link_id)
    join enrollments e on e.shop_id = l.shop_id and e.id = l.enrollment_id
    {owned.JOINS}
    where seen.click_id is null or c.id is not null
    order by k.shop_id, k.order_id, at, l.id
""")  # noqa: S608 - constants of ours

_BRING_OVER = text("""
    insert into pixel_events (shop_id, id, at, step, client, link_id, click_id, arrived, product_id, checkout, order_id, consent, recorded_at)
    select e.shop_id, e.id, e.at, e.step, e.client, l.id, e.click_id, e.arrived, e.product_id, e.checkout, e.order_id, e.consent, e.recorded_at
    from public.pixel_events e
    join public.links held on held.shop_id = e.shop_id and held.id = e.link_id
    join links l on l.shop_id = held.shop_id and l.slug = held.slug
    where e.shop_id = :shop and exists (
        select from public.pixel_events c where c.shop_id = e.shop_id and c.client = e.client and c.checkout is not null)
""")

_TRIM = text("""
    delete from pixel_events e
    where e.shop_id = :shop and e.at < :before and not exists (
        select from pixel_events c join orders o on o.shop_id = c.shop_id and o.origin ->> 'checkout' = c.checkout and o.origin ? 'checkout'
        where c.shop_id = e.shop_id and c.client = e.client and c.checkout is not null)
""")


class CheckedOut(msgspec.Struct, frozen=True):
    """An order whose checkout a pixel may have seen."""

    shop_id: int
    order_id: int
    checkout: str
    placed_at: datetime


def keep(session: BatchSession, seen: Sequence[Seen]) -> list[Client]:
    """Store them; one that is there already is left as it is. Returns whose browsers it learnt something of.

    Left out: what names a link that is nobody's in that shop, or whose shop was erased meanwhile.
    """
    if not seen:
        return []
    columns = {
        "shops": plain(s.shop_id for s in seen),
        "ids": plain(s.id for s in seen),
        "times": times(s.at for s in seen),
        "steps": texts(s.step for s in seen),
        "clients": blobs(bytes.fromhex(s.client) for s in seen),
        "links": plain(s.link_id for s in seen),
        "slugs": texts(s.slug for s in seen),
        "clicks": plain(s.click_id for s in seen),
        "arrivals": texts("t" if s.arrived else "f" for s in seen),
        "products": plain(s.product_id for s in seen),
        "checkouts": texts(s.checkout for s in seen),
        "orders": plain(s.order_id for s in seen),
        "consents": texts(s.consent for s in seen),
    }
    return [(row.shop_id, bytes(row.client)) for row in session.execute(_KEEP, columns)]


def clicked(session: BatchSession | ShopSession, clicks: Sequence[tuple[int, int]]) -> list[Client]:
    """Browsers that were seen to carry one of these (shop id, click id)."""
    if not clicks:
        return []
    columns = {"shops": plain(shop for shop, _ in clicks), "clicks": plain(number for _, number in clicks)}
    return [(row.shop_id, bytes(row.client)) for row in session.execute(_CLICKED, columns)]


def checkouts(session: BatchSession | ShopSession, clients: Sequence[Client]) -> list[tuple[int, str]]:
    """(shop id, checkout token) of every checkout that these browsers began."""
    if not clients:
        return []
    columns = {"shops": plain(shop for shop, _ in clients), "clients": blobs(who for _, who in clients)}
    return [(row.shop_id, row.checkout) for row in session.execute(_CHECKOUTS, columns)]


def visits(session: Fenced, bought: Sequence[CheckedOut]) -> dict[tuple[int, int], list[Visit]]:
    """Before each order, the visits of the browser that checked out, oldest first, by (shop id, order id)."""
    found: dict[tuple[int, int], list[Visit]] = {}
    if bought:
        columns = {
            "shops": plain(b.shop_id for b in bought),
            "orders": plain(b.order_id for b in bought),
            "checkouts": texts(b.checkout for b in bought),
            "placed": times(b.placed_at for b in bought),
            "most": MOST_VISITS,
        }
        for row in session.execute(_VISITS, columns):
            owner = LinkOwner(slug=row.slug, **owned.owner(row, made_at=row.created_at))
            visit = Visit(
                owner,
                row.at,
                Verdict(row.verdict),
                Consent(row.consent),
                recorded=row.recorded,
                found_by=FoundBy.PIXEL,
            )
            found.setdefault((row.shop_id, row.order_id), []).append(visit)
    return found


def bring_over(session: Fenced, shop_id: int) -> None:
    """Copy what the shop's pixel saw of browsers that checked out into the fresh schema that the session works in."""
    session.execute(_BRING_OVER, {"shop": shop_id})


def trim(session: ShopSession, before: datetime) -> None:
    """Let go what is older, but for what led to an order: it is evidence, and replay reads it."""
    session.execute(_TRIM, {"shop": session.shop_id, "before": before})
