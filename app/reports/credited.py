"""Orders as they were credited, in the order in which they were placed: for asking what other terms would have paid."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import text

from app.attribution.model import Candidate
from app.db.session import ShopSession
from app.orders.model import Line, OrderFacts, RefundFacts

AT_ONCE = 1000
"""Rows that are fetched together: what the memory holds."""


class Wanted(msgspec.Struct, frozen=True):
    """What is read of each order beyond its lines: every bit of it takes its time for every order."""

    whole: bool = True
    """The order and its evidence, of each. Else only of those that need it: shared ones, and the two below."""
    currency: str | None = None
    """Orders in another one are wanted whole."""
    renewals: bool = False
    """Those that are renewals are wanted whole."""
    evidence: bool = False
    """What won."""
    country: bool = False
    channel: bool = False
    customers: bool = False
    """What is known of the customer's earlier orders."""


class Share(msgspec.Struct, frozen=True):
    """One creator's stored part."""

    creator_id: int
    enrollment_id: int
    commission_minor: int
    is_alone: bool
    """Credited with all of the order."""


class Credited(msgspec.Struct, frozen=True):
    """One order, with its evidence as it was weighed and what each creator should earn."""

    id: int
    placed_at: datetime
    currency: str
    lines: tuple[Line, ...]
    taxes_included: bool
    is_cancelled: bool
    refunds: tuple[RefundFacts, ...]
    shares: Sequence[Share]
    """By creator, of the programs that were asked for; a recruiter's is one."""
    order: OrderFacts | None
    """Where it is wanted whole."""
    candidates: tuple[Candidate, ...]
    """In rank order, where they are wanted."""
    country: str | None
    """Of the shipping address."""
    source_name: str
    customer_is_new: bool | None
    """As Shopify says."""
    shopper: tuple[int, int, datetime | None] | None
    """The customer's orders before this one, the renewals among them, and when the first was placed; None: nobody
    knows who bought, or nobody asked."""
    alone: Share | None
    """Who is credited with all of it; None where several share it."""


# One run over the orders of these customers, and not one search for each order. Only the lines of most orders
# are read, because half of the time goes into writing facts down as text.
_PAST = """
    with past as (
        select e.id, count(*) filter (where not is_test) over earlier as orders,
               count(*) filter (where not is_test and is_renewal) over earlier as renewals,
               min(e.placed_at) filter (where not is_test) over earlier as first_at
        from (select id, customer_key, placed_at, coalesce(cast(facts ->> 'renewal' as boolean), false) as is_renewal,
                     cast(facts ->> 'test' as boolean) as is_test
              from orders where shop_id = :shop and placed_at < :placed_to and customer_key in (
                  select customer_key from orders
                  where shop_id = :shop and placed_at >= :placed_from and placed_at < :placed_to)) e
        window earlier as (partition by e.customer_key order by e.placed_at, e.id
                           rows between unbounded preceding and 1 preceding)
    )"""
_CREDITED = """
    select c.order_id, c.placed_at, c.creator_id, c.enrollment_id, c.commission_minor, c.weight = 1 as is_alone,
           o.currency, case when not is_whole then (o.facts -> 'lines')::text end as lines,
           cast(o.facts ->> 'taxes_included' as boolean) as taxes_included,
           o.facts ->> 'cancelled_at' is not null as is_cancelled,
           case when exists (select from refunds r where r.shop_id = c.shop_id and r.order_id = c.order_id)
                then (select jsonb_agg(r.facts order by r.id)::text from refunds r
                      where r.shop_id = c.shop_id and r.order_id = c.order_id) end as refunds,
           case when is_whole then o.facts::text end as facts,
           case when is_whole or :evidence then (select v.candidates::text from conversions v
                where v.shop_id = c.shop_id and v.order_id = c.order_id) end as candidates,
           case when is_whole or :country then o.origin ->> 'country' end as country,
           case when :channel then o.facts ->> 'source_name' end as source_name,
           {past}
    from credits c
    join orders o on o.shop_id = c.shop_id and o.id = c.order_id
    cross join lateral (select c.weight <> 0 and (:whole or c.weight <> 1
        or o.currency <> coalesce(cast(:currency as text), o.currency)
        or (:renewals and coalesce(cast(o.facts ->> 'renewal' as boolean), false))) as is_whole) w
    {joined}
    where c.shop_id = :shop and c.placed_at >= :placed_from and c.placed_at < :placed_to {program}
    order by c.placed_at, c.order_id, c.creator_id
"""
_KNOWN = (
    "cast(o.facts ->> 'customer_is_new' as boolean) as customer_is_new, o.customer_key is not null as is_known, "
    "past.orders, past.renewals, past.first_at"
)
SWITCHES = ("whole", "currency", "renewals", "evidence", "country", "channel")
_UNKNOWN = "null, false, 0, 0, null"

_lines = msgspec.json.Decoder(tuple[Line, ...])
_facts = msgspec.json.Decoder(OrderFacts)
_refunds = msgspec.json.Decoder(tuple[RefundFacts, ...])
_candidates = msgspec.json.Decoder(tuple[Candidate, ...])


def credited(
    session: ShopSession,
    program_id: int | None,
    placed_from: datetime,
    placed_to: datetime,
    *,
    wanted: Wanted,
) -> Iterator[Credited]:
    """Every order that a creator of the program (None: of any) is credited with, placed in [from, to).

    Streams, so that memory does not grow with the shop.
    """
    asks = wanted.customers
    query = (_PAST if asks else "") + _CREDITED.format(
        past=_KNOWN if asks else _UNKNOWN,
        joined="left join past on past.id = o.id" if asks else "",
        program="" if program_id is None else "and c.program_id = :program",
    )
    same: list[Any] = []
    with session.execute(
        text(query),
        {
            "shop": session.shop_id,
            **({} if program_id is None else {"program": program_id}),
            "placed_from": placed_from,
            "placed_to": placed_to,
            **{name: getattr(wanted, name) for name in SWITCHES},
        },
        execution_options={"stream_results": True, "yield_per": AT_ONCE},
    ) as rows:
        for row in rows:
            if same and row[0] != same[0][0]:
                yield _one(same)
                same = []
            same.append(row)
    if same:
        yield _one(same)


def _one(rows: Sequence[Any]) -> Credited:
    """The order of these rows, one for each creator: any of them tells its facts, who is paid as a recruiter only some."""
    shares = [Share(*row[2:6]) for row in rows]
    told = rows[0] if len(rows) == 1 else max(rows, key=_tells)
    order_id, placed_at, _, _, _, _, currency, lines, included, cancelled = told[:10]
    refunds, facts, candidates, country, source_name, customer_is_new, is_known, *past = told[10:]
    order = _facts.decode(facts) if facts else None
    return Credited(
        order_id,
        placed_at,
        currency,
        order.lines if order is not None else _lines.decode(lines),
        included,
        cancelled,
        _refunds.decode(refunds) if refunds else (),
        shares,
        order,
        _candidates.decode(candidates) if candidates else (),
        country,
        source_name or "",
        customer_is_new,
        (past[0] or 0, past[1] or 0, past[2]) if is_known else None,
        shares[0] if shares[0].is_alone else next((share for share in shares if share.is_alone), None),
    )


def _tells(row: Any) -> bool:
    return row[11] is not None
