"""How well orders can be joined to creators: by what evidence they were credited, and which joins were lost and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import text

from app.db.session import ShopSession
from app.tracking.click import CLICK_ATTRIBUTE, TOKEN_PARAMETER, Trail, trail
from app.tracking.model import SLUG

EVIDENCE = {
    "code_and_visit": ("Code and visit", "The creator's code, and a visit through their link before it."),
    "code": ("Code only", "The creator's code. Nothing is known of a visit."),
    "visit": ("Visit only", "A visit through the creator's link. No code was used."),
    "binding": ("Returning customer", "A customer whose first order the creator brought."),
    "manual": ("By hand", "A person decided."),
    "uncredited": ("Evidence that did not count", "Something spoke for a creator, and failed a test."),
    "none": ("No evidence", "Nothing speaks for a creator."),
}
"""What an order was credited by, in the sequence of the page, with what it means."""

LOST = {
    "click_unknown": (
        "The order names a click that is not stored here",
        "It was made up, belongs to another shop, or was lost before it was written down.",
    ),
    "link_unknown": (
        "The first page names a link that does not exist",
        "An old link of another app, a link that was deleted, or somebody else's parameter.",
    ),
    "browser_unknown": (
        "The cart names a browser with no visit",
        "Its visit was before the time for which visits are kept, or came through no creator's link.",
    ),
}
"""Why an order that names a visit was joined to none."""

MOST = 2000
"""Newest orders that are asked why their visit was not found."""

_ORDERS = text("""
    with judged as (
        select o.id, coalesce(c.candidates, '[]') as candidates, o.origin,
               (select e.v from jsonb_array_elements(c.candidates) with ordinality as e(v, n)
                where coalesce(cast(e.v ->> 'weight' as numeric), 0) > 0 order by e.n limit 1) as winner
        from orders o left join conversions c on c.shop_id = o.shop_id and c.order_id = o.id
        where o.shop_id = :shop and o.placed_at >= :since and o.placed_at < :until
    ), told as (
        select id, candidates, winner, origin,
               (select e.v from jsonb_array_elements(candidates) as e(v)
                where e.v ->> 'kind' = 'click' and coalesce(jsonb_array_length(e.v -> 'failed'), 0) = 0 and e.v -> 'creator_id' = coalesce(winner -> 'creator_id', 'null')
                limit 1) as visit
        from judged
    )
    select case when winner ->> 'kind' = 'code' and visit is not null then 'code_and_visit'
                when winner ->> 'kind' = 'click' then 'visit'
                when winner is not null then winner ->> 'kind'
                when candidates <> '[]' then 'uncredited'
                else 'none' end as evidence,
           visit ->> 'found_by' as found_by,
           strpos(origin ->> 'landing_site', :token) > 0 as by_link,
           strpos(cast(origin -> 'attributes' as text), :attribute) > 0 as agreed,
           count(*) as orders
    from told
    group by 1, 2, 3, 4
""")

_FAILED = text("""
    select e.v ->> 'kind' as kind, e.v -> 'failed' ->> 0 as reason, count(distinct o.id) as orders
    from orders o join conversions c on c.shop_id = o.shop_id and c.order_id = o.id
    cross join lateral jsonb_array_elements(c.candidates) as e(v)
    where o.shop_id = :shop and o.placed_at >= :since and o.placed_at < :until
      and e.v ->> 'kind' = 'click' and coalesce(jsonb_array_length(e.v -> 'failed'), 0) > 0
    group by 1, 2 order by 3 desc, 2
""")

_UNJOINED = text("""
    select o.id, o.name, o.origin -> 'attributes' as attributes, o.origin ->> 'landing_site' as landing_site
    from orders o left join conversions c on c.shop_id = o.shop_id and c.order_id = o.id
    where o.shop_id = :shop and o.placed_at >= :since and o.placed_at < :until
      and (o.origin ? 'attributes' or o.origin ? 'landing_site')
      and not coalesce(c.candidates, '[]') @> '[{"kind": "click"}]'
    order by o.placed_at desc, o.id desc limit :most
