"""What versions of an offer came to: how many orders each priced, what it paid, who was told."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text

from app.db.session import ShopSession

_TALLIES = text("""
    select c.offer_id, c.currency, count(distinct c.order_id), cast(sum(c.commission_minor) as bigint)
    from credits c where c.shop_id = :shop and c.program_id = :program and c.offer_id is not null
    group by 1, 2 order by 2
""")
_TOLD = text("""
    select n.offer_id, count(*), min(n.announced_at)
    from offer_notices n join offers o on o.shop_id = n.shop_id and o.id = n.offer_id
    where n.shop_id = :shop and o.program_id = :program group by 1
""")
_PUBLISHED = text("""
    select id, published_at, published_by from offers where shop_id = :shop and program_id = :program
""")
_AGREED = text("""
    select cast(facts ->> 'version' as bigint), facts ->> 'agreed'
    from decisions where shop_id = :shop and kind = 'offer.published' and subject = :handle
""")
_SPENT = text("""
    select cast(sum(placed_commission_minor) as bigint) from credits
    where shop_id = :shop and program_id = :program and currency = :currency group by creator_id
""")
_ENROLLED = text("""
    select e.program_id, count(*) from enrollments e
    join creators c on c.shop_id = e.shop_id and c.id = e.creator_id
    where e.shop_id = :shop and upper_inf(e.active) and c.archived_at is null group by 1
""")
_ON_THE_WAY = text("""
    select exists (
               select from codes c join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
               where c.shop_id = :shop and c.state in ('waiting', 'issuing') and e.program_id = :program
           ) as some,
           (select count(*) from codes c join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
            where c.shop_id = :shop and c.state = 'failed' and e.program_id = :program) as failed,
           (select n.refusal from discount_nodes n
            where n.shop_id = :shop and n.program_id = :program and n.refusal is not null limit 1) as refusal
""")
_BY_STATE = text("""
    select count(*) filter (where c.state = 'active') as done, count(*) filter (where c.state = 'failed') as failed,
           count(*) filter (where c.state <> 'disabled') as total
    from enrollments e join codes c on c.shop_id = e.shop_id and c.enrollment_id = e.id
    where e.shop_id = :shop and e.program_id = :program
""")


@dataclass(frozen=True)
class CodesUnderWay:
    """How far Shopify is with the codes of a program."""

    done: int
    failed: int
    """Refused, of the total."""
    total: int
    refusal: str | None = None
    """Why Shopify keeps an earlier discount, in its words."""


def codes_under_way(session: ShopSession, program_id: int) -> CodesUnderWay | None:
    """How far they are, 0 of 0 when none is on its way any more; None when all is well.

    Usually one statement: a look at indexes of only those on their way, and of only those that Shopify has not.
    """
    key = {"shop": session.shop_id, "program": program_id}
    way = session.execute(_ON_THE_WAY, key).one()
    if not way.some:
        return CodesUnderWay(0, way.failed, 0, way.refusal) if way.refusal or way.failed else None
    row = session.execute(_BY_STATE, key).one()
    return CodesUnderWay(row.done, row.failed, row.total, way.refusal)


@dataclass
class Tally:
    """What one version came to."""

    published_at: datetime
    published_by: str
    agreed: str | None = None
    """What the merchant said who waived the notice."""
    told: int = 0
    """How many creators were told."""
    told_at: datetime | None = None
    orders: int = 0
    """Orders whose newest judgement is by this version."""
    paid: dict[str, int] = field(default_factory=dict)
    """Commission by currency, minor units."""


def tallies(session: ShopSession, program_id: int, handle: str) -> dict[int, Tally]:
    """By offer id, of every version of the program."""
    key = {"shop": session.shop_id, "program": program_id, "handle": handle}
    found = {row.id: Tally(row.published_at, row.published_by) for row in session.execute(_PUBLISHED, key)}
    for offer_id, currency, orders, minor in session.execute(_TALLIES, key):
        found[offer_id].orders += orders
        found[offer_id].paid[currency] = minor
    for offer_id, told, at in session.execute(_TOLD, key):
        found[offer_id].told, found[offer_id].told_at = told, at
    return found


def agreements(session: ShopSession, handle: str) -> dict[int, str]:
    """By version of the program: who agreed to less than the notice, as the merchant said it."""
    rows = session.execute(_AGREED, {"shop": session.shop_id, "handle": handle})
    return {version: agreed for version, agreed in rows if agreed}


def enrolled(session: ShopSession) -> dict[int, int]:
    """How many creators can earn in each program."""
    counts: defaultdict[int, int] = defaultdict(int)
    for program_id, number in session.execute(_ENROLLED, {"shop": session.shop_id}):
        counts[program_id] = number
    return dict(counts)


def spent(session: ShopSession, program_id: int, currency: str) -> list[int]:
    """What each creator earned in the program so far, as placed: what caps count."""
    key = {"shop": session.shop_id, "program": program_id, "currency": currency}
    return list(session.execute(_SPENT, key).scalars())
