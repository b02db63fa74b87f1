"""What the Health page tells about the comparison with Shopify's orders; and orders that nobody judged."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.db.session import ShopSession
from app.reconciliation.model import Difference, Kind, State, What


@dataclass(frozen=True, slots=True)
class Check:
    """One run, for a person."""

    kind: Kind
    state: State
    begun_at: datetime
    ended_at: datetime | None
    since: datetime
    read: int
    missing: int
    fed: int
    failure: str | None

    @property
    def seconds(self) -> int | None:
        """How long it took."""
        return int((self.ended_at - self.begun_at).total_seconds()) if self.ended_at else None


@dataclass(frozen=True, slots=True)
class Unjudged:
    """An order with a creator's code and no decision."""

    order_id: int
    order_name: str
    placed_at: datetime
    code: str


_CHECKS = text("""
    (select kind, state, begun_at, ended_at, since, read, missing, fed, failure from reconciliation_runs
     where shop_id = :shop and method = 'pages' order by begun_at desc, id desc limit 1)
    union all
    (select kind, state, begun_at, ended_at, since, read, missing, fed, failure from reconciliation_runs
     where shop_id = :shop and method = 'bulk' order by begun_at desc, id desc limit 1)
    order by begun_at desc
""")

_DIFFERENCES = text("""
    select d.found_at, d.order_id, d.order_name, d.what, d.ours_at, d.theirs_at,
           i.state as event_state, i.reason as event_reason
    from reconciliation_differences d
    left join inbox i on i.shop_domain = :domain and i.topic = 'orders/reread' and i.webhook_id = d.webhook_id
    where d.shop_id = :shop
    order by d.id desc limit :most
""")

# Two indexes name the orders with a code and without evidence: none, usually, and only theirs is the body unfolded.
_UNJUDGED = text("""
    with undecided as materialized (
        select o.id from orders o
        where o.shop_id = :shop and o.coded
          and not exists (select from conversions v where v.shop_id = :shop and v.order_id = o.id)
        union all
        select v.order_id from conversions v where v.shop_id = :shop and v.candidates = '[]')
    select f.id, f.name, f.placed_at, min(c.code) as code, count(*) over () as number
    from (select o.id, o.name, o.placed_at, jsonb_array_elements(o.facts -> 'discounts') as discount
          from undecided u
          cross join lateral (select * from orders o where o.shop_id = :shop and o.id = u.id offset 0) o
          where o.coded) f
    join codes c on c.shop_id = :shop and c.folded = upper(btrim(f.discount ->> 1)) and c.refused_at is null
    where f.discount ->> 0 = 'discount_code'
    group by f.id, f.name, f.placed_at
    order by f.placed_at desc
    limit :most
""")


def checks(session: ShopSession) -> list[Check]:
    """The newest run by pages and the newest by bulk query, the newer of them first."""
    rows = session.execute(_CHECKS, {"shop": session.shop_id})
    return [Check(**row._asdict() | {"kind": Kind(row.kind), "state": State(row.state)}) for row in rows]


def differences(session: ShopSession, domain: str, *, most: int = 20) -> list[Difference]:
    """The last differences that were found, newest first, and how their events stand."""
    rows = session.execute(_DIFFERENCES, {"shop": session.shop_id, "domain": domain, "most": most})
    return [Difference(**row._asdict() | {"what": What(row.what)}) for row in rows]


def unjudged(session: ShopSession, *, most: int = 20) -> tuple[int, list[Unjudged]]:
    """How many orders carry a code that an enrollment owns and have no decision, and the newest of them.

    0 is what it must be: every order with a creator's code is credited or says why not.
    """
    rows = session.execute(_UNJUDGED, {"shop": session.shop_id, "most": most}).all()
    return rows[0].number if rows else 0, [Unjudged(r.id, r.name, r.placed_at, r.code) for r in rows]