""")

_VISITS = text("""
    select cast(coalesce(sum(clicks), 0) as bigint) as counted, cast(coalesce(sum(duplicates), 0) as bigint) as repeated,
           cast(coalesce(sum(bots), 0) as bigint) as machines
    from link_days where shop_id = :shop and day between :first and :last
""")


@dataclass(frozen=True, slots=True)
class LostJoin:
    """Orders of which the same is known."""

    reason: str
    orders: int
    example: str
    """Name of the newest of them."""
    example_id: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What the page tells of one period. Counts are orders unless they say otherwise."""

    orders: int
    evidence: Mapping[str, int]
    """By the keys of EVIDENCE."""
    found_by: Mapping[str, int]
    """How visits that count were joined: by the values of FoundBy."""
    by_link: int
    """That began with a creator's short link."""
    agreed: int
    """Of those, whose cart carries the click: it does only with the shopper's consent."""
    failed: Mapping[str, int]
    """Visits that were found and did not count, by Reason."""
    lost: tuple[LostJoin, ...]
    visits: int
    repeated: int
    machines: int

    def share(self, orders: int) -> Decimal | None:
        """Of all orders; None where there are none."""
        return Decimal(orders) / self.orders if self.orders else None

    @property
    def consent(self) -> Decimal | None:
        """Share of the orders that began with a link whose shopper agreed; None where none began with one."""
        return Decimal(self.agreed) / self.by_link if self.by_link else None


class Span(msgspec.Struct, frozen=True):
    """Instants [since, until), and the same as days of the shop."""

    since: datetime
    until: datetime
    first: str
    last: str


def quality(session: ShopSession, span: Span) -> Quality:
    """Four statements, whatever the number of orders."""
    asked = {"shop": session.shop_id, "since": span.since, "until": span.until}
    rows = session.execute(_ORDERS, asked | {"token": TOKEN_PARAMETER, "attribute": CLICK_ATTRIBUTE}).all()
    visits = session.execute(_VISITS, {"shop": session.shop_id, "first": span.first, "last": span.last}).one()
    failed = session.execute(_FAILED, asked)
    return Quality(
        orders=sum(row.orders for row in rows),
        evidence=_summed((row.evidence, row.orders) for row in rows),
        found_by=_summed((row.found_by, row.orders) for row in rows if row.found_by),
        by_link=sum(row.orders for row in rows if row.by_link),
        agreed=sum(row.orders for row in rows if row.by_link and row.agreed),
        failed={row.reason: row.orders for row in failed},
        lost=tuple(_lost(session, asked)),
        visits=visits.counted,
        repeated=visits.repeated,
        machines=visits.machines,
    )


def _summed(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for key, orders in rows:
        found[key] += orders
    return dict(found)


def _lost(session: ShopSession, asked: Mapping[str, object]) -> Iterable[LostJoin]:
    """Reasons, the most frequent first. Orders that name no visit lost none."""
    found: dict[str, list[tuple[str, int]]] = {}
    for row in session.execute(_UNJOINED, {**asked, "most": MOST}):
        reason = why_lost(trail(row.attributes or (), row.landing_site))
        if reason is not None:
            found.setdefault(reason, []).append((row.name, row.id))
    counted = [LostJoin(reason, len(named), *named[0]) for reason, named in found.items()]
    return sorted(counted, key=lambda lost: (-lost.orders, lost.reason))


def why_lost(named: Trail) -> str | None:
    """Why what an order says of a visit led to none; None when it says nothing."""
    if named.click_id is not None:
        return "click_unknown"
    if named.visitor is not None:
        return "browser_unknown"
    return "link_unknown" if named.slug is not None and SLUG.fullmatch(named.slug) else None
